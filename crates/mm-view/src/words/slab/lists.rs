//! Words for slabs that processors and nodes keep, and for those that go.

use mm::config::{CpuId, NodeId};
use mm::slab::CacheId;
use mm::store::End;
use mm::units::{Order, Pfn};

use super::super::cx::{Cx, counted};
use super::super::{Said, is, say, was};
use super::called;

/// A slab that a processor keeps in reserve.
pub(super) fn to_cpu_partial(
    cache: CacheId,
    cpu: CpuId,
    slab: Pfn,
    slabs: u32,
    limit: u32,
    cx: &Cx<'_>,
) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            [
                "Slab ",
                cx.frame(slab),
                " of ",
                called(cache, cx),
                " goes to CPU ",
                cpu.0.to_string(),
                "'s partial list."
            ],
            [
                called(cache, cx),
                " 的 slab ",
                cx.frame(slab),
                " 放上 CPU ",
                cpu.0.to_string(),
                " 的 partial 链。"
            ]
        ),
        say!(
            lang,
            [
                "Why there: it has free objects now, and this CPU may keep ",
                limit.to_string(),
                " such slabs for itself."
            ],
            ["为什么放在那里：它现在有空闲对象，而这个 CPU 可以自留 ", limit.to_string(), " 个这样的 slab。"]
        ),
        vec![was("slabs", slabs - 1, slabs), is("cpu_partial_slabs", limit)],
    )
}

/// A reserve that is too large.
pub(super) fn drain(cache: CacheId, cpu: CpuId, slabs: u32, limit: u32, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            [
                "CPU ",
                cpu.0.to_string(),
                "'s partial list of ",
                called(cache, cx),
                " is full: ",
                counted(u64::from(slabs), "slab goes", "slabs go"),
                " to the node."
            ],
            [
                "CPU ",
                cpu.0.to_string(),
                " 上 ",
                called(cache, cx),
                " 的 partial 链已满：",
                slabs.to_string(),
                " 个 slab 交给节点。"
            ]
        ),
        say!(
            lang,
            [
                "Why all at once: the node's lock is taken once for all of them. The list may hold ",
                limit.to_string(),
                "."
            ],
            ["为什么一次全交：节点的锁只拿一次。这条链最多放 ", limit.to_string(), " 个。"]
        ),
        vec![is("slabs", slabs), is("cpu_partial_slabs", limit)],
    )
}

/// A slab that a node keeps.
pub(super) fn to_node(
    cache: CacheId,
    node: NodeId,
    slab: Pfn,
    end: End,
    inuse: u32,
    partial: u64,
    cx: &Cx<'_>,
) -> Said {
    let lang = cx.lang;
    let (en, zh) = match end {
        End::Head => ("head", "头"),
        End::Tail => ("tail", "尾"),
    };
    Said::new(
        say!(
            lang,
            [
                "Slab ",
                cx.frame(slab),
                " of ",
                called(cache, cx),
                " goes to the ",
                en,
                " of node ",
                node.0.to_string(),
                "'s list."
            ],
            [
                called(cache, cx),
                " 的 slab ",
                cx.frame(slab),
                " 放到节点 ",
                node.0.to_string(),
                " 链表的",
                zh,
                "部。"
            ]
        ),
        say!(
            lang,
            [
                "Why it is kept: it has free objects for whichever CPU asks next, ",
                inuse.to_string(),
                " are in use."
            ],
            ["为什么保留：还有空闲对象给下一个来要的 CPU，在用 ", inuse.to_string(), " 个。"]
        ),
        vec![was("nr_partial", partial - 1, partial), is("inuse", inuse)],
    )
}

/// A slab that is not kept.
pub(super) fn surplus(
    cache: CacheId,
    node: NodeId,
    slab: Pfn,
    partial: u64,
    min_partial: u32,
    cx: &Cx<'_>,
) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            [
                "Slab ",
                cx.frame(slab),
                " of ",
                called(cache, cx),
                " is empty and node ",
                node.0.to_string(),
                " does not keep it."
            ],
            [
                called(cache, cx),
                " 的 slab ",
                cx.frame(slab),
                " 已空，节点 ",
                node.0.to_string(),
                " 不再保留。"
            ]
        ),
        say!(
            lang,
            [
                "Why: the node has ",
                partial.to_string(),
                " on its list and keeps ",
                min_partial.to_string(),
                "."
            ],
            [
                "为什么：节点链表上已有 ",
                partial.to_string(),
                " 个，只保留 ",
                min_partial.to_string(),
                " 个。"
            ]
        ),
        vec![is("nr_partial", partial), is("min_partial", min_partial)],
    )
}

/// A slab that goes.
pub(super) fn discard(cache: CacheId, slab: Pfn, order: Order, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["Slab ", cx.block(slab, order), " of ", called(cache, cx), " goes back to the page allocator."],
            [called(cache, cx), " 的 slab ", cx.block(slab, order), " 还给页分配器。"]
        ),
        Vec::new(),
        vec![is("slab", slab), is("order", order)],
    )
}

/// A processor that gives up what it keeps.
pub(super) fn flush(cache: CacheId, cpu: CpuId, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["CPU ", cpu.0.to_string(), " gives up what it keeps of ", called(cache, cx), "."],
            ["CPU ", cpu.0.to_string(), " 交出它存留的 ", called(cache, cx), "。"]
        ),
        say!(
            lang,
            ["Why: only what is on the node's list can be sorted or freed."],
            ["为什么：只有节点链表上的 slab 才能排序或释放。"]
        ),
        vec![is("cpu", cpu.0)],
    )
}

/// A list that is sorted.
pub(super) fn shrink(cache: CacheId, node: NodeId, partial: u64, empty: u32, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            [
                "Node ",
                node.0.to_string(),
                "'s list of ",
                called(cache, cx),
                " is sorted, the fullest first; ",
                counted(u64::from(empty), "empty slab goes", "empty slabs go"),
                "."
            ],
            [
                "节点 ",
                node.0.to_string(),
                " 上 ",
                called(cache, cx),
                " 的链表重排，最满的在前；释放 ",
                empty.to_string(),
                " 个空 slab。"
            ]
        ),
        say!(
            lang,
            ["Why the fullest first: they fill up, and the others have time to become empty."],
            ["为什么最满的在前：它们先填满，其余的才有机会变空。"]
        ),
        vec![is("nr_partial", partial), is("empty", empty)],
    )
}
