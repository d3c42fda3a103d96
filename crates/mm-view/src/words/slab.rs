//! Words for caches of small objects.

mod lists;
mod misuse;

use mm::slab::{CacheId, Event, ObjectIndex};
use mm::units::PAGE_SIZE;

use super::cx::{Cx, counted};
use super::row::rows;
use super::{Piece, Said, is, say, was};
use crate::panels::Thing;

rows! { Event;
    Created [cache object_size size order objects] "slab.created", "kmem_cache_create", "mm/slab_common.c",
        "A cache was made: the size of its objects decides the order of its slabs and how many of them it keeps. It has no slab yet.",
        "建立了一个缓存：对象大小决定 slab 的阶和保留数量。此时还没有 slab。";
    Take [cache cpu slab object next] "slab.take", "slab_alloc_node", "mm/slub.c",
        "The object at the head of the CPU's freelist was handed out: the usual way, without a lock.",
        "取走 CPU 空闲链头上的对象：最常走的无锁路径。";
    Reload [cache cpu slab objects] "slab.reload", "get_freelist", "mm/slub.c",
        "The CPU's freelist was used up; it took over the objects that other CPUs had freed into its slab.",
        "CPU 的空闲链用完了，接过其他 CPU 释放到这个 slab 的对象。";
    Full [cache cpu slab] "slab.full", "get_freelist", "mm/slub.c",
        "All objects of the CPU's slab are in use: the CPU lets it go, and no list has it until one of them is freed.",
        "CPU 的 slab 已全部分出：CPU 放手，在有对象释放之前它不在任何链表上。";
    FromCpuPartial [cache cpu slab slabs] "slab.from_cpu_partial", "___slab_alloc", "mm/slub.c",
        "The first slab of the CPU's own partial list became the one it allocates from: no lock of the node is taken.",
        "CPU 自己的 partial 链上第一个 slab 成为当前 slab，不必拿节点的锁。";
    FromNode [cache node slab partial] "slab.from_node", "acquire_slab", "mm/slub.c",
        "A slab with free objects left the node's list for a CPU, which takes some more along while it has the lock.",
        "一个有空闲对象的 slab 离开节点链表归 CPU；既然拿了锁，就顺便多取几个。";
    ToCpuPartial [cache cpu slab slabs limit] "slab.to_cpu_partial", "put_cpu_partial", "mm/slub.c",
        "A slab was put on the CPU's partial list: one that was full and has got its first free object, or one from the node.",
        "一个 slab 放上 CPU 的 partial 链：刚有了第一个空闲对象的满 slab，或从节点取来的。";
    NewSlab [cache cpu slab order objects] "slab.new_slab", "allocate_slab", "mm/slub.c",
        "A block of frames from the page allocator became a slab, cut into objects, and the one that the CPU allocates from.",
        "从页分配器得到的块成为 slab，切成对象，并作为 CPU 的当前 slab。";
    LowerOrder [cache order min_order] "slab.lower_order", "allocate_slab", "mm/slub.c",
        "There was no block of the order that wastes least: a slab of the order that holds one object will do.",
        "没有最省的那一阶的块，退而使用放得下一个对象的阶。";
    OutOfMemory [cache gfp] "slab.out_of_memory", "slab_out_of_memory", "mm/slub.c",
        "The page allocator had no block for a slab: the request for an object fails.",
        "页分配器没有可作 slab 的块，对象分配失败。";
    FreeFast [cache cpu slab object] "slab.free_fast", "do_slab_free", "mm/slub.c",
        "An object of the CPU's own slab went to the head of the CPU's freelist: it is the next to be handed out.",
        "CPU 当前 slab 的对象回到 CPU 空闲链头，下一个就分配它。";
    FreeSlow [cache slab object inuse frozen] "slab.free_slow", "__slab_free", "mm/slub.c",
        "An object went to the freelist of its slab, which is not the one that the CPU allocates from.",
        "对象回到所属 slab 的空闲链，那不是 CPU 当前的 slab。";
    Drain [cache cpu slabs limit] "slab.drain", "put_cpu_partial", "mm/slub.c",
        "The CPU's partial list holds as many slabs as it may: all of them go to the nodes at once.",
        "CPU 的 partial 链已满，上面的 slab 一次全部交给节点。";
    ToNode [cache node slab end inuse partial] "slab.to_node", "add_partial", "mm/slub.c",
        "A slab with free objects was put on its node's list, where every CPU can take it.",
        "有空闲对象的 slab 放上所属节点的链表，任何 CPU 都能取用。";
    Surplus [cache node slab partial min_partial] "slab.surplus", "__unfreeze_partials", "mm/slub.c",
        "The slab is empty and its node keeps enough slabs: it is not kept.",
        "这个 slab 已空，而节点保留的 slab 已够，不再保留它。";
    Discard [cache slab order] "slab.discard", "discard_slab", "mm/slub.c",
        "A slab without objects in use goes back to the page allocator.",
        "没有在用对象的 slab 还给页分配器。";
    Flush [cache cpu] "slab.flush", "flush_cpu_slab", "mm/slub.c",
        "A CPU gives up what it keeps of a cache: the slab it allocates from and its partial list.",
        "CPU 交出它在某缓存上的存留：当前 slab 和 partial 链。";
    Shrink [cache node partial empty] "slab.shrink", "__kmem_cache_do_shrink", "mm/slub.c",
        "The node's list was sorted, the fullest slabs first, so that the emptiest have a chance to become empty; the empty ones go.",
        "节点链表重新排序，最满的在前，让最空的有机会变空；空的 slab 释放。";
    Remaining [cache slabs] "slab.remaining", "kmem_cache_destroy", "mm/slab_common.c",
        "A cache that still has objects in use was to be destroyed: the kernel warns, and the cache stays.",
        "要销毁的缓存仍有在用对象：内核发出警告，缓存保留。";
    Destroyed [cache] "slab.destroyed", "kmem_cache_destroy", "mm/slab_common.c",
        "A cache without slabs was destroyed.",
        "没有 slab 的缓存被销毁。";
    Misused [address why] "slab.misused", "free_consistency_checks", "mm/slub.c",
        "Something was to be freed that is no object in use of that cache; what is said is what the kernel prints with its checks on.",
        "要释放的不是该缓存的在用对象；所说的就是内核打开检查时打印的话。";
    Class [bytes cache size] "slab.class", "kmalloc_slab", "mm/slab_common.c",
        "kmalloc chose the smallest size that fits, and the kind of cache that the flags ask for.",
        "kmalloc 选中放得下的最小一级，以及标志要求的那一类缓存。";
    Large [bytes pfn order] "slab.large", "__kmalloc_large_node", "mm/slab_common.c",
        "No cache has objects that large: kmalloc took whole frames.",
        "没有这么大的对象缓存：kmalloc 直接取整块页帧。";
    LargeFreed [pfn order] "slab.large_freed", "free_large_kmalloc", "mm/slab_common.c",
        "Frames that kmalloc took go back to the page allocator.",
        "kmalloc 取走的页帧还给页分配器。";
}

pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    match *event {
        Event::Created { cache, object_size, size, order, objects } => {
            let block = PAGE_SIZE << order.get();
            let waste = (block - u64::from(objects) * u64::from(size)).to_string();
            let per = counted(u64::from(objects), "object", "objects");
            let (cache, size, block) = (called(cache, cx), size.to_string(), block.to_string());
            Said::new(
                say!(
                    lang,
                    [
                        cache,
                        ": a slab of order ",
                        order.to_string(),
                        " holds ",
                        per,
                        " of ",
                        size.clone(),
                        " bytes."
                    ],
                    [
                        cache,
                        "：",
                        order.to_string(),
                        " 阶的 slab 放 ",
                        objects.to_string(),
                        " 个 ",
                        size.clone(),
                        " 字节的对象。"
                    ]
                ),
                say!(
                    lang,
                    [
                        "Why this order: the smallest that holds enough objects and wastes little, here ",
                        waste,
                        " of ",
                        block,
                        " bytes."
                    ],
                    [
                        "为什么是这一阶：放得下足够多对象且浪费小的最低阶，这里 ",
                        block,
                        " 字节中浪费 ",
                        waste,
                        " 字节。"
                    ]
                ),
                vec![
                    is("object_size", object_size),
                    is("size", size),
                    is("order", order),
                    is("objects", objects),
                ],
            )
        }
        Event::Take { cache, cpu, slab, object, next } => Said::new(
            say!(
                lang,
                [
                    "Object ",
                    number(object),
                    " of slab ",
                    cx.frame(slab),
                    " is handed out by ",
                    called(cache, cx),
                    "."
                ],
                [called(cache, cx), " 分出 slab ", cx.frame(slab), " 的 ", number(object), " 号对象。"]
            ),
            say!(
                lang,
                [
                    "Why this one: it was first on the freelist of CPU ",
                    cpu.0.to_string(),
                    ", and no lock is needed there."
                ],
                ["为什么是它：它在 CPU ", cpu.0.to_string(), " 空闲链的头上，在那里不必加锁。"]
            ),
            vec![is("object", object.0), was("freelist", object.0, head(next))],
        ),
        Event::Reload { cache, cpu, slab, objects } => Said::new(
            say!(
                lang,
                [
                    "CPU ",
                    cpu.0.to_string(),
                    " takes over ",
                    counted(u64::from(objects), "free object", "free objects"),
                    " of its slab ",
                    cx.frame(slab),
                    " of ",
                    called(cache, cx),
                    "."
                ],
                [
                    "CPU ",
                    cpu.0.to_string(),
                    " 接过 ",
                    called(cache, cx),
                    " 当前 slab ",
                    cx.frame(slab),
                    " 上的 ",
                    objects.to_string(),
                    " 个空闲对象。"
                ]
            ),
            say!(
                lang,
                ["Why there are any: other CPUs free into the slab's own list, not into this CPU's."],
                ["为什么会有：其他 CPU 释放到 slab 自己的链上，而不是这个 CPU 的链上。"]
            ),
            vec![is("objects", objects)],
        ),
        Event::Full { cache, cpu, slab } => Said::new(
            say!(
                lang,
                [
                    "CPU ",
                    cpu.0.to_string(),
                    " lets go of slab ",
                    cx.frame(slab),
                    " of ",
                    called(cache, cx),
                    "."
                ],
                ["CPU ", cpu.0.to_string(), " 放开 ", called(cache, cx), " 的 slab ", cx.frame(slab), "。"]
            ),
            say!(
                lang,
                ["Why: all of its objects are in use. No list has it until one of them is freed."],
                ["为什么：它的对象全部在用。在有对象释放之前它不在任何链表上。"]
            ),
            vec![is("slab", slab)],
        ),
        Event::FromCpuPartial { cache, cpu, slab, slabs } => Said::new(
            say!(
                lang,
                [
                    "CPU ",
                    cpu.0.to_string(),
                    " goes on with slab ",
                    cx.frame(slab),
                    " from its partial list of ",
                    called(cache, cx),
                    "."
                ],
                [
                    "CPU ",
                    cpu.0.to_string(),
                    " 从 ",
                    called(cache, cx),
                    " 的 partial 链取 slab ",
                    cx.frame(slab),
                    " 继续分配。"
                ]
            ),
            say!(
                lang,
                ["Why from there: the list is the CPU's own, so the node's lock is not needed."],
                ["为什么从那里取：那是 CPU 自己的链，不必拿节点的锁。"]
            ),
            vec![was("slabs", slabs + 1, slabs)],
        ),
        Event::FromNode { cache, node, slab, partial } => Said::new(
            say!(
                lang,
                [
                    "Slab ",
                    cx.frame(slab),
                    " of ",
                    called(cache, cx),
                    " leaves node ",
                    node.0.to_string(),
                    "'s list for the CPU."
                ],
                [
                    called(cache, cx),
                    " 的 slab ",
                    cx.frame(slab),
                    " 离开节点 ",
                    node.0.to_string(),
                    " 的链表归 CPU。"
                ]
            ),
            say!(
                lang,
                ["Why: a slab with free objects is used before a new block of frames is."],
                ["为什么：先用有空闲对象的 slab，再要新的页块。"]
            ),
            vec![was("nr_partial", partial + 1, partial)],
        ),
        Event::NewSlab { cache, cpu, slab, order, objects } => Said::new(
            say!(
                lang,
                [
                    "Block ",
                    cx.block(slab, order),
                    " becomes a slab of ",
                    called(cache, cx),
                    " with ",
                    counted(u64::from(objects), "object", "objects"),
                    "."
                ],
                [
                    "块 ",
                    cx.block(slab, order),
                    " 成为 ",
                    called(cache, cx),
                    " 的 slab，有 ",
                    objects.to_string(),
                    " 个对象。"
                ]
            ),
            say!(
                lang,
                [
                    "Why a new one: neither CPU ",
                    cpu.0.to_string(),
                    " nor the node had a slab with a free object."
                ],
                ["为什么要新的：CPU ", cpu.0.to_string(), " 和节点都没有还有空闲对象的 slab。"]
            ),
            vec![is("slab", slab), is("order", order), is("objects", objects)],
        ),
        Event::LowerOrder { cache, order, min_order } => Said::new(
            say!(
                lang,
                [
                    "There is no block of order ",
                    order.to_string(),
                    " for ",
                    called(cache, cx),
                    "; order ",
                    min_order.to_string(),
                    " will do."
                ],
                [
                    called(cache, cx),
                    " 要不到 ",
                    order.to_string(),
                    " 阶的块，改要 ",
                    min_order.to_string(),
                    " 阶。"
                ]
            ),
            say!(
                lang,
                ["Why not try harder: the large block only saves space, one object fits the small one."],
                ["为什么不再坚持：大块只是省空间，小块也放得下一个对象。"]
            ),
            vec![was("order", order, min_order)],
        ),
        Event::OutOfMemory { cache, gfp } => Said::new(
            say!(
                lang,
                ["SLUB: Unable to allocate memory for ", called(cache, cx), "."],
                ["SLUB: Unable to allocate memory，", called(cache, cx), " 要不到内存。"]
            ),
            say!(
                lang,
                ["Why: the page allocator refused even one frame block for an object."],
                ["为什么：连放一个对象的块，页分配器也拒绝了。"]
            ),
            vec![is("gfp", gfp)],
        ),
        Event::FreeFast { cache, cpu, slab, object } => Said::new(
            say!(
                lang,
                [
                    "Object ",
                    number(object),
                    " of slab ",
                    cx.frame(slab),
                    " goes back to CPU ",
                    cpu.0.to_string(),
                    "'s freelist of ",
                    called(cache, cx),
                    "."
                ],
                [
                    "slab ",
                    cx.frame(slab),
                    " 的 ",
                    number(object),
                    " 号对象回到 CPU ",
                    cpu.0.to_string(),
                    " 上 ",
                    called(cache, cx),
                    " 的空闲链。"
                ]
            ),
            say!(
                lang,
                ["Why there: the CPU allocates from this slab, and what was freed last is used next."],
                ["为什么放在那里：CPU 正从这个 slab 分配，最后释放的最先再用。"]
            ),
            vec![is("object", object.0)],
        ),
        Event::FreeSlow { cache, slab, object, inuse, frozen } => {
            let why = if frozen {
                say!(
                    lang,
                    ["Why not to a node: a CPU has this slab, or takes it now, and keeps it."],
                    ["为什么不交给节点：有 CPU 占着或正接管这个 slab，由它保留。"]
                )
            } else {
                say!(
                    lang,
                    ["Why there: no CPU has this slab, it stays on its node's list."],
                    ["为什么放在那里：没有 CPU 占着这个 slab，它留在节点链表上。"]
                )
            };
            Said::new(
                say!(
                    lang,
                    [
                        "Object ",
                        number(object),
                        " goes back to slab ",
                        cx.frame(slab),
                        " of ",
                        called(cache, cx),
                        "."
                    ],
                    [number(object), " 号对象回到 ", called(cache, cx), " 的 slab ", cx.frame(slab), "。"]
                ),
                why,
                vec![was("inuse", inuse + 1, inuse), is("frozen", u32::from(frozen))],
            )
        }
        Event::Remaining { cache, slabs } => Said::new(
            say!(
                lang,
                ["kmem_cache_destroy ", called(cache, cx), ": Slab cache still has objects."],
                [
                    "kmem_cache_destroy ",
                    called(cache, cx),
                    ": Slab cache still has objects，缓存里仍有对象。"
                ]
            ),
            say!(
                lang,
                [
                    "Why it stays: objects are in use on ",
                    counted(slabs, "slab", "slabs"),
                    ", and they do not move."
                ],
                ["为什么保留：", slabs.to_string(), " 个 slab 上有在用对象，而对象不能搬动。"]
            ),
            vec![is("slabs", slabs)],
        ),
        Event::Destroyed { cache } => Said::new(
            say!(lang, ["Cache ", called(cache, cx), " is gone."], ["缓存 ", called(cache, cx), " 已销毁。"]),
            Vec::new(),
            Vec::new(),
        ),
        Event::Misused { address, why } => misuse::misused(address, why, cx),
        Event::ToCpuPartial { cache, cpu, slab, slabs, limit } => {
            lists::to_cpu_partial(cache, cpu, slab, slabs, limit, cx)
        }
        Event::Drain { cache, cpu, slabs, limit } => lists::drain(cache, cpu, slabs, limit, cx),
        Event::ToNode { cache, node, slab, end, inuse, partial } => {
            lists::to_node(cache, node, slab, end, inuse, partial, cx)
        }
        Event::Surplus { cache, node, slab, partial, min_partial } => {
            lists::surplus(cache, node, slab, partial, min_partial, cx)
        }
        Event::Discard { cache, slab, order } => lists::discard(cache, slab, order, cx),
        Event::Flush { cache, cpu } => lists::flush(cache, cpu, cx),
        Event::Shrink { cache, node, partial, empty } => lists::shrink(cache, node, partial, empty, cx),
        Event::Class { bytes, cache, size } => Said::new(
            say!(
                lang,
                ["kmalloc(", bytes.to_string(), ") is served by ", called(cache, cx), "."],
                ["kmalloc(", bytes.to_string(), ") 由 ", called(cache, cx), " 提供。"]
            ),
            say!(
                lang,
                [
                    "Why: ",
                    size.to_string(),
                    " bytes is the smallest size that fits; the flags choose the kind."
                ],
                ["为什么：", size.to_string(), " 字节是放得下的最小一级，标志决定类别。"]
            ),
            vec![is("bytes", bytes), is("size", size)],
        ),
        Event::Large { bytes, pfn, order } => Said::new(
            say!(
                lang,
                ["kmalloc(", bytes.to_string(), ") takes block ", cx.block(pfn, order), " whole."],
                ["kmalloc(", bytes.to_string(), ") 直接取整块 ", cx.block(pfn, order), "。"]
            ),
            say!(
                lang,
                ["Why no slab: the largest cache has objects of two pages."],
                ["为什么不用 slab：最大的缓存只到两页。"]
            ),
            vec![is("bytes", bytes), is("order", order)],
        ),
        Event::LargeFreed { pfn, order } => Said::new(
            say!(
                lang,
                ["Block ", cx.block(pfn, order), " of kmalloc goes back."],
                ["kmalloc 的块 ", cx.block(pfn, order), " 归还。"]
            ),
            Vec::new(),
            vec![is("pfn", pfn), is("order", order)],
        ),
    }
}

/// Names a cache, a destroyed one too.
fn called(cache: CacheId, cx: &Cx<'_>) -> Piece {
    match cx.world.rest.slabs.cache(cache) {
        Some(cache) if cache.alive => {
            let name = cache.name.to_string();
            Piece::Link { thing: Thing::Cache(name.clone()), text: name }
        }
        Some(cache) => Piece::Text(cache.name.to_string()),
        None => Piece::Text(format!("cache {}", cache.0)),
    }
}

fn number(object: ObjectIndex) -> String {
    object.0.to_string()
}

/// Writes the head of a freelist, `-` when it is empty.
fn head(next: Option<ObjectIndex>) -> String {
    next.map_or("-".into(), number)
}
