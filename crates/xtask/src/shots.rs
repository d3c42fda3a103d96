//! `cargo xtask shots`: pictures of every panel, theme and language in `target/shots/`.

use crate::page::{self, Build, Visits};
use crate::project::Project;
use crate::server::Served;
use crate::setup::{self, Tool};
use crate::test;
use anyhow::Result;
use clap::Args;

#[derive(Args)]
pub(crate) struct Options {
    /// Only pictures whose name contains one of these, e.g. `en-light` or `phone` [default: all]
    names: Vec<String>,
    /// Take them of a page that is served already
    #[arg(long, value_name = "URL")]
    url: Option<String>,
}

pub(crate) fn run(project: &Project, options: &Options) -> Result<()> {
    setup::ensure(project, &[Tool::Node, Tool::NodePackages, Tool::Browser, Tool::Fonts])?;
    if let Some(url) = &options.url {
        return take(project, url, &options.names);
    }
    setup::ensure(project, &setup::BUILD)?;
    let dist = page::build(project, Build::Optimised, Visits::Fresh, &project.target().join("page/shots"))?;
    let served = Served::start(&dist, 0)?;
    take(project, &served.url(), &options.names)
}

fn take(project: &Project, url: &str, names: &[String]) -> Result<()> {
    let node = test::browser_node(project, url)?.arg("tests/browser/shots.mjs");
    node.arg(project.target().join("shots")).args(names).run()
}
