//! mm-js
