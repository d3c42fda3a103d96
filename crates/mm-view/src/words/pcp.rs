//! Words for the processors' own lists.

use mm::phys::buddy::pcp::Event;

use super::cx::{Cx, counted};
use super::kernel_word::migrate_type;
use super::row::rows;
use super::{Said, is, say};

rows! { Event;
    Refill [zone cpu order mt want got count] "pcp.refill", "rmqueue_bulk", "mm/page_alloc.c",
        "An empty list of a CPU was filled from the buddy lists, a batch at a time, so that the zone lock is taken once for many pages.",
        "CPU 的空链表从伙伴系统成批补充，这样取很多页只需拿一次区域锁。";
    Stock [zone cpu order mt pfn] "pcp.stock", "rmqueue_bulk", "mm/page_alloc.c",
        "One block of a batch was put on the tail of the CPU's list.",
        "一批中的一块接到 CPU 链表的尾部。";
    Get [zone cpu order mt pfn count] "pcp.get", "rmqueue_pcplist", "mm/page_alloc.c",
        "The block at the head of a CPU's list was handed out: the usual, lock-free way of a small request.",
        "取走 CPU 链表头上的块，这是小请求最常走的无锁路径。";
    Put [zone cpu order mt pfn count] "pcp.put", "free_unref_page_commit", "mm/page_alloc.c",
        "A freed block was put on the head of the CPU's list: what was freed last is given out first, while it is still in the cache.",
        "释放的块放到 CPU 链表头：最后释放的最先再用，因为它可能还在缓存里。";
    Excess [zone cpu count high excess free_factor] "pcp.excess", "free_unref_page_commit", "mm/page_alloc.c",
        "The CPU's lists hold more than they may: some pages go back to the buddy, twice as many each time in a row.",
        "CPU 链表超过上限：一部分页还给伙伴系统，连续发生时每次加倍。";
    Drain [zone cpu order mt pfn] "pcp.drain", "free_pcppages_bulk", "mm/page_alloc.c",
        "A block left the tail of a CPU's list for the buddy lists.",
        "CPU 链表尾部的一块回到伙伴系统。";
}

pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    match *event {
        Event::Refill { zone, cpu, order, mt, want, got, count } => {
            let (kind, blocks) = (migrate_type(mt, lang), counted(u64::from(got), "block", "blocks"));
            Said::new(
                say!(
                    lang,
                    [
                        "CPU ",
                        cpu.0.to_string(),
                        "'s ",
                        kind,
                        " list got ",
                        blocks,
                        " from ",
                        cx.zone(zone),
                        "."
                    ],
                    [
                        "CPU ",
                        cpu.0.to_string(),
                        " 的",
                        kind,
                        "链表从 ",
                        cx.zone(zone),
                        " 补进 ",
                        got.to_string(),
                        " 块。"
                    ]
                ),
                say!(
                    lang,
                    [
                        "Why so many: a batch is ",
                        want.to_string(),
                        " blocks, so that one lock serves many requests."
                    ],
                    ["为什么这么多：一批是 ", want.to_string(), " 块，一次加锁供多次请求。"]
                ),
                vec![is("batch", want), was_count(count, got << order.get(), Way::In)],
            )
        }
        Event::Stock { zone, cpu, order, mt, pfn } => {
            let kind = migrate_type(mt, lang);
            Said::new(
                say!(
                    lang,
                    [
                        frame_en(order),
                        cx.block(pfn, order),
                        " goes to the tail of CPU ",
                        cpu.0.to_string(),
                        "'s ",
                        kind,
                        " list."
                    ],
                    ["页帧 ", cx.block(pfn, order), " 接到 CPU ", cpu.0.to_string(), " 的", kind, "链表尾。"]
                ),
                say!(
                    lang,
                    ["Why the tail: the batch keeps the order in which ", cx.zone(zone), " gave it."],
                    ["为什么接在尾部：保持 ", cx.zone(zone), " 给出的次序。"]
                ),
                vec![is("pfn", pfn), is("order", order)],
            )
        }
        Event::Get { cpu, order, mt, pfn, count, zone: _ } => {
            let kind = migrate_type(mt, lang);
            Said::new(
                say!(
                    lang,
                    [
                        frame_en(order),
                        cx.block(pfn, order),
                        " leaves the head of CPU ",
                        cpu.0.to_string(),
                        "'s ",
                        kind,
                        " list."
                    ],
                    ["页帧 ", cx.block(pfn, order), " 离开 CPU ", cpu.0.to_string(), " 的", kind, "链表头。"]
                ),
                say!(
                    lang,
                    ["Why from there: a CPU's own list needs no lock of the zone."],
                    ["为什么从那里取：CPU 自己的链表不需要区域锁。"]
                ),
                vec![is("pfn", pfn), was_count(count, order.pages(), Way::Out)],
            )
        }
        Event::Put { cpu, order, mt, pfn, count, zone: _ } => {
            let kind = migrate_type(mt, lang);
            Said::new(
                say!(
                    lang,
                    [
                        frame_en(order),
                        cx.block(pfn, order),
                        " goes to the head of CPU ",
                        cpu.0.to_string(),
                        "'s ",
                        kind,
                        " list."
                    ],
                    ["页帧 ", cx.block(pfn, order), " 放到 CPU ", cpu.0.to_string(), " 的", kind, "链表头。"]
                ),
                say!(
                    lang,
                    ["Why the head: it may still be in the CPU's cache, so it should be used next."],
                    ["为什么放在头部：它可能还在 CPU 缓存里，应当最先再用。"]
                ),
                vec![is("pfn", pfn), was_count(count, order.pages(), Way::In)],
            )
        }
        Event::Excess { zone, cpu, count, high, excess, free_factor } => Said::new(
            say!(
                lang,
                [
                    "CPU ",
                    cpu.0.to_string(),
                    " holds ",
                    count.to_string(),
                    " pages of ",
                    cx.zone(zone),
                    ": ",
                    excess.to_string(),
                    " go back."
                ],
                [
                    "CPU ",
                    cpu.0.to_string(),
                    " 存了 ",
                    cx.zone(zone),
                    " 的 ",
                    count.to_string(),
                    " 页：要还回 ",
                    excess.to_string(),
                    " 页。"
                ]
            ),
            say!(
                lang,
                ["Why: its lists may hold ", high.to_string(), ", and each time in a row twice as many go."],
                ["为什么：上限是 ", high.to_string(), " 页，连续发生时每次加倍。"]
            ),
            vec![is("count", count), is("high", high), is("excess", excess), is("free_factor", free_factor)],
        ),
        Event::Drain { zone, cpu, order, mt, pfn } => {
            let kind = migrate_type(mt, lang);
            Said::new(
                say!(
                    lang,
                    [
                        frame_en(order),
                        cx.block(pfn, order),
                        " leaves the tail of CPU ",
                        cpu.0.to_string(),
                        "'s list for ",
                        cx.zone(zone),
                        "."
                    ],
                    [
                        "页帧 ",
                        cx.block(pfn, order),
                        " 从 CPU ",
                        cpu.0.to_string(),
                        " 的链表尾回到 ",
                        cx.zone(zone),
                        "。"
                    ]
                ),
                say!(
                    lang,
                    ["Why the tail: it was freed longest ago. It goes to a ", kind, " list."],
                    ["为什么从尾部：它释放得最早。它将进入", kind, "链表。"]
                ),
                vec![is("pfn", pfn), is("order", order)],
            )
        }
    }
}

fn frame_en(order: mm::units::Order) -> &'static str {
    if order == mm::units::Order::ZERO { "Frame " } else { "Block " }
}

/// Which way pages went.
#[derive(Clone, Copy)]
enum Way {
    In,
    Out,
}

/// The count of the lists before and after `pages` went.
fn was_count(now: u32, pages: u32, way: Way) -> super::Operand {
    let before = match way {
        Way::In => now.saturating_sub(pages),
        Way::Out => now + pages,
    };
    super::was("count", before, now)
}
