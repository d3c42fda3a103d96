//! The model's host: files as text, captured states by name.
//!
//! States were printed by a probe in a real kernel, `states/` keeps them. A point `NAME/13` is
//! the state before the capture's file 13, with the pageblock types of that moment;
//! `tests/tests/states.rs` holds them against the captures.

use mm::session::{Host, HostFile, HostState};
use mm::unmodelled::{self, PathKind};
use mm::world::World;

/// The host of the page, the terminal and the package.
pub const HOST: Host = Host { file, state: |name| state(name).map_or(HostState::Absent, HostState::Text) };

/// Returns what a path is: what is printed here, what only 6.1 has, or nothing.
pub fn file(world: &World, path: &str) -> HostFile {
    match crate::proc::file(world, path) {
        Some(file) => file,
        None => match unmodelled::path_kind(world, path) {
            PathKind::File => HostFile::NotModelled,
            PathKind::Directory => HostFile::Directory,
            PathKind::Absent => HostFile::Absent,
        },
    }
}

macro_rules! states {
    ($($name:literal,)*) => {
        const STATES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../states/", $name, ".txt")))),*];
    };
}

states! {
    "512M-buddy",
    "128M-buddy",
    "6G-buddy",
    "6G-buddy/13",
    "512M-buddy/02",
    "512M-buddy/04",
    "512M-buddy/05",
    "512M-buddy/06",
    "512M-buddy/07",
    "512M-buddy/08",
    "512M-buddy/09",
    "512M-buddy/10",
    "512M-buddy/11",
    "512M-buddy/12",
    "512M-buddy/13",
    "512M-buddy/14",
    "512M-buddy/15",
    "128M-buddy/11",
    "128M-buddy/12",
    "128M-buddy/13",
    "128M-buddy/14",
    "128M-buddy/15",
    "256M-frag/defer/fragmented",
    "256M-frag/madvise/fragmented",
    "256M-frag/always/fragmented",
}

/// Iterates over the names of the states that are shipped.
pub fn states() -> impl Iterator<Item = &'static str> {
    STATES.iter().map(|(name, _)| *name)
}

/// Returns the text of a shipped state, `None` when there is none of this name.
pub fn state(name: &str) -> Option<String> {
    STATES.iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_boots_and_all_of_them_are_small() {
        let mut bytes = 0;
        for name in states() {
            let text = state(name).expect("a shipped state");
            bytes += text.len();
            let parsed = mm::import::freelists::FreelistsState::parse(&text);
            let parsed = parsed.unwrap_or_else(|error| panic!("{name}: {error:?}"));
            assert!(
                parsed.zones.iter().all(|zone| zone.pageblocks.is_some()),
                "{name} lacks pageblock types"
            );
        }
        assert!(bytes < 120_000, "{bytes} bytes of states");
    }
}
