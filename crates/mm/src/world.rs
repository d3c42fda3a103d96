//! A machine: the parts that commands work on, as data.
//!
//! Functions take the parts they need; only the few top paths take all of it. Everything that
//! changes after boot is in a store, so that [`World::restore`] can put back any word.

use std::rc::Rc;

use crate::config::{CpuId, MachineConfig};
use crate::import::freelists::FreelistsState;
use crate::label::{Label, Labels};
use crate::phys::Phys;
use crate::rest::{Ctx, Rest};
use crate::script::{Address, Base, Pick};
use crate::store::journal::Versions;
use crate::store::stores::stores;
use crate::store::{Digest, Slot, Store, TableId};
use crate::trace::{Detail, Trace};
use crate::units::{Order, VirtAddr};
use crate::virt::KernelMap;
use crate::virt::direct_map::DirectMapLeaves;

/// A machine.
#[derive(Clone, Debug)]
pub struct World {
    /// What it was booted as.
    pub config: MachineConfig,
    /// Frames, zones, the page allocator.
    pub phys: Phys,
    /// Everything else of the machine: areas, processes, slabs, tunables, log, clock.
    pub rest: Rest,
    /// What the script's labels stand for.
    pub labels: Labels,
}

/// Label of the pages that a fragmented machine starts with, so that a script can free them.
const PINNED: &str = "pinned";

impl Default for World {
    fn default() -> World {
        World::boot(MachineConfig::default())
    }
}

impl World {
    /// Boots a machine from its description.
    pub fn boot(config: MachineConfig) -> World {
        let mut phys = Phys::boot(&config);
        let mut tr = Trace::new(Detail::Off);
        let pinned = config.pinned.map(|order| phys.pin_one_in_each(order, &mut tr));
        let mut world = World::around(phys, config);
        if let Some(frames) = pinned.filter(|frames| !frames.is_empty()) {
            let pages = Label::Blocks { frames: Rc::new(frames.into_iter().collect()), order: Order::ZERO };
            world.labels.set(PINNED, pages, &mut tr);
        }
        world
    }

    /// Boots a machine whose frames are as a real kernel printed them.
    pub fn from_freelists(state: &FreelistsState, config: MachineConfig) -> World {
        let phys = Phys::from_freelists(state, &config);
        World::around(phys, config)
    }

    fn around(phys: Phys, config: MachineConfig) -> World {
        let ram = crate::phys::boot::memory_map(&config);
        let rest = Rest::boot(&phys, &config, &ram);
        World { rest, labels: Labels::default(), phys, config }
    }

    /// Returns the frames that the page allocator manages.
    pub fn managed_pages(&self) -> u64 {
        self.phys.managed_pages()
    }

    /// Returns the frames of RAM.
    pub fn present_pages(&self) -> u64 {
        self.phys.zones().iter().map(|(_, zone)| u64::from(zone.present)).sum()
    }

    /// Returns in leaves of which sizes the direct map is.
    pub fn direct_map(&self) -> DirectMapLeaves {
        let ram = crate::phys::boot::memory_map(&self.config);
        DirectMapLeaves::of(self.config.arch, &ram, self.rest.virt.layout.direct_map_bytes)
    }

    /// Returns the parts that code of virtual memory works on, for a command on `cpu`.
    pub fn ctx(&mut self, cpu: CpuId) -> Ctx<'_> {
        self.rest.ctx(&mut self.phys, cpu)
    }

    /// Returns a fingerprint of all state: equal for equal machines.
    pub fn digest(&self) -> u64 {
        let mut digest = Digest::default();
        self.mix(&mut digest);
        digest.value()
    }

    /// Returns the number that a label stands for: an address, for blocks the one in the direct
    /// map. `pick` chooses among several blocks.
    pub fn label_value(&self, name: &str, pick: Option<u32>) -> Option<u64> {
        match self.labels.get(name)? {
            Label::Range { start, .. } => pick.is_none().then_some(start.0),
            Label::Blocks { frames, .. } => {
                let pfn = frames.get(pick.unwrap_or(0))?;
                KernelMap::address_of(self.rest.virt.layout, pfn).map(|va| va.0)
            }
            Label::Objects { at, .. } => at.get(pick.unwrap_or(0)).map(|address| address.0),
            Label::Cache(_) => None,
        }
    }

    /// Returns the place that an address of a script names, `None` where its label has no such
    /// value.
    pub fn address(&self, address: &Address) -> Option<VirtAddr> {
        let base = match &address.base {
            Base::Number(value) => *value,
            Base::Label(picked) => {
                let pick = picked.pick.map(|pick| match pick {
                    Pick::One(at) | Pick::Range { first: at, .. } => at,
                });
                self.label_value(picked.label.as_str(), pick)?
            }
        };
        Some(VirtAddr(address.resolve(base)))
    }
}

macro_rules! in_world {
    ($($(#[$doc:meta])* $id:ident => $($place:ident).+,)+) => {
        /// What is done to every store.
        impl World {
            /// Puts back a word of a delta, whose journal has `versions`: for undo and redo only.
            pub fn restore(&mut self, slot: Slot, value: u64, versions: &Versions) {
                match slot.table() {
                    $(TableId::$id => self.$($place).+.restore(slot.index(), value, versions),)+
                }
            }

            /// Lets copies made from now on share what is not written again.
            pub fn share(&mut self) {
                $(self.$($place).+.share();)+
            }

            /// Returns the bytes of its own: what no copy shares.
            pub fn bytes(&self) -> u64 {
                [$(self.$($place).+.bytes()),+].iter().sum()
            }

            /// Returns the bytes that copies may share and `older` does not.
            pub fn shared_bytes(&self, older: Option<&World>) -> u64 {
                [$(self.$($place).+.shared_bytes(older.map(|older| &older.$($place).+))),+].iter().sum()
            }

            fn mix(&self, digest: &mut Digest) {
                $(self.$($place).+.digest(digest);)+
            }
        }
    };
}
stores!(in_world);
