//! Tunables of `/proc/sys/vm` and `/sys/kernel/mm`: one line each.

use mm::config::ThpMode;
use mm::phys::zone::Tunable;
use mm::sysctl;
use mm::world::World;

use super::Print;

/// Every tunable with its text, the same paths that `echo` can write.
pub(super) const TUNABLES: &[(&str, Print)] = &[
    (sysctl::THP_ENABLED, thp_enabled),
    (sysctl::MIN_FREE_KBYTES, |world| number(world, Tunable::MinFreeKbytes)),
    (sysctl::WATERMARK_SCALE_FACTOR, |world| number(world, Tunable::WatermarkScaleFactor)),
    (sysctl::WATERMARK_BOOST_FACTOR, |world| number(world, Tunable::WatermarkBoostFactor)),
    (sysctl::LOWMEM_RESERVE_RATIO, lowmem_reserve_ratio),
    (sysctl::PERCPU_PAGELIST_HIGH_FRACTION, |world| number(world, Tunable::PercpuPagelistHighFraction)),
    (sysctl::NUMA_ZONELIST_ORDER, |_| "Node\n".to_owned()),
];

fn number(world: &World, tunable: Tunable) -> String {
    format!("{}\n", world.phys.zones().tunable(tunable))
}

/// One number for each kind of zone, lowest first, between tabs.
fn lowmem_reserve_ratio(world: &World) -> String {
    let zones = world.phys.zones();
    let ratios = (0..zones.per_node()).map(|class| zones.tunable(Tunable::LowmemReserveRatio(class)));
    let ratios: Vec<String> = ratios.map(|ratio| ratio.to_string()).collect();
    format!("{}\n", ratios.join("\t"))
}

/// All modes, the one in force in brackets: `always madvise [never]`.
fn thp_enabled(world: &World) -> String {
    let word = |mode: ThpMode| {
        if mode == world.sysctl.thp() { format!("[{}]", mode.name()) } else { mode.name().to_owned() }
    };
    format!("{}\n", ThpMode::ALL.map(word).join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_written_can_be_read() {
        let readable: Vec<&str> = TUNABLES.iter().map(|(path, _)| *path).collect();
        assert_eq!(readable, sysctl::PATHS);
    }
}
