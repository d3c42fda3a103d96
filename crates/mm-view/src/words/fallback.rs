//! Words for taking blocks of other migrate types.

use mm::phys::buddy::fallback::{Event, Extent};

use super::cx::Cx;
use super::kernel_word::migrate_type;
use super::row::rows;
use super::{Said, is, say, was};

rows! { Event;
    Steal [zone order block_order mt from pfn extent] "fallback.steal", "__rmqueue_fallback", "mm/page_alloc.c",
        "No block of the wanted type is left, so one of another type is chosen, the largest there is. This is the tracepoint mm_page_alloc_extfrag.",
        "想要的类型没有块了，于是选别的类型的块，而且选最大的，对应跟踪点 mm_page_alloc_extfrag。";
    Boost [zone from to max] "fallback.boost", "boost_watermark", "mm/page_alloc.c",
        "Mixing types fragments memory: the zone's marks are raised for a while so that kswapd frees whole pageblocks.",
        "混用类型会造成碎片：暂时抬高该区域的水位，让 kswapd 腾出整块。";
    Weigh [first free alike needed] "fallback.weigh", "steal_suitable_fallback", "mm/page_alloc.c",
        "A pageblock changes its type if the pages that are free or suit the new type make at least half of it.",
        "若空闲页加上与新类型相容的页达到页块的一半，整个页块就改类型。";
    Retype [first from to] "fallback.retype", "set_pageblock_migratetype", "mm/page_alloc.c",
        "A pageblock got another migrate type: what is freed in it goes to lists of that type from now on.",
        "页块改了迁移类型：此后在其中释放的页进入新类型的链表。";
}

pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    match *event {
        Event::Steal { zone, order, block_order, mt, from, pfn, extent } => {
            let (to_kind, from_kind) = (migrate_type(mt, lang), migrate_type(from, lang));
            let why = match extent {
                Extent::Block => say!(
                    lang,
                    ["Why only the block: it is small and movable pages can be moved out again."],
                    ["为什么只拿这一块：它很小，而且可移动页以后还能挪走。"]
                ),
                Extent::Pageblock => say!(
                    lang,
                    ["Why the pageblock too: the next such pages shall land in the same one."],
                    ["为什么连页块一起：让以后同类的页都落在同一个页块里。"]
                ),
                Extent::Pageblocks => say!(
                    lang,
                    ["Why without mixing: the block is made of whole pageblocks."],
                    ["为什么没有混用：这块正好由整个页块组成。"]
                ),
            };
            Said::new(
                say!(
                    lang,
                    [
                        "No ",
                        to_kind,
                        " block of ",
                        cx.zone(zone),
                        " is left: the ",
                        from_kind,
                        " block ",
                        cx.block(pfn, block_order),
                        " is taken."
                    ],
                    [
                        cx.zone(zone),
                        " 没有",
                        to_kind,
                        "块了：改拿",
                        from_kind,
                        "块 ",
                        cx.block(pfn, block_order),
                        "。"
                    ]
                ),
                why,
                vec![
                    is("wanted order", order),
                    is("block order", block_order),
                    was("type", from.name(), mt.name()),
                ],
            )
        }
        Event::Boost { zone, from, to, max } => Said::new(
            say!(
                lang,
                ["The marks of ", cx.zone(zone), " are raised by ", to.to_string(), " pages for a while."],
                [cx.zone(zone), " 的水位暂时抬高 ", to.to_string(), " 页。"]
            ),
            say!(
                lang,
                ["Why: types were mixed, and kswapd shall free whole pageblocks."],
                ["为什么：刚混用了类型，要让 kswapd 腾出整块。"]
            ),
            vec![was("boost", from, to), is("max", max)],
        ),
        Event::Weigh { first, free, alike, needed } => {
            let sum = (free + alike).to_string();
            Said::new(
                say!(
                    lang,
                    [
                        "Pageblock ",
                        cx.frame(first),
                        " is weighed: ",
                        sum,
                        " of its pages are free or suit the new type."
                    ],
                    ["掂量页块 ", cx.frame(first), "：其中 ", sum, " 页空闲或与新类型相容。"]
                ),
                say!(
                    lang,
                    ["Why it matters: at ", needed.to_string(), " or more the pageblock changes its type."],
                    ["为什么要看：达到 ", needed.to_string(), " 页，整个页块就改类型。"]
                ),
                vec![is("free", free), is("alike", alike), is("needed", needed)],
            )
        }
        Event::Retype { first, from, to } => {
            let kind = migrate_type(to, lang);
            Said::new(
                say!(
                    lang,
                    ["The pageblock at frame ", cx.frame(first), " is ", kind, " now."],
                    ["始于页帧 ", cx.frame(first), " 的页块现在是", kind, "的。"]
                ),
                say!(
                    lang,
                    ["Why it stays so: pages freed in it go to lists of that type from now on."],
                    ["为什么会保持：此后在其中释放的页都进入该类型的链表。"]
                ),
                vec![was("type", from.name(), to.name())],
            )
        }
    }
}
