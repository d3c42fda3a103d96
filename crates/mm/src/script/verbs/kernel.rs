//! `alloc_pages`, `free_pages`, `drain_all_pages`: the page allocator, called directly.

use core::fmt;

use super::vmalloc::read_blocks;
use crate::gfp::{self, AskedGfp, Gfp, GfpNumber};
use crate::script::Verb;
use crate::script::address::Picked;
use crate::script::args::{self, Args, Opt};
use crate::script::cursor::Span;
use crate::script::error::Wrong;
use crate::script::limits::Limit;
use crate::script::nearest::nearest;
use crate::script::number;
use crate::script::registry::{Fails, Gives, Takes, VerbKind, VerbSpec};
use crate::script::shape::Shape;
use crate::units::Order;

#[cfg(test)]
use crate::script::arbitrary;

verbs! {
    /// A call of the page allocator.
    KernelCommand, KernelVerb in Kernel;

    /// Allocates blocks of frames.
    AllocPages(alloc: AllocPages) =
        "alloc_pages [order=N] [gfp=FLAG|FLAG... | gfp=NUMBER/RELEASE] [node=N] [cpu=N] [count=N|max]",
        Kernel, Blocks, Refused, &[],
        &[
            ("order", Shape::Order),
            ("gfp", Shape::Gfp),
            ("node", Shape::Node),
            ("cpu", Shape::Cpu),
            ("count", Shape::CountOrMax),
        ],
        &[],
        read |args| alloc_pages(args),
        print |f| alloc.fmt(f),
        random |rng| arbitrary::alloc_pages(rng);
    /// Frees them.
    FreePages(blocks: Picked) = "free_pages LABEL | LABEL[N] | LABEL[N..M]",
        Kernel, Nothing, Refused, &[Shape::Blocks], &[], &[],
        read |args| read_blocks(args),
        print |f| write!(f, " {blocks}"),
        random |rng| arbitrary::picked(rng);
    /// Returns the per-CPU lists to the buddy lists.
    DrainAllPages = "drain_all_pages", Kernel, Nothing, Never, &[], &[], &[];
}

/// Blocks asked of the page allocator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AllocPages {
    /// Order of each.
    pub order: Order,
    /// What may be done to get them.
    pub gfp: AskedGfp,
    /// Preferred node; the processor's own without.
    pub node: Option<u8>,
    /// Processor that asks; the one in front of the verb (`kernel@1:`), else 0.
    pub cpu: Option<u8>,
    /// How many.
    pub count: Count,
}

/// How many blocks a label stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Count {
    /// So many.
    Exactly(u32),
    /// As many as there are: until the allocator refuses.
    Max,
}

impl Default for AllocPages {
    fn default() -> AllocPages {
        AllocPages {
            order: Order::ZERO,
            gfp: Gfp::KERNEL.into(),
            node: None,
            cpu: None,
            count: Count::Exactly(1),
        }
    }
}

fn alloc_pages(args: &mut Args<'_>) -> Result<AllocPages, Wrong> {
    let mut alloc = AllocPages::default();
    while let Some(option) = args.option()? {
        match option {
            Opt::Key("order", value) => alloc.order = args::order(value)?,
            Opt::Key("gfp", value) => alloc.gfp = flags(value)?,
            Opt::Key("node", value) => alloc.node = Some(args::node(value)?),
            Opt::Key("cpu", value) => alloc.cpu = Some(args::cpu(value)?),
            Opt::Key("count", value) => alloc.count = count(value)?,
            Opt::Key(..) | Opt::Word(..) => unreachable!("no such option in the table"),
        }
    }
    Ok(alloc)
}

pub(super) fn flags(value: Span<'_>) -> Result<AskedGfp, Wrong> {
    if value.text.starts_with(|c: char| c.is_ascii_digit()) {
        return numbered(value);
    }
    let mut cursor = value.cursor();
    let mut flags = Gfp::NONE;
    loop {
        let name = cursor.take_while(|c| c != gfp::SEPARATOR);
        flags = flags | flag(name)?;
        if !cursor.eat_char(gfp::SEPARATOR) {
            return Ok(flags.into());
        }
    }
}

/// Reads `0xcc0`, or `0x24000c0/4.4` of another kernel.
fn numbered(value: Span<'_>) -> Result<AskedGfp, Wrong> {
    let (bits, release) = match value.text.split_once('/') {
        Some((bits, release)) => (bits, Some(release)),
        None => (value.text, None),
    };
    let release = release.map(|release| {
        let (major, minor) = release.split_once('.')?;
        // A third number is of a patch: 4.4.302.
        let (minor, patch) = minor.split_once('.').unwrap_or((minor, "0"));
        let _: u16 = patch.parse().ok()?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    });
    let number = number::plain(bits).ok().and_then(|bits| u32::try_from(bits).ok());
    let number = match (number, release) {
        (Some(bits), None) => Some(GfpNumber { bits, release: None }),
        (Some(bits), Some(Some(release))) => Some(GfpNumber { bits, release: Some(release) }),
        (Some(_), Some(None)) | (None, _) => None,
    };
    let asked = number.and_then(|number| Some(AskedGfp { gfp: number.flags()?, number: Some(number) }));
    asked.ok_or_else(|| value.not(Shape::Gfp))
}

fn flag(name: Span<'_>) -> Result<Gfp, Wrong> {
    Gfp::from_name(name.text).ok_or_else(|| {
        let meant = nearest(name.text, gfp::NAMES.iter().map(|(name, _)| *name));
        Wrong { nearest: meant.map(str::to_string), ..name.not(Shape::Gfp) }
    })
}

pub(super) fn count(value: Span<'_>) -> Result<Count, Wrong> {
    if value.text == "max" {
        return Ok(Count::Max);
    }
    args::count(value, Limit::Count, Shape::CountOrMax).map(Count::Exactly)
}

impl fmt::Display for AllocPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " order={} gfp={}", self.order, self.gfp)?;
        if let Some(node) = self.node {
            write!(f, " node={node}")?;
        }
        if let Some(cpu) = self.cpu {
            write!(f, " cpu={cpu}")?;
        }
        match self.count {
            Count::Exactly(1) => Ok(()),
            Count::Exactly(count) => write!(f, " count={count}"),
            Count::Max => f.write_str(" count=max"),
        }
    }
}
