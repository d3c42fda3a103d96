//! `pages`: what is behind each page of a range, some at a time.

use super::address::{Whole, length, resolve};
use super::{Poll, Work, WorkUnit, cpu_of, process};
use crate::config::CpuId;
use crate::errno::{Errno, Refusal};
use crate::outcome::Value;
use crate::script::{Extent, Who};
use crate::shell;
use crate::trace::Trace;
use crate::units::{PAGE_SIZE, VirtAddr, count};
use crate::virt::MmId;
use crate::virt::area::maps::Listing;
use crate::world::World;

/// Pages being listed.
#[derive(Debug)]
pub struct PagesJob {
    cpu: CpuId,
    /// Of whom, and the runs so far, or why there are none.
    listing: Result<(MmId, Listing), Errno>,
}

impl PagesJob {
    pub(super) fn new(extent: &Extent, who: &Who, world: &World) -> PagesJob {
        let cpu = cpu_of(who);
        PagesJob { cpu, listing: begin(extent, who, world) }
    }

    pub(super) fn advance(&mut self, world: &mut World, units: u32, tr: &mut Trace) -> Poll {
        let result = match &mut self.listing {
            Ok((mm, listing)) => {
                if world.rest.virt.list_pages(&world.phys, *mm, listing, units) {
                    let (done, total) = listing.pages();
                    return Poll::Pending(Work::new(WorkUnit::Pages, done, total));
                }
                let runs = core::mem::take(&mut listing.runs);
                tr.emit(shell::Event::Listed { runs: count(runs.len()) });
                Ok(Value::Pages(runs))
            }
            Err(errno) => Err(Refusal::from(*errno)),
        };
        Poll::Ready(process::back_to_user_mode(result, self.cpu, world, tr).into())
    }

    pub(super) fn bytes(&self) -> u64 {
        self.listing.as_ref().map_or(0, |(_, listing)| u64::from(count(listing.runs.len())) * 24)
    }
}

fn begin(extent: &Extent, who: &Who, world: &World) -> Result<(MmId, Listing), Errno> {
    if cpu_of(who).0 >= world.phys.cpus() {
        return Err(Errno::EINVAL);
    }
    let task = process::task_of(who, world)?;
    let start = resolve(&extent.at, world).page_start();
    let len = length(extent, Whole::Label, world);
    let end = VirtAddr(start.0.saturating_add(len.div_ceil(PAGE_SIZE).saturating_mul(PAGE_SIZE)));
    Ok((world.rest.virt.mm_of(task), Listing::new(start, end)))
}
