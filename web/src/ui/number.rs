//! Coordinates as text and as whole numbers, without the machinery that prints any float: a step
//! writes some hundred of them.

use mm::units::{index, low32};
use std::rc::Rc;
use yew::AttrValue;

/// 2^52: added to a float below, it leaves the whole part in the low bits.
const WHOLE_BITS: f64 = 4_503_599_627_370_496.0;

/// Returns `value`, or the nearer end of `low` to `high`. Other than `f64::clamp` it has no message
/// with floats in it.
pub(crate) fn within(value: f64, low: f64, high: f64) -> f64 {
    value.max(low).min(high)
}

/// Returns the whole part of a coordinate that is not negative.
pub(crate) fn whole(value: f64) -> Option<u32> {
    (0.0..4_294_967_295.0).contains(&value).then(|| low32(bits_of(value)))
}

/// Returns the whole part of a float from 0 to below 2^52.
fn bits_of(value: f64) -> u64 {
    (value.floor() + WHOLE_BITS).to_bits() - WHOLE_BITS.to_bits()
}

/// Writes a coordinate with at most one decimal.
pub(crate) fn tenths(value: f64) -> AttrValue {
    rounded(value, 10)
}

/// Writes a coordinate with at most two decimals.
pub(crate) fn hundredths(value: f64) -> AttrValue {
    rounded(value, 100)
}

/// Writes a share of one, or what may be a small part of a pixel, with at most five decimals.
pub(crate) fn share(value: f64) -> AttrValue {
    rounded(value, 100_000)
}

/// Writes a coordinate in parts of `parts`, a power of ten. What is beyond any screen, 2^52 parts,
/// is written as if it were there.
fn rounded(value: f64, parts: u32) -> AttrValue {
    let all = bits_of((value.abs() * f64::from(parts)).round().min(WHOLE_BITS - 1.0));
    // From the last digit to the first; zeros at the end of the decimals are left out.
    let mut text = [0_u8; 24];
    let (mut at, mut rest, mut decimals) = (text.len(), all, parts);
    let mut put = |byte: u8| {
        at -= 1;
        text[at] = byte;
        at
    };
    let mut is_written = false;
    while decimals > 1 {
        let digit = low32(rest % 10);
        is_written |= digit > 0;
        if is_written {
            put(DIGITS[index(digit)]);
        }
        (rest, decimals) = (rest / 10, decimals / 10);
    }
    if is_written {
        put(b'.');
    }
    let mut start = put(DIGITS[index(low32(rest % 10))]);
    while rest >= 10 {
        rest /= 10;
        start = put(DIGITS[index(low32(rest % 10))]);
    }
    if value < 0.0 && all > 0 {
        start = put(b'-');
    }
    let text = core::str::from_utf8(&text[start..]).unwrap_or_default();
    AttrValue::from(Rc::<str>::from(text))
}

const DIGITS: [u8; 10] = *b"0123456789";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_are_written_as_floats_are() {
        for at in -20_000..20_000 {
            let value = f64::from(at) * 0.037;
            assert_eq!(
                hundredths(value).parse::<f64>(),
                Ok(((value * 100.0).round() / 100.0) + 0.0),
                "{value}"
            );
            assert_eq!(tenths(value).parse::<f64>(), Ok(((value * 10.0).round() / 10.0) + 0.0), "{value}");
        }
        let written: Vec<_> = [12.0, 0.5, -3.25, 0.004, 1e7].map(hundredths).to_vec();
        assert_eq!(written, ["12", "0.5", "-3.25", "0", "10000000"]);
        assert_eq!(tenths(-0.04), "0");
        assert_eq!(tenths(1e12), "1000000000000");
        assert_eq!([1e300, f64::INFINITY].map(hundredths), ["45035996273704.95"; 2]);
        assert_eq!([0.0, 1.0 / 32.0, 1.0 / 3.0, 1.0].map(share), ["0", "0.03125", "0.33333", "1"]);
    }

    #[test]
    fn whole_parts() {
        assert_eq!([whole(-0.5), whole(0.0), whole(7.9), whole(1e12)], [None, Some(0), Some(7), None]);
        assert_eq!(whole(4_294_967_294.5), Some(4_294_967_294));
        assert_eq!(whole(f64::NAN), None);
    }
}
