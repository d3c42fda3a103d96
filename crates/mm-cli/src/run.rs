//! `mmscope run`: runs a script and prints what its commands answer.

use std::io::{self, Write};

use clap::Args;
use mm::outcome::Value;
use mm::session::{Position, Record, Session};
use mm_view::words::report::Layout;
use mm_view::words::{self, report};
use mm_view::{Lang, folded};

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
    /// Goes to step S of command C when all has run, and tells of it: 5.71.
    #[arg(long, value_name = "C.S", value_parser = position)]
    seek: Option<Position>,
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
    if let Some(to) = args.seek {
        session.seek(to);
        tell(&session, lang, out)?;
    }
    if failed.is_empty() {
        return Ok(Outcome::Fine);
    }
    out.flush()?;
    complain(failed.trim_end());
    Ok(Outcome::Unexpected)
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
                out.write_all(report::trace(record, world, lang, Layout::Terminal).as_bytes())?;
            }
            out.write_all(report::answer(record, world, lang).as_bytes())
        }
    }
}

/// Tells of the step that the session stands behind: what, why, operands.
fn tell(session: &Session, lang: Lang, out: &mut impl Write) -> io::Result<()> {
    let Position { command, step } = session.position();
    let Some(record) = session.record(command) else { return writeln!(out, "0.0") };
    writeln!(out, "{command}.{step} of {command}.{}: {}", record.trace.len(), record.command)?;
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

/// Reads `C.S`, or `C` for the end of command C.
fn position(text: &str) -> Result<Position, String> {
    let wrong = || format!("`{text}` is no position: write C.S, such as 5.71");
    let number = |text: &str| text.parse::<u32>().map_err(|_| wrong());
    match text.split_once('.') {
        Some((command, step)) => Ok(Position { command: number(command)?, step: number(step)? }),
        None => Ok(Position { command: number(text)?, step: u32::MAX }),
    }
}
