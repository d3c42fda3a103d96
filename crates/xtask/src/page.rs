//! Builds the page: trunk, wasm-opt (called by trunk), one style sheet of many, short names, then the
//! Content-Security-Policy.
//!
//! trunk writes its start-up code as an inline module script. A strict policy allows it by
//! its hash, which is known only after the build; so the policy is written here.

use crate::glue;
use crate::offline;
use crate::project::Project;
use anyhow::{Context, Result, ensure};
use base64::Engine;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// How the page is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Build {
    /// Profile `wasm` and wasm-opt: what users get.
    Optimised,
    /// Profile `dev`: quick to build, slow to run.
    Debug,
}

/// Whether a browser keeps the page for later visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Visits {
    /// Answered from what the first one left: for readers.
    Kept,
    /// Asked of the server each time: for development.
    Fresh,
}

/// Builds the page into `dist` and returns that folder.
pub(crate) fn build(project: &Project, build: Build, visits: Visits, dist: &Path) -> Result<PathBuf> {
    let label = match build {
        Build::Optimised => "trunk build --release",
        Build::Debug => "trunk build",
    };
    let trunk = trunk(project, "build", build).arg("--dist").arg(dist);
    trunk.watch(label)?;
    let index = dist.join("index.html");
    let html = fs::read_to_string(&index).with_context(|| format!("no {}", index.display()))?;
    let html = join_styles(&html, dist)?;
    let html = draw_tabs(&html)?;
    let html = glue::number_names(&html, dist)?;
    let html = match visits {
        Visits::Kept => offline::register(&html)?,
        Visits::Fresh => html,
    };
    fs::write(&index, insert_policy(&html)?).with_context(|| format!("cannot write {}", index.display()))?;
    if visits == Visits::Kept {
        offline::write(&project.path("web/offline/keep.js"), dist)?;
    }
    Ok(dist.to_owned())
}

/// `trunk COMMAND` with the options that are the same for every command.
pub(crate) fn trunk(project: &Project, command: &str, build: Build) -> crate::sh::Cmd {
    // NO_COLOR=true, not 1: trunk takes it for its own option of that name.
    let trunk = project
        .cmd("trunk")
        .env("NO_COLOR", "true")
        .env("RUST_BACKTRACE", "0")
        .arg(command)
        .arg("--skip-version-check");
    match build {
        Build::Optimised => trunk.arg("--release"),
        Build::Debug => trunk,
    }
}

/// The features of WebAssembly that wasm-opt may assume: index.html names them for trunk,
/// and the package is built with the same.
///
/// What else stands there is the page's: a second round of passes, and that nothing lies in the first
/// kilobyte. That is the far end of a stack of a megabyte, as rustc has the linker put the stack first.
pub(crate) fn wasm_opt_features(project: &Project) -> Result<Vec<String>> {
    let html = fs::read_to_string(project.path("index.html")).context("cannot read index.html")?;
    let (_, rest) =
        html.split_once("data-wasm-opt-params=\"").context("index.html has no data-wasm-opt-params")?;
    let (params, _) = rest.split_once('"').context("data-wasm-opt-params does not end")?;
    Ok(params.split_whitespace().filter(|param| param.starts_with("--enable-")).map(str::to_owned).collect())
}

/// The rows of the page's panels.
const PANELS: &str = include_str!("../../mm-view/src/panels/mod.rs");

/// Draws the tabs of the picture before the module is there: all panels, those pressed that the
/// mark in the page names.
fn draw_tabs(html: &str) -> Result<String> {
    const MARK: &str = "<!-- tabs: ";
    let (before, rest) = html.split_once(MARK).context("index.html has no mark for the tabs")?;
    let (pressed, after) = rest.split_once(" -->").context("the mark for the tabs does not end")?;
    let rows = PANELS.lines().filter(|line| line.starts_with("            ") && line.ends_with("\";"));
    let tabs = rows.filter_map(|row| {
        let mut texts = row.split('"').skip(1).step_by(2);
        let (slug, label) = (texts.next()?, texts.next()?);
        let is_pressed = pressed.split(' ').any(|name| name == slug);
        Some(format!("<button class=\"tab\" disabled aria-pressed=\"{is_pressed}\">{label}</button>"))
    });
    Ok(format!("{before}{}{after}", tabs.collect::<String>()))
}

/// Puts the style sheets, in the page's order, into one file: one request instead of many ahead
/// of the module, and rules that are alike are compressed together.
fn join_styles(html: &str, dist: &Path) -> Result<String> {
    let links = style_links(html);
    let mut sheets = String::new();
    for link in &links {
        let (_, href) = link.split_once("href=\"./").context("a style sheet of another origin")?;
        let path = dist.join(href.split('"').next().unwrap_or_default());
        let sheet = fs::read_to_string(&path).with_context(|| format!("no {}", path.display()))?;
        sheets += &without_comments(&sheet);
        fs::remove_file(&path)?;
    }
    let hash = digest(&sheets);
    let digits = hash.chars().filter(char::is_ascii_alphanumeric).take(16);
    let name = format!("styles-{}.css", digits.collect::<String>());
    fs::write(dist.join(&name), sheets).with_context(|| format!("cannot write {name}"))?;
    let mut joined = format!("<link rel=\"stylesheet\" href=\"./{name}\" integrity=\"sha256-{hash}\">");
    // The first link becomes the joined one, the others nothing.
    let replaced =
        links.iter().fold(html.to_owned(), |page, link| page.replace(link, &std::mem::take(&mut joined)));
    Ok(replaced)
}

