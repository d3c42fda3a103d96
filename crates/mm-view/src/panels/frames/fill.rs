//! The strip and the map, from the counts of the memory map where frames are many and from
//! its blocks where they are drawn.

use mm::store::{Kind, MemMap};
use mm::units::{Pfn, index, low8, low16};
use mm::world::World;

use super::ages::AgeBook;
use super::groups::Groups;
use crate::panels::buddy::MigrateName;
use crate::panels::fill::migrate;
use crate::panels::frames::{
    ColourBy, Content, Detail, FrameRun, KindCount, MapAsk, MapView, PageblockView, SHARES, STRIP_CELLS,
    Share, StripColumn, StripView, ZoneMark,
};
use crate::panels::{FrameKind, Moment};
use mm::sort::sort_by_number;

/// Fills the strip with at most `columns` columns.
pub fn strip(world: &World, columns: u32) -> StripView {
    let map = &world.phys.frames.mem_map;
    let pageblock_frames = map.pageblock_order().pages();
    let pageblocks = map.end().0.div_ceil(pageblock_frames);
    let per_column = pageblocks.div_ceil(columns.max(1)).max(1);
    let column = |at: u32| {
        let first = at * per_column;
        let last = (first + per_column).min(pageblocks);
        let cells = if per_column == 1 {
            placed(map, first, pageblock_frames)
        } else {
            shared(map, first, last, pageblock_frames)
        };
        StripColumn { cells, migrate: main_type(world, first, last) }
    };
    StripView {
        frames: map.end().0,
        pageblock_frames,
        blocks_per_column: per_column,
        columns: (0..pageblocks.div_ceil(per_column)).map(column).collect(),
        zones: zones(world),
        kinds: kinds(map),
    }
}

/// Frames of each kind in `start..end`, from the counts; holes are what is left.
fn counts(map: &MemMap, start: u32, end: u32) -> [u32; FrameKind::ALL.len()] {
    let mut sum = [0; FrameKind::ALL.len()];
    for (kind, part) in Kind::ALL.into_iter().zip(map.kind_counts_in(Pfn(start), Pfn(end))) {
        sum[FrameKind::from(kind).index()] += part;
    }
    let known: u32 = sum.iter().sum();
    sum[FrameKind::Hole.index()] += (end - start).saturating_sub(known);
    sum
}

fn most(counts: &[u32; FrameKind::ALL.len()]) -> FrameKind {
    let best = (0..counts.len()).rev().max_by_key(|&kind| counts[kind]);
    best.map_or(FrameKind::Hole, |kind| FrameKind::ALL[kind])
}

/// The kind of most frames in each part of one pageblock.
fn placed(map: &MemMap, block: u32, frames: u32) -> [FrameKind; STRIP_CELLS] {
    let (start, end) = (block * frames, ((block + 1) * frames).min(map.end().0));
    if let Some(kind) = map.single_kind(Pfn(start), Pfn(end)) {
        return [kind.into(); STRIP_CELLS];
    }
    let part = frames / mm::units::count(STRIP_CELLS);
    let mut cells = [[0_u32; FrameKind::ALL.len()]; STRIP_CELLS];
    let mut hole = [part; STRIP_CELLS];
    for (head, state) in map.blocks(Pfn(start), Pfn(end)) {
        let kind = FrameKind::from(state.kind()).index();
        let (mut at, stop) = (head.0.max(start), (head.0 + state.order().pages()).min(end));
        while at < stop {
            let cell = (at - start) / part;
            let next = (start + (cell + 1) * part).min(stop);
            cells[index(cell)][kind] += next - at;
            hole[index(cell)] = hole[index(cell)].saturating_sub(next - at);
            at = next;
        }
    }
    core::array::from_fn(|cell| {
        cells[cell][FrameKind::Hole.index()] += hole[cell];
        most(&cells[cell])
    })
}

