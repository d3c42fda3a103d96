//! The TypeScript types against the structs they describe.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::Path;

/// Structs that the package does not hand out.
const OTHERS: &[&str] = &[
    "MapAsk",
    "MapView",
    "PageblockView",
    "FrameHint",
    "Group",
    "Share",
    "TranslateAsk",
    "ProcView",
    "ProcLine",
];

/// Returns the names of the public fields of every struct of a file that is serialized.
fn fields(source: &str) -> Vec<(String, Vec<String>)> {
    let mut structs = Vec::new();
    for part in source.split("#[derive(").skip(1) {
        let Some((derives, rest)) = part.split_once("]\npub struct ") else { continue };
        let Some((name, body)) = rest.split_once(" {\n") else { continue };
        if !derives.contains("Serialize") || name.contains(char::is_whitespace) || OTHERS.contains(&name) {
            continue;
        }
        let body = body.split("\n}").next().unwrap_or_default();
        let names = body
            .lines()
            .filter_map(|line| Some(line.strip_prefix("    pub ")?.split_once(':')?.0.to_owned()));
        structs.push((name.to_owned(), names.collect()));
    }
    structs
}

/// Returns what stands between the braces of an interface.
fn interface<'a>(types: &'a str, name: &str) -> Option<&'a str> {
    let (_, body) = types.split_once(&format!("\nexport interface {name} {{"))?;
    body.split("\n}").next()
}

/// Returns the name of a struct's interface: some names of Rust are several structs'.
fn typed_name<'a>(file: &str, name: &'a str) -> &'a str {
    match (file, name) {
        ("process", "Counter") => "TaskCounter",
        ("translate", "Level") => "WalkLevel",
        ("translate", "Offset") => "PageOffset",
        ("translate", "Tlb") => "TlbSet",
        ("translate", "Fault") => "WalkFault",
        ("inspector", "Buddy") => "BuddyBlock",
        ("zones", "Test") => "WatermarkTest",
        _ => name,
    }
}

#[test]
fn every_field_of_every_view_has_a_type() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let types = fs::read_to_string(root.join("src/types.d.ts")).expect("the types");
    let panels = root.join("../mm-view/src/panels");
    let folder = |entry: std::io::Result<fs::DirEntry>| entry.expect("readable").path();
    let files: Vec<_> = fs::read_dir(panels).expect("the panels").map(folder).collect();
    let mut seen = 0;
    for path in files {
        let file = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let path = if path.is_dir() { path.join("view.rs") } else { path };
        let source = fs::read_to_string(path).unwrap_or_default();
        for (name, fields) in fields(&source) {
            let typed =
                interface(&types, typed_name(&file, &name)).unwrap_or_else(|| panic!("{name} has no type"));
            seen += fields.len();
            let missing: Vec<&String> =
                fields.iter().filter(|field| !typed.contains(&format!("\n    {field}: "))).collect();
            assert!(missing.is_empty(), "{name} lacks {missing:?}");
            assert_eq!(
                typed.matches("\n    /** ").count() + typed.matches("\n    /**\n").count(),
                fields.len(),
                "{name}"
            );
        }
    }
    assert!(seen > 250, "{seen} fields seen");
}
