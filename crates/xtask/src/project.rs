//! Where things are: the checkout, the project's own tools, and how child processes find them.

use crate::sh::Cmd;
use anyhow::{Context, Result};
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The crates whose code only runs in a browser; clippy looks at them for wasm32 too.
pub(crate) const WASM_CRATES: [&str; 2] = ["mm-js", "mmscope-web"];
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The checkout this xtask was built from.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    root: PathBuf,
}

impl Project {
    pub(crate) fn find() -> Result<Project> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = here.ancestors().nth(2).context("crates/xtask has no workspace above it")?;
        Ok(Project { root: root.to_owned() })
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Tools that no package manager of the system owns. Outside `target/`, so that
    /// `cargo clean` does not cost ten minutes of tool building.
    pub(crate) fn tools(&self) -> PathBuf {
        self.root.join(".tools")
    }

    pub(crate) fn target(&self) -> PathBuf {
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| self.root.join("target"), |dir| self.root.join(dir))
    }

    /// A command in the checkout that sees the project's tools before the system's.
    pub(crate) fn cmd(&self, program: &str) -> Cmd {
        Cmd::new(program).cwd(&self.root).env("PATH", self.search_path())
    }

    pub(crate) fn cargo(&self) -> Cmd {
        self.cmd("cargo")
    }

    /// The first program of this name in the project's tools, then on PATH.
    pub(crate) fn which(&self, name: &str) -> Option<PathBuf> {
        let file = format!("{name}{}", env::consts::EXE_SUFFIX);
        env::split_paths(&self.search_path()).map(|dir| dir.join(&file)).find(|path| path.is_file())
    }

    /// The version that Cargo.lock fixes for `package`.
    pub(crate) fn locked_version(&self, package: &str) -> Result<String> {
        let lock = std::fs::read_to_string(self.path("Cargo.lock")).context("cannot read Cargo.lock")?;
        let mut lines = lock.lines();
        let name = format!("name = \"{package}\"");
        lines.find(|line| *line == name).with_context(|| format!("Cargo.lock has no package {package}"))?;
        let version = lines.next().and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
        Ok(version.with_context(|| format!("Cargo.lock gives {package} no version"))?.to_owned())
    }

    fn search_path(&self) -> OsString {
        let own = [self.tools().join("bin"), self.root.join("node_modules").join(".bin")];
        let system = env::var_os("PATH").unwrap_or_default();
        let all = own.into_iter().chain(env::split_paths(&system));
        // A folder with the separator in its name cannot be on any PATH; go on without ours.
        env::join_paths(all).unwrap_or(system)
    }
}