/// Kinds by their share, in the order of the legend, over several pageblocks.
fn shared(map: &MemMap, first: u32, last: u32, frames: u32) -> [FrameKind; STRIP_CELLS] {
    let (start, end) = (first * frames, (last * frames).min(map.end().0));
    let counts = counts(map, start, end);
    let total = (end - start).max(1);
    let mut filled = 0;
    let mut cells = [FrameKind::Hole; STRIP_CELLS];
    let mut until = 0;
    for kind in FrameKind::ALL {
        until += counts[kind.index()];
        let stop = (index(until) * STRIP_CELLS + index(total) / 2) / index(total);
        while filled < stop.min(STRIP_CELLS) {
            cells[filled] = kind;
            filled += 1;
        }
    }
    cells
}

/// The migrate type of most pageblocks.
fn main_type(world: &World, first: u32, last: u32) -> MigrateName {
    let seen = world.phys.pageblock_types_in(first, last);
    let best = (0..seen.len()).rev().max_by_key(|&code| seen[code]).unwrap_or(0);
    MigrateName::ALL[best]
}

fn zones(world: &World) -> Vec<ZoneMark> {
    let populated = world.phys.zones().iter().filter(|(_, zone)| zone.is_populated());
    let mark = |zone: &mm::phys::zone::Zone| ZoneMark {
        node: zone.node.0,
        zone: zone.class,
        name: zone.kind.name(),
        start: zone.start.0,
        end: zone.end().0,
    };
    let mut marks: Vec<ZoneMark> = populated.map(|(_, zone)| mark(zone)).collect();
    sort_by_number(&mut marks, |mark| mark.start.into());
    marks
}

/// Kinds of the legend: those that every machine has, and whatever else occurs.
fn kinds(map: &MemMap) -> Vec<KindCount> {
    let mut sum = [0_u64; FrameKind::ALL.len()];
    for (kind, &frames) in Kind::ALL.iter().zip(&map.kind_counts_in(Pfn(0), map.end())) {
        sum[FrameKind::from(*kind).index()] += u64::from(frames);
    }
    let is_shown = |kind: FrameKind| match kind {
        FrameKind::Hole => false,
        FrameKind::Before | FrameKind::Slab | FrameKind::File | FrameKind::Kernel => sum[kind.index()] > 0,
        FrameKind::Anon | FrameKind::PageTable | FrameKind::Reserved | FrameKind::Pcp | FrameKind::Free => {
            true
        }
    };
    let shown = FrameKind::ALL.into_iter().filter(|&kind| is_shown(kind));
    shown.map(|kind| KindCount { kind, frames: sum[kind.index()] }).collect()
}

/// Fills a part of the map. `book` knows when blocks changed; it is asked when ages are.
pub fn map(at: Moment<'_>, ask: MapAsk, book: &mut AgeBook) -> MapView {
    let map = &at.world.phys.frames.mem_map;
    let frames = map.pageblock_order().pages();
    let pageblocks = map.end().0.div_ceil(frames);
    let last = ask.first.saturating_add(ask.count).min(pageblocks);
    if ask.by == ColourBy::Age {
        book.update(at);
    }
    let kinds = kinds(map);
    let mut groups = Groups::new(at, ask.by, &kinds, book);
    let blocks = (ask.first..last).map(|number| pageblock(at.world, number, ask, &mut groups)).collect();
    let (groups, legend) = groups.finish(&kinds);
    MapView {
        pageblocks,
        pageblock_frames: frames,
        end: map.end().0,
        blocks,
        zones: zones(at.world),
        by: ask.by,
        groups,
        legend,
    }
}

fn pageblock(world: &World, number: u32, ask: MapAsk, groups: &mut Groups<'_>) -> PageblockView {
    let map = &world.phys.frames.mem_map;
    let frames = map.pageblock_order().pages();
    let (start, end) = (number * frames, ((number + 1) * frames).min(map.end().0));
    let content = match (ask.detail, ask.by) {
        (Detail::Shares, ColourBy::Kind) => Content::Shares(kind_shares(map, start, end)),
        (Detail::Shares, _) => Content::Shares(sampled(map, start, end, groups)),
        (Detail::Blocks, _) => Content::Runs(runs(map, start, end, groups)),
    };
    PageblockView { number, migrate: migrate(world.phys.pageblock_type(Pfn(start))), content }
}

