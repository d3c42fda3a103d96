//! Invariants of page tables, areas, counters and translation caches.
//!
//! Reads every address space's tables from its root and counts what it finds, without the
//! helpers that the algorithms use.

use std::collections::BTreeMap;

use crate::config::CpuId;
use crate::phys::Phys;
use crate::phys::vmstat::NodeStat;
use crate::store::{Kind, PageFlags};
use crate::units::{Order, PAGE_SIZE, Pfn, VirtAddr, count, low8};
use crate::virt::pte::{Entry, PteFlags};
use crate::virt::tlb::TlbPlace;
use crate::virt::vma::VmFlags;
use crate::virt::walk::{Access, Outcome, Privilege, translate};
use crate::virt::{MmCounter, MmId, Virt, VirtCounter};

/// What is wrong with virtual memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Violation {
    /// A table's frame is not a page-table page, or is used twice.
    TableFrame {
        /// Address space.
        mm: MmId,
        /// The frame.
        pfn: Pfn,
    },
    /// A page-table page of no address space.
    LostTable {
        /// The frame.
        pfn: Pfn,
    },
    /// An entry maps a frame that is not in use as such a page.
    MappedFrame {
        /// Address space.
        mm: MmId,
        /// Address of the page.
        va: VirtAddr,
        /// The frame.
        pfn: Pfn,
    },
    /// A page's number of mappings is not the number of entries that map it.
    Mappings {
        /// The frame.
        pfn: Pfn,
        /// What its page struct says.
        counted: u32,
        /// Entries found.
        found: u32,
    },
    /// An anonymous page that nothing maps.
    LostPage {
        /// The frame.
        pfn: Pfn,
    },
    /// An entry lies in no area, or allows what its area forbids.
    OutsideArea {
        /// Address space.
        mm: MmId,
        /// Address of the page.
        va: VirtAddr,
    },
    /// Two areas overlap, or one is empty or beyond user space.
    Areas {
        /// Address space.
        mm: MmId,
        /// First address of the later one.
        start: VirtAddr,
    },
    /// A counter of an address space is wrong.
    Counter {
        /// Address space.
        mm: MmId,
        /// Which.
        counter: MmCounter,
        /// What it says.
        counted: u64,
        /// What is there.
        found: u64,
    },
    /// The pages promised are not those of the areas that count.
    Committed {
        /// What the counter says.
        counted: u64,
        /// What the areas have.
        found: u64,
    },
    /// A statistic of all nodes is wrong.
    NodeStat {
        /// Which.
        item: NodeStat,
        /// What it says.
        counted: i64,
        /// What is there.
        found: u32,
    },
    /// A cached translation that the tables do not give.
    StaleTlb {
        /// CPU.
        cpu: CpuId,
        /// Page.
        page: VirtAddr,
    },
}

/// What the tables of all address spaces show.
struct Survey<'a> {
    phys: &'a Phys,
    virt: &'a Virt,
    tables: BTreeMap<Pfn, usize>,
    mapped: BTreeMap<Pfn, u32>,
    violations: Vec<Violation>,
}

/// What one address space has.
#[derive(Default)]
struct Found {
    anon: u64,
    file: u64,
    table_bytes: u64,
}

/// Returns everything that is wrong.
pub fn check(phys: &Phys, virt: &Virt) -> Vec<Violation> {
    let mut survey =
        Survey { phys, virt, tables: BTreeMap::new(), mapped: BTreeMap::new(), violations: Vec::new() };
    let spaces: Vec<(MmId, Pfn)> = virt.mms.iter().map(|(mm, space)| (mm, space.pgd)).collect();
    for (mm, root) in spaces {
        let mut found = Found::default();
        survey.note_table(mm, root, 0);
        survey.table(mm, root, 0, 0, &mut found);
        survey.counters(mm, &found);
        survey.areas(mm);
    }
    survey.committed();
    survey.frames();
    survey.statistics();
    survey.caches();
    survey.violations
}

