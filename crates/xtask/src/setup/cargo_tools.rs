//! Tools that are crates: trunk, and the wasm-bindgen of exactly Cargo.lock's version.
//!
//! A debug build of a tool is fast enough for what it does here and takes a quarter of
//! the time to compile.

use super::{Found, Way};
use crate::project::Project;
use crate::sh::Cmd;
use anyhow::Result;

/// The newest trunk that builds with this project's `rust-version`.
const TRUNK_VERSION: &str = "0.21.14";

pub(super) const TRUNK_WAYS: &[Way] =
    &[Way { what: "cargo install trunk into .tools (about 4 minutes)", install: install_trunk }];
pub(super) const WASM_BINDGEN_WAYS: &[Way] = &[Way {
    what: "cargo install wasm-bindgen-cli into .tools (about 2 minutes)",
    install: install_wasm_bindgen,
}];

pub(super) fn find_trunk(project: &Project) -> Result<Found> {
    Ok(find(project, "trunk", TRUNK_VERSION))
}

pub(super) fn find_wasm_bindgen(project: &Project) -> Result<Found> {
    let version = project.locked_version("wasm-bindgen")?;
    Ok(match find(project, "wasm-bindgen-test-runner", &version) {
        Found::At(_) => find(project, "wasm-bindgen", &version),
        Found::Missing(why) => Found::Missing(why),
    })
}

/// Looks for `program` whose `--version` ends with `version`.
fn find(project: &Project, program: &str, version: &str) -> Found {
    let Some(path) = project.which(program) else {
        return Found::Missing(format!("no {program} {version} on PATH or in .tools"));
    };
    let shown = path.display();
    match Cmd::new(&path.to_string_lossy()).arg("--version").read() {
        Ok(line) if line.split_whitespace().nth(1) == Some(version) => {
            Found::At(format!("{version}, {shown}"))
        }
        Ok(line) => Found::Missing(format!("{shown} is {line}, {version} is needed")),
        Err(error) => Found::Missing(format!("{shown} does not run: {error}")),
    }
}

fn install_trunk(project: &Project) -> Result<()> {
    // The default features bring a self-updater, which is not wanted here.
    let features = ["--locked", "--no-default-features", "--features", "rustls"];
    cargo_install(project, "trunk", TRUNK_VERSION, &features)
}

fn install_wasm_bindgen(project: &Project) -> Result<()> {
    let version = project.locked_version("wasm-bindgen")?;
    // Without `--locked`: the lock file it ships names versions that not every mirror serves.
    cargo_install(project, "wasm-bindgen-cli", &version, &[])
}

fn cargo_install(project: &Project, krate: &str, version: &str, more: &[&str]) -> Result<()> {
    let build = project.tools().join("build");
    let cmd = project.cargo().env("CARGO_TARGET_DIR", &build);
    let cmd = cmd.args(["install", krate, "--version", version, "--debug", "--force", "--root"]);
    cmd.arg(project.tools()).args(more).watch(&format!("{krate} {version}"))?;
    // Some hundred megabytes that nothing reads again.
    std::fs::remove_dir_all(build)?;
    Ok(())
}

pub(super) fn trunk_by_hand() -> String {
    format!("cargo install --locked trunk --version {TRUNK_VERSION} --root .tools")
}

pub(super) fn wasm_bindgen_by_hand(project: &Project) -> Result<String> {
    let version = project.locked_version("wasm-bindgen")?;
    Ok(format!("cargo install wasm-bindgen-cli --version {version} --root .tools"))
}
