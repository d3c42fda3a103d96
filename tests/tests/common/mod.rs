//! What tests against captures start from: the text of a capture, plain or gzipped.

use std::fs;
use std::io::Read as _;
use std::path::Path;

/// Reads a file of text, a gzipped one if its name says so or only such a one is there.
///
/// # Panics
/// With the file's name when there is no such text.
#[track_caller]
pub(crate) fn text(path: &Path) -> String {
    let name = path.display();
    if path.extension().is_some_and(|end| end == "gz") {
        let bytes = fs::read(path).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut unpacked = String::new();
        let read = flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut unpacked);
        read.unwrap_or_else(|error| panic!("{name}: {error}"));
        return unpacked;
    }
    let zipped = path.with_added_extension("gz");
    if !path.is_file() && zipped.is_file() {
        return text(&zipped);
    }
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"))
}