impl Survey<'_> {
    fn note_table(&mut self, mm: MmId, pfn: Pfn, depth: usize) {
        let state = self.phys.mem_map.state(pfn);
        let order = if depth == 0 { self.virt.mode.root_order } else { Order::ZERO };
        let right = state.is_head() && state.kind() == Kind::PageTable && state.order() == order;
        if !right || self.tables.insert(pfn, depth).is_some() {
            self.violations.push(Violation::TableFrame { mm, pfn });
        }
    }

    fn table(&mut self, mm: MmId, table: Pfn, depth: usize, base: u64, found: &mut Found) {
        let level = self.virt.mode.levels[depth];
        let last = depth + 1 == self.virt.mode.levels.len();
        let entries: Vec<(u16, u64)> = self.virt.tables.entries(table, level.entries()).collect();
        for (index, raw) in entries {
            let va = base + (u64::from(index) << level.shift);
            if va >= self.virt.layout.task_size {
                // The kernel's half, the same for all.
                continue;
            }
            match self.virt.mode.codec.decode(raw, last) {
                Entry::Table { table, .. } => {
                    self.note_table(mm, table, depth + 1);
                    found.table_bytes += PAGE_SIZE;
                    self.table(mm, table, depth + 1, va, found);
                }
                Entry::Leaf { pfn, flags } => self.leaf(mm, VirtAddr(va), pfn, flags, found),
                Entry::None | Entry::Swap { .. } => {}
            }
        }
    }

    fn leaf(&mut self, mm: MmId, va: VirtAddr, pfn: Pfn, flags: PteFlags, found: &mut Found) {
        let area = self.virt.areas(mm).find(|vma| vma.contains(va));
        let allowed = area.is_some_and(|vma| {
            (vma.flags.contains(VmFlags::WRITE) || !flags.contains(PteFlags::WRITE))
                && (vma.flags.intersects(VmFlags::ACCESS) || !flags.contains(PteFlags::PRESENT))
        });
        if !allowed {
            self.violations.push(Violation::OutsideArea { mm, va });
        }
        if flags.contains(PteFlags::SPECIAL) {
            if pfn != self.virt.layout.zero_page || flags.contains(PteFlags::WRITE) {
                self.violations.push(Violation::MappedFrame { mm, va, pfn });
            }
            return;
        }
        let state = self.phys.mem_map.state(pfn);
        let exclusive = state.flags().contains(PageFlags::ANON_EXCLUSIVE);
        match state.kind() {
            Kind::Anon => found.anon += 1,
            Kind::File => found.file += 1,
            Kind::Hole
            | Kind::Reserved
            | Kind::Free
            | Kind::Pcp
            | Kind::BeforeCapture
            | Kind::Kernel
            | Kind::PageTable
            | Kind::Slab => self.violations.push(Violation::MappedFrame { mm, va, pfn }),
        }
        if state.kind() == Kind::Anon && flags.contains(PteFlags::WRITE) && !exclusive {
            self.violations.push(Violation::MappedFrame { mm, va, pfn });
        }
        *self.mapped.entry(pfn).or_default() += 1;
    }

    fn counters(&mut self, mm: MmId, found: &Found) {
        let pages = |keep: fn(VmFlags) -> bool| -> u64 {
            self.virt.areas(mm).filter(|vma| keep(vma.flags)).map(|vma| vma.pages()).sum()
        };

        let expected = [
            (MmCounter::AnonPages, found.anon),
            (MmCounter::FilePages, found.file),
            (MmCounter::PgtablesBytes, found.table_bytes),
            (MmCounter::MapCount, u64::from(count(self.virt.areas(mm).count()))),
            (MmCounter::TotalVm, pages(|_| true)),
            (MmCounter::StackVm, pages(|flags| flags.contains(VmFlags::GROWSDOWN))),
            (
                MmCounter::DataVm,
                pages(|flags| {
                    flags.contains(VmFlags::WRITE)
                        && !flags.intersects(VmFlags::SHARED.with(VmFlags::GROWSDOWN))
                }),
            ),
            (
                MmCounter::ExecVm,
                pages(|flags| {
                    flags.contains(VmFlags::EXEC)
                        && !flags.intersects(VmFlags::WRITE.with(VmFlags::GROWSDOWN))
                }),
            ),
            (MmCounter::LockedVm, pages(|flags| flags.contains(VmFlags::LOCKED))),
        ];
        for (counter, found) in expected {
            let counted = self.virt.mm_counter(mm, counter);
            if counted != found {
                self.violations.push(Violation::Counter { mm, counter, counted, found });
            }
        }
    }

    fn areas(&mut self, mm: MmId) {
        let mut end = VirtAddr(0);
        for vma in self.virt.areas(mm) {
            let inside = vma.start < vma.end && vma.end.0 <= self.virt.layout.task_size;
            let aligned = vma.start.page_offset() == 0 && vma.end.page_offset() == 0;
            if vma.start < end || !inside || !aligned {
                self.violations.push(Violation::Areas { mm, start: vma.start });
            }
            end = vma.end;
        }
    }

    fn committed(&mut self) {
        let of_areas = |mm| -> u64 {
            let areas = self.virt.areas(mm).filter(|vma| vma.flags.contains(VmFlags::ACCOUNT));
            areas.map(|vma| vma.pages()).sum()
        };
        let found = self.virt.mms.iter().map(|(mm, _)| of_areas(mm)).sum();
        let counted = self.virt.counter(VirtCounter::Committed);
        if counted != found {
            self.violations.push(Violation::Committed { counted, found });
        }
    }

    fn frames(&mut self) {
        let end = self.phys.mem_map.end();
        for (pfn, state) in self.phys.mem_map.blocks(Pfn(0), end) {
            match state.kind() {
                Kind::PageTable if !self.tables.contains_key(&pfn) => {
                    self.violations.push(Violation::LostTable { pfn });
                }
                Kind::Anon if !self.mapped.contains_key(&pfn) => {
                    // Another CPU's batch may hold it until it is drained.
                    if !state.flags().contains(PageFlags::LRU_BATCH) {
                        self.violations.push(Violation::LostPage { pfn });
                    }
                }
                Kind::Anon => {
                    let (counted, found) = (state.mappings(), self.mapped[&pfn]);
                    if counted != found {
                        self.violations.push(Violation::Mappings { pfn, counted, found });
                    }
                }
                Kind::Hole
                | Kind::Reserved
                | Kind::Free
                | Kind::Pcp
                | Kind::BeforeCapture
                | Kind::Kernel
                | Kind::PageTable
                | Kind::File
                | Kind::Slab => {}
            }
        }
    }

    fn statistics(&mut self) {
        let lowest = self.virt.mode.levels.len() - 1;
        let counted_depths = |depth: usize| depth > 0 && depth + 1 >= lowest;
        let tables = count(self.tables.values().filter(|&&depth| counted_depths(depth)).count());
        let anon = |pfn: &&Pfn| self.phys.mem_map.state(**pfn).kind() == Kind::Anon;
        let anon = count(self.mapped.keys().filter(anon).count());
        for (item, found) in [(NodeStat::NrPageTablePages, tables), (NodeStat::NrAnonPages, anon)] {
            let nodes = 0..low8(u64::from(count(self.phys.nodes().len())));
            let counted =
                nodes.map(|node| self.phys.vmstat.node_exact(crate::config::NodeId(node), item)).sum();
            if counted != i64::from(found) {
                self.violations.push(Violation::NodeStat { item, counted, found });
            }
        }
    }

    fn caches(&mut self) {
        for cpu in (0..self.virt.tlb.cpus()).map(CpuId) {
            let tagged: Vec<(MmId, u16)> =
                self.virt.mms.iter().filter_map(|(mm, _)| Some((mm, self.virt.pcid(cpu, mm)?))).collect();
            for place in self.virt.tlb.entries(cpu) {
                let owner = tagged.iter().find(|(_, pcid)| *pcid == place.pcid);
                if let Some(&(mm, _)) = owner
                    && !self.is_current(mm, &place)
                {
                    self.violations.push(Violation::StaleTlb { cpu, page: place.page });
                }
            }
        }
    }

    /// Returns whether the tables give what the entry says; they may allow more.
    fn is_current(&self, mm: MmId, place: &TlbPlace) -> bool {
        let root = self.virt.root(mm);
        let access = if place.entry.write { Access::Write } else { Access::Read };
        let walk = translate(self.virt.mode, &self.virt.tables, root, place.page, access, Privilege::User);
        match walk.outcome {
            Outcome::Translated { entry, .. } => {
                entry.pfn == place.entry.pfn
                    && entry.shift == place.entry.shift
                    && (entry.dirty || !place.entry.dirty)
                    && (entry.exec || !place.entry.exec)
            }
            Outcome::NotPresent { .. } | Outcome::Protection { .. } | Outcome::NonCanonical => false,
        }
    }
}
