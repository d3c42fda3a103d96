//! Words for `vmalloc`: areas, their frames, and addresses that wait.

use mm::phys::zone::ZoneId;
use mm::units::{PAGE_SIZE, Pfn, VirtAddr};
use mm::virt::vmalloc::Event;

use super::cx::{Cx, counted, frames};
use super::row::rows;
use super::{Piece, Said, is, say};
use crate::panels::{Thing, grouped, short_bytes};

rows! { Event;
    Refused [bytes ram_pages] "vmalloc.refused", "__vmalloc_node_range", "mm/vmalloc.c",
        "A request for nothing, or for more than all memory, is refused before anything is done.",
        "请求为零或超过全部内存：什么都没做就拒绝。";
    Reserved [start until free_until too_small] "vmalloc.reserved", "alloc_vmap_area", "mm/vmalloc.c",
        "The lowest free addresses that fit became an area, with one page more than was asked for: the guard page, which is never mapped.",
        "取最低处放得下的空闲地址作为区域，比请求多一页：永不映射的警戒页。";
    NoRoom [bytes largest] "vmalloc.no_room", "alloc_vmap_area", "mm/vmalloc.c",
        "No free range of addresses is large enough. Addresses that wait for a flush are flushed first; if there are none, the request fails.",
        "没有足够大的空闲地址范围：先刷新等待中的地址，若也没有，就失败。";
    PageArray [start pages bytes list_at is_nested] "vmalloc.page_array", "__vmalloc_area_node", "mm/vmalloc.c",
        "The list of an area's frames needs memory of its own: kmalloc up to a page, vmalloc above.",
        "区域的页帧清单本身也要内存：一页以内用 kmalloc，更大就用 vmalloc。";
    Bulk [start want got zone have total] "vmalloc.bulk", "vm_area_alloc_pages", "mm/vmalloc.c",
        "Single frames came a hundred at a time from the CPU's list: it does not matter where they lie.",
        "从 CPU 的链表一次取最多一百个单页：它们在哪里都无所谓。";
    Single [start pfn have total] "vmalloc.single", "vm_area_alloc_pages", "mm/vmalloc.c",
        "A single frame came by the ordinary way, because no zone would give a handful and keep its mark.",
        "没有区域能一次给一批又守住水位，于是按普通途径取一页。";
    TableAlloc [depth pfn va synced] "vmalloc.table_alloc", "__pte_alloc_kernel", "mm/memory.c",
        "The kernel's own tables got a new one. On i386 the roots of all processes get its entry at once.",
        "内核自己的页表添了一张。在 i386 上，所有进程的根表同时写入它的项。";
    Map [va pfn table index] "vmalloc.map", "vmap_pages_range_noflush", "mm/vmalloc.c",
        "A frame got its address: one entry in the kernel's own tables.",
        "一个页帧得到地址：内核自己的页表里的一项。";
    Allocated [start bytes pages pieces] "vmalloc.allocated", "__vmalloc_node_range", "mm/vmalloc.c",
        "The memory is ready: one piece in addresses, as many pieces in memory as there were frames.",
        "内存就绪：地址上是一整块，物理上零零散散。";
    Failed [start got total] "vmalloc.failed", "__vmalloc_node_range", "mm/vmalloc.c",
        "Frames ran out on the way: what was got goes back.",
        "中途页帧用完：已取得的全部归还。";
    NotFound [va] "vmalloc.not_found", "remove_vm_area", "mm/vmalloc.c",
        "No area begins at the address: the kernel warns, and nothing is freed.",
        "没有区域从这个地址开始：内核发出警告，什么也不释放。";
    Unmapped [start until pages] "vmalloc.unmapped", "vunmap_range_noflush", "mm/vmalloc.c",
        "The entries of an area were cleared; its tables stay. Processors may still know the old translations.",
        "清除了区域的表项，页表留着。各处理器可能还记得旧的翻译。";
    Lazy [start until lazy max] "vmalloc.lazy", "free_vmap_area_noflush", "mm/vmalloc.c",
        "Freed addresses wait until many of them can share one flush; nobody gets them before.",
        "释放的地址先等着，攒多了共用一次刷新；在那之前谁也拿不到它们。";
    Purged [start until lazy] "vmalloc.purged", "__purge_vmap_area_lazy", "mm/vmalloc.c",
        "No processor knows these addresses any more: they are free.",
        "已没有处理器记得这些地址：它们空闲了。";
    Flush [start until pages all] "vmalloc.flush", "flush_tlb_kernel_range", "arch/x86/mm/tlb.c",
        "Addresses of the kernel are dropped from the TLB of every processor: one by one up to 33 pages, everything beyond.",
        "从每个处理器的 TLB 丢弃内核地址：33 页以内逐页，再多就全部。";
}

pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
    match *event {
        Event::Refused { bytes, ram_pages } => refused(bytes, ram_pages, cx),
        Event::Reserved { start, until, free_until, too_small } => {
            reserved(start, until, free_until, too_small, cx)
        }
        Event::NoRoom { bytes, largest } => no_room(bytes, largest, cx),
        Event::PageArray { start, pages, bytes, list_at, is_nested } => {
            page_array(start, pages, bytes, list_at, is_nested, cx)
        }
        Event::Bulk { start, want, got, zone, have, total } => bulk(start, want, got, zone, have, total, cx),
        Event::Single { start, pfn, have, total } => single(start, pfn, have, total, cx),
        Event::TableAlloc { depth, pfn, va, synced } => table(depth, pfn, va, synced, cx),
        Event::Map { va, pfn, table, index } => map(va, pfn, table, index, cx),
        Event::Allocated { start, bytes, pages, pieces } => allocated(start, bytes, pages, pieces, cx),
        Event::Failed { start, got, total } => failed(start, got, total, cx),
        Event::NotFound { va } => not_found(va, cx),
        Event::Unmapped { start, until, pages } => unmapped(start, until, pages, cx),
        Event::Lazy { start, until, lazy, max } => put_off(start, until, lazy, max, cx),
        Event::Purged { start, until, lazy } => purged(start, until, lazy, cx),
        Event::Flush { start, until, pages, all } => flush(start, until, pages, all, cx),
    }
}

fn refused(bytes: u64, ram_pages: u64, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    let (asked, ram) = (short_bytes(bytes), frames(ram_pages, lang));
    Said::new(
        say!(lang, ["vmalloc of ", asked.clone(), " is refused."], ["拒绝 vmalloc ", asked.clone(), "。"]),
        say!(
            lang,
            ["Why at once: it must be more than nothing and no more than all memory, ", ram.clone(), "."],
            ["为什么立即拒绝：必须大于零，且不超过全部内存 ", ram.clone(), "。"]
        ),
        vec![is("bytes", grouped(bytes)), is("totalram_pages", grouped(ram_pages))],
    )
}

fn no_room(bytes: u64, largest: u64, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["No free range of addresses has ", short_bytes(bytes), "."],
            ["没有 ", short_bytes(bytes), " 的空闲地址范围。"]
        ),
        say!(
            lang,
            [
                "Why that can be: the largest has ",
                short_bytes(largest),
                "; on i386 all of vmalloc is 120M of addresses, however much memory there is."
            ],
            [
                "为什么会这样：最大的只有 ",
                short_bytes(largest),
                "；i386 的 vmalloc 总共只有 120M 地址，与内存多少无关。"
            ]
        ),
        vec![is("size", grouped(bytes)), is("largest", grouped(largest))],
    )
}

fn page_array(
    start: VirtAddr,
    pages: u32,
    bytes: u64,
    list_at: VirtAddr,
    is_nested: bool,
    cx: &Cx<'_>,
) -> Said {
    let lang = cx.lang;
    let by = if is_nested { "vmalloc" } else { "kmalloc" };
    Said::new(
        say!(
            lang,
            [
                "The list of ",
                counted(u64::from(pages), "frame", "frames"),
                " of ",
                area(start),
                " lies at ",
                list_at.to_string(),
                "."
            ],
            [area(start), " 的 ", grouped(u64::from(pages)), " 个页帧的清单放在 ", list_at.to_string(), "。"]
        ),
        say!(
            lang,
            [
                "Why by ",
                by,
                ": a pointer a frame is ",
                grouped(bytes),
                " bytes; more than a page is taken by vmalloc itself."
            ],
            [
                "为什么用 ",
                by,
                "：每页一个指针，共 ",
                grouped(bytes),
                " 字节；超过一页就由 vmalloc 自己来分。"
            ]
        ),
        vec![is("pages", list_at), is("nr_pages", pages), is("bytes", bytes)],
    )
}