/// A style sheet without comments and indents, which are for people. No string of ours has either.
fn without_comments(sheet: &str) -> String {
    let mut rest = sheet;
    let mut code = String::new();
    while let Some((before, comment)) = rest.split_once("/*") {
        code += before;
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    code += rest;
    code.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect()
}

/// The links to style sheets of a page.
fn style_links(html: &str) -> Vec<&str> {
    let starts = html.match_indices("<link rel=\"stylesheet\"");
    starts.filter_map(|(start, _)| Some(&html[start..=start + html[start..].find('>')?])).collect()
}

/// Puts the policy into the page's head, before anything that it governs.
fn insert_policy(html: &str) -> Result<String> {
    ensure!(!html.contains("Content-Security-Policy"), "index.html has a policy already; it is written here");
    let meta = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">", policy(html));
    // After the character set, which must stand in the first kilobyte.
    let charset = html.find("<meta charset").context("index.html has no <meta charset>")?;
    let end = charset + html[charset..].find('>').context("<meta charset> does not end")? + 1;
    Ok(format!("{}\n{meta}{}", &html[..end], &html[end..]))
}

/// Nothing but the page's own files, and of inline scripts only those in `html`.
fn policy(html: &str) -> String {
    let hashes: Vec<String> =
        inline_scripts(html).map(|script| format!(" 'sha256-{}'", digest(script))).collect();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{}; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; font-src 'self'; manifest-src 'self'; frame-src 'self'; worker-src 'self'; base-uri 'none'; \
         form-action 'none'",
        hashes.concat()
    )
}

/// The digest of a file as policies and `integrity` write it.
pub(crate) fn digest(bytes: impl AsRef<[u8]>) -> String {
    base64::engine::general_purpose::STANDARD.encode(Sha256::digest(bytes))
}

/// The text of every `<script>` without `src`, exactly as the browser hashes it.
fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (text, _) = rest.split_once("</script")?;
        (!attributes.contains("src=")).then_some(text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_scripts_get_their_hash_and_files_do_not() {
        let html =
            "<meta charset=\"utf-8\"><script src=\"a.js\"></script><script type=\"module\">alert(1)</script>";
        let page = insert_policy(html).expect("the page has a character set");
        // printf 'alert(1)' | openssl dgst -sha256 -binary | base64
        assert!(page.contains("'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"), "{page}");
        assert_eq!(page.matches("sha256-").count(), 1);
    }

    #[test]
    fn the_first_picture_has_a_tab_for_every_panel() {
        let html = draw_tabs("<nav><!-- tabs: translate buddy --></nav>").expect("there is a mark");
        let tab = |pressed: &str, label: &str| {
            format!("<button class=\"tab\" disabled aria-pressed=\"{pressed}\">{label}</button>")
        };
        assert!(
            html.starts_with(&format!(
                "<nav>{}{}{}",
                tab("true", "Translate"),
                tab("false", "Frames"),
                tab("true", "Buddy")
            )),
            "{html}"
        );
        assert!(html.ends_with(&format!("{}</nav>", tab("false", "/proc"))), "{html}");
        assert!(draw_tabs("<nav></nav>").is_err());
    }

    #[test]
    fn style_sheets_become_one_in_their_order() {
        let dist = std::env::temp_dir().join(format!("mmscope-styles-{}", std::process::id()));
        fs::create_dir_all(&dist).expect("the temporary folder is writable");
        fs::write(dist.join("a.css"), "/* a\n   b */\na {\n  b: c;\n}\n")
            .expect("the temporary folder is writable");
        fs::write(dist.join("b.css"), "b{}").expect("the temporary folder is writable");
        let link =
            |name: &str| format!("<link rel=\"stylesheet\" href=\"./{name}.css\" integrity=\"sha384-x\"/>");
        let html = format!("<title>x</title>\n{}\n{}\n<body>", link("b"), link("a"));
        let page = join_styles(&html, &dist).expect("both sheets are there");
        let &[link] = &style_links(&page)[..] else { panic!("{page}") };
        assert_eq!(page.replace(link, "*"), "<title>x</title>\n*\n\n<body>");
        let files: Vec<_> =
            fs::read_dir(&dist).expect("it is there").flatten().map(|file| file.path()).collect();
        assert_eq!(files.len(), 1, "{files:?}");
        assert_eq!(fs::read_to_string(&files[0]).expect("it is text"), "b{}\na {\nb: c;\n}\n");
        fs::remove_dir_all(&dist).expect("the folder is ours");
    }

    #[test]
    fn a_page_with_a_policy_of_its_own_is_refused() {
        assert!(
            insert_policy("<meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\">").is_err()
        );
    }
}
