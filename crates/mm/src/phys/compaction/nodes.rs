//! Every zone of every node compacted from end to end: `/proc/sys/vm/compact_memory`.
//!
//! Mirrors 6.1 `mm/compaction.c: compact_nodes`, `compact_node`.

use super::Pace;
use super::control::{Control, Purpose};
use super::run::ZoneRun;
use crate::config::CpuId;
use crate::func::Func;
use crate::phys::Phys;
use crate::phys::relief::{MigrateMode, Relief};
use crate::phys::zone::ZoneId;
use crate::trace::Trace;
use crate::units::low8;

/// A compaction of all memory under way.
#[derive(Debug)]
pub struct CompactNodes {
    cpu: CpuId,
    zone: u32,
    run: Option<ZoneRun>,
}

impl Phys {
    /// Compacts every zone of every node.
    pub fn compact_nodes(&mut self, cpu: CpuId, relief: &mut dyn Relief, tr: &mut Trace) {
        let mut all = self.compact_nodes_begin(cpu, relief, tr);
        while self.compact_nodes_go_on(&mut all, u32::MAX, relief, tr) {}
    }

    /// Begins the same, to be done some pageblocks at a time.
    pub fn compact_nodes_begin(
        &mut self,
        cpu: CpuId,
        relief: &mut dyn Relief,
        tr: &mut Trace,
    ) -> CompactNodes {
        relief.lru_add_drain_all(self, cpu, tr);
        tr.enter(Func::CompactNode);
        CompactNodes { cpu, zone: 0, run: None }
    }

    /// Goes on for about `units` pageblocks; returns whether there is more to do.
    pub fn compact_nodes_go_on(
        &mut self,
        all: &mut CompactNodes,
        units: u32,
        relief: &mut dyn Relief,
        tr: &mut Trace,
    ) -> bool {
        let mut pace = Pace::new(units);
        while all.zone < self.frames.zones.len() {
            let zone = ZoneId(low8(u64::from(all.zone)));
            if self.frames.zones.get(zone).is_populated() {
                let run = all.run.get_or_insert_with(|| {
                    let mode = MigrateMode::Sync;
                    ZoneRun::new(Control::everything(zone, Purpose::Everything, mode, all.cpu))
                });
                if self.compact_zone_some(run, relief, &mut pace, tr).is_none() {
                    return true;
                }
            }
            all.run = None;
            all.zone += 1;
        }
        tr.leave();
        false
    }

    /// Returns how many pageblocks the scanners have passed, and how many there are.
    pub fn compacted_pageblocks(&self, all: &CompactNodes) -> (u64, u64) {
        let (mut done, mut total) = (0, 0);
        for (id, zone) in self.frames.zones.iter() {
            let frames = u64::from(zone.spanned);
            total += frames;
            match (u32::from(id.0).cmp(&all.zone), &all.run) {
                (core::cmp::Ordering::Less, _) => done += frames,
                (core::cmp::Ordering::Equal, Some(run)) => done += run.passed(self),
                (core::cmp::Ordering::Equal | core::cmp::Ordering::Greater, _) => {}
            }
        }
        let order = self.pageblock_order().get();
        (done >> order, total >> order)
    }
}
