//! Flags as old reports give them: a number, whose bits have moved over the years.
//!
//! A number is read by the table of the kernel that printed it and becomes the flags of 6.1 that
//! mean the same. Facts: `include/linux/gfp.h` of 2.6.24, 2.6.31, 3.0, 4.4, 4.5, 4.10, 4.12, 4.18, 5.1,
//! 5.14 and 6.3.

use core::fmt;

use super::Gfp;

/// Flags of a command as they were written: names, or a number with its kernel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct AskedGfp {
    /// The flags, 6.1's.
    pub gfp: Gfp,
    /// The number they were written as.
    pub number: Option<GfpNumber>,
}

/// A number of flags and whose it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GfpNumber {
    /// The bits.
    pub bits: u32,
    /// First two numbers of the kernel's release; 6.1 without.
    pub release: Option<(u8, u8)>,
}

impl From<Gfp> for AskedGfp {
    fn from(gfp: Gfp) -> AskedGfp {
        AskedGfp { gfp, number: None }
    }
}

impl fmt::Display for AskedGfp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            None => self.gfp.fmt(f),
            Some(GfpNumber { bits, release: None }) => write!(f, "{bits:#x}"),
            Some(GfpNumber { bits, release: Some((major, minor)) }) => write!(f, "{bits:#x}/{major}.{minor}"),
        }
    }
}

/// A bit that means nothing to the page allocator of 6.1: cache-cold, not tracked, ...
const IDLE: Gfp = Gfp::NONE;

/// Bits 0 to 18 of kernels before 5.1; bits 4 and 8 were used anew.
const LOW: [Gfp; 19] = [
    Gfp::DMA,
    Gfp::HIGHMEM,
    Gfp::DMA32,
    Gfp::MOVABLE,
    Gfp::RECLAIMABLE,
    Gfp::HIGH,
    Gfp::IO,
    Gfp::FS,
    IDLE,
    Gfp::NOWARN,
    Gfp::RETRY_MAYFAIL,
    Gfp::NOFAIL,
    Gfp::NORETRY,
    Gfp::MEMALLOC,
    Gfp::COMP,
    Gfp::ZERO,
    Gfp::NOMEMALLOC,
    Gfp::HARDWALL,
    Gfp::THISNODE,
];

/// Bits from 19 on, of 2.6: `__GFP_MOVABLE` came from bit 20 to bit 3 in 2.6.31, and nothing took
/// its place. `__GFP_NO_KSWAPD` (22) is told apart below.
const HIGH_2_6: &[Gfp] = &[Gfp::RECLAIMABLE, Gfp::MOVABLE, IDLE, IDLE, IDLE, Gfp::WRITE];
/// The same, of 3.0 to 4.3.
const HIGH_3_0: &[Gfp] = &[Gfp::RECLAIMABLE, IDLE, IDLE, IDLE, IDLE, Gfp::WRITE];
/// The same, of 4.4: bit 20 is `__GFP_NOACCOUNT`, of which 6.1 has the contrary.
const HIGH_4_4: &[Gfp] =
    &[Gfp::ATOMIC_BIT, IDLE, IDLE, Gfp::DIRECT_RECLAIM, IDLE, Gfp::WRITE, Gfp::KSWAPD_RECLAIM];
/// The same, from 4.5.
const HIGH_4_5: &[Gfp] =
    &[Gfp::ATOMIC_BIT, Gfp::ACCOUNT, IDLE, Gfp::DIRECT_RECLAIM, IDLE, Gfp::WRITE, Gfp::KSWAPD_RECLAIM];
/// The same, once `__GFP_OTHER_NODE` was gone.
const HIGH_4_10: &[Gfp] =
    &[Gfp::ATOMIC_BIT, Gfp::ACCOUNT, IDLE, Gfp::DIRECT_RECLAIM, Gfp::WRITE, Gfp::KSWAPD_RECLAIM];
/// The same, with a bit for lock checks.
const HIGH_4_12: &[Gfp] =
    &[Gfp::ATOMIC_BIT, Gfp::ACCOUNT, IDLE, Gfp::DIRECT_RECLAIM, Gfp::WRITE, Gfp::KSWAPD_RECLAIM, IDLE];
/// The same, once `__GFP_COLD` and `__GFP_NOTRACK` had left their bits.
const HIGH_4_18: &[Gfp] = &[Gfp::ATOMIC_BIT, Gfp::ACCOUNT, Gfp::DIRECT_RECLAIM, Gfp::KSWAPD_RECLAIM, IDLE];

/// Bits of 5.1, the last of lock checks, and with those of memory tags, from 5.14.
const ALL_5_1: u32 = 0xff_ffff;
const ALL_5_14: u32 = 0xfff_ffff;

/// `__GFP_WAIT` and `__GFP_NO_KSWAPD` before 4.4.
const WAIT: u32 = 1 << 4;
const NO_KSWAPD: u32 = 1 << 22;

