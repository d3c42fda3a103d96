//! Words for the page allocator's entry points.

use mm::phys::alloc::page_alloc::Event;
use mm::phys::buddy;
use mm::phys::buddy::pcp;
use mm::phys::zone::watermark;
use mm::units::{Order, Pfn};

use super::cx::{Cx, counted, frames};
use super::kernel_word::migrate_type;
use super::row::rows;
use super::{Piece, Said, is, say};
use crate::Lang;

rows! { Event;
    Request [order gfp node highest mt] "alloc.request", "__alloc_pages", "mm/page_alloc.c",
        "Somebody asks for 2^order frames. The flags decide the highest zone, the migrate type and what the kernel may do to find memory.",
        "有人请求 2^order 个页帧。标志决定可用的最高区域、迁移类型，以及内核可以怎样找内存。";
    AllowFragments [order mt] "alloc.allow_fragments", "get_page_from_freelist", "mm/page_alloc.c",
        "No zone could give without taking less than a whole pageblock of another type, so from here on types may mix.",
        "没有区域能在不拆其他类型页块的前提下满足请求，从这里起允许混用。";
    Slowpath [order gfp] "alloc.slowpath", "__alloc_pages_slowpath", "mm/page_alloc.c",
        "Every zone was at or below its low mark. kswapd is called and the minimum mark counts from here on.",
        "所有区域都不高于 low 水位。唤醒 kswapd，此后以 min 水位为准。";
    WakeForBoost [zone] "alloc.wake_for_boost", "wakeup_kswapd", "mm/vmscan.c",
        "Types were mixed in a pageblock of the zone and its marks were raised: kswapd is woken to clear the way.",
        "该区域刚发生类型混用，水位被抬高，于是唤醒 kswapd 去腾地方。";
    ReserveHighAtomic [zone first] "alloc.reserve_highatomic", "reserve_highatomic_pageblock", "mm/page_alloc.c",
        "A pageblock is set aside for high-order requests that cannot wait, up to one percent of the zone.",
        "留出一个页块给不能等待的高阶请求，最多占区域的百分之一。";
    UnreserveHighAtomic [zone first mt left] "alloc.unreserve_highatomic", "unreserve_highatomic_pageblock", "mm/page_alloc.c",
        "Memory is short, so a pageblock held back for urgent requests goes back to ordinary use. One stays with its zone until somebody would be killed.",
        "内存吃紧，为紧急请求留的一个页块归还普通使用。区域会留住最后一个，直到再不还就得杀进程。";
    Allocated [pfn order zone mt gfp] "alloc.allocated", "rmqueue", "mm/page_alloc.c",
        "A block was handed out. This is the tracepoint mm_page_alloc.",
        "一个块分配出去了，对应跟踪点 mm_page_alloc。";
    Failed [order gfp] "alloc.failed", "__alloc_pages_slowpath", "mm/page_alloc.c",
        "No zone could serve the request: the caller gets no memory.",
        "没有区域能满足请求，调用者拿不到内存。";
    Freed [pfn order] "alloc.freed", "__free_pages", "mm/page_alloc.c",
        "The last reference to a block is gone and it is given back. This is the tracepoint mm_page_free.",
        "块的最后一个引用没了，于是归还，对应跟踪点 mm_page_free。";
    FreedBatched [pfn] "alloc.freed_batched", "free_unref_page_list", "mm/page_alloc.c",
        "A page of a batch was given back. This is the tracepoint mm_page_free_batched.",
        "一批页中的一页已归还，对应跟踪点 mm_page_free_batched。";
}

pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    match *event {
        Event::Request { order, gfp, node, highest, mt } => {
            let (size, kind, zone) =
                (frames(u64::from(order.pages()), lang), migrate_type(mt, lang), highest.name());
            Said::new(
                say!(
                    lang,
                    ["A request for ", size, " of ", kind, " memory comes in."],
                    ["收到请求：", size, "，类型为", kind, "。"]
                ),
                say!(
                    lang,
                    ["Why these zones: ", gfp.to_string(), " allows ", zone, " and what lies below it."],
                    ["为什么是这些区域：", gfp.to_string(), " 允许 ", zone, " 及更低的区域。"]
                ),
                vec![is("order", order), is("gfp", gfp), is("node", node.0), is("zones up to", zone)],
            )
        }
        Event::AllowFragments { order, mt } => {
            let kind = migrate_type(mt, lang);
            Said::new(
                say!(
                    lang,
                    ["No zone has a whole pageblock to give: types may mix now."],
                    ["没有区域能让出整个页块：现在允许混用类型。"]
                ),
                say!(
                    lang,
                    ["Why not at once: ", kind, " pages among others keep large blocks from forming."],
                    ["为什么不一开始就允许：", kind, "页混进别处，会妨碍大块的形成。"]
                ),
                vec![is("order", order)],
            )
        }
        Event::Slowpath { order, gfp } => Said::new(
            say!(
                lang,
                ["No zone is above its low mark: kswapd is called, and the minimum mark counts now."],
                ["没有区域高于 low 水位：唤醒 kswapd，改用 min 水位。"]
            ),
            say!(
                lang,
                ["Why slow: from here on the kernel may reclaim, compact and at last kill to find memory."],
                ["为什么叫慢路径：从这里起可能回收、规整，最后还可能杀进程。"]
            ),
            vec![is("order", order), is("gfp", gfp)],
        ),
        Event::WakeForBoost { zone } => Said::new(
            say!(
                lang,
                ["kswapd is to be woken for ", cx.zone(zone), "."],
                ["要为 ", cx.zone(zone), " 唤醒 kswapd。"]
            ),
            say!(
                lang,
                ["Why: a block of another type was taken there, which raised its marks."],
                ["为什么：那里刚拿走别的类型的块，水位被抬高了。"]
            ),
            Vec::new(),
        ),
        Event::ReserveHighAtomic { zone, first } => Said::new(
            say!(
                lang,
                [
                    "The pageblock at frame ",
                    cx.frame(first),
                    " of ",
                    cx.zone(zone),
                    " is set aside for urgent requests."
                ],
                [cx.zone(zone), " 中始于页帧 ", cx.frame(first), " 的页块留给紧急请求。"]
            ),
            say!(
                lang,
                ["Why: an urgent request of several frames just needed one, and the next one may too."],
                ["为什么：刚有一次紧急的多页请求用到它，下一次可能还会用。"]
            ),
            vec![is("pageblock", first)],
        ),
        Event::UnreserveHighAtomic { zone, first, mt, left } => Said::new(
            say!(
                lang,
                [
                    "The pageblock at frame ",
                    cx.frame(first),
                    " of ",
                    cx.zone(zone),
                    " is held back no longer: it is ",
                    migrate_type(mt, lang),
                    " now."
                ],
                [
                    cx.zone(zone),
                    " 中始于页帧 ",
                    cx.frame(first),
                    " 的页块不再保留：现在归",
                    migrate_type(mt, lang),
                    "。"
                ]
            ),
            say!(
                lang,
                ["Why: a request that fails now is worse than an urgent one that may fail later."],
                ["为什么：现在就失败，比以后某个紧急请求可能失败更糟。"]
            ),
            vec![is("pageblock", first), is("type", mt.name()), is("nr_reserved_highatomic", left)],
        ),
        Event::Allocated { pfn, order, zone, mt, gfp } => Said::new(
            say!(
                lang,
                [block_en(order), cx.block(pfn, order), " of ", cx.zone(zone), " is handed out."],
                ["分出 ", cx.zone(zone), " 的页帧 ", cx.block(pfn, order), "。"]
            ),
            origin(cx, pfn),
            vec![is("pfn", pfn), is("order", order), is("type", mt.name()), is("gfp", gfp)],
        ),
        Event::Failed { order, gfp } => Said::new(
            say!(
                lang,
                ["No zone can give ", frames(u64::from(order.pages()), lang), ": the request fails."],
                ["没有区域能给出 ", frames(u64::from(order.pages()), lang), "：请求失败。"]
            ),
            failure(cx, order),
            vec![is("order", order), is("gfp", gfp)],
        ),
        Event::Freed { pfn, order } => Said::new(
            say!(
                lang,
                [block_en(order), cx.block(pfn, order), " is given back."],
                ["归还页帧 ", cx.block(pfn, order), "。"]
            ),
            say!(lang, ["Why now: nobody refers to it any more."], ["为什么是现在：已经没有人引用它。"]),
            vec![is("pfn", pfn), is("order", order)],
        ),
        Event::FreedBatched { pfn } => Said::new(
            say!(
                lang,
                ["Frame ", cx.frame(pfn), ", one of a batch, is back on a list."],
                ["这批页中的页帧 ", cx.frame(pfn), " 已回到链表。"]
            ),
            say!(
                lang,
                ["Why in a batch: the TLB had to be flushed once for all of them first."],
                ["为什么成批：它们共用之前的一次 TLB 刷新。"]
            ),
            vec![is("pfn", pfn)],
        ),
    }
}

