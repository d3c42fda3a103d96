//! Shapes of arguments: what may stand in a place, for errors, completion and the reference.

use super::verbs::boot::{ARCHES, Switch};
use super::verbs::memory::Prot;
use crate::config::{Arch, ThpMode};
use crate::gfp;
use crate::preset::Preset;
use crate::virt::area::madvise::Advice;

/// What an argument looks like.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Shape {
    /// A length: `16M`, `4096`, `0x1000`.
    Size,
    /// A length, or so many per cent of all memory: `512M`, `30%`.
    Portion,
    /// A length that is a power of two.
    PowerOfTwo,
    /// A number without a suffix.
    Number,
    /// How many, from one.
    Count,
    /// How many, from one, or `max`.
    CountOrMax,
    /// Binary logarithm of a block's frames.
    Order,
    /// Allocation flags: `GFP_KERNEL|__GFP_ZERO`.
    Gfp,
    /// Number of a processor, from zero.
    Cpu,
    /// Number of a node, from zero.
    Node,
    /// One place: a number or a label, with `+4K`, `-4K`.
    Address,
    /// One place or several: as an address, `b[0..9]` too.
    Addresses,
    /// A label, `b[3]` or `b[0..9]`.
    Blocks,
    /// A label of a cache.
    Cache,
    /// A new name of a cache.
    CacheName,
    /// A label of objects, `o[3]` or `o[0..9]`.
    Objects,
    /// An index in brackets, `3` or `0..9`.
    Index,
    /// A new name of a process.
    ProcessName,
    /// What `mprotect` allows.
    Prot,
    /// What `madvise` says.
    Advice,
    /// A file on the disk.
    FileName,
    /// A machine by name.
    Preset,
    /// A captured state by name.
    State,
    /// A path that starts with `/`.
    Path,
    /// The text that `echo` writes.
    Text,
    /// A length of time.
    Duration,
    /// An instruction set.
    Arch,
    /// A mode of transparent huge pages.
    Thp,
    /// `on` or `off`.
    Switch,
    /// Something that can be asked: `rss.web`, `pfn(web, buf)`.
    Quantity,
    /// What a quantity is compared with.
    Value,
}

impl Shape {
    /// Every shape.
    pub const ALL: &[Shape] = &[
        Shape::Size,
        Shape::Portion,
        Shape::PowerOfTwo,
        Shape::Number,
        Shape::Count,
        Shape::CountOrMax,
        Shape::Order,
        Shape::Gfp,
        Shape::Cpu,
        Shape::Node,
        Shape::Address,
        Shape::Addresses,
        Shape::Blocks,
        Shape::Cache,
        Shape::CacheName,
        Shape::Objects,
        Shape::Index,
        Shape::ProcessName,
        Shape::Prot,
        Shape::Advice,
        Shape::FileName,
        Shape::Preset,
        Shape::State,
        Shape::Path,
        Shape::Text,
        Shape::Duration,
        Shape::Arch,
        Shape::Thp,
        Shape::Switch,
        Shape::Quantity,
        Shape::Value,
    ];

    /// Returns the words of a shape that is a choice, none for the others.
    pub fn choices(self) -> Vec<&'static str> {
        match self {
            Shape::Gfp => gfp::NAMES.iter().map(|(name, _)| *name).collect(),
            Shape::Prot => Prot::ALL.map(Prot::name).to_vec(),
            Shape::Advice => Advice::ALL.iter().map(|advice| advice.name()).collect(),
            Shape::Arch => ARCHES.map(Arch::name).to_vec(),
            Shape::Thp => ThpMode::ALL.map(ThpMode::name).to_vec(),
            Shape::Switch => Switch::ALL.map(Switch::name).to_vec(),
            Shape::CountOrMax => vec!["max"],
            Shape::Preset => Preset::ALL.map(Preset::name).to_vec(),
            Shape::Size
            | Shape::Portion
            | Shape::PowerOfTwo
            | Shape::Number
            | Shape::Count
            | Shape::Order
            | Shape::Cpu
            | Shape::Node
            | Shape::Address
            | Shape::Addresses
            | Shape::Blocks
            | Shape::Cache
            | Shape::CacheName
            | Shape::Objects
            | Shape::Index
            | Shape::ProcessName
            | Shape::FileName
            | Shape::State
            | Shape::Path
            | Shape::Text
            | Shape::Duration
            | Shape::Quantity
            | Shape::Value => Vec::new(),
        }
    }
}
