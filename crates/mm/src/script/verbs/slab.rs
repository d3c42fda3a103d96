//! `kmem_cache_create` and what is done with a cache; `kmalloc` and `kfree`.

use core::fmt;

use super::kernel::{Count, count, flags};
use crate::gfp::{AskedGfp, Gfp};
use crate::script::Verb;
use crate::script::address::{Picked, Places};
use crate::script::args::{self, Args, Opt};
use crate::script::cursor::Span;
use crate::script::error::{Wanted, Wrong};
use crate::script::name::{Name, Word};
use crate::script::number::Size;
use crate::script::registry::{Fails, Gives, Takes, VerbKind, VerbSpec};
use crate::script::shape::Shape;
use crate::slab::CacheFlags;
use crate::units::Bytes;

pub(in crate::script) const VERBS: &[VerbSpec] = &[
    VerbSpec {
        kind: VerbKind::KmemCacheCreate,
        name: "kmem_cache_create",
        usage: "kmem_cache_create NAME size=SIZE [align=SIZE] [ctor] [rcu] [reclaim] [hwcache_align]",
        takes: Takes::Kernel,
        gives: Gives::Cache,
        fails: Fails::Refused,
        args: &[Shape::CacheName],
        keys: &[("size", Shape::Size), ("align", Shape::PowerOfTwo)],
        words: &["ctor", "rcu", "reclaim", "hwcache_align"],
        parse: |args| create(args).map(SlabCommand::Create).map(Verb::Slab),
    },
    VerbSpec {
        kind: VerbKind::KmemCacheAlloc,
        name: "kmem_cache_alloc",
        usage: "kmem_cache_alloc CACHE [gfp=FLAG|FLAG...] [count=N|max]",
        takes: Takes::Kernel,
        gives: Gives::Objects,
        fails: Fails::Refused,
        args: &[Shape::Cache],
        keys: &[("gfp", Shape::Gfp), ("count", Shape::CountOrMax)],
        words: &[],
        parse: |args| alloc(args).map(SlabCommand::Alloc).map(Verb::Slab),
    },
    VerbSpec {
        kind: VerbKind::KmemCacheFree,
        name: "kmem_cache_free",
        usage: "kmem_cache_free LABEL | LABEL[N] | LABEL[N..M] [cache=CACHE]",
        takes: Takes::Kernel,
        gives: Gives::Nothing,
        fails: Fails::Refused,
        args: &[Shape::Objects],
        keys: &[("cache", Shape::Cache)],
        words: &[],
        parse: |args| free(args).map(SlabCommand::Free).map(Verb::Slab),
    },
    VerbSpec {
        kind: VerbKind::KmemCacheShrink,
        name: "kmem_cache_shrink",
        usage: "kmem_cache_shrink CACHE",
        takes: Takes::Kernel,
        gives: Gives::Nothing,
        fails: Fails::Refused,
        args: &[Shape::Cache],
        keys: &[],
        words: &[],
        parse: |args| cache(args.positional(Shape::Cache)?).map(SlabCommand::Shrink).map(Verb::Slab),
    },
    VerbSpec {
        kind: VerbKind::KmemCacheDestroy,
        name: "kmem_cache_destroy",
        usage: "kmem_cache_destroy CACHE",
        takes: Takes::Kernel,
        gives: Gives::Nothing,
        fails: Fails::Refused,
        args: &[Shape::Cache],
        keys: &[],
        words: &[],
        parse: |args| cache(args.positional(Shape::Cache)?).map(SlabCommand::Destroy).map(Verb::Slab),
    },
    VerbSpec {
        kind: VerbKind::Kmalloc,
        name: "kmalloc",
        usage: "kmalloc SIZE [gfp=FLAG|FLAG...] [count=N|max]",
        takes: Takes::Kernel,
        gives: Gives::Objects,
        fails: Fails::Refused,
        args: &[Shape::Size],
        keys: &[("gfp", Shape::Gfp), ("count", Shape::CountOrMax)],
        words: &[],
        parse: |args| kmalloc(args).map(SlabCommand::Kmalloc).map(Verb::Slab),
    },
    VerbSpec {
        kind: VerbKind::Kfree,
        name: "kfree",
        usage: "kfree LABEL | LABEL[N] | LABEL[N..M]",
        takes: Takes::Kernel,
        gives: Gives::Nothing,
        fails: Fails::Refused,
        args: &[Shape::Objects],
        keys: &[],
        words: &[],
        parse: |args| objects(args).map(SlabCommand::Kfree).map(Verb::Slab),
    },
];

