//! The standard library for wasm32-unknown-unknown.
//!
//! Ordinarily `rustup target add`. Where rustup cannot reach its server but the system's
//! package mirror can be reached, the library is built from Debian's source package of
//! exactly this compiler's version: any other version's metadata would be refused.
//! Either way the result is in the sysroot, so cargo, clippy and trunk need no flags.

use super::{Found, Way};
use crate::project::{Project, WASM_TARGET};
use crate::sh::Cmd;
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};

pub(super) const BY_HAND: &str = "rustup target add wasm32-unknown-unknown";
pub(super) const WAYS: &[Way] = &[
    Way { what: "rustup target add wasm32-unknown-unknown", install: add_with_rustup },
    Way { what: "building it from Debian's rust-src (about 1 minute)", install: build_from_debian },
];

/// Where Debian keeps the sources of compilers, by suite: the usual package, and the
/// newer one that its browsers are built with.
const SOURCES: [(&str, &str, &str); 5] = [
    ("debian", "trixie-backports", "rust-src"),
    ("debian", "trixie", "rust-src"),
    ("debian", "bookworm", "rust-src"),
    ("debian", "sid", "rust-src"),
    ("debian-security", "bookworm-security", "rust-web-src"),
];
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Asks the compiler itself: a library of another version is as good as none.
pub(super) fn find(project: &Project) -> Result<Found> {
    let dir = project.target().join("xtask");
    fs::create_dir_all(&dir)?;
    let source = dir.join("probe.rs");
    fs::write(&source, "pub fn probe() -> Vec<u8> { Vec::new() }\n")?;
    let rustc =
        project.cmd("rustc").args(["--target", WASM_TARGET, "--crate-type", "lib", "--emit", "metadata"]);
    let works = rustc.arg("-o").arg(dir.join("probe.rmeta")).arg(&source).succeeds();
    if !works {
        return Ok(Found::Missing("not installed for this compiler".to_owned()));
    }
    Ok(Found::At(library(project)?.display().to_string()))
}

/// The folder in the sysroot where the compiler looks for the target's libraries.
fn library(project: &Project) -> Result<PathBuf> {
    let sysroot = project.cmd("rustc").args(["--print", "sysroot"]).read()?;
    Ok(Path::new(&sysroot).join("lib/rustlib").join(WASM_TARGET).join("lib"))
}

fn add_with_rustup(project: &Project) -> Result<()> {
    project.cmd("rustup").args(["target", "add", WASM_TARGET]).watch("rustup target add")
}

fn build_from_debian(project: &Project) -> Result<()> {
    let version = compiler_version(project)?;
    let work = project.tools().join("wasm-std");
    fs::create_dir_all(&work)?;
    let source = unpack_source(project, &version, &work)?;
    let built = build(&source, &work)?;
    install(project, &built)?;
    // Half a gigabyte of sources and objects that nothing reads again.
    fs::remove_dir_all(&work)?;
    Ok(())
}

/// The bare number, such as `1.95.0`.
fn compiler_version(project: &Project) -> Result<String> {
    let line = project.cmd("rustc").arg("--version").read()?;
    let number = line.split_whitespace().nth(1).context("rustc --version prints no version")?;
    ensure!(!number.contains('-'), "{number} is not a release, so no package has its source");
    Ok(number.to_owned())
}

/// Unpacks the `library/` folder of exactly `version` and returns where it is.
fn unpack_source(project: &Project, version: &str, work: &Path) -> Result<PathBuf> {
    let mirrors = project.cmd("apt-get").args(["indextargets", "--format", "$(REPO_URI)"]).read();
    let mirrors = mirrors.context("this is no Debian system with apt")?;
    let mut tried = Vec::new();
    for (archive, suite, package) in SOURCES {
        let name = format!("/{archive}");
        let Some(uri) = mirrors.lines().map(|uri| uri.trim_end_matches('/')).find(|uri| uri.ends_with(&name))
        else {
            continue;
        };
        match download(uri, suite, package, version, work) {
            Ok(deb) => {
                let unpacked = work.join("src");
                project.cmd("dpkg").arg("-x").arg(&deb).arg(&unpacked).run()?;
                return library_in(&unpacked);
            }
            Err(error) => tried.push(format!("{suite}: {error:#}")),
        }
    }
    bail!("no package has the source of rustc {version}\n{}", tried.join("\n"))
}

