//! The page allocator against two others: a bitmap after every operation, and a bare buddy
//! allocator where both must answer alike. `MMSCOPE_ALLOCATIONS=10000000` makes the run long.

use buddy_system_allocator::FrameAllocator;
use mm::gfp::Gfp;
use mm::phys::{AllocRequest, Phys};
use mm::rng::Rng;
use mm::trace::{Detail, Trace};
use mm::units::{Order, Pfn, index, low8};
use mmscope_tests::allocator::{self, Blocks, Checked, Crowd, machine};

/// Operations in CI, shared out among the machines.
const OPERATIONS: u64 = 200_000;

/// Returns the operations of a long run that this share of it performs.
fn operations(percent: u64) -> u64 {
    let wanted = std::env::var("MMSCOPE_ALLOCATIONS").ok().and_then(|text| text.parse().ok());
    wanted.unwrap_or(OPERATIONS) * percent / 100
}

#[test]
fn laws_hold_on_a_megabyte_after_each_operation() {
    allocator::run::<Blocks>(|seed| machine::tiny(256, seed), 1, operations(15), Checked::Always);
}

#[test]
fn laws_hold_on_four_megabytes_after_each_operation() {
    allocator::run::<Blocks>(|seed| machine::tiny(1024, seed), 2, operations(5), Checked::Always);
}

#[test]
fn laws_hold_on_sixteen_megabytes_after_each_operation() {
    allocator::run::<Blocks>(|seed| machine::tiny(4096, seed), 3, operations(3), Checked::Always);
}

#[test]
fn laws_hold_while_memory_of_processes_is_compacted() {
    allocator::run::<Crowd>(|seed| machine::tiny(1024, seed), 5, operations(2), Checked::Always);
    allocator::run::<Crowd>(|seed| machine::tiny(4096, seed), 6, operations(1), Checked::Always);
}

#[test]
fn laws_hold_while_memory_of_processes_is_compacted_on_large_machines() {
    allocator::run::<Crowd>(machine::booted, 9, operations(2), Checked::Every(1000));
}

/// Seven machines, one of each kind.
#[test]
fn laws_hold_on_machines_of_every_kind_after_each_hundred_operations() {
    for seed in 0..7 {
        allocator::run::<Blocks>(|_| machine::booted(seed), seed, operations(1) / 2, Checked::Every(100));
    }
}

#[test]
fn laws_hold_on_large_machines_at_times() {
    allocator::run::<Blocks>(machine::booted, 4, operations(68), Checked::Every(1000));
}

#[test]
fn what_is_not_recorded_is_the_same() {
    for seed in 0..7 {
        allocator::detail_changes_nothing::<Blocks>(machine::booted, seed, operations(1) / 4);
    }
    allocator::detail_changes_nothing::<Blocks>(|seed| machine::tiny(4096, seed), 8, operations(1));
    allocator::detail_changes_nothing::<Crowd>(|seed| machine::tiny(4096, seed), 9, operations(1) / 10);
}

/// Frames of the machine that both allocators share out.
const FRAMES: u32 = 4096;

/// Blocks of one migrate type come and go last in, first out: then the free blocks of each size
/// are the same whatever the places, and both must refuse the same requests.
#[test]
fn a_bare_buddy_allocator_refuses_the_same_requests() {
    for seed in 1..=20 {
        let mut world = machine::tiny(FRAMES, seed);
        let mut tr = Trace::new(Detail::Off);
        let mut peer: FrameAllocator<32> = FrameAllocator::new();
        // It may merge beyond the largest order: what is asked for is the same.
        peer.insert(1..index(FRAMES));
        let mut rng = Rng::new(seed);
        let mut held: Vec<(Pfn, usize, Order)> = Vec::new();
        let mut refused = 0;
        for at in 0..5_000 {
            if rng.below(100) < 55 {
                let order = Order::new(low8(*rng.pick(&[0, 0, 0, 1, 2, 3, 4, 5, 7, 9, 10])));
                let request = AllocRequest::new(order, Gfp::HIGHUSER_MOVABLE | Gfp::MEMALLOC | Gfp::NOWARN);
                let ours = world.phys.alloc_pages(request, &mut world.rest, &mut tr);
                world.phys.drain_all_pages(&mut tr);
                let theirs = peer.alloc(index(order.pages()));
                assert_eq!(ours.is_some(), theirs.is_some(), "seed {seed}, operation {at}, {order:?}");
                match (ours, theirs) {
                    (Some(ours), Some(theirs)) => held.push((ours, theirs, order)),
                    (None, _) | (_, None) => refused += 1,
                }
            } else if let Some((ours, theirs, order)) = held.pop() {
                world.phys.free_pages(ours, order, mm::config::CpuId(0), &mut tr);
                world.phys.drain_all_pages(&mut tr);
                peer.dealloc(theirs, index(order.pages()));
            }
        }
        assert!(refused > 0, "seed {seed} never ran out of memory");
        assert_eq!(sizes(&world.phys), sizes_of(&mut peer), "seed {seed}: free blocks by size, in the end");
    }
}

/// Free blocks of each order.
fn sizes(phys: &Phys) -> Vec<u64> {
    let zone = phys.zones().iter().find(|(_, zone)| zone.spanned > 0).expect("a zone with memory").0;
    Order::ZERO.and_up().map(|order| phys.nr_free(zone, order)).collect()
}

/// Free blocks of each order, found by taking the largest first.
fn sizes_of(peer: &mut FrameAllocator<32>) -> Vec<u64> {
    let mut sizes: Vec<u64> = Order::ZERO
        .and_up()
        .rev()
        .map(|order| {
            let mut blocks = 0;
            while peer.alloc(index(order.pages())).is_some() {
                blocks += 1;
            }
            blocks
        })
        .collect();
    sizes.reverse();
    sizes
}
