//! Lines, fields and numbers of a dump.

use crate::units::{Order, Pfn, count};

/// Why a dump cannot be read: what should stand where.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct DumpError {
    /// Line, counted from 1.
    pub line: u32,
    /// What should stand there.
    pub expected: Expected,
}

/// What a dump should contain at some place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Expected {
    /// A line that begins with this word.
    Line(&'static str),
    /// A field `name=...`.
    Field(&'static str),
    /// A decimal or hexadecimal number in this field.
    Number(&'static str),
    /// The name of a zone.
    ZoneName,
    /// A letter of a migrate type.
    MigrateType,
    /// An order of 0..=10.
    Order,
    /// Frames such as `288 320+2 640-2`, within the zone.
    Runs,
    /// Lists in which no frame stands twice.
    DisjointBlocks,
    /// Names or bits of allocation flags.
    Gfp,
    /// A frame that is in use.
    FrameInUse,
    /// A name that an allocation gave before.
    Name,
    /// `zone` lines: a state to start from.
    State,
    /// A row of `maps`, in the order of addresses.
    MapsRow,
    /// A `[stack]` among the rows of `maps`.
    Stack,
    /// A machine that can be booted: so much RAM, so many processors and nodes.
    Machine,
}

/// A line of a dump with its number.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The number, from 1.
    pub number: u32,
    /// The text, without its end.
    pub text: &'a str,
}

/// Iterates over the lines of a text, numbered from 1.
pub fn lines(text: &str) -> impl Iterator<Item = Line<'_>> + Clone {
    (1..).zip(text.lines()).map(|(number, text)| Line { number, text })
}

impl<'a> Line<'a> {
    /// Makes the error that this line lacks `expected`.
    pub fn lacks(self, expected: Expected) -> DumpError {
        DumpError { line: self.number, expected }
    }

    /// Returns the first word.
    pub fn keyword(self) -> &'a str {
        self.text.split_ascii_whitespace().next().unwrap_or("")
    }

    /// Returns word `at`, counted from 0.
    pub fn word(self, at: usize) -> Option<&'a str> {
        self.text.split_ascii_whitespace().nth(at)
    }

    /// Returns what follows `name=`.
    pub fn field(self, name: &'static str) -> Result<&'a str, DumpError> {
        self.optional_field(name).ok_or(self.lacks(Expected::Field(name)))
    }

    /// Returns what follows `name=`, if the line has such a field.
    pub fn optional_field(self, name: &'static str) -> Option<&'a str> {
        let value = |word: &'a str| word.strip_prefix(name)?.strip_prefix('=');
        // `mt=U:` ends the head of a line that goes on with runs.
        self.text.split_ascii_whitespace().find_map(value).map(|value| value.trim_end_matches(':'))
    }

    /// Returns the number that follows `name=`.
    pub fn number<T: TryFrom<i64>>(self, name: &'static str) -> Result<T, DumpError> {
        self.convert(self.field(name)?, name)
    }

    /// Returns the numbers that follow `name=`, separated by commas.
    pub fn numbers<T: TryFrom<i64>>(self, name: &'static str) -> Result<Vec<T>, DumpError> {
        let parts = self.field(name)?.split(',').filter(|part| !part.is_empty());
        parts.map(|part| self.convert(part, name)).collect()
    }

    /// Returns the order that follows `order=`.
    pub fn order(self) -> Result<Order, DumpError> {
        let order = self.number("order")?;
        Order::try_new(order).ok_or(self.lacks(Expected::Order))
    }

    /// Returns the frames after the colon: heads of blocks of `order`, in the order of a list.
    pub fn runs(self, order: Order) -> Result<Vec<Pfn>, DumpError> {
        let (_, text) = self.text.split_once(':').ok_or(self.lacks(Expected::Runs))?;
        let mut pfns = Vec::new();
        for run in text.split_ascii_whitespace() {
            expand(run, order, &mut pfns).ok_or(self.lacks(Expected::Runs))?;
        }
        Ok(pfns)
    }

    fn convert<T: TryFrom<i64>>(self, text: &str, name: &'static str) -> Result<T, DumpError> {
        let value = parse_number(text).and_then(|number| T::try_from(number).ok());
        value.ok_or(self.lacks(Expected::Number(name)))
    }
}

/// Parses a decimal or `0x` number.
pub fn parse_number(text: &str) -> Option<i64> {
    match text.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None => text.parse().ok(),
    }
}

/// Most blocks that the runs of one line may stand for: a dump is of one machine.
const RUN_MAX: u32 = 1 << 24;

/// Adds the blocks of one run, `pfn`, `pfn+n` or `pfn-n`, to `pfns`. Blocks that do not touch
/// have their distance behind it: `pfn+n/frames`.
fn expand(run: &str, order: Order, pfns: &mut Vec<Pfn>) -> Option<()> {
    let (run, step) = match run.split_once('/') {
        Some((run, step)) => (run, step.parse().ok()?),
        None => (run, order.pages()),
    };
    let (first, sign, length) = match run.find(['+', '-']) {
        Some(at) => (&run[..at], run.as_bytes()[at], &run[at + 1..]),
        None => (run, b'+', "1"),
    };
    let mut pfn: u32 = first.parse().ok()?;
    let length: u32 = length.parse().ok()?;
    if u64::from(length) + u64::from(count(pfns.len())) > u64::from(RUN_MAX) {
        return None;
    }
    for at in 0..length {
        if at > 0 {
            pfn = if sign == b'+' { pfn.checked_add(step)? } else { pfn.checked_sub(step)? };
        }
        pfns.push(Pfn(pfn));
    }
    Some(())
}
