//! A machine: the parts that commands work on, as data.
//!
//! Functions take the parts they need; only the few top paths take all of it. Everything that
//! changes after boot is in a store, so that [`World::restore`] can put back any word.

use std::rc::Rc;

use crate::config::{CpuId, MachineConfig};
use crate::import::freelists::FreelistsState;
use crate::label::{Label, Labels};
use crate::phys::alloc::pin::Pinning;
use crate::phys::boot::initrd_pages;
use crate::phys::{Phys, boot};
use crate::rest::{Ctx, Rest};
use crate::script::{Address, Base, Pick};
use crate::store::journal::Versions;
use crate::store::stores::stores;
use crate::store::{Digest, Slot, Store, TableId};
use crate::trace::{Detail, Trace};
use crate::units::{Bytes, Order, PAGE_SIZE, Pfn, VirtAddr};
use crate::virt::KernelMap;
use crate::virt::paging::direct_map::DirectMapLeaves;

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

/// A machine that boots, some pageblocks at a time.
#[derive(Debug)]
pub struct Booting {
    config: MachineConfig,
    stage: Stage,
    tr: Trace,
}

#[derive(Debug)]
enum Stage {
    /// Its memory goes to the page allocator.
    Memory(Box<boot::Booting>),
    /// Pages are pinned in it.
    Pinning(Box<Phys>, Pinning),
    /// It has been handed out.
    Over,
}

impl Booting {
    /// Begins to boot a machine from its description.
    pub fn new(config: MachineConfig) -> Booting {
        let stage = Stage::Memory(Box::new(boot::Booting::new(&config)));
        Booting { config, stage, tr: Trace::new(Detail::Off) }
    }

    /// Goes on for about `units` units of work; returns the machine once it has booted.
    ///
    /// # Panics
    /// When it has booted already.
    pub fn go_on(&mut self, units: u32) -> Option<Box<World>> {
        match core::mem::replace(&mut self.stage, Stage::Over) {
            Stage::Memory(mut memory) => {
                let goes_on = memory.go_on(units);
                self.stage = match self.config.pinned {
                    _ if goes_on => Stage::Memory(memory),
                    Some(order) => Stage::Pinning(memory.end(), Pinning::new(order)),
                    None => return Some(Box::new(World::around(*memory.end(), self.config.clone()))),
                };
            }
            Stage::Pinning(mut phys, mut pinning) => {
                if !phys.pin_some(&mut pinning, units, &mut self.tr) {
                    return Some(self.pinned(*phys, pinning.pages()));
                }
                self.stage = Stage::Pinning(phys, pinning);
            }
            Stage::Over => unreachable!("a machine boots once"),
        }
        None
    }

    fn pinned(&mut self, phys: Phys, pages: Vec<Pfn>) -> Box<World> {
        let mut world = Box::new(World::around(phys, self.config.clone()));
        if !pages.is_empty() {
            let pages = Label::Blocks { frames: Rc::new(pages.into_iter().collect()), order: Order::ZERO };
            world.labels.set(PINNED, pages, &mut self.tr);
        }
        world
    }

    /// Returns how many frames are done, and how many there are: until pages are pinned.
    pub fn frames(&self) -> (u64, u64) {
        match &self.stage {
            Stage::Memory(memory) => memory.frames(),
            Stage::Pinning(..) | Stage::Over => (1, 1),
        }
    }
}

impl Default for World {
    fn default() -> World {
        World::boot(MachineConfig::default())
    }
}

impl World {
    /// Boots a machine from its description.
    pub fn boot(config: MachineConfig) -> World {
        let mut booting = Booting::new(config);
        loop {
            if let Some(world) = booting.go_on(u32::MAX) {
                return *world;
            }
        }
    }

    /// Boots a machine whose frames are as a real kernel printed them.
    pub fn from_freelists(state: &FreelistsState, config: MachineConfig) -> World {
        let phys = Phys::from_freelists(state, &config);
        World::around(phys, config)
    }

    fn around(phys: Phys, config: MachineConfig) -> World {
        let ram = boot::memory_map(&config);
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
        let ram = boot::memory_map(&self.config);
        let initrd = Bytes(u64::from(initrd_pages(&self.config)) * PAGE_SIZE);
        DirectMapLeaves::of(self.config.arch, &ram, self.rest.virt.layout.direct_map_bytes, initrd)
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
