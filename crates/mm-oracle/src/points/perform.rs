//! A point, done again by the model.

use crate::replay::pages::{CapturedPages, free_in_use};
use mm::config::{CpuId, NodeId};
use mm::gfp::Gfp;
use mm::import::compaction::CompactionState;
use mm::phys::compaction::CompactTunable;
use mm::phys::{AllocRequest, Phys};
use mm::trace::{Detail, Trace};
use mm::units::Nanos;

use super::super::Stop;
use super::deed::{Deed, Input, Script};
use super::events::Writer;

const CPU: CpuId = CpuId(0);
const NODE: NodeId = NodeId(0);
/// Runs of kcompactd before it sleeps: what a write asked for, then what somebody wanted before.
const DAEMON_RUNS_MAX: u32 = 4;

/// What the model did.
pub(super) struct Done {
    /// The machine as it is now.
    pub(super) phys: Phys,
    /// The machine before.
    pub(super) null: Phys,
    /// What it said.
    pub(super) said: Vec<String>,
    /// The line of a free that could not be followed: there was nothing in use.
    pub(super) stopped_at: Option<u32>,
}

/// Does what was done, starting from the state before.
pub(super) fn perform(before: &CompactionState, script: &Script) -> Result<Done, Stop> {
    let failures = before.nodes.iter().find(|node| node.node == NODE).map_or(0, |node| node.kswapd_failures);
    let phys = Phys::from_compaction(before, &before.lists.machine());
    let null = phys.clone();
    let pages = CapturedPages::new(before, script.reclaims.clone());
    let mut machine = Machine { phys, pages, writer: Writer::new(failures) };
    let mut stopped_at = None;
    for &(line, input) in &script.input {
        if !machine.input(input) {
            stopped_at = Some(line);
            break;
        }
    }
    machine.deed(script.deed);
    Ok(Done { phys: machine.phys, null, said: machine.writer.lines, stopped_at })
}

struct Machine {
    phys: Phys,
    pages: CapturedPages,
    writer: Writer,
}

impl Machine {
    /// Does something and writes down what came of it.
    fn watch<T>(&mut self, gfp: Gfp, act: impl FnOnce(&mut Phys, &mut CapturedPages, &mut Trace) -> T) -> T {
        self.writer.look(&self.phys);
        let mut tr = Trace::new(Detail::Whole);
        let result = act(&mut self.phys, &mut self.pages, &mut tr);
        self.writer.add(tr.steps(), gfp, &self.phys);
        result
    }

    /// Returns `false` where a block is to be freed that is not in use.
    fn input(&mut self, input: Input) -> bool {
        match input {
            Input::Alloc { order, gfp } => {
                let request = AllocRequest::new(order, gfp);
                let pfn = self.watch(gfp, |phys, pages, tr| phys.alloc_pages(request, pages, tr));
                let answer = pfn.map_or_else(|| "-1".to_owned(), |pfn| pfn.to_string());
                self.writer.lines.push(format!("A {answer}"));
                self.pages.not_in_use.is_none()
            }
            Input::Free(block) => self.watch(Gfp::NONE, |phys, _, tr| free_in_use(phys, block, CPU, tr)),
        }
    }

    fn deed(&mut self, deed: Deed) {
        match deed {
            Deed::Requests => {}
            Deed::Wake { order, class } => {
                self.watch(Gfp::NONE, |phys, _, tr| phys.wakeup_kcompactd(NODE, order, class, tr));
                self.run_kcompactd();
            }
            Deed::Proactive(value) => {
                let tunable = CompactTunable::Proactiveness;
                self.watch(Gfp::NONE, |phys, _, tr| phys.set_compact_tunable(tunable, value, tr));
                self.run_kcompactd();
            }
            Deed::Everything => {
                self.watch(Gfp::NONE, |phys, pages, tr| phys.compact_nodes(CPU, pages, tr));
            }
        }
    }

    /// Lets kcompactd run until it sleeps.
    fn run_kcompactd(&mut self) {
        for _ in 0..DAEMON_RUNS_MAX {
            if !self.phys.kcompactd_is_woken(NODE) {
                break;
            }
            self.watch(Gfp::NONE, |phys, pages, tr| phys.run_kcompactd(NODE, Nanos(0), pages, tr));
        }
    }
}
