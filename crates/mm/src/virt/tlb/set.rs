//! One set of a translation cache as words: order of use, tags, data.
//!
//! The order has four bits a rank, the most recently used way first; a tag is the page
//! number with the page size and the address space's PCID; the data is frame and rights.

use crate::units::{Pfn, VirtAddr, count, high32, index, low8, low16, signed, unsigned};

/// A cached translation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TlbEntry {
    /// First frame of the page.
    pub pfn: Pfn,
    /// Binary logarithm of the page size.
    pub shift: u8,
    /// Writes are allowed.
    pub write: bool,
    /// User mode is allowed.
    pub user: bool,
    /// Fetches are allowed.
    pub exec: bool,
    /// The dirty bit in memory is set.
    pub dirty: bool,
}

/// Set in the tag of an entry that is in use.
pub(super) const VALID: u64 = 1 << 63;
const SIZE_SHIFT: u32 = 60;
const PCID_SHIFT: u32 = 48;
const VPN_MASK: u64 = (1 << 48) - 1;
pub(in crate::virt) const DATA_WRITE: u64 = 1;
pub(in crate::virt) const DATA_USER: u64 = 2;
pub(in crate::virt) const DATA_EXEC: u64 = 4;
pub(in crate::virt) const DATA_DIRTY: u64 = 8;
/// Page sizes by their code in a tag; the smallest must be 0.
const SIZES: [u8; 4] = [12, 21, 22, 30];

#[inline]
fn size_code(shift: u8) -> u64 {
    match shift {
        12 => 0,
        21 => 1,
        22 => 2,
        30 => 3,
        other => unreachable!("no page of 2^{other} bytes"),
    }
}

/// Returns the tag of the page of 2^`shift` bytes that contains `va`.
#[inline]
pub(super) fn tag(pcid: u16, va: VirtAddr, shift: u8) -> u64 {
    VALID | size_code(shift) << SIZE_SHIFT | u64::from(pcid) << PCID_SHIFT | (va.0 & VPN_MASK) >> shift
}

/// Returns the tag of the smallest page, of 2^`shift` bytes, that contains `va`.
#[inline]
pub(super) fn smallest_tag(pcid: u16, va: VirtAddr, shift: u8) -> u64 {
    VALID | u64::from(pcid) << PCID_SHIFT | (va.0 & VPN_MASK) >> shift
}

/// Returns the data word of a translation.
#[inline]
pub(super) fn pack(entry: TlbEntry) -> u64 {
    let bit = |set: bool, bit: u64| if set { bit } else { 0 };
    u64::from(entry.pfn.0) << 32
        | bit(entry.write, DATA_WRITE)
        | bit(entry.user, DATA_USER)
        | bit(entry.exec, DATA_EXEC)
        | bit(entry.dirty, DATA_DIRTY)
}

/// Reads back [`pack`].
#[inline]
pub(super) fn unpack(data: u64, shift: u8) -> TlbEntry {
    TlbEntry {
        pfn: Pfn(high32(data)),
        shift,
        write: data & DATA_WRITE != 0,
        user: data & DATA_USER != 0,
        exec: data & DATA_EXEC != 0,
        dirty: data & DATA_DIRTY != 0,
    }
}

/// Returns the order of use of an empty set: way 0 is taken first.
pub(super) fn initial_order(ways: u8) -> u64 {
    (0..u64::from(ways)).fold(0, |order, rank| order | (u64::from(ways) - 1 - rank) << (4 * rank))
}

/// Moves `way` to the front of an order of use, four bits a rank.
#[inline]
pub(super) fn most_recent(order: u64, way: u32) -> u64 {
    let below = below_rank_of(order, way);
    let above = !(below << 4 | 0xf);
    order & above | (order & below) << 4 | u64::from(way)
}

/// Gives the last way in an order of use of `ways` ways to a new entry: returns that way, and
/// the order with it at the front.
#[inline]
pub(super) fn replace_last(order: u64, ways: u32) -> (usize, u64) {
    let way = order >> (4 * (ways - 1)) & 0xf;
    let front = order << 4 & (u64::MAX >> (64 - 4 * ways)) | way;
    (index(u32::from(low8(way))), front)
}

/// Moves `way`, now empty, to the end of an order of use of `ways` ways: it is taken next.
pub(super) fn least_recent(order: u64, way: u32, ways: u32) -> u64 {
    let below = below_rank_of(order, way);
    order & below | order >> 4 & !below | u64::from(way) << (4 * (ways - 1))
}

/// Returns the bits of an order that lie below the rank of `way`.
#[inline]
fn below_rank_of(order: u64, way: u32) -> u64 {
    const ONES: u64 = 0x1111_1111_1111_1111;
    let differs = order ^ (u64::from(way) * ONES);
    // The lowest nibble that is zero is where `way` stands.
    let zero = differs.wrapping_sub(ONES) & !differs & (ONES << 3);
    (1 << (zero.trailing_zeros() & !3)) - 1
}

/// Returns the binary logarithm of a tag's page size.
pub(super) fn shift_of(tag: u64) -> u8 {
    SIZES[index(u32::from(low8(tag >> SIZE_SHIFT & 3)))]
}

/// Returns whether a tag names a page larger than the smallest.
#[inline]
pub(super) fn is_large(tag: u64) -> bool {
    tag & VALID != 0 && tag >> SIZE_SHIFT & 3 != 0
}

/// Returns the address space's tag within a tag.
pub(super) fn pcid_of(tag: u64) -> u16 {
    low16(tag >> PCID_SHIFT) & 0xfff
}

/// Returns the start of a tag's page. Addresses of 48 bits repeat bit 47 above; those of 32
/// bits have none to repeat.
pub(super) fn page_of(tag: u64) -> VirtAddr {
    let low = (tag & VPN_MASK) << shift_of(tag) & VPN_MASK;
    VirtAddr(unsigned(signed(low << 16) >> 16))
}

/// Finds the way with this tag.
#[inline]
pub(super) fn find(set: &[u64], tag: u64) -> Option<usize> {
    tags(set).iter().position(|&held| held == tag)
}

/// Returns whether any way has this tag: without a branch a way, for sets that mostly do not.
#[inline]
pub(super) fn holds(set: &[u64], tag: u64) -> bool {
    tags(set).iter().fold(false, |held, &other| held | (other == tag))
}

/// Puts an entry in the place of the least recently used one; returns its way.
#[inline]
pub(super) fn replace(set: &mut [u64], tag: u64, data: u64) -> usize {
    let (way, order) = replace_last(set[0], count(set.len() / 2));
    set[0] = order;
    set[1 + way] = tag;
    set[data_at(set, way)] = data;
    way
}

/// Returns the tags of a set.
#[inline]
pub(super) fn tags(set: &[u64]) -> &[u64] {
    &set[1..=set.len() / 2]
}

/// Returns the place of the data of `way` in a set.
#[inline]
pub(super) fn data_at(set: &[u64], way: usize) -> usize {
    1 + set.len() / 2 + way
}