/// The largest kinds of a pageblock, from the counts.
fn kind_shares(map: &MemMap, start: u32, end: u32) -> [Share; SHARES] {
    let share = |kind: FrameKind, frames: u32| Share {
        group: low8(u64::from(mm::units::count(kind.index()))),
        frames: low16(u64::from(frames)),
    };
    // Most pageblocks of a large machine hold one kind.
    if let Some(kind) = map.single_kind(Pfn(start), Pfn(end)) {
        return only(share(kind.into(), end - start));
    }
    let counts = counts(map, start, end);
    largest(FrameKind::ALL.map(|kind| share(kind, counts[kind.index()])).to_vec())
}

/// One share and no other.
fn only(share: Share) -> [Share; SHARES] {
    let mut shares = [Share::default(); SHARES];
    shares[0] = share;
    shares
}

/// Frames of a pageblock that are looked at where all of them would be too many.
const SAMPLES: u32 = 4;

/// The groups of a pageblock: of all its frames where it is one block, else of a few.
fn sampled(map: &MemMap, start: u32, end: u32, groups: &mut Groups<'_>) -> [Share; SHARES] {
    let mut shares: Vec<Share> = Vec::new();
    let samples = SAMPLES.min(end - start);
    for sample in 0..samples {
        let from = start + (end - start) * sample / samples;
        let until = start + (end - start) * (sample + 1) / samples;
        let (group, reach) = match map.block_of(Pfn(from)) {
            Some((head, state)) => (groups.of(head, state), head.0 + state.order().pages()),
            None => (groups.hole(Pfn(from)), from + 1),
        };
        if sample == 0 && reach >= end {
            groups.count(group, end - start);
            return only(Share { group, frames: low16(u64::from(end - start)) });
        }
        groups.count(group, until - from);
        let frames = low16(u64::from(until - from));
        match shares.iter_mut().find(|share| share.group == group) {
            Some(share) => share.frames += frames,
            None => shares.push(Share { group, frames }),
        }
    }
    largest(shares)
}

/// Keeps the largest shares, in the order of the groups.
fn largest(mut shares: Vec<Share>) -> [Share; SHARES] {
    shares.retain(|share| share.frames > 0);
    sort_by_number(&mut shares, |share| (u16::MAX - share.frames).into());
    shares.truncate(SHARES);
    sort_by_number(&mut shares, |share| share.group.into());
    let mut out = [Share::default(); SHARES];
    out[..shares.len()].copy_from_slice(&shares);
    out
}

/// Fills what a pageblock holds, by use.
pub(in crate::panels) fn around(at: Moment<'_>, start: u32, end: u32) -> Vec<FrameRun> {
    let book = AgeBook::default();
    let mut groups = Groups::new(at, ColourBy::Kind, &[], &book);
    runs(&at.world.phys.frames.mem_map, start, end, &mut groups)
}

/// Runs of one group in `start..end`; free blocks stand alone, holes fill what is between.
fn runs(map: &MemMap, start: u32, end: u32, groups: &mut Groups<'_>) -> Vec<FrameRun> {
    let mut runs: Vec<FrameRun> = Vec::new();
    let mut push = |run: FrameRun, groups: &mut Groups<'_>| {
        groups.count(run.group, run.end - run.start);
        match runs.last_mut() {
            Some(last)
                if last.kind == run.kind
                    && last.group == run.group
                    && run.order.is_none()
                    && last.end == run.start =>
            {
                last.end = run.end;
            }
            Some(_) | None => runs.push(run),
        }
    };
    let hole = |start: u32, end: u32, groups: &mut Groups<'_>| FrameRun {
        start,
        end,
        kind: FrameKind::Hole,
        order: None,
        group: groups.hole(Pfn(start)),
    };
    let mut at = start;
    for (head, state) in map.blocks(Pfn(start), Pfn(end)) {
        let (from, to) = (head.0.max(start), (head.0 + state.order().pages()).min(end));
        if from > at {
            push(hole(at, from, groups), groups);
        }
        let kind = FrameKind::from(state.kind());
        let order = (kind == FrameKind::Free).then(|| state.order().get());
        push(FrameRun { start: from, end: to, kind, order, group: groups.of(head, state) }, groups);
        at = to;
    }
    if at < end {
        push(hole(at, end, groups), groups);
    }
    runs
}
