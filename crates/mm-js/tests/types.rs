//! The TypeScript types against the structs they describe.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::Path;

/// Structs that the package does not hand out.
const OTHERS: &[&str] =
    &["MapAsk", "MapView", "PageblockView", "FrameHint", "Group", "Share", "TranslateAsk"];

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

#[test]
fn every_field_of_every_view_has_a_type() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let types = fs::read_to_string(root.join("src/types.d.ts")).expect("the types");
    let panels = root.join("../mm-view/src/panels");
    let mut seen = 0;
    for file in ["thing", "buddy", "frames", "process", "translate", "inspector"] {
        let source = fs::read_to_string(panels.join(format!("{file}.rs"))).expect("a panel");
        for (name, fields) in fields(&source) {
            for field in fields {
                seen += 1;
                assert!(types.contains(&format!("\n    {field}: ")), "{name}.{field} has no type");
            }
        }
    }
    assert!(seen > 100, "{seen} fields seen");
}
