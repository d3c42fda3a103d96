//! `cargo xtask serve`: the page on 127.0.0.1, its address printed once it answers.

use crate::page::{self, Build, Visits};
use crate::project::Project;
use crate::server::{self, Served};
use crate::setup;
use anyhow::{Context, Result, bail};
use clap::Args;
use std::net::SocketAddr;
use std::thread;
use std::time::{Duration, Instant};

const DEFAULT_PORT: u16 = 8080;
/// A first debug build of the page takes about a minute on two cores.
const WATCH_PATIENCE: Duration = Duration::from_secs(900);

#[derive(Args)]
pub(crate) struct Options {
    /// Port on 127.0.0.1; 0 takes a free one [default: 8080, or a free one if that is taken]
    #[arg(long)]
    port: Option<u16>,
    /// Build without optimisation: quicker to build, slower to use
    #[arg(long)]
    debug: bool,
    /// Rebuild and reload on change, for work on the page; without the Content-Security-Policy
    #[arg(long)]
    watch: bool,
}

pub(crate) fn run(project: &Project, options: &Options) -> Result<()> {
    setup::ensure(project, &setup::BUILD)?;
    let build = if options.debug { Build::Debug } else { Build::Optimised };
    if options.watch {
        return watch(project, build, options.port.unwrap_or(DEFAULT_PORT));
    }
    let dist = page::build(project, build, Visits::Fresh, &project.target().join("page/serve"))?;
    let served = match options.port {
        Some(port) => Served::start(&dist, port)?,
        None => Served::start(&dist, DEFAULT_PORT).or_else(|_| Served::start(&dist, 0))?,
    };
    println!("mmscope is at {}  (Ctrl-C ends it)", served.url());
    served.wait();
    Ok(())
}

/// Leaves building, serving and reloading to trunk.
fn watch(project: &Project, build: Build, port: u16) -> Result<()> {
    let dist = project.target().join("page/watch");
    let trunk = page::trunk(project, "serve", build).arg("--dist").arg(dist);
    let mut child = trunk.args(["--port", &port.to_string()]).spawn()?;
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let since = Instant::now();
    while server::get(address, "/").is_err() {
        if let Some(status) = child.try_wait()? {
            bail!("trunk serve ended ({status})");
        }
        if since.elapsed() > WATCH_PATIENCE {
            child.kill().context("cannot end trunk serve")?;
            bail!("the page does not answer");
        }
        thread::sleep(Duration::from_millis(300));
    }
    println!("mmscope is at http://{address}/  (rebuilt on change; Ctrl-C ends it)");
    child.wait()?;
    Ok(())
}
