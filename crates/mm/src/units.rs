//! Quantities with a unit: frames, addresses, orders, sizes, durations.
//!
//! Newtypes that cannot be mixed, with the legal conversions only. All state is sized
//! (`u32`, `u64`) because the page runs on wasm32, where `usize` has 32 bits; `usize` only
//! indexes. This is the one file in which `as` converts numbers.

use core::fmt;

/// Binary logarithm of the frame size.
pub const PAGE_SHIFT: u32 = 12;
/// Bytes in a frame, 4 KiB on both architectures.
pub const PAGE_SIZE: u64 = 1 << PAGE_SHIFT;
/// Number of buddy orders: 0..=10, as in 6.1 (`MAX_ORDER` is one past the last).
pub const MAX_ORDER: usize = 11;

/// Page frame number: physical address >> 12.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Pfn(pub u32);

impl Pfn {
    /// Returns the physical address of the frame's first byte.
    pub const fn addr(self) -> PhysAddr {
        PhysAddr((self.0 as u64) << PAGE_SHIFT)
    }

    /// Returns the frame `n` above this one.
    ///
    /// # Panics
    /// When the sum does not fit 32 bits, which no machine of ours reaches.
    pub const fn add(self, n: u32) -> Pfn {
        Pfn(self.0 + n)
    }

    /// Returns the block of `order` that merges with the block headed by this frame.
    pub const fn buddy(self, order: Order) -> Pfn {
        Pfn(self.0 ^ (1 << order.0))
    }

    /// Rounds down to a multiple of `2^order` frames.
    pub const fn align_down(self, order: Order) -> Pfn {
        Pfn(self.0 & !((1 << order.0) - 1))
    }

    /// Returns the index of this frame in a table of frames.
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Address on the memory bus.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct PhysAddr(pub u64);

impl PhysAddr {
    /// Returns the frame that contains this address.
    ///
    /// # Panics
    /// When the address lies above 2^44, the widest machine that a [`Pfn`] can name.
    pub const fn pfn(self) -> Pfn {
        let pfn = self.0 >> PAGE_SHIFT;
        assert!(pfn <= u32::MAX as u64, "physical address above 2^44");
        Pfn(pfn as u32)
    }
}

/// Address as a program uses it. Whether it is canonical is a question to the paging mode.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct VirtAddr(pub u64);

impl VirtAddr {
    /// Rounds down to the start of its page.
    pub const fn page_start(self) -> VirtAddr {
        VirtAddr(self.0 & !(PAGE_SIZE - 1))
    }

    /// Returns the virtual page number: the address >> 12.
    pub const fn page_number(self) -> u64 {
        self.0 >> PAGE_SHIFT
    }

    /// Returns the first address of virtual page `number`.
    pub const fn from_page_number(number: u64) -> VirtAddr {
        VirtAddr(number << PAGE_SHIFT)
    }

    /// Returns the offset within the page, 0..4096.
    pub const fn page_offset(self) -> u64 {
        self.0 & (PAGE_SIZE - 1)
    }

    /// Adds bytes, `None` when the sum leaves 64 bits.
    pub const fn checked_add(self, bytes: u64) -> Option<VirtAddr> {
        match self.0.checked_add(bytes) {
            Some(sum) => Some(VirtAddr(sum)),
            None => None,
        }
    }
}

/// Binary logarithm of a block's size in frames, 0..=10.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Order(u8);

impl Order {
    /// One frame.
    pub const ZERO: Order = Order(0);
    /// The largest block the buddy allocator keeps: 2^10 frames, 4 MiB.
    pub const MAX: Order = Order(10);

    /// Wraps an order that is known to be legal.
    ///
    /// # Panics
    /// When `order` is above 10.
    pub const fn new(order: u8) -> Order {
        assert!((order as usize) < MAX_ORDER, "order above MAX_ORDER - 1");
        Order(order)
    }

    /// Wraps an order from outside, `None` when above 10.
    pub const fn try_new(order: u64) -> Option<Order> {
        if order < MAX_ORDER as u64 { Some(Order(order as u8)) } else { None }
    }

    /// Returns the raw number.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// Returns the raw number to index a table by order.
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// Returns the frames in a block of this order.
    pub const fn pages(self) -> u32 {
        1 << self.0
    }

