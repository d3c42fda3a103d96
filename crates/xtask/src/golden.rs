//! `cargo xtask golden`: rewrites the golden traces from what the model does now.
//!
//! Read the difference before you commit it.

use crate::project::Project;
use anyhow::Result;

pub(crate) fn run(project: &Project) -> Result<()> {
    let cargo = project.cargo().env("MMSCOPE_BLESS", "1");
    cargo.args(["test", "-p", "mmscope-tests", "--test", "golden"]).run()?;
    project.cmd("git").args(["diff", "--stat", "--", "tests", "crates/mm-view/src/model-version.txt"]).run()
}
