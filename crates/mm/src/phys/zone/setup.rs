//! The numbers a zone works with: marks, reserves, limits of per-CPU lists, thresholds.
//!
//! All are functions of the machine and of a few tunables, computed at boot and again when a
//! tunable is written. Mirrors 6.1 `mm/page_alloc.c`: `init_per_zone_wmark_min`,
//! `__setup_per_zone_wmarks`, `setup_per_zone_lowmem_reserve`, `zone_batchsize`,
//! `zone_highsize`; `mm/khugepaged.c: set_recommended_min_free_kbytes`; `mm/vmstat.c:
//! calculate_normal_threshold`.

use crate::config::{Arch, CpuId, NodeId};
use crate::gfp::Gfp;
use crate::kernels::LOW_MEMORY_END;
use crate::phys::Phys;
use crate::phys::zone::migratetype::MigrateType;
use crate::phys::zone::node::{highest_class, small_number};
use crate::phys::zone::{Tunable, Wmark, Zone, ZoneId, ZoneKind};
use crate::trace::Trace;
use crate::units::count;

/// `vm.watermark_scale_factor` at boot.
pub const WATERMARK_SCALE_FACTOR: u64 = 10;
/// `vm.watermark_boost_factor` at boot.
pub const WATERMARK_BOOST_FACTOR: u64 = 15_000;
/// Bounds of the computed `vm.min_free_kbytes`.
const MIN_FREE_KBYTES: core::ops::RangeInclusive<u64> = 128..=262_144;
/// Managed pages below which transparent huge pages start switched off: 512 MB.
pub const THP_PAGES_MIN: u64 = 512 << 8;

/// `vm.lowmem_reserve_ratio` at boot: a zone keeps 1/ratio of the zones above it.
const fn lowmem_reserve_ratio(kind: ZoneKind) -> u64 {
    match kind {
        ZoneKind::Dma | ZoneKind::Dma32 => 256,
        ZoneKind::Normal => 32,
        ZoneKind::HighMem | ZoneKind::Movable | ZoneKind::Device => 0,
    }
}

/// Which count of managed pages a computation sees.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Managed {
    /// The one of early boot, before the kernel freed its start-up code.
    AtBoot,
    /// The one of now.
    Now,
}

impl Managed {
    fn of(self, zone: &Zone) -> u64 {
        u64::from(match self {
            Managed::AtBoot => zone.managed_at_marks,
            Managed::Now => zone.managed,
        })
    }
}

impl Phys {
    /// Computes everything as boot does; `thp` says whether huge pages start switched on.
    pub(crate) fn setup_zones(&mut self, thp: ThpAtBoot, tr: &mut Trace) {
        self.frames.zones.set_tunable(Tunable::WatermarkScaleFactor, WATERMARK_SCALE_FACTOR, tr);
        self.frames.zones.set_tunable(Tunable::WatermarkBoostFactor, WATERMARK_BOOST_FACTOR, tr);
        for (class, &kind) in (0..).zip(self.kinds()) {
            self.frames.zones.set_tunable(Tunable::LowmemReserveRatio(class), lowmem_reserve_ratio(kind), tr);
        }
        self.setup_thresholds(tr);
        let kbytes = self.min_free_kbytes_by_size(Managed::AtBoot);
        self.frames.zones.set_tunable(Tunable::MinFreeKbytes, kbytes, tr);
        self.setup_marks(Managed::AtBoot, tr);
        if thp == ThpAtBoot::On {
            self.raise_min_free_kbytes(Managed::AtBoot, tr);
            self.setup_marks(Managed::AtBoot, tr);
        }
        self.setup_lowmem_reserve(Managed::AtBoot, tr);
        self.setup_pcp(Managed::AtBoot, tr);
    }

    /// Raises `min_free_kbytes` so that huge pages have a chance, as switching them on does, and
    /// renews what follows from it.
    pub fn recommend_min_free_kbytes(&mut self, tr: &mut Trace) {
        self.raise_min_free_kbytes(Managed::Now, tr);
        self.renew_marks(tr);
    }

    /// Puts `min_free_kbytes` back to what the size of memory gives, as switching huge pages off
    /// does, unless root asked for more; renews what follows from it.
    pub fn recalculate_min_free_kbytes(&mut self, tr: &mut Trace) {
        let kbytes = self.min_free_kbytes_by_size(Managed::Now);
        if kbytes + 1 > self.frames.zones.tunable(Tunable::UserMinFreeKbytes) {
            self.frames.zones.set_tunable(Tunable::MinFreeKbytes, kbytes, tr);
        }
        self.renew_marks(tr);
    }

    /// Writes `vm.min_free_kbytes`, as root may, and renews what follows from it.
    pub fn set_min_free_kbytes(&mut self, kbytes: u64, tr: &mut Trace) {
        self.frames.zones.set_tunable(Tunable::MinFreeKbytes, kbytes, tr);
        self.frames.zones.set_tunable(Tunable::UserMinFreeKbytes, kbytes + 1, tr);
        self.renew_marks(tr);
    }

