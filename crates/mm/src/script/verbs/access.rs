//! `touch`, `read`, `write`, `exec`: using memory; `pages`, `translate`: looking at it.

use core::fmt;

use crate::script::Verb;
use crate::script::address::{Address, Places};
use crate::script::args::{self, Args};
use crate::script::error::{Wanted, Wrong};
use crate::script::extent::{Extent, Pieces};
use crate::script::limits::Limit;
use crate::script::registry::{Fails, Gives, Takes, VerbKind, VerbSpec};
use crate::script::shape::Shape;

#[cfg(test)]
use crate::script::arbitrary;

verbs! {
    /// Memory being used, one access for each page, or looked at. Without a length `touch` and `read`
    /// take a label's whole length (a bare number: one byte), `write` and `exec` one byte.
    AccessCommand, AccessVerb in Access;

    /// Writes once to each page; only the length without LEN differs from `write`.
    Touch(pieces: Pieces) = "touch ADDR [LEN] [stride=SIZE count=N]",
        Process, Nothing, Refused, &[Shape::Addresses, Shape::Size], Pieces::KEYS, &[],
        read |args| access(args),
        print |f| write!(f, " {pieces}"),
        random |rng| arbitrary::pieces(rng, Places::Several);
    /// Loads.
    Read(pieces: Pieces) = "read ADDR [LEN] [stride=SIZE count=N]",
        Process, Nothing, Refused, &[Shape::Addresses, Shape::Size], Pieces::KEYS, &[],
        read |args| access(args),
        print |f| write!(f, " {pieces}"),
        random |rng| arbitrary::pieces(rng, Places::Several);
    /// Stores.
    Write(pieces: Pieces) = "write ADDR [LEN] [stride=SIZE count=N]",
        Process, Nothing, Refused, &[Shape::Addresses, Shape::Size], Pieces::KEYS, &[],
        read |args| access(args),
        print |f| write!(f, " {pieces}"),
        random |rng| arbitrary::pieces(rng, Places::Several);
    /// Fetches instructions.
    Exec(pieces: Pieces) = "exec ADDR [LEN] [stride=SIZE count=N]",
        Process, Nothing, Refused, &[Shape::Addresses, Shape::Size], Pieces::KEYS, &[],
        read |args| access(args),
        print |f| write!(f, " {pieces}"),
        random |rng| arbitrary::pieces(rng, Places::Several);
    /// Shows runs of pages in the same state; without a length a label's whole length.
    Pages(extent: Extent) = "pages ADDR [LEN]",
        Process, Nothing, Refused, &[Shape::Address, Shape::Size], &[], &[],
        read |args| Extent::read(args, Places::One),
        print |f| write!(f, " {extent}"),
        random |rng| Extent {
            at: arbitrary::address(rng, Places::One),
            len: arbitrary::maybe(rng, arbitrary::bytes),
        };
    /// Walks the page tables without touching anything.
    Translate(address: Address) = "translate ADDR", Anyone, Nothing, Fault, &[Shape::Address], &[], &[],
        read |args| args::address(args.positional(Shape::Address)?),
        print |f| write!(f, " {address}"),
        random |rng| arbitrary::address(rng, Places::One);
}

/// A way to use memory.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum AccessKind {
    /// A write, as `write` does.
    Touch,
    /// A load.
    Read,
    /// A store.
    Write,
    /// An instruction fetch.
    Exec,
}

impl AccessCommand {
    /// Returns how memory is used, and which; `None` for what only looks.
    pub fn access(&self) -> Option<(AccessKind, &Pieces)> {
        match self {
            AccessCommand::Touch(pieces) => Some((AccessKind::Touch, pieces)),
            AccessCommand::Read(pieces) => Some((AccessKind::Read, pieces)),
            AccessCommand::Write(pieces) => Some((AccessKind::Write, pieces)),
            AccessCommand::Exec(pieces) => Some((AccessKind::Exec, pieces)),
            AccessCommand::Pages(_) | AccessCommand::Translate(_) => None,
        }
    }
}

fn access(args: &mut Args<'_>) -> Result<Pieces, Wrong> {
    let whole = args.rest();
    let pieces = Pieces::read(args, Places::Several)?;
    let len_is_given = pieces.first.len.is_some();
    if len_is_given && pieces.pages_max().is_none_or(|pages| pages > Limit::Accesses.bound()) {
        return Err(whole.wrong(Wanted::AtMost(Limit::Accesses)));
    }
    Ok(pieces)
}