    /// Returns the next larger order.
    ///
    /// # Panics
    /// At [`Order::MAX`].
    pub const fn up(self) -> Order {
        Order::new(self.0 + 1)
    }

    /// Returns the next smaller order.
    ///
    /// # Panics
    /// At zero.
    pub const fn down(self) -> Order {
        Order::new(self.0 - 1)
    }

    /// Iterates from this order up to [`Order::MAX`].
    pub fn and_up(self) -> impl DoubleEndedIterator<Item = Order> + Clone {
        (self.0..=Order::MAX.0).map(Order)
    }
}

/// Size in bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Default)]
pub struct Bytes(pub u64);

impl Bytes {
    /// Returns the whole frames needed to hold this many bytes.
    pub const fn pages_up(self) -> u64 {
        self.0.div_ceil(PAGE_SIZE)
    }

    /// Returns the smallest multiple of 4 KiB that holds this many bytes, `None` past 64 bits.
    pub const fn page_align(self) -> Option<Bytes> {
        match self.0.checked_next_multiple_of(PAGE_SIZE) {
            Some(bytes) => Some(Bytes(bytes)),
            None => None,
        }
    }
}

/// Length of model time in nanoseconds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, Default)]
pub struct Nanos(pub u64);

/// Converts a 32-bit table index or count for indexing.
#[inline]
pub const fn index(value: u32) -> usize {
    value as usize
}

/// Converts a 64-bit table index for indexing.
///
/// # Panics
/// When it does not fit the host's `usize`: a table of ours never has 2^32 entries.
#[inline]
pub const fn index64(value: u64) -> usize {
    assert!(value <= u32::MAX as u64, "index beyond a 32-bit host");
    value as usize
}

/// Converts the length of a table of ours to a sized count.
///
/// # Panics
/// When it does not fit 32 bits, which the limits on tables exclude.
#[inline]
pub const fn count(len: usize) -> u32 {
    assert!(len as u64 <= u32::MAX as u64, "table longer than 2^32");
    len as u32
}

/// Widens a byte, where `From` cannot be called: in constants.
pub const fn widen8(value: u8) -> u32 {
    value as u32
}

/// Widens two bytes, where `From` cannot be called: in constants.
pub const fn widen16(value: u16) -> u32 {
    value as u32
}

/// Takes the low 32 bits of a packed word.
#[inline]
pub const fn low32(word: u64) -> u32 {
    word as u32
}

/// Takes the high 32 bits of a packed word.
#[inline]
pub const fn high32(word: u64) -> u32 {
    (word >> 32) as u32
}

/// Packs two 32-bit halves into a word.
#[inline]
pub const fn pack32(low: u32, high: u32) -> u64 {
    low as u64 | (high as u64) << 32
}

/// Reads a stored word as the signed number it holds.
#[inline]
pub const fn signed(word: u64) -> i64 {
    word as i64
}

/// Stores a signed number as a word.
#[inline]
pub const fn unsigned(value: i64) -> u64 {
    value as u64
}

/// Takes the low 8 bits of a packed word.
#[inline]
pub const fn low8(word: u64) -> u8 {
    word as u8
}

/// Takes the low 16 bits of a packed word.
#[inline]
pub const fn low16(word: u64) -> u16 {
    word as u16
}

impl fmt::Display for Pfn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl fmt::Display for PhysAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

impl fmt::Display for VirtAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x}", self.0)
    }
}

impl fmt::Display for Order {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Frames `start..end`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Span {
    /// First frame.
    pub start: Pfn,
    /// Frame after the last.
    pub end: Pfn,
}

impl Span {
    /// Makes a span from frame numbers.
    pub const fn new(start: u32, end: u32) -> Span {
        Span { start: Pfn(start), end: Pfn(end) }
    }

    /// Returns the number of frames.
    pub const fn pages(self) -> u32 {
        self.end.0.saturating_sub(self.start.0)
    }

    /// Returns the part within `other`, perhaps empty.
    pub fn within(self, other: Span) -> Span {
        let start = self.start.max(other.start);
        Span { start, end: self.end.min(other.end).max(start) }
    }
}
