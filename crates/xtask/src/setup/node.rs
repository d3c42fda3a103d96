//! Node.js (a stated prerequisite) and the packages that package.json pins.

use super::{Found, Way};
use crate::project::Project;
use anyhow::{Context, Result};

/// What the newest parts of our scripts need (`readdir` into subfolders, the spec reporter).
const OLDEST: (u32, u32) = (18, 17);
pub(super) const BY_HAND: &str = "install Node.js 18.17 or newer with npm: https://nodejs.org, or your system's packages `nodejs` and `npm`";
pub(super) const WAYS: &[Way] = &[Way { what: "apt-get install nodejs npm", install: install_node }];
pub(super) const PACKAGES_BY_HAND: &str = "npm ci --ignore-scripts";
pub(super) const PACKAGE_WAYS: &[Way] =
    &[Way { what: "npm ci into node_modules (a few seconds)", install: install_packages }];

pub(super) fn find(project: &Project) -> Result<Found> {
    let Ok(version) = project.cmd("node").arg("--version").read() else {
        return Ok(Found::Missing("not on PATH".to_owned()));
    };
    let npm = project.which("npm").or_else(|| project.which("npm.cmd"));
    Ok(match (parse_version(&version), npm) {
        (Some(number), Some(_)) if number >= OLDEST => Found::At(version),
        (Some(_) | None, Some(_)) => Found::Missing(format!("{version} is too old")),
        (Some(_) | None, None) => Found::Missing(format!("{version} is there, but no npm")),
    })
}

/// `(20, 2)` of `v20.2.1`.
fn parse_version(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.trim_start_matches('v').split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

fn install_node(project: &Project) -> Result<()> {
    super::apt::install(project, &["nodejs", "npm"])
}

/// Compares what is installed with the lock file, as npm itself recorded it.
pub(super) fn find_packages(project: &Project) -> Result<Found> {
    let wanted = pinned(project)?;
    for (name, version) in &wanted {
        let installed = project.path("node_modules").join(name).join("package.json");
        let text = std::fs::read_to_string(installed).unwrap_or_default();
        if !text.contains(&format!("\"version\": \"{version}\"")) {
            return Ok(Found::Missing(format!("{name} {version} is not in node_modules")));
        }
    }
    let shown: Vec<String> = wanted.iter().map(|(name, version)| format!("{name} {version}")).collect();
    Ok(Found::At(shown.join(", ")))
}

/// The `"name": "version"` lines of package.json's `devDependencies`, the only ones it has.
fn pinned(project: &Project) -> Result<Vec<(String, String)>> {
    let text = std::fs::read_to_string(project.path("package.json")).context("cannot read package.json")?;
    parse_pinned(&text)
}

fn parse_pinned(text: &str) -> Result<Vec<(String, String)>> {
    let (_, list) = text.split_once("\"devDependencies\": {").context("package.json pins nothing")?;
    let (list, _) = list.split_once('}').context("package.json does not close devDependencies")?;
    let mut strings = list.split('"').skip(1).step_by(2).map(str::to_owned);
    Ok(std::iter::from_fn(|| Some((strings.next()?, strings.next()?))).collect())
}

fn install_packages(project: &Project) -> Result<()> {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let cmd = project.cmd(npm).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    cmd.watch("npm ci")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_major_then_minor() {
        assert_eq!(parse_version("v18.20.8"), Some((18, 20)));
        assert!(parse_version("v18.4.0") < Some(OLDEST));
    }

    #[test]
    fn pinned_packages_are_read_in_order() {
        let text = r#"{ "name": "x", "devDependencies": { "a-b": "1.2.3", "c": "4.0.0" }, "z": {} }"#;
        let pinned = parse_pinned(text).expect("the text pins two packages");
        assert_eq!(pinned, [("a-b".to_owned(), "1.2.3".to_owned()), ("c".to_owned(), "4.0.0".to_owned())]);
    }
}
