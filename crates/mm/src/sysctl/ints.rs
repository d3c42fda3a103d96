//! Numbers as the kernel reads them from a tunable's file.
//!
//! Mirrors 6.1 `kernel/sysctl.c`: `do_proc_dointvec`, `proc_get_long`.

use core::ops::RangeInclusive;

use crate::errno::Errno;

/// Every number that an `int` can be and no tunable of ours refuses.
pub(super) const NOT_NEGATIVE: RangeInclusive<i32> = 0..=i32::MAX;

/// Characters that separate numbers.
const BLANKS: [char; 3] = [' ', '\t', '\n'];

/// Reads the one number of a tunable; what follows it after a blank is ignored, as there.
///
/// # Errors
/// `EINVAL` when there is no number, or one out of range.
pub(super) fn one(text: &str, range: RangeInclusive<i32>) -> Result<u64, Errno> {
    let number = words(text).next().and_then(number).filter(|number| range.contains(number));
    number.and_then(|number| u64::try_from(number).ok()).ok_or(Errno::EINVAL)
}

/// Reads numbers up to the first word that is none.
pub(super) fn several(text: &str) -> impl Iterator<Item = i32> {
    words(text).map_while(number)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(BLANKS).filter(|word| !word.is_empty())
}

/// Reads a number: decimal, octal after `0`, hexadecimal after `0x`.
fn number(word: &str) -> Option<i32> {
    let (sign, digits) = match word.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, word),
    };
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let hex = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    let octal = digits.strip_prefix('0').filter(|rest| !rest.is_empty());
    let value = match (hex, octal) {
        (Some(hex), _) => i64::from_str_radix(hex, 16),
        (None, Some(octal)) => i64::from_str_radix(octal, 8),
        (None, None) => digits.parse(),
    };
    value.ok().and_then(|value| i32::try_from(sign * value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_the_kernel_reads_them() {
        for (text, expected) in [
            ("8192", Ok(8192)),
            (" \t8192\n", Ok(8192)),
            ("0x100", Ok(256)),
            ("010", Ok(8)),
            ("0", Ok(0)),
            ("5 and more", Ok(5)),
            ("5and", Err(Errno::EINVAL)),
            ("", Err(Errno::EINVAL)),
            ("no", Err(Errno::EINVAL)),
            ("+5", Err(Errno::EINVAL)),
            ("-1", Err(Errno::EINVAL)),
            ("2147483647", Ok(2_147_483_647)),
            ("2147483648", Err(Errno::EINVAL)),
            ("99999999999999999999", Err(Errno::EINVAL)),
        ] {
            assert_eq!(one(text, NOT_NEGATIVE), expected, "{text:?}");
        }
        assert_eq!(several("256 -1 x 3").collect::<Vec<_>>(), [256, -1]);
    }
}
