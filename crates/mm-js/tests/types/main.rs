//! The package's TypeScript types, printed from the structs that it hands out.
//!
//! `src/types.d.ts` is this text, committed so that its changes are read. `MMSCOPE_BLESS=1` (`cargo
//! xtask golden`) writes it anew.
#![cfg(not(target_arch = "wasm32"))]

mod rust;
mod typescript;

use std::path::Path;
use std::{env, fs};

use rust::Sources;

/// Files that say what methods return.
const METHODS: &str = "src/lib.rs";

/// Files and folders whose serialized structs the package may hand out.
const SOURCES: &[&str] = &["src/answer.rs", "../mm-view/src/panels", "../mm-view/src/words"];

/// The committed text.
const TYPES: &str = "src/types.d.ts";

#[test]
fn the_types_are_those_of_the_structs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Sources::default();
    SOURCES.iter().for_each(|path| sources.read(&root.join(path)));
    let methods = fs::read_to_string(root.join(METHODS)).expect("the methods");
    let printed = typescript::print(&sources, &rust::returned(&methods));
    if env::var_os("MMSCOPE_BLESS").is_some() {
        fs::write(root.join(TYPES), &printed).expect("the folder is ours");
    }
    let committed = fs::read_to_string(root.join(TYPES)).expect("the types");
    let differs = committed.lines().zip(printed.lines()).find(|(old, new)| old != new);
    assert_eq!(differs, None, "`cargo xtask golden` writes {TYPES} anew");
    assert_eq!(committed.len(), printed.len(), "`cargo xtask golden` writes {TYPES} anew");
}

/// Prints the types of one struct or enum.
fn printed(source: &str, root: &str) -> String {
    let mut sources = Sources::default();
    sources.read_text(Path::new("test.rs"), source);
    let text = typescript::print(&sources, &[root.to_owned()]);
    text.split_once("\n\n").map(|(_, types)| types.to_owned()).expect("a heading")
}

#[test]
fn sixty_four_bits_and_indices_are_bigints() {
    let source = "
        /// A.
        #[derive(Serialize)]
        pub struct A {
            /// One, or [`B`].
            pub one: Option<(usize, u32)>,
            /// Two: `None` at first.
            two: [Vec<Option<u64>>; 2],
            /// Three.
            #[serde(serialize_with = \"name\")]
            pub three: Option<Foreign>,
        }";
    assert_eq!(
        printed(source, "A"),
        "/** A. */\nexport interface A {\n    /** One, or `B`. */\n    one: [bigint, number] | null;\n    \
         /** Two: `null` at first. */\n    two: [(bigint | null)[], (bigint | null)[]];\n    \
         /** Three. */\n    three: string | null;\n}\n"
    );
}

#[test]
fn variants_are_texts_or_objects_and_types_follow_their_users() {
    let source = "
        crate::labels! {
            /// Why.
            #[derive(Serialize)]
            pub enum Why { Lost: \"it is lost\", \"x\"; }
        }
        /// A.
        #[derive(Serialize)]
        #[serde(rename = \"Other\")]
        pub enum A {
            /// Nothing.
            None,
            /// One.
            One(Box<Why>),
            /// Two.
            Two {
                /// Field.
                at: &'static str,
            },
        }";
    assert_eq!(
        printed(source, "Other"),
        "/** A. */\nexport type Other =\n    /** Nothing. */\n    | \"None\"\n    /** One. */\n    | { One: Why }\n    \
         /** Two. */\n    | { Two: { at: string } };\n\n\
         /** Why. */\nexport type Why =\n    /** it is lost */\n    | \"Lost\";\n"
    );
}
