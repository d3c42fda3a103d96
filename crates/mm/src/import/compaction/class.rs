//! What a character of a dump stands for: what frames are used for, and how pages in use are held.

use crate::import::text::{DumpError, Expected, Line};
use crate::store::PageFlags;
use crate::units::Order;

/// What frames are used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FrameClass {
    /// In one word.
    pub usage: FrameUse,
    /// Order of the block that begins here.
    pub order: Order,
    /// `_refcount`.
    pub refcount: u32,
    /// How many entries map it.
    pub mappings: u32,
    /// What its contents belong to.
    pub mapping: PageMapping,
    /// Flags, list and all.
    pub flags: PageFlags,
}

/// What a frame is used for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FrameUse {
    /// There is no frame.
    Hole,
    /// On a free list.
    Free,
    /// On a processor's list.
    Pcp,
    /// Never given to the page allocator.
    Reserved,
    /// A slab.
    Slab,
    /// A compound page of the kernel's.
    Compound,
    /// Behind the head of a compound page.
    Tail,
    /// Allocated, by the kernel for itself.
    Kernel,
    /// Behind the first frame of an allocated block that is no compound page.
    Inner,
    /// A page of a process or a file: on an LRU list, or on the way to one.
    Lru,
    /// A page of the kernel's that can be moved.
    Movable,
}

/// What the contents of a page belong to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PageMapping {
    /// Nothing that has a say.
    None,
    /// A process.
    Anon,
    /// A file whose pages can be moved.
    Migrates,
    /// A file whose pages cannot be moved.
    Stays,
    /// A slot of a swap area.
    SwapCache,
}

/// `class C WHAT [order=O] [on=LIST|for=LIST] [ref=N map=N mapping=M] [FLAGS]`
pub(super) fn class(line: Line<'_>) -> Result<(char, FrameClass), DumpError> {
    let mut name = line.word(1).unwrap_or("").chars();
    let name =
        name.next().filter(|_| name.as_str().is_empty()).ok_or(line.lacks(Expected::Field("class")))?;
    let what = line.word(2).unwrap_or("");
    let usage = match what {
        "hole" => FrameUse::Hole,
        "free" => FrameUse::Free,
        "pcp" => FrameUse::Pcp,
        "reserved" => FrameUse::Reserved,
        "slab" => FrameUse::Slab,
        "compound" if line.optional_field("on").is_some() => FrameUse::Lru,
        "compound" => FrameUse::Compound,
        "tail" => FrameUse::Tail,
        "kernel" => FrameUse::Kernel,
        "inner" => FrameUse::Inner,
        "lru" | "off-lru" => FrameUse::Lru,
        "movable" => FrameUse::Movable,
        _ => return Err(line.lacks(Expected::Field("class"))),
    };
    let order = match line.optional_field("order") {
        Some(_) => line.order()?,
        None => Order::ZERO,
    };
    let number = |name| match line.optional_field(name) {
        Some(_) => line.number(name),
        None => Ok(0),
    };
    let mapping = match line.optional_field("mapping") {
        Some("anon") => PageMapping::Anon,
        Some("migrates") => PageMapping::Migrates,
        Some("no-migrate") => PageMapping::Stays,
        Some("swapcache") => PageMapping::SwapCache,
        Some("none") | None => PageMapping::None,
        Some(_) => return Err(line.lacks(Expected::Field("mapping"))),
    };
    let (refcount, mappings): (u32, u32) = (number("ref")?, number("map")?);
    if refcount > 0xffff || mappings > 0xffff {
        return Err(line.lacks(Expected::Number("ref")));
    }
    Ok((name, FrameClass { usage, order, refcount, mappings, mapping, flags: flags(line, usage) }))
}

/// Returns the flags that a class names, and those that the list it is on stands for.
fn flags(line: Line<'_>, usage: FrameUse) -> PageFlags {
    let words = || line.text.split_ascii_whitespace().skip(2);
    let named = PageFlags::NAMES.iter().filter(|(_, name)| words().any(|word| word == *name));
    let mut flags = named.fold(PageFlags::NONE, |flags, (flag, _)| flags.with(*flag)).without(PageFlags::LRU);
    if line.optional_field("on").is_some() {
        flags = flags.with(PageFlags::LRU);
    }
    let list = line.optional_field("on").or(line.optional_field("for")).unwrap_or("");
    if list == "unevictable" {
        flags = flags.with(PageFlags::UNEVICTABLE);
    }
    if list.starts_with("active") {
        flags = flags.with(PageFlags::ACTIVE);
    }
    if line.optional_field("order").is_some() && usage != FrameUse::Kernel {
        flags = flags.with(PageFlags::HEAD);
    }
    flags
}
