//! `kmap`: an address for a frame that the direct map leaves out.
//!
//! On i386 frames above the direct map have no address of their own; 1024 slots lend them one.
//! A slot that nobody uses keeps its mapping until the search has gone round, then all of those
//! are cleared with one flush. Everywhere else, and for low memory, it is arithmetic. Mirrors
//! 6.1 `mm/highmem.c`.

use super::kernel_map::KERNEL_DATA;
use crate::cost::Cost;
use crate::errno::Errno;
use crate::func::Func;
use crate::rest::Ctx;
use crate::store::{Journal, Slot, TableId, Words};
use crate::trace::Trace;
use crate::units::{PAGE_SIZE, Pfn, VirtAddr, low16, low32};
use crate::virt::{AddressLayout, BandKind, KernelMap};

/// Slots, as many as a table of i386 has entries.
pub const LAST_PKMAP: u16 = 1024;

/// What happened to a frame's address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// The frame has an address in the direct map.
    Direct {
        /// The frame.
        pfn: Pfn,
        /// Its address.
        va: VirtAddr,
    },
    /// The frame got a slot.
    Mapped {
        /// The frame.
        pfn: Pfn,
        /// The slot.
        slot: u16,
        /// Its address.
        va: VirtAddr,
        /// Slots in use that the search passed.
        passed: u16,
    },
    /// The frame has a slot already.
    Again {
        /// The frame.
        pfn: Pfn,
        /// The slot.
        slot: u16,
        /// Its address.
        va: VirtAddr,
        /// `pkmap_count` now: users, and one for the mapping itself.
        pkmap_count: u32,
    },
    /// A user of a slot is gone; the mapping stays.
    Released {
        /// The frame.
        pfn: Pfn,
        /// The slot.
        slot: u16,
        /// `pkmap_count` now.
        pkmap_count: u32,
    },
    /// The search came round: slots without users were cleared.
    Cleared {
        /// How many.
        slots: u16,
    },
    /// Every slot has a user: the kernel would sleep until one is released.
    Full,
    /// A frame that has no slot was to be released.
    NotMapped {
        /// The frame.
        pfn: Pfn,
    },
}

/// The slots, and which frame has which.
#[derive(Clone, Debug)]
pub struct Pkmap {
    pub(crate) words: Words,
}

/// Word of the slot that was given last, behind the counts.
const LAST: u64 = 1024;
/// Words of the frames: slot + 1.
const PAGE_ADDRESS: u64 = 2048;

impl Pkmap {
    /// Makes empty slots.
    pub(in crate::virt) fn new() -> Pkmap {
        Pkmap { words: Words::new(TableId::Pkmap) }
    }

    /// Returns `pkmap_count` of a slot: 0 is empty, 1 mapped without users.
    pub fn count(&self, slot: u16) -> u32 {
        low32(self.words.get(u64::from(slot)))
    }

    /// Returns the slot that was given last.
    pub fn last(&self) -> u16 {
        low16(self.words.get(LAST))
    }

    /// Returns the slot of a frame.
    pub fn slot_of(&self, pfn: Pfn) -> Option<u16> {
        self.words.get(PAGE_ADDRESS + u64::from(pfn.0)).checked_sub(1).map(low16)
    }

    /// Returns the slot's word, to ask whether a step touched it.
    pub fn slot(&self, slot: u16) -> Slot {
        self.words.slot(u64::from(slot))
    }

    fn set_count(&mut self, slot: u16, count: u32, journal: &mut Journal) {
        self.words.set(u64::from(slot), u64::from(count), journal);
    }

    fn set_slot_of(&mut self, pfn: Pfn, slot: Option<u16>, journal: &mut Journal) {
        let word = slot.map_or(0, |slot| u64::from(slot) + 1);
        self.words.set(PAGE_ADDRESS + u64::from(pfn.0), word, journal);
    }
}

impl AddressLayout {
    /// Returns the address of a `kmap` slot, where there are slots.
    pub fn pkmap_address(&self, slot: u16) -> Option<VirtAddr> {
        self.band(BandKind::Pkmap).map(|band| VirtAddr(band.start + u64::from(slot) * PAGE_SIZE))
    }
}

