//! `mmap`, `munmap`, `mprotect`, `madvise`: calls that change an address space.

use core::fmt;

use crate::script::Verb;
use crate::script::address::{Address, Places};
use crate::script::args::{self, Args, Opt};
use crate::script::cursor::Span;
use crate::script::error::{Wanted, Wrong};
use crate::script::extent::{Extent, Pieces, Repeat};
use crate::script::name::Word;
use crate::script::number::Size;
use crate::script::registry::{Fails, Gives, Takes, VerbKind, VerbSpec};
use crate::script::shape::Shape;
use crate::units::Bytes;
use crate::unmodelled::{self, Origin};
use crate::virt::area::madvise::Advice;

#[cfg(test)]
use crate::script::arbitrary;

verbs! {
    /// A call that changes an address space.
    MemoryCommand, MemoryVerb in Memory;

    /// Maps memory.
    Mmap(mmap: Mmap) =
        "mmap LEN [r|w|x|rw|rx|wx|rwx|none] [shared] [noreserve] [populate] [locked] [growsdown] \
         [hugetlb] [fixed=ADDR | noreplace=ADDR | hint=ADDR | align=SIZE] [file=NAME] [offset=SIZE]",
        Process, Range, Refused, &[Shape::Size],
        &[
            ("fixed", Shape::Address),
            ("noreplace", Shape::Address),
            ("hint", Shape::Address),
            ("align", Shape::PowerOfTwo),
            ("file", Shape::FileName),
            ("offset", Shape::Size),
        ],
        &[
            "r",
            "w",
            "x",
            "rw",
            "rx",
            "wx",
            "rwx",
            "none",
            "shared",
            "noreserve",
            "populate",
            "locked",
            "growsdown",
            "hugetlb",
        ],
        read |args| read_mmap(args),
        print |f| mmap.fmt(f),
        random |rng| arbitrary::mmap(rng);
    /// Unmaps memory.
    Munmap(pieces: Pieces) = "munmap ADDR [LEN] [stride=SIZE count=N]",
        Process, Nothing, Refused, &[Shape::Address, Shape::Size], Pieces::KEYS, &[],
        read |args| Pieces::read(args, Places::One),
        print |f| write!(f, " {pieces}"),
        random |rng| arbitrary::pieces(rng, Places::One);
    /// Changes rights.
    Mprotect(mprotect: Mprotect) = "mprotect ADDR LEN r|w|x|rw|rx|wx|rwx|none",
        Process, Nothing, Refused, &[Shape::Address, Shape::Size, Shape::Prot], &[], &[],
        read |args| read_mprotect(args),
        print |f| mprotect.fmt(f),
        random |rng| Mprotect {
            at: arbitrary::address(rng, Places::One),
            len: arbitrary::bytes(rng),
            prot: *rng.pick(&Prot::ALL),
        };
    /// Gives advice about memory.
    Madvise(madvise: Madvise) = "madvise ADDR [LEN] ADVICE [stride=SIZE count=N]",
        Process, Nothing, Refused, &[Shape::Address, Shape::Size, Shape::Advice], Pieces::KEYS, &[],
        read |args| read_madvise(args),
        print |f| madvise.fmt(f),
        random |rng| Madvise {
            pieces: arbitrary::pieces(rng, Places::One),
            advice: *rng.pick(Advice::ALL),
        };
}

/// A mapping as the script asks for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mmap {
    /// Length in bytes, not rounded: the kernel judges it.
    pub len: Bytes,
    /// What the process may do there.
    pub prot: Prot,
    /// Whether writes are seen by others.
    pub sharing: Sharing,
    /// Where.
    pub place: Placement,
    /// What is mapped; zeroed anonymous memory without.
    pub file: Option<FileRange>,
    /// `MAP_NORESERVE`.
    pub noreserve: bool,
    /// `MAP_POPULATE`.
    pub populate: bool,
    /// `MAP_LOCKED`.
    pub locked: bool,
    /// `MAP_GROWSDOWN`.
    pub growsdown: bool,
    /// `MAP_HUGETLB`.
    pub hugetlb: bool,
}

impl Mmap {
    /// Makes a private anonymous mapping, readable and writable, wherever the kernel puts it.
    pub fn anonymous(len: Bytes) -> Mmap {
        Mmap {
            len,
            prot: Prot::RW,
            sharing: Sharing::Private,
            place: Placement::Anywhere,
            file: None,
            noreserve: false,
            populate: false,
            locked: false,
            growsdown: false,
            hugetlb: false,
        }
    }
}

/// `PROT_READ`, `PROT_WRITE`, `PROT_EXEC`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Prot {
    /// May be read.
    pub read: bool,
    /// May be written.
    pub write: bool,
    /// May be executed.
    pub exec: bool,
}

impl Prot {
    /// Readable and writable, what `mmap` takes without a word.
    pub const RW: Prot = Prot { read: true, write: true, exec: false };

    /// Every combination.
    pub const ALL: [Prot; 8] = {
        let mut all = [Prot { read: false, write: false, exec: false }; 8];
        let mut bits = 0;
        while bits < all.len() {
            all[bits] = Prot { read: bits & 1 != 0, write: bits & 2 != 0, exec: bits & 4 != 0 };
            bits += 1;
        }
        all
    };

    /// Returns the word.
    pub const fn name(self) -> &'static str {
        match (self.read, self.write, self.exec) {
            (false, false, false) => "none",
            (true, false, false) => "r",
            (false, true, false) => "w",
            (false, false, true) => "x",
            (true, true, false) => "rw",
            (true, false, true) => "rx",
            (false, true, true) => "wx",
            (true, true, true) => "rwx",
        }
    }
}

