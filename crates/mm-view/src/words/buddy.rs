//! Words for the buddy's lists.

use mm::phys::buddy::Event;
use mm::store::End;

use super::cx::Cx;
use super::kernel_word::migrate_type;
use super::row::rows;
use super::{Said, is, say, was};

rows! { Event;
    Take [zone order mt pfn] "buddy.take", "__rmqueue_smallest", "mm/page_alloc.c",
        "The block at the head of a free list left it: of all orders that fit, the smallest that has a block.",
        "空闲链表头上的块被取下：在够大的各阶中，选有块的最小一阶。";
    Split [zone order mt kept back] "buddy.split", "expand", "mm/page_alloc.c",
        "The block was larger than wanted: it was halved, and the upper half went to the head of the list one order below.",
        "块比需要的大：对半分，高半块放到低一阶链表的头部。";
    Merge [zone order pfn buddy buddy_mt] "buddy.merge", "__free_one_page", "mm/page_alloc.c",
        "The block's buddy, whose frame number differs in one bit, is free and whole: both become one block of the next order.",
        "伙伴块（帧号只差一位）也空闲且完整：两块合成高一阶的一块。";
    Insert [zone order mt pfn end] "buddy.insert", "__free_one_page", "mm/page_alloc.c",
        "A block that merges no further went to its free list: to the head, or to the tail if its next merge seems near.",
        "不能再合并的块放进空闲链表：一般放头部，若很可能继续合并则放尾部。";
    Move [zone order pfn from to] "buddy.move", "move_to_free_list", "mm/page_alloc.c",
        "A free block went to the tail of another type's list, because its pageblock changes hands.",
        "空闲块移到另一类型链表的尾部，因为它所在的页块易手。";
}

pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    match *event {
        Event::Take { zone, order, mt, pfn } => {
            let kind = migrate_type(mt, lang);
            Said::new(
                say!(
                    lang,
                    [
                        "Block ",
                        cx.block(pfn, order),
                        " leaves the ",
                        kind,
                        " list of order ",
                        order.to_string(),
                        " in ",
                        cx.zone(zone),
                        "."
                    ],
                    [
                        "块 ",
                        cx.block(pfn, order),
                        " 离开 ",
                        cx.zone(zone),
                        " 的 ",
                        order.to_string(),
                        " 阶",
                        kind,
                        "链表。"
                    ]
                ),
                say!(
                    lang,
                    ["Why this one: it heads the list of the smallest order that has a block and fits."],
                    ["为什么是它：在够大且有块的最小阶上，它排在链表头。"]
                ),
                vec![is("pfn", pfn), is("order", order), is("type", mt.name())],
            )
        }
        Event::Split { zone, order, mt, kept, back } => {
            let kind = migrate_type(mt, lang);
            Said::new(
                say!(
                    lang,
                    [
                        "Cut in half: ",
                        cx.block(kept, order),
                        " goes on, ",
                        cx.block(back, order),
                        " goes to the ",
                        kind,
                        " list of order ",
                        order.to_string(),
                        "."
                    ],
                    [
                        "对半分：",
                        cx.block(kept, order),
                        " 继续用，",
                        cx.block(back, order),
                        " 放到 ",
                        order.to_string(),
                        " 阶",
                        kind,
                        "链表头。"
                    ]
                ),
                say!(
                    lang,
                    [
                        "Why: the block in hand was larger than wanted, and the rest must not be lost to ",
                        cx.zone(zone),
                        "."
                    ],
                    ["为什么：手里的块比需要的大，剩下的要还给 ", cx.zone(zone), "。"]
                ),
                vec![is("kept", kept), is("back", back), was("order", order.get() + 1, order)],
            )
        }
        Event::Merge { zone: _, order, pfn, buddy, buddy_mt } => {
            let joined = pfn.min(buddy);
            let kind = migrate_type(buddy_mt, lang);
            Said::new(
                say!(
                    lang,
                    [
                        "Block ",
                        cx.block(pfn, order),
                        " and its free buddy ",
                        cx.block(buddy, order),
                        " become one: ",
                        cx.block(joined, order.up()),
                        "."
                    ],
                    [
                        "块 ",
                        cx.block(pfn, order),
                        " 与空闲的伙伴 ",
                        cx.block(buddy, order),
                        " 合成 ",
                        cx.block(joined, order.up()),
                        "。"
                    ]
                ),
                say!(
                    lang,
                    [
                        "Why these two: their numbers differ in bit ",
                        order.to_string(),
                        " only. The buddy leaves a ",
                        kind,
                        " list."
                    ],
                    ["为什么是这两块：帧号只差第 ", order.to_string(), " 位。伙伴离开", kind, "链表。"]
                ),
                vec![is("pfn", joined), is("buddy", buddy), was("order", order, order.up())],
            )
        }
        Event::Insert { zone, order, mt, pfn, end } => {
            let kind = migrate_type(mt, lang);
            let (place_en, place_zh) = match end {
                End::Head => ("head", "头"),
                End::Tail => ("tail", "尾"),
            };
            let why = match end {
                End::Head => say!(
                    lang,
                    ["Why no further: its buddy is in use or in pieces. What was freed last is used first."],
                    ["为什么不再合并：伙伴在用或已被拆开。最后释放的最先再用。"]
                ),
                End::Tail => say!(
                    lang,
                    ["Why the tail: the next larger buddy is free, so the two may soon become one."],
                    ["为什么放在尾部：更大一阶的伙伴是空闲的，也许很快就能合并。"]
                ),
            };
            Said::new(
                say!(
                    lang,
                    [
                        "Block ",
                        cx.block(pfn, order),
                        " goes to the ",
                        place_en,
                        " of the ",
                        kind,
                        " list of order ",
                        order.to_string(),
                        " in ",
                        cx.zone(zone),
                        "."
                    ],
                    [
                        "块 ",
                        cx.block(pfn, order),
                        " 放到 ",
                        cx.zone(zone),
                        " 的 ",
                        order.to_string(),
                        " 阶",
                        kind,
                        "链表",
                        place_zh,
                        "。"
                    ]
                ),
                why,
                vec![is("pfn", pfn), is("order", order), is("type", mt.name())],
            )
        }
        Event::Move { zone, order, pfn, from, to } => {
            let (old, new) = (migrate_type(from, lang), migrate_type(to, lang));
            Said::new(
                say!(
                    lang,
                    [
                        "Free block ",
                        cx.block(pfn, order),
                        " of ",
                        cx.zone(zone),
                        " moves from the ",
                        old,
                        " to the ",
                        new,
                        " list."
                    ],
                    [
                        cx.zone(zone),
                        " 的空闲块 ",
                        cx.block(pfn, order),
                        " 从",
                        old,
                        "链表移到",
                        new,
                        "链表。"
                    ]
                ),
                say!(
                    lang,
                    ["Why: its pageblock changes hands, and free blocks follow it."],
                    ["为什么：它所在的页块易手，空闲块随之移动。"]
                ),
                vec![is("pfn", pfn), is("order", order), was("type", from.name(), to.name())],
            )
        }
    }
}
