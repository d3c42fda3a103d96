//! Zones: ranges of frames that differ in who can use them.
//!
//! Geometry is fixed at boot; what changes (free blocks by order, marks, boost, flags) lives
//! in one journaled table, with the tunables that apply to all zones behind it. Mirrors 6.1
//! `include/linux/mmzone.h: struct zone`.

pub mod extfrag;
pub mod frames;
pub mod lists;
pub mod lru_list;
pub mod migratetype;
pub mod node;
pub mod setup;
pub mod show_mem;
pub mod vmstat;
pub mod watermark;

use core::ops::Range;

use crate::config::{Arch, NodeId};
use crate::store::{Journal, Table, TableId};
use crate::units::{MAX_ORDER, Order, Pfn, count, index, low32};

/// What a zone is for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum ZoneKind {
    /// The first 16 MB, for devices with 24 address lines.
    Dma,
    /// Below 4 GB, for devices with 32 (x86-64 only).
    Dma32,
    /// What the kernel always has mapped.
    Normal,
    /// Memory without a permanent kernel address (i386 only).
    HighMem,
    /// Memory that holds movable pages only.
    Movable,
    /// Memory of devices; always empty here, yet listed by `/proc/zoneinfo`.
    Device,
}

impl ZoneKind {
    /// Every kind.
    pub const ALL: [ZoneKind; 6] = [
        ZoneKind::Dma,
        ZoneKind::Dma32,
        ZoneKind::Normal,
        ZoneKind::HighMem,
        ZoneKind::Movable,
        ZoneKind::Device,
    ];

    /// Returns the kinds that the kernel of `arch` has, lowest first.
    pub const fn of_arch(arch: Arch) -> &'static [ZoneKind] {
        match arch {
            Arch::X86_64 => {
                &[ZoneKind::Dma, ZoneKind::Dma32, ZoneKind::Normal, ZoneKind::Movable, ZoneKind::Device]
            }
            Arch::I386 => &[ZoneKind::Dma, ZoneKind::Normal, ZoneKind::HighMem, ZoneKind::Movable],
        }
    }

    /// Returns the name that `/proc` prints.
    pub const fn name(self) -> &'static str {
        match self {
            ZoneKind::Dma => "DMA",
            ZoneKind::Dma32 => "DMA32",
            ZoneKind::Normal => "Normal",
            ZoneKind::HighMem => "HighMem",
            ZoneKind::Movable => "Movable",
            ZoneKind::Device => "Device",
        }
    }

    /// Finds a kind by the name that `/proc` prints.
    pub fn from_name(name: &str) -> Option<ZoneKind> {
        ZoneKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Number of a zone, over all nodes: empty zones have one too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct ZoneId(pub u8);

/// Zones a node can have at most.
pub const ZONES_PER_NODE_MAX: usize = 5;

/// Geometry of a zone, fixed from boot on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Zone {
    /// What it is for.
    pub kind: ZoneKind,
    /// The node it belongs to.
    pub node: NodeId,
    /// Its place in the node, lowest first: the index into `lowmem_reserve`.
    pub class: u8,
    /// First frame.
    pub start: Pfn,
    /// Frames from the first to the last, holes included.
    pub spanned: u32,
    /// Frames that exist.
    pub present: u32,
    /// Frames that the page allocator hands out.
    pub managed: u32,
    /// `managed` when the marks were computed: before the kernel freed its own start-up code.
    pub managed_at_marks: u32,
}

impl Zone {
    /// Returns the frame after the last one.
    #[inline]
    pub const fn end(&self) -> Pfn {
        self.start.add(self.spanned)
    }

    /// Returns whether `pfn` lies in the span of the zone.
    #[inline]
    pub const fn contains(&self, pfn: Pfn) -> bool {
        pfn.0.wrapping_sub(self.start.0) < self.spanned
    }

    /// Returns whether the page allocator has anything to hand out here.
    #[inline]
    pub const fn is_managed(&self) -> bool {
        self.managed > 0
    }

