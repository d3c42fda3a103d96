//! Allocation flags (being written).