fn bulk(
    start: VirtAddr,
    want: u32,
    got: u32,
    zone: Option<ZoneId>,
    have: u32,
    total: u32,
    cx: &Cx<'_>,
) -> Said {
    let lang = cx.lang;
    let what = match zone {
        Some(zone) => say!(
            lang,
            [area(start), " got ", frames(u64::from(got), lang), " from ", cx.zone(zone), "."],
            [area(start), " 从 ", cx.zone(zone), " 取得 ", frames(u64::from(got), lang), "。"]
        ),
        None => say!(
            lang,
            [area(start), " got ", frames(u64::from(got), lang), " by the ordinary way."],
            [area(start), " 按普通途径取得 ", frames(u64::from(got), lang), "。"]
        ),
    };
    Said::new(
        what,
        if zone.is_some() {
            say!(
                lang,
                ["Why single frames: addresses are put in a row by entries, so memory need not be."],
                ["为什么要单页：表项会把地址排成一行，物理上不必相连。"]
            )
        } else {
            say!(
                lang,
                [
                    "Why only one: for a single frame, or where no zone keeps its mark after so many, the ordinary way is gone."
                ],
                ["为什么只有一页：只要一页，或没有区域给这么多后还守得住水位，就走普通途径。"]
            )
        },
        vec![is("want", want), is("got", got), is("nr_pages", format!("{have}/{total}"))],
    )
}

fn single(start: VirtAddr, pfn: Pfn, have: u32, total: u32, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            [area(start), " got frame ", cx.frame(pfn), "."],
            [area(start), " 取得页帧 ", cx.frame(pfn), "。"]
        ),
        say!(
            lang,
            ["Why alone: a handful would have taken a zone below its mark."],
            ["为什么只取一个：成批取会使区域低于水位。"]
        ),
        vec![is("nr_pages", format!("{have}/{total}"))],
    )
}

fn map(va: VirtAddr, pfn: Pfn, table: Pfn, index: u16, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["Address ", va.to_string(), " is frame ", cx.frame(pfn), " from now on."],
            ["地址 ", va.to_string(), " 从此就是页帧 ", cx.frame(pfn), "。"]
        ),
        say!(
            lang,
            [
                "Why entry ",
                cx.entry(table, index),
                " of the kernel's own table: all processes share the kernel's half."
            ],
            ["为什么写内核自己页表的第 ", cx.entry(table, index), " 项：内核半部由所有进程共用。"]
        ),
        vec![is("va", va), is("pfn", pfn), is("table", table)],
    )
}

fn allocated(start: VirtAddr, bytes: u64, pages: u32, pieces: u32, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            [
                area(start),
                " is ready: ",
                frames(u64::from(pages), lang),
                " in a row of addresses, ",
                counted(u64::from(pieces), "piece", "pieces"),
                " in memory."
            ],
            [
                area(start),
                " 就绪：",
                frames(u64::from(pages), lang),
                "，地址连续，物理上分成 ",
                grouped(u64::from(pieces)),
                " 段。"
            ]
        ),
        say!(
            lang,
            ["Why it never needs a large block: every frame has its own entry, so any free frame will do."],
            ["为什么从不需要大块：每页有自己的表项，任何空闲页帧都能用。"]
        ),
        vec![is("size", grouped(bytes)), is("nr_pages", pages)],
    )
}

fn failed(start: VirtAddr, got: u32, total: u32, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            [
                "vmalloc at ",
                area(start),
                " fails: ",
                grouped(u64::from(got)),
                " of ",
                grouped(u64::from(total)),
                " frames."
            ],
            [
                area(start),
                " 处的 vmalloc 失败：",
                grouped(u64::from(total)),
                " 页只取得 ",
                grouped(u64::from(got)),
                " 页。"
            ]
        ),
        say!(
            lang,
            ["Why all goes back: half of the memory is of no use to the caller."],
            ["为什么全部归还：只有一部分内存对调用者没有用处。"]
        ),
        vec![is("nr_pages", format!("{got}/{total}"))],
    )
}

fn not_found(va: VirtAddr, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(lang, ["Nothing to free at ", va.to_string(), "."], [va.to_string(), " 处没有可释放的。"]),
        say!(
            lang,
            ["Why: vfree takes the first address of an area that is in use, and no other."],
            ["为什么：vfree 只接受在用区域的首地址。"]
        ),
        vec![is("addr", va)],
    )
}

fn unmapped(start: VirtAddr, until: VirtAddr, pages: u32, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            [grouped(u64::from(pages)), " entries of ", area(start), " are cleared."],
            ["清除 ", area(start), " 的 ", grouped(u64::from(pages)), " 个表项。"]
        ),
        say!(
            lang,
            ["Why the tables stay: the next area here will need them again."],
            ["为什么页表留着：这里的下一个区域还会用到。"]
        ),
        vec![is("range", span(start, until)), is("entries", pages)],
    )
}

