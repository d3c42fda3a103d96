//! `expect`: a claim about the machine, checked when the script comes to it.

use core::cmp::Ordering;
use core::fmt;

use crate::script::Verb;
use crate::script::address::Sign;
use crate::script::args::Args;
use crate::script::cursor::Cursor;
use crate::script::error::{Wanted, Wrong};
use crate::script::limits::{self, Limit};
use crate::script::name::{Name, Text};
use crate::script::number::Literal;
use crate::script::quantity::Sum;
use crate::script::registry::{Fails, Gives, Takes, VerbKind, VerbSpec, name_of};
use crate::script::shape::Shape;
use crate::units::low32;

const USAGE: &str = "expect QUANTITY +N|-N | expect QUANTITY ==|!=|<|<=|>|>= VALUE";

pub(in crate::script) const VERBS: &[VerbSpec] = &[VerbSpec {
    name: name_of(USAGE),
    kind: VerbKind::Expect,
    usage: USAGE,
    takes: Takes::Nobody,
    gives: Gives::Nothing,
    fails: Fails::Never,
    args: &[Shape::Quantity, Shape::Value],
    keys: &[],
    words: &[],
    parse: |args| parse(args).map(Verb::Expect),
    #[cfg(test)]
    random: |rng| Verb::Expect(crate::script::arbitrary::expectation(rng)),
}];

/// A claim about the machine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Expectation {
    /// Number of its block, from 0. Lines of `expect` that follow each other form one;
    /// every change in it is relative to the block before.
    pub block: u32,
    /// What is claimed about.
    pub left: Sum,
    /// What is claimed.
    pub check: Check,
}

/// What is claimed of a quantity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Check {
    /// It went up or down by this much since the block before.
    Change {
        /// Up or down.
        sign: Sign,
        /// By how much.
        by: Literal,
    },
    /// It compares so with something else.
    Compare {
        /// The relation.
        op: CompareOp,
        /// The other side.
        with: Comparand,
    },
}

/// A relation of two values.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CompareOp {
    /// `==`.
    Equal,
    /// `!=`.
    NotEqual,
    /// `<=`.
    AtMost,
    /// `>=`.
    AtLeast,
    /// `<`.
    Less,
    /// `>`.
    Greater,
}

/// The right side of a comparison.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Comparand {
    /// Numbers and quantities: `4096`, `1216M`, `a-16K`, `pfn(p, buf)`.
    Sum(Sum),
    /// A single word: a symbol (`hit`, `SEGV_MAPERR`) where the left side is one, else a label.
    Word(Name),
    /// A row of a file: `"0 0 1 3"`.
    Text(Text),
    /// Several numbers: `64,0,0,7`. At least two.
    List(Vec<u64>),
    /// Per cent: `50%`, at most 100.
    Share(u32),
}

impl CompareOp {
    /// Every relation; those of two characters come before their beginnings.
    pub const ALL: [CompareOp; 6] = [
        CompareOp::Equal,
        CompareOp::NotEqual,
        CompareOp::AtMost,
        CompareOp::AtLeast,
        CompareOp::Less,
        CompareOp::Greater,
    ];

    /// Returns how it is written.
    pub const fn symbol(self) -> &'static str {
        match self {
            CompareOp::Equal => "==",
            CompareOp::NotEqual => "!=",
            CompareOp::AtMost => "<=",
            CompareOp::AtLeast => ">=",
            CompareOp::Less => "<",
            CompareOp::Greater => ">",
        }
    }

    /// Tests whether two values that are ordered so stand in this relation.
    pub const fn holds(self, ordering: Ordering) -> bool {
        match self {
            CompareOp::Equal => ordering.is_eq(),
            CompareOp::NotEqual => ordering.is_ne(),
            CompareOp::AtMost => ordering.is_le(),
            CompareOp::AtLeast => ordering.is_ge(),
            CompareOp::Less => ordering.is_lt(),
            CompareOp::Greater => ordering.is_gt(),
        }
    }

    fn read(cursor: &mut Cursor<'_>) -> Result<CompareOp, Wrong> {
        let found = CompareOp::ALL.into_iter().find(|op| cursor.eat(op.symbol()));
        found.ok_or_else(|| {
            let wrong = cursor.wrong_here(Wanted::Operator);
            Wrong { nearest: (cursor.peek() == Some(b'=')).then(|| "==".into()), ..wrong }
        })
    }
}

fn parse(args: &mut Args<'_>) -> Result<Expectation, Wrong> {
    let cursor = args.cursor();
    cursor.skip_blanks();
    let (left, change) = Sum::read_with_change(cursor)?;
    let check = match change {
        Some((sign, by)) => Check::Change { sign, by },
        None => {
            let op = CompareOp::read(cursor)?;
            cursor.skip_blanks();
            Check::Compare { op, with: Comparand::read(cursor)? }
        }
    };
    // The number of the block depends on the commands around; the script's parser gives it.
    Ok(Expectation { block: 0, left, check })
}

impl Comparand {
    fn read(cursor: &mut Cursor<'_>) -> Result<Comparand, Wrong> {
        let mut ahead = cursor.clone();
        ahead.run();
        match (cursor.peek(), ahead.peek()) {
            (None, _) => Err(cursor.wrong_here(Wanted::Argument(Shape::Value))),
            (Some(b'"'), _) => {
                let quoted = cursor.quoted()?;
                Text::new(quoted.text).map(Comparand::Text).ok_or_else(|| quoted.not(Shape::Text))
            }
            (Some(b'0'..=b'9'), Some(b',')) => Comparand::read_list(cursor),
            (Some(b'0'..=b'9'), Some(b'%')) => {
                let share = cursor.number_up_to(Limit::Share, Shape::Number)?;
                assert!(cursor.eat("%"), "seen ahead");
                Ok(Comparand::Share(low32(share)))
            }
            (Some(_), _) => {
                let sum = Sum::read(cursor)?;
                let word = sum.as_quantity().and_then(|quantity| quantity.as_name()).cloned();
                Ok(word.map_or(Comparand::Sum(sum), Comparand::Word))
            }
        }
    }

    fn read_list(cursor: &mut Cursor<'_>) -> Result<Comparand, Wrong> {
        let mut list = Vec::new();
        loop {
            if list.len() == limits::LIST_MAX {
                return Err(cursor.wrong_here(Wanted::AtMost(Limit::List)));
            }
            list.push(cursor.number_up_to(Limit::Number, Shape::Number)?);
            if !cursor.eat(",") {
                return Ok(Comparand::List(list));
            }
            cursor.skip_blanks();
        }
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " {} ", self.left)?;
        match &self.check {
            Check::Change { sign, by } => write!(f, "{}{by}", sign.symbol()),
            Check::Compare { op, with } => write!(f, "{} {with}", op.symbol()),
        }
    }
}

impl fmt::Display for Comparand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Comparand::Sum(sum) => sum.fmt(f),
            Comparand::Word(word) => word.fmt(f),
            Comparand::Text(text) => write!(f, "\"{text}\""),
            Comparand::List(list) => {
                for (at, number) in list.iter().enumerate() {
                    write!(f, "{}{number}", if at == 0 { "" } else { "," })?;
                }
                Ok(())
            }
            Comparand::Share(percent) => write!(f, "{percent}%"),
        }
    }
}
