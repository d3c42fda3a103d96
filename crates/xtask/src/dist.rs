//! `cargo xtask dist`: the optimised page and the mm-js package in `dist/`, with their sizes.

use crate::page::{self, Build, Visits};
use crate::project::{Project, WASM_TARGET};
use crate::setup;
use anyhow::{Context, Result};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const RECORD: &str = "docs/size.md";
const RECORD_HEAD: &str = "# Size of the page, by commit\n\n\
    Written by `cargo xtask dist`. Bytes; *first paint* is index.html, the style sheets, the\n\
    JavaScript and the wasm module together, compressed with brotli at its best level.\n\n\
    | commit | wasm | wasm, gzip | wasm, brotli | first paint, brotli |\n|---|---:|---:|---:|---:|\n";

pub(crate) fn run(project: &Project) -> Result<()> {
    setup::ensure(project, &setup::BUILD)?;
    let dist = page::build(project, Build::Optimised, Visits::Kept, &project.path("dist"))?;
    package(project, &dist.join("mm-js"))?;
    let files = sizes(project, &dist)?;
    print(&files);
    record(project, &files)?;
    println!("\nThe page is in dist/, the package in dist/mm-js/.");
    Ok(())
}

/// Builds mm-js as an ES module for browsers, with its TypeScript types.
pub(crate) fn package(project: &Project, out: &Path) -> Result<()> {
    let cargo = project.cargo().args(["build", "-p", "mm-js", "--lib", "--profile", "mm-js"]);
    cargo.args(["--target", WASM_TARGET]).watch("cargo build -p mm-js")?;
    let built = project.target().join(WASM_TARGET).join("mm-js/mm_js.wasm");
    let bindgen = project.cmd("wasm-bindgen").args(["--target", "web", "--out-dir"]).arg(out);
    bindgen.arg(&built).watch("wasm-bindgen")?;
    let module = out.join("mm_js_bg.wasm");
    let optimise = project.cmd("wasm-opt").arg("-O3").args(page::wasm_opt_features(project)?);
    optimise.arg(&module).arg("-o").arg(&module).watch("wasm-opt")?;
    let version = env!("CARGO_PKG_VERSION");
    let manifest = format!(
        r#"{{
  "name": "mm-js",
  "version": "{version}",
  "description": "A deterministic model of Linux memory management: a machine, a script, plain objects.",
  "license": "MIT OR Apache-2.0",
  "type": "module",
  "main": "mm_js.js",
  "types": "mm_js.d.ts",
  "files": ["mm_js.js", "mm_js.d.ts", "mm_js_bg.wasm", "mm_js_bg.wasm.d.ts"],
  "sideEffects": false
}}
"#
    );
    fs::write(out.join("package.json"), manifest).context("cannot write the package's package.json")
}

/// One file with its size raw and compressed, in bytes.
struct FileSize {
    name: String,
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Node has both compressors at hand, so xtask needs no crate for two numbers.
fn sizes(project: &Project, dist: &Path) -> Result<Vec<FileSize>> {
    let script = project.path("crates/xtask/src/sizes.mjs");
    let text = project.cmd("node").arg(script).arg(dist).read()?;
    text.lines().map(|line| parse_size(line).with_context(|| format!("not a size: {line:?}"))).collect()
}

fn parse_size(line: &str) -> Option<FileSize> {
    let mut words = line.splitn(4, ' ');
    let mut number = || words.next()?.parse::<u64>().ok();
    let (raw, gzip, brotli) = (number()?, number()?, number()?);
    Some(FileSize { name: words.next()?.to_owned(), raw, gzip, brotli })
}

fn print(files: &[FileSize]) {
    println!("\n{:>9} {:>9} {:>9}", "raw", "gzip", "brotli");
    for file in files {
        println!("{:>9} {:>9} {:>9}  {}", file.raw, file.gzip, file.brotli, file.name);
    }
    println!("{:>29}  first paint, bytes", first_paint(files));
}

/// What a browser loads before it can show the page: the top folder's text and the module.
fn first_paint(files: &[FileSize]) -> u64 {
    let needed = |name: &str| {
        !name.contains('/') && [".html", ".css", ".js", ".wasm"].iter().any(|end| name.ends_with(end))
    };
    files.iter().filter(|file| needed(&file.name)).map(|file| file.brotli).sum()
}

/// Adds a row for this commit, or replaces the one that it has.
fn record(project: &Project, files: &[FileSize]) -> Result<()> {
    let commit = project.cmd("git").args(["rev-parse", "--short=10", "HEAD"]).read()?;
    let page = files.iter().find(|file| !file.name.contains('/') && file.name.ends_with(".wasm"));
    let page = page.context("dist has no wasm module")?;
    let path = project.path(RECORD);
    let old = fs::read_to_string(&path).unwrap_or_else(|_| RECORD_HEAD.to_owned());
    let row_start = format!("| {commit} |");
    let mut text = String::new();
    for line in old.lines().filter(|line| !line.starts_with(&row_start)) {
        writeln!(text, "{line}")?;
    }
    let (raw, gzip, brotli) = (page.raw, page.gzip, page.brotli);
    writeln!(text, "{row_start} {raw} | {gzip} | {brotli} | {} |", first_paint(files))?;
    fs::write(&path, text).with_context(|| format!("cannot write {RECORD}"))
}