/// Downloads one package without touching the system's own package lists.
fn download(uri: &str, suite: &str, package: &str, version: &str, work: &Path) -> Result<PathBuf> {
    let apt = work.join("apt");
    fs::create_dir_all(apt.join("lists/partial"))?;
    fs::create_dir_all(apt.join("cache/archives/partial"))?;
    let list = apt.join("sources.list");
    fs::write(&list, format!("deb [signed-by={KEYRING}] {uri} {suite} main\n"))?;
    let options = [
        format!("Dir::Etc::SourceList={}", list.display()),
        "Dir::Etc::SourceParts=/dev/null".to_owned(),
        format!("Dir::State::Lists={}", apt.join("lists").display()),
        format!("Dir::Cache={}", apt.join("cache").display()),
        "APT::Sandbox::User=root".to_owned(),
    ];
    let get = |args: &[&str]| {
        let cmd = Cmd::new("apt-get").cwd(work);
        options.iter().fold(cmd, |cmd, option| cmd.arg("-o").arg(option)).args(args)
    };
    get(&["update"]).watch(&format!("apt-get update, {suite} alone"))?;
    get(&["download", &format!("{package}={version}*")]).watch(&format!("{package} {version}"))?;
    let debs = fs::read_dir(work)?.filter_map(|entry| Some(entry.ok()?.path()));
    let deb = debs.filter(|path| path.extension().is_some_and(|end| end == "deb")).max();
    deb.with_context(|| format!("apt-get download left no {package} package"))
}

/// Finds `usr/src/rustc-VERSION/library`, or the same under another parent.
fn library_in(unpacked: &Path) -> Result<PathBuf> {
    let mut folders = vec![unpacked.to_owned()];
    while let Some(folder) = folders.pop() {
        if folder.join("library/sysroot/Cargo.toml").is_file() {
            return Ok(folder.join("library"));
        }
        let depth = folder.components().count() - unpacked.components().count();
        if depth < 5 {
            let inner = fs::read_dir(&folder)?.filter_map(|entry| Some(entry.ok()?.path()));
            folders.extend(inner.filter(|path| path.is_dir() && !path.is_symlink()));
        }
    }
    bail!("the package has no library/sysroot")
}

/// Builds the library; its dependencies are vendored in the source package.
fn build(library: &Path, work: &Path) -> Result<PathBuf> {
    let target = work.join("target");
    let cargo = Cmd::new("cargo").cwd(library).env("CARGO_TARGET_DIR", &target);
    let cargo = cargo
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0");
    let features = "panic-unwind compiler-builtins-mem";
    cargo
        .args(["build", "--release", "--target", WASM_TARGET, "-p", "sysroot", "--features", features])
        .watch("building the wasm32 standard library")?;
    Ok(target.join(WASM_TARGET).join("release/deps"))
}

/// Copies the libraries to the compiler's own folder and says so: it is outside the checkout.
fn install(project: &Project, built: &Path) -> Result<()> {
    let to = library(project)?;
    // What is there does not work, or we would not be here: another compiler's leftovers.
    for path in rlibs(&to).unwrap_or_default() {
        fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    eprintln!("  note: this writes into the compiler's folder, outside the checkout: {}", to.display());
    fs::create_dir_all(&to).with_context(|| format!("cannot write {}", to.display()))?;
    for path in rlibs(built)? {
        let name = path.file_name().context("a library without a name")?;
        fs::copy(&path, to.join(name)).with_context(|| format!("cannot write {}", to.display()))?;
    }
    Ok(())
}

fn rlibs(folder: &Path) -> Result<Vec<PathBuf>> {
    let files = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    Ok(files.filter(|path| path.extension().is_some_and(|end| end == "rlib")).collect())
}
