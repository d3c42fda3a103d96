//! The grammar of quantities: `rss.web`, `pte(web, buf).dirty`, `zoneinfo.DMA32@1.free`.
//!
//! Only the form is known here. Which quantities exist, and what they are, is the registry's
//! business (`crate::quantity`); a label is a quantity too, `b == a-16K`.

use super::address::{Pick, Sign};
use super::cursor::Cursor;
use super::error::{Wanted, Wrong};
use super::limits::{self, Limit};
use super::name::{Name, Text};
use super::number::Literal;
use super::shape::Shape;
use crate::units::low8;
use core::fmt;

/// Quantities and numbers added up: `zoneinfo.Normal.low - zoneinfo.Normal.min`, `a+4K`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sum {
    /// The terms with their signs, at least one.
    pub terms: Vec<(Sign, Term)>,
}

/// One term of a sum.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Term {
    /// A number.
    Literal(Literal),
    /// Something to ask the machine.
    Quantity(Quantity),
}

/// Something to ask the machine, its parts joined by dots.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quantity {
    /// The parts, at least one.
    pub segments: Vec<Segment>,
}

/// One part of a quantity: `DMA32@1`, `pfn(db, own)`, `buddyinfo`, `DMA[0]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Segment {
    /// Its name.
    pub name: Name,
    /// Node, after `@`.
    pub node: Option<u8>,
    /// Arguments in parentheses; `None` without parentheses.
    pub args: Option<Vec<Arg>>,
    /// Index in brackets.
    pub pick: Option<Pick>,
}

/// An argument of a quantity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Arg {
    /// A process, a label, a file, an address, another quantity.
    Sum(Sum),
    /// A quoted name, for those that are no [`Name`]: `slab("kmalloc-1k")`.
    Text(Text),
}

impl Sum {
    /// Makes a sum of one quantity.
    pub fn of(quantity: Quantity) -> Sum {
        Sum { terms: vec![(Sign::Plus, Term::Quantity(quantity))] }
    }

    /// Returns the quantity when it is all there is.
    pub fn as_quantity(&self) -> Option<&Quantity> {
        match self.terms.as_slice() {
            [(Sign::Plus, Term::Quantity(quantity))] => Some(quantity),
            _ => None,
        }
    }

    /// Returns the number when it is all there is.
    pub fn as_literal(&self) -> Option<Literal> {
        match self.terms.as_slice() {
            [(Sign::Plus, Term::Literal(literal))] => Some(*literal),
            _ => None,
        }
    }

    /// Reads a sum.
    pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Sum, Wrong> {
        Sum::read_terms(cursor, 0).map(|(sum, _)| sum)
    }

    /// Reads a sum, and tells whether its last term stands apart as a change does: `rss.t +4K`.
    pub(super) fn read_with_change(cursor: &mut Cursor<'_>) -> Result<(Sum, Option<(Sign, Literal)>), Wrong> {
        let (mut sum, apart) = Sum::read_terms(cursor, 0)?;
        let change = match sum.terms.last() {
            Some((sign, Term::Literal(by))) if apart && cursor.at_end() => (*sign, *by),
            Some(_) | None => return Ok((sum, None)),
        };
        sum.terms.pop();
        Ok((sum, Some(change)))
    }

    /// The flag says whether the last of several terms is written ` +N`, with a blank before
    /// the sign and none after it.
    fn read_terms(cursor: &mut Cursor<'_>, depth: usize) -> Result<(Sum, bool), Wrong> {
        let sign = Sign::read(cursor).unwrap_or(Sign::Plus);
        let mut terms = vec![(sign, Term::read(cursor, depth)?)];
        let mut apart = false;
        loop {
            let blank = cursor.skip_blanks();
            let here = cursor.clone();
            let Some(sign) = Sign::read(cursor) else {
                return Ok((Sum { terms }, apart));
            };
            if terms.len() == limits::TERMS_MAX {
                return Err(here.wrong_here(Wanted::AtMost(Limit::Terms)));
            }
            apart = blank && !cursor.skip_blanks();
            terms.push((sign, Term::read(cursor, depth)?));
        }
    }
}

impl Term {
    fn read(cursor: &mut Cursor<'_>, depth: usize) -> Result<Term, Wrong> {
        if cursor.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            cursor.literal(Shape::Number).map(Term::Literal)
        } else {
            Quantity::read(cursor, depth).map(Term::Quantity)
        }
    }
}

