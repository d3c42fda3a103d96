//! Numbers as the kernel reads them that stand alone in a file of `/sys`, or of a process.
//!
//! Mirrors 6.1 `lib/kstrtox.c`: `kstrtoul`, `kstrtoint`. No blank is allowed anywhere; a newline
//! may end the text, and a plus may begin it.

use crate::errno::Errno;

/// How digits are read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Base {
    /// Decimal.
    Ten,
    /// As the number says: hexadecimal after `0x`, octal after `0`, else decimal.
    Any,
}

/// Reads as many digits as there are; returns the number, or that it does not fit, and what
/// follows. `None` without a digit.
pub(super) fn parse_integer(text: &[u8], base: Base) -> Option<(Result<u64, Errno>, &[u8])> {
    let (radix, digits) = match (base, text) {
        (Base::Any, [b'0', b'x' | b'X', digit, ..]) if digit.is_ascii_hexdigit() => (16, &text[2..]),
        (Base::Any, [b'0', ..]) => (8, text),
        (Base::Any | Base::Ten, _) => (10, text),
    };
    let value_of = |byte: u8| char::from(byte).to_digit(radix);
    let len = digits.iter().position(|&byte| value_of(byte).is_none()).unwrap_or(digits.len());
    let (own, rest) = digits.split_at(len);
    let add = |sum: u64, &byte: &u8| sum.checked_mul(radix.into())?.checked_add(value_of(byte)?.into());
    (len > 0).then(|| (own.iter().try_fold(0, add).ok_or(Errno::ERANGE), rest))
}

/// Reads a number without a sign.
///
/// # Errors
/// `ERANGE` when it does not fit into 64 bits, `EINVAL` when there is anything else.
pub(super) fn kstrtoull(text: &[u8], base: Base) -> Result<u64, Errno> {
    unsigned(text.strip_prefix(b"+").unwrap_or(text), base)
}

/// Reads an `int` of any base.
///
/// # Errors
/// `ERANGE` when it is none, `EINVAL` when there is anything else.
pub(super) fn kstrtoint(text: &[u8]) -> Result<i32, Errno> {
    let value = match text.strip_prefix(b"-") {
        Some(digits) => -i128::from(unsigned(digits, Base::Any)?),
        None => i128::from(kstrtoull(text, Base::Any)?),
    };
    i32::try_from(value).map_err(|_| Errno::ERANGE)
}

fn unsigned(text: &[u8], base: Base) -> Result<u64, Errno> {
    let (value, rest) = parse_integer(text, base).ok_or(Errno::EINVAL)?;
    let value = value?;
    if rest.strip_suffix(b"\n").unwrap_or(rest).is_empty() { Ok(value) } else { Err(Errno::EINVAL) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stands_alone() {
        for (text, ten, any) in [
            ("1", Ok(1), Ok(1)),
            ("1\n", Ok(1), Ok(1)),
            ("+1\n", Ok(1), Ok(1)),
            ("01", Ok(1), Ok(1)),
            ("010", Ok(10), Ok(8)),
            ("0x10", Err(Errno::EINVAL), Ok(16)),
            ("0x", Err(Errno::EINVAL), Err(Errno::EINVAL)),
            ("09", Ok(9), Err(Errno::EINVAL)),
            ("", Err(Errno::EINVAL), Err(Errno::EINVAL)),
            ("\n", Err(Errno::EINVAL), Err(Errno::EINVAL)),
            (" 1", Err(Errno::EINVAL), Err(Errno::EINVAL)),
            ("1 ", Err(Errno::EINVAL), Err(Errno::EINVAL)),
            ("1 \n", Err(Errno::EINVAL), Err(Errno::EINVAL)),
            ("1\n\n", Err(Errno::EINVAL), Err(Errno::EINVAL)),
            ("1\n1", Err(Errno::EINVAL), Err(Errno::EINVAL)),
            ("++1", Err(Errno::EINVAL), Err(Errno::EINVAL)),
            ("-1", Err(Errno::EINVAL), Err(Errno::EINVAL)),
            ("18446744073709551615", Ok(u64::MAX), Ok(u64::MAX)),
            ("18446744073709551616", Err(Errno::ERANGE), Err(Errno::ERANGE)),
            ("18446744073709551616x", Err(Errno::ERANGE), Err(Errno::ERANGE)),
        ] {
            assert_eq!(kstrtoull(text.as_bytes(), Base::Ten), ten, "{text:?} in base 10");
            assert_eq!(kstrtoull(text.as_bytes(), Base::Any), any, "{text:?} in base 0");
        }
        for (text, expected) in [
            ("-1000", Ok(-1000)),
            ("-0x10\n", Ok(-16)),
            ("+7", Ok(7)),
            ("-+7", Err(Errno::EINVAL)),
            ("--7", Err(Errno::EINVAL)),
            ("-", Err(Errno::EINVAL)),
            ("2147483648", Err(Errno::ERANGE)),
            ("-2147483648", Ok(i32::MIN)),
            ("-2147483649", Err(Errno::ERANGE)),
        ] {
            assert_eq!(kstrtoint(text.as_bytes()), expected, "{text:?}");
        }
    }
}
