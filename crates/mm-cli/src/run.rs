//! `mmscope run`: runs a script and prints what its commands answer.

use std::io::{self, Write};

use clap::Args;
use mm::anchor::Typed;
use mm::outcome::Value;
use mm::session::{Position, Record, Session};
use mm_view::words::report::Layout;
use mm_view::words::{self, report};
use mm_view::{Lang, anchor, folded};

use crate::Outcome;
use crate::host::HOST;
use crate::report::{complain, failures};
use crate::source::Source;

/// What `run` is told.
#[derive(Args)]
pub(crate) struct RunArgs {
    /// The script; `-` reads standard input.
    file: String,
    /// Prints every step in words.
    #[arg(long, group = "form")]
    trace: bool,
    /// Prints only what `cat`, `pages` and `translate` print, and what fails.
    #[arg(long, group = "form")]
    quiet: bool,
    /// Prints simulated time by call stack, as flame graph tools read it.
    #[arg(long, group = "form")]
    folded: bool,
    /// Goes to a step when all has run, and tells of it: `5:fault.raised#1` is behind the first such
    /// event of command 5, `5:start`, `5:end` and `5.71` are read too.
    #[arg(long, value_name = "ANCHOR")]
    seek: Option<String>,
}

/// What is printed of each command.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Commands,
    Trace,
    Quiet,
    Nothing,
}

impl RunArgs {
    fn form(&self) -> Form {
        match () {
            () if self.folded || self.seek.is_some() => Form::Nothing,
            () if self.trace => Form::Trace,
            () if self.quiet => Form::Quiet,
            () => Form::Commands,
        }
    }
}

/// Runs a script to its end, whatever fails, and tells at the end what did.
pub(crate) fn run(args: &RunArgs, lang: Lang, out: &mut impl Write) -> io::Result<Outcome> {
    let Some(source) = Source::read(&args.file, lang) else { return Ok(Outcome::Unusable) };
    let Some(script) = source.parse(lang) else { return Ok(Outcome::Unusable) };
    let seek = match args.seek.as_deref().map(|text| (text, text.parse::<Typed>())) {
        None => None,
        Some((_, Ok(place))) => Some(place),
        Some((text, Err(wrong))) => {
            complain(&words::anchor::malformed(text, wrong, lang));
            return Ok(Outcome::Unusable);
        }
    };
    let mut session = Session::new(HOST);
    session.load(script);
    while !session.lacks_machine() && session.run_next().is_some() {
        if let Some(record) = session.records().last() {
            print(record, &session, args.form(), lang, out)?;
        }
    }
    let failed = failures(&session, &source.name, lang) + &left_out(&session, lang);
    if args.folded {
        out.write_all(folded::folded(session.records().iter()).as_bytes())?;
    }
    let lost = match seek {
        None => None,
        Some(place) => go_and_tell(&place, &mut session, lang, out)?,
    };
    out.flush()?;
    if !failed.is_empty() {
        complain(failed.trim_end());
    }
    if let Some(missing) = lost {
        complain(&missing);
        return Ok(Outcome::Unusable);
    }
    Ok(if failed.is_empty() { Outcome::Fine } else { Outcome::Unexpected })
}

/// Goes to a place and tells of the step there; returns what is missing of a place that is not there.
fn go_and_tell(
    place: &Typed,
    session: &mut Session,
    lang: Lang,
    out: &mut impl Write,
) -> io::Result<Option<String>> {
    let to = match place {
        Typed::Step(at) => *at,
        Typed::Anchor(anchor) => match anchor::resolve(session, anchor) {
            Ok(at) => at,
            Err(what) => return Ok(Some(words::anchor::missing(session, anchor, what, lang))),
        },
    };
    session.seek(to);
    tell(session, lang, out)?;
    Ok(None)
}

/// Says how many commands were not run, where one ended the script.
fn left_out(session: &Session, lang: Lang) -> String {
    match (session.script().commands.len().saturating_sub(session.records().len()), lang) {
        (0, _) => String::new(),
        (1, Lang::En) => "1 command after it was not run".into(),
        (left, Lang::En) => format!("{left} commands after it were not run"),
        (left, Lang::Zh) => format!("其后 {left} 条命令没有运行"),
    }
}

fn print(record: &Record, session: &Session, form: Form, lang: Lang, out: &mut impl Write) -> io::Result<()> {
    let world = session.world();
    match form {
        Form::Nothing => Ok(()),
        Form::Quiet => match &record.outcome.result {
            Ok(Value::Text(_) | Value::Pages(_) | Value::Walk(_)) => {
                out.write_all(report::answer(record, world, lang).as_bytes())
            }
            Ok(
                Value::Nothing
                | Value::Booted { .. }
                | Value::Spawned { .. }
                | Value::Address(_)
                | Value::Accessed { .. }
                | Value::Blocks { .. }
                | Value::Cache(_)
                | Value::Objects { .. }
                | Value::Holds { .. }
                | Value::Fails { .. }
                | Value::Unknown(_),
            )
            | Err(_) => Ok(()),
        },
        Form::Commands | Form::Trace => {
            writeln!(out, "> {}", record.command)?;
            if form == Form::Trace {
                out.write_all(report::trace(&record.trace, world, lang, Layout::Terminal).as_bytes())?;
            }
            out.write_all(report::answer(record, world, lang).as_bytes())
        }
    }
}

/// Tells of the step that the session stands behind: what, why, operands.
fn tell(session: &Session, lang: Lang, out: &mut impl Write) -> io::Result<()> {
    let Position { command, step } = session.position();
    let here = anchor::anchor(session, session.position());
    let Some(record) = session.record(command) else { return writeln!(out, "{here}") };
    writeln!(out, "{here} ({command}.{step} of {command}.{}): {}", record.trace.len(), record.command)?;
    let Some(at) = step.checked_sub(1) else { return Ok(()) };
    let Some(one) = record.trace.steps().get(mm::units::index(at)) else { return Ok(()) };
    let told = words::step(one, &record.trace, session.world(), lang);
    writeln!(out, "{}", told.function)?;
    if !told.stack.is_empty() {
        writeln!(out, "  {}", told.stack.join(" > "))?;
    }
    for sentence in [&told.what, &told.why] {
        if !sentence.is_empty() {
            writeln!(out, "  {}", words::plain(sentence))?;
        }
    }
    if !told.operands.is_empty() {
        writeln!(out, "  {}", report::operands(&told.operands))?;
    }
    Ok(())
}
