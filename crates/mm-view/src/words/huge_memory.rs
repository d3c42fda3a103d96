//! Words for huge pages.

use mm::units::{PAGE_SIZE, Pfn, VirtAddr};
use mm::virt::MmId;
use mm::virt::rmap::compound::Event;

use super::cx::Cx;
use super::row::rows;
use super::{Said, alloc, is, say};
use crate::panels::short_bytes;

rows! { Event;
    Unsuitable [haddr start end] "huge.unsuitable", "transhuge_vma_suitable", "include/linux/huge_mm.h",
        "The area may have huge pages, but the aligned piece around the address does not lie wholly in it: small pages serve.",
        "这个区域可以用大页，但地址所在的对齐片段不完全在区域内：改用小页。";
    Fallback [haddr] "huge.fallback", "do_huge_pmd_anonymous_page", "mm/huge_memory.c",
        "No free block was large enough, or the defrag setting did not allow to make one: small pages serve. Counted as thp_fault_fallback.",
        "没有足够大的空闲块，或 defrag 设置不允许去整理出一块：改用小页，计入 thp_fault_fallback。";
    HugePage [haddr pfn] "huge.page", "__do_huge_pmd_anonymous_page", "mm/huge_memory.c",
        "The process gets a zeroed huge page: one fault instead of 512. Counted as thp_fault_alloc.",
        "进程得到一个清零的大页：一次缺页代替 512 次，计入 thp_fault_alloc。";
    ZeroPageMade [pfn] "huge.zero_page_made", "get_huge_zero_page", "mm/huge_memory.c",
        "The shared huge page of zeroes was made, for the first reader that needs it.",
        "第一次有读者需要，于是建立共享的全零大页。";
    ZeroPageMapped [haddr pfn] "huge.zero_page", "set_huge_zero_page", "mm/huge_memory.c",
        "Fresh memory was only read: the shared huge page of zeroes is mapped read-only.",
        "新内存只是被读：只读映射共享的全零大页。";
    Reused [haddr pfn] "huge.reused", "do_huge_pmd_wp_page", "mm/huge_memory.c",
        "A write hit a read-only huge entry, and nobody else uses the page: the process keeps it, and writing is allowed now.",
        "写到只读的大页表项上，而没有别人用它：进程留下它并改为可写。";
    Split [mm haddr pfn table] "huge.split", "__split_huge_pmd_locked", "mm/huge_memory.c",
        "The entry of a huge page was replaced by a table of entries, one for each frame. The frames stay one page. Counted as thp_split_pmd.",
        "大页的表项换成一张表，每个页帧一项。这些页帧仍是一个整页，计入 thp_split_pmd。";
    DeferredSplit [pfn] "huge.deferred_split", "deferred_split_huge_page", "mm/huge_memory.c",
        "Nobody maps a part of a huge page any more, yet it is freed as a whole only: it waits in a queue to be split under pressure. Counted as thp_deferred_split_page.",
        "大页有一部分已没人映射，但它只能整体释放：排入队列，内存紧张时再拆开，计入 thp_deferred_split_page。";
}

pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
    match *event {
        Event::Unsuitable { haddr, start, end } => unsuitable(haddr, start, end, cx),
        Event::Fallback { haddr } => fallback(haddr, cx),
        Event::HugePage { haddr, pfn } => huge_page(haddr, pfn, cx),
        Event::ZeroPageMade { pfn } => zero_page_made(pfn, cx),
        Event::ZeroPageMapped { haddr, pfn } => zero_page_mapped(haddr, pfn, cx),
        Event::Reused { haddr, pfn } => reused(haddr, pfn, cx),
        Event::Split { mm, haddr, pfn, table } => split(mm, haddr, pfn, table, cx),
        Event::DeferredSplit { pfn } => deferred_split(pfn, cx),
    }
}

fn unsuitable(haddr: VirtAddr, start: VirtAddr, end: VirtAddr, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    let size = short_bytes(cx.world.rest.virt.mode.huge_size());
    Said::new(
        say!(
            lang,
            ["No huge page here: the ", size, " from ", haddr.to_string(), " are not all in the area."],
            ["这里不能用大页：", haddr.to_string(), " 起的 ", size, " 不完全在区域内。"]
        ),
        say!(
            lang,
            [
                "Why it matters: the area is ",
                format!("{:#x}–{:#x}", start.0, end.0),
                ", and a huge entry covers all of its piece."
            ],
            ["为什么要紧：区域是 ", format!("{:#x}–{:#x}", start.0, end.0), "，而大页表项会覆盖整个片段。"]
        ),
        vec![is("haddr", haddr)],
    )
}

