//! The project's only automation: `cargo xtask COMMAND`, one file per command.
//!
//! Each command first makes sure of the tools it needs (see `setup`), then works. Progress
//! goes to stderr; stdout has the result.
#![expect(clippy::print_stdout, reason = "a command-line tool: results are printed")]
#![expect(clippy::disallowed_methods, reason = "the host's clock times the work; the model is not run here")]

mod bench;
mod ci;
mod dist;
mod fidelity;
mod glue;
mod golden;
mod offline;
mod page;
mod project;
mod serve;
mod server;
mod setup;
mod sh;
mod shots;
mod test;

use anyhow::Result;
use clap::{Parser, Subcommand};
use project::Project;
use setup::Tool;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Everything this project automates.")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the page and serve it on 127.0.0.1
    Serve(serve::Options),
    /// Run the tests: native, wasm in the browser, end to end in the browser
    Test(test::Options),
    /// Check format, lints and docs
    Ci,
    /// Measure the model, native and in the browser
    Bench(bench::Options),
    /// Build the optimised page and the mm-js package into dist/, and print their sizes
    Dist,
    /// Rewrite the golden traces, and the types of the package
    Golden,
    /// Compare the model with the captures and write docs/fidelity-report.md
    Fidelity,
    /// Take pictures of the page into target/shots/
    Shots(shots::Options),
    /// Install every tool that the other commands need, and do nothing else
    Setup,
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<()> {
    let project = Project::find()?;
    match &cli.task {
        Task::Serve(options) => serve::run(&project, options),
        Task::Test(options) => test::run(&project, options),
        Task::Ci => ci::run(&project),
        Task::Bench(options) => bench::run(&project, options),
        Task::Dist => dist::run(&project),
        Task::Golden => golden::run(&project),
        Task::Fidelity => fidelity::run(&project),
        Task::Shots(options) => shots::run(&project, options),
        Task::Setup => setup::ensure(&project, &[&setup::BUILD[..], &[Tool::Browser, Tool::Fonts]].concat()),
    }
}