/// What is done with caches and their objects.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SlabCommand {
    /// Makes a cache.
    Create(KmemCacheCreate),
    /// Takes objects of a cache.
    Alloc(KmemCacheAlloc),
    /// Gives objects back.
    Free(KmemCacheFree),
    /// Gives back what a cache keeps without need.
    Shrink(Name),
    /// Destroys a cache.
    Destroy(Name),
    /// Takes objects by size.
    Kmalloc(Kmalloc),
    /// Gives them back.
    Kfree(Picked),
}

/// A cache to be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KmemCacheCreate {
    /// Its name in `/proc/slabinfo`.
    pub name: Word,
    /// Bytes of an object.
    pub size: Bytes,
    /// Alignment of objects, a power of two.
    pub align: Option<Bytes>,
    /// What it is like.
    pub flags: CacheFlags,
}

/// Objects asked of a cache.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KmemCacheAlloc {
    /// Label of the cache.
    pub cache: Name,
    /// What may be done to get them.
    pub gfp: AskedGfp,
    /// How many.
    pub count: Count,
}

/// Objects to be freed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KmemCacheFree {
    /// Which.
    pub objects: Picked,
    /// Label of the cache they are said to be from; their own without.
    pub cache: Option<Name>,
}

/// Objects asked for by size.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Kmalloc {
    /// Bytes of each.
    pub size: Bytes,
    /// What may be done to get them.
    pub gfp: AskedGfp,
    /// How many.
    pub count: Count,
}

impl SlabCommand {
    /// Returns which verb it is.
    pub fn kind(&self) -> VerbKind {
        match self {
            SlabCommand::Create(_) => VerbKind::KmemCacheCreate,
            SlabCommand::Alloc(_) => VerbKind::KmemCacheAlloc,
            SlabCommand::Free(_) => VerbKind::KmemCacheFree,
            SlabCommand::Shrink(_) => VerbKind::KmemCacheShrink,
            SlabCommand::Destroy(_) => VerbKind::KmemCacheDestroy,
            SlabCommand::Kmalloc(_) => VerbKind::Kmalloc,
            SlabCommand::Kfree(_) => VerbKind::Kfree,
        }
    }
}

fn create(args: &mut Args<'_>) -> Result<KmemCacheCreate, Wrong> {
    let word = args.positional(Shape::CacheName)?;
    let name = args::word(word, Shape::CacheName)?;
    let (mut size, mut align, mut flags) = (None, None, CacheFlags::default());
    while let Some(option) = args.option()? {
        match option {
            Opt::Key("size", value) => size = Some(args::size(value)?),
            Opt::Key("align", value) => align = Some(args::power_of_two(value)?),
            Opt::Word("ctor", _) => flags.ctor = true,
            Opt::Word("rcu", _) => flags.rcu = true,
            Opt::Word("reclaim", _) => flags.reclaim = true,
            Opt::Word("hwcache_align", _) => flags.hwcache_align = true,
            Opt::Key(..) | Opt::Word(..) => unreachable!("no such option in the table"),
        }
    }
    let size = size.ok_or_else(|| word.wrong(Wanted::With("size")))?;
    Ok(KmemCacheCreate { name, size, align, flags })
}

