//! What compaction remembers between its runs: positions, failures, hints, tunables.
//!
//! One journaled table: the tunables, then the fields of `struct zone` and `pg_data_t` that
//! belong to compaction, then a bit for each pageblock. All start as zero, as in the kernel,
//! which checks each cached position before it believes it. Mirrors 6.1
//! `include/linux/mmzone.h`, `mm/compaction.c`.

use crate::config::NodeId;
use crate::phys::zone::ZoneId;
use crate::store::{Journal, Slot, Table, TableId};
use crate::units::{Order, Pfn, low8, low32};

/// A tunable of compaction, under `/proc/sys/vm`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CompactTunable {
    /// `extfrag_threshold`: an index up to it, in thousandths, means too little memory rather
    /// than fragmentation.
    ExtfragThreshold,
    /// `compaction_proactiveness`, 0 to 100.
    Proactiveness,
    /// `compact_unevictable_allowed`: whether locked pages may move.
    UnevictableAllowed,
}

impl CompactTunable {
    /// Every tunable.
    pub const ALL: [CompactTunable; 3] =
        [CompactTunable::ExtfragThreshold, CompactTunable::Proactiveness, CompactTunable::UnevictableAllowed];

    /// Returns the value that 6.1 starts with.
    pub const fn default_value(self) -> u64 {
        match self {
            CompactTunable::ExtfragThreshold => 500,
            CompactTunable::Proactiveness => 20,
            CompactTunable::UnevictableAllowed => 1,
        }
    }

    /// Returns the largest value that may be written; the least is 0.
    pub const fn max(self) -> i32 {
        match self {
            CompactTunable::ExtfragThreshold => 1000,
            CompactTunable::Proactiveness => 100,
            CompactTunable::UnevictableAllowed => 1,
        }
    }

    const fn word(self) -> u32 {
        match self {
            CompactTunable::ExtfragThreshold => 0,
            CompactTunable::Proactiveness => 1,
            CompactTunable::UnevictableAllowed => 2,
        }
    }
}

/// A field of `struct zone` that compaction keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ZoneField {
    /// `compact_cached_migrate_pfn[ASYNC]`: where an asynchronous migrate scanner starts.
    CachedMigrateAsync,
    /// `compact_cached_migrate_pfn[SYNC]`: where a synchronous one starts.
    CachedMigrateSync,
    /// `compact_cached_free_pfn`: where the free scanner starts.
    CachedFree,
    /// `compact_init_migrate_pfn`: first pageblock worth scanning when hints were last reset.
    InitMigrate,
    /// `compact_init_free_pfn`: last pageblock worth scanning when hints were last reset.
    InitFree,
    /// `compact_considered`: attempts since the last failure.
    Considered,
    /// `compact_defer_shift`: 1 << this many attempts are left out.
    DeferShift,
    /// `compact_order_failed`: least order that failed.
    OrderFailed,
    /// `compact_blockskip_flush`: whether hints are to be cleared when kswapd sleeps.
    BlockskipFlush,
}

impl ZoneField {
    /// Every field, in the order of `struct zone`.
    pub const ALL: [ZoneField; 9] = [
        ZoneField::CachedFree,
        ZoneField::CachedMigrateAsync,
        ZoneField::CachedMigrateSync,
        ZoneField::InitMigrate,
        ZoneField::InitFree,
        ZoneField::Considered,
        ZoneField::DeferShift,
        ZoneField::OrderFailed,
        ZoneField::BlockskipFlush,
    ];

    /// Returns the name in `struct zone`.
    pub const fn name(self) -> &'static str {
        match self {
            ZoneField::CachedMigrateAsync => "compact_cached_migrate_pfn[0]",
            ZoneField::CachedMigrateSync => "compact_cached_migrate_pfn[1]",
            ZoneField::CachedFree => "compact_cached_free_pfn",
            ZoneField::InitMigrate => "compact_init_migrate_pfn",
            ZoneField::InitFree => "compact_init_free_pfn",
            ZoneField::Considered => "compact_considered",
            ZoneField::DeferShift => "compact_defer_shift",
            ZoneField::OrderFailed => "compact_order_failed",
            ZoneField::BlockskipFlush => "compact_blockskip_flush",
        }
    }

    const fn word(self) -> u32 {
        match self {
            ZoneField::CachedMigrateAsync => 0,
            ZoneField::CachedMigrateSync => 1,
            ZoneField::CachedFree => 2,
            ZoneField::InitMigrate => 3,
            ZoneField::InitFree => 4,
            ZoneField::Considered => 5,
            ZoneField::DeferShift => 6,
            ZoneField::OrderFailed => 7,
            ZoneField::BlockskipFlush => 8,
        }
    }
}

/// A field of `pg_data_t` that kcompactd keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NodeField {
    /// `kcompactd_max_order`: order that kcompactd is to make, 0 when it has nothing to do.
    MaxOrder,
    /// Classes below this one are compacted: one more than `kcompactd_highest_zoneidx`.
    Classes,
    /// `proactive_compact_trigger`: somebody wrote `compaction_proactiveness`.
    ProactiveTrigger,
    /// Somebody woke kcompactd and it has not run since.
    Woken,
    /// Nanoseconds of model time at which kcompactd looks at the score next.
    NextCheck,
}