impl GfpNumber {
    /// Returns the flags of 6.1 that mean the same; `None` when the kernel has no such bit.
    pub fn flags(self) -> Option<Gfp> {
        match self.release {
            None => Gfp::from_bits(self.bits),
            // Other flags at all.
            Some((0..2, _) | (2, 0..6)) => None,
            Some((2, _)) => before_4_4(self.bits, HIGH_2_6),
            Some((3, _) | (4, 0..4)) => before_4_4(self.bits, HIGH_3_0),
            Some((4, 4)) => by_bits(self.bits, IDLE, HIGH_4_4),
            Some((4, 5..10)) => by_bits(self.bits, IDLE, HIGH_4_5),
            Some((4, 10..12)) => by_bits(self.bits, IDLE, HIGH_4_10),
            Some((4, 12..18)) => by_bits(self.bits, IDLE, HIGH_4_12),
            Some((4, 18..) | (5, 0)) => by_bits(self.bits, Gfp::WRITE, HIGH_4_18),
            Some((5, 1..14)) => like_6_1(self.bits, ALL_5_1),
            Some((5, 14..) | (6, 0..3)) => like_6_1(self.bits, ALL_5_14),
            Some(_) => like_6_1(self.bits, ALL_5_14 & !Gfp::ATOMIC_BIT.0).map(atomic_by_height),
        }
    }
}

/// Bits from 23 on are of tags and lock checks, which change no answer.
fn like_6_1(bits: u32, known: u32) -> Option<Gfp> {
    (bits & !known == 0).then_some(Gfp(bits & (Gfp::ZEROTAGS.0 - 1)))
}

fn by_bits(bits: u32, bit_8: Gfp, high: &[Gfp]) -> Option<Gfp> {
    let mut left = bits;
    let mut flags = Gfp::NONE;
    for (at, &flag) in LOW.iter().chain(high).enumerate() {
        if bits & (1 << at) != 0 {
            left &= !(1 << at);
            flags = flags | if at == 8 { bit_8 } else { flag };
        }
    }
    (left == 0).then_some(flags)
}

/// Whoever may wait reclaims by himself, and everybody wakes kswapd who does not say otherwise.
fn before_4_4(bits: u32, high: &[Gfp]) -> Option<Gfp> {
    let flags = by_bits(bits & !(WAIT | NO_KSWAPD), IDLE, high)?;
    let direct = if bits & WAIT != 0 { Gfp::DIRECT_RECLAIM } else { Gfp::NONE };
    let kswapd = if bits & NO_KSWAPD == 0 { Gfp::KSWAPD_RECLAIM } else { Gfp::NONE };
    Some(atomic_by_height(flags | direct | kswapd))
}

/// Kernels without `__GFP_ATOMIC` know an atomic request by its height.
fn atomic_by_height(flags: Gfp) -> Gfp {
    let is_atomic = flags.contains(Gfp::HIGH) && !flags.contains(Gfp::DIRECT_RECLAIM);
    if is_atomic { flags | Gfp::ATOMIC_BIT } else { flags }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_reports_mean_what_their_kernels_say_of_them() {
        for (bits, release, names) in [
            (0xcc0, None, Some("GFP_KERNEL")),
            (0x40dc0, None, Some("GFP_KERNEL|__GFP_COMP|__GFP_ZERO")),
            (0xd0, Some((2, 6)), Some("GFP_KERNEL")),
            (0x1200d2, Some((2, 6)), Some("GFP_HIGHUSER_MOVABLE")),
            (0x1f0, Some((2, 4)), None),
            (0x1000d0, Some((3, 10)), Some("GFP_KERNEL")),
            (0x42d0, Some((3, 2)), Some("GFP_KERNEL|__GFP_NOWARN|__GFP_COMP")),
            (0x2040d0, Some((3, 10)), Some("GFP_KERNEL|__GFP_COMP")),
            (0x20, Some((4, 3)), Some("GFP_ATOMIC")),
            (0x24000c0, Some((4, 4)), Some("GFP_KERNEL")),
            (0x25000c0, Some((4, 4)), Some("GFP_KERNEL")),
            (0x25000c0, Some((4, 5)), Some("GFP_KERNEL_ACCOUNT")),
            (0x24000c0, Some((4, 9)), Some("GFP_KERNEL")),
            (0x24000c0, Some((4, 10)), None),
            (0x34000c0, Some((4, 12)), Some("GFP_KERNEL")),
            (0x14000c0, Some((4, 17)), Some("GFP_KERNEL")),
            (0x6000c0, Some((5, 0)), Some("GFP_KERNEL")),
            (0x2084020, Some((4, 9)), Some("GFP_ATOMIC|__GFP_COMP")),
            (0x14000c0, Some((4, 13)), Some("GFP_KERNEL")),
            (0x6000c0, Some((4, 18)), Some("GFP_KERNEL")),
            (0x480020, Some((4, 18)), Some("GFP_ATOMIC")),
            (0x6200ca, Some((4, 19)), Some("GFP_HIGHUSER_MOVABLE")),
            (0xcc0, Some((5, 4)), Some("GFP_KERNEL")),
            (0xa20, Some((6, 1)), Some("GFP_ATOMIC")),
            (0x820, Some((6, 2)), Some("GFP_NOWAIT|__GFP_HIGH")),
            (0x820, Some((6, 3)), Some("GFP_ATOMIC")),
            (0x820, Some((6, 6)), Some("GFP_ATOMIC")),
            (0xa20, Some((6, 3)), None),
            (0x800_0cc0, Some((6, 1)), Some("GFP_KERNEL")),
            (0x800_0cc0, Some((5, 13)), None),
            (0x8000_0000, Some((6, 18)), None),
            (0x100_0000, None, None),
            (0x8000_0000, Some((4, 4)), None),
        ] {
            let flags = GfpNumber { bits, release }.flags().map(|flags| flags.to_string());
            assert_eq!(flags.as_deref(), names, "{bits:#x} of {release:?}");
        }
    }
}
