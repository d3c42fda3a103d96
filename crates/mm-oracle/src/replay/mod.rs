//! Replay of what a real machine did: the model, started from the captured state, must give
//! the same answers and end with the same lists.
//!
//! Two languages, one file each: the probe's [`script`]s (`a`, `f`, `aa`, `fa`, dumps in
//! between), and [`trace`]s of `mm_page_*` events between two dumps. Every answer, list and
//! counter counts, held against a machine that was left as it was loaded: what agrees there too says
//! nothing of the model.

mod lists;
pub mod pages;
pub mod script;
pub mod state;
pub mod trace;

use mm::config::CpuId;
use mm::gfp::Gfp;
use mm::import::freelists::FreelistsState;
use mm::import::text::{DumpError, Expected, Line};
use mm::phys::{AllocRequest, NoRelief, Phys};
use mm::trace::{Detail, Trace};
use mm::units::{Order, Pfn};

use crate::{Class, Skipped, Tally};

pub use lists::compare_lists;
pub use script::replay_script;
pub use state::{Booted, booted_like, check_state};
pub use trace::replay_trace;

/// A machine that follows a capture.
struct Replay {
    phys: Phys,
    /// The machine as it was loaded.
    null: Phys,
    tr: Trace,
}

const CPU: CpuId = CpuId(0);

impl Replay {
    fn new(state: &FreelistsState, detail: Detail) -> Replay {
        let phys = Phys::from_freelists(state, &state.machine());
        Replay { null: phys.clone(), phys, tr: Trace::new(detail) }
    }

    fn alloc(&mut self, order: Order, gfp: Gfp) -> Option<Pfn> {
        self.phys.alloc_pages(AllocRequest::new(order, gfp), &mut NoRelief, &mut self.tr)
    }

    /// Frees what the real machine freed: perhaps part of a block, perhaps one from before.
    fn free(&mut self, line: Line<'_>, pfn: Pfn, order: Order) -> Result<(), DumpError> {
        if !self.phys.split_in_use(pfn, order, &mut self.tr) {
            return Err(line.lacks(Expected::FrameInUse));
        }
        self.phys.free_pages(pfn, order, CPU, &mut self.tr);
        Ok(())
    }

    fn compare(&self, real: &FreelistsState, tally: &mut Tally) {
        compare_lists(&self.phys, &self.null, real, tally);
    }
}

/// Compares the answer to an allocation; doing nothing has none.
fn compare_answer(
    tally: &mut Tally,
    line: u32,
    (order, gfp): (Order, Gfp),
    real: Option<Pfn>,
    ours: Option<Pfn>,
) {
    let what = format_args!("alloc order={order} gfp={:#x}", gfp.bits());
    let class = Class::against(&None, &real);
    tally.note(class, line, what, real == ours, || (shown(real), shown(ours)));
}

/// Writes a frame, or that there is none.
fn shown(pfn: Option<Pfn>) -> String {
    pfn.map_or_else(|| "-".to_owned(), |pfn| pfn.to_string())
}

/// Ends a replay that an operation cannot be performed in: where the two differ already, a
/// frame may be free here that was not there; else the capture contradicts itself.
fn stop(tally: &mut Tally, error: DumpError) -> Result<(), DumpError> {
    if tally.first.is_none() {
        return Err(error);
    }
    tally.skipped.push(Skipped::Diverged { line: error.line });
    Ok(())
}

#[cfg(test)]
mod tests;
