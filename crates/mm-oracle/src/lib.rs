//! Captures of real machines against the model: what a file records, performed and compared.
//!
//! [`COMPARISONS`] is the registry: a comparison recognises its kind of file by content and
//! name, and holds it against the model. Adding one is a file here and a row there. Nothing is
//! read from disk: whoever calls gives a [`Folder`] that can be asked for neighbours.

pub mod buddy;
pub mod compaction;
pub mod facts;
pub mod faults;
pub mod form;
pub mod frag;
pub mod frames;
mod ftrace;
mod identities;
mod initrd;
pub mod node;
pub mod points;
pub mod replay;
pub mod report;
pub mod script;
pub mod slab;
mod tally;
pub mod thp;
pub mod trace;
pub mod vmstat;
pub mod words;
pub mod zoneinfo;

use mm::import::text::DumpError;

pub use tally::{Class, Count, Counts, Difference, Part, Skipped, Tally};

/// A folder of captures, as far as a comparison may see.
#[derive(Clone, Copy)]
pub struct Folder<'a> {
    /// Names of its files in order, without `.gz`.
    pub names: &'a [String],
    /// Reads a file of it, one of the folder above (`../cmdline.txt`) or of one below
    /// (`facts/zoneinfo.txt`).
    pub read: &'a dyn Fn(&str) -> Option<String>,
}

/// A captured file with its neighbours.
#[derive(Clone, Copy)]
pub struct Capture<'a> {
    /// Its name, without `.gz`.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
    /// Where it lies.
    pub folder: Folder<'a>,
}

/// A kind of file that the model can be held against.
pub struct Comparison {
    /// What the kind is called.
    pub kind: &'static str,
    /// Tests whether a file is of this kind.
    pub recognises: fn(&Capture<'_>) -> bool,
    /// Performs what it records and compares.
    pub compare: fn(&Capture<'_>) -> Result<Tally, Stop>,
}

/// Why a file was not compared to its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stop {
    /// There is nothing to compare it with.
    Skipped(Skipped),
    /// It is not what its kind should be.
    Unreadable(DumpError),
}

impl Stop {
    /// Says that what is unreadable stands in another file.
    fn in_file(self, file: &str) -> Stop {
        match self {
            Stop::Unreadable(error) => Skipped::Neighbour { file: file.to_owned(), error }.into(),
            Stop::Skipped(_) => self,
        }
    }
}

impl From<DumpError> for Stop {
    fn from(error: DumpError) -> Stop {
        Stop::Unreadable(error)
    }
}

impl From<Skipped> for Stop {
    fn from(skipped: Skipped) -> Stop {
        Stop::Skipped(skipped)
    }
}

/// What came of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Finding {
    /// It was compared.
    Compared(Tally),
    /// It was not.
    Skipped(Skipped),
    /// It is damaged.
    Unreadable(DumpError),
}

/// Every kind of file that can be compared; the first that recognises a file takes it.
pub const COMPARISONS: &[Comparison] = &[
    points::POINT,
    script::SCRIPT,
    thp::THP,
    buddy::SCRIPT,
    trace::TRACE,
    buddy::STATE,
    frag::FRAG,
    compaction::TRACE,
    zoneinfo::ZONEINFO,
    facts::PAGETYPEINFO,
    facts::BUDDYINFO,
    facts::MEMINFO,
    vmstat::VMSTAT,
    facts::TUNABLES,
    facts::TUNABLE,
    node::NODES,
    node::SPILL,
    frames::FRAMES,
    facts::EXTFRAG,
    facts::IOMEM,
    facts::DMESG,
    slab::WALK,
    slab::GEOMETRY,
    slab::SLABINFO,
    slab::KSIZE,
];

/// Names of files that say how a folder came about.
const DESCRIPTIONS: [&str; 5] = ["cmdline.txt", "steps.txt", "version.txt", "settings.txt", "README.md"];
/// The kernel whose rules the model has.
const RELEASE: &str = "6.1";

impl Capture<'_> {
    /// Compares the file with the model.
    pub fn compare(&self) -> Finding {
        if DESCRIPTIONS.contains(&self.name) || self.is_part() {
            return Finding::Skipped(Skipped::Describes);
        }
        if let Some(release) = self.folder.other_release() {
            return Finding::Skipped(Skipped::OtherKernel(release));
        }
        let Some(comparison) = COMPARISONS.iter().find(|comparison| (comparison.recognises)(self)) else {
            return Finding::Skipped(Skipped::NoComparison);
        };
        match (comparison.compare)(self) {
            Ok(mut tally) => {
                tally.lines = mm::units::count(self.text.lines().count());
                Finding::Compared(tally)
            }
            Err(Stop::Skipped(skipped)) => Finding::Skipped(skipped),
            Err(Stop::Unreadable(error)) => Finding::Unreadable(error),
        }
    }

    /// Returns whether another file is compared with the help of this one: the script of
    /// answers, the head of a trace.
    fn is_part(&self) -> bool {
        let of = |end: &str, other: &str| {
            let stem = self.name.strip_suffix(end);
            stem.is_some_and(|stem| self.folder.has(&format!("{stem}{other}")))
        };
        points::is_state_of_point(self) || of(".mm", ".out") || of(".head", "") || of(".head", ".txt")
    }
}

impl Folder<'_> {
    /// Returns whether the folder has a file of this name.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// Reads a file here or above.
    fn near(&self, name: &str) -> Option<String> {
        (self.read)(name).or_else(|| (self.read)(&format!("../{name}")))
    }

    /// Returns the release of the kernel, if the folder tells it and it is not ours.
    fn other_release(&self) -> Option<String> {
        let text = self.near("version.txt").or_else(|| self.near("dmesg.txt"))?;
        let (_, rest) = text.split_once("Linux version ")?;
        let release = rest.split_whitespace().next()?;
        let ours =
            release.strip_prefix(RELEASE).is_some_and(|rest| rest.starts_with(['.', '-']) || rest.is_empty());
        (!ours).then(|| release.to_owned())
    }

    /// Returns the value of a word `name=value` of the kernel's command line.
    fn boot_option(&self, name: &str) -> Option<String> {
        let text = self.near("cmdline.txt")?;
        let value = |word: &str| word.strip_prefix(name)?.strip_prefix('=').map(str::to_owned);
        text.split_whitespace().filter_map(value).next_back()
    }
}
