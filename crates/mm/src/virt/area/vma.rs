//! Areas: what is mapped where, and when two of them are one.
//!
//! Mirrors 6.1 `struct vm_area_struct` and the predicates of `mm/mmap.c`
//! (`can_vma_merge_before`, `can_vma_merge_after`, `is_mergeable_anon_vma`,
//! `anon_vma_compatible`). What the maple tree does is the store's ordered map.

use std::sync::Arc;

use crate::config::Arch;
use crate::units::{PAGE_SHIFT, VirtAddr};

/// Pages that stay unmapped below an area that grows down (`stack_guard_gap`).
pub const STACK_GUARD_PAGES: u64 = 256;

/// `vm_flags`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub struct VmFlags(u32);

macro_rules! flags {
    ($($(#[$doc:meta])* $name:ident = $bits:literal, $word:literal;)*) => {
        impl VmFlags {
            $($(#[$doc])* pub const $name: VmFlags = VmFlags($bits);)*

            /// Every flag with its two letters in the `VmFlags` line of `smaps`, in the line's order.
            pub const NAMES: &[(VmFlags, &'static str)] = &[$((VmFlags::$name, $word)),*];
        }
    };
}

flags! {
    /// May be read.
    READ = 0x1, "rd";
    /// May be written.
    WRITE = 0x2, "wr";
    /// May be executed.
    EXEC = 0x4, "ex";
    /// Writes go to the object, not to a copy.
    SHARED = 0x8, "sh";
    /// `mprotect` may allow reading.
    MAYREAD = 0x10, "mr";
    /// `mprotect` may allow writing.
    MAYWRITE = 0x20, "mw";
    /// `mprotect` may allow executing.
    MAYEXEC = 0x40, "me";
    /// The object was mapped shared.
    MAYSHARE = 0x80, "ms";
    /// Grows down to a faulting address: a stack.
    GROWSDOWN = 0x100, "gd";
    /// Frame numbers without page structs.
    PFNMAP = 0x400, "pf";
    /// Pages stay in memory.
    LOCKED = 0x2000, "lo";
    /// Device memory.
    IO = 0x4000, "io";
    /// Will be read in order.
    SEQ_READ = 0x8000, "sr";
    /// Will be read at random.
    RAND_READ = 0x1_0000, "rr";
    /// Not copied on fork.
    DONTCOPY = 0x2_0000, "dc";
    /// Does not grow with `mremap`.
    DONTEXPAND = 0x4_0000, "de";
    /// Counts against the commit limit.
    ACCOUNT = 0x10_0000, "ac";
    /// Does not count against the commit limit.
    NORESERVE = 0x20_0000, "nr";
    /// Explicit huge pages.
    HUGETLB = 0x40_0000, "ht";
    /// Not dumped with a core.
    DONTDUMP = 0x400_0000, "dd";
    /// New since the soft-dirty bits were last cleared.
    SOFTDIRTY = 0x800_0000, "sd";
    /// Huge pages wanted.
    HUGEPAGE = 0x2000_0000, "hg";
    /// Huge pages not wanted.
    NOHUGEPAGE = 0x4000_0000, "nh";
}

impl VmFlags {
    /// No flag.
    pub const NONE: VmFlags = VmFlags(0);
    /// Read, write, execute.
    pub const ACCESS: VmFlags = VmFlags(0x7);
    /// The rights that `mprotect` may give.
    pub const MAY_ACCESS: VmFlags = VmFlags(0x70);
    /// Areas that are never merged (`VM_SPECIAL`).
    pub const SPECIAL: VmFlags = VmFlags(0x4_4400);

    /// Returns these flags as a kernel for `arch` has them: 32-bit ones keep no soft-dirty marks
    /// (`HAVE_ARCH_SOFT_DIRTY`).
    #[must_use]
    pub const fn on(self, arch: Arch) -> VmFlags {
        match arch {
            Arch::X86_64 => self,
            Arch::I386 => self.without(VmFlags::SOFTDIRTY),
        }
    }

    /// Returns both sets together.
    #[must_use]
    pub const fn with(self, other: VmFlags) -> VmFlags {
        VmFlags(self.0 | other.0)
    }

    /// Returns these flags less `other`.
    #[must_use]
    pub const fn without(self, other: VmFlags) -> VmFlags {
        VmFlags(self.0 & !other.0)
    }

    /// Returns the flags in both sets.
    #[must_use]
    pub const fn and(self, other: VmFlags) -> VmFlags {
        VmFlags(self.0 & other.0)
    }

    /// Returns whether all flags of `other` are set.
    pub const fn contains(self, other: VmFlags) -> bool {
        self.0 & other.0 == other.0
    }

    /// Returns whether any flag of `other` is set.
    pub const fn intersects(self, other: VmFlags) -> bool {
        self.0 & other.0 != 0
    }

    /// Returns the raw bits.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Returns the rights that these flags allow `mprotect` to give.
    #[must_use]
    pub const fn allowed_access(self) -> VmFlags {
        VmFlags(self.0 >> 4 & 0x7)
    }
}

/// Number of an `anon_vma`: what the anonymous pages of an area point to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct AnonVmaId(pub u32);

/// A file behind an area.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct MappedFile {
    /// Path as `maps` prints it.
    pub name: Arc<str>,
    /// Inode number.
    pub inode: u64,
    /// Major and minor number of the device.
    pub dev: (u8, u8),
}

/// What the kernel itself put into an address space.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum SpecialMapping {
    /// Data that the kernel shares with the vDSO.
    Vvar,
    /// Code that the kernel offers to programs.
    Vdso,
}

impl SpecialMapping {
    /// Returns the name that `maps` prints.
    pub const fn name(self) -> &'static str {
        match self {
            SpecialMapping::Vvar => "[vvar]",
            SpecialMapping::Vdso => "[vdso]",
        }
    }
}

/// What an area shows.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub enum Backing {
    /// Private memory that starts as zeroes.
    Anon,
    /// A file, private or shared.
    File(MappedFile),
    /// Shared memory without a name: `/dev/zero (deleted)`, with its inode.
    SharedAnon {
        /// Inode number, from one counter of the machine.
        inode: u64,
        /// Pages that memory was promised for when it was made, all of it or none.
        charged: u64,
    },
    /// The kernel's.
    Special(SpecialMapping),
}

/// An area.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct Vma {
    /// First address.
    pub start: VirtAddr,
    /// First address after it.
    pub end: VirtAddr,
    /// Rights and behaviour.
    pub flags: VmFlags,
    /// Position in the file in pages; for private memory the page number of an address.
    pub pgoff: u64,
    /// What it shows.
    pub backing: Backing,
    /// Set by the first anonymous page.
    pub anon_vma: Option<AnonVmaId>,
}

impl Vma {
    /// Returns the number of pages.
    pub fn pages(&self) -> u64 {
        (self.end.0 - self.start.0) >> PAGE_SHIFT
    }

    /// Returns whether `va` lies within.
    pub fn contains(&self, va: VirtAddr) -> bool {
        self.start <= va && va < self.end
    }

    /// Returns the position of `va` in the file, in pages.
    pub fn pgoff_of(&self, va: VirtAddr) -> u64 {
        self.pgoff + ((va.0 - self.start.0) >> PAGE_SHIFT)
    }

    /// Returns whether there is no file behind private pages (`vma_is_anonymous`).
    pub fn is_anonymous(&self) -> bool {
        matches!(self.backing, Backing::Anon)
    }

    /// Returns the lowest address that must stay free below this area.
    pub fn gap_start(&self) -> u64 {
        if self.flags.contains(VmFlags::GROWSDOWN) {
            self.start.0.saturating_sub(STACK_GUARD_PAGES << PAGE_SHIFT)
        } else {
            self.start.0
        }
    }

    /// Returns whether the area can be cut; the kernel's own cannot.
    pub fn may_split(&self) -> bool {
        !matches!(self.backing, Backing::Special(_))
    }
}

/// What a range would be if it were an area: compared with its neighbours.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// First address.
    pub start: VirtAddr,
    /// First address after it.
    pub end: VirtAddr,
    /// Flags it would have.
    pub flags: VmFlags,
    /// Position in the file.
    pub pgoff: u64,
    /// What it would show.
    pub backing: &'a Backing,
    /// The `anon_vma` of its pages, if they have one.
    pub anon_vma: Option<AnonVmaId>,
}

