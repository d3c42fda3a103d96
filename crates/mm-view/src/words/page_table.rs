//! Words for page-table pages and their entries.

use mm::func::Func;
use mm::units::Pfn;
use mm::virt::paging::page_table::Event;
use mm::virt::paging::pte::{Entry, PteFlags};
use mm::virt::paging::walk;

use super::cx::{Cx, frames};
use super::row::rows;
use super::{Operand, Piece, Said, alloc, is, say, was};

rows! { Event;
    RootAlloc [mm pfn order copied] "page_table.root_alloc", "pgd_alloc", "arch/x86/mm/pgtable.c",
        "An address space got its top-level table. The kernel's entries are copied into it, so that the kernel is mapped in every process.",
        "地址空间得到顶级页表。内核的各项复制进去，所以每个进程都映射着内核。";
    RootFree [mm pfn] "page_table.root_free", "pgd_free", "arch/x86/mm/pgtable.c",
        "An address space that ends gave its top-level table back.",
        "结束的地址空间归还顶级页表。";
    TableAlloc [mm depth pfn va] "page_table.table_alloc", "__pte_alloc", "mm/memory.c",
        "A table was missing on the way to an address: a zeroed frame was linked into the table above.",
        "通往某地址的途中缺一张表：把一个清零的页帧挂到上一级表里。";
    TableFree [mm depth pfn va] "page_table.table_free", "free_pgtables", "mm/memory.c",
        "Nothing is mapped in the range of a table any more: it was taken out of the table above. Its frame is freed after the TLB was flushed.",
        "一张表的范围里不再有映射：从上级表摘下，刷新 TLB 之后再释放其页帧。";
    SetEntry [mm va table index old new] "page_table.set_entry", "set_pte_at", "arch/x86/include/asm/pgtable.h",
        "The entry that maps a page was written: what the next walk to this address will find.",
        "写入映射一页的表项：下次遍历这个地址看到的就是它。";
    SetHuge [mm va table index old new] "page_table.set_huge", "set_pmd_at", "arch/x86/include/asm/pgtable.h",
        "The entry that maps a huge page was written, one level above the pages' entries.",
        "写入映射一个大页的表项，它在页的表项的上一级。";
    Deposited [directory pfn] "page_table.deposited", "pgtable_trans_huge_deposit", "mm/pgtable-generic.c",
        "An empty table was left with the directory of a huge page, so that cutting the page never needs memory.",
        "给大页所在的目录存下一张空表：以后拆分大页时不需要再找内存。";
    Withdrawn [directory pfn] "page_table.withdrawn", "pgtable_trans_huge_withdraw", "mm/pgtable-generic.c",
        "A spare table was taken back from the directory: the huge page is cut or goes.",
        "从目录取回一张备用表：大页要被拆分或去掉。";
}

pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    match *event {
        Event::RootAlloc { mm, pfn, order, copied } => Said::new(
            say!(
                lang,
                [cx.process(mm), " gets its top-level table, block ", cx.block(pfn, order), "."],
                [cx.process(mm), " 得到顶级页表：页帧 ", cx.block(pfn, order), "。"]
            ),
            say!(
                lang,
                [
                    "Why not empty: ",
                    copied.to_string(),
                    " entries of the kernel's half are copied into every root."
                ],
                ["为什么不是空的：每个根表都复制内核半部的 ", copied.to_string(), " 项。"]
            ),
            vec![is("pgd", pfn), is("size", frames(u64::from(order.pages()), lang))],
        ),
        Event::RootFree { mm, pfn } => Said::new(
            say!(
                lang,
                [cx.process(mm), " gives its top-level table back: frame ", cx.frame(pfn), "."],
                [cx.process(mm), " 归还顶级页表：页帧 ", cx.frame(pfn), "。"]
            ),
            say!(
                lang,
                ["Why last: everything below it had to be found through it."],
                ["为什么最后归还：下面的一切都要通过它找到。"]
            ),
            vec![is("pgd", pfn)],
        ),
        Event::TableAlloc { mm, depth, pfn, va } => {
            let (level, span) = (cx.level(depth), span(cx, depth));
            Said::new(
                say!(
                    lang,
                    ["Frame ", cx.frame(pfn), " becomes a ", level, " table of ", cx.process(mm), "."],
                    ["页帧 ", cx.frame(pfn), " 成为 ", cx.process(mm), " 的一张 ", level, " 表。"]
                ),
                say!(
                    lang,
                    [
                        "Why it is needed: it covers ",
                        span,
                        " from ",
                        va.to_string(),
                        ", and nothing was mapped there yet."
                    ],
                    ["为什么需要它：它覆盖 ", va.to_string(), " 起的 ", span, "，此前那里没有映射。"]
                ),
                vec![is("table", pfn), is("covers", va)],
            )
            .by(alloc_func(cx, depth))
        }
        Event::TableFree { mm, depth, pfn, va } => {
            let (level, span) = (cx.level(depth), span(cx, depth));
            Said::new(
                say!(
                    lang,
                    [
                        "The ",
                        level,
                        " table in frame ",
                        cx.frame(pfn),
                        " is unlinked from ",
                        cx.process(mm),
                        "."
                    ],
                    ["页帧 ", cx.frame(pfn), " 中的 ", level, " 表从 ", cx.process(mm), " 摘下。"]
                ),
                say!(
                    lang,
                    ["Why: nothing is left in the ", span, " from ", va.to_string(), " that it covers."],
                    ["为什么：它覆盖的 ", va.to_string(), " 起 ", span, " 里已没有映射。"]
                ),
                vec![is("table", pfn), is("covered", va)],
            )
        }
        Event::SetEntry { mm, va, table, index, old, new } => {
            set_entry(cx, &Written { mm, va, table, index, old, new, last: true })
        }
        Event::SetHuge { mm, va, table, index, old, new } => {
            set_entry(cx, &Written { mm, va, table, index, old, new, last: false })
        }
        Event::Deposited { directory, pfn } => Said::new(
            say!(
                lang,
                [
                    "The empty table ",
                    cx.frame(pfn),
                    " stays in reserve with directory ",
                    cx.frame(directory),
                    "."
                ],
                ["空表 ", cx.frame(pfn), " 存在目录 ", cx.frame(directory), " 处备用。"]
            ),
            say!(
                lang,
                ["Why now: a huge page may have to be cut when there is no memory for a table."],
                ["为什么现在就存：大页可能要在没有内存建表的时候拆分。"]
            ),
            vec![is("table", pfn)],
        ),
        Event::Withdrawn { directory, pfn } => Said::new(
            say!(
                lang,
                [
                    "The spare table ",
                    cx.frame(pfn),
                    " is taken back from directory ",
                    cx.frame(directory),
                    "."
                ],
                ["从目录 ", cx.frame(directory), " 取回备用表 ", cx.frame(pfn), "。"]
            ),
            say!(
                lang,
                ["Why this one: the last that was left there comes first, then the oldest."],
                ["为什么是它：最后存的先取，然后从最早的取起。"]
            ),
            vec![is("table", pfn)],
        ),
    }
}

/// An entry that was written.
struct Written {
    mm: mm::virt::MmId,
    va: mm::units::VirtAddr,
    table: Pfn,
    index: u16,
    old: u64,
    new: u64,
    /// Whether it is of the last level.
    last: bool,
}

