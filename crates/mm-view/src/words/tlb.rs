//! Words for the translation caches.

use mm::virt::tlb::{Event, Lack};

use super::cx::{Cx, counted};
use super::row::rows;
use super::{Said, is, say};

rows! { Event;
    Hit [cpu array set way page pfn] "tlb.hit", "CPU: TLB lookup", "Intel SDM vol. 3, 4.10",
        "The TLB holds the page: no table is read.",
        "TLB 里有这一页：不必读页表。";
    Miss [cpu pcid page set] "tlb.miss", "CPU: TLB lookup", "Intel SDM vol. 3, 4.10",
        "No array of the TLB holds the page: the tables must be walked.",
        "TLB 里没有这一页：必须遍历页表。";
    Unfit [cpu page lack] "tlb.unfit", "CPU: TLB lookup", "Intel SDM vol. 3, 4.10",
        "The TLB holds the page, but without the right that the access needs, or the dirty bit must be set first: walk again.",
        "TLB 里有这一页，但缺少这次访问要的权限，或要先置脏位：重新遍历。";
    Fill [cpu array set way page pfn evicted] "tlb.fill", "CPU: TLB fill", "Intel SDM vol. 3, 4.10",
        "The translation that a walk found is kept; where its set is full, an older page loses its place.",
        "遍历得到的翻译存入 TLB；若所在的组已满，就挤掉较旧的一页。";
    FlushPage [cpu pcid page dropped] "tlb.flush_page", "flush_tlb_one_user", "arch/x86/mm/tlb.c",
        "One page is dropped from the TLB (INVLPG), because its entry changed.",
        "从 TLB 丢弃一页（INVLPG），因为它的表项变了。";
    FlushAll [cpu pcid dropped] "tlb.flush_all", "flush_tlb_local", "arch/x86/mm/tlb.c",
        "All pages of an address space are dropped: cheaper than one by one from 34 pages on.",
        "丢弃一个地址空间的全部项：超过 33 页时，这比逐页丢弃便宜。";
    Shootdown [from to] "tlb.shootdown", "flush_tlb_multi", "arch/x86/mm/tlb.c",
        "Another CPU may hold the translation too: it is interrupted to flush its own TLB.",
        "另一个 CPU 可能也存着这项翻译：发中断让它刷新自己的 TLB。";
    Switch [cpu mm pgd pcid flushed] "tlb.switch", "switch_mm_irqs_off", "arch/x86/mm/tlb.c",
        "A CPU starts to use another address space: CR3 gets the address of its root table, and a tag.",
        "CPU 换用另一个地址空间：CR3 写入其根页表地址和标签。";
}

pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    match *event {
        Event::Hit { page, pfn, set, way, array, cpu: _ } => Said::new(
            say!(
                lang,
                ["TLB hit: page ", page.to_string(), " is frame ", cx.frame(pfn), "."],
                ["TLB 命中：页 ", page.to_string(), " 就是页帧 ", cx.frame(pfn), "。"]
            ),
            say!(
                lang,
                ["Why so fast: no table is read, and nothing in memory changes."],
                ["为什么快：不读页表，内存里什么也不变。"]
            ),
            vec![is("array", self::array(cx, array)), is("set", set), is("way", way)],
        ),
        Event::Miss { page, set, pcid, cpu: _ } => Said::new(
            say!(
                lang,
                ["TLB miss: set ", set.to_string(), " does not hold page ", page.to_string(), "."],
                ["TLB 未命中：第 ", set.to_string(), " 组里没有页 ", page.to_string(), "。"]
            ),
            say!(
                lang,
                ["Why the walk: only the tables in memory know where the page is."],
                ["为什么要遍历：只有内存里的页表知道这一页在哪里。"]
            ),
            vec![is("set", set), is("pcid", pcid)],
        ),
        Event::Unfit { page, lack, cpu: _ } => Said::new(
            say!(
                lang,
                ["The TLB holds page ", page.to_string(), ", but not for this access."],
                ["TLB 里有页 ", page.to_string(), "，但不能用于这次访问。"]
            ),
            match lack {
                Lack::Write => {
                    say!(lang, ["Why: the entry does not allow writing."], ["为什么：该项不允许写。"])
                }
                Lack::User => {
                    say!(lang, ["Why: the entry is for the kernel only."], ["为什么：该项只供内核使用。"])
                }
                Lack::Exec => {
                    say!(lang, ["Why: the entry does not allow execution."], ["为什么：该项不允许执行。"])
                }
                Lack::Dirty => say!(
                    lang,
                    ["Why: the first write has to set the dirty bit in the table."],
                    ["为什么：第一次写要在页表里置脏位。"]
                ),
            },
            Vec::new(),
        ),
        Event::Fill { page, pfn, set, way, array, evicted, cpu: _ } => Said::new(
            say!(
                lang,
                ["The TLB keeps it: page ", page.to_string(), " is frame ", cx.frame(pfn), "."],
                ["TLB 记下：页 ", page.to_string(), " 就是页帧 ", cx.frame(pfn), "。"]
            ),
            match evicted {
                Some(old) => say!(
                    lang,
                    [
                        "Why another one went: set ",
                        set.to_string(),
                        " was full; ",
                        old.to_string(),
                        " lost its place."
                    ],
                    ["为什么挤掉一项：第 ", set.to_string(), " 组满了，", old.to_string(), " 让出位置。"]
                ),
                None => say!(
                    lang,
                    ["Why: the next access to this page shall need no walk."],
                    ["为什么：下次访问这一页就不用遍历了。"]
                ),
            },
            vec![is("array", self::array(cx, array)), is("set", set), is("way", way)],
        ),
        Event::FlushPage { page, pcid, dropped, cpu: _ } => Said::new(
            say!(
                lang,
                ["Page ", page.to_string(), " is dropped from the TLB."],
                ["从 TLB 丢弃页 ", page.to_string(), "。"]
            ),
            say!(
                lang,
                ["Why: its entry changed, and a stale copy would still be used."],
                ["为什么：表项变了，旧的副本不能再用。"]
            ),
            vec![is("pcid", pcid), is("dropped", dropped)],
        ),
        Event::FlushAll { pcid, dropped, cpu: _ } => Said::new(
            say!(
                lang,
                [
                    "All entries of the address space are dropped: ",
                    counted(u64::from(dropped), "entry", "entries"),
                    "."
                ],
                ["丢弃该地址空间的全部 TLB 项：", dropped.to_string(), " 项。"]
            ),
            say!(
                lang,
                ["Why all: beyond 33 pages one full flush is cheaper than single ones."],
                ["为什么全部：超过 33 页时，一次全刷比逐页刷便宜。"]
            ),
            vec![is("pcid", pcid), is("dropped", dropped)],
        ),
        Event::Shootdown { from, to } => Said::new(
            say!(
                lang,
                ["CPU ", from.0.to_string(), " interrupts CPU ", to.0.to_string(), " to flush its TLB."],
                ["CPU ", from.0.to_string(), " 中断 CPU ", to.0.to_string(), "，让它刷新 TLB。"]
            ),
            say!(
                lang,
                ["Why: it runs the same address space and may hold the old entry."],
                ["为什么：它在用同一个地址空间，可能存着旧项。"]
            ),
            Vec::new(),
        ),
        Event::Switch { cpu, mm, pgd, pcid, flushed } => Said::new(
            say!(
                lang,
                [
                    "CPU ",
                    cpu.0.to_string(),
                    " switches to the address space of ",
                    cx.process(mm),
                    ": CR3 names frame ",
                    cx.frame(pgd),
                    "."
                ],
                [
                    "CPU ",
                    cpu.0.to_string(),
                    " 换到 ",
                    cx.process(mm),
                    " 的地址空间：CR3 指向页帧 ",
                    cx.frame(pgd),
                    "。"
                ]
            ),
            if flushed {
                say!(
                    lang,
                    ["Why the flush: the tag was used by another address space before."],
                    ["为什么要清：这个标签之前属于别的地址空间。"]
                )
            } else {
                say!(
                    lang,
                    ["Why no flush: entries carry the tag of their address space."],
                    ["为什么不清：各项都带着自己地址空间的标签。"]
                )
            },
            vec![is("CR3", pgd.addr()), is("pcid", pcid)],
        ),
    }
}

fn array(cx: &Cx<'_>, at: u8) -> &'static str {
    let arch = cx.world.rest.virt.arch;
    mm::virt::TlbGeometry::of(arch).arrays.get(usize::from(at)).map_or("", |array| array.name)
}
