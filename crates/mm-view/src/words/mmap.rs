//! Words for areas coming, changing and going.

use mm::units::PAGE_SIZE;
use mm::virt::area::mmap::Event;
use mm::virt::area::unmapped_area::Placement;
use mm::virt::area::vma_merge::MergeSide;

use super::cx::{Cx, counted};
use super::kernel_word::rights;
use super::row::rows;
use super::{Said, is, refusal, say, was};
use crate::panels::{grouped, short_bytes};

rows! { Event;
    Placed [mm start len placement] "mmap.placed", "get_unmapped_area", "mm/mmap.c",
        "Room was found for a new area: the highest gap below the mmap base that is large enough, or where the caller wants it.",
        "为新区域找到位置：mmap 基址以下足够大的最高空隙，或调用者指定的地方。";
    Charged [pages committed limit ok] "mmap.charged", "__vm_enough_memory", "mm/util.c",
        "Private writable pages were counted against memory, as vm.overcommit_memory says.",
        "按 vm.overcommit_memory 的规则，把私有可写页计入承诺的内存。";
    Created [mm start end flags] "mmap.created", "mmap_region", "mm/mmap.c",
        "An area was made. It is a promise only: no page and no table comes with it.",
        "建了一个区域。它只是承诺：既没有页，也没有页表。";
    Merged [mm start end side] "mmap.merged", "vma_merge", "mm/mmap.c",
        "The range has the same rights and backing as its neighbour, so both are one area.",
        "这段范围与相邻区域的权限和来源相同，于是合成一个区域。";
    Split [mm start at end] "mmap.split", "__split_vma", "mm/mmap.c",
        "An area was cut in two, because only a part of it is to change or to go.",
        "区域被切成两个，因为只有一部分要改变或去掉。";
    Removed [mm start end] "mmap.removed", "do_mas_munmap", "mm/mmap.c",
        "An area was removed: its addresses mean nothing any more.",
        "区域被去掉：这些地址不再有意义。";
    Protected [mm start end old new] "mmap.protected", "mprotect_fixup", "mm/mprotect.c",
        "An area got other rights. Entries of pages that are present are changed too.",
        "区域的权限变了，已存在的页的表项也随之修改。";
    Grown [mm from start] "mmap.grown", "expand_downwards", "mm/mmap.c",
        "A fault just below the stack made it grow down to the address.",
        "栈下方的缺页让栈向下长到该地址。";
    Refused [mm errno] "mmap.refused", "system call", "errno(3)",
        "The call ends with an error.",
        "调用以错误结束。";
}

pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    match *event {
        Event::Placed { mm, start, len, placement } => Said::new(
            say!(
                lang,
                [short_bytes(len.0), " of ", cx.process(mm), " shall start at ", cx.address(mm, start), "."],
                [cx.process(mm), " 的 ", short_bytes(len.0), " 将始于 ", cx.address(mm, start), "。"]
            ),
            match placement {
                Placement::Anywhere => say!(
                    lang,
                    ["Why there: it is the highest gap below the mmap base that is large enough."],
                    ["为什么在那里：它是 mmap 基址以下足够大的最高空隙。"]
                ),
                Placement::Hint(_) => say!(
                    lang,
                    ["Why there: the caller hinted at a place; where it is taken, the highest gap serves."],
                    ["为什么在那里：调用者给了提示；若已被占用，就用最高的空隙。"]
                ),
                Placement::Fixed(_) => say!(
                    lang,
                    ["Why there: MAP_FIXED, whatever is mapped there goes."],
                    ["为什么在那里：MAP_FIXED，那里原有的映射会被去掉。"]
                ),
                Placement::NoReplace(_) => say!(
                    lang,
                    ["Why there: MAP_FIXED_NOREPLACE, and nothing is mapped there."],
                    ["为什么在那里：MAP_FIXED_NOREPLACE，且那里没有映射。"]
                ),
            },
            vec![is("addr", start), is("len", len.0)],
        ),
        Event::Charged { pages, committed, limit, ok } => Said::new(
            if ok {
                say!(
                    lang,
                    [counted(pages, "page is", "pages are"), " promised; in all ", grouped(committed), "."],
                    ["承诺 ", grouped(pages), " 页，总计 ", grouped(committed), " 页。"]
                )
            } else {
                say!(
                    lang,
                    [counted(pages, "page", "pages"), " more are too many to promise."],
                    ["再承诺 ", grouped(pages), " 页就太多了。"]
                )
            },
            match limit {
                Some(limit) => say!(
                    lang,
                    ["Why it is checked: the rule in force refuses above ", grouped(limit), " pages."],
                    ["为什么要查：现行规则超过 ", grouped(limit), " 页就拒绝。"]
                ),
                None => say!(
                    lang,
                    ["Why it passes: the rule in force refuses nothing."],
                    ["为什么通过：现行规则什么也不拒绝。"]
                ),
            },
            vec![was("Committed_AS", committed - pages, if ok { committed } else { committed - pages })],
        ),
        Event::Created { mm, start, end, flags } => Said::new(
            say!(
                lang,
                [cx.process(mm), " has a new area ", cx.area(mm, start, end), " ", rights(flags), "."],
                [cx.process(mm), " 新增区域 ", cx.area(mm, start, end), " ", rights(flags), "。"]
            ),
            say!(
                lang,
                ["Why no memory yet: an area is a promise; the first touch of each page pays."],
                ["为什么还没有内存：区域只是承诺，每页第一次访问才给。"]
            ),
            vec![is("pages", (end.0 - start.0) / PAGE_SIZE), is("flags", rights(flags))],
        ),
        Event::Merged { mm, start, end, side } => Said::new(
            say!(
                lang,
                ["The range becomes part of the area ", cx.area(mm, start, end), "."],
                ["这段范围并入区域 ", cx.area(mm, start, end), "。"]
            ),
            match side {
                MergeSide::Below => say!(
                    lang,
                    ["Why: the area below has the same rights and backing."],
                    ["为什么：下方的区域权限和来源相同。"]
                ),
                MergeSide::Above => say!(
                    lang,
                    ["Why: the area above has the same rights and backing."],
                    ["为什么：上方的区域权限和来源相同。"]
                ),
                MergeSide::Both => say!(
                    lang,
                    ["Why: it fills the gap between two areas of the same rights and backing."],
                    ["为什么：它填上了两个权限和来源相同的区域之间的空隙。"]
                ),
            },
            vec![is("start", start), is("end", end)],
        ),
        Event::Split { mm, start, at, end } => Said::new(
            say!(
                lang,
                [
                    "The area is cut at ",
                    cx.address(mm, at),
                    ": ",
                    cx.area(mm, start, at),
                    " and ",
                    cx.area(mm, at, end),
                    "."
                ],
                [
                    "区域在 ",
                    cx.address(mm, at),
                    " 处切开：",
                    cx.area(mm, start, at),
                    " 和 ",
                    cx.area(mm, at, end),
                    "。"
                ]
            ),
            say!(lang, ["Why: only one part of it is to change."], ["为什么：只有一部分要变。"]),
            vec![is("at", at)],
        ),
        Event::Removed { mm, start, end } => Said::new(
            say!(
                lang,
                ["The area ", cx.area(mm, start, end), " of ", cx.process(mm), " is gone."],
                [cx.process(mm), " 的区域 ", cx.area(mm, start, end), " 没有了。"]
            ),
            say!(
                lang,
                ["Why first the area: from now on a fault there finds nothing."],
                ["为什么先去掉区域：此后那里再缺页就什么也找不到。"]
            ),
            vec![is("pages", (end.0 - start.0) / PAGE_SIZE)],
        ),
        Event::Protected { mm, start, end, old, new } => Said::new(
            say!(
                lang,
                ["The area ", cx.area(mm, start, end), " is ", rights(new), " now."],
                ["区域 ", cx.area(mm, start, end), " 现在是 ", rights(new), "。"]
            ),
            say!(
                lang,
                ["Why entries follow: the hardware looks at them, not at areas."],
                ["为什么表项也要改：硬件看的是表项，不是区域。"]
            ),
            vec![was("flags", rights(old), rights(new))],
        ),
        Event::Grown { mm, from, start } => Said::new(
            say!(
                lang,
                ["The stack grows down to ", cx.address(mm, start), "."],
                ["栈向下长到 ", cx.address(mm, start), "。"]
            ),
            say!(
                lang,
                ["Why it may: the fault was just below an area that grows down."],
                ["为什么可以：缺页恰好在会向下增长的区域之下。"]
            ),
            vec![was("start", from, start)],
        ),
        Event::Refused { mm, errno } => Said::new(
            say!(
                lang,
                ["The call of ", cx.process(mm), " ends with ", errno.name(), "."],
                [cx.process(mm), " 的调用以 ", errno.name(), " 结束。"]
            ),
            say!(
                lang,
                ["Why: ", refusal::errno(errno, lang), "."],
                ["为什么：", refusal::errno(errno, lang), "。"]
            ),
            vec![is("errno", errno.number())],
        ),
    }
}