    /// Writes `vm.watermark_scale_factor` and renews what follows from it.
    pub fn set_watermark_scale_factor(&mut self, factor: u64, tr: &mut Trace) {
        self.frames.zones.set_tunable(Tunable::WatermarkScaleFactor, factor, tr);
        self.renew_marks(tr);
    }

    /// Writes `vm.watermark_boost_factor`; boosts in force stay.
    pub fn set_watermark_boost_factor(&mut self, factor: u64, tr: &mut Trace) {
        self.frames.zones.set_tunable(Tunable::WatermarkBoostFactor, factor, tr);
    }

    /// Writes `vm.percpu_pagelist_high_fraction` and renews the limits of the per-CPU lists if
    /// it changed.
    pub fn set_percpu_pagelist_high_fraction(&mut self, fraction: u64, tr: &mut Trace) {
        let tunable = Tunable::PercpuPagelistHighFraction;
        if self.frames.zones.tunable(tunable) != fraction {
            self.frames.zones.set_tunable(tunable, fraction, tr);
            self.setup_pcp(Managed::Now, tr);
        }
    }

    /// Writes `vm.lowmem_reserve_ratio`, lowest zone first, as far as `ratios` reach; renews
    /// what zones keep from higher requests.
    pub fn set_lowmem_reserve_ratio(&mut self, ratios: &[u64], tr: &mut Trace) {
        for (class, &ratio) in (0..self.frames.zones.per_node()).zip(ratios) {
            self.frames.zones.set_tunable(Tunable::LowmemReserveRatio(class), ratio, tr);
        }
        self.renew_lowmem_reserve(tr);
    }

    /// Computes what zones keep from higher requests anew, from the pages managed now. Already
    /// reading `vm.lowmem_reserve_ratio` does that (`lowmem_reserve_ratio_sysctl_handler`).
    pub fn renew_lowmem_reserve(&mut self, tr: &mut Trace) {
        self.setup_lowmem_reserve(Managed::Now, tr);
    }

    fn renew_marks(&mut self, tr: &mut Trace) {
        self.setup_marks(Managed::Now, tr);
        self.setup_pcp(Managed::Now, tr);
    }

    /// Returns four times the square root of low memory in kB, within bounds.
    fn min_free_kbytes_by_size(&self, managed: Managed) -> u64 {
        let kbytes = isqrt(self.buffer_pages(managed) * 4 * 16);
        kbytes.clamp(*MIN_FREE_KBYTES.start(), *MIN_FREE_KBYTES.end())
    }

    /// Returns the pages that buffers could use, less the high marks in force, 6.1
    /// `nr_free_buffer_pages`.
    fn buffer_pages(&self, managed: Managed) -> u64 {
        let class = self.buffer_class();
        let lowmem = self.frames.zones.iter().filter(|(_, zone)| zone.class <= class);
        lowmem
            .map(|(id, zone)| managed.of(zone).saturating_sub(self.frames.zones.watermark(id, Wmark::High)))
            .sum()
    }

    /// Returns the highest class that kernel buffers may use.
    fn buffer_class(&self) -> u8 {
        highest_class(Gfp::USER, self.kinds())
    }

    fn raise_min_free_kbytes(&mut self, managed: Managed, tr: &mut Trace) {
        let class = self.buffer_class();
        let zones =
            self.frames.zones.iter().filter(|(_, zone)| zone.is_populated() && zone.class <= class).count();
        // Two free pageblocks for each zone, and one for each type fallen back on by each.
        let types = u64::from(count(MigrateType::ON_CPU_LISTS.len()));
        let pageblock = u64::from(self.pageblock_order().pages());
        let wanted = pageblock * u64::from(count(zones)) * (2 + types * types);
        let kbytes = wanted.min(self.buffer_pages(managed) / 20) * 4;
        if kbytes > self.frames.zones.tunable(Tunable::MinFreeKbytes) {
            self.frames.zones.set_tunable(Tunable::MinFreeKbytes, kbytes, tr);
        }
    }

    /// Shares `min_free_kbytes` out among the zones and spaces the other marks.
    fn setup_marks(&mut self, managed: Managed, tr: &mut Trace) {
        let min_pages = self.frames.zones.tunable(Tunable::MinFreeKbytes) / 4;
        let scale = self.frames.zones.tunable(Tunable::WatermarkScaleFactor);
        let lowmem = self.frames.zones.iter().filter(|(_, zone)| !self.is_highmem(zone.kind));
        let lowmem: u64 = lowmem.map(|(_, zone)| managed.of(zone)).sum();
        for at in 0..self.frames.zones.len() {
            let id = zone_id(at);
            let pages = managed.of(self.frames.zones.get(id));
            let share = (min_pages * pages).checked_div(lowmem).unwrap_or(0);
            let min = if self.is_highmem(self.frames.zones.get(id).kind) {
                // Nobody needs high memory urgently.
                (pages / 1024).clamp(32, 128)
            } else {
                share
            };
            let step = (share / 4).max(pages * scale / 10_000);
            self.frames.zones.set_boost(id, 0, tr);
            for (mark, value) in Wmark::ALL.into_iter().zip([min, min + step, min + 2 * step]) {
                self.frames.zones.set_watermark(id, mark, value, tr);
            }
        }
    }

