//! One registry of what can be asked of a machine: `expect`, the inspector and the docs use it.
//!
//! A quantity has a form (`pte(P, VA).FIELD`), a unit and a source; its meaning in words lives
//! in `mm-view`. Asking has two stages: [`Ask::resolve`] turns the names of addresses in a
//! script into numbers on the machine as it is, [`Ask::eval`] reads the value, on that machine
//! or on an earlier one.

mod ask;
mod compare;
mod eval;
mod field;
mod lines;
mod sums;
mod table;

use core::fmt;

pub use compare::{Verdict, asked, changing, judge};
pub use eval::Known;
pub use field::{
    LayoutField, MemField, PageField, PcpField, PteField, SigField, SlabField, SmapsLine, VmallocField,
    WalkField,
};
pub use lines::{Counter, MeminfoLine, NODE_ITEMS, NUMA_ITEMS, StatusLine, ZONE_ITEMS, ZoneField};
pub use sums::Sums;
pub use table::{Ask, Kind};

/// What a bare number of a quantity counts. A literal with a suffix is bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Unit {
    /// Nothing but a number: events, blocks, entries.
    Count,
    /// Frames of 4 KiB.
    Pages,
    /// Bytes.
    Bytes,
    /// 1024 bytes, as `/proc` prints sizes.
    KiB,
    /// Nanoseconds of model time.
    Nanos,
    /// Per cent.
    Percent,
    /// Frame number.
    Frame,
    /// Address.
    Address,
    /// A word, a list or a row of a file.
    Text,
}

impl Unit {
    /// Returns how many bytes one of it is, 1 for what is no size.
    pub const fn bytes(self) -> i128 {
        match self {
            Unit::Pages => 4096,
            Unit::KiB => 1024,
            Unit::Count
            | Unit::Bytes
            | Unit::Nanos
            | Unit::Percent
            | Unit::Frame
            | Unit::Address
            | Unit::Text => 1,
        }
    }
}

/// A value of a quantity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A number in a unit.
    Number {
        /// How many.
        value: i128,
        /// Of what.
        unit: Unit,
    },
    /// Several numbers.
    List(Vec<u64>),
    /// A symbolic word.
    Word(String),
    /// A row of a file.
    Text(String),
}

impl Value {
    /// Wraps a number of an unsigned type.
    pub fn number(value: u64, unit: Unit) -> Value {
        Value::Number { value: i128::from(value), unit }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number { value, unit: Unit::Address } => write!(f, "{value:#x}"),
            Value::Number { value, unit: Unit::Percent } => write!(f, "{value}%"),
            Value::Number { value, .. } => write!(f, "{value}"),
            Value::Word(word) => f.write_str(word),
            Value::Text(text) => write!(f, "\"{text}\""),
            Value::List(list) => {
                for (at, number) in list.iter().enumerate() {
                    write!(f, "{}{number}", if at == 0 { "" } else { "," })?;
                }
                Ok(())
            }
        }
    }
}

/// Why a quantity has no value here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Unknown {
    /// No quantity is written so.
    Quantity {
        /// What was written.
        found: String,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// No process of this name was ever started.
    Process(String),
    /// No zone of this name on the machine.
    Zone(String),
    /// No cache of this name on the machine.
    Cache(String),
    /// No label of this name has a value.
    Label(String),
    /// The quantity has no such field.
    Field {
        /// What was written.
        found: String,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// 6.1 has such a line; nothing in the model can change its number yet.
    NotModelled(String),
    /// Wrong number or kind of arguments; the form says which are right.
    Arguments(Kind),
    /// Nothing is mapped at this address.
    NotMapped(u64),
    /// No such frame on the machine.
    NoFrame(u64),
    /// The last command kept no detail: the time of its functions is not known.
    WithoutDetail,
    /// Both sides are of kinds that cannot be compared in this way.
    Incomparable {
        /// Left side.
        left: Value,
        /// Right side.
        right: Value,
    },
}
