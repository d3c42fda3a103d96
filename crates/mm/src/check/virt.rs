//! Invariants of page tables, areas, counters and translation caches.
//!
//! Reads every address space's tables from its root and counts what it finds, without the
//! helpers that the algorithms use.

use std::collections::BTreeMap;

use super::vmalloc::kernel_table_depth;
use crate::config::CpuId;
use crate::phys::Phys;
use crate::phys::zone::vmstat::NodeStat;
use crate::store::{Kind, PageFlags, PageState};
use crate::units::{Order, PAGE_SIZE, Pfn, VirtAddr, count, low8};
use crate::virt::area::vma::{Backing, VmFlags};
use crate::virt::paging::pte::{Entry, PteFlags};
use crate::virt::paging::walk::{Access, Outcome, Privilege, translate};
use crate::virt::rmap::compound::{deferred_link, frame_mappings};
use crate::virt::tlb::TlbPlace;
use crate::virt::{MmCounter, MmId, TaskId, Virt, VirtCounter};

/// What is wrong with virtual memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Violation {
    /// A process was chosen to die, does not run anywhere, and lives on.
    Undead {
        /// The process.
        task: TaskId,
    },
    /// A processor runs a process that has ended.
    RunsDead {
        /// The processor.
        cpu: CpuId,
    },
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
    /// A directory has not one empty spare table for each huge page it maps.
    SpareTables {
        /// Frame of the directory.
        directory: Pfn,
        /// Spare tables found.
        spare: u32,
        /// Huge pages it maps.
        huge: u32,
    },
    /// A huge page has not one reference for each mapping.
    References {
        /// Its first frame.
        pfn: Pfn,
        /// What its page struct says.
        counted: u32,
        /// Mappings found.
        found: u32,
    },
    /// A huge page, parts of which nobody maps, is in no queue.
    Unqueued {
        /// Its first frame.
        pfn: Pfn,
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
    huge: BTreeMap<Pfn, u32>,
    /// Depths of the kernel's own tables.
    kernel_tables: Vec<usize>,
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
    let (tables, mapped, huge) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut survey =
        Survey { phys, virt, tables, mapped, huge, kernel_tables: Vec::new(), violations: Vec::new() };
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
    survey.tasks();
    survey.violations
}