    /// Returns whether the zone has memory at all.
    pub const fn is_populated(&self) -> bool {
        self.present > 0
    }
}

/// A level of free memory that decides what an allocation may do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Wmark {
    /// Below it ordinary requests fail without reclaim.
    Min,
    /// Below it kswapd wakes.
    Low,
    /// Above it kswapd sleeps.
    High,
}

impl Wmark {
    /// Every level, lowest first.
    pub const ALL: [Wmark; 3] = [Wmark::Min, Wmark::Low, Wmark::High];
}

/// Bits of `zone->flags`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ZoneFlag {
    /// The boost was raised; kswapd is to be woken.
    BoostedWatermark,
    /// kswapd reclaims in the zone: per-CPU lists are kept short.
    ReclaimActive,
}

impl ZoneFlag {
    const fn bit(self) -> u64 {
        match self {
            ZoneFlag::BoostedWatermark => 1 << 0,
            ZoneFlag::ReclaimActive => 1 << 2,
        }
    }
}

/// A tunable of the page allocator that is one word for the whole machine.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tunable {
    /// `vm.min_free_kbytes`.
    MinFreeKbytes,
    /// What root wrote to `vm.min_free_kbytes` last, plus one; 0 as long as nobody did.
    UserMinFreeKbytes,
    /// `vm.watermark_scale_factor`, in 1/10000 of a zone.
    WatermarkScaleFactor,
    /// `vm.watermark_boost_factor`, in 1/10000 of the high mark.
    WatermarkBoostFactor,
    /// `vm.percpu_pagelist_high_fraction`: a processor's lists may hold 1/fraction of a zone; 0
    /// leaves it to the low mark.
    PercpuPagelistHighFraction,
    /// `vm.lowmem_reserve_ratio` of the zone at this place in a node.
    LowmemReserveRatio(u8),
}

const TUNABLES: u32 = 5 + count(ZONES_PER_NODE_MAX);

/// Words of a zone in the table.
const STRIDE: u32 = 32;
const MARKS: u32 = 11;
const BOOST: u32 = 14;
const HIGHATOMIC: u32 = 15;
const FLAGS: u32 = 16;
const RESERVE: u32 = 17;

/// Which words of a zone hold what, counted from the first of [`Zones::words_of`].
pub mod words {
    use core::ops::Range;

    /// Free blocks by order.
    pub const FREE_AREA: Range<u32> = 0..super::MARKS;
    /// Watermarks.
    pub const MARKS: Range<u32> = super::MARKS..super::BOOST;
    /// Boost of the watermarks.
    pub const BOOST: Range<u32> = super::BOOST..super::BOOST + 1;
    /// Pages held back for requests that cannot wait.
    pub const HIGHATOMIC: Range<u32> = super::HIGHATOMIC..super::HIGHATOMIC + 1;
    /// Flags.
    pub const FLAGS: Range<u32> = super::FLAGS..super::FLAGS + 1;
    /// Reserves by class.
    pub const RESERVE: Range<u32> = super::RESERVE..super::RESERVE + 5;
}

/// All zones of a machine, node by node, lowest first.
#[derive(Clone, Debug)]
pub struct Zones {
    zones: Vec<Zone>,
    per_node: u8,
    pub(crate) words: Table,
}

impl Zones {
    /// Makes zones of this geometry, with all words zero; every node has `per_node` of them.
    pub fn new(zones: Vec<Zone>, per_node: u8) -> Zones {
        let words = count(zones.len()) * STRIDE + TUNABLES;
        Zones { zones, per_node, words: Table::new(TableId::Zone, u64::from(words)) }
    }

