//! What labels of a script stand for: `buf = mmap 16M`, `blk = alloc_pages order=3`.
//!
//! Labels are global to a script and keep their last successful value; they are state, so
//! that stepping back also takes back what they mean.

use std::rc::Rc;

use crate::runs::Runs;
use crate::slab::CacheId;
use crate::store::map::{Key, Weigh};
use crate::store::{Digest, Journal, Map, TableId};
use crate::units::{Order, Pfn, VirtAddr};

/// Value of a label.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Label {
    /// A range of a process's addresses.
    Range {
        /// First byte.
        start: VirtAddr,
        /// Bytes that were asked for: what `touch` without a length covers.
        len: u64,
    },
    /// Blocks from the page allocator, in the order they were allocated.
    Blocks {
        /// First frame of each.
        frames: Rc<Runs<Pfn>>,
        /// Order of each.
        order: Order,
    },
    /// A cache of small objects.
    Cache(CacheId),
    /// Objects of a cache or of `kmalloc`, in the order they were allocated.
    Objects {
        /// First byte of each.
        at: Rc<Runs<VirtAddr>>,
        /// Bytes of each that may be used.
        size: u64,
    },
}

/// A label's key: 56 bits of a hash of its name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct NameKey(u64);

impl NameKey {
    fn of(name: &str) -> NameKey {
        let mut digest = Digest::default();
        digest.bytes(name.as_bytes());
        NameKey(digest.value() >> 8)
    }
}

impl Key for NameKey {
    fn pack(self) -> u64 {
        self.0
    }
}

/// Name and value, so that two names of one hash cannot be confused.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Named {
    name: Rc<str>,
    label: Label,
}

impl Weigh for Named {
    fn bytes_behind(&self) -> u64 {
        match &self.label {
            Label::Blocks { frames, .. } => frames.bytes(),
            Label::Objects { at, .. } => at.bytes(),
            Label::Range { .. } | Label::Cache(_) => 0,
        }
    }
}

/// All labels of a machine.
#[derive(Clone, Debug)]
pub struct Labels {
    pub(crate) map: Map<NameKey, Named>,
}

impl Default for Labels {
    fn default() -> Labels {
        Labels { map: Map::new(TableId::Label) }
    }
}

impl Labels {
    /// Returns what `name` stands for.
    pub fn get(&self, name: &str) -> Option<&Label> {
        let named = self.map.get(NameKey::of(name))?;
        assert_eq!(&*named.name, name, "two labels with one hash");
        Some(&named.label)
    }

    /// Lets `name` stand for `label` from now on.
    pub fn set(&mut self, name: &str, label: Label, journal: &mut Journal) {
        self.map.set(NameKey::of(name), Named { name: name.into(), label }, journal);
    }

    /// Iterates over names and values, in no meaningful order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Label)> {
        self.map.iter().map(|(_, named)| (&*named.name, &named.label))
    }
}