impl Survey<'_> {
    /// Only a process that runs can put its death off.
    fn tasks(&mut self) {
        let cpus = || (0..self.phys.cpus()).map(CpuId);
        let mut wrong = Vec::new();
        for (task, state) in self.virt.tasks.iter() {
            let runs = cpus().any(|cpu| self.virt.current(cpu) == Some(task));
            if state.alive && state.oom_victim && !runs {
                wrong.push(Violation::Undead { task });
            }
        }
        let lives = |task| self.virt.tasks.get(task).is_some_and(|task| task.alive);
        let dead = cpus().filter(|&cpu| self.virt.current(cpu).is_some_and(|task| !lives(task)));
        wrong.extend(dead.map(|cpu| Violation::RunsDead { cpu }));
        self.violations.extend(wrong);
    }

    fn note_table(&mut self, mm: MmId, pfn: Pfn, depth: usize) {
        let state = self.phys.frames.mem_map.state(pfn);
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
        let mut huge = 0;
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
                Entry::Leaf { pfn, flags } if last => self.leaf(mm, VirtAddr(va), pfn, flags, found),
                Entry::Leaf { pfn, flags } => {
                    huge += 1;
                    self.huge_leaf(mm, VirtAddr(va), pfn, flags, found);
                }
                Entry::None | Entry::Swap { .. } => {}
            }
        }
        if !last {
            self.spare_tables(mm, table, depth, huge, found);
        }
    }

    fn spare_tables(&mut self, mm: MmId, directory: Pfn, depth: usize, huge: u32, found: &mut Found) {
        let spare: Vec<Pfn> = self.phys.frames.mem_map.deposits(directory).collect();
        for &pfn in &spare {
            self.note_table(mm, pfn, depth + 1);
            found.table_bytes += PAGE_SIZE;
            let entries = self.virt.mode.levels[depth + 1].entries();
            if self.virt.tables.entries(pfn, entries).next().is_some() {
                self.violations.push(Violation::TableFrame { mm, pfn });
            }
        }
        let spare = count(spare.len());
        if spare != huge {
            self.violations.push(Violation::SpareTables { directory, spare, huge });
        }
    }

    fn huge_leaf(&mut self, mm: MmId, va: VirtAddr, pfn: Pfn, flags: PteFlags, found: &mut Found) {
        let end = VirtAddr(va.0 + self.virt.mode.huge_size());
        self.in_area(mm, (va, end), flags);
        let state = self.phys.frames.mem_map.state(pfn);
        let order = self.virt.mode.huge_order();
        let whole = state.is_head() && state.order() == order && state.flags().contains(PageFlags::HEAD);
        let zeroes = self.virt.huge_zero_page() == Some(pfn);
        let writable = flags.contains(PteFlags::WRITE);
        let right = match state.kind() {
            Kind::Anon => !writable || state.flags().contains(PageFlags::ANON_EXCLUSIVE),
            Kind::Kernel => zeroes && !writable,
            Kind::Hole
            | Kind::Reserved
            | Kind::Free
            | Kind::Pcp
            | Kind::Unknown
            | Kind::PageTable
            | Kind::File
            | Kind::Slab => false,
        };
        if !whole || !right {
            self.violations.push(Violation::MappedFrame { mm, va, pfn });
        }
        if !zeroes {
            found.anon += u64::from(order.pages());
            *self.huge.entry(pfn).or_default() += 1;
        }
    }

    /// Checks that the pages of a leaf lie in one area that allows what the leaf does.
    fn in_area(&mut self, mm: MmId, (va, end): (VirtAddr, VirtAddr), flags: PteFlags) {
        let area = self.virt.areas(mm).find(|vma| vma.contains(va) && end <= vma.end);
        let allowed = area.is_some_and(|vma| {
            (vma.flags.contains(VmFlags::WRITE) || !flags.contains(PteFlags::WRITE))
                && (vma.flags.intersects(VmFlags::ACCESS) || !flags.contains(PteFlags::PRESENT))
        });
        if !allowed {
            self.violations.push(Violation::OutsideArea { mm, va });
        }
    }

    fn leaf(&mut self, mm: MmId, va: VirtAddr, pfn: Pfn, flags: PteFlags, found: &mut Found) {
        self.in_area(mm, (va, VirtAddr(va.0 + PAGE_SIZE)), flags);
        if flags.contains(PteFlags::SPECIAL) {
            if pfn != self.virt.layout.zero_page || flags.contains(PteFlags::WRITE) {
                self.violations.push(Violation::MappedFrame { mm, va, pfn });
            }
            return;
        }
        let state = self.phys.frames.mem_map.block_of(pfn).map_or(PageState::INTERIOR, |(_, state)| state);
        let exclusive = self.phys.frames.mem_map.state(pfn).flags().contains(PageFlags::ANON_EXCLUSIVE);
        match state.kind() {
            Kind::Anon => found.anon += 1,
            Kind::File => found.file += 1,
            Kind::Hole
            | Kind::Reserved
            | Kind::Free
            | Kind::Pcp
            | Kind::Unknown
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
        let mms = || self.virt.mms.iter().map(|(mm, _)| mm);
        let mut objects = BTreeMap::new();
        for vma in mms().flat_map(|mm| self.virt.areas(mm)) {
            if let Backing::SharedAnon { inode, charged } = vma.backing {
                objects.insert(inode, charged);
            }
        }
        let found = mms().map(of_areas).sum::<u64>() + objects.values().sum::<u64>();
        let counted = self.virt.counter(VirtCounter::Committed);
        if counted != found {
            self.violations.push(Violation::Committed { counted, found });
        }
    }

    fn frames(&mut self) {
        let end = self.phys.frames.mem_map.end();
        for (pfn, state) in self.phys.frames.mem_map.blocks(Pfn(0), end) {
            match state.kind() {
                Kind::PageTable if !self.tables.contains_key(&pfn) => {
                    match kernel_table_depth(self.phys, pfn) {
                        Some(depth) => self.kernel_tables.push(depth),
                        None => self.violations.push(Violation::LostTable { pfn }),
                    }
                }
                Kind::Anon => self.anon_page(pfn, state),
                Kind::Hole
                | Kind::Reserved
                | Kind::Free
                | Kind::Pcp
                | Kind::Unknown
                | Kind::Kernel
                | Kind::PageTable
                | Kind::File
                | Kind::Slab => {}
            }
        }
    }

    /// Checks the counts of an anonymous page of any size.
    fn anon_page(&mut self, head: Pfn, state: PageState) {
        let map = &self.phys.frames.mem_map;
        let whole = self.huge.get(&head).copied().unwrap_or(0);
        let frames = (0..state.order().pages()).map(|at| head.add(at));
        let of_frame = |pfn| (pfn, frame_mappings(map, pfn), self.mapped.get(&pfn).copied().unwrap_or(0));
        let frames: Vec<(Pfn, u32, u32)> = frames.map(of_frame).collect();
        let found = whole + frames.iter().map(|(_, _, found)| found).sum::<u32>();
        // A processor's batch may hold it until it is drained.
        let held = state.flags().contains(PageFlags::LRU_BATCH);
        if found == 0 && !held {
            self.violations.push(Violation::LostPage { pfn: head });
        }
        for &(pfn, counted, found) in &frames {
            if counted != found {
                self.violations.push(Violation::Mappings { pfn, counted, found });
            }
        }
        if state.order() == Order::ZERO {
            return;
        }
        let counted = map.mappings(head);
        if counted != whole {
            self.violations.push(Violation::Mappings { pfn: head, counted, found: whole });
        }
        let counted = map.refcount(head);
        if counted != found + u32::from(held) {
            self.violations.push(Violation::References { pfn: head, counted, found });
        }
        let partly = whole == 0 && frames.iter().any(|&(_, _, found)| found == 0);
        let node = self.phys.zone(self.phys.zone_of(head)).node;
        let queue = self.phys.lists().split_queue(node);
        if partly && !map.list(queue).any(|link| link == deferred_link(head)) {
            self.violations.push(Violation::Unqueued { pfn: head });
        }
    }

    /// Counts the frames of anonymous pages that something maps, and those mapped as a whole.
    fn anon_frames(&self) -> (u32, u32) {
        let map = &self.phys.frames.mem_map;
        let blocks = map.blocks(Pfn(0), map.end()).filter(|(_, state)| state.kind() == Kind::Anon);
        blocks.fold((0, 0), |(all, huge), (head, state)| {
            let frames = state.order().pages();
            if self.huge.contains_key(&head) {
                return (all + frames, huge + frames);
            }
            let mapped = (0..frames).filter(|&at| self.mapped.contains_key(&head.add(at))).count();
            (all + count(mapped), huge)
        })
    }

    fn statistics(&mut self) {
        let lowest = self.virt.mode.levels.len() - 1;
        let counted_depths = |depth: usize| depth > 0 && depth + 1 >= lowest;
        // Of the kernel's own tables only the second lowest level counts.
        let of_kernel = self.kernel_tables.iter().filter(|&&depth| depth > 0 && depth + 1 == lowest);
        let tables = self.tables.values().filter(|&&depth| counted_depths(depth)).count();
        let tables = count(tables + of_kernel.count());
        let (anon, huge) = self.anon_frames();
        let items = [
            (NodeStat::NrPageTablePages, tables),
            (NodeStat::NrAnonPages, anon),
            (NodeStat::NrAnonTransparentHugepages, huge),
        ];
        for (item, found) in items {
            let nodes = 0..low8(u64::from(count(self.phys.nodes().len())));
            let counted =
                nodes.map(|node| self.phys.frames.vmstat.node_exact(crate::config::NodeId(node), item)).sum();
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
