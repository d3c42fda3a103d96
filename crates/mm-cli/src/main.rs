//! `mmscope`: runs scripts on a terminal, prints traces, explains events, checks files.
//!
//! Exit code 0 when all went as the script expects, 1 when something did not, 2 when there was
//! nothing to run: a file that cannot be read, a text that is not a script.

mod check;
mod explain;
mod host;
mod oracle;
mod report;
mod run;
mod source;

use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use run::RunArgs;

/// A deterministic model of Linux 6.1 memory management.
#[derive(Parser)]
#[command(name = "mmscope", version)]
struct Args {
    /// Language of what is said.
    #[arg(long, value_enum, default_value_t = LangArg::En, global = true)]
    lang: LangArg,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs a script and prints what its commands answer.
    Run(RunArgs),
    /// Explains an event of a trace; lists them all without a name.
    Explain {
        /// Name of the event, as `run --trace` prints it: buddy.split.
        event: Option<String>,
    },
    /// Holds the model against captures of real machines.
    Oracle(oracle::OracleArgs),
    /// Reads a script without running it.
    Check {
        /// The script; `-` reads standard input.
        file: String,
    },
}

/// Language of everything that people read.
#[derive(Clone, Copy, ValueEnum)]
enum LangArg {
    /// English.
    En,
    /// Simplified Chinese.
    Zh,
}

impl From<LangArg> for mm_view::Lang {
    fn from(lang: LangArg) -> mm_view::Lang {
        match lang {
            LangArg::En => mm_view::Lang::En,
            LangArg::Zh => mm_view::Lang::Zh,
        }
    }
}

/// How a command of `mmscope` ended.
enum Outcome {
    /// As expected.
    Fine,
    /// Something in the script was not as it expects.
    Unexpected,
    /// There was nothing to run.
    Unusable,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let lang = args.lang.into();
    let mut out = io::BufWriter::new(io::stdout().lock());
    let result = match &args.command {
        Command::Run(run) => run::run(run, lang, &mut out),
        Command::Explain { event } => explain::explain(event.as_deref(), lang, &mut out),
        Command::Oracle(args) => oracle::oracle(args, lang, &mut out),
        Command::Check { file } => check::check(file, lang, &mut out),
    };
    match result.and_then(|outcome| out.flush().map(|()| outcome)) {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Unexpected) => ExitCode::from(1),
        Ok(Outcome::Unusable) => ExitCode::from(2),
        // Whoever read our output has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            report::complain(&error.to_string());
            ExitCode::from(2)
        }
    }
}
