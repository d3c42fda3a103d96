//! `cargo xtask ci`: format, lints and docs; everything that needs no test run.

use crate::project::{Project, WASM_CRATES, WASM_TARGET};
use crate::setup::{self, Tool};
use anyhow::Result;
use std::time::Instant;

pub(crate) fn run(project: &Project) -> Result<()> {
    let step = |name: &str, work: &dyn Fn() -> Result<()>| -> Result<()> {
        let since = Instant::now();
        eprintln!("\n=== ci {name}");
        work()?;
        eprintln!("=== ci {name}: {:.0} s", since.elapsed().as_secs_f32());
        Ok(())
    };
    step("setup", &|| setup::ensure(project, &[Tool::WasmStd]))?;
    step("format", &|| project.cargo().args(["fmt", "--all", "--check"]).run())?;
    step("clippy, native", &|| clippy(project, &["--workspace"]))?;
    step("clippy, wasm32", &|| {
        let packages = WASM_CRATES.iter().flat_map(|name| ["-p", name]);
        let args: Vec<&str> = ["--target", WASM_TARGET].into_iter().chain(packages).collect();
        clippy(project, &args)
    })?;
    step("docs", &|| {
        let cargo = project.cargo().env("RUSTDOCFLAGS", "-D warnings");
        cargo.args(["doc", "--workspace", "--no-deps", "--document-private-items"]).run()
    })?;
    println!("ci passed");
    Ok(())
}

fn clippy(project: &Project, what: &[&str]) -> Result<()> {
    project.cargo().arg("clippy").args(what).args(["--all-targets", "--", "-D", "warnings"]).run()
}
