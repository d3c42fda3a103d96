//! How much text the page takes, from wherever it comes: a link, a file, the clipboard. No browser
//! in here.
//!
//! The language has limits, and a text beyond them is no script. It is refused before it is drawn:
//! drawing it would take longer than reading it.

use mm::script::limits::{LINE_BYTES_MAX, SCRIPT_BYTES_MAX};

/// What is too much about a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum TooMuch {
    /// All of it.
    Script,
    /// The line of this number, counted from 1.
    Line(u32),
}

/// Tests a text against the limits.
///
/// # Errors
/// What is too much about it.
pub(crate) fn check(text: &str) -> Result<(), TooMuch> {
    if text.len() > SCRIPT_BYTES_MAX {
        return Err(TooMuch::Script);
    }
    let long = text.split('\n').position(|line| line.len() > LINE_BYTES_MAX);
    long.map_or(Ok(()), |line| Err(TooMuch::Line(mm::units::count(line) + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_up_to_the_limits_of_the_language() {
        assert_eq!(check(&"\n".repeat(SCRIPT_BYTES_MAX)), Ok(()));
        assert_eq!(check(&"\n".repeat(SCRIPT_BYTES_MAX + 1)), Err(TooMuch::Script));
        assert_eq!(check(&"x".repeat(LINE_BYTES_MAX)), Ok(()));
        assert_eq!(check(&format!("\n{}", "x".repeat(LINE_BYTES_MAX + 1))), Err(TooMuch::Line(2)));
    }
}