/// `MAP_PRIVATE` or `MAP_SHARED`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Sharing {
    /// Writes stay in the process.
    Private,
    /// Writes are seen by whoever maps the same.
    Shared,
}

/// Where a mapping goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Placement {
    /// Where the kernel likes.
    Anywhere,
    /// Where the kernel likes, on a multiple of this power of two (the program maps more and
    /// gives back the ends).
    Aligned(Bytes),
    /// There if that is free.
    Hint(Address),
    /// There, whatever was there before (`MAP_FIXED`).
    Fixed(Address),
    /// There or not at all (`MAP_FIXED_NOREPLACE`).
    NoReplace(Address),
}

/// A part of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileRange {
    /// The file.
    pub name: Word,
    /// First byte.
    pub offset: Bytes,
}

/// A change of rights.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mprotect {
    /// First byte.
    pub at: Address,
    /// Length in bytes.
    pub len: Bytes,
    /// The new rights.
    pub prot: Prot,
}

/// Advice about memory; without a length, about a label's whole length.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Madvise {
    /// About which memory.
    pub pieces: Pieces,
    /// What is said about it.
    pub advice: Advice,
}

fn read_mmap(args: &mut Args<'_>) -> Result<Mmap, Wrong> {
    let mut map = Mmap::anonymous(args::size(args.positional(Shape::Size)?)?);
    let mut prot = None;
    let mut placed_by = None;
    let mut offset = None;
    while let Some(option) = args.option()? {
        match option {
            Opt::Word(word, at) => flag(&mut map, &mut prot, word, at)?,
            Opt::Key("file", value) => {
                map.file = Some(FileRange { name: args::word(value, Shape::FileName)?, offset: Bytes(0) });
            }
            Opt::Key("offset", value) => offset = Some((value, args::size(value)?)),
            Opt::Key(key, value) => {
                if let Some(other) = placed_by.replace(key) {
                    return Err(value.wrong(Wanted::Without(other)));
                }
                map.place = placement(key, value)?;
            }
        }
    }
    match (&mut map.file, offset) {
        (_, None) => {}
        (Some(file), Some((_, offset))) => file.offset = offset,
        (None, Some((value, _))) => return Err(value.wrong(Wanted::With("file"))),
    }
    map.prot = prot.unwrap_or(map.prot);
    Ok(map)
}

fn flag(map: &mut Mmap, prot: &mut Option<Prot>, word: &str, at: Span<'_>) -> Result<(), Wrong> {
    match word {
        "shared" => map.sharing = Sharing::Shared,
        "noreserve" => map.noreserve = true,
        "populate" => map.populate = true,
        "locked" => map.locked = true,
        "growsdown" => map.growsdown = true,
        "hugetlb" => map.hugetlb = true,
        _ => {
            if prot.replace(rights(at)?).is_some() {
                return Err(at.wrong(Wanted::Once));
            }
        }
    }
    Ok(())
}

fn placement(key: &str, value: Span<'_>) -> Result<Placement, Wrong> {
    Ok(match key {
        "fixed" => Placement::Fixed(args::address(value)?),
        "noreplace" => Placement::NoReplace(args::address(value)?),
        "hint" => Placement::Hint(args::address(value)?),
        "align" => Placement::Aligned(args::power_of_two(value)?),
        _ => unreachable!("no such key in the table"),
    })
}

fn read_mprotect(args: &mut Args<'_>) -> Result<Mprotect, Wrong> {
    let at = args::address(args.positional(Shape::Address)?)?;
    let len = args::size(args.positional(Shape::Size)?)?;
    Ok(Mprotect { at, len, prot: rights(args.positional(Shape::Prot)?)? })
}

fn read_madvise(args: &mut Args<'_>) -> Result<Madvise, Wrong> {
    let first = Extent::read(args, Places::One)?;
    let word = args.positional(Shape::Advice)?;
    if unmodelled::is_advice(word.text) {
        return Err(word.wrong(Wanted::NotModelled(Origin::Kernel)));
    }
    let advice = args::choice(word, Shape::Advice, Advice::ALL, Advice::name)?;
    Ok(Madvise { pieces: Pieces { first, repeat: Repeat::read(args)? }, advice })
}

fn rights(word: Span<'_>) -> Result<Prot, Wrong> {
    args::choice(word, Shape::Prot, &Prot::ALL, Prot::name)
}

impl fmt::Display for Mmap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " {}", Size(self.len.0))?;
        if self.prot != Prot::RW {
            write!(f, " {}", self.prot.name())?;
        }
        let flags = [
            (self.sharing == Sharing::Shared, "shared"),
            (self.noreserve, "noreserve"),
            (self.populate, "populate"),
            (self.locked, "locked"),
            (self.growsdown, "growsdown"),
            (self.hugetlb, "hugetlb"),
        ];
        for (_, name) in flags.iter().filter(|(set, _)| *set) {
            write!(f, " {name}")?;
        }
        match &self.place {
            Placement::Anywhere => {}
            Placement::Aligned(size) => write!(f, " align={}", Size(size.0))?,
            Placement::Hint(at) => write!(f, " hint={at}")?,
            Placement::Fixed(at) => write!(f, " fixed={at}")?,
            Placement::NoReplace(at) => write!(f, " noreplace={at}")?,
        }
        let Some(file) = &self.file else { return Ok(()) };
        write!(f, " file={}", file.name)?;
        if file.offset.0 != 0 {
            write!(f, " offset={}", Size(file.offset.0))?;
        }
        Ok(())
    }
}

impl fmt::Display for Mprotect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " {} {} {}", self.at, Size(self.len.0), self.prot.name())
    }
}

impl fmt::Display for Madvise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " {} {}", self.pieces.first, self.advice.name())?;
        self.pieces.repeat.map_or(Ok(()), |repeat| write!(f, " {repeat}"))
    }
}
