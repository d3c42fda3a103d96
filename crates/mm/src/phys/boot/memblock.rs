//! The allocator before the page allocator: ranges of RAM, and ranges of it in use.
//!
//! It exists for a moment of boot only, so nothing here is journaled. Space is given from the
//! top down, as on x86. Mirrors 6.1 `mm/memblock.c`.

use crate::config::{MemoryRange, NodeId};
use crate::units::{Pfn, Span};

/// RAM and what is in use of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Memblock {
    memory: Vec<MemoryRange>,
    reserved: Vec<Span>,
}

impl Memblock {
    /// Starts with all of `memory`, lowest first, free.
    pub fn new(memory: Vec<MemoryRange>) -> Memblock {
        Memblock { memory, reserved: Vec::new() }
    }

    /// Returns the RAM, lowest first.
    pub fn memory(&self) -> &[MemoryRange] {
        &self.memory
    }

    /// Takes `span` out of use for others; parts taken already stay so.
    pub fn reserve(&mut self, span: Span) {
        if span.pages() == 0 {
            return;
        }
        let mut merged = span;
        self.reserved.retain(|&old| {
            let apart = old.end < merged.start || merged.end < old.start;
            if !apart {
                merged = Span { start: merged.start.min(old.start), end: merged.end.max(old.end) };
            }
            apart
        });
        let at = self.reserved.partition_point(|&old| old < merged);
        self.reserved.insert(at, merged);
    }

    /// Gives `span` back.
    pub fn free(&mut self, span: Span) {
        let cut = |old: &Span| {
            let below = Span { start: old.start, end: old.end.min(span.start) };
            let above = Span { start: old.start.max(span.end), end: old.end };
            [below, above].into_iter().filter(|part| part.pages() > 0)
        };
        self.reserved = self.reserved.iter().flat_map(cut).collect();
    }

    /// Takes the highest `pages` free frames on `node` (`None`: on any) that end at or below
    /// `limit`, starting at a multiple of `align`.
    pub fn alloc(&mut self, pages: u32, align: u32, node: Option<NodeId>, limit: Pfn) -> Option<Span> {
        let fits = |free: &Span| {
            let end = free.end.min(limit);
            let start = end.0.checked_sub(pages)? / align * align;
            (start >= free.start.0).then(|| Span::new(start, start + pages))
        };
        let span = self.free_spans(node).iter().rev().find_map(fits)?;
        self.reserve(span);
        Some(span)
    }

    /// Returns the free spans on `node` (`None`: on any), lowest first, none across a border
    /// of nodes.
    pub fn free_spans(&self, node: Option<NodeId>) -> Vec<Span> {
        let mut spans = Vec::new();
        for range in self.memory.iter().filter(|range| node.is_none_or(|node| node.0 == range.node)) {
            let mut at = range.start;
            for used in self.reserved.iter().filter(|used| used.end > range.start && used.start < range.end) {
                if used.start > at {
                    spans.push(Span { start: at, end: used.start });
                }
                at = at.max(used.end);
            }
            if at < range.end {
                spans.push(Span { start: at, end: range.end });
            }
        }
        spans
    }

    /// Returns the spans of RAM in use, lowest first.
    pub fn used_spans(&self) -> Vec<Span> {
        let ram = |range: &MemoryRange| Span { start: range.start, end: range.end };
        let parts =
            self.reserved.iter().flat_map(|used| self.memory.iter().map(move |r| used.within(ram(r))));
        parts.filter(|part| part.pages() > 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ram() -> Memblock {
        let range = |node, start, end| MemoryRange { node, start: Pfn(start), end: Pfn(end) };
        Memblock::new(vec![range(0, 1, 1000), range(1, 1000, 2000)])
    }

    #[test]
    fn gives_the_highest_space_that_fits() {
        let mut memblock = ram();
        let limit = Pfn(u32::MAX);
        assert_eq!(memblock.alloc(10, 1, None, limit), Some(Span::new(1990, 2000)));
        assert_eq!(memblock.alloc(100, 64, None, limit), Some(Span::new(1856, 1956)));
        // The gap that alignment left is used first.
        assert_eq!(memblock.alloc(30, 1, None, limit), Some(Span::new(1960, 1990)));
        assert_eq!(memblock.alloc(10, 1, Some(NodeId(0)), limit), Some(Span::new(990, 1000)));
        assert_eq!(memblock.alloc(10, 1, None, Pfn(500)), Some(Span::new(490, 500)));
        assert_eq!(memblock.alloc(5000, 1, None, limit), None);
    }

    #[test]
    fn gives_back_parts() {
        let mut memblock = ram();
        memblock.reserve(Span::new(0, 300));
        memblock.reserve(Span::new(200, 400));
        memblock.free(Span::new(100, 150));
        assert_eq!(memblock.used_spans(), [Span::new(1, 100), Span::new(150, 400)]);
        assert_eq!(
            memblock.free_spans(None),
            [Span::new(100, 150), Span::new(400, 1000), Span::new(1000, 2000)]
        );
    }
}
