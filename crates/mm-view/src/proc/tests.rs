//! Formats against captures.
