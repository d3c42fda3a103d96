//! Loading an address space on a CPU, and keeping every CPU's TLB honest.
//!
//! A CPU remembers the last six address spaces it ran under six tags; coming back to one of
//! them flushes nothing. One whose tables changed meanwhile loses its tag. Mirrors 6.1
//! `arch/x86/mm/tlb.c`: `choose_new_asid`, `flush_tlb_mm_range`.

use super::{Event, TlbCounter};
use crate::config::CpuId;
use crate::cost::Cost;
use crate::store::{Table, TableId};
use crate::trace::Trace;
use crate::units::{PAGE_SIZE, Pfn, VirtAddr, low16, low32};
use crate::virt::{MmId, Virt};

/// Tags that a CPU hands out (`TLB_NR_DYN_ASIDS`).
const ASIDS: u32 = 6;
/// Pages above which a flush takes everything (`tlb_single_page_flush_ceiling`).
pub const FLUSH_CEILING: u64 = 33;

const LOADED: u32 = 0;
const CR3: u32 = 1;
const NEXT_ASID: u32 = 2;
const FIRST_ASID: u32 = 3;
const WORDS: u32 = FIRST_ASID + ASIDS;

pub(in crate::virt) fn table(cpus: u8) -> Table {
    Table::new(TableId::CpuMm, u64::from(WORDS) * u64::from(cpus))
}

impl Virt {
    /// Returns the address space whose root is in CR3 of `cpu`, `None` before the first.
    #[inline]
    pub fn loaded_mm(&self, cpu: CpuId) -> Option<MmId> {
        let mm = low32(self.cpu_mm.get(u32::from(cpu.0) * WORDS + LOADED));
        (mm != 0).then_some(MmId(mm))
    }

    /// Returns the tag of `mm` on `cpu` if it has one there.
    pub fn pcid(&self, cpu: CpuId, mm: MmId) -> Option<u16> {
        let base = u32::from(cpu.0) * WORDS;
        if !self.tlb.geometry().pcid {
            return (self.loaded_mm(cpu) == Some(mm)).then_some(0);
        }
        let asid = (0..ASIDS).find(|asid| self.cpu_mm.get(base + FIRST_ASID + asid) == u64::from(mm.0))?;
        Some(low16(u64::from(asid)) + 1)
    }

    /// Returns what CR3 of `cpu` holds: the frame of the root, and the tag.
    #[inline]
    pub fn cr3(&self, cpu: CpuId) -> (Pfn, u16) {
        let word = self.cpu_mm.get(u32::from(cpu.0) * WORDS + CR3);
        (Pfn(low32(word)), low16(word >> 32))
    }

    /// Loads `mm` on `cpu` if another is loaded; returns its tag (`switch_mm_irqs_off`).
    #[inline]
    pub fn switch_mm(&mut self, cpu: CpuId, mm: MmId, tr: &mut Trace) -> u16 {
        if self.loaded_mm(cpu) == Some(mm) {
            return self.cr3(cpu).1;
        }
        let known = self.pcid(cpu, mm);
        self.load_mm(cpu, mm, known, tr)
    }

    #[cold]
    fn load_mm(&mut self, cpu: CpuId, mm: MmId, known: Option<u16>, tr: &mut Trace) -> u16 {
        let base = u32::from(cpu.0) * WORDS;
        self.cpu_mm.set(base + LOADED, u64::from(mm.0), tr);
        let (pcid, flushed) = match known {
            Some(pcid) => (pcid, false),
            None => (self.take_asid(cpu, mm, tr), true),
        };
        let root = self.root(mm);
        self.cpu_mm.set(base + CR3, u64::from(root.0) | u64::from(pcid) << 32, tr);
        if flushed {
            self.tlb.drop_pcid(cpu, pcid, tr);
            tr.spend(Cost::FlushAll);
        }
        tr.emit(Event::Switch { cpu, mm, pcid, pgd: root, flushed });
        pcid
    }

