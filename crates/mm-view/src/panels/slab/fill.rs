//! Caches, the slabs of one of them, and what `kmalloc` chooses.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "of the many events those of the slab allocator name a cache"
)]

use std::collections::BTreeSet;

use mm::config::CpuId;
use mm::event::Event;
use mm::slab::kmalloc::{self, KmallocType};
use mm::slab::kmem_cache::order_of;
use mm::slab::{
    self, CacheId, KmemCache, Object, ObjectIndex, ObjectState as State, SlabState, Slabs, cpu_list,
    node_list,
};
use mm::store::mem_map::CHUNK_PAGES;
use mm::store::{Kind, MemMap};
use mm::units::{Order, PAGE_SIZE, Pfn, count, index, low16};
use mm::world::World;

use crate::panels::Moment;
use crate::panels::slab::{
    CacheDetail, CacheRow, Freelist, GRID_OBJECTS, KmallocChoice, KmallocClass, KmallocView, LANE_SLABS,
    LIST_OBJECTS, Lane, LanePlace, ObjectCell, ObjectState, SlabAsk, SlabGrid, SlabTile, SlabView,
    TILE_OBJECTS,
};
use mm::sort::sort_by_number;

/// Blocks that are looked at to find slabs that no list has.
const SCAN_BLOCKS: usize = 200_000;

/// Objects by which the window moves.
const WINDOW_STEP: u32 = 16;
/// Words of a page struct.
const PAGE_WORDS: u64 = 3;

/// Slabs and caches that the step shown touched.
#[derive(Default)]
struct Touched {
    slabs: BTreeSet<Pfn>,
    objects: BTreeSet<Object>,
    caches: BTreeSet<u16>,
}

/// Fills the view.
pub fn slab(at: Moment<'_>, ask: &SlabAsk) -> SlabView {
    let world = at.world;
    let touched = touched(at);
    let all: Vec<CacheRow> =
        world.rest.slabs.caches().map(|(id, cache)| cache_row(world, id, cache, &touched)).collect();
    let is_used = |row: &CacheRow| {
        row.slabs > 0 || world.rest.slabs.find(&row.name).is_some_and(|id| !kmalloc::is_general(id))
    };
    let chosen = choose(at, ask);
    let name = chosen.and_then(|id| world.rest.slabs.cache(id)).map(|cache| cache.name.to_string());
    let total = all.len();
    let caches: Vec<CacheRow> =
        all.into_iter().filter(|row| ask.all || is_used(row) || name.as_ref() == Some(&row.name)).collect();
    SlabView {
        hidden: count(total - caches.len()),
        cache: chosen.and_then(|id| detail(at, id, ask, &touched)),
        caches,
        kmalloc: kmalloc_view(world, ask.bytes),
    }
}

fn touched(at: Moment<'_>) -> Touched {
    let mut touched = Touched::default();
    for delta in at.step_deltas() {
        // The first word of a page struct is its links, which a neighbour in a list writes too.
        let is_link = delta.slot.index().is_multiple_of(PAGE_WORDS);
        touched.slabs.extend(MemMap::slot_pfn(delta.slot).filter(|_| !is_link));
        touched.caches.extend(Slabs::slot_cache(delta.slot));
        if let Some(object) = Slabs::slot_object(delta.slot) {
            touched.slabs.insert(object.slab);
            touched.objects.insert(object);
        }
    }
    touched
}

/// The cache that was asked for, that of the slab that was, the one used last, the largest.
fn choose(at: Moment<'_>, ask: &SlabAsk) -> Option<CacheId> {
    let world = at.world;
    let alive = |id: &CacheId| world.rest.slabs.cache(*id).is_some_and(|cache| cache.alive);
    let named = || ask.cache.as_deref().and_then(|name| world.rest.slabs.find(name));
    let of_slab = || {
        let (_, _, state) = slab::slab_at(&world.phys, Pfn(ask.slab?))?;
        Some(state.cache)
    };
    let used = || at.done().iter().rev().find_map(|step| cache_of(&step.event)).filter(alive);
    let largest = || {
        let all = world.rest.slabs.caches();
        let ranked = all.map(|(id, cache)| {
            let slabs = world.rest.slabs.counts(&world.phys, cache).slabs;
            (!kmalloc::is_general(id), slabs, id)
        });
        ranked.filter(|&(made, slabs, _)| made || slabs > 0).max().map(|(.., id)| id)
    };
    named().or_else(of_slab).or_else(used).or_else(largest)
}

