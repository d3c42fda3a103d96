//! The terminal's host: as the page's, and `boot state=FILE` may name a file on disk.

use core::str::Utf8Error;

use mm::session::{Host, HostState};

/// Limit on a state read from disk; the largest capture has a hundredth of it.
const STATE_BYTES_MAX: u64 = 64 << 20;

/// Files as text; states shipped with the program, or from disk.
pub(crate) const HOST: Host = Host { file: mm_view::HOST.file, state };

fn state(name: &str) -> HostState {
    match mm_view::host::state(name) {
        Some(text) => HostState::Text(text),
        None => from_disk(name),
    }
}

fn from_disk(name: &str) -> HostState {
    let Ok(file) = std::fs::metadata(name) else { return HostState::Absent };
    if !file.is_file() || file.len() > STATE_BYTES_MAX {
        return HostState::Unreadable;
    }
    let Ok(bytes) = std::fs::read(name) else { return HostState::Unreadable };
    match String::from_utf8(bytes) {
        Ok(text) => HostState::Text(text),
        Err(error) => HostState::Bytes {
            line: bad_line(error.as_bytes(), error.utf8_error()),
            text: String::from_utf8_lossy(error.as_bytes()).into_owned(),
        },
    }
}

/// Returns the line, counted from 1, of the first byte that is no text.
fn bad_line(bytes: &[u8], error: Utf8Error) -> u32 {
    let before = &bytes[..error.valid_up_to()];
    mm::units::count(before.iter().filter(|&&byte| byte == b'\n').count()) + 1
}
