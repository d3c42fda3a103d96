//! `gfp_t`: what an allocation asks for and what it may do to get it.
//!
//! Bits and names of 6.1 (`include/linux/gfp_types.h`); the text form is the one of the
//! kernel's traces and reports, `GFP_KERNEL|__GFP_ZERO` (`include/trace/events/mmflags.h`).
//! Zones and migrate types follow from these bits, but live in [`crate::phys`].

mod number;

use core::fmt;
use core::ops::BitOr;

pub use number::{AskedGfp, GfpNumber};

/// Allocation flags, 6.1's `gfp_t`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Default)]
pub struct Gfp(u32);

macro_rules! flags {
    ($($(#[$doc:meta])* $name:ident = $bits:expr;)*) => {
        impl Gfp {
            $($(#[$doc])* pub const $name: Gfp = Gfp($bits);)*
        }
    };
}

flags! {
    /// Zone: the first 16 MB.
    DMA = 0x01;
    /// Zone: memory without a permanent kernel address will do (i386).
    HIGHMEM = 0x02;
    /// Zone: below 4 GB.
    DMA32 = 0x04;
    /// The page can be moved or reclaimed.
    MOVABLE = 0x08;
    /// The page holds objects that a shrinker can drop.
    RECLAIMABLE = 0x10;
    /// High priority: may go below the minimum watermark.
    HIGH = 0x20;
    /// May start physical I/O.
    IO = 0x40;
    /// May call into filesystems.
    FS = 0x80;
    /// Returns a page of zeros.
    ZERO = 0x100;
    /// Cannot wait and is important.
    ATOMIC_BIT = 0x200;
    /// May reclaim by itself.
    DIRECT_RECLAIM = 0x400;
    /// May wake kswapd.
    KSWAPD_RECLAIM = 0x800;
    /// The caller is going to dirty the page.
    WRITE = 0x1000;
    /// No report on failure.
    NOWARN = 0x2000;
    /// Tries hard, yet may fail.
    RETRY_MAYFAIL = 0x4000;
    /// Never fails.
    NOFAIL = 0x8000;
    /// Gives up before the OOM killer.
    NORETRY = 0x1_0000;
    /// May use all reserves.
    MEMALLOC = 0x2_0000;
    /// A compound page.
    COMP = 0x4_0000;
    /// Must not use the emergency reserves.
    NOMEMALLOC = 0x8_0000;
    /// Within the cpuset's nodes.
    HARDWALL = 0x10_0000;
    /// Only on the requested node.
    THISNODE = 0x20_0000;
    /// Charged to the memory cgroup.
    ACCOUNT = 0x40_0000;
    /// Zeroes memory tags too (arm64 only).
    ZEROTAGS = 0x80_0000;
    /// Both kinds of reclaim.
    RECLAIM = Gfp::DIRECT_RECLAIM.0 | Gfp::KSWAPD_RECLAIM.0;

    /// Cannot sleep and may use a part of the reserves.
    ATOMIC = Gfp::HIGH.0 | Gfp::ATOMIC_BIT.0 | Gfp::KSWAPD_RECLAIM.0;
    /// The kernel for itself: may wait, do I/O and call filesystems.
    KERNEL = Gfp::RECLAIM.0 | Gfp::IO.0 | Gfp::FS.0;
    /// As `KERNEL`, charged to the memory cgroup.
    KERNEL_ACCOUNT = Gfp::KERNEL.0 | Gfp::ACCOUNT.0;
    /// Cannot sleep.
    NOWAIT = Gfp::KSWAPD_RECLAIM.0;
    /// May drop clean pages, no I/O.
    NOIO = Gfp::RECLAIM.0;
    /// May do I/O, no filesystem calls.
    NOFS = Gfp::RECLAIM.0 | Gfp::IO.0;
    /// For user space, directly accessible by the kernel.
    USER = Gfp::RECLAIM.0 | Gfp::IO.0 | Gfp::FS.0 | Gfp::HARDWALL.0;
    /// For user space, without a kernel address.
    HIGHUSER = Gfp::USER.0 | Gfp::HIGHMEM.0;
    /// For user space, movable: anonymous memory and page cache.
    HIGHUSER_MOVABLE = Gfp::HIGHUSER.0 | Gfp::MOVABLE.0;
    /// A huge page without reclaim.
    TRANSHUGE_LIGHT =
        (Gfp::HIGHUSER_MOVABLE.0 | Gfp::COMP.0 | Gfp::NOMEMALLOC.0 | Gfp::NOWARN.0) & !Gfp::RECLAIM.0;
    /// A huge page with direct compaction.
    TRANSHUGE = Gfp::TRANSHUGE_LIGHT.0 | Gfp::DIRECT_RECLAIM.0;
}

/// Flags by name, in the order in which the kernel takes them off when it prints: the names
/// of most bits first (`__def_gfpflag_names`).
pub const NAMES: &[(&str, Gfp)] = &[
    ("GFP_TRANSHUGE", Gfp::TRANSHUGE),
    ("GFP_TRANSHUGE_LIGHT", Gfp::TRANSHUGE_LIGHT),
    ("GFP_HIGHUSER_MOVABLE", Gfp::HIGHUSER_MOVABLE),
    ("GFP_HIGHUSER", Gfp::HIGHUSER),
    ("GFP_USER", Gfp::USER),
    ("GFP_KERNEL_ACCOUNT", Gfp::KERNEL_ACCOUNT),
    ("GFP_KERNEL", Gfp::KERNEL),
    ("GFP_NOFS", Gfp::NOFS),
    ("GFP_ATOMIC", Gfp::ATOMIC),
    ("GFP_NOIO", Gfp::NOIO),
    ("GFP_NOWAIT", Gfp::NOWAIT),
    ("GFP_DMA", Gfp::DMA),
    ("__GFP_HIGHMEM", Gfp::HIGHMEM),
    ("GFP_DMA32", Gfp::DMA32),
    ("__GFP_HIGH", Gfp::HIGH),
    ("__GFP_ATOMIC", Gfp::ATOMIC_BIT),
    ("__GFP_IO", Gfp::IO),
    ("__GFP_FS", Gfp::FS),
    ("__GFP_NOWARN", Gfp::NOWARN),
    ("__GFP_RETRY_MAYFAIL", Gfp::RETRY_MAYFAIL),
    ("__GFP_NOFAIL", Gfp::NOFAIL),
    ("__GFP_NORETRY", Gfp::NORETRY),
    ("__GFP_COMP", Gfp::COMP),
    ("__GFP_ZERO", Gfp::ZERO),
    ("__GFP_NOMEMALLOC", Gfp::NOMEMALLOC),
    ("__GFP_MEMALLOC", Gfp::MEMALLOC),
    ("__GFP_HARDWALL", Gfp::HARDWALL),
    ("__GFP_THISNODE", Gfp::THISNODE),
    ("__GFP_RECLAIMABLE", Gfp::RECLAIMABLE),
    ("__GFP_MOVABLE", Gfp::MOVABLE),
    ("__GFP_ACCOUNT", Gfp::ACCOUNT),
    ("__GFP_WRITE", Gfp::WRITE),
    ("__GFP_RECLAIM", Gfp::RECLAIM),
    ("__GFP_DIRECT_RECLAIM", Gfp::DIRECT_RECLAIM),
    ("__GFP_KSWAPD_RECLAIM", Gfp::KSWAPD_RECLAIM),
    ("__GFP_ZEROTAGS", Gfp::ZEROTAGS),
    // Names that the kernel's code has and its traces never print: synonyms of the above.
    ("__GFP_DMA", Gfp::DMA),
    ("__GFP_DMA32", Gfp::DMA32),
];

/// What stands between two names.
pub const SEPARATOR: char = '|';
/// What the kernel prints for no flag at all.
pub const NONE_NAME: &str = "none";

impl Gfp {
    /// No flag: may neither wait nor wake anybody.
    pub const NONE: Gfp = Gfp(0);
    /// Every flag.
    pub const ALL: Gfp = Gfp(0xff_ffff);

    /// Wraps raw bits from a capture or an OOM report, `None` when 6.1 knows no such bit.
    pub const fn from_bits(bits: u32) -> Option<Gfp> {
        if bits & !Gfp::ALL.0 == 0 { Some(Gfp(bits)) } else { None }
    }

    /// Looks up one name, `GFP_KERNEL` or `__GFP_ZERO`.
    pub fn from_name(name: &str) -> Option<Gfp> {
        if name == NONE_NAME {
            return Some(Gfp::NONE);
        }
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, gfp)| *gfp)
    }

    /// Returns the raw bits.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Returns the flags of either.
    pub const fn with(self, more: Gfp) -> Gfp {
        Gfp(self.0 | more.0)
    }

    /// Returns these flags less some.
    pub const fn without(self, less: Gfp) -> Gfp {
        Gfp(self.0 & !less.0)
    }

    /// Tests whether all of `flags` are set.
    pub const fn contains(self, flags: Gfp) -> bool {
        self.0 & flags.0 == flags.0
    }

    /// Tests whether any of `flags` is set.
    pub const fn intersects(self, flags: Gfp) -> bool {
        self.0 & flags.0 != 0
    }

    /// Tests whether the caller may wait and reclaim (`gfpflags_allow_blocking`).
    pub const fn may_block(self) -> bool {
        self.contains(Gfp::DIRECT_RECLAIM)
    }
}

impl BitOr for Gfp {
    type Output = Gfp;

    fn bitor(self, more: Gfp) -> Gfp {
        self.with(more)
    }
}

impl fmt::Display for Gfp {
    /// Prints as the kernel's traces do: names joined by `|`, `none` without any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Gfp::NONE {
            return f.write_str(NONE_NAME);
        }
        let mut left = *self;
        for (name, flags) in NAMES {
            if left != Gfp::NONE && left.contains(*flags) {
                if left != *self {
                    write!(f, "{SEPARATOR}")?;
                }
                f.write_str(name)?;
                left = left.without(*flags);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use crate::units;

    fn parse(text: &str) -> Option<Gfp> {
        text.split(SEPARATOR).try_fold(Gfp::NONE, |gfp, name| Some(gfp | Gfp::from_name(name)?))
    }

    #[test]
    fn prints_what_the_traces_of_6_1_print() {
        for text in [
            "GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO",
            "GFP_KERNEL_ACCOUNT|__GFP_COMP|__GFP_ZERO",
            "GFP_NOFS|__GFP_HIGHMEM|__GFP_NOWARN|__GFP_NORETRY|__GFP_COMP|__GFP_HARDWALL|__GFP_MOVABLE",
            "__GFP_IO|__GFP_FS|__GFP_NOWARN|__GFP_NORETRY|__GFP_COMP|__GFP_NOMEMALLOC|__GFP_RECLAIMABLE",
            "GFP_NOWAIT|__GFP_NOWARN|__GFP_NORETRY|__GFP_COMP|__GFP_RECLAIMABLE",
            "GFP_TRANSHUGE|__GFP_NORETRY|__GFP_THISNODE",
            "GFP_TRANSHUGE_LIGHT|__GFP_NORETRY|__GFP_THISNODE",
            "GFP_ATOMIC",
            "none",
        ] {
            assert_eq!(parse(text).expect("names of 6.1").to_string(), text);
        }
        // An OOM report gives both forms.
        let reported = Gfp::from_bits(0x14_0dca).expect("bits of 6.1");
        assert_eq!(reported.to_string(), "GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO");
    }

    #[test]
    fn every_set_of_flags_has_a_text_form() {
        let mut rng = Rng::new(7);
        for _ in 0..10_000 {
            let gfp = Gfp(units::low32(rng.word()) & Gfp::ALL.0);
            assert_eq!(parse(&gfp.to_string()), Some(gfp));
        }
    }

    #[test]
    fn unknown_bits_and_names_are_refused() {
        assert_eq!(Gfp::from_bits(0x100_0000), None);
        assert_eq!(Gfp::from_name("GFP_KERNAL"), None);
    }
}
