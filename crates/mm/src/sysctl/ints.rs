//! Numbers as the kernel reads them from a tunable's file.
//!
//! Mirrors 6.1 `kernel/sysctl.c`: `do_proc_dointvec`, `proc_get_long`.

use core::ops::RangeInclusive;

use super::kstrtox::{Base, parse_integer};
use crate::errno::Errno;

/// Characters that may follow a number.
const BLANKS: [u8; 3] = *b" \t\n";
/// Bytes of a number that are looked at, sign included; one that fills them may go on.
const NUMBER_BYTES: usize = 21;

/// Reads the one number of a tunable; what follows it after a blank is ignored, as there.
///
/// # Errors
/// `EINVAL` when there is no number, or one out of range.
pub(crate) fn one(text: &str, range: RangeInclusive<i32>) -> Result<u64, Errno> {
    let number = several(text).next().filter(|number| range.contains(number));
    number.and_then(|number| u64::try_from(number).ok()).ok_or(Errno::EINVAL)
}

/// Reads numbers up to the first that is none.
pub(super) fn several(text: &str) -> impl Iterator<Item = i32> {
    let mut rest = text.as_bytes();
    core::iter::from_fn(move || {
        let (number, after) = number(skip_spaces(rest))?;
        rest = after;
        Some(number)
    })
}

/// Passes over what `isspace` counts as blanks, which is more than may follow a number.
pub(super) fn skip_spaces(text: &[u8]) -> &[u8] {
    let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0x0b || *byte == 0xa0;
    &text[text.iter().position(|byte| !blank(byte)).unwrap_or(text.len())..]
}

/// Reads a number: decimal, octal after `0`, hexadecimal after `0x`. Returns what follows it.
fn number(text: &[u8]) -> Option<(i32, &[u8])> {
    let window = &text[..text.len().min(NUMBER_BYTES)];
    let digits = window.strip_prefix(b"-").unwrap_or(window);
    if !digits.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let (value, rest) = parse_integer(digits, Base::Any)?;
    let value = i64::try_from(value.ok()?).ok()?;
    let used = window.len() - rest.len();
    let ends = text.get(used).is_none_or(|next| BLANKS.contains(next));
    let value = if digits.len() < window.len() { -value } else { value };
    let value = i32::try_from(value).ok().filter(|_| ends && used < NUMBER_BYTES)?;
    Some((value, &text[used..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every number that an `int` can be and no tunable of ours refuses.
    const NOT_NEGATIVE: RangeInclusive<i32> = 0..=i32::MAX;

    #[test]
    fn numbers_are_read_as_the_kernel_reads_them() {
        for (text, expected) in [
            ("8192", Ok(8192)),
            (" \t8192\n", Ok(8192)),
            ("\r\x0b5", Ok(5)),
            ("5\r", Err(Errno::EINVAL)),
            ("0x100", Ok(256)),
            ("0X1f", Ok(31)),
            ("0x", Err(Errno::EINVAL)),
            ("0xg", Err(Errno::EINVAL)),
            ("010", Ok(8)),
            ("08", Err(Errno::EINVAL)),
            ("0", Ok(0)),
            ("-0", Ok(0)),
            ("5 and more", Ok(5)),
            ("5and", Err(Errno::EINVAL)),
            ("5,6", Err(Errno::EINVAL)),
            ("1e3", Err(Errno::EINVAL)),
            ("", Err(Errno::EINVAL)),
            (" ", Err(Errno::EINVAL)),
            ("-", Err(Errno::EINVAL)),
            ("- 5", Err(Errno::EINVAL)),
            ("no", Err(Errno::EINVAL)),
            ("+5", Err(Errno::EINVAL)),
            ("-1", Err(Errno::EINVAL)),
            ("\u{663}", Err(Errno::EINVAL)),
            ("2147483647", Ok(2_147_483_647)),
            ("2147483648", Err(Errno::EINVAL)),
            ("18446744073709551617", Err(Errno::EINVAL)),
            ("99999999999999999999", Err(Errno::EINVAL)),
            // Twenty digits can be told from more, one more cannot.
            ("00000000000000000005", Ok(5)),
            ("000000000000000000005", Err(Errno::EINVAL)),
        ] {
            assert_eq!(one(text, NOT_NEGATIVE), expected, "{text:?}");
        }
        assert_eq!(several("256 -1 x 3").collect::<Vec<_>>(), [256, -1]);
        assert_eq!(several("-2147483648 7").collect::<Vec<_>>(), [i32::MIN, 7]);
        assert_eq!(several("-2147483649 7").collect::<Vec<_>>(), [0_i32; 0]);
    }
}
