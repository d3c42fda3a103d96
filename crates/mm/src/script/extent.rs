//! Stretches of memory that a command works on: one, or equal pieces a stride apart.

use core::fmt;

use super::address::{Address, Places};
use super::args::{self, Args, Opt};
use super::error::{Wanted, Wrong};
use super::limits::Limit;
use super::number::Size;
use super::shape::Shape;
use crate::units::Bytes;

/// A stretch of memory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Extent {
    /// First byte.
    pub at: Address,
    /// Length. Without one the verb decides: a label's whole length, or one byte.
    pub len: Option<Bytes>,
}

/// A stretch, or several of the same length.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pieces {
    /// The first piece.
    pub first: Extent,
    /// How it repeats; one piece without.
    pub repeat: Option<Repeat>,
}

/// Pieces that begin a stride apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Repeat {
    /// From the start of one piece to the start of the next.
    pub stride: Bytes,
    /// Pieces, at least one. `stride * count` fits 64 bits.
    pub count: u32,
}

impl Extent {
    pub(super) fn read(args: &mut Args<'_>, places: Places) -> Result<Extent, Wrong> {
        let shape = match places {
            Places::One => Shape::Address,
            Places::Several => Shape::Addresses,
        };
        let at = Address::read(args.positional(shape)?, places)?;
        Ok(Extent { at, len: args.optional_length()? })
    }
}

impl Pieces {
    /// The keys that make one stretch several.
    pub(super) const KEYS: &[(&str, Shape)] = &[("stride", Shape::Size), ("count", Shape::Count)];

    pub(super) fn read(args: &mut Args<'_>, places: Places) -> Result<Pieces, Wrong> {
        let first = Extent::read(args, places)?;
        Ok(Pieces { first, repeat: Repeat::read(args)? })
    }

    /// Returns the pages that the pieces cover at most, `None` past 64 bits or when the length
    /// is a label's.
    pub fn pages_max(&self) -> Option<u64> {
        let count = self.repeat.map_or(1, |repeat| u64::from(repeat.count));
        // Bytes that do not start on a page boundary reach into one page more.
        let pages = self.first.len?.pages_up().checked_add(1)?;
        pages.checked_mul(count)
    }
}

impl Repeat {
    /// Reads `stride=` and `count=`, both or none.
    pub(super) fn read(args: &mut Args<'_>) -> Result<Option<Repeat>, Wrong> {
        let (mut stride, mut count) = (None, None);
        while let Some(option) = args.option()? {
            match option {
                Opt::Key("stride", value) => stride = Some((value, args::size(value)?)),
                Opt::Key("count", value) => {
                    count = Some((value, args::count(value, Limit::Count, Shape::Count)?));
                }
                Opt::Key(..) | Opt::Word(..) => unreachable!("stride= and count= are all there is"),
            }
        }
        match (stride, count) {
            (None, None) => Ok(None),
            (Some((value, _)), None) => Err(value.wrong(Wanted::With("count"))),
            (None, Some((value, _))) => Err(value.wrong(Wanted::With("stride"))),
            (Some((value, stride)), Some((_, count))) => {
                if stride.0.checked_mul(u64::from(count)).is_none() {
                    return Err(value.wrong(Wanted::AtMost(Limit::Number)));
                }
                Ok(Some(Repeat { stride, count }))
            }
        }
    }
}

impl fmt::Display for Extent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.at.fmt(f)?;
        self.len.map_or(Ok(()), |len| write!(f, " {}", Size(len.0)))
    }
}

impl fmt::Display for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.first.fmt(f)?;
        self.repeat.map_or(Ok(()), |repeat| write!(f, " {repeat}"))
    }
}

impl fmt::Display for Repeat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stride={} count={}", Size(self.stride.0), self.count)
    }
}