/// The cache that an event is about.
fn cache_of(event: &Event) -> Option<CacheId> {
    use mm::slab::Event as Said;
    let Event::Slab(event) = event else { return None };
    match *event {
        Said::Created { cache, .. }
        | Said::Take { cache, .. }
        | Said::Reload { cache, .. }
        | Said::Full { cache, .. }
        | Said::FromCpuPartial { cache, .. }
        | Said::FromNode { cache, .. }
        | Said::ToCpuPartial { cache, .. }
        | Said::NewSlab { cache, .. }
        | Said::LowerOrder { cache, .. }
        | Said::OutOfMemory { cache, .. }
        | Said::FreeFast { cache, .. }
        | Said::FreeSlow { cache, .. }
        | Said::Drain { cache, .. }
        | Said::ToNode { cache, .. }
        | Said::Surplus { cache, .. }
        | Said::Discard { cache, .. }
        | Said::Flush { cache, .. }
        | Said::Shrink { cache, .. }
        | Said::Remaining { cache, .. }
        | Said::Class { cache, .. } => Some(cache),
        _ => None,
    }
}

fn cache_row(world: &World, id: CacheId, cache: &KmemCache, touched: &Touched) -> CacheRow {
    let counts = world.rest.slabs.counts(&world.phys, cache);
    let geometry = cache.geometry;
    let owns = |&pfn: &Pfn| slab::slab_at(&world.phys, pfn).is_some_and(|(.., state)| state.cache == id);
    CacheRow {
        name: cache.name.to_string(),
        object_size: geometry.object_size,
        size: geometry.size,
        per_slab: geometry.per_slab(),
        order: geometry.order.get(),
        slabs: counts.slabs,
        objects: counts.objects,
        active: counts.active_objects,
        cpu_slabs: counts.cpu_slabs,
        partial: counts.partial,
        full: counts.slabs.saturating_sub(counts.partial + counts.cpu_slabs),
        changed: touched.caches.contains(&cache.slot) || touched.slabs.iter().any(owns),
    }
}

fn detail(at: Moment<'_>, id: CacheId, ask: &SlabAsk, touched: &Touched) -> Option<CacheDetail> {
    let world = at.world;
    let cache = world.rest.slabs.cache(id)?;
    let geometry = cache.geometry;
    let row = cache_row(world, id, cache, touched);
    let lanes = lanes(world, id, cache, (row.full, ask.from), touched);
    let is_own = |pfn: &u32| {
        slab::slab_at(&world.phys, Pfn(*pfn))
            .is_some_and(|(head, _, state)| state.cache == id && head.0 == *pfn)
    };
    let first = lanes.iter().flat_map(|lane| &lane.shown).map(|tile| tile.pfn).next();
    let last_touched = || {
        let shown = || lanes.iter().flat_map(|lane| &lane.shown);
        shown().find(|tile| tile.changed).map(|tile| tile.pfn)
    };
    let chosen = ask.slab.filter(is_own).or_else(last_touched).or(first);
    Some(CacheDetail {
        align: geometry.align,
        rest: low_bytes((PAGE_SIZE << geometry.order.get()) % u64::from(geometry.size)),
        min_partial: geometry.min_partial,
        cpu_partial_slabs: geometry.cpu_partial_slabs,
        slab: chosen.map(|pfn| grid(world, cache, Pfn(pfn), ask.object, touched)),
        lanes,
        row,
    })
}

fn low_bytes(bytes: u64) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

/// Slabs by place: processors, their reserves, nodes, and those that no list has.
fn lanes(
    world: &World,
    id: CacheId,
    cache: &KmemCache,
    (full, from): (u64, u32),
    touched: &Touched,
) -> Vec<Lane> {
    let phys = &world.phys;
    let mut lanes = Vec::new();
    let tiles = |slabs: Vec<Pfn>| slabs.into_iter().map(|pfn| tile(world, cache, pfn, touched)).collect();
    let cpus = || (0..phys.cpus()).map(CpuId);
    for cpu in cpus() {
        let slab: Vec<Pfn> = world.rest.slabs.cpu_slab(cache, cpu).into_iter().collect();
        lanes.push(Lane {
            place: LanePlace::Cpu(cpu.0),
            slabs: u64::from(count(slab.len())),
            shown: tiles(slab),
        });
    }
    for cpu in cpus() {
        let list = phys.frames.mem_map.list(cpu_list(phys.lists(), cache, cpu));
        lanes.push(Lane {
            place: LanePlace::CpuPartial(cpu.0),
            slabs: u64::from(world.rest.slabs.cpu_partial(cache, cpu)),
            shown: tiles(list.take(LANE_SLABS).collect()),
        });
    }
    for node in phys.nodes() {
        let list = phys.frames.mem_map.list(node_list(phys.lists(), cache, node.id));
        lanes.push(Lane {
            place: LanePlace::Node(node.id.0),
            slabs: world.rest.slabs.node_counter(cache, node.id, slab::NodeCounter::NrPartial),
            shown: tiles(list.take(LANE_SLABS).collect()),
        });
    }
    let shown = if full == 0 { Vec::new() } else { full_slabs(world, id, from) };
    lanes.push(Lane { place: LanePlace::Full, slabs: full, shown: tiles(shown) });
    lanes
}

