//! Words that users choose: names of processes and labels, of files, paths.
//!
//! Three alphabets, so that arithmetic stays unambiguous: `a-16K` is a subtraction because a
//! [`Name`] has no `-`; a [`Word`] may have one (`csapp-9.6.4`), a [`Path`] has slashes too.

use super::limits;
use core::fmt;

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $test:path) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Wraps a text of this alphabet, `None` for any other.
            pub fn new(text: &str) -> Option<$name> {
                if $test(text) { Some($name(text.into())) } else { None }
            }

            /// Returns the text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_type! {
    /// Name of a process, a label or a part of a quantity: a letter or `_`, then letters,
    /// digits and `_`.
    Name, is_name
}

text_type! {
    /// Name of a file or a device: letters, digits, `_`, `.` and `-`, the last two
    /// not in front.
    Word, is_word
}

text_type! {
    /// Path of a file in `/proc` or `/sys`, or of a capture: printable ASCII without blanks
    /// and without `"`, `#`, `;`, `>`, `!`.
    Path, is_path
}

text_type! {
    /// Text between quotes, or that `echo` writes: no `"` and no control characters but tabs.
    Text, is_text
}

/// Tests whether a byte may stand first in a [`Name`].
pub(super) const fn starts_name(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

/// Tests whether a byte may stand inside a [`Name`].
pub(super) const fn continues_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_name(text: &str) -> bool {
    text.len() <= limits::NAME_BYTES_MAX
        && text.bytes().next().is_some_and(starts_name)
        && text.bytes().all(continues_name)
}

fn is_word(text: &str) -> bool {
    text.len() <= limits::NAME_BYTES_MAX
        && text.bytes().next().is_some_and(continues_name)
        && text.bytes().all(|byte| continues_name(byte) || byte == b'.' || byte == b'-')
}

fn is_path(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= limits::PATH_BYTES_MAX
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"#;>!".contains(&byte))
}

fn is_text(text: &str) -> bool {
    text.len() <= limits::LINE_BYTES_MAX && text.chars().all(|c| c != '"' && (c == '\t' || !c.is_control()))
}
