//! Everything a command needs that Cargo does not fetch: present already, or installed now.
//!
//! For each tool: look first, then the ordinary networked way, then a fallback, then a
//! message with the exact command to run. The project's own copies go to `.tools/` and
//! `node_modules/`; what must go elsewhere (the target's standard library, a system
//! package) is announced.

mod apt;
mod browser;
mod cargo_tools;
pub(crate) mod fonts;
mod node;
mod wasm_std;

pub(crate) use browser::browser;

use crate::project::Project;
use anyhow::{Result, bail};
use std::fmt;
use std::time::Instant;

/// A thing outside the workspace that some command needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tool {
    /// The standard library for wasm32-unknown-unknown.
    WasmStd,
    /// Bundles the page.
    Trunk,
    /// Writes the JavaScript side of a wasm module; brings the wasm test runner.
    WasmBindgen,
    /// Node.js, which runs wasm-opt and the browser tests.
    Node,
    /// wasm-opt, axe and the browser driver library: package.json has the versions.
    NodePackages,
    /// Chromium or Chrome, and the chromedriver of the same version.
    Browser,
    /// The fonts that the page is tested with, Chinese among them.
    Fonts,
}

/// What the page and the package are built with.
pub(crate) const BUILD: [Tool; 5] =
    [Tool::WasmStd, Tool::Node, Tool::NodePackages, Tool::WasmBindgen, Tool::Trunk];

/// One way to install a tool.
struct Way {
    /// Said before it starts; names the command.
    what: &'static str,
    install: fn(&Project) -> Result<()>,
}

/// Where a tool was found, or why what was found does not do.
enum Found {
    At(String),
    Missing(String),
}

impl Tool {
    fn name(self) -> &'static str {
        match self {
            Tool::WasmStd => "wasm32 standard library",
            Tool::Trunk => "trunk",
            Tool::WasmBindgen => "wasm-bindgen",
            Tool::Node => "node",
            Tool::NodePackages => "node packages",
            Tool::Browser => "browser",
            Tool::Fonts => "fonts",
        }
    }

    fn find(self, project: &Project) -> Result<Found> {
        match self {
            Tool::WasmStd => wasm_std::find(project),
            Tool::Trunk => cargo_tools::find_trunk(project),
            Tool::WasmBindgen => cargo_tools::find_wasm_bindgen(project),
            Tool::Node => node::find(project),
            Tool::NodePackages => node::find_packages(project),
            Tool::Browser => browser::find(project),
            Tool::Fonts => fonts::find(project),
        }
    }

    fn ways(self) -> &'static [Way] {
        match self {
            Tool::WasmStd => wasm_std::WAYS,
            Tool::Trunk => cargo_tools::TRUNK_WAYS,
            Tool::WasmBindgen => cargo_tools::WASM_BINDGEN_WAYS,
            Tool::Node => node::WAYS,
            Tool::NodePackages => node::PACKAGE_WAYS,
            Tool::Browser => browser::WAYS,
            Tool::Fonts => fonts::WAYS,
        }
    }

    /// What to type when nothing here worked.
    fn by_hand(self, project: &Project) -> Result<String> {
        match self {
            Tool::WasmStd => Ok(wasm_std::BY_HAND.to_owned()),
            Tool::Trunk => Ok(cargo_tools::trunk_by_hand()),
            Tool::WasmBindgen => cargo_tools::wasm_bindgen_by_hand(project),
            Tool::Node => Ok(node::BY_HAND.to_owned()),
            Tool::NodePackages => Ok(node::PACKAGES_BY_HAND.to_owned()),
            Tool::Browser => Ok(browser::BY_HAND.to_owned()),
            Tool::Fonts => Ok(fonts::BY_HAND.to_owned()),
        }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Makes sure that every tool is there, installing what is missing in the given order.
pub(crate) fn ensure(project: &Project, tools: &[Tool]) -> Result<()> {
    for &tool in tools {
        match tool.find(project)? {
            Found::At(place) => eprintln!("  {tool}: {place}"),
            Found::Missing(why) => install(project, tool, &why)?,
        }
    }
    Ok(())
}

fn install(project: &Project, tool: Tool, why: &str) -> Result<()> {
    eprintln!("  {tool}: {why}");
    let since = Instant::now();
    let mut tried = String::new();
    for way in tool.ways() {
        eprintln!("  {tool}: installing: {}", way.what);
        if let Err(error) = (way.install)(project) {
            eprintln!("  {tool}: that did not work: {}", last_line(&error));
            tried.push_str(&format!("\n--- {}\n{error:#}\n", way.what));
            continue;
        }
        match tool.find(project)? {
            Found::At(place) => {
                eprintln!("  {tool}: {place} (took {:.0} s)", since.elapsed().as_secs_f32());
                return Ok(());
            }
            Found::Missing(why) => tried.push_str(&format!("\n--- {}\nran, and yet: {why}\n", way.what)),
        }
    }
    let by_hand = tool.by_hand(project)?;
    bail!("{tool} is needed and could not be installed.\n{tried}\nTo install it by hand:\n  {by_hand}\n");
}

/// Where a failed command says what was wrong.
fn last_line(error: &anyhow::Error) -> String {
    let text = format!("{error:#}");
    text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or_default().to_owned()
}
