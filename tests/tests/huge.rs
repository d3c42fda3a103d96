//! Huge pages against a real kernel's trace: 3000 pages mapped, touched and unmapped with huge
//! pages switched on (`512M-touch/touch/thp-trace.txt`).
//!
//! Frames differ, since another machine was running; what each fault asks of the page allocator,
//! in which order frames come, and in which order they go, does not.

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use mm::event::Event;
use mm::phys::alloc::page_alloc;
use mm::session::Session;
use mm::virt::fault;

/// An event of the trace; a frame is named by the allocation that gave it.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Seen {
    Fault(u64),
    Alloc { order: u8, gfp: String },
    Free { nth: Option<usize>, order: u8 },
}

/// Names frames by the order in which they were allocated.
#[derive(Default)]
struct Names {
    allocated: BTreeMap<u32, usize>,
    next: usize,
}

impl Names {
    fn alloc(&mut self, pfn: u32, order: u8, gfp: String) -> Seen {
        self.allocated.insert(pfn, self.next);
        self.next += 1;
        Seen::Alloc { order, gfp }
    }

    fn free(&mut self, pfn: u32, order: u8) -> Seen {
        Seen::Free { nth: self.allocated.remove(&pfn), order }
    }
}

/// Reads the trace. What khugepaged's own records take from the page allocator is left out.
fn captured() -> Vec<Seen> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle/512M-touch/touch/thp-trace.txt.gz");
    let text = common::text(&path);
    let mut names = Names::default();
    let mut seen = Vec::new();
    for line in text.lines() {
        let field = |name: &str| -> Option<&str> {
            line.split_whitespace().find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
        };
        let hex = |name| u64::from_str_radix(field(name)?.strip_prefix("0x")?, 16).ok();
        let block = || {
            let order = field("order").and_then(|order| order.parse().ok()).expect("an order");
            (u32::try_from(hex("pfn").expect("a frame")).expect("32 bits"), order)
        };
        if line.contains(" page_fault_user: ") {
            seen.push(Seen::Fault(hex("address").expect("an address")));
        } else if line.contains(" mm_page_alloc: ") {
            let gfp = field("gfp_flags").expect("flags").to_owned();
            if gfp != "GFP_KERNEL|__GFP_NOWARN|__GFP_NORETRY" {
                let (pfn, order) = block();
                seen.push(names.alloc(pfn, order, gfp));
            }
        } else if line.contains(" mm_page_free: ") {
            let (pfn, order) = block();
            seen.push(names.free(pfn, order));
        }
    }
    seen
}

/// Does the same in the model. The captured program had read its vDSO, so that the last table on
/// the way was there; a page beside it does that here.
fn modelled() -> Vec<Seen> {
    let script = "boot ram=512M thp=always; spawn t\nt: beside = mmap 4K fixed=0x7ffff7fff000; touch beside\n\
                  t: m = mmap 12000K; touch m; munmap m";
    let mut session = Session::new(mm_view::HOST);
    session.load(mm::script::parse(script).expect("a script"));
    session.run_all();
    let mut names = Names::default();
    let steps = session.records().iter().skip(4).flat_map(|record| record.trace.steps());
    let seen = steps.filter_map(|step| {
        if let Event::Fault(fault::Event::Raised { va, .. }) = step.event {
            Some(Seen::Fault(va.0))
        } else if let Event::Alloc(page_alloc::Event::Allocated { pfn, order, gfp, .. }) = step.event {
            Some(names.alloc(pfn.0, order.get(), gfp.to_string()))
        } else if let Event::Alloc(page_alloc::Event::Freed { pfn, order }) = step.event {
            Some(names.free(pfn.0, order.get()))
        } else {
            None
        }
    });
    seen.collect()
}

#[test]
fn three_thousand_pages_come_and_go_as_captured() {
    let (real, ours) = (captured(), modelled());
    for (at, pair) in real.iter().zip(&ours).enumerate() {
        assert_eq!(pair.0, pair.1, "event {at}");
    }
    assert_eq!(real.len(), ours.len());
}
