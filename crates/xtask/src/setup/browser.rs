//! Chromium with its driver.
//!
//! A browser is the system's: it is found, or installed by the system's package manager.
//! `CHROME` and `CHROMEDRIVER` name other ones.

use super::{Found, Way, apt};
use crate::project::Project;
use crate::sh::Cmd;
use anyhow::{Context, Result};
use std::env;
use std::path::PathBuf;

pub(super) const BY_HAND: &str = if cfg!(target_os = "macos") {
    "brew install --cask google-chrome chromedriver, or set CHROME and CHROMEDRIVER"
} else if cfg!(windows) {
    "winget install Google.Chrome, and a chromedriver of its version in CHROMEDRIVER"
} else {
    "sudo apt-get install --no-install-recommends chromium chromium-driver (or your system's packages), or set CHROME and CHROMEDRIVER"
};
pub(super) const WAYS: &[Way] =
    &[Way { what: "apt-get install chromium chromium-driver (about 1 minute)", install: install_chromium }];

const CHROME_NAMES: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const CHROME_PLACES: [&str; 4] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
];

/// A browser and the driver that fits it.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    pub(crate) chrome: PathBuf,
    pub(crate) driver: PathBuf,
}

/// The browser that [`super::ensure`] found.
pub(crate) fn browser(project: &Project) -> Result<Browser> {
    let chrome = chrome(project).context("no Chromium or Chrome")?;
    let driver = driver(project).context("no chromedriver")?;
    Ok(Browser { chrome, driver })
}

pub(super) fn find(project: &Project) -> Result<Found> {
    let Some(chrome) = chrome(project) else {
        return Ok(Found::Missing("no Chromium or Chrome found".to_owned()));
    };
    let Some(driver) = driver(project) else {
        return Ok(Found::Missing("no chromedriver found".to_owned()));
    };
    let driver_major = major(&driver);
    // Chrome on Windows opens a window instead of printing its version.
    if !cfg!(windows) && major(&chrome) != driver_major {
        let why = format!("{} and {} are of different versions", chrome.display(), driver.display());
        return Ok(Found::Missing(why));
    }
    Ok(Found::At(format!("{} {}", chrome.display(), driver_major.unwrap_or_default())))
}

fn chrome(project: &Project) -> Option<PathBuf> {
    let named = env::var_os("CHROME").map(PathBuf::from);
    let on_path = || CHROME_NAMES.iter().find_map(|name| project.which(name));
    let usual = || CHROME_PLACES.iter().map(PathBuf::from).find(|path| path.is_file());
    named.or_else(on_path).or_else(usual)
}

fn driver(project: &Project) -> Option<PathBuf> {
    let named = env::var_os("CHROMEDRIVER").map(PathBuf::from);
    named.or_else(|| project.which("chromedriver"))
}

/// `156` of `Chromium 156.0.8078.73 built on ...`.
fn major(program: &std::path::Path) -> Option<u32> {
    let line = Cmd::new(&program.to_string_lossy()).arg("--version").read().ok()?;
    let number = line.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    number.split('.').next()?.parse().ok()
}

fn install_chromium(project: &Project) -> Result<()> {
    apt::install(project, &["chromium", "chromium-driver"])
}
