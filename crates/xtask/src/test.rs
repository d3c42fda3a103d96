//! `cargo xtask test`: everything that can fail, in three stages.
//!
//! *native*: `cargo test` over the workspace. *wasm*: the crates with `wasm_bindgen_test`s,
//! in headless Chromium. *browser*: end-to-end tests against the optimised page, under the
//! real Content-Security-Policy. A failed stage does not hide the next one.

use crate::page::{self, Build, Visits};
use crate::project::{Project, WASM_TARGET};
use crate::server::Served;
use crate::setup::{self, Tool, fonts};
use crate::sh::Cmd;
use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Members of the workspace, apart from `crates/*`, which are listed from the disk.
const OTHER_MEMBERS: [&str; 2] = ["web", "tests"];
/// Browser tests whose outcome depends on how wide the letters are.
const DRAWN: [&str; 6] = [
    "a11y-narrow.test.mjs",
    "embed.test.mjs",
    "keyboard.test.mjs",
    "layout.test.mjs",
    "panels.test.mjs",
    "smoke.test.mjs",
];
/// Seconds for one crate's whole suite inside the browser, compiled without optimisation.
const WASM_SUITE_SECONDS: &str = "600";
/// Chromium as a test needs it: no sandbox (root in a container has none), nothing that
/// talks to the network by itself.
const CHROME_ARGS: [&str; 9] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

#[derive(Args)]
pub(crate) struct Options {
    /// Only these stages [default: all]
    stages: Vec<Stage>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stage {
    Native,
    Wasm,
    Browser,
}

/// Outcomes of tests, as their runner counted them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Count {
    passed: u32,
    failed: u32,
}

pub(crate) fn run(project: &Project, options: &Options) -> Result<()> {
    let all = [Stage::Native, Stage::Wasm, Stage::Browser];
    let stages = if options.stages.is_empty() { &all[..] } else { &options.stages };
    let mut total = Count::default();
    for &stage in stages {
        let since = Instant::now();
        eprintln!("\n=== test {stage:?}");
        let count = stage.run(project).unwrap_or_else(|error| {
            eprintln!("error: {error:#}");
            Count { passed: 0, failed: 1 }
        });
        let seconds = since.elapsed().as_secs_f32();
        eprintln!("=== test {stage:?}: {} passed, {} failed, {seconds:.0} s", count.passed, count.failed);
        total.add(count);
    }
    println!("\n{} passed, {} failed", total.passed, total.failed);
    if total.failed > 0 {
        bail!("tests failed");
    }
    Ok(())
}

impl Stage {
    fn run(self, project: &Project) -> Result<Count> {
        match self {
            Stage::Native => native(project),
            Stage::Wasm => wasm(project),
            Stage::Browser => browser(project),
        }
    }
}

/// The whole workspace, also the crates made for the browser: their `#[test]`s must run too.
fn native(project: &Project) -> Result<Count> {
    counted(project.cargo().args(["test", "--workspace", "--no-fail-fast"]))
}

fn wasm(project: &Project) -> Result<Count> {
    setup::ensure(project, &[Tool::WasmStd, Tool::WasmBindgen, Tool::Browser])?;
    let packages = packages_with_wasm_tests(project)?;
    if packages.is_empty() {
        eprintln!("no crate depends on wasm-bindgen-test");
        return Ok(Count::default());
    }
    let browser = setup::browser(project)?;
    let config = webdriver_config(project, &browser.chrome)?;
    let runner = project.which("wasm-bindgen-test-runner").context("no wasm-bindgen-test-runner")?;
    let cargo = project.cargo().args(["test", "--no-fail-fast", "--target", WASM_TARGET]);
    let cargo = packages.iter().fold(cargo, |cargo, package| cargo.args(["-p", package]));
    // Doc tests are native ones, and have run.
    let cargo = cargo.args(["--lib", "--bins", "--tests"]);
    counted(
        cargo
            .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
            .env("CHROMEDRIVER", &browser.driver)
            .env("WASM_BINDGEN_USE_BROWSER", "1")
            .env("WASM_BINDGEN_TEST_TIMEOUT", WASM_SUITE_SECONDS)
            .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "30")
            .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", config),
    )
}

