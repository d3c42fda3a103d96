//! Reading captures: files, also gzipped, and the folders they lie in.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Bytes that a capture may have, unpacked: no end comes of a device or a hostile archive.
const BYTES_MAX: u64 = 256 << 20;
/// Folders inside each other.
const DEPTH_MAX: u32 = 16;
/// Files of one run.
const FILES_MAX: usize = 100_000;

/// A file to compare.
pub(crate) struct Found {
    /// Path to show.
    pub(crate) path: PathBuf,
    /// Its name, without `.gz`.
    pub(crate) name: String,
}

/// Lists what a path stands for: the file, or every file below the folder, in order.
pub(crate) fn find(path: &Path) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    if fs::metadata(path)?.is_dir() {
        walk(path, DEPTH_MAX, &mut found)?;
    } else {
        found.push(Found { path: answers_of(path), name: plain_name(&answers_of(path)) });
    }
    Ok(found)
}

/// Returns the file that has the answers when the path is a script with such a file.
fn answers_of(path: &Path) -> PathBuf {
    let answers = path.with_extension("out");
    let is_script = path.extension().is_some_and(|end| end == "mm");
    if is_script && answers.is_file() { answers } else { path.to_owned() }
}

fn walk(folder: &Path, depth: u32, found: &mut Vec<Found>) -> io::Result<()> {
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder)? {
        entries.push(entry?.path());
    }
    entries.sort();
    for path in entries {
        if found.len() >= FILES_MAX {
            return Ok(());
        }
        let kind = fs::symlink_metadata(&path)?.file_type();
        if kind.is_dir() && depth > 0 {
            walk(&path, depth - 1, found)?;
        } else if kind.is_file() || (kind.is_symlink() && path.is_file()) {
            found.push(Found { name: plain_name(&path), path });
        }
    }
    Ok(())
}

fn plain_name(path: &Path) -> String {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    name.strip_suffix(".gz").map_or(name.clone(), str::to_owned)
}

/// Reads a file, unpacked if it is gzipped; bytes that are no text become marks.
///
/// # Errors
/// When it cannot be read to its end: half a capture would be taken for a whole one.
pub(crate) fn read(path: &Path) -> io::Result<String> {
    let mut bytes = read_whole(File::open(path)?)?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        bytes = read_whole(flate2::read::MultiGzDecoder::new(&bytes[..]))?;
    }
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

fn read_whole(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let length = from.take(BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if u64::try_from(length).is_ok_and(|length| length <= BYTES_MAX) {
        return Ok(bytes);
    }
    let limit = format!("larger than {} MB, give a part of it", BYTES_MAX >> 20);
    Err(io::Error::new(io::ErrorKind::FileTooLarge, limit))
}

/// The files beside a capture, by their names without `.gz`.
pub(crate) struct Beside {
    paths: BTreeMap<String, PathBuf>,
    folder: PathBuf,
}

impl Beside {
    /// Lists the files of the folder that `path` lies in.
    pub(crate) fn of(path: &Path) -> Beside {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
            Some(_) | None => PathBuf::from("."),
        };
        let mut paths = BTreeMap::new();
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten().take(FILES_MAX) {
            if entry.path().is_file() {
                paths.insert(plain_name(&entry.path()), entry.path());
            }
        }
        Beside { paths, folder }
    }

    /// Returns whether `path` lies in this folder.
    pub(crate) fn is_for(&self, path: &Path) -> bool {
        path.parent() == Some(&self.folder)
    }

    /// Returns the names in order.
    pub(crate) fn names(&self) -> Vec<String> {
        self.paths.keys().cloned().collect()
    }

    /// Reads a neighbour by name, a file of the folder above by `../NAME`, one of a folder below
    /// by `FOLDER/NAME`.
    pub(crate) fn read(&self, name: &str) -> Option<String> {
        if let Some(above) = name.strip_prefix("../") {
            let folder = self.folder.canonicalize().ok()?;
            return read(&folder.parent()?.join(above)).ok();
        }
        if name.contains('/') {
            return read(&self.folder.join(name)).ok();
        }
        read(self.paths.get(name)?).ok()
    }
}
