//! What the *Slab* panel shows: the caches, the slabs of one of them, and what `kmalloc` chooses.

use serde::Serialize;

/// The caches and one of them in full.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SlabView {
    /// Caches: those that hold slabs or that the script made; all of them when that was asked.
    pub caches: Vec<CacheRow>,
    /// Caches that are left out.
    pub hidden: u32,
    /// The cache in full, `None` without any that has a slab or was made.
    pub cache: Option<CacheDetail>,
    /// What `kmalloc` chooses.
    pub kmalloc: KmallocView,
}

/// What is asked of the panel.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SlabAsk {
    /// The cache to show in full, the one used last without a name.
    pub cache: Option<String>,
    /// The slab to show large.
    pub slab: Option<u32>,
    /// The object of it that has to be in sight.
    pub object: Option<u32>,
    /// Whether caches that nobody used are listed too.
    pub all: bool,
    /// Bytes asked of `kmalloc`.
    pub bytes: u64,
    /// First full slab of the window.
    pub from: u32,
}

/// A cache in the list.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CacheRow {
    /// Name in `/proc/slabinfo`.
    pub name: String,
    /// Bytes of an object as its user sees it.
    pub object_size: u32,
    /// Bytes from one object to the next.
    pub size: u32,
    /// Objects of a slab.
    pub per_slab: u32,
    /// Order of a slab.
    pub order: u8,
    /// Slabs.
    pub slabs: u64,
    /// Objects of all slabs.
    pub objects: u64,
    /// Objects that no node's list has free: what `/proc/slabinfo` calls active.
    pub active: u64,
    /// Slabs that processors have, those on their partial lists included.
    pub cpu_slabs: u64,
    /// Slabs on nodes' lists.
    pub partial: u64,
    /// Slabs without a free object, which no list has.
    pub full: u64,
    /// Whether the step shown wrote something of it.
    pub changed: bool,
}

/// A cache in full.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CacheDetail {
    /// The line of the list.
    pub row: CacheRow,
    /// Bytes that objects are aligned to.
    pub align: u32,
    /// Bytes at the end of a slab that no object uses.
    pub rest: u32,
    /// Empty slabs that a node keeps.
    pub min_partial: u32,
    /// Slabs that a processor's partial list may hold.
    pub cpu_partial_slabs: u32,
    /// Where slabs are.
    pub lanes: Vec<Lane>,
    /// The slab that is shown large.
    pub slab: Option<SlabGrid>,
}

/// Slabs at one place.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Lane {
    /// The place.
    pub place: LanePlace,
    /// Slabs there.
    pub slabs: u64,
    /// The first of them, at most [`LANE_SLABS`].
    pub shown: Vec<SlabTile>,
}

/// Slabs of a lane that are shown.
pub const LANE_SLABS: usize = 12;

/// Where a slab is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub enum LanePlace {
    /// The slab that a processor allocates from.
    Cpu(u8),
    /// A processor's partial list.
    CpuPartial(u8),
    /// A node's partial list.
    Node(u8),
    /// On no list: all objects in use.
    Full,
}

/// A slab, small.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SlabTile {
    /// First frame.
    pub pfn: u32,
    /// Objects.
    pub objects: u32,
    /// Objects in use.
    pub used: u32,
    /// Which objects are in use, from object 0 on; at most [`TILE_OBJECTS`].
    pub cells: Vec<bool>,
    /// Whether the step shown wrote it or an object of it.
    pub changed: bool,
}

/// Objects of a small slab that are drawn.
pub const TILE_OBJECTS: u32 = 512;

/// A slab, large.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SlabGrid {
    /// Its cache.
    pub cache: String,
    /// First frame.
    pub pfn: u32,
    /// Order.
    pub order: u8,
    /// Address of object 0.
    pub address: u64,
    /// Bytes from one object to the next.
    pub size: u32,
    /// Where it is.
    pub place: LanePlace,
    /// Objects that are not on its own freelist, as its page struct counts (`inuse`).
    pub inuse: u32,
    /// Whether a processor has it (`frozen`).
    pub frozen: bool,
    /// Objects.
    pub objects: u32,
    /// A window of them, at most [`GRID_OBJECTS`], around the one that matters.
    pub cells: Vec<ObjectCell>,
    /// Each freelist from its head, at most [`LIST_OBJECTS`] of it: which, its length, its start.
    pub lists: Vec<(Freelist, u32, Vec<u32>)>,
    /// First object of the freelist of the processor that allocates from it.
    pub cpu_freelist: Option<u32>,
    /// First object of its own freelist.
    pub freelist: Option<u32>,
}

/// Objects of a large slab that are shown.
pub const GRID_OBJECTS: u32 = 128;

/// Objects of a freelist that are written out.
pub const LIST_OBJECTS: usize = 12;

/// An object.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct ObjectCell {
    /// Number in the slab.
    pub index: u32,
    /// What it is.
    pub state: ObjectState,
    /// Whether the step shown wrote it.
    pub changed: bool,
}

/// State of an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum ObjectState {
    /// Somebody's.
    Allocated,
    /// Free: which freelist, its place there from 1, and the next one.
    Free {
        /// Which freelist.
        list: Freelist,
        /// Place, from 1.
        nth: u32,
        /// The next object of the list.
        next: Option<u32>,
    },
}

/// Freelists of a slab.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum Freelist {
    /// The processor's, without a lock.
    Cpu,
    /// Its own: what others freed into it.
    Slab,
}

/// What `kmalloc` chooses for a size.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct KmallocView {
    /// Bytes asked for.
    pub bytes: u64,
    /// The choice; `None` for nothing at all or more than a block holds.
    pub choice: Option<KmallocChoice>,
    /// The classes of ordinary requests, smallest first.
    pub classes: Vec<KmallocClass>,
}

/// What serves a size.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct KmallocChoice {
    /// The cache; `None` for whole frames.
    pub cache: Option<String>,
    /// Bytes that are taken.
    pub takes: u64,
    /// Order of the block, for whole frames.
    pub order: Option<u8>,
}

/// A size of `kmalloc`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct KmallocClass {
    /// Bytes of an object.
    pub size: u64,
    /// The cache.
    pub cache: String,
    /// Objects of its slabs.
    pub objects: u64,
}
