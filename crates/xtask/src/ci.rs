//! `cargo xtask ci`: format, lints and docs; everything that needs no test run.

use crate::project::{Project, WASM_CRATES, WASM_TARGET};
use crate::setup::{self, Tool};
use anyhow::{Result, ensure};
use std::time::Instant;

pub(crate) fn run(project: &Project) -> Result<()> {
    let mut checks = Checks::default();
    checks.run("setup", || setup::ensure(project, &[Tool::WasmStd]));
    checks.run("format", || project.cargo().args(["fmt", "--all", "--check"]).run());
    checks.run("clippy, native", || clippy(project, &["--workspace"]));
    checks.run("clippy, wasm32", || {
        let packages = WASM_CRATES.iter().flat_map(|name| ["-p", name]);
        let args: Vec<&str> = ["--target", WASM_TARGET].into_iter().chain(packages).collect();
        clippy(project, &args)
    });
    checks.run("docs", || {
        let cargo = project.cargo().env("RUSTDOCFLAGS", "-D warnings");
        cargo.args(["doc", "--workspace", "--no-deps", "--document-private-items"]).run()
    });
    ensure!(checks.failed.is_empty(), "ci failed: {}", checks.failed.join("; "));
    println!("\nci passed");
    Ok(())
}

/// Runs one check after another; a failed one does not hide the next.
#[derive(Default)]
struct Checks {
    failed: Vec<&'static str>,
}

impl Checks {
    fn run(&mut self, name: &'static str, work: impl FnOnce() -> Result<()>) {
        let since = Instant::now();
        eprintln!("\n=== ci {name}");
        let verdict = match work() {
            Ok(()) => "passed",
            Err(error) => {
                eprintln!("error: {error:#}");
                self.failed.push(name);
                "FAILED"
            }
        };
        eprintln!("=== ci {name}: {verdict}, {:.0} s", since.elapsed().as_secs_f32());
    }
}

fn clippy(project: &Project, what: &[&str]) -> Result<()> {
    project.cargo().arg("clippy").args(what).args(["--all-targets", "--", "-D", "warnings"]).run()
}