    /// Iterates over the zones, empty ones included.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (ZoneId, &Zone)> + ExactSizeIterator {
        self.zones.iter().enumerate().map(|(at, zone)| (zone_id(at), zone))
    }

    /// Returns the number of zones, empty ones included.
    pub fn len(&self) -> u32 {
        count(self.zones.len())
    }

    /// Returns whether there is no zone.
    pub fn is_empty(&self) -> bool {
        self.zones.is_empty()
    }

    /// Returns the zones that each node has.
    pub fn per_node(&self) -> u8 {
        self.per_node
    }

    /// Returns the geometry of `zone`.
    ///
    /// # Panics
    /// When there is no such zone.
    #[inline]
    pub fn get(&self, zone: ZoneId) -> &Zone {
        &self.zones[usize::from(zone.0)]
    }

    /// Returns the words of `zone`, for whoever asks for several of them.
    ///
    /// # Panics
    /// When there is no such zone.
    #[inline]
    pub(super) fn words(&self, zone: ZoneId) -> ZoneWords<'_> {
        ZoneWords(self.words.block(at(zone, 0)))
    }

    /// Returns the zone of class `class` on `node`.
    #[inline]
    pub fn of_node(&self, node: NodeId, class: u8) -> ZoneId {
        ZoneId(node.0 * self.per_node + class)
    }

    /// Returns the zone whose span contains `pfn`.
    #[inline]
    pub fn containing(&self, pfn: Pfn) -> Option<ZoneId> {
        self.zones.iter().position(|zone| zone.contains(pfn)).map(zone_id)
    }

    /// Returns the free blocks of `order` in the buddy lists of `zone`.
    #[inline]
    pub fn nr_free(&self, zone: ZoneId, order: Order) -> u64 {
        self.words.get(at(zone, u32::from(order.get())))
    }

    /// Counts one free block of `order` more.
    #[inline]
    pub(super) fn inc_free(&mut self, zone: ZoneId, order: Order, journal: &mut Journal) {
        self.words.add(at(zone, u32::from(order.get())), 1, journal);
    }

    /// Counts one free block of `order` less.
    #[inline]
    pub(super) fn dec_free(&mut self, zone: ZoneId, order: Order, journal: &mut Journal) {
        self.words.add(at(zone, u32::from(order.get())), -1, journal);
    }

    /// Returns a mark in pages, without the boost.
    #[inline]
    pub fn watermark(&self, zone: ZoneId, mark: Wmark) -> u64 {
        self.words(zone).watermark(mark)
    }

    /// Writes a mark.
    pub(crate) fn set_watermark(&mut self, zone: ZoneId, mark: Wmark, pages: u64, journal: &mut Journal) {
        self.words.set(at(zone, mark_word(mark)), pages, journal);
    }

    /// Returns what is added to every mark for now, because types were mixed in a pageblock.
    #[inline]
    pub fn boost(&self, zone: ZoneId) -> u64 {
        self.words(zone).boost()
    }

    /// Writes the boost.
    pub(crate) fn set_boost(&mut self, zone: ZoneId, pages: u64, journal: &mut Journal) {
        self.words.set(at(zone, BOOST), pages, journal);
    }

    /// Returns the pages that are held back for allocations that cannot wait.
    #[inline]
    pub fn highatomic(&self, zone: ZoneId) -> u64 {
        self.words(zone).highatomic()
    }

    /// Writes the pages held back for allocations that cannot wait.
    pub(crate) fn set_highatomic(&mut self, zone: ZoneId, pages: u64, journal: &mut Journal) {
        self.words.set(at(zone, HIGHATOMIC), pages, journal);
    }

    /// Returns the pages that requests which could have used class `class` must leave here.
    #[inline]
    pub fn lowmem_reserve(&self, zone: ZoneId, class: u8) -> u64 {
        self.words(zone).lowmem_reserve(class)
    }

    /// Writes one entry of `lowmem_reserve`.
    pub(crate) fn set_lowmem_reserve(&mut self, zone: ZoneId, class: u8, pages: u64, journal: &mut Journal) {
        self.words.set(at(zone, RESERVE + u32::from(class)), pages, journal);
    }

    /// Returns whether a flag of the zone is set.
    #[inline]
    pub fn has_flag(&self, zone: ZoneId, flag: ZoneFlag) -> bool {
        self.words.get(at(zone, FLAGS)) & flag.bit() != 0
    }

    /// Sets a flag of the zone.
    pub(super) fn set_flag(&mut self, zone: ZoneId, flag: ZoneFlag, journal: &mut Journal) {
        let flags = self.words.get(at(zone, FLAGS)) | flag.bit();
        self.words.set(at(zone, FLAGS), flags, journal);
    }

    /// Clears a flag of the zone.
    pub(super) fn clear_flag(&mut self, zone: ZoneId, flag: ZoneFlag, journal: &mut Journal) {
        let flags = self.words.get(at(zone, FLAGS)) & !flag.bit();
        self.words.set(at(zone, FLAGS), flags, journal);
    }

    /// Returns the raw `zone->flags`.
    pub fn flags(&self, zone: ZoneId) -> u64 {
        self.words.get(at(zone, FLAGS))
    }

    /// Writes all of `zone->flags`.
    pub(crate) fn set_flags(&mut self, zone: ZoneId, flags: u64, journal: &mut Journal) {
        self.words.set(at(zone, FLAGS), flags, journal);
    }

    /// Returns a tunable.
    #[inline]
    pub fn tunable(&self, tunable: Tunable) -> u64 {
        self.words.get(self.tunable_word(tunable))
    }

    /// Writes a tunable; what follows from it is the caller's to renew.
    pub(crate) fn set_tunable(&mut self, tunable: Tunable, value: u64, journal: &mut Journal) {
        self.words.set(self.tunable_word(tunable), value, journal);
    }

    /// Returns the words of the table that belong to `zone`, to ask whether a step touched it.
    pub fn words_of(&self, zone: ZoneId) -> Range<u32> {
        at(zone, 0)..at(zone, STRIDE)
    }

    /// Returns the zone that word `index` of the table belongs to, `None` for a tunable.
    pub fn zone_of_word(&self, word: u64) -> Option<ZoneId> {
        let at = index(low32(word) / STRIDE);
        (at < self.zones.len()).then(|| zone_id(at))
    }

    fn tunable_word(&self, tunable: Tunable) -> u32 {
        let word = match tunable {
            Tunable::MinFreeKbytes => 0,
            Tunable::WatermarkScaleFactor => 1,
            Tunable::WatermarkBoostFactor => 2,
            Tunable::UserMinFreeKbytes => 3,
            Tunable::PercpuPagelistHighFraction => 4,
            Tunable::LowmemReserveRatio(class) => 5 + u32::from(class),
        };
        self.len() * STRIDE + word
    }
}

