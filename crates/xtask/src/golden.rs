//! `cargo xtask golden`: rewrites the golden traces from what the model does now, and the package's types
//! from the structs that it hands out.
//!
//! Read the difference before you commit it.

use crate::project::Project;
use anyhow::Result;

pub(crate) fn run(project: &Project) -> Result<()> {
    for (package, test) in [("mmscope-tests", "golden"), ("mm-js", "types")] {
        let cargo = project.cargo().env("MMSCOPE_BLESS", "1");
        cargo.args(["test", "-p", package, "--test", test]).run()?;
    }
    let written = ["tests", "crates/mm-view/src/model-version.txt", "crates/mm-js/src/types.d.ts"];
    project.cmd("git").args(["diff", "--stat", "--"]).args(written).run()
}
