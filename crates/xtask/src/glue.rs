//! Names between the module and its JavaScript: wasm-bindgen ends each with a digest of its own,
//! sixteen digits that no compressor makes smaller, twice. A number does as well.

use crate::page::digest;
use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Digits at the end of a name.
const DIGITS: usize = 16;

/// Numbers the names in the page's module and its JavaScript, and tells the page's text what they
/// are now. Names keep their length, so that nothing else in the module moves.
pub(crate) fn number_names(html: &str, dist: &Path) -> Result<String> {
    let (script, module) = (file(html, ".js\"")?, file(html, ".wasm\"")?);
    let text = fs::read_to_string(dist.join(script)).with_context(|| format!("no {script}"))?;
    let names = names(&text);
    ensure!(!names.is_empty(), "{script} has no name of wasm-bindgen's");
    let mut page = html.to_owned();
    for file in [script, module] {
        let path = dist.join(file);
        let old = fs::read(&path).with_context(|| format!("no {file}"))?;
        let new = renamed(&old, &names);
        page = with_integrity(&page, file, &digest(&new))?;
        fs::write(&path, new).with_context(|| format!("cannot write {file}"))?;
    }
    Ok(page)
}

/// The file of the page whose preload ends so.
fn file<'a>(html: &'a str, end: &str) -> Result<&'a str> {
    let (before, _) = html.split_once(end).with_context(|| format!("index.html names no {end}"))?;
    let start = before.rfind("href=\"./").with_context(|| format!("{end} is no preload"))?;
    Ok(&html[start + "href=\"./".len()..before.len() + end.len() - 1])
}

/// Replaces the `integrity` of the link to `file`.
fn with_integrity(html: &str, file: &str, hash: &str) -> Result<String> {
    let link = html.find(&format!("href=\"./{file}\"")).with_context(|| format!("no link to {file}"))?;
    let value = html[link..].find("integrity=\"").context("a preload without integrity")? + link + 11;
    let end = html[value..].find('"').context("an attribute without end")? + value;
    Ok(format!("{}sha256-{hash}{}", &html[..value], &html[end..]))
}

/// Each name that ends with a digest, with the number that stands for it: names that are alike but
/// for it are counted.
fn names(script: &str) -> BTreeMap<&str, String> {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut names = BTreeMap::new();
    let words = script.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    for word in words.filter(|word| word.starts_with("__wbg_")) {
        let Some((name, number)) = word.rsplit_once('_') else { continue };
        let is_digest = number.len() == DIGITS && number.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_digest && !names.contains_key(word) {
            let count = seen.entry(name).or_default();
            names.insert(word, format!("{name}_{count:0DIGITS$}"));
            *count += 1;
        }
    }
    names
}

/// Replaces all `names` in a file. None is part of another, as all end with a digest.
fn renamed(file: &[u8], names: &BTreeMap<&str, String>) -> Vec<u8> {
    let mut new = file.to_owned();
    for start in (0..file.len()).filter(|&start| file[start..].starts_with(b"__wbg_")) {
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        // A name in the module ends where the kind of import, a small number, begins.
        let length = file[start..].iter().take_while(|byte| is_name(byte)).count();
        let name = std::str::from_utf8(&file[start..start + length]).unwrap_or_default();
        if let Some(number) = names.get(name) {
            new[start..start + length].copy_from_slice(number.as_bytes());
        }
    }
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_differ_by_their_digest_get_numbers() {
        let script = "a.__wbg_get_0c55869fe53c7d14(); __wbg_get_2080c49015e35254, __wbg_set_0123456789abcdef \
                      __wbg_get_0c55869fe53c7d14 __wbg_init";
        let names = names(script);
        let new = String::from_utf8(renamed(script.as_bytes(), &names)).expect("it is text");
        let same = "a.__wbg_get_0000000000000000(); __wbg_get_0000000000000001, __wbg_set_0000000000000000 \
                    __wbg_get_0000000000000000 __wbg_init";
        assert_eq!(new, same);
        let module = b"\x00\x1a__wbg_get_2080c49015e35254\x00\x07";
        assert_eq!(renamed(module, &names), b"\x00\x1a__wbg_get_0000000000000001\x00\x07");
    }

    #[test]
    fn links_get_the_new_digest() {
        let html = r#"<link href="./a.js" integrity="sha384-x"><link href="./a_bg.wasm" as="fetch" integrity="sha384-y">"#;
        assert_eq!(file(html, ".js\"").expect("it is there"), "a.js");
        assert_eq!(file(html, ".wasm\"").expect("it is there"), "a_bg.wasm");
        let html = with_integrity(html, "a_bg.wasm", "z").expect("it has one");
        assert!(html.ends_with(r#"as="fetch" integrity="sha256-z">"#), "{html}");
        assert!(html.contains("sha384-x"), "{html}");
    }
}
