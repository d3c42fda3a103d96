//! `vmalloc`, `vfree`, `vm_unmap_aliases`, `kmap`, `kunmap`: the kernel's own mappings.

use core::fmt;

use crate::script::Verb;
use crate::script::address::{Address, Picked, Places};
use crate::script::args::{self, Args};
use crate::script::error::Wrong;
use crate::script::number::Size;
use crate::script::registry::{Fails, Gives, Takes, VerbKind, VerbSpec};
use crate::script::shape::Shape;
use crate::units::Bytes;

const KERNEL_VERB: VerbSpec = VerbSpec {
    kind: VerbKind::VmUnmapAliases,
    name: "vm_unmap_aliases",
    usage: "vm_unmap_aliases",
    takes: Takes::Kernel,
    gives: Gives::Nothing,
    fails: Fails::Refused,
    args: &[],
    keys: &[],
    words: &[],
    parse: |_| Ok(Verb::Vmalloc(VmallocCommand::UnmapAliases)),
};

pub(in crate::script) const VERBS: &[VerbSpec] = &[
    VerbSpec {
        kind: VerbKind::Vmalloc,
        name: "vmalloc",
        usage: "vmalloc SIZE",
        gives: Gives::Range,
        args: &[Shape::Size],
        parse: |args| {
            let bytes = args::size(args.positional(Shape::Size)?)?;
            Ok(Verb::Vmalloc(VmallocCommand::Vmalloc(bytes)))
        },
        ..KERNEL_VERB
    },
    VerbSpec {
        kind: VerbKind::Vfree,
        name: "vfree",
        usage: "vfree ADDR",
        args: &[Shape::Address],
        parse: |args| {
            let at = Address::read(args.positional(Shape::Address)?, Places::One)?;
            Ok(Verb::Vmalloc(VmallocCommand::Vfree(at)))
        },
        ..KERNEL_VERB
    },
    KERNEL_VERB,
    VerbSpec {
        kind: VerbKind::Kmap,
        name: "kmap",
        usage: "kmap LABEL | LABEL[N] | LABEL[N..M]",
        gives: Gives::Objects,
        args: &[Shape::Blocks],
        parse: |args| blocks(args).map(VmallocCommand::Kmap).map(Verb::Vmalloc),
        ..KERNEL_VERB
    },
    VerbSpec {
        kind: VerbKind::Kunmap,
        name: "kunmap",
        usage: "kunmap LABEL | LABEL[N] | LABEL[N..M]",
        args: &[Shape::Blocks],
        parse: |args| blocks(args).map(VmallocCommand::Kunmap).map(Verb::Vmalloc),
        ..KERNEL_VERB
    },
];

/// What is done with the kernel's own mappings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum VmallocCommand {
    /// Takes memory that is contiguous in addresses.
    Vmalloc(Bytes),
    /// Gives it back.
    Vfree(Address),
    /// Flushes the addresses that wait.
    UnmapAliases,
    /// Asks for an address of the first frame of each block.
    Kmap(Picked),
    /// Gives those addresses back.
    Kunmap(Picked),
}

impl VmallocCommand {
    /// Returns which verb it is.
    pub fn kind(&self) -> VerbKind {
        match self {
            VmallocCommand::Vmalloc(_) => VerbKind::Vmalloc,
            VmallocCommand::Vfree(_) => VerbKind::Vfree,
            VmallocCommand::UnmapAliases => VerbKind::VmUnmapAliases,
            VmallocCommand::Kmap(_) => VerbKind::Kmap,
            VmallocCommand::Kunmap(_) => VerbKind::Kunmap,
        }
    }
}

fn blocks(args: &mut Args<'_>) -> Result<Picked, Wrong> {
    let word = args.positional(Shape::Blocks)?;
    let mut cursor = word.cursor();
    let picked = Picked::read(&mut cursor, Shape::Blocks, Places::Several)?;
    if cursor.at_end() { Ok(picked) } else { Err(word.not(Shape::Blocks)) }
}

impl fmt::Display for VmallocCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind().spec().name)?;
        match self {
            VmallocCommand::Vmalloc(bytes) => write!(f, " {}", Size(bytes.0)),
            VmallocCommand::Vfree(at) => write!(f, " {at}"),
            VmallocCommand::UnmapAliases => Ok(()),
            VmallocCommand::Kmap(blocks) | VmallocCommand::Kunmap(blocks) => write!(f, " {blocks}"),
        }
    }
}
