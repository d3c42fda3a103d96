//! The terminal's host: as the page's, and `boot state=FILE` may name a file on disk.

use mm::session::Host;

/// Limit on a state read from disk; the largest capture has a hundredth of it.
const STATE_BYTES_MAX: u64 = 64 << 20;

/// Files as text; states shipped with the program, or from disk.
pub(crate) const HOST: Host = Host { file: mm_view::HOST.file, state };

fn state(name: &str) -> Option<String> {
    mm_view::host::state(name).or_else(|| {
        let small = std::fs::metadata(name).is_ok_and(|file| file.is_file() && file.len() <= STATE_BYTES_MAX);
        if small { std::fs::read_to_string(name).ok() } else { None }
    })
}
