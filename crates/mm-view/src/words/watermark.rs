//! Words for watermark tests.

use mm::phys::zone::Wmark;
use mm::phys::zone::watermark::{Event, Verdict};

use super::cx::Cx;
use super::kernel_word::mark as mark_name;
use super::row::rows;
use super::{Piece, Said, is, say};
use crate::Lang;
use crate::panels::grouped;

rows! { Event;
    Check [zone order level verdict free unusable mark reserve]
        "watermark.check", "zone_watermark_ok", "mm/page_alloc.c",
        "Free pages of a zone are held against a mark. It may give if free - unusable > mark + reserve and some list has a block large enough.",
        "拿区域的空闲页与水位比较。若 free - unusable > mark + reserve，且有足够大的块，才可以给。";
}

pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    let Event::Check { zone, order, level, verdict, free, unusable, mark, reserve } = *event;
    let have = grouped(u64::from(free.saturating_sub(unusable)));
    let must = grouped(u64::from(mark) + u64::from(reserve));
    let what = match verdict {
        Verdict::Ok => say!(
            lang,
            [cx.zone(zone), " may give: ", have, " frames are free, more than ", must, "."],
            [cx.zone(zone), " 可以给：空闲 ", have, " 页，多于 ", must, " 页。"]
        ),
        Verdict::TooFew => say!(
            lang,
            [cx.zone(zone), " may not give: ", have, " free frames are not more than ", must, "."],
            [cx.zone(zone), " 不能给：空闲 ", have, " 页，不多于 ", must, " 页。"]
        ),
        Verdict::NoBlock => say!(
            lang,
            [
                cx.zone(zone),
                " has ",
                have,
                " free frames, but no block of order ",
                order.to_string(),
                " among them."
            ],
            [cx.zone(zone), " 空闲 ", have, " 页，却没有 ", order.to_string(), " 阶的块。"]
        ),
    };
    let operands = vec![
        is("free", free),
        is("unusable", unusable),
        is(mark_name(level), mark),
        is("lowmem_reserve", reserve),
    ];
    Said::new(what, why(level, cx.lang), operands)
}

fn why(level: Wmark, lang: Lang) -> Vec<Piece> {
    match level {
        Wmark::Min => say!(
            lang,
            ["Why min: below it only urgent requests are served."],
            ["为什么看 min：低于它，只有紧急请求才给。"]
        ),
        Wmark::Low => say!(
            lang,
            ["Why low: a zone that keeps it needs no kswapd."],
            ["为什么看 low：高于它就不必唤醒 kswapd。"]
        ),
        Wmark::High => say!(
            lang,
            ["Why high: above it kswapd goes back to sleep."],
            ["为什么看 high：高于它 kswapd 就去睡。"]
        ),
    }
}
