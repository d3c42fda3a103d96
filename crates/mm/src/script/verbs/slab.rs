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

#[cfg(test)]
use crate::script::arbitrary;

verbs! {
    /// What is done with caches and their objects.
    SlabCommand, SlabVerb in Slab;

    /// Makes a cache.
    Create(create: KmemCacheCreate) =
        "kmem_cache_create NAME size=SIZE [align=SIZE] [ctor] [rcu] [reclaim] [hwcache_align]",
        Kernel, Cache, Refused, &[Shape::CacheName],
        &[("size", Shape::Size), ("align", Shape::PowerOfTwo)],
        &["ctor", "rcu", "reclaim", "hwcache_align"],
        read |args| create(args),
        print |f| create.fmt(f),
        random |rng| arbitrary::cache_create(rng);
    /// Takes objects of a cache.
    Alloc(alloc: KmemCacheAlloc) = "kmem_cache_alloc CACHE [gfp=FLAG|FLAG...] [count=N|max]",
        Kernel, Objects, Refused, &[Shape::Cache], TERMS, &[],
        read |args| alloc(args),
        print |f| write!(f, " {}", alloc.cache).and_then(|()| print_terms(alloc.gfp, alloc.count, f)),
        random |rng| KmemCacheAlloc {
            cache: arbitrary::name(rng),
            gfp: arbitrary::gfp(rng),
            count: arbitrary::many(rng),
        };
    /// Gives objects back.
    Free(free: KmemCacheFree) = "kmem_cache_free LABEL | LABEL[N] | LABEL[N..M] [cache=CACHE]",
        Kernel, Nothing, Refused, &[Shape::Objects], &[("cache", Shape::Cache)], &[],
        read |args| free(args),
        print |f| free.fmt(f),
        random |rng| KmemCacheFree {
            objects: arbitrary::picked(rng),
            cache: arbitrary::maybe(rng, arbitrary::name),
        };
    /// Gives back what a cache keeps without need.
    Shrink(name: Name) = "kmem_cache_shrink CACHE", Kernel, Nothing, Refused, &[Shape::Cache], &[], &[],
        read |args| cache(args.positional(Shape::Cache)?),
        print |f| write!(f, " {name}"),
        random |rng| arbitrary::name(rng);
    /// Destroys a cache.
    Destroy(name: Name) = "kmem_cache_destroy CACHE", Kernel, Nothing, Refused, &[Shape::Cache], &[], &[],
        read |args| cache(args.positional(Shape::Cache)?),
        print |f| write!(f, " {name}"),
        random |rng| arbitrary::name(rng);
    /// Takes objects by size.
    Kmalloc(asked: Kmalloc) = "kmalloc SIZE [gfp=FLAG|FLAG...] [count=N|max]",
        Kernel, Objects, Refused, &[Shape::Size], TERMS, &[],
        read |args| kmalloc(args),
        print |f| write!(f, " {}", Size(asked.size.0)).and_then(|()| print_terms(asked.gfp, asked.count, f)),
        random |rng| Kmalloc {
            size: arbitrary::bytes(rng),
            gfp: arbitrary::gfp(rng),
            count: arbitrary::many(rng),
        };
    /// Gives them back.
    Kfree(objects: Picked) = "kfree LABEL | LABEL[N] | LABEL[N..M]",
        Kernel, Nothing, Refused, &[Shape::Objects], &[], &[],
        read |args| read_objects(args),
        print |f| write!(f, " {objects}"),
        random |rng| arbitrary::picked(rng);
}

/// What may be said of objects that are asked for.
const TERMS: &[(&str, Shape)] = &[("gfp", Shape::Gfp), ("count", Shape::CountOrMax)];

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
    let objects = read_objects(args)?;
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

fn read_objects(args: &mut Args<'_>) -> Result<Picked, Wrong> {
    let word = args.positional(Shape::Objects)?;
    let mut cursor = word.cursor();
    let picked = Picked::read(&mut cursor, Shape::Objects, Places::Several)?;
    if cursor.at_end() { Ok(picked) } else { Err(word.not(Shape::Objects)) }
}

impl fmt::Display for KmemCacheFree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " {}", self.objects)?;
        self.cache.as_ref().map_or(Ok(()), |cache| write!(f, " cache={cache}"))
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