fn alloc(args: &mut Args<'_>) -> Result<KmemCacheAlloc, Wrong> {
    let cache = cache(args.positional(Shape::Cache)?)?;
    let (gfp, count) = terms(args)?;
    Ok(KmemCacheAlloc { cache, gfp, count })
}

fn kmalloc(args: &mut Args<'_>) -> Result<Kmalloc, Wrong> {
    let size = args::size(args.positional(Shape::Size)?)?;
    let (gfp, count) = terms(args)?;
    Ok(Kmalloc { size, gfp, count })
}

fn terms(args: &mut Args<'_>) -> Result<(AskedGfp, Count), Wrong> {
    let (mut gfp, mut many) = (AskedGfp::from(Gfp::KERNEL), Count::Exactly(1));
    while let Some(option) = args.option()? {
        match option {
            Opt::Key("gfp", value) => gfp = flags(value)?,
            Opt::Key("count", value) => many = count(value)?,
            Opt::Key(..) | Opt::Word(..) => unreachable!("no such option in the table"),
        }
    }
    Ok((gfp, many))
}

fn free(args: &mut Args<'_>) -> Result<KmemCacheFree, Wrong> {
    let objects = objects(args)?;
    let mut said = None;
    while let Some(option) = args.option()? {
        match option {
            Opt::Key(_, value) => said = Some(cache(value)?),
            Opt::Word(..) => unreachable!("kmem_cache_free has no words"),
        }
    }
    Ok(KmemCacheFree { objects, cache: said })
}

fn cache(word: Span<'_>) -> Result<Name, Wrong> {
    Name::new(word.text).ok_or_else(|| word.not(Shape::Cache))
}

fn objects(args: &mut Args<'_>) -> Result<Picked, Wrong> {
    let word = args.positional(Shape::Objects)?;
    let mut cursor = word.cursor();
    let picked = Picked::read(&mut cursor, Shape::Objects, Places::Several)?;
    if cursor.at_end() { Ok(picked) } else { Err(word.not(Shape::Objects)) }
}

impl fmt::Display for SlabCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind().spec().name)?;
        match self {
            SlabCommand::Create(create) => create.fmt(f),
            SlabCommand::Alloc(alloc) => {
                write!(f, " {}", alloc.cache)?;
                print_terms(alloc.gfp, alloc.count, f)
            }
            SlabCommand::Free(free) => {
                write!(f, " {}", free.objects)?;
                free.cache.as_ref().map_or(Ok(()), |cache| write!(f, " cache={cache}"))
            }
            SlabCommand::Shrink(cache) | SlabCommand::Destroy(cache) => write!(f, " {cache}"),
            SlabCommand::Kmalloc(kmalloc) => {
                write!(f, " {}", Size(kmalloc.size.0))?;
                print_terms(kmalloc.gfp, kmalloc.count, f)
            }
            SlabCommand::Kfree(objects) => write!(f, " {objects}"),
        }
    }
}

impl fmt::Display for KmemCacheCreate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " {} size={}", self.name, Size(self.size.0))?;
        if let Some(align) = self.align {
            write!(f, " align={}", Size(align.0))?;
        }
        let CacheFlags { ctor, rcu, reclaim, hwcache_align, dma: _ } = self.flags;
        let words = [(ctor, "ctor"), (rcu, "rcu"), (reclaim, "reclaim"), (hwcache_align, "hwcache_align")];
        words.iter().filter(|(is_set, _)| *is_set).try_for_each(|(_, word)| write!(f, " {word}"))
    }
}

fn print_terms(gfp: AskedGfp, count: Count, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if gfp != Gfp::KERNEL.into() {
        write!(f, " gfp={gfp}")?;
    }
    match count {
        Count::Exactly(1) => Ok(()),
        Count::Exactly(count) => write!(f, " count={count}"),
        Count::Max => f.write_str(" count=max"),
    }
}