fn set_entry(cx: &Cx<'_>, written: &Written) -> Said {
    let lang = cx.lang;
    let codec = cx.world.rest.virt.mode.codec;
    let entry = cx.entry(written.table, written.index);
    let levels: u8 = cx.world.rest.virt.mode.levels.len().try_into().unwrap_or(2);
    let level = cx.level(levels - if written.last { 1 } else { 2 }).to_ascii_lowercase();
    let mut operands: Vec<Operand> =
        vec![was(&format!("{level}[{}]", written.index), hex(written.old), hex(written.new))];
    operands.push(is("table", written.table));
    match (codec.decode(written.old, written.last), codec.decode(written.new, written.last)) {
        (_, Entry::None) => {
            let what = match codec.decode(written.old, written.last) {
                Entry::Leaf { pfn, .. } => say!(
                    lang,
                    ["Entry ", entry, " no longer names frame ", cx.frame(pfn), "."],
                    ["第 ", entry, " 项不再指向页帧 ", cx.frame(pfn), "。"]
                ),
                Entry::None | Entry::Table { .. } | Entry::Swap { .. } => {
                    say!(lang, ["Entry ", entry, " is empty now."], ["第 ", entry, " 项现在是空的。"])
                }
            };
            let why = say!(
                lang,
                ["Why: ", cx.address(written.mm, written.va), " is not mapped any more."],
                ["为什么：", cx.address(written.mm, written.va), " 不再映射。"]
            );
            Said::new(what, why, operands).by(if written.last {
                "ptep_get_and_clear"
            } else {
                "pmdp_huge_get_and_clear"
            })
        }
        (Entry::Leaf { pfn: before, flags: had }, Entry::Leaf { pfn, flags }) if before == pfn => {
            rights(cx, written, entry, (had, flags), operands)
        }
        (_, Entry::Leaf { pfn, .. }) => {
            let stopped = cx.earlier(|step| is_stop(cx, &step.event));
            let what = match stopped {
                Some(at) => say!(
                    lang,
                    [
                        "Entry ",
                        entry,
                        " now names frame ",
                        cx.frame(pfn),
                        ": the walk that stopped at step ",
                        at.to_string(),
                        " can get through."
                    ],
                    [
                        "第 ",
                        entry,
                        " 项现在指向页帧 ",
                        cx.frame(pfn),
                        "：在第 ",
                        at.to_string(),
                        " 步停下的那次遍历可以走通了。"
                    ]
                ),
                None => say!(
                    lang,
                    ["Entry ", entry, " now names frame ", cx.frame(pfn), "."],
                    ["第 ", entry, " 项现在指向页帧 ", cx.frame(pfn), "。"]
                ),
            };
            Said::new(what, why_frame(cx, pfn), operands)
        }
        (_, Entry::Table { table, .. }) => Said::new(
            say!(
                lang,
                ["Entry ", entry, " now names the table in frame ", cx.frame(table), "."],
                ["第 ", entry, " 项现在指向页帧 ", cx.frame(table), " 中的表。"]
            ),
            Vec::new(),
            operands,
        ),
        (_, entry_now) if let Some(pfn) = entry_now.migrating() => Said::new(
            say!(
                lang,
                ["Entry ", entry, " is now a migration entry for frame ", cx.frame(pfn), "."],
                ["第 ", entry, " 项现在是页帧 ", cx.frame(pfn), " 的迁移项。"]
            ),
            say!(
                lang,
                ["Whoever touches the page meanwhile waits until it has moved."],
                ["此间访问该页的进程要等到搬移完成。"]
            ),
            operands,
        ),
        (_, Entry::Swap { kind, offset, .. }) => Said::new(
            say!(
                lang,
                [
                    "Entry ",
                    entry,
                    " now names slot ",
                    offset.to_string(),
                    " of swap area ",
                    kind.to_string(),
                    "."
                ],
                ["第 ", entry, " 项现在指向交换区 ", kind.to_string(), " 的槽位 ", offset.to_string(), "。"]
            ),
            Vec::new(),
            operands,
        ),
    }
}

/// The page stays, its rights or marks change.
fn rights(
    cx: &Cx<'_>,
    written: &Written,
    entry: Piece,
    flags: (PteFlags, PteFlags),
    operands: Vec<Operand>,
) -> Said {
    let lang = cx.lang;
    let (had, has) = flags;
    let changed = |bit: PteFlags| had.contains(bit) != has.contains(bit);
    let words: Vec<String> = PteFlags::NAMES
        .iter()
        .filter(|(bit, _)| changed(*bit))
        .map(|(bit, name)| format!("{}{name}", if has.contains(*bit) { "+" } else { "-" }))
        .collect();
    let list = words.join(" ");
    let what = say!(
        lang,
        ["Entry ", entry, " keeps its frame and changes: ", list.as_str(), "."],
        ["第 ", entry, " 项页帧不变，标志改变：", list.as_str(), "。"]
    );
    let why = say!(
        lang,
        ["Why: the rights of ", cx.address(written.mm, written.va), " changed, not what is there."],
        ["为什么：", cx.address(written.mm, written.va), " 变的是权限，不是内容。"]
    );
    Said::new(what, why, operands)
}

/// Says why this frame: the zero page, or the list it came from.
fn why_frame(cx: &Cx<'_>, pfn: Pfn) -> Vec<Piece> {
    if pfn == cx.world.rest.virt.layout.zero_page {
        return say!(
            cx.lang,
            ["Why this frame: it is the one page of zeroes; reading needs no page of one's own."],
            ["为什么是它：这是唯一的全零页，只读不需要自己的页。"]
        );
    }
    alloc::origin(cx, pfn)
}

/// Returns whether a walk stopped at this step because an entry was not present.
fn is_stop(cx: &Cx<'_>, event: &mm::event::Event) -> bool {
    let present = cx.world.rest.virt.mode.codec.hardware.present;
    matches!(event, mm::event::Event::Walk(walk::Event::Read { raw, .. }) if raw & present == 0)
}

fn alloc_func(cx: &Cx<'_>, depth: u8) -> &'static str {
    let func = match cx.level(depth) {
        "PUD" => Func::PudAlloc,
        "PMD" => Func::PmdAlloc,
        _ => Func::PteAlloc,
    };
    func.name()
}

/// Returns how much a table of this depth covers.
fn span(cx: &Cx<'_>, depth: u8) -> String {
    let above = &cx.world.rest.virt.mode.levels[usize::from(depth).saturating_sub(1)];
    crate::panels::short_bytes(above.span())
}

fn hex(raw: u64) -> String {
    if raw == 0 { "0".into() } else { format!("{raw:#x}") }
}