/// Finds slabs of a cache that no list has, lowest frame first: only a look at the frames
/// tells. Chunks without a slab are passed over by their counts.
fn full_slabs(world: &World, id: CacheId, from: u32) -> Vec<Pfn> {
    let map = &world.phys.frames.mem_map;
    let slab_frames = Kind::ALL.iter().position(|kind| *kind == Kind::Slab).unwrap_or(0);
    let is_full = |&(head, state): &(Pfn, mm::store::PageState)| {
        state.kind() == Kind::Slab && {
            let slab = SlabState::of(map.page(head).owner());
            slab.cache == id && !slab.frozen && slab.freelist.is_none()
        }
    };
    let chunks = (0..map.end().0.div_ceil(CHUNK_PAGES)).map(|chunk| Pfn(chunk * CHUNK_PAGES));
    let chunks = chunks.filter(|&first| map.kind_counts(first)[slab_frames] > 0);
    chunks
        // A block larger than a chunk begins in one of them only.
        .flat_map(|first| map.blocks(first, first.add(CHUNK_PAGES)).filter(move |&(head, _)| head >= first))
        .take(SCAN_BLOCKS)
        .filter(is_full)
        .map(|(head, _)| head)
        .skip(index(from))
        .take(LANE_SLABS)
        .collect()
}

fn objects_of(world: &World, cache: &KmemCache, slab: Pfn) -> u32 {
    cache.geometry.objects(world.phys.frames.mem_map.state(slab).order())
}

fn object(slab: Pfn, index: u32) -> Object {
    Object { slab, index: ObjectIndex(low16(u64::from(index))) }
}

fn tile(world: &World, cache: &KmemCache, slab: Pfn, touched: &Touched) -> SlabTile {
    let objects = objects_of(world, cache, slab);
    let is_used = |at: u32| world.rest.slabs.object(object(slab, at), objects) == State::Allocated;
    SlabTile {
        pfn: slab.0,
        objects,
        used: count((0..objects).filter(|&at| is_used(at)).count()),
        cells: (0..objects.min(TILE_OBJECTS)).map(is_used).collect(),
        changed: touched.slabs.contains(&slab),
    }
}

/// Returns where a slab is.
fn place(world: &World, cache: &KmemCache, slab: Pfn, state: SlabState) -> LanePlace {
    let phys = &world.phys;
    let mut cpus = (0..phys.cpus()).map(CpuId);
    if let Some(cpu) = cpus.clone().find(|&cpu| world.rest.slabs.cpu_slab(cache, cpu) == Some(slab)) {
        return LanePlace::Cpu(cpu.0);
    }
    let has = |cpu: &CpuId| {
        phys.frames.mem_map.list(cpu_list(phys.lists(), cache, *cpu)).any(|other| other == slab)
    };
    match (state.frozen, state.freelist) {
        (true, _) => LanePlace::CpuPartial(cpus.find(has).map_or(0, |cpu| cpu.0)),
        (false, Some(_)) => LanePlace::Node(phys.zone(phys.zone_of(slab)).node.0),
        (false, None) => LanePlace::Full,
    }
}

/// Fills a cache in full, by name.
pub(in crate::panels) fn cache_of_name(at: Moment<'_>, name: &str) -> Option<CacheDetail> {
    let id = at.world.rest.slabs.find(name)?;
    detail(at, id, &SlabAsk::default(), &touched(at))
}