impl Candidate<'_> {
    /// Returns whether the range may extend `prev` upwards (`can_vma_merge_after`).
    pub fn may_follow(&self, prev: &Vma) -> bool {
        prev.end == self.start
            && self.is_like(prev)
            && anon_vmas_agree(self.anon_vma, prev.anon_vma, Some(prev))
            && prev.pgoff + prev.pages() == self.pgoff
    }

    /// Returns whether the range may extend `next` downwards (`can_vma_merge_before`).
    pub fn may_precede(&self, next: &Vma) -> bool {
        let pages = (self.end.0 - self.start.0) >> PAGE_SHIFT;
        self.end == next.start
            && self.is_like(next)
            && anon_vmas_agree(self.anon_vma, next.anon_vma, Some(next))
            && self.pgoff + pages == next.pgoff
    }

    fn is_like(&self, vma: &Vma) -> bool {
        self.flags.without(VmFlags::SOFTDIRTY) == vma.flags.without(VmFlags::SOFTDIRTY)
            && !self.flags.intersects(VmFlags::SPECIAL)
            && *self.backing == vma.backing
            && vma.may_split()
    }
}

/// Returns whether pages of two `anon_vma`s may be in one area (`is_mergeable_anon_vma`).
///
/// One that is still missing fits any, yet only if `vma` itself has had a page before: an
/// area without one has an empty chain, and 6.1 asks for a chain of exactly one.
pub fn anon_vmas_agree(a: Option<AnonVmaId>, b: Option<AnonVmaId>, vma: Option<&Vma>) -> bool {
    let one_missing = a.is_none() || b.is_none();
    (one_missing && vma.is_none_or(|vma| vma.anon_vma.is_some())) || a == b
}

/// Returns whether `next`, right after `prev`, may use its `anon_vma`, so that a later
/// `mprotect` can merge them (`anon_vma_compatible`).
pub fn may_share_anon_vma(prev: &Vma, next: &Vma) -> bool {
    let free = VmFlags::ACCESS.with(VmFlags::SOFTDIRTY);
    prev.end == next.start
        && prev.backing == next.backing
        && prev.flags.without(free) == next.flags.without(free)
        && prev.pgoff + prev.pages() == next.pgoff
}
