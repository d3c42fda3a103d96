//! `touch`, `read`, `write`, `exec`: using memory; `pages`, `translate`: looking at it.

use core::fmt;

use crate::script::Verb;
use crate::script::address::Places;
use crate::script::args::{self, Args};
use crate::script::error::{Wanted, Wrong};
use crate::script::extent::{Extent, Pieces};
use crate::script::limits::Limit;
use crate::script::registry::{Fails, Gives, Takes, VerbKind, VerbSpec};
use crate::script::shape::Shape;

pub(in crate::script) const VERBS: &[VerbSpec] = &[
    VerbSpec {
        kind: VerbKind::Touch,
        name: "touch",
        usage: "touch ADDR [LEN] [stride=SIZE count=N]",
        parse: |args| access(args, AccessKind::Touch),
        ..ACCESS
    },
    VerbSpec {
        kind: VerbKind::Read,
        name: "read",
        usage: "read ADDR [LEN] [stride=SIZE count=N]",
        parse: |args| access(args, AccessKind::Read),
        ..ACCESS
    },
    VerbSpec {
        kind: VerbKind::Write,
        name: "write",
        usage: "write ADDR [LEN] [stride=SIZE count=N]",
        parse: |args| access(args, AccessKind::Write),
        ..ACCESS
    },
    VerbSpec {
        kind: VerbKind::Exec,
        name: "exec",
        usage: "exec ADDR [LEN] [stride=SIZE count=N]",
        parse: |args| access(args, AccessKind::Exec),
        ..ACCESS
    },
    VerbSpec {
        kind: VerbKind::Pages,
        name: "pages",
        usage: "pages ADDR [LEN]",
        takes: Takes::Process,
        gives: Gives::Nothing,
        fails: Fails::Refused,
        args: &[Shape::Address, Shape::Size],
        keys: &[],
        words: &[],
        parse: |args| Extent::read(args, Places::One).map(Verb::Pages),
    },
    VerbSpec {
        kind: VerbKind::Translate,
        name: "translate",
        usage: "translate ADDR",
        takes: Takes::Anyone,
        gives: Gives::Nothing,
        fails: Fails::Fault,
        args: &[Shape::Address],
        keys: &[],
        words: &[],
        parse: |args| args::address(args.positional(Shape::Address)?).map(Verb::Translate),
    },
];

/// What the rows of all accesses have in common.
const ACCESS: VerbSpec = VerbSpec {
    kind: VerbKind::Touch,
    name: "",
    usage: "",
    takes: Takes::Process,
    gives: Gives::Nothing,
    fails: Fails::Refused,
    args: &[Shape::Addresses, Shape::Size],
    keys: Pieces::KEYS,
    words: &[],
    parse: |args| access(args, AccessKind::Touch),
};

/// Memory being used: one access for each page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Access {
    /// In which way.
    pub kind: AccessKind,
    /// Where. Without a length `touch` and `read` take a label's whole length (a bare number:
    /// one byte), `write` and `exec` one byte.
    pub pieces: Pieces,
}

/// A way to use memory.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum AccessKind {
    /// A write, as `write` does; only the length without LEN differs.
    Touch,
    /// A load.
    Read,
    /// A store.
    Write,
    /// An instruction fetch.
    Exec,
}

impl AccessKind {
    /// Every kind.
    pub const ALL: [AccessKind; 4] =
        [AccessKind::Touch, AccessKind::Read, AccessKind::Write, AccessKind::Exec];

    /// Returns the verb's row in the table.
    pub const fn verb(self) -> VerbKind {
        match self {
            AccessKind::Touch => VerbKind::Touch,
            AccessKind::Read => VerbKind::Read,
            AccessKind::Write => VerbKind::Write,
            AccessKind::Exec => VerbKind::Exec,
        }
    }
}

fn access(args: &mut Args<'_>, kind: AccessKind) -> Result<Verb, Wrong> {
    let whole = args.rest();
    let pieces = Pieces::read(args, Places::Several)?;
    let len_is_given = pieces.first.len.is_some();
    if len_is_given && pieces.pages_max().is_none_or(|pages| pages > Limit::Accesses.bound()) {
        return Err(whole.wrong(Wanted::AtMost(Limit::Accesses)));
    }
    Ok(Verb::Access(Access { kind, pieces }))
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.verb().spec().name, self.pieces)
    }
}
