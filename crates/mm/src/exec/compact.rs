//! `echo 1 > /proc/sys/vm/compact_memory`: some pageblocks at a time.

use super::{Poll, Work, WorkUnit};
use crate::config::CpuId;
use crate::outcome::Value;
use crate::phys::compaction::CompactNodes;
use crate::shell;
use crate::trace::Trace;
use crate::world::World;

/// A compaction of all memory, by whoever wrote the file.
#[derive(Debug, Default)]
pub struct CompactJob {
    all: Option<CompactNodes>,
}

impl CompactJob {
    pub(super) fn advance(&mut self, world: &mut World, units: u32, tr: &mut Trace) -> Poll {
        let (phys, relief) = (&mut world.phys, &mut world.rest);
        let all = self.all.get_or_insert_with(|| phys.compact_nodes_begin(CpuId(0), relief, tr));
        if phys.compact_nodes_go_on(all, units, relief, tr) {
            let (done, total) = phys.compacted_pageblocks(all);
            return Poll::Pending(Work::new(WorkUnit::Pageblocks, done, total));
        }
        tr.emit(shell::Event::Wrote);
        Poll::Ready(Ok(Value::Nothing).into())
    }
}
