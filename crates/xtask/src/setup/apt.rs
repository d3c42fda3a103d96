//! System packages, on a Debian system and as root; anyone else is told what to type.

use crate::project::Project;
use anyhow::{Result, ensure};

pub(super) fn install(project: &Project, packages: &[&str]) -> Result<()> {
    ensure!(project.which("apt-get").is_some(), "this is no Debian system with apt");
    let user = project.cmd("id").arg("-u").read()?;
    ensure!(user == "0", "installing system packages takes root");
    eprintln!("  note: this installs system packages: {}", packages.join(" "));
    let apt = || project.cmd("apt-get").env("DEBIAN_FRONTEND", "noninteractive");
    apt().arg("update").watch("apt-get update")?;
    apt().args(["install", "-y", "--no-install-recommends"]).args(packages).watch("apt-get install")
}
