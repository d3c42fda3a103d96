//! Fields of the quantities that have several.

use crate::virt::area::smaps::MemSize;

macro_rules! fields {
    ($($(#[$doc:meta])* $enum:ident { $($name:ident = $text:literal),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum $enum {
            $(#[doc = concat!("`", $text, "`.")] $name),*
        }

        impl $enum {
            /// Every field.
            pub const ALL: &[$enum] = &[$($enum::$name),*];

            /// Returns how scripts write it.
            pub const fn name(self) -> &'static str {
                match self { $($enum::$name => $text),* }
            }
        }
    )*};
}

fields! {
    /// Field of `sig.P`.
    SigField { Code = "code", Error = "error", Addr = "addr", Signo = "signo" }
    /// Line of `/proc/PID/smaps` that counts bytes of an area, in the order of the file.
    SmapsLine {
        Size = "Size", Rss = "Rss", Pss = "Pss", PssDirty = "Pss_Dirty", SharedClean = "Shared_Clean",
        SharedDirty = "Shared_Dirty", PrivateClean = "Private_Clean", PrivateDirty = "Private_Dirty",
        Referenced = "Referenced", Anonymous = "Anonymous", LazyFree = "LazyFree",
        AnonHugePages = "AnonHugePages", ShmemPmdMapped = "ShmemPmdMapped", FilePmdMapped = "FilePmdMapped",
        SharedHugetlb = "Shared_Hugetlb", PrivateHugetlb = "Private_Hugetlb", Swap = "Swap",
        SwapPss = "SwapPss", Locked = "Locked",
    }
    /// Field of `mem`.
    MemField { Frames = "frames", Memmap = "memmap" }
    /// Field of `layout.BAND`.
    LayoutField { Start = "start", End = "end", Size = "size" }
    /// Field of `pcp.ZONE`.
    PcpField { Count = "count", High = "high", Batch = "batch" }
    /// Field of `pte(P, VA)`.
    PteField {
        Raw = "raw", Present = "present", Rw = "rw", User = "user", Accessed = "accessed", Dirty = "dirty",
        Nx = "nx", Global = "global", Pfn = "pfn", SoftDirty = "soft_dirty", Special = "special",
    }
    /// Field of `walk(P, VA)`.
    WalkField { Idx = "idx", Refs = "refs", Pa = "pa", Leaf = "leaf", Fault = "fault", Tlb = "tlb" }
    /// Field of `page(PFN)`.
    PageField {
        Zone = "zone", Node = "node", Mapcount = "mapcount", Refcount = "refcount", Flags = "flags",
        Kind = "kind", Order = "order", Block = "block", Slab = "slab",
    }
    /// Field of `vmalloc`.
    VmallocField { Areas = "areas", Used = "used", Lazy = "lazy", LazyMax = "lazy_max", Largest = "largest" }
    /// Field of `slab(C)`.
    SlabField {
        Slabs = "slabs", Objs = "objs", Total = "total", PerSlab = "per_slab", Order = "order", Size = "size",
        Partial = "partial", CpuSlabs = "cpu_slabs",
    }
}

impl SmapsLine {
    /// Returns the number for an area, or for several together; what only files and pools have
    /// is 0.
    pub fn bytes(self, size: &MemSize) -> u64 {
        match self {
            SmapsLine::Size => size.size,
            SmapsLine::Rss => size.rss,
            SmapsLine::Pss => size.pss(),
            SmapsLine::PssDirty => size.pss_dirty(),
            SmapsLine::SharedClean => size.shared_clean,
            SmapsLine::SharedDirty => size.shared_dirty,
            SmapsLine::PrivateClean => size.private_clean,
            SmapsLine::PrivateDirty => size.private_dirty,
            SmapsLine::Referenced => size.referenced,
            SmapsLine::Anonymous => size.anonymous,
            SmapsLine::LazyFree => size.lazyfree,
            SmapsLine::AnonHugePages => size.anon_huge,
            SmapsLine::ShmemPmdMapped
            | SmapsLine::FilePmdMapped
            | SmapsLine::SharedHugetlb
            | SmapsLine::PrivateHugetlb
            | SmapsLine::Swap
            | SmapsLine::SwapPss => 0,
            SmapsLine::Locked => size.locked(),
        }
    }
}

/// Says that no field is written so, with the one that may have been meant.
pub(super) fn unknown<'a>(found: &str, all: impl Iterator<Item = &'a str>) -> super::Unknown {
    let nearest = crate::script::nearest(found, all).map(String::from);
    super::Unknown::Field { found: found.into(), nearest }
}