impl NodeField {
    const fn word(self) -> u32 {
        match self {
            NodeField::MaxOrder => 0,
            NodeField::Classes => 1,
            NodeField::ProactiveTrigger => 2,
            NodeField::NextCheck => 3,
            NodeField::Woken => 4,
        }
    }
}

const TUNABLES: u32 = 3;
const ZONE_STRIDE: u32 = 9;
const NODE_STRIDE: u32 = 5;
/// Skip bits in a word.
const BITS: u32 = 64;

/// The memory of compaction.
#[derive(Clone, Debug)]
pub struct Compaction {
    pub(crate) words: Table,
    nodes_at: u32,
    skip_at: u32,
    pageblock_order: Order,
}

impl Compaction {
    /// Makes a memory without any, for a machine of frames below `end`.
    pub fn new(zones: u32, nodes: u32, end: Pfn, pageblock_order: Order) -> Compaction {
        let nodes_at = TUNABLES + zones * ZONE_STRIDE;
        let skip_at = nodes_at + nodes * NODE_STRIDE;
        let blocks = end.0.div_ceil(pageblock_order.pages());
        let mut words = Table::new(TableId::Compaction, u64::from(skip_at + blocks.div_ceil(BITS)));
        for tunable in CompactTunable::ALL {
            words.init(u64::from(tunable.word()), tunable.default_value());
        }
        Compaction { words, nodes_at, skip_at, pageblock_order }
    }

    /// Returns a tunable.
    pub fn tunable(&self, tunable: CompactTunable) -> u64 {
        self.words.get(tunable.word())
    }

    /// Writes a tunable.
    pub(crate) fn set_tunable(&mut self, tunable: CompactTunable, value: u64, journal: &mut Journal) {
        self.words.set(tunable.word(), value, journal);
    }

    /// Returns a field of a zone.
    pub fn zone(&self, zone: ZoneId, field: ZoneField) -> u64 {
        self.words.get(zone_word(zone, field))
    }

    /// Returns where a field of a zone is kept.
    pub fn zone_slot(&self, zone: ZoneId, field: ZoneField) -> Slot {
        self.words.slot(zone_word(zone, field))
    }

    /// Returns a field of a zone that is a frame number.
    pub fn position(&self, zone: ZoneId, field: ZoneField) -> Pfn {
        Pfn(low32(self.zone(zone, field)))
    }

    /// Writes a field of a zone.
    pub(crate) fn set_zone(&mut self, zone: ZoneId, field: ZoneField, value: u64, journal: &mut Journal) {
        self.words.set(zone_word(zone, field), value, journal);
    }

    /// Writes a field of a zone that is a frame number.
    pub(super) fn set_position(&mut self, zone: ZoneId, field: ZoneField, pfn: Pfn, journal: &mut Journal) {
        self.set_zone(zone, field, u64::from(pfn.0), journal);
    }

    /// Returns the least order that failed in a zone.
    pub fn order_failed(&self, zone: ZoneId) -> u8 {
        low8(self.zone(zone, ZoneField::OrderFailed))
    }

    /// Returns a field of a node.
    pub fn node(&self, node: NodeId, field: NodeField) -> u64 {
        self.words.get(self.node_word(node, field))
    }

    /// Returns where a field of a node is kept.
    pub fn node_slot(&self, node: NodeId, field: NodeField) -> Slot {
        self.words.slot(self.node_word(node, field))
    }

    /// Writes a field of a node.
    pub(crate) fn set_node(&mut self, node: NodeId, field: NodeField, value: u64, journal: &mut Journal) {
        self.words.set(self.node_word(node, field), value, journal);
    }

    /// Returns whether scanners leave out the pageblock of `pfn`: nothing was found in it
    /// (`PB_migrate_skip`).
    pub fn skips(&self, pfn: Pfn) -> bool {
        let (word, bit) = self.skip_bit(pfn);
        self.words.get(word) & bit != 0
    }

    /// Sets the hint of the pageblock of `pfn`.
    pub(crate) fn set_skip(&mut self, pfn: Pfn, journal: &mut Journal) {
        let (word, bit) = self.skip_bit(pfn);
        let bits = self.words.get(word) | bit;
        self.words.set(word, bits, journal);
    }

    /// Clears the hint of the pageblock of `pfn`.
    pub(super) fn clear_skip(&mut self, pfn: Pfn, journal: &mut Journal) {
        let (word, bit) = self.skip_bit(pfn);
        let bits = self.words.get(word) & !bit;
        self.words.set(word, bits, journal);
    }

    fn skip_bit(&self, pfn: Pfn) -> (u32, u64) {
        let block = pfn.0 >> self.pageblock_order.get();
        (self.skip_at + block / BITS, 1 << (block % BITS))
    }

    fn node_word(&self, node: NodeId, field: NodeField) -> u32 {
        self.nodes_at + u32::from(node.0) * NODE_STRIDE + field.word()
    }
}

fn zone_word(zone: ZoneId, field: ZoneField) -> u32 {
    TUNABLES + u32::from(zone.0) * ZONE_STRIDE + field.word()
}