    /// Sets what each zone keeps from requests that could have used a higher one.
    fn setup_lowmem_reserve(&mut self, managed: Managed, tr: &mut Trace) {
        for at in 0..self.frames.zones.len() {
            let id = zone_id(at);
            let zone = *self.frames.zones.get(id);
            let ratio = self.frames.zones.tunable(Tunable::LowmemReserveRatio(zone.class));
            let keeps = ratio > 0 && managed.of(&zone) > 0;
            let mut above = 0;
            for class in zone.class + 1..self.frames.zones.per_node() {
                above += managed.of(self.frames.zones.get(self.frames.zones.of_node(zone.node, class)));
                let reserve = if keeps { above / ratio } else { 0 };
                self.frames.zones.set_lowmem_reserve(id, class, reserve, tr);
            }
        }
    }

    /// Returns whether zones of a kind have no permanent kernel addresses. Movable is of the kind
    /// that it would be cut from, even where it is empty.
    fn is_highmem(&self, kind: ZoneKind) -> bool {
        match kind {
            ZoneKind::HighMem => true,
            ZoneKind::Movable => self.arch == Arch::I386 && self.frames.mem_map.end() > LOW_MEMORY_END,
            ZoneKind::Dma | ZoneKind::Dma32 | ZoneKind::Normal | ZoneKind::Device => false,
        }
    }

    /// Sets batch and limit of the per-CPU lists: the low mark, or a fraction of the zone,
    /// shared by the processors of the node; by all of them where the node has none.
    fn setup_pcp(&mut self, managed: Managed, tr: &mut Trace) {
        for at in 0..self.frames.zones.len() {
            let id = zone_id(at);
            let zone = *self.frames.zones.get(id);
            let batch = pcp_batch(managed.of(&zone));
            let cpus = (0..self.cpus).filter(|&cpu| self.node_of_cpu(CpuId(cpu)) == zone.node);
            let sharers = match u64::from(count(cpus.count())) {
                0 => u64::from(self.cpus),
                own => own,
            };
            let total = match self.frames.zones.tunable(Tunable::PercpuPagelistHighFraction) {
                0 => self.frames.zones.watermark(id, Wmark::Low) + self.frames.zones.boost(id),
                fraction => managed.of(&zone) / fraction,
            };
            let high = (total / sharers).max(batch * 4);
            for cpu in 0..self.cpus {
                self.pcp.set_limits(id, CpuId(cpu), high, batch, tr);
            }
        }
    }

    /// Sets how far a processor's counters may drift: once, with the marks of boot.
    fn setup_thresholds(&mut self, tr: &mut Trace) {
        let cpus = u64::from(fls(u64::from(self.cpus)));
        let mut largest = vec![0; self.nodes.len()];
        for at in 0..self.frames.zones.len() {
            let id = zone_id(at);
            let zone = *self.frames.zones.get(id);
            if !zone.is_populated() {
                continue;
            }
            let sections = Managed::AtBoot.of(&zone) >> (27 - 12);
            let threshold = (2 * cpus * (1 + u64::from(fls(sections)))).min(125);
            self.frames.vmstat.set_threshold(id, threshold, tr);
            let node = &mut largest[usize::from(zone.node.0)];
            *node = threshold.max(*node);
        }
        for (node, threshold) in largest.into_iter().enumerate() {
            self.frames.vmstat.set_node_threshold(NodeId(small_number(node)), threshold, tr);
        }
    }
}

/// Whether huge pages start switched on: that raises `min_free_kbytes`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ThpAtBoot {
    /// `always` or `madvise`.
    On,
    /// `never`, or too little memory.
    Off,
}

/// Returns the batch of a zone's per-CPU lists: a thousandth of it, at most 256 pages, a
/// quarter of that, rounded to one less than a power of two.
fn pcp_batch(managed: u64) -> u64 {
    let quarter = ((managed >> 10).min(256) / 4).max(1);
    let rounded = 1 << (fls(quarter + quarter / 2) - 1);
    (rounded - 1).max(1)
}

/// Returns the position of the highest set bit, counted from 1; 0 for none.
const fn fls(n: u64) -> u32 {
    u64::BITS - n.leading_zeros()
}

/// Returns the integer square root.
fn isqrt(n: u64) -> u64 {
    n.isqrt()
}

fn zone_id(at: u32) -> ZoneId {
    ZoneId(u8::try_from(at).expect("fewer than 256 zones"))
}
