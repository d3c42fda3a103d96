//! Traces of what no script can bring about yet: reclaim that frees something, kswapd that wakes
//! kcompactd, entries that the hardware has not used. The machine is a script's; then one hand is
//! laid on it, and the model goes on from there.

use core::ops::Range;

use mm::config::{CpuId, NodeId};
use mm::gfp::Gfp;
use mm::outcome::Value;
use mm::phys::Phys;
use mm::phys::alloc::page_alloc::AllocRequest;
use mm::phys::relief::{ReclaimRequest, Relief};
use mm::session::Session;
use mm::trace::{Detail, Trace};
use mm::units::{Order, Pfn, VirtAddr};
use mm::virt::TaskId;
use mm::virt::paging::mmu::Exception;
use mm::virt::paging::walk::Access;
use mm::world::World;

use crate::golden;

/// A trace with the machine that it was made on.
pub struct Arranged {
    /// Name of its golden.
    pub name: &'static str,
    /// The machine afterwards.
    pub world: World,
    /// What it did.
    pub trace: Trace,
    /// The spots that its golden shows the steps between.
    pub range: [&'static str; 2],
}

impl Arranged {
    /// Returns which steps its golden keeps, counted from 0.
    ///
    /// # Panics
    /// When a spot of its range is not there.
    pub fn kept(&self) -> Range<usize> {
        let [from, to] = self.range.map(|spot| spot.parse().expect("a spot"));
        golden::between(&self.trace, &from, &to)
    }
}

/// Makes all of them.
pub fn all() -> Vec<Arranged> {
    vec![
        reserve_given_up(),
        compaction_thought_of(),
        entry_not_used_yet(),
        entry_changed_meanwhile(),
        daemon_that_was_woken(),
        hints_that_are_cleared(),
    ]
}

/// Reclaim frees a page in each round, and somebody else has it already.
struct Robbed;

impl Relief for Robbed {
    fn try_to_free_pages(&mut self, _phys: &mut Phys, _request: ReclaimRequest, _tr: &mut Trace) -> u64 {
        1
    }
}

/// A script that takes all memory that ordinary requests get.
const EXHAUSTED: &str = "boot ram=96M thp=never\n\
    kernel: all = alloc_pages order=0 gfp=GFP_KERNEL|__GFP_NORETRY|__GFP_NOWARN count=max\n\
    kernel: low = alloc_pages order=0 gfp=GFP_KERNEL|GFP_DMA|__GFP_NORETRY|__GFP_NOWARN count=max\n";

/// Asks for a large block where reclaim is of no use.
fn robbed(script: &str, gfp: Gfp) -> (World, Trace) {
    let session = golden::run(script);
    let (mut world, mut trace) = (session.world().clone(), Trace::new(Detail::Full));
    let request = AllocRequest::new(Order::new(8), gfp | Gfp::NOWARN);
    world.phys.alloc_pages(request, &mut Robbed, &mut trace);
    (world, trace)
}

/// A request that reclaim does not help: what is held back for urgent ones is given up.
fn reserve_given_up() -> Arranged {
    let urgent = "kernel: urgent = alloc_pages order=2 gfp=GFP_ATOMIC; drain_all_pages\n\
        kernel: more = alloc_pages order=2 gfp=GFP_ATOMIC; drain_all_pages\n";
    let (world, trace) = robbed(&format!("{EXHAUSTED}{urgent}"), Gfp::KERNEL);
    let range = ["slowpath.direct_reclaim#1", "alloc.unreserve_highatomic#1"];
    Arranged { name: "reserve-given-up", world, trace, range }
}

/// A request that reclaim does not help: whether compaction could is thought of.
fn compaction_thought_of() -> Arranged {
    let (world, trace) = robbed(EXHAUSTED, Gfp::KERNEL | Gfp::RETRY_MAYFAIL);
    let range = ["slowpath.retry_compact#1", "slowpath.retry_compact#1"];
    Arranged { name: "compaction-thought-of", world, trace, range }
}

/// A process with a page that was written; its rights were taken and given back, so the TLB does
/// not know it. Returns the page's address.
fn written() -> (Session, VirtAddr) {
    let session = golden::run(
        "boot ram=96M thp=never\n\
         spawn web bare\n\
         web: a = mmap 16K\n\
         web: write a\n\
         web: mprotect a 16K r; mprotect a 16K rw\n",
    );
    let Some(Ok(Value::Address(va))) = session.record(3).map(|record| record.outcome.result.clone()) else {
        panic!("an address");
    };
    (session, va)
}

/// The entry is as if the page had been brought in ahead of its use.
fn entry_not_used_yet() -> Arranged {
    let (session, va) = written();
    let (mut world, mut trace) = (session.world().clone(), Trace::new(Detail::Full));
    let (task, (table, index, raw)) = entry(&world, va);
    let bits = &world.rest.virt.mode.codec.hardware;
    let unused = raw & !(bits.accessed | bits.dirty);
    world.rest.virt.tables.set(table, index, unused, &mut Trace::new(Detail::Off));
    world.ctx(CpuId(0)).access(task, va, Access::Write, &mut trace).expect("an access that is allowed");
    Arranged { name: "entry-not-used-yet", world, trace, range: ["start", "end"] }
}

/// The hardware may not write, and before the kernel looks at the entry somebody else has allowed it.
fn entry_changed_meanwhile() -> Arranged {
    let (session, va) = written();
    let (mut world, mut trace) = (session.world().clone(), Trace::new(Detail::Full));
    let (task, (table, index, raw)) = entry(&world, va);
    let virt = &mut world.rest.virt;
    let read_only = raw & !virt.mode.codec.hardware.write;
    virt.tables.set(table, index, read_only, &mut Trace::new(Detail::Off));
    let mm = virt.mm_of(task);
    let Err(Exception::PageFault(code)) = virt.translate_access(CpuId(0), mm, va, Access::Write, &mut trace)
    else {
        panic!("a page fault");
    };
    virt.tables.set(table, index, raw, &mut Trace::new(Detail::Off));
    world.ctx(CpuId(0)).page_fault(task, va, code, &mut trace).expect("an access that is allowed");
    Arranged { name: "entry-changed-meanwhile", world, trace, range: ["start", "end"] }
}

/// Returns the last process, and the entry of one of its pages.
fn entry(world: &World, va: VirtAddr) -> (TaskId, (Pfn, u16, u64)) {
    let virt = &world.rest.virt;
    let (task, _) = virt.tasks.iter().last().expect("a process");
    (task, virt.leaf_entry(virt.mm_of(task), va).expect("an entry"))
}

/// kcompactd is woken, as by kswapd before it sleeps, and begins.
fn daemon_that_was_woken() -> Arranged {
    let session = golden::run(
        "boot ram=160M preset=fragmented thp=never\n\
         spawn p\n\
         p: a = mmap 40M\n\
         p: touch a 4K stride=8K count=4000\n\
         kernel: free_pages pinned[0..30]\n",
    );
    let (mut world, mut trace) = (session.world().clone(), Trace::new(Detail::Full));
    let (node, now) = (NodeId(0), world.rest.clock.now());
    world.phys.wakeup_kcompactd(node, Order::new(9), 2, &mut trace);
    world.phys.run_kcompactd(node, now, &mut world.rest, &mut trace);
    let range = ["compaction.wakeup_kcompactd#1", "compaction.begin#1"];
    Arranged { name: "daemon-that-was-woken", world, trace, range }
}

/// kswapd goes to sleep after a zone was scanned to its end in vain.
fn hints_that_are_cleared() -> Arranged {
    let session = golden::run(
        "boot ram=128M preset=fragmented thp=never\n\
         kernel: big = alloc_pages order=9 gfp=GFP_TRANSHUGE !ENOMEM\n\
         kernel: big = alloc_pages order=9 gfp=GFP_TRANSHUGE !ENOMEM\n",
    );
    let (mut world, mut trace) = (session.world().clone(), Trace::new(Detail::Full));
    world.phys.reset_isolation_suitable(NodeId(0), &world.rest, &mut trace);
    Arranged { name: "hints-that-are-cleared", world, trace, range: ["start", "end"] }
}
