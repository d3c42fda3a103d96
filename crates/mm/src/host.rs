//! What the model asks of whoever runs it.

use crate::virt::area::smaps::MemSize;
use crate::virt::{MmId, TaskId, Vma};
use crate::world::World;

/// What `cat` and `boot state=` need from outside: the model opens no file and prints no text.
#[derive(Clone, Copy)]
pub struct Host {
    /// Returns the content of a file such as `/proc/buddyinfo`.
    pub file: fn(&World, &str) -> HostFile,
    /// Returns the text of a captured state by its name.
    pub state: fn(&str) -> HostState,
}

/// Writes an area of an address space, of which these pages were counted, behind what stands in a text.
pub type PrintArea = fn(&World, (MmId, &Vma), &MemSize, &mut String);

/// What a host has at a path.
#[derive(Clone, Debug)]
pub enum HostFile {
    /// A file with this text.
    Text(String),
    /// A file with a text for each area of a process, whose pages are to be counted for it.
    Areas {
        /// The process.
        task: TaskId,
        /// Writes one.
        print: PrintArea,
    },
    /// A directory.
    Directory,
    /// A file of 6.1's that is not modelled.
    NotModelled,
    /// Nothing, as on 6.1.
    Absent,
}

/// What a host has under the name of a captured state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum HostState {
    /// Its text.
    Text(String),
    /// A file whose bytes are no text from this line on, with marks in the place of those.
    Bytes {
        /// The text.
        text: String,
        /// The first line that is none, counted from 1.
        line: u32,
    },
    /// Something that cannot be read: no file, or too large a one.
    Unreadable,
    /// Nothing.
    Absent,
}

impl Host {
    /// A host with no files and no captures.
    pub const BARE: Host = Host { file: |_, _| HostFile::Absent, state: |_| HostState::Absent };
}