/// Fills a slab in full, with an object of it in sight. `slab` is its first frame.
pub(in crate::panels) fn grid_of(at: Moment<'_>, slab: Pfn, focus: Option<u32>) -> Option<SlabGrid> {
    let (head, _, state) = slab::slab_at(&at.world.phys, slab)?;
    let cache = at.world.rest.slabs.cache(state.cache)?;
    (head == slab).then(|| grid(at.world, cache, slab, focus, &touched(at)))
}

/// The first object of the window: so that the one asked for, or else one that the step wrote, is
/// in the middle. A slab of few objects is shown whole.
fn window(slab: Pfn, objects: u32, focus: Option<u32>, touched: &Touched) -> u32 {
    let written = || touched.objects.iter().find(|at| at.slab == slab).map(|at| u32::from(at.index.0));
    let middle = focus.or_else(written).unwrap_or(0).min(objects.saturating_sub(1));
    let last = objects.saturating_sub(GRID_OBJECTS);
    (middle.saturating_sub(GRID_OBJECTS / 2) / WINDOW_STEP * WINDOW_STEP).min(last)
}

fn grid(world: &World, cache: &KmemCache, slab: Pfn, focus: Option<u32>, touched: &Touched) -> SlabGrid {
    let objects = objects_of(world, cache, slab);
    let state = SlabState::of(world.phys.frames.mem_map.page(slab).owner());
    let place = place(world, cache, slab, state);
    let cpu_head = match place {
        LanePlace::Cpu(cpu) => world.rest.slabs.cpu_freelist(cache, CpuId(cpu)),
        LanePlace::CpuPartial(_) | LanePlace::Node(_) | LanePlace::Full => None,
    };
    let first = window(slab, objects, focus, touched);
    let mut cells: Vec<ObjectCell> = (first..objects.min(first + GRID_OBJECTS))
        .map(|at| ObjectCell {
            index: at,
            state: ObjectState::Allocated,
            changed: touched.objects.contains(&object(slab, at)),
        })
        .collect();
    let mut lists = Vec::new();
    for (list, head) in [(Freelist::Cpu, cpu_head), (Freelist::Slab, state.freelist)] {
        let chain: Vec<u32> = world
            .rest
            .slabs
            .freelist(slab, head, objects)
            .take(index(objects))
            .map(|at| u32::from(at.0))
            .collect();
        for (nth, at) in (1..).zip(&chain) {
            let cell = at.checked_sub(first).and_then(|at| cells.get_mut(index(at)));
            if let Some(cell) = cell {
                let next = chain.get(index(nth)).copied();
                cell.state = ObjectState::Free { list, nth, next };
            }
        }
        lists.push((list, count(chain.len()), chain.into_iter().take(LIST_OBJECTS).collect()));
    }
    SlabGrid {
        cache: cache.name.to_string(),
        pfn: slab.0,
        order: world.phys.frames.mem_map.state(slab).order().get(),
        address: slab::address_of(world.rest.virt.layout, object(slab, 0), cache.geometry.size).0,
        size: cache.geometry.size,
        place,
        inuse: u32::from(state.inuse),
        frozen: state.frozen,
        objects,
        cells,
        lists,
        cpu_freelist: cpu_head.map(|at| u32::from(at.0)),
        freelist: state.freelist.map(|at| u32::from(at.0)),
    }
}

fn kmalloc_view(world: &World, bytes: u64) -> KmallocView {
    let name =
        |id: CacheId| world.rest.slabs.cache(id).map(|cache| cache.name.to_string()).unwrap_or_default();
    let choice = match kmalloc::cache_for(bytes, KmallocType::Normal) {
        _ if bytes == 0 => None,
        Some(id) => {
            let takes = world.rest.slabs.cache(id).map_or(0, |cache| u64::from(cache.geometry.size));
            Some(KmallocChoice { cache: Some(name(id)), takes, order: None })
        }
        None => order_of(bytes).map(|order: Order| KmallocChoice {
            cache: None,
            takes: PAGE_SIZE << order.get(),
            order: Some(order.get()),
        }),
    };
    let mut classes: Vec<KmallocClass> = kmalloc::sizes()
        .filter_map(|size| {
            let id = kmalloc::cache_for(size, KmallocType::Normal)?;
            let cache = world.rest.slabs.cache(id)?;
            let objects = world.rest.slabs.counts(&world.phys, cache).objects;
            Some(KmallocClass { size, cache: cache.name.to_string(), objects })
        })
        .collect();
    sort_by_number(&mut classes, |class| class.size);
    KmallocView { bytes, choice, classes }
}