fn block_en(order: Order) -> &'static str {
    if order == Order::ZERO { "Frame " } else { "Block " }
}

/// Says why it is this frame: the list it came from, and who had filled that list.
pub(super) fn origin(cx: &Cx<'_>, pfn: Pfn) -> Vec<Piece> {
    let lang = cx.lang;
    let is_get = |event: &mm::event::Event| matches!(event, mm::event::Event::Pcp(pcp::Event::Get { pfn: got, .. }) if *got == pfn);
    if let Some(at) = cx.before().position(|step| is_get(&step.event)) {
        // Only a refill for this very request says why: the step before.
        let refill = cx.before().nth(at + 1).and_then(|step| {
            let mm::event::Event::Pcp(pcp::Event::Refill { got, mt, .. }) = step.event else { return None };
            Some((got, mt))
        });
        return match refill {
            Some((got, mt)) => {
                let kind = migrate_type(mt, lang);
                let n = counted(u64::from(got), "block", "blocks");
                say!(
                    lang,
                    [
                        "Why this frame: it was first on the list that rmqueue_bulk had just filled with ",
                        n,
                        ", ",
                        kind,
                        "."
                    ],
                    [
                        "为什么是它：rmqueue_bulk 刚把 ",
                        got.to_string(),
                        " 个",
                        kind,
                        "块补进 CPU 链表，它排在最前。"
                    ]
                )
            }
            None => say!(
                lang,
                ["Why this frame: it was first on the CPU's own list."],
                ["为什么是它：它排在 CPU 自己链表的最前面。"]
            ),
        };
    }
    let taken = cx.before().find_map(|step| {
        let mm::event::Event::Buddy(buddy::Event::Take { pfn: head, order, .. }) = step.event else {
            return None;
        };
        (head == pfn).then_some(order)
    });
    match taken {
        Some(order) => say!(
            lang,
            [
                "Why this one: it headed the list of the smallest order that had a block, order ",
                order.to_string(),
                "."
            ],
            ["为什么是它：在有块的最小阶（", order.to_string(), " 阶）链表上，它排在最前。"]
        ),
        None => Vec::new(),
    }
}

/// Returns the last test of each zone that this request could use, and of them the one of the zone
/// with the most free frames: that is the one which should have served.
fn best_hope(cx: &Cx<'_>, wanted: Order) -> Option<watermark::Event> {
    use mm::event::Event::{Alloc, Watermark};
    let of_request = cx.before().take_while(|step| !matches!(step.event, Alloc(Event::Request { .. })));
    let mut seen = Vec::new();
    let mut best: Option<(u32, watermark::Event)> = None;
    for step in of_request {
        let Watermark(check) = step.event else { continue };
        let watermark::Event::Check { zone, order, free, .. } = check;
        if order != wanted || seen.contains(&zone) {
            continue;
        }
        seen.push(zone);
        if best.is_none_or(|(most, _)| free > most) {
            best = Some((free, check));
        }
    }
    best.map(|(_, check)| check)
}

fn failure(cx: &Cx<'_>, order: Order) -> Vec<Piece> {
    let lang = cx.lang;
    let Some(watermark::Event::Check { verdict, zone, mark, reserve, .. }) = best_hope(cx, order) else {
        return no_list(lang);
    };
    match verdict {
        watermark::Verdict::NoBlock => say!(
            lang,
            [
                "Why: ",
                cx.zone(zone),
                " has free frames enough, but none in a block this large: fragmentation."
            ],
            ["为什么：", cx.zone(zone), " 空闲页够多，但没有这么大的块：这是碎片。"]
        ),
        watermark::Verdict::TooFew if reserve > mark => say!(
            lang,
            [
                "Why: what even ",
                cx.zone(zone),
                " has left is reserved for requests that need it (lowmem_reserve)."
            ],
            ["为什么：连 ", cx.zone(zone), " 剩下的也留给非它不可的请求（lowmem_reserve）。"]
        ),
        watermark::Verdict::TooFew => say!(
            lang,
            ["Why: even ", cx.zone(zone), " would fall to its minimum mark."],
            ["为什么：连 ", cx.zone(zone), " 也会跌到 min 水位。"]
        ),
        watermark::Verdict::Ok => no_list(lang),
    }
}

fn no_list(lang: Lang) -> Vec<Piece> {
    say!(
        lang,
        ["Why: no list of any zone has a block that large."],
        ["为什么：没有哪个区域的链表上有这么大的块。"]
    )
}
