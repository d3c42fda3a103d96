//! Machines by name: what the lessons and the project's sources speak of.
//!
//! A preset is a [`MachineConfig`] and nothing else, so that `boot preset=NAME ram=4G` can
//! change any part of it.

use crate::config::{Arch, MachineConfig, Remap, Topology};
use crate::units::{Bytes, Order};

/// A machine by name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Preset {
    /// A server of 76 GB: 19 922 944 page structs.
    Seed76G,
    /// A 32-bit PC whose RAM fills all 4 GB: most of it is high memory.
    I386With4G,
    /// A 64-bit PC of 4 GB whose board cannot move the RAM behind the PCI hole: all that is
    /// left lies below 4 GB, so zone Normal is empty.
    NoRemap4G,
    /// A virtual machine of 8 GB.
    Vm8G,
    /// Two nodes, each with a processor.
    TwoNodes,
    /// Two sockets of two nodes each, 12 and 32 apart.
    TwoSockets,
    /// One page pinned in every MB that the kernel can use directly.
    Fragmented,
}

impl Preset {
    /// Every preset, as lists show them.
    pub const ALL: [Preset; 7] = [
        Preset::Seed76G,
        Preset::I386With4G,
        Preset::NoRemap4G,
        Preset::Vm8G,
        Preset::TwoNodes,
        Preset::TwoSockets,
        Preset::Fragmented,
    ];

    /// Returns the name that scripts use.
    pub const fn name(self) -> &'static str {
        match self {
            Preset::Seed76G => "seed-76g",
            Preset::I386With4G => "i386-4g",
            Preset::NoRemap4G => "x86_64-4g-no-remap",
            Preset::Vm8G => "vm-8g",
            Preset::TwoNodes => "two-nodes",
            Preset::TwoSockets => "two-sockets",
            Preset::Fragmented => "fragmented",
        }
    }

    /// Returns the machine.
    pub fn config(self) -> MachineConfig {
        let machine = MachineConfig::default();
        let gb = |n: u64| Bytes(n << 30);
        match self {
            Preset::Seed76G => MachineConfig { ram: gb(76), ..machine },
            Preset::I386With4G => MachineConfig { arch: Arch::I386, ram: gb(4), ..machine },
            Preset::NoRemap4G => MachineConfig { ram: gb(4), remap: Remap::Lost, ..machine },
            Preset::Vm8G => MachineConfig { ram: gb(8), ..machine },
            Preset::TwoNodes => MachineConfig { ram: gb(1), nodes: 2, cpus: 2, ..machine },
            Preset::TwoSockets => {
                MachineConfig { ram: gb(2), nodes: 4, cpus: 4, topology: Topology::Sockets, ..machine }
            }
            Preset::Fragmented => MachineConfig { ram: gb(1), pinned: Some(Order::new(8)), ..machine },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check;
    use crate::config::NodeId;
    use crate::phys::zone::ZoneKind;
    use crate::phys::zone::vmstat::ZoneStat;
    use crate::world::World;

    #[test]
    fn every_preset_boots_to_a_sound_machine() {
        for preset in Preset::ALL {
            let world = World::boot(preset.config());
            let violations = check::all(&world);
            assert!(violations.is_empty(), "{preset:?}: {violations:?}");
        }
    }

    #[test]
    fn without_remapping_zone_normal_is_empty() {
        let world = World::boot(Preset::NoRemap4G.config());
        let zone = |kind| world.phys.zone(world.phys.find_zone(NodeId(0), kind).expect("a zone"));
        assert_eq!(zone(ZoneKind::Normal).spanned, 0);
        assert_eq!(zone(ZoneKind::Dma32).end().0, (3 << 18) - 32);
    }

    #[test]
    fn fragmented_memory_is_free_and_has_no_block_of_a_megabyte() {
        for config in [
            Preset::Fragmented.config(),
            MachineConfig { ram: Bytes(2 << 30), nodes: 2, ..Preset::Fragmented.config() },
        ] {
            let world = World::boot(config);
            for (id, zone) in world.phys.zones().iter().filter(|(_, zone)| zone.is_populated()) {
                let large = Order::new(8).and_up().map(|order| world.phys.nr_free(id, order)).sum::<u64>();
                assert_eq!(large, 0, "{zone:?}");
                let free = world.phys.frames.vmstat.zone(id, ZoneStat::NrFreePages);
                assert!(free * 10 > u64::from(zone.managed) * 9, "{free} of {zone:?}");
            }
        }
    }
}
