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

    /// Finds a preset by its name.
    pub fn from_name(name: &str) -> Option<Preset> {
        Preset::ALL.into_iter().find(|preset| preset.name() == name)
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