fn put_off(start: VirtAddr, until: VirtAddr, lazy: u64, max: u64, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(lang, [span(start, until), " waits for a flush."], [span(start, until), " 等待刷新。"]),
        say!(
            lang,
            [
                "Why not now: a flush interrupts every CPU. ",
                grouped(lazy),
                " pages of addresses wait; above ",
                grouped(max),
                " one flush serves them all."
            ],
            [
                "为什么不立即刷新：刷新会打断每个 CPU。现有 ",
                grouped(lazy),
                " 页地址在等，超过 ",
                grouped(max),
                " 页就一次刷完。"
            ]
        ),
        vec![is("vmap_lazy_nr", lazy), is("lazy_max_pages", max)],
    )
}

fn purged(start: VirtAddr, until: VirtAddr, lazy: u64, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(lang, [span(start, until), " is free again."], [span(start, until), " 重新空闲。"]),
        say!(
            lang,
            ["Why only now: every TLB has forgotten these addresses, so they may mean other frames."],
            ["为什么现在才行：所有 TLB 都已忘掉这些地址，它们可以另指他处了。"]
        ),
        vec![is("vmap_lazy_nr", lazy)],
    )
}

fn flush(start: VirtAddr, until: VirtAddr, pages: u64, all: bool, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    let why = if all {
        say!(
            lang,
            ["Why everything: one by one is dearer above 33 pages."],
            ["为什么全部丢弃：超过 33 页时逐页更贵。"]
        )
    } else {
        say!(lang, ["Why page by page: they are few."], ["为什么逐页：页数不多。"])
    };
    Said::new(
        say!(
            lang,
            ["Every CPU forgets ", span(start, until), "."],
            ["每个 CPU 都忘掉 ", span(start, until), "。"]
        ),
        why,
        vec![is("pages", grouped(pages)), is("all", all)],
    )
}

/// Names an area by its first address.
fn area(start: VirtAddr) -> Piece {
    Piece::Link { thing: Thing::VmapArea(start.0), text: start.to_string() }
}

fn span(start: VirtAddr, until: VirtAddr) -> String {
    format!("{:#x}–{:#x}", start.0, until.0)
}

fn reserved(start: VirtAddr, until: VirtAddr, free_until: VirtAddr, too_small: u32, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    let usable = VirtAddr(until.0 - PAGE_SIZE);
    let (size, guard) = (short_bytes(usable.0 - start.0), usable.to_string());
    Said::new(
        say!(
            lang,
            [
                "The area ",
                area(start),
                " takes ",
                size.clone(),
                " of addresses and a guard page at ",
                guard.clone(),
                "."
            ],
            ["区域 ", area(start), " 占用 ", size.clone(), " 地址，外加 ", guard.clone(), " 处的警戒页。"]
        ),
        say!(
            lang,
            [
                "Why here: the lowest free range that fits (",
                counted(u64::from(too_small), "smaller one", "smaller ones"),
                " below). Why one page more: a write past the end must fault, not hit the next area."
            ],
            [
                "为什么在这里：最低处放得下的空闲范围（其下有 ",
                too_small.to_string(),
                " 个太小）。为什么多一页：写过头要出错，而不是写进下一个区域。"
            ]
        ),
        vec![is("va_start", start), is("va_end", until), is("free", span(start, free_until))],
    )
}

fn table(depth: u8, pfn: Pfn, va: VirtAddr, synced: u32, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    let level = cx.level(depth);
    let why = if depth == 1 {
        say!(
            lang,
            [
                "Why processes change too: the new entry is in the root, of which each has a copy (",
                counted(u64::from(synced), "root", "roots"),
                ")."
            ],
            ["为什么进程也要改：新的项在根表里，而每个进程各有一份（", synced.to_string(), " 个根表）。"]
        )
    } else {
        say!(
            lang,
            ["Why processes need no change: it hangs below an entry that all roots have had since boot."],
            ["为什么不必改进程：它挂在所有根表自启动就有的项之下。"]
        )
    };
    Said::new(
        say!(
            lang,
            ["Frame ", cx.frame(pfn), " becomes a ", level, " table of the kernel."],
            ["页帧 ", cx.frame(pfn), " 成为内核的一张 ", level, " 表。"]
        ),
        why,
        vec![is("table", pfn), is("covers", va), is("synced", synced)],
    )
}
