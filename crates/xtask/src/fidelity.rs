//! `cargo xtask fidelity`: holds the model against every capture in `tests/oracle/` and writes
//! `docs/fidelity-report.md`. Fails when anything differs.

use crate::project::Project;
use anyhow::Result;

pub(crate) fn run(project: &Project) -> Result<()> {
    let cargo = project.cargo().env("MMSCOPE_BLESS", "1");
    cargo.args(["test", "-p", "mmscope-tests", "--test", "oracle"]).run()?;
    project.cmd("git").args(["diff", "--stat", "--", "docs/fidelity-report.md"]).run()
}