/// The words of one zone.
#[derive(Clone, Copy)]
pub(super) struct ZoneWords<'a>(&'a [u64; index(STRIDE)]);

impl ZoneWords<'_> {
    /// See [`Zones::watermark`].
    #[inline]
    pub(super) fn watermark(self, mark: Wmark) -> u64 {
        self.0[index(mark_word(mark))]
    }

    /// See [`Zones::boost`].
    #[inline]
    pub(super) fn boost(self) -> u64 {
        self.0[index(BOOST)]
    }

    /// See [`Zones::highatomic`].
    #[inline]
    pub(super) fn highatomic(self) -> u64 {
        self.0[index(HIGHATOMIC)]
    }

    /// See [`Zones::lowmem_reserve`].
    #[inline]
    pub(super) fn lowmem_reserve(self, class: u8) -> u64 {
        self.0[index(RESERVE + u32::from(class))]
    }
}

/// Returns the word of `zone` at `offset`.
#[inline]
fn at(zone: ZoneId, offset: u32) -> u32 {
    u32::from(zone.0) * STRIDE + offset
}

#[inline]
fn mark_word(mark: Wmark) -> u32 {
    match mark {
        Wmark::Min => MARKS,
        Wmark::Low => MARKS + 1,
        Wmark::High => MARKS + 2,
    }
}

fn zone_id(at: usize) -> ZoneId {
    ZoneId(u8::try_from(at).expect("fewer than 256 zones"))
}

const _: () = assert!(MARKS == count(MAX_ORDER) && RESERVE + count(ZONES_PER_NODE_MAX) <= STRIDE);
