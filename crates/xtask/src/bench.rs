//! `cargo xtask bench`: the figures of the model, native and in the browser.
//!
//! Ratios are taken side by side in one run; nothing here passes or fails on a time.

use crate::dist;
use crate::page::{self, Build, Visits};
use crate::project::Project;
use crate::server::Served;
use crate::setup::{self, Tool};
use crate::test;
use anyhow::Result;
use clap::{Args, ValueEnum};

const BROWSER_SCRIPT: &str = "tests/browser/bench.mjs";

#[derive(Args)]
pub(crate) struct Options {
    /// Only this part [default: both]
    part: Option<Part>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Native,
    Browser,
}

pub(crate) fn run(project: &Project, options: &Options) -> Result<()> {
    match options.part {
        Some(Part::Native) => native_bench(project),
        Some(Part::Browser) => browser_bench(project),
        None => native_bench(project).and_then(|()| browser_bench(project)),
    }
}

fn native_bench(project: &Project) -> Result<()> {
    eprintln!("\n=== bench native");
    project.cargo().args(["bench", "-p", "mmscope-tests"]).run()
}

fn browser_bench(project: &Project) -> Result<()> {
    eprintln!("\n=== bench browser");
    if !project.path(BROWSER_SCRIPT).is_file() {
        eprintln!("no {BROWSER_SCRIPT}");
        return Ok(());
    }
    setup::ensure(project, &[&setup::BUILD[..], &[Tool::Browser]].concat())?;
    let dist = page::build(project, Build::Optimised, Visits::Fresh, &project.target().join("page/bench"))?;
    // The model alone, without the page's slices and pictures, is timed through the package.
    dist::package(project, &dist.join("mm-js"))?;
    let served = Served::start(&dist, 0)?;
    test::browser_node(project, &served.url())?.arg(BROWSER_SCRIPT).run()
}
