//! Words for advice about memory.

use mm::units::PAGE_SIZE;
use mm::virt::area::madvise::Event;
use mm::virt::area::vma::VmFlags;

use super::cx::{Cx, counted};
use super::row::rows;
use super::{Said, is, say, was};
use crate::panels::grouped;

rows! { Event;
    Flagged [mm start end advice old new] "madvise.flagged", "madvise_update_vma", "mm/madvise.c",
        "The advice is a flag of the area: the range was cut out of it or joined with a neighbour that has the flag already.",
        "建议就是区域的一个标志：这段范围从区域中切出，或与已有该标志的相邻区域合并。";
    Zapped [mm start end pages] "madvise.zapped", "madvise_dontneed_single_vma", "mm/madvise.c",
        "The pages of the range were taken away at once. The area stays: the next access gets a fresh page of zeroes.",
        "这段范围的页立即被取走，区域还在：下次访问得到新的全零页。";
    Hole [mm start end] "madvise.hole", "madvise_walk_vmas", "mm/madvise.c",
        "A piece of the range has no area. It is passed over, the rest is served, and the call ends with ENOMEM.",
        "范围中有一段没有区域：跳过它，其余照做，调用最后以 ENOMEM 结束。";
    Unchanged [mm start end] "madvise.unchanged", "madvise_update_vma", "mm/madvise.c",
        "The area has the flags already.",
        "区域已经有这些标志。";
}

pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    match *event {
        Event::Flagged { mm, start, end, advice, old, new } => Said::new(
            say!(
                lang,
                [
                    "The area ",
                    cx.area(mm, start, end),
                    " of ",
                    cx.process(mm),
                    " takes the advice ",
                    advice.name(),
                    "."
                ],
                [cx.process(mm), " 的区域 ", cx.area(mm, start, end), " 采纳建议 ", advice.name(), "。"]
            ),
            say!(
                lang,
                ["Why no page changes: the flag is looked at when the next fault comes."],
                ["为什么页没有变化：下次缺页时才会看这个标志。"]
            ),
            vec![was("flags", letters(old), letters(new))],
        ),
        Event::Zapped { mm, start, end, pages } => Said::new(
            say!(
                lang,
                ["Taken away from ", cx.area(mm, start, end), ": ", counted(pages, "page", "pages"), "."],
                ["取走 ", cx.area(mm, start, end), " 的 ", grouped(pages), " 页。"]
            ),
            say!(
                lang,
                ["Why the area stays: the process only said that it does not need the contents."],
                ["为什么区域还在：进程只是说不再需要其中的内容。"]
            ),
            vec![is("pages", pages)],
        ),
        Event::Hole { mm, start, end } => Said::new(
            say!(
                lang,
                ["Nothing is mapped in ", cx.address(mm, start), "–", end.to_string(), ": passed over."],
                [cx.address(mm, start), "–", end.to_string(), " 没有映射：跳过。"]
            ),
            say!(
                lang,
                ["Why go on: the rest of the range is served, and the call fails in the end."],
                ["为什么继续：其余部分照做，调用最后才失败。"]
            ),
            vec![is("pages", (end.0 - start.0) / PAGE_SIZE)],
        ),
        Event::Unchanged { mm, start, end } => Said::new(
            say!(
                lang,
                ["The area ", cx.area(mm, start, end), " is like that already."],
                ["区域 ", cx.area(mm, start, end), " 本来就是这样。"]
            ),
            Vec::new(),
            vec![is("start", start)],
        ),
    }
}

/// Writes flags as the `VmFlags` line of `smaps` does: two letters each.
fn letters(flags: VmFlags) -> String {
    let set = VmFlags::NAMES.iter().filter(|(flag, _)| flags.contains(*flag));
    set.map(|(_, letters)| *letters).collect::<Vec<_>>().join(" ")
}