impl Quantity {
    /// Makes a quantity of one plain name: a label, a process, a symbol.
    pub fn named(name: Name) -> Quantity {
        Quantity { segments: vec![Segment { name, node: None, args: None, pick: None }] }
    }

    /// Returns the name when it is all there is.
    pub fn as_name(&self) -> Option<&Name> {
        match self.segments.as_slice() {
            [segment] if segment.is_plain() => Some(&segment.name),
            _ => None,
        }
    }

    /// Returns the names joined by dots when there is nothing else: `data.db` as an argument.
    pub fn as_dotted(&self) -> Option<String> {
        self.segments.iter().all(Segment::is_plain).then(|| self.to_string())
    }

    fn read(cursor: &mut Cursor<'_>, depth: usize) -> Result<Quantity, Wrong> {
        let mut segments = Vec::new();
        loop {
            if segments.len() == limits::SEGMENTS_MAX {
                return Err(cursor.wrong_here(Wanted::AtMost(Limit::Segments)));
            }
            segments.push(Segment::read(cursor, depth)?);
            if !cursor.eat(".") {
                return Ok(Quantity { segments });
            }
        }
    }
}

impl Segment {
    fn is_plain(&self) -> bool {
        self.node.is_none() && self.args.is_none() && self.pick.is_none()
    }

    fn read(cursor: &mut Cursor<'_>, depth: usize) -> Result<Segment, Wrong> {
        let name = cursor.name().ok_or_else(|| cursor.wrong_here(Wanted::Argument(Shape::Quantity)))?;
        let node =
            if cursor.eat("@") { Some(low8(cursor.number_up_to(Limit::Node, Shape::Node)?)) } else { None };
        let args = if cursor.peek() == Some(b'(') { Some(Arg::read_all(cursor, depth)?) } else { None };
        let pick = Pick::read(cursor)?;
        Ok(Segment { name, node, args, pick })
    }
}

impl Arg {
    /// Reads `(A, B)`; the opening parenthesis comes next.
    fn read_all(cursor: &mut Cursor<'_>, depth: usize) -> Result<Vec<Arg>, Wrong> {
        if depth == limits::DEPTH_MAX {
            return Err(cursor.wrong_here(Wanted::AtMost(Limit::Depth)));
        }
        assert!(cursor.eat("("), "only called at a parenthesis");
        let mut args = Vec::new();
        cursor.skip_blanks();
        if cursor.eat(")") {
            return Ok(args);
        }
        loop {
            if args.len() == limits::ARGS_MAX {
                return Err(cursor.wrong_here(Wanted::AtMost(Limit::Args)));
            }
            cursor.skip_blanks();
            args.push(Arg::read(cursor, depth + 1)?);
            cursor.skip_blanks();
            if cursor.eat(")") {
                return Ok(args);
            }
            if !cursor.eat(",") {
                return Err(cursor.wrong_here(Wanted::Closing(')')));
            }
        }
    }

    fn read(cursor: &mut Cursor<'_>, depth: usize) -> Result<Arg, Wrong> {
        if cursor.peek() == Some(b'"') {
            let quoted = cursor.quoted()?;
            return Text::new(quoted.text).map(Arg::Text).ok_or_else(|| quoted.not(Shape::Text));
        }
        Sum::read_terms(cursor, depth).map(|(sum, _)| Arg::Sum(sum))
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (sign, term)) in self.terms.iter().enumerate() {
            match (at, sign, term) {
                (0, Sign::Plus, _) => {}
                (0, Sign::Minus, _) | (_, _, Term::Literal(_)) => write!(f, "{}", sign.symbol())?,
                (_, _, Term::Quantity(_)) => write!(f, " {} ", sign.symbol())?,
            }
            match term {
                Term::Literal(literal) => literal.fmt(f)?,
                Term::Quantity(quantity) => quantity.fmt(f)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.segments.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { "." })?;
            segment.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Segment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.fmt(f)?;
        if let Some(node) = self.node {
            write!(f, "@{node}")?;
        }
        if let Some(args) = &self.args {
            f.write_str("(")?;
            for (at, arg) in args.iter().enumerate() {
                f.write_str(if at == 0 { "" } else { ", " })?;
                match arg {
                    Arg::Sum(sum) => sum.fmt(f)?,
                    Arg::Text(text) => write!(f, "\"{text}\"")?,
                }
            }
            f.write_str(")")?;
        }
        self.pick.map_or(Ok(()), |pick| pick.fmt(f))
    }
}
