//! Page tables, areas, counters and translation caches against each other.
