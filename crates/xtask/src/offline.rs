//! Makes a build one that stays on the reader's device: its `sw.js` with the files to keep, and
//! the few words of the page that register it.
//!
//! Only what is given to readers is kept (`cargo xtask dist`, and the browser tests, which test
//! that). A page for development has the worker of `web/offline/sw.js`, which keeps nothing.

use crate::page::digest;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;

/// What the page does once it has started. A figure in somebody else's page keeps nothing; where
/// the browser refuses (`file:`, a frame without an origin), the page goes on without.
const REGISTER: &str = r#"<script>
addEventListener("TrunkApplicationStarted", async () => {
  if (new URLSearchParams(location.search).get("embed") === "1") return;
  try {
    await navigator.serviceWorker.register("sw.js", { updateViaCache: "all" });
  } catch {
    // Not here, then: all of the page works without.
  }
});
</script>
"#;

/// Adds the registration to the page's text.
pub(crate) fn register(html: &str) -> Result<String> {
    let end = html.rfind("</body>").context("index.html has no </body>")?;
    Ok(format!("{}{REGISTER}{}", &html[..end], &html[end..]))
}

/// Writes `sw.js` for the files of `dist`, once all others are as they will be.
pub(crate) fn write(worker: &Path, dist: &Path) -> Result<()> {
    let mut files = Vec::new();
    list(dist, dist, &mut files)?;
    files.sort();
    let rows: Vec<String> =
        files.iter().map(|(path, digest)| format!("  [\"{path}\", \"sha256-{digest}\"],\n")).collect();
    let rows = rows.concat();
    let version: String = digest(&rows).chars().filter(char::is_ascii_alphanumeric).take(16).collect();
    let text = fs::read_to_string(worker).with_context(|| format!("no {}", worker.display()))?;
    ensure!(text.contains("\"FILES\"") && text.contains("VERSION"), "{} has no place", worker.display());
    let text = text.replace("\"FILES\"", &format!("[\n{rows}]")).replace("VERSION", &version);
    fs::write(dist.join("sw.js"), text).context("cannot write sw.js")
}

/// Lists the files below `folder` by their addresses, with their digests.
fn list(dist: &Path, folder: &Path, files: &mut Vec<(String, String)>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("no {}", folder.display()))? {
        let path = entry?.path();
        let parts = path.strip_prefix(dist)?.iter().map(|part| part.to_string_lossy());
        let name = parts.collect::<Vec<_>>().join("/");
        if path.is_dir() {
            // The package for other programs is no part of the page.
            if name != "mm-js" {
                list(dist, &path, files)?;
            }
        } else if name != "sw.js" {
            // Hosts may send from index.html to its folder, and such an answer opens no page.
            let name = if name == "index.html" { "./".to_owned() } else { name };
            files.push((name, digest(&fs::read(&path)?)));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_names_every_file_but_itself_and_changes_with_them() {
        let dist = std::env::temp_dir().join(format!("mmscope-offline-{}", std::process::id()));
        fs::create_dir_all(dist.join("embed")).expect("the temporary folder is writable");
        fs::create_dir_all(dist.join("mm-js")).expect("the temporary folder is writable");
        for name in ["index.html", "a.js", "embed/b.js", "mm-js/c.js", "sw.js"] {
            fs::write(dist.join(name), name).expect("the temporary folder is writable");
        }
        let worker = dist.join("mm-js/keep.js");
        fs::write(&worker, "const FILES = \"FILES\"; const CACHE = `VERSION`;").expect("it is writable");
        let written = || {
            write(&worker, &dist).expect("all files are there");
            fs::read_to_string(dist.join("sw.js")).expect("it was written")
        };
        let first = written();
        let names = first.lines().filter_map(|line| line.strip_prefix("  [\"")?.split('"').next());
        assert_eq!(names.collect::<Vec<_>>(), ["./", "a.js", "embed/b.js"]);
        assert_eq!(first, written(), "the same files make the same worker");
        fs::write(dist.join("a.js"), "other").expect("the temporary folder is writable");
        assert_ne!(first.rsplit('`').nth(1), written().rsplit('`').nth(1), "another version");
        fs::remove_dir_all(&dist).expect("the folder is ours");
    }

    #[test]
    fn the_page_registers_at_its_end() {
        let page = register("<body><div></div>\n</body></html>").expect("it has a body");
        assert!(page.ends_with("</script>\n</body></html>"), "{page}");
    }
}
