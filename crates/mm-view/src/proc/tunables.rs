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
];

fn number(world: &World, tunable: Tunable) -> String {
    format!("{}\n", world.phys.zones().tunable(tunable))
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