    /// Gives `mm` the next tag, which another address space may have had.
    fn take_asid(&mut self, cpu: CpuId, mm: MmId, tr: &mut Trace) -> u16 {
        if !self.tlb.geometry().pcid {
            return 0;
        }
        let base = u32::from(cpu.0) * WORDS;
        let next = low32(self.cpu_mm.get(base + NEXT_ASID));
        let asid = if next >= ASIDS { 0 } else { next };
        self.cpu_mm.set(base + NEXT_ASID, u64::from(asid + 1), tr);
        self.cpu_mm.set(base + FIRST_ASID + asid, u64::from(mm.0), tr);
        low16(u64::from(asid)) + 1
    }

    /// Flushes the pages of `start..end` of `mm` everywhere: one by one up to 33, all beyond
    /// (`flush_tlb_mm_range`).
    pub(in crate::virt) fn flush_range(
        &mut self,
        cpu: CpuId,
        mm: MmId,
        start: VirtAddr,
        end: VirtAddr,
        tr: &mut Trace,
    ) {
        self.flush_strides(cpu, mm, (start, end), PAGE_SIZE, tr);
    }

    /// Flushes what `start..end` of `mm` has in pages of `stride` bytes, of one size.
    pub(in crate::virt) fn flush_strides(
        &mut self,
        cpu: CpuId,
        mm: MmId,
        (start, end): (VirtAddr, VirtAddr),
        stride: u64,
        tr: &mut Trace,
    ) {
        if (end.0 - start.0) / stride > FLUSH_CEILING {
            self.flush_mm(cpu, mm, tr);
            return;
        }
        self.for_each_user(cpu, mm, tr, |virt, on, pcid, tr| {
            for page in 0..(end.0 - start.0).div_ceil(stride) {
                virt.tlb.flush_page(on, pcid, VirtAddr(start.0 + page * stride), tr);
                tr.spend(Cost::FlushPage);
            }
        });
    }

    /// Flushes all pages of `mm` everywhere.
    pub(in crate::virt) fn flush_mm(&mut self, cpu: CpuId, mm: MmId, tr: &mut Trace) {
        self.for_each_user(cpu, mm, tr, |virt, on, pcid, tr| {
            virt.tlb.flush_pcid(on, pcid, tr);
            tr.spend(Cost::FlushAll);
        });
    }

    /// Runs `flush` for each CPU on which `mm` is loaded, the running one first; the others
    /// are interrupted. Where `mm` only has a tag, it loses that.
    fn for_each_user(
        &mut self,
        cpu: CpuId,
        mm: MmId,
        tr: &mut Trace,
        flush: impl Fn(&mut Virt, CpuId, u16, &mut Trace),
    ) {
        let others = (0..self.tlb.cpus()).map(CpuId).filter(|&other| other != cpu);
        for on in core::iter::once(cpu).chain(others) {
            let Some(pcid) = self.pcid(on, mm) else { continue };
            if self.loaded_mm(on) != Some(mm) {
                let word = u32::from(on.0) * WORDS + FIRST_ASID + u32::from(pcid) - 1;
                self.cpu_mm.set(word, 0, tr);
                continue;
            }
            if on != cpu {
                self.tlb.count(cpu, TlbCounter::Shootdown, 1, tr);
                tr.emit(Event::Shootdown { from: cpu, to: on });
            }
            flush(self, on, pcid, tr);
        }
    }

    /// Forgets `mm` on every CPU: it has ended.
    pub(crate) fn forget_mm(&mut self, mm: MmId, tr: &mut Trace) {
        for cpu in (0..self.tlb.cpus()).map(CpuId) {
            if let Some(pcid) = self.pcid(cpu, mm) {
                self.tlb.drop_pcid(cpu, pcid, tr);
            }
            let base = u32::from(cpu.0) * WORDS;
            if self.loaded_mm(cpu) == Some(mm) {
                self.cpu_mm.set(base + CR3, 0, tr);
            }
            for word in (base + FIRST_ASID..base + WORDS).chain([base + LOADED]) {
                if self.cpu_mm.get(word) == u64::from(mm.0) {
                    self.cpu_mm.set(word, 0, tr);
                }
            }
        }
    }
}
