//! Order-0 allocate/free mix: the full Linux path against a bare buddy allocator.

use std::hint::black_box;
use std::time::Duration;

use buddy_system_allocator::FrameAllocator;
use mm::config::{CpuId, MachineConfig};
use mm::gfp::Gfp;
use mm::phys::{AllocRequest, NoRelief, Phys};
use mm::rng::Rng;
use mm::trace::{Detail, Trace};
use mm::units::{Bytes, Order, Pfn};

use crate::timing::{alone, time, versus};

const OPERATIONS: u64 = 1_000_000;
const FRAMES: usize = 1 << 18;
/// Blocks held at most: the mix moves between none and this many.
const HELD_MAX: usize = 100_000;

/// An allocation, or the freeing of the block at this place among those held.
enum Operation {
    Alloc,
    Free(usize),
}

fn mix() -> Vec<Operation> {
    let mut rng = Rng::new(7);
    let mut held = 0_usize;
    (0..OPERATIONS)
        .map(|_| {
            let alloc = held == 0 || (held < HELD_MAX && rng.below(100) < 52);
            if alloc {
                held += 1;
                Operation::Alloc
            } else {
                held -= 1;
                Operation::Free(usize::try_from(rng.below(held as u64 + 1)).expect("below the held"))
            }
        })
        .collect()
}

pub(crate) fn run() {
    let mix = mix();
    versus(
        "order-0 alloc/free mix, per operation, against `buddy_system_allocator`",
        OPERATIONS,
        || ours(&mix),
        || peer(&mix),
    );
    alone("1 000 000 order-0 allocations, detail off", || many(Detail::Off, 1_000_000));
    alone("100 000 order-0 allocations, full detail, as 10 commands", || {
        (0..10).map(|_| many(Detail::Full, 10_000)).sum()
    });
}

fn machine(ram: u64) -> Phys {
    Phys::boot(&MachineConfig { ram: Bytes(ram), ..MachineConfig::default() })
}

fn ours(mix: &[Operation]) -> Duration {
    let mut phys = machine(2 << 30);
    let mut tr = Trace::new(Detail::Off);
    let mut held: Vec<Pfn> = Vec::with_capacity(HELD_MAX);
    let request = AllocRequest::new(Order::ZERO, Gfp::HIGHUSER_MOVABLE);
    time(|| {
        for operation in mix {
            match operation {
                Operation::Alloc => {
                    held.push(phys.alloc_pages(request, &mut NoRelief, &mut tr).expect("room for the mix"));
                }
                Operation::Free(at) => phys.free_pages(held.swap_remove(*at), Order::ZERO, CpuId(0), &mut tr),
            }
        }
        black_box(&phys);
    })
    .0
}

fn peer(mix: &[Operation]) -> Duration {
    let mut allocator: FrameAllocator<32> = FrameAllocator::new();
    allocator.insert(0..FRAMES);
    let mut held: Vec<usize> = Vec::with_capacity(HELD_MAX);
    time(|| {
        for operation in mix {
            match operation {
                Operation::Alloc => held.push(allocator.alloc(1).expect("room for the mix")),
                Operation::Free(at) => allocator.dealloc(held.swap_remove(*at), 1),
            }
        }
        black_box(&allocator);
    })
    .0
}

fn many(detail: Detail, allocations: u32) -> Duration {
    let mut phys = machine(5 << 30);
    let mut tr = Trace::new(detail);
    let request = AllocRequest::new(Order::ZERO, Gfp::HIGHUSER_MOVABLE);
    time(|| {
        for _ in 0..allocations {
            black_box(phys.alloc_pages(request, &mut NoRelief, &mut tr).expect("room"));
        }
    })
    .0
}
