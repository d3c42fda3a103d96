//! Machines for long sequences: as small as a few hundred frames, or booted.

use core::fmt::Write;

use mm::config::{Arch, MachineConfig, Portion};
use mm::import::freelists::FreelistsState;
use mm::rng::Rng;
use mm::units::{Bytes, Order};
use mm::world::World;

/// Makes a machine of one zone with `frames` frames, the first of them missing as on every PC:
/// the dump that it would print, read as a captured one is. Marks and limits of the per-CPU
/// lists vary with the seed.
///
/// # Panics
/// When the dump is not one that the model takes.
pub fn tiny(frames: u32, seed: u64) -> World {
    let mut rng = Rng::new(seed);
    let min = u64::from(frames) / 256 * rng.below(4);
    let batch = *rng.pick(&[1, 7, 31]);
    let high = batch * (2 + rng.below(6));
    let managed = frames - 1;
    let mut dump = format!(
        "zone node=0 name=DMA start_pfn=1 spanned={managed} present={managed} managed={managed} \
         free={managed} min={min} low={} high={} boost=0 lowmem_reserve=0,0,0,0,0 highatomic=0 flags=0x0 \
         diff=0, stat_threshold=2\n",
        min + min / 4,
        min + min / 2,
    );
    let mut lists: Vec<String> = vec![String::new(); 11];
    let mut first = 1;
    while first < frames {
        let fits = |order: &Order| first.is_multiple_of(order.pages()) && first + order.pages() <= frames;
        let order = Order::ZERO.and_up().rfind(fits).expect("one frame fits");
        let _ = write!(lists[usize::from(order.get())], " {first}");
        first += order.pages();
    }
    for (order, list) in lists.iter().enumerate().filter(|(_, list)| !list.is_empty()) {
        let _ = writeln!(dump, " free order={order} mt=M:{list}");
    }
    let blocks = "M".repeat(mm::units::index(frames.div_ceil(512)));
    let _ = writeln!(dump, " pcp cpu=0 count=0 high={high} batch={batch} free_factor=0");
    let _ = writeln!(dump, " pageblocks order=9 first_pfn=0 types={blocks}\nend");
    let state = FreelistsState::parse(&dump).unwrap_or_else(|error| panic!("{error:?} in\n{dump}"));
    let config = state.machine();
    World::from_freelists(&state, config)
}

/// Boots a machine of some kind: small or large, with processors, nodes, high memory, or zone
/// Movable. Seven seeds that follow each other make all kinds.
pub fn booted(seed: u64) -> World {
    const MB: u64 = 1 << 20;
    let of = |megabytes: u64| MachineConfig { ram: Bytes(megabytes * MB), ..MachineConfig::default() };
    let two_nodes = || MachineConfig { cpus: 2, nodes: 2, ..of(256) };
    let i386 = || MachineConfig { arch: Arch::I386, ..of(1024) };
    World::boot(match seed % 7 {
        0 => of(96),
        1 => MachineConfig { cpus: 3, ..of(160) },
        2 => two_nodes(),
        3 => i386(),
        4 => MachineConfig { movablecore: Some(Portion::Percent(40)), ..two_nodes() },
        5 => MachineConfig { kernelcore: Some(Portion::Percent(90)), ..i386() },
        _ => of(3840),
    })
}
