//! The walker against walkers that others wrote: the `x86_64` crate, and one line for i386.

use mm::rng::Rng;
use mm::trace::{Detail, Trace};
use mm::units::{Pfn, PhysAddr, VirtAddr, index, index64, low32};
use mm::virt::paging::page_table::PageTables;
use mm::virt::paging::paging_mode::{I386_2LEVEL, PagingMode, X86_64_4LEVEL};
use mm::virt::paging::walk::{Access, Outcome, Privilege, translate, walk};
use x86_64::structures::paging::mapper::{OffsetPageTable, Translate, TranslateResult};
use x86_64::structures::paging::{PageTable, PageTableFlags};

const PRESENT: u64 = 1;
const WRITE: u64 = 2;
const USER: u64 = 4;
const LARGE: u64 = 1 << 7;
/// Frames of the tables of one random address space; leaves may map anything.
const TABLES: u32 = 64;

/// Random tables, in our store and as plain rows of words.
struct Random {
    mode: &'static PagingMode,
    ours: PageTables,
    rows: Vec<Vec<u64>>,
    addresses: Vec<u64>,
    used: u32,
    tr: Trace,
}

impl Random {
    fn new(mode: &'static PagingMode, rng: &mut Rng) -> Random {
        let mut random = Random {
            mode,
            ours: PageTables::new(),
            rows: vec![vec![0; usize::from(mode.levels[0].entries())]; index(TABLES)],
            addresses: Vec::new(),
            used: 1,
            tr: Trace::new(Detail::Off),
        };
        while random.used + 4 < TABLES {
            random.add_path(rng);
        }
        random
    }

    fn set(&mut self, table: u32, at: u16, raw: u64) {
        self.ours.set(Pfn(table), at, raw, &mut self.tr);
        self.rows[index(table)][usize::from(at)] = raw;
    }

    /// Maps a random address, near one that is mapped already more often than not.
    fn add_path(&mut self, rng: &mut Rng) {
        let va = match self.addresses.last() {
            Some(&near) if rng.below(4) > 0 => nearby(near, 20, rng),
            Some(_) | None => rng.word() >> (64 - self.mode.va_bits),
        };
        let va = sign_extend(self.mode, va);
        self.addresses.push(va);
        let mut table = 0;
        for depth in 0..self.mode.levels.len() {
            let at = self.mode.index(VirtAddr(va), depth);
            let old = self.rows[index(table)][usize::from(at)];
            let leaf = depth == self.mode.leaf_depth();
            let level = &self.mode.levels[depth];
            if old & PRESENT != 0 && (leaf || old & LARGE != 0) {
                return;
            }
            if leaf || (level.may_be_leaf && old == 0 && rng.below(8) == 0) {
                let frames = 1 << (level.shift - self.mode.page_shift);
                let pfn = rng.below(1 << (self.mode.pa_bits.min(44) - 12)) / frames * frames;
                let large = if leaf { 0 } else { LARGE };
                let flags = rng.below(8) & (WRITE | USER) | if rng.below(8) == 0 { 0 } else { PRESENT };
                self.set(table, at, pfn << 12 | large | flags);
                return;
            }
            if old & PRESENT == 0 {
                let new = self.used;
                self.used += 1;
                self.set(table, at, u64::from(new) << 12 | PRESENT | WRITE | USER);
                table = new;
            } else {
                table = low32(old >> 12);
            }
        }
    }

    /// An address worth asking for: mapped, near one, or anything.
    fn question(&self, rng: &mut Rng) -> u64 {
        let near = *rng.pick(&self.addresses);
        match rng.below(4) {
            0 => near & !0xfff | rng.below(4096),
            1 => nearby(near, 30, rng),
            2 => rng.word(),
            _ => rng.word() >> (64 - self.mode.va_bits),
        }
    }

    fn answer(&self, va: u64) -> Option<PhysAddr> {
        let access = Access::Read;
        match translate(self.mode, &self.ours, Pfn(0), VirtAddr(va), access, Privilege::Kernel).outcome {
            Outcome::Translated { pa, .. } | Outcome::Protection { pa } => Some(pa),
            Outcome::NotPresent { .. } | Outcome::NonCanonical => None,
        }
    }
}

/// Returns an address that differs from `va` in some of the lower bits.
fn nearby(va: u64, spread: u64, rng: &mut Rng) -> u64 {
    let bits = 12 + rng.below(spread);
    va ^ rng.below(1 << bits)
}

fn sign_extend(mode: &PagingMode, va: u64) -> u64 {
    let va = va & ((1 << mode.va_bits) - 1);
    if mode.address_bits > mode.va_bits && va >> (mode.va_bits - 1) == 1 {
        va | !((1 << mode.va_bits) - 1)
    } else {
        va
    }
}

