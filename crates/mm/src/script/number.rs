//! Numbers: decimal, `0x`, sizes with K M G T, durations; how they are read and printed.
//!
//! Printing is canonical: a size takes the largest suffix that is exact, so `4096` comes back
//! as `4K` and 5000 as `5000`.

use crate::units::Nanos;
use core::fmt;

/// How a literal in `expect` was written. It changes the meaning: with a suffix it is bytes,
/// bare it is in the quantity's own unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Notation {
    /// `4096`.
    Decimal,
    /// `0x1000`.
    Hex,
    /// `4K`: a number of bytes.
    Bytes,
}

/// A number with its notation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Literal {
    /// The number, its suffix multiplied in.
    pub value: u64,
    /// How it was written. `Bytes` only with a multiple of 1024.
    pub notation: Notation,
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.notation {
            Notation::Decimal => write!(f, "{}", self.value),
            Notation::Hex => write!(f, "{:#x}", self.value),
            Notation::Bytes if self.value == 0 => f.write_str("0K"),
            Notation::Bytes => Size(self.value).fmt(f),
        }
    }
}

/// A number of bytes as it is printed, with the largest exact suffix.
pub(super) struct Size(pub(super) u64);

/// Suffixes of sizes, the largest first, with their binary logarithms.
const SUFFIXES: [(char, u32); 4] = [('T', 40), ('G', 30), ('M', 20), ('K', 10)];

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = SUFFIXES.iter().find(|(_, shift)| self.0.trailing_zeros() >= *shift && self.0 != 0);
        match exact {
            Some((suffix, shift)) => write!(f, "{}{suffix}", self.0 >> shift),
            None => write!(f, "{}", self.0),
        }
    }
}

/// A duration as it is printed, in the largest unit that is exact.
pub(super) struct Duration(pub(super) Nanos);

/// Units of durations with their nanoseconds, the largest first. `m` is read, never printed:
/// beside `M` it is too easily mistaken.
const TIME_UNITS: [(&str, u64); 5] =
    [("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000), ("ns", 1)];

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.0;
        let (unit, length) = TIME_UNITS[1..]
            .iter()
            .find(|(_, length)| nanos.is_multiple_of(*length))
            .expect("one nanosecond divides every duration");
        write!(f, "{}{unit}", nanos / length)
    }
}

/// Why a text is not a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum BadNumber {
    /// Not of this form.
    Malformed,
    /// Beyond 64 bits.
    TooBig,
}

/// Reads `4096`, `0x1000` or `4K`.
pub(super) fn literal(text: &str) -> Result<Literal, BadNumber> {
    if let Some(digits) = text.strip_prefix("0x") {
        let value = digits_of(digits, 16)?;
        return Ok(Literal { value, notation: Notation::Hex });
    }
    let suffix = SUFFIXES.iter().find_map(|(suffix, shift)| Some((text.strip_suffix(*suffix)?, *shift)));
    let Some((digits, shift)) = suffix else {
        return Ok(Literal { value: digits_of(text, 10)?, notation: Notation::Decimal });
    };
    let value = digits_of(digits, 10)?.checked_mul(1 << shift).ok_or(BadNumber::TooBig)?;
    Ok(Literal { value, notation: Notation::Bytes })
}

/// Reads a number without a suffix.
pub(super) fn plain(text: &str) -> Result<u64, BadNumber> {
    let literal = literal(text)?;
    match literal.notation {
        Notation::Decimal | Notation::Hex => Ok(literal.value),
        Notation::Bytes => Err(BadNumber::Malformed),
    }
}

/// Reads `100ms`; without a unit seconds, as the shell's `sleep` does.
pub(super) fn duration(text: &str) -> Result<Nanos, BadNumber> {
    let unit_at = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, unit) = text.split_at(unit_at);
    let unit = if unit.is_empty() { "s" } else { unit };
    let (_, length) = TIME_UNITS.iter().find(|(name, _)| *name == unit).ok_or(BadNumber::Malformed)?;
    digits_of(digits, 10)?.checked_mul(*length).map(Nanos).ok_or(BadNumber::TooBig)
}

fn digits_of(digits: &str, radix: u32) -> Result<u64, BadNumber> {
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return Err(BadNumber::Malformed);
    }
    u64::from_str_radix(digits, radix).map_err(|_| BadNumber::TooBig)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_print_with_the_largest_exact_suffix() {
        for (bytes, text) in
            [(0, "0"), (1, "1"), (1023, "1023"), (1024, "1K"), (1536, "1536"), (3 << 19, "1536K")]
        {
            assert_eq!(Size(bytes).to_string(), text);
            assert_eq!(literal(text).map(|literal| literal.value), Ok(bytes));
        }
        assert_eq!(Size(1 << 63).to_string(), "8388608T");
    }

    #[test]
    fn numbers_have_64_bits() {
        assert_eq!(plain("18446744073709551615"), Ok(u64::MAX));
        assert_eq!(plain("18446744073709551616"), Err(BadNumber::TooBig));
        assert_eq!(plain("0x10000000000000000"), Err(BadNumber::TooBig));
        assert_eq!(literal("16777216T"), Err(BadNumber::TooBig));
        assert_eq!(duration("18446744073710s"), Err(BadNumber::TooBig));
    }

    #[test]
    fn other_texts_are_no_numbers() {
        for text in ["", "x", "0x", "K", "4k", "4KB", "-1", "+1", "1_000", "0x1K", "1.5M", "٣"] {
            assert_eq!(literal(text), Err(BadNumber::Malformed), "{text}");
        }
        for text in ["", "ms", "5min", "1.5s", "-1s", "5 s"] {
            assert_eq!(duration(text), Err(BadNumber::Malformed), "{text}");
        }
    }

    #[test]
    fn durations_print_in_the_largest_exact_unit() {
        for (text, printed) in [
            ("100ms", "100ms"),
            ("36s", "36s"),
            ("5", "5s"),
            ("1m", "60s"),
            ("1500us", "1500us"),
            ("0", "0s"),
        ] {
            assert_eq!(duration(text).map(|nanos| Duration(nanos).to_string()), Ok(printed.to_string()));
        }
    }
}
