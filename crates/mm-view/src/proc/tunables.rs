//! Tunables of `/proc/sys/vm` and `/sys/kernel/mm`: one line each.

use mm::config::{ThpDefrag, ThpMode};
use mm::phys::compaction::CompactTunable;
use mm::phys::zone::Tunable;
use mm::sysctl;
use mm::world::World;

use super::Print;

/// Every tunable with its text, the same paths that `echo` can write.
pub(super) const TUNABLES: &[(&str, Print)] = &[
    (sysctl::THP_ENABLED, |world| choice(&ThpMode::ALL, world.rest.sysctl.thp().enabled, ThpMode::name)),
    (sysctl::THP_DEFRAG, |world| choice(&ThpDefrag::ALL, world.rest.sysctl.thp().defrag, ThpDefrag::name)),
    (sysctl::THP_ZERO_PAGE, |world| flag(world.rest.sysctl.thp().use_zero_page)),
    (sysctl::KHUGEPAGED_DEFRAG, |world| flag(world.rest.sysctl.khugepaged_defrag())),
    (sysctl::MIN_FREE_KBYTES, |world| number(world, Tunable::MinFreeKbytes)),
    (sysctl::WATERMARK_SCALE_FACTOR, |world| number(world, Tunable::WatermarkScaleFactor)),
    (sysctl::WATERMARK_BOOST_FACTOR, |world| number(world, Tunable::WatermarkBoostFactor)),
    (sysctl::LOWMEM_RESERVE_RATIO, lowmem_reserve_ratio),
    (sysctl::PERCPU_PAGELIST_HIGH_FRACTION, |world| number(world, Tunable::PercpuPagelistHighFraction)),
    (sysctl::NUMA_ZONELIST_ORDER, |_| "Node\n".to_owned()),
    (sysctl::EXTFRAG_THRESHOLD, |world| compact(world, CompactTunable::ExtfragThreshold)),
    (sysctl::COMPACTION_PROACTIVENESS, |world| compact(world, CompactTunable::Proactiveness)),
    (sysctl::COMPACT_UNEVICTABLE_ALLOWED, |world| compact(world, CompactTunable::UnevictableAllowed)),
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

fn compact(world: &World, tunable: CompactTunable) -> String {
    format!("{}\n", world.phys.compaction().tunable(tunable))
}

fn flag(on: bool) -> String {
    format!("{}\n", u8::from(on))
}

/// All values, the one in force in brackets: `always madvise [never]`.
fn choice<T: Copy + PartialEq>(all: &[T], now: T, name: impl Fn(T) -> &'static str) -> String {
    let word = |&value: &T| if value == now { format!("[{}]", name(value)) } else { name(value).to_owned() };
    let words: Vec<String> = all.iter().map(word).collect();
    format!("{}\n", words.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_written_can_be_read() {
        let readable: Vec<&str> = TUNABLES.iter().map(|(path, _)| *path).collect();
        assert_eq!(readable, sysctl::paths().collect::<Vec<_>>());
    }
}
