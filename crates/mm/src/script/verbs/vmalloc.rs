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

#[cfg(test)]
use crate::script::arbitrary;

verbs! {
    /// What is done with the kernel's own mappings.
    VmallocCommand, VmallocVerb in Vmalloc;

    /// Takes memory that is contiguous in addresses.
    Vmalloc(bytes: Bytes) = "vmalloc SIZE", Kernel, Range, Refused, &[Shape::Size], &[], &[],
        read |args| args::size(args.positional(Shape::Size)?),
        print |f| write!(f, " {}", Size(bytes.0)),
        random |rng| arbitrary::bytes(rng);
    /// Gives it back.
    Vfree(at: Address) = "vfree ADDR", Kernel, Nothing, Refused, &[Shape::Address], &[], &[],
        read |args| Address::read(args.positional(Shape::Address)?, Places::One),
        print |f| write!(f, " {at}"),
        random |rng| arbitrary::address(rng, Places::One);
    /// Flushes the addresses that wait.
    UnmapAliases = "vm_unmap_aliases", Kernel, Nothing, Refused, &[], &[], &[];
    /// Asks for an address of the first frame of each block.
    Kmap(blocks: Picked) = "kmap LABEL | LABEL[N] | LABEL[N..M]",
        Kernel, Objects, Refused, &[Shape::Blocks], &[], &[],
        read |args| read_blocks(args),
        print |f| write!(f, " {blocks}"),
        random |rng| arbitrary::picked(rng);
    /// Gives those addresses back.
    Kunmap(blocks: Picked) = "kunmap LABEL | LABEL[N] | LABEL[N..M]",
        Kernel, Nothing, Refused, &[Shape::Blocks], &[], &[],
        read |args| read_blocks(args),
        print |f| write!(f, " {blocks}"),
        random |rng| arbitrary::picked(rng);
}

/// Reads some blocks of a label.
pub(super) fn read_blocks(args: &mut Args<'_>) -> Result<Picked, Wrong> {
    let word = args.positional(Shape::Blocks)?;
    let mut cursor = word.cursor();
    let picked = Picked::read(&mut cursor, Shape::Blocks, Places::Several)?;
    if cursor.at_end() { Ok(picked) } else { Err(word.not(Shape::Blocks)) }
}