fn fallback(haddr: VirtAddr, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    let order = cx.world.rest.virt.mode.huge_order();
    Said::new(
        say!(
            lang,
            ["No block of order ", order.to_string(), " for ", haddr.to_string(), ": small pages serve."],
            [haddr.to_string(), " 处没有 ", order.to_string(), " 阶的块：改用小页。"]
        ),
        say!(
            lang,
            ["Why no error: a huge page is a gift, not a promise."],
            ["为什么不算错误：大页是额外的好处，不是承诺。"]
        ),
        vec![is("haddr", haddr)],
    )
}

fn huge_page(haddr: VirtAddr, pfn: Pfn, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    let size = short_bytes(cx.world.rest.virt.mode.huge_size());
    let order = cx.world.rest.virt.mode.huge_order();
    Said::new(
        say!(
            lang,
            [
                "Block ",
                cx.block(pfn, order),
                ", full of zeroes, is the ",
                size,
                " from ",
                haddr.to_string(),
                " now."
            ],
            ["清零的块 ", cx.block(pfn, order), " 现在就是 ", haddr.to_string(), " 起的 ", size, "。"]
        ),
        alloc::origin(cx, pfn),
        vec![is("pfn", pfn), is("haddr", haddr), is("frames", order.pages())],
    )
}

fn zero_page_made(pfn: Pfn, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    let order = cx.world.rest.virt.mode.huge_order();
    Said::new(
        say!(
            lang,
            ["Block ", cx.block(pfn, order), " becomes the shared huge page of zeroes."],
            ["块 ", cx.block(pfn, order), " 成为共享的全零大页。"]
        ),
        say!(
            lang,
            ["Why only now: nobody has read fresh memory of this size before."],
            ["为什么现在才建：此前没有人读过这么大的新内存。"]
        ),
        vec![is("pfn", pfn)],
    )
}

fn zero_page_mapped(haddr: VirtAddr, pfn: Pfn, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    let size = short_bytes(cx.world.rest.virt.mode.huge_size());
    Said::new(
        say!(
            lang,
            [
                "The ",
                size,
                " from ",
                haddr.to_string(),
                " read from the shared huge page of zeroes, frame ",
                cx.frame(pfn),
                "."
            ],
            [haddr.to_string(), " 起的 ", size, " 读的是共享的全零大页，页帧 ", cx.frame(pfn), "。"]
        ),
        say!(
            lang,
            ["Why: use_zero_page is 1, and reading needs no memory of one's own."],
            ["为什么：use_zero_page 是 1，只读不需要自己的内存。"]
        ),
        vec![is("pfn", pfn)],
    )
}

fn reused(haddr: VirtAddr, pfn: Pfn, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            [
                "The huge page at ",
                haddr.to_string(),
                " stays in frame ",
                cx.frame(pfn),
                " and may be written now."
            ],
            ["位于 ", haddr.to_string(), " 的大页仍在页帧 ", cx.frame(pfn), "，现在可写。"]
        ),
        say!(lang, ["Why no copy: nobody else uses the page."], ["为什么不复制：没有别人用这一页。"]),
        vec![is("pfn", pfn)],
    )
}

fn split(mm: MmId, haddr: VirtAddr, pfn: Pfn, table: Pfn, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    let size = short_bytes(cx.world.rest.virt.mode.huge_size());
    let order = cx.world.rest.virt.mode.huge_order();
    Said::new(
        say!(
            lang,
            [
                "The huge entry of ",
                cx.address(mm, haddr),
                " becomes a table of entries, frame ",
                cx.frame(table),
                "."
            ],
            [cx.address(mm, haddr), " 的大页表项换成一张表，页帧 ", cx.frame(table), "。"]
        ),
        say!(
            lang,
            [
                "Why: only a part of the ",
                size,
                " is to change or to go. The frames from ",
                cx.frame(pfn),
                " on stay as they are."
            ],
            ["为什么：", size, " 中只有一部分要改变或去掉。页帧 ", cx.frame(pfn), " 起的内容不动。"]
        ),
        vec![is("table", table), is("entries", order.pages())],
    )
}

fn deferred_split(pfn: Pfn, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    let order = cx.world.rest.virt.mode.huge_order();
    Said::new(
        say!(
            lang,
            ["The huge page in ", cx.block(pfn, order), " is queued: a part of it is mapped by nobody."],
            ["块 ", cx.block(pfn, order), " 中的大页排入队列：它有一部分没人映射。"]
        ),
        say!(
            lang,
            [
                "Why no memory comes back yet: its ",
                short_bytes(u64::from(order.pages()) * PAGE_SIZE),
                " are freed when the last frame is unmapped, or when pressure splits it."
            ],
            [
                "为什么内存还没回来：它的 ",
                short_bytes(u64::from(order.pages()) * PAGE_SIZE),
                " 要等最后一个页帧解除映射，或内存紧张时拆开，才会释放。"
            ]
        ),
        vec![is("pfn", pfn)],
    )
}
