//! `sleep`: time goes by, and at the end of it the daemons run, some of their work at a time.

use super::{Poll, Work, WorkUnit};
use crate::config::NodeId;
use crate::outcome::Value;
use crate::phys::compaction::Kcompactd;
use crate::shell;
use crate::trace::Trace;
use crate::units::{Nanos, count, low8};
use crate::world::World;

/// Time that goes by.
#[derive(Debug)]
pub struct SleepJob {
    time: Nanos,
    /// The daemons of which node run; `None` before the time has gone by.
    node: Option<NodeId>,
    daemon: Option<Kcompactd>,
}

impl SleepJob {
    pub(super) fn new(time: Nanos) -> SleepJob {
        SleepJob { time, node: None, daemon: None }
    }

    pub(super) fn advance(&mut self, world: &mut World, units: u32, tr: &mut Trace) -> Poll {
        let mut node = self.node.unwrap_or_else(|| {
            tr.wait(self.time);
            tr.emit(shell::Event::Slept { time: self.time });
            NodeId(0)
        });
        let now = Nanos(world.rest.clock.now().0 + self.time.0);
        let (phys, relief) = (&mut world.phys, &mut world.rest);
        while node.0 < low8(u64::from(count(phys.nodes().len()))) {
            self.node = Some(node);
            let daemon = self.daemon.take().or_else(|| phys.kcompactd_begin(node, now, tr));
            if let Some(mut daemon) = daemon
                && phys.kcompactd_go_on(&mut daemon, units, relief, tr)
            {
                let (done, total) = phys.kcompactd_pageblocks(&daemon);
                self.daemon = Some(daemon);
                return Poll::Pending(Work::new(WorkUnit::Pageblocks, done, total));
            }
            node = NodeId(node.0 + 1);
        }
        Poll::Ready(Ok(Value::Nothing).into())
    }
}