fn browser(project: &Project) -> Result<Count> {
    let tools = [&setup::BUILD[..], &[Tool::Browser, Tool::Fonts]].concat();
    setup::ensure(project, &tools)?;
    let files = browser_tests(project)?;
    let dist = page::build(project, Build::Optimised, Visits::Kept, &project.target().join("page/test"))?;
    let served = Served::start(&dist, 0)?;
    let run =
        |node: Cmd, files: &[PathBuf]| counted(node.args(["--test", "--test-reporter=spec"]).args(files));
    if !fonts::can_be_chosen() {
        eprintln!("NOTE: no fontconfig here, so the page is tested with this system's own fonts alone");
        return run(browser_node(project, &served.url())?, &files);
    }
    let drawn: Vec<PathBuf> = files.iter().filter(|file| is_drawn(file)).cloned().collect();
    ensure!(drawn.len() == DRAWN.len(), "one of {} is not there", DRAWN.join(", "));
    let mut total = Count::default();
    for (face, files) in [(fonts::WIDE, files), (fonts::NARROW, drawn)] {
        eprintln!("\n--- with a {} font: {}, {}", face.name, face.sans, face.mono);
        let node = browser_node(project, &served.url())?
            .env("FONTCONFIG_FILE", face.configuration(project)?)
            .env("MMSCOPE_FONTS", format!("{},{}", face.sans, face.mono));
        total.add(run(node, &files)?);
    }
    Ok(total)
}

/// Whether a file of tests is about what fits where, and so runs with the narrow font too.
fn is_drawn(file: &Path) -> bool {
    file.file_name().is_some_and(|name| DRAWN.iter().any(|drawn| name == *drawn))
}

/// `node` with what `tests/browser/harness.mjs` reads from its environment.
pub(crate) fn browser_node(project: &Project, url: &str) -> Result<Cmd> {
    let browser = setup::browser(project)?;
    Ok(project.cmd("node").env("MMSCOPE_URL", url).env("CHROME", browser.chrome))
}

fn browser_tests(project: &Project) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(project.path("tests/browser")).context("no tests/browser")?;
    let files = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.to_string_lossy().ends_with(".test.mjs")).collect();
    files.sort();
    Ok(files)
}

/// Names of the members whose Cargo.toml asks for wasm-bindgen-test.
fn packages_with_wasm_tests(project: &Project) -> Result<Vec<String>> {
    let crates = fs::read_dir(project.path("crates"))?.filter_map(|entry| Some(entry.ok()?.path()));
    let mut folders: Vec<PathBuf> = crates.chain(OTHER_MEMBERS.map(|name| project.path(name))).collect();
    folders.sort();
    let manifests = folders.iter().filter_map(|folder| fs::read_to_string(folder.join("Cargo.toml")).ok());
    let with_tests = manifests.filter(|text| text.contains("\nwasm-bindgen-test"));
    Ok(with_tests.filter_map(|text| package_name(&text)).collect())
}

fn package_name(manifest: &str) -> Option<String> {
    let line = manifest.lines().find_map(|line| line.strip_prefix("name = \""))?;
    Some(line.trim_end_matches('"').to_owned())
}

/// The capabilities that the wasm test runner passes to chromedriver.
fn webdriver_config(project: &Project, chrome: &Path) -> Result<PathBuf> {
    let dir = project.target().join("xtask");
    fs::create_dir_all(&dir)?;
    let path = dir.join("webdriver.json");
    let args: Vec<String> = CHROME_ARGS.iter().map(|arg| format!("\"{arg}\"")).collect();
    // `Debug` of a path is a JSON string for every path without control characters.
    let text = format!(
        "{{ \"goog:chromeOptions\": {{ \"binary\": {chrome:?}, \"args\": [{}] }} }}\n",
        args.join(", ")
    );
    fs::write(&path, text)?;
    Ok(path)
}

/// Runs a test runner and adds up the results that it prints.
fn counted(cmd: Cmd) -> Result<Count> {
    let shown = cmd.to_string();
    let mut count = Count::default();
    let succeeded = cmd.tee(|line| count.read(line))?;
    if !succeeded && count.failed == 0 {
        // It did not compile, or crashed before it could count.
        eprintln!("error: `{shown}` failed");
        count.failed = 1;
    }
    Ok(count)
}

impl Count {
    fn add(&mut self, other: Count) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// Understands the closing lines of cargo's, wasm-bindgen's and Node's test runners.
    fn read(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["test", "result:", _, passed, "passed;", failed, "failed;", ..] => {
                self.passed += passed.parse().unwrap_or(0);
                self.failed += failed.parse().unwrap_or(0);
            }
            ["#" | "ℹ", "pass", passed] => self.passed += passed.parse().unwrap_or(0),
            ["#" | "ℹ", "fail" | "cancelled", failed] => self.failed += failed.parse().unwrap_or(0),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_each_runner_are_added_up() {
        let mut count = Count::default();
        count.read("test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out");
        count.read("test result: FAILED. 2 passed; 3 failed; 0 ignored");
        count.read("ℹ pass 4");
        count.read("ℹ fail 1");
        count.read("ℹ cancelled 0");
        assert_eq!(count, Count { passed: 18, failed: 4 });
    }

    #[test]
    fn a_manifest_tells_its_package_name() {
        assert_eq!(package_name("[package]\nname = \"mm-js\"\n").as_deref(), Some("mm-js"));
    }
}