impl Ctx<'_> {
    /// Returns an address for a frame until [`Ctx::kunmap`].
    ///
    /// # Errors
    /// `EAGAIN` when every slot has a user: the kernel sleeps.
    pub fn kmap(&mut self, pfn: Pfn, tr: &mut Trace) -> Result<VirtAddr, Errno> {
        if let Some(va) = KernelMap::address_of(self.rest.virt.layout, pfn) {
            tr.emit(Event::Direct { pfn, va });
            return Ok(va);
        }
        tr.span(Func::KmapHigh, |tr| match self.rest.virt.pkmap.slot_of(pfn) {
            Some(slot) => Ok(self.kmap_again(pfn, slot, tr)),
            None => self.map_new_virtual(pfn, tr),
        })
    }

    /// Gives back an address that [`Ctx::kmap`] gave.
    ///
    /// # Errors
    /// `EINVAL` when the frame has no slot with a user; the kernel stops there.
    pub fn kunmap(&mut self, pfn: Pfn, tr: &mut Trace) -> Result<(), Errno> {
        if let Some(va) = KernelMap::address_of(self.rest.virt.layout, pfn) {
            tr.emit(Event::Direct { pfn, va });
            return Ok(());
        }
        tr.span(Func::KunmapHigh, |tr| {
            let slot = self.rest.virt.pkmap.slot_of(pfn).filter(|&slot| self.rest.virt.pkmap.count(slot) > 1);
            match slot {
                Some(slot) => {
                    let count = self.rest.virt.pkmap.count(slot) - 1;
                    self.rest.virt.pkmap.set_count(slot, count, tr);
                    tr.emit(Event::Released { pfn, slot, pkmap_count: count });
                    Ok(())
                }
                None => {
                    tr.emit(Event::NotMapped { pfn });
                    Err(Errno::EINVAL)
                }
            }
        })
    }

    fn kmap_again(&mut self, pfn: Pfn, slot: u16, tr: &mut Trace) -> VirtAddr {
        let count = self.rest.virt.pkmap.count(slot) + 1;
        self.rest.virt.pkmap.set_count(slot, count, tr);
        let va = self.rest.virt.layout.pkmap_address(slot).expect("slots where frames have none");
        tr.emit(Event::Again { pfn, slot, va, pkmap_count: count });
        va
    }

    /// Takes the next slot without a mapping, in order, 6.1 `map_new_virtual`.
    fn map_new_virtual(&mut self, pfn: Pfn, tr: &mut Trace) -> Result<VirtAddr, Errno> {
        let mut slot = self.rest.virt.pkmap.last();
        let (mut left, mut passed) = (LAST_PKMAP, 0);
        loop {
            slot = (slot + 1) % LAST_PKMAP;
            if slot == 0 {
                self.flush_all_zero_pkmaps(tr);
                left = LAST_PKMAP;
            }
            if self.rest.virt.pkmap.count(slot) == 0 {
                break;
            }
            left -= 1;
            passed += 1;
            if left == 0 {
                tr.emit(Event::Full);
                return Err(Errno::EAGAIN);
            }
        }
        let va = self.rest.virt.layout.pkmap_address(slot).expect("slots where frames have none");
        let (table, index) = self.rest.virt.kernel_entry(va).expect("a table since boot");
        let raw = self.rest.virt.mode.codec.encode_page(pfn, KERNEL_DATA);
        self.rest.virt.tables.set_page(table, index, raw, tr);
        tr.spend(Cost::SetPte);
        self.rest.virt.pkmap.words.set(LAST, u64::from(slot), tr);
        self.rest.virt.pkmap.set_count(slot, 2, tr);
        self.rest.virt.pkmap.set_slot_of(pfn, Some(slot), tr);
        tr.emit(Event::Mapped { pfn, slot, va, passed });
        Ok(va)
    }

    /// Clears the slots that nobody uses, and flushes once for all of them.
    fn flush_all_zero_pkmaps(&mut self, tr: &mut Trace) {
        tr.span(Func::FlushAllZeroPkmaps, |tr| {
            let mut slots = 0;
            for slot in 0..LAST_PKMAP {
                if self.rest.virt.pkmap.count(slot) != 1 {
                    continue;
                }
                let va = self.rest.virt.layout.pkmap_address(slot).expect("slots");
                let (table, index) = self.rest.virt.kernel_entry(va).expect("a table since boot");
                let pfn = Pfn(self.rest.virt.mode.codec.pfn(self.rest.virt.tables.entry(table, index)));
                self.rest.virt.tables.set_page(table, index, 0, tr);
                tr.spend(Cost::SetPte);
                self.rest.virt.pkmap.set_count(slot, 0, tr);
                self.rest.virt.pkmap.set_slot_of(pfn, None, tr);
                slots += 1;
            }
            tr.emit(Event::Cleared { slots });
            if slots > 0
                && let Some(&band) = self.rest.virt.layout.band(BandKind::Pkmap)
            {
                self.rest.virt.flush_tlb_kernel_range(self.cpu, VirtAddr(band.start), VirtAddr(band.end), tr);
            }
        });
    }
}