/// The tables as the `x86_64` crate wants them: pages of memory at an offset. It takes any
/// last entry that is not zero for a mapping, so those without the present bit are left out.
fn peer_tables(random: &Random) -> Vec<PageTable> {
    let entry = |raw: u64| {
        let mut table = PageTable::new();
        let flags = PageTableFlags::from_bits_truncate(raw & !0x000f_ffff_ffff_f000);
        table[0].set_addr(x86_64::PhysAddr::new(raw & 0x000f_ffff_ffff_f000), flags);
        table[0].clone()
    };
    let page = |row: &Vec<u64>| {
        let mut table = PageTable::new();
        for (at, &raw) in row.iter().enumerate().filter(|(_, raw)| **raw & PRESENT != 0) {
            table[at] = entry(raw);
        }
        table
    };
    random.rows.iter().map(page).collect()
}

#[test]
fn four_levels_agree_with_the_x86_64_crate() {
    let mut rng = Rng::new(4);
    for _ in 0..50 {
        let random = Random::new(&X86_64_4LEVEL, &mut rng);
        let mut tables = peer_tables(&random);
        let offset = x86_64::VirtAddr::from_ptr(tables.as_ptr());
        let root: *mut PageTable = tables.as_mut_ptr();
        #[expect(unsafe_code, reason = "the peer reads tables through raw memory")]
        // SAFETY: every present entry above the last level points into `tables`, which lives
        // as long as `peer` and is not touched otherwise meanwhile.
        let peer = unsafe { OffsetPageTable::new(&mut *root, offset) };
        for _ in 0..2_000 {
            let va = random.question(&mut rng);
            let Ok(theirs) = x86_64::VirtAddr::try_new(va) else {
                assert!(!X86_64_4LEVEL.is_canonical(VirtAddr(va)), "{va:#x}");
                continue;
            };
            assert!(X86_64_4LEVEL.is_canonical(VirtAddr(va)), "{va:#x}");
            let indices = [theirs.p4_index(), theirs.p3_index(), theirs.p2_index(), theirs.p1_index()];
            for (depth, at) in indices.into_iter().enumerate() {
                assert_eq!(X86_64_4LEVEL.index(VirtAddr(va), depth), u16::from(at), "{va:#x}");
            }
            let expected = match peer.translate(theirs) {
                TranslateResult::Mapped { frame, offset, .. } => {
                    Some(PhysAddr(frame.start_address().as_u64() + offset))
                }
                TranslateResult::NotMapped => None,
                TranslateResult::InvalidFrameAddress(_) => panic!("leaves are aligned"),
            };
            assert_eq!(random.answer(va), expected, "{va:#x}");
        }
    }
}

#[test]
fn two_levels_agree_with_one_line() {
    let mut rng = Rng::new(2);
    for _ in 0..50 {
        let random = Random::new(&I386_2LEVEL, &mut rng);
        let row = |table: u64, at: u64| random.rows[index64(table)][index64(at)];
        for _ in 0..2_000 {
            let va = random.question(&mut rng) & 0xffff_ffff;
            let (pde, offset) = (row(0, va >> 22), va & 0xfff);
            let pte = if pde & 0x81 == 1 { row(pde >> 12, va >> 12 & 1023) } else { 0 };
            let expected = match (pde & 0x81, pte & 1) {
                (0x81, _) => Some(pde & 0xffc0_0000 | va & 0x3f_ffff),
                (1, 1) => Some(pte & 0xffff_f000 | offset),
                _ => None,
            };
            assert_eq!(random.answer(va), expected.map(PhysAddr), "{va:#x}");
        }
    }
}

#[test]
fn hardware_sets_accessed_on_the_way_and_dirty_in_the_leaf() {
    let mut rng = Rng::new(9);
    let mut random = Random::new(&X86_64_4LEVEL, &mut rng);
    for _ in 0..2_000 {
        let va = VirtAddr(random.question(&mut rng));
        let access = *rng.pick(&[Access::Read, Access::Write]);
        let walked =
            walk(&X86_64_4LEVEL, &mut random.ours, Pfn(0), va, access, Privilege::User, &mut random.tr);
        let Outcome::Translated { entry, .. } = walked.outcome else { continue };
        assert!(entry.user && (access == Access::Read || entry.write && entry.dirty));
        for (depth, step) in walked.steps().iter().enumerate() {
            let raw = random.ours.entry(step.table, step.index);
            assert_eq!(raw >> 5 & 1, 1, "accessed at depth {depth}");
            let dirtied = raw >> 6 & 1 == 1 && step.raw >> 6 & 1 == 0;
            let leaf = depth + 1 == walked.steps().len();
            assert_eq!(dirtied, leaf && access == Access::Write && step.raw >> 6 & 1 == 0);
        }
    }
}
