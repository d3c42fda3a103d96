//! Zone Movable: where it starts on each node, and which zone it is cut from.
//!
//! `kernelcore=` says how much memory any page may use, `movablecore=` how much only movable
//! ones. The kernel's share is spread over the nodes as evenly as their sizes allow, lowest
//! frames first; what lies above it in the highest zone becomes Movable. Mirrors 6.1
//! `mm/page_alloc.c: find_zone_movable_pfns_for_nodes`.

use crate::config::{MachineConfig, MemoryRange};
use crate::phys::zone::ZoneKind;
use crate::units::{Order, Pfn, Span, low32};

/// Returns the zone that Movable is cut from, the highest one that has memory, and its range.
pub(in crate::phys) fn source(
    ranges: &[(ZoneKind, Span)],
    memory: &[MemoryRange],
) -> Option<(ZoneKind, Span)> {
    let end = memory.iter().map(|range| range.end).max()?;
    let reached = ranges.iter().filter(|(_, range)| range.start < end.min(range.end));
    reached.max_by_key(|(_, range)| range.start).copied()
}

/// Returns what is left of the range of a zone on a node where Movable starts at `start`.
pub(in crate::phys) fn cut(kind: ZoneKind, range: Span, start: Pfn, source: Span) -> Span {
    match kind {
        ZoneKind::Movable => Span { start, end: source.end },
        ZoneKind::Dma | ZoneKind::Dma32 | ZoneKind::Normal | ZoneKind::HighMem | ZoneKind::Device => {
            Span { start: range.start, end: range.end.min(start).max(range.start) }
        }
    }
}

/// Returns the first frame of zone Movable on each node, `None` where there is no such zone.
pub(in crate::phys) fn starts(
    config: &MachineConfig,
    memory: &[MemoryRange],
    usable: Pfn,
) -> Vec<Option<Pfn>> {
    let mut starts = vec![Pfn(0); usize::from(config.nodes)];
    let total: u64 = memory.iter().map(pages).sum();
    let kernelcore = kernelcore(config, total);
    if kernelcore == 0 || kernelcore >= total {
        return vec![None; starts.len()];
    }
    let mut left = kernelcore;
    // Each pass gives the nodes equal shares; what a small node cannot hold is left for the next.
    let mut nodes = u64::from(config.nodes);
    loop {
        let mut share = left / nodes;
        for node in 0..config.nodes {
            if left < share {
                share = left / nodes;
            }
            let own = memory.iter().filter(|range| range.node == node);
            left = take(own, &mut starts[usize::from(node)], usable, share, left);
        }
        nodes -= 1;
        if nodes == 0 || left <= nodes {
            break;
        }
    }
    let node_end = |node: u8| memory.iter().filter(|range| range.node == node).map(|range| range.end).max();
    let aligned = |start: Pfn| Pfn(start.0.next_multiple_of(Order::MAX.pages()));
    let on_node = |node: u8| {
        let start = aligned(starts[usize::from(node)]);
        node_end(node).is_some_and(|end| start < end).then_some(start)
    };
    (0..config.nodes).map(on_node).collect()
}

/// Returns the frames that any page may use; 0 when nothing was asked for.
fn kernelcore(config: &MachineConfig, total: u64) -> u64 {
    let asked = config.kernelcore.map_or(0, |portion| portion.of(total));
    let movable = config.movablecore.map_or(0, |portion| portion.of(total));
    if movable == 0 {
        return asked;
    }
    let movable = movable.next_multiple_of(u64::from(Order::MAX.pages())).min(total);
    asked.max(total - movable)
}

/// Takes up to `share` frames of a node, lowest first, for pages of any kind, and moves `start`
/// behind them; memory below `usable` is theirs in any case. Returns what is left of `left`.
fn take<'a>(
    ranges: impl Iterator<Item = &'a MemoryRange>,
    start: &mut Pfn,
    usable: Pfn,
    share: u64,
    mut left: u64,
) -> u64 {
    let mut share = share;
    for range in ranges {
        let mut from = range.start.max(*start);
        if from >= range.end {
            continue;
        }
        if from < usable {
            let below = u64::from(range.end.min(usable).0 - from.0);
            share = share.saturating_sub(below);
            left = left.saturating_sub(below);
            if range.end <= usable {
                *start = range.end;
                continue;
            }
            from = usable;
        }
        let taken = u64::from(range.end.0 - from.0).min(share);
        *start = Pfn(from.0 + low32(taken));
        left = left.saturating_sub(taken);
        share -= taken;
        if share == 0 {
            break;
        }
    }
    left
}

fn pages(range: &MemoryRange) -> u64 {
    u64::from(range.end.0 - range.start.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Portion;
    use crate::units::Bytes;

    const GB: u64 = 1 << 30;

    #[track_caller]
    fn check(movablecore: Option<Portion>, kernelcore: Option<Portion>, sizes: &[u32], expected: &[u32]) {
        let nodes = crate::units::low8(u64::try_from(sizes.len()).expect("few nodes"));
        let config = MachineConfig { nodes, movablecore, kernelcore, ..MachineConfig::default() };
        let mut start = 1 << 20;
        let memory: Vec<MemoryRange> = (0..nodes)
            .zip(sizes)
            .map(|(node, &pages)| {
                let range = MemoryRange { node, start: Pfn(start), end: Pfn(start + pages) };
                start += pages;
                range
            })
            .collect();
        let found = starts(&config, &memory, Pfn(1 << 20));
        let found: Vec<u32> = found.iter().map(|start| start.map_or(0, |pfn| pfn.0 - (1 << 20))).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_left_above_the_kernels_share_is_movable() {
        let size = |gb| Some(Portion::Size(Bytes(gb * GB)));
        // One node of 4 GB.
        check(size(1), None, &[1 << 20], &[3 << 18]);
        check(None, size(1), &[1 << 20], &[1 << 18]);
        check(Some(Portion::Percent(25)), None, &[1 << 20], &[3 << 18]);
        // The larger share of the kernel wins when both are said.
        check(size(3), size(2), &[1 << 20], &[2 << 18]);
        // Nothing asked for, or nothing left.
        check(None, None, &[1 << 20], &[0]);
        check(None, size(4), &[1 << 20], &[0]);
    }

    #[test]
    fn the_share_is_spread_over_the_nodes() {
        let size = |mb: u64| Some(Portion::Size(Bytes(mb << 20)));
        check(None, size(1024), &[1 << 18, 1 << 18], &[1 << 17, 3 << 17]);
        // The first node holds 256 MB only: the second one takes what is missing.
        check(None, size(1024), &[1 << 16, 1 << 19], &[0, 1 << 18]);
        // A start is rounded up to the largest block.
        check(None, size(1), &[1 << 18, 1 << 18], &[1024, (1 << 18) + 1024]);
    }
}
