//! The table of panels against what no macro can make of it: the package's methods.

use std::fs;
use std::path::Path;

use mm_view::panels::list::METHODS;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn the_package_has_a_method_for_every_panel() {
    let source = read("crates/mm-js/src/lib.rs");
    let missing: Vec<_> =
        METHODS.iter().filter(|name| !source.contains(&format!("    pub fn {name}(&self"))).collect();
    assert!(missing.is_empty(), "Machine lacks {missing:?}");
}
