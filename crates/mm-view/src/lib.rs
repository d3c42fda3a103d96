//! mm-view
