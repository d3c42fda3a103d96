//! Addresses as scripts write them: `0x7ffff7ff5000`, `buf`, `b[3]`, `m0+80K+744`.

use super::cursor::{Cursor, Span};
use super::error::{Wanted, Wrong};
use super::limits::{self, Limit};
use super::name::Name;
use super::number::Size;
use super::shape::Shape;
use crate::units::low32;
use core::fmt;

/// A place in memory: a base and what is added to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// Where to start from.
    pub base: Base,
    /// Bytes added and taken off, in the order they are written.
    pub terms: Vec<(Sign, u64)>,
}

/// What an address starts from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Base {
    /// A number.
    Number(u64),
    /// The value of a label, or of some of its many values.
    Label(Picked),
}

/// A label, or some of the blocks or objects that it stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picked {
    /// The label.
    pub label: Name,
    /// Which of its values; all of them without.
    pub pick: Option<Pick>,
}

/// A choice among many values, counted from zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Pick {
    /// `b[3]`.
    One(u32),
    /// `b[0..9]`: both ends belong to it.
    Range {
        /// First.
        first: u32,
        /// Last, not below the first.
        last: u32,
    },
}

/// Adding or taking off.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Sign {
    /// `+`.
    Plus,
    /// `-`.
    Minus,
}

/// Whether an argument may name several places at once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Places {
    One,
    Several,
}

impl Address {
    /// Makes an address that is a number.
    pub fn number(value: u64) -> Address {
        Address { base: Base::Number(value), terms: Vec::new() }
    }

    /// Makes an address that is a label.
    pub fn label(label: Name) -> Address {
        Address { base: Base::Label(Picked { label, pick: None }), terms: Vec::new() }
    }

    /// Applies the terms to the value of the base, modulo 2^64 as pointer arithmetic does.
    pub fn resolve(&self, base: u64) -> u64 {
        self.terms.iter().fold(base, |value, (sign, bytes)| sign.apply(value, *bytes))
    }

    /// Reads an address that is a whole word.
    pub(super) fn read(word: Span<'_>, places: Places) -> Result<Address, Wrong> {
        let shape = match places {
            Places::One => Shape::Address,
            Places::Several => Shape::Addresses,
        };
        let mut cursor = word.cursor();
        let base = match cursor.peek() {
            Some(byte) if byte.is_ascii_digit() => Base::Number(cursor.literal(shape)?.value),
            Some(_) | None => Base::Label(Picked::read(&mut cursor, shape, places)?),
        };
        let mut terms = Vec::new();
        while let Some(sign) = Sign::read(&mut cursor) {
            if terms.len() == limits::TERMS_MAX {
                return Err(word.wrong(Wanted::AtMost(Limit::Terms)));
            }
            terms.push((sign, cursor.literal(Shape::Size)?.value));
        }
        if cursor.at_end() {
            Ok(Address { base, terms })
        } else {
            Err(cursor.wrong_here(Wanted::Argument(shape)))
        }
    }
}

impl Picked {
    /// Reads `LABEL`, `LABEL[3]` or `LABEL[0..9]`.
    pub(super) fn read(cursor: &mut Cursor<'_>, shape: Shape, places: Places) -> Result<Picked, Wrong> {
        let label = cursor.name().ok_or_else(|| cursor.wrong_here(Wanted::Argument(shape)))?;
        let start = cursor.rest();
        let pick = Pick::read(cursor)?;
        match (places, pick) {
            (Places::One, Some(Pick::Range { .. })) => {
                let (range, _) = start.split_at(cursor.rest().at - start.at);
                Err(range.wrong(Wanted::Argument(shape)))
            }
            (Places::One | Places::Several, pick) => Ok(Picked { label, pick }),
        }
    }
}

impl Pick {
    /// Reads `[3]` or `[0..9]`; `None` when no bracket comes next.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Option<Pick>, Wrong> {
        if !cursor.eat("[") {
            return Ok(None);
        }
        let start = cursor.rest();
        let first = Pick::index(cursor)?;
        let pick = if cursor.eat("..") {
            let last = Pick::index(cursor)?;
            if last < first {
                let (range, _) = start.split_at(cursor.rest().at - start.at);
                return Err(range.not(Shape::Index));
            }
            Pick::Range { first, last }
        } else {
            Pick::One(first)
        };
        if cursor.eat("]") { Ok(Some(pick)) } else { Err(cursor.wrong_here(Wanted::Closing(']'))) }
    }

    fn index(cursor: &mut Cursor<'_>) -> Result<u32, Wrong> {
        cursor.number_up_to(Limit::Count, Shape::Index).map(low32)
    }
}

impl Sign {
    /// Applies this sign: `value + bytes` or `value - bytes`, modulo 2^64.
    pub const fn apply(self, value: u64, bytes: u64) -> u64 {
        match self {
            Sign::Plus => value.wrapping_add(bytes),
            Sign::Minus => value.wrapping_sub(bytes),
        }
    }

    /// Returns the character.
    pub const fn symbol(self) -> char {
        match self {
            Sign::Plus => '+',
            Sign::Minus => '-',
        }
    }

    /// Reads a sign, if one comes next.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Option<Sign> {
        [Sign::Plus, Sign::Minus].into_iter().find(|sign| cursor.eat_char(sign.symbol()))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.base {
            Base::Number(value) => write!(f, "{value:#x}")?,
            Base::Label(picked) => picked.fmt(f)?,
        }
        for (sign, bytes) in &self.terms {
            write!(f, "{}", sign.symbol())?;
            // Offsets that are no round size read better in hexadecimal: `buf+0x123`.
            if bytes.is_multiple_of(1024) { Size(*bytes).fmt(f)? } else { write!(f, "{bytes:#x}")? }
        }
        Ok(())
    }
}

impl fmt::Display for Picked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.label.fmt(f)?;
        self.pick.map_or(Ok(()), |pick| pick.fmt(f))
    }
}

impl fmt::Display for Pick {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pick::One(index) => write!(f, "[{index}]"),
            Pick::Range { first, last } => write!(f, "[{first}..{last}]"),
        }
    }
}
