//! The fonts that the page is tested with: a wide one and a narrow one, each with the Chinese.
//!
//! What is as wide as its text depends on the reader's fonts, so no machine's own may decide
//! whether it fits. Each [`Face`] is given to the browser as a configuration of fontconfig in
//! which nothing but its families exists.

use super::{Found, Way, apt};
use crate::project::Project;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What a page is drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Face {
    pub(crate) name: &'static str,
    /// Family of words.
    pub(crate) sans: &'static str,
    /// Family of data.
    pub(crate) mono: &'static str,
}

/// Debian's default, and about the widest that a system has for its own words.
pub(crate) const WIDE: Face = Face { name: "wide", sans: "DejaVu Sans", mono: "DejaVu Sans Mono" };
/// Three quarters of that, in words and in data.
pub(crate) const NARROW: Face = Face { name: "narrow", sans: "Roboto Condensed", mono: "Inconsolata" };
const CHINESE: &str = "Noto Sans CJK SC";

const PACKAGES: [&str; 5] =
    ["fontconfig", "fonts-dejavu-core", "fonts-roboto-unhinted", "fonts-inconsolata", "fonts-noto-cjk"];
pub(super) const BY_HAND: &str = "sudo apt-get install --no-install-recommends fontconfig fonts-dejavu-core \
     fonts-roboto-unhinted fonts-inconsolata fonts-noto-cjk\n  Elsewhere: your system's packages of fontconfig and of \
     the families DejaVu Sans, DejaVu Sans Mono, Roboto Condensed, Inconsolata, Noto Sans CJK SC";
pub(super) const WAYS: &[Way] =
    &[Way { what: "apt-get install of fontconfig and fonts (about 1 minute)", install }];

/// Whether the browser asks fontconfig for its fonts.
pub(crate) const fn can_be_chosen() -> bool {
    !cfg!(any(windows, target_os = "macos"))
}

pub(super) fn find(project: &Project) -> Result<Found> {
    if !can_be_chosen() {
        return Ok(Found::At("the system's: without fontconfig none can be chosen".to_owned()));
    }
    let families = [WIDE.sans, WIDE.mono, NARROW.sans, NARROW.mono, CHINESE];
    let missing: Vec<&str> =
        families.into_iter().filter(|family| files(project, family).is_empty()).collect();
    Ok(match missing.as_slice() {
        [] => Found::At(families.join(", ")),
        missing => Found::Missing(format!("no {}", missing.join(", no "))),
    })
}

fn install(project: &Project) -> Result<()> {
    apt::install(project, &PACKAGES)
}

/// The files of a family; none where there is no fontconfig.
fn files(project: &Project, family: &str) -> Vec<PathBuf> {
    let list = project.cmd("fc-list").args(["--format", "%{file}\n"]).arg(format!(":family={family}")).read();
    list.unwrap_or_default().lines().map(PathBuf::from).collect()
}

impl Face {
    /// Writes the configuration in which this face is all there is, and returns its path.
    pub(crate) fn configuration(self, project: &Project) -> Result<PathBuf> {
        let dir = project.target().join("xtask");
        fs::create_dir_all(&dir)?;
        let path = dir.join(format!("fonts-{}.conf", self.name));
        // DejaVu Sans also for signs such as ✕, which a family of few glyphs lacks.
        let families = [self.sans, self.mono, CHINESE, WIDE.sans];
        let files: BTreeSet<PathBuf> = families.iter().flat_map(|family| files(project, family)).collect();
        ensure!(!files.is_empty(), "fc-list knows none of {}", families.join(", "));
        fs::write(&path, self.text(&files, &dir.join("fonts-cache")))
            .with_context(|| format!("cannot write {}", path.display()))?;
        Ok(path)
    }

    fn text(self, files: &BTreeSet<PathBuf>, cache: &Path) -> String {
        let folders: BTreeSet<&Path> = files.iter().filter_map(|file| file.parent()).collect();
        let folders: String =
            folders.iter().map(|folder| element("dir", &folder.to_string_lossy())).collect();
        let files: String = files.iter().map(|file| element("glob", &file.to_string_lossy())).collect();
        let families = [("sans-serif", self.sans), ("sans", self.sans), ("monospace", self.mono)];
        let generic = families.map(|(name, family)| generic(name, family)).concat();
        let rest = rest(self.sans);
        let cache = element("cachedir", &cache.to_string_lossy());
        format!(
            "<?xml version=\"1.0\"?>\n<!DOCTYPE fontconfig SYSTEM \"urn:fontconfig:fonts.dtd\">\n<fontconfig>\n\
             {folders}{cache}<selectfont>\n<rejectfont>{}</rejectfont>\n<acceptfont>\n{files}</acceptfont>\n\
             </selectfont>\n{generic}{rest}</fontconfig>\n",
            element("glob", "*").trim_end()
        )
    }
}

/// A rule that gives a family in place of a generic name.
fn generic(name: &str, family: &str) -> String {
    let (name, family) = (element("string", name), element("string", family));
    format!(
        "<match target=\"pattern\">\n<test qual=\"any\" name=\"family\">{}</test>\n\
         <edit name=\"family\" mode=\"assign\" binding=\"strong\">{}</edit>\n</match>\n",
        name.trim_end(),
        family.trim_end()
    )
}

/// The rule for who asks for no family at all, as the browser does for `system-ui`.
fn rest(family: &str) -> String {
    let family = element("string", family);
    format!(
        "<match target=\"pattern\">\n<edit name=\"family\" mode=\"append_last\">{}</edit>\n</match>\n",
        family.trim_end()
    )
}

fn element(name: &str, content: &str) -> String {
    let content = content.replace('&', "&amp;").replace('<', "&lt;");
    format!("<{name}>{content}</{name}>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_has_the_files_of_its_face_and_no_other() {
        let files = ["/a/x & y.ttf", "/a/z.ttf", "/b/z.ttf"].map(PathBuf::from).into_iter().collect();
        let text = NARROW.text(&files, Path::new("/cache"));
        assert_eq!(text.matches("<dir>").count(), 2, "{text}");
        assert!(text.contains("<glob>/a/x &amp; y.ttf</glob>"), "{text}");
        assert!(text.contains("<rejectfont><glob>*</glob></rejectfont>"), "{text}");
        assert_eq!(text.matches(NARROW.mono).count(), 1, "{text}");
    }
}
