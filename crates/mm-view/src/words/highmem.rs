//! Words for `kmap`: addresses lent to frames that have none.

use mm::units::VirtAddr;
use mm::virt::paging::highmem::{Event, LAST_PKMAP};

use super::cx::Cx;
use super::row::rows;
use super::{Said, is, say};

rows! { Event;
    Direct [pfn va] "highmem.direct", "kmap", "include/linux/highmem-internal.h",
        "The frame lies in the direct map: its address is arithmetic, and nothing is mapped.",
        "页帧在直接映射里：地址只是算术，无需映射。";
    Mapped [pfn slot va passed] "highmem.mapped", "map_new_virtual", "mm/highmem.c",
        "A frame without an address got the next slot of kmap that is empty.",
        "没有地址的页帧得到下一个空的 kmap 槽。";
    Again [pfn slot va pkmap_count] "highmem.again", "kmap_high", "mm/highmem.c",
        "The frame has a slot already: it has one user more.",
        "页帧已有槽：多一个使用者。";
    Released [pfn slot pkmap_count] "highmem.released", "kunmap_high", "mm/highmem.c",
        "A user of a slot is gone. The mapping stays until the search comes round.",
        "槽的一个使用者离开。映射保留，直到查找绕回一圈。";
    Cleared [slots] "highmem.cleared", "flush_all_zero_pkmaps", "mm/highmem.c",
        "The search came round: all slots without users are cleared, and one flush serves them all.",
        "查找绕回一圈：清空所有无人使用的槽，共用一次刷新。";
    Full [] "highmem.full", "map_new_virtual", "mm/highmem.c",
        "Every slot has a user. The kernel would sleep here until one of them is released.",
        "每个槽都有使用者。内核会在这里睡眠，直到有槽释放。";
    NotMapped [pfn] "highmem.not_mapped", "kunmap_high", "mm/highmem.c",
        "A frame that has no slot with a user was to be released: the kernel stops with a bug.",
        "要释放的页帧没有在用的槽：内核会报 BUG。";
}

pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    match *event {
        Event::Direct { pfn, va } => Said::new(
            say!(
                lang,
                ["Frame ", cx.frame(pfn), " has the address ", va.to_string(), " anyway."],
                ["页帧 ", cx.frame(pfn), " 本来就有地址 ", va.to_string(), "。"]
            ),
            say!(
                lang,
                ["Why no slot: the direct map has it, at PAGE_OFFSET + its physical address."],
                ["为什么不用槽：它在直接映射里，地址是 PAGE_OFFSET + 物理地址。"]
            ),
            vec![is("pfn", pfn), is("va", va)],
        ),
        Event::Mapped { pfn, slot, va, passed } => Said::new(
            say!(
                lang,
                ["Frame ", cx.frame(pfn), " gets slot ", slot.to_string(), ": address ", va.to_string(), "."],
                ["页帧 ", cx.frame(pfn), " 得到槽 ", slot.to_string(), "：地址 ", va.to_string(), "。"]
            ),
            say!(
                lang,
                [
                    "Why this slot: the next empty one after the last given; ",
                    passed.to_string(),
                    " in use were passed."
                ],
                ["为什么是这个槽：上次之后的下一个空槽，跳过了 ", passed.to_string(), " 个在用的。"]
            ),
            vec![is("last_pkmap_nr", slot), is("pkmap_count", 2)],
        ),
        Event::Again { pfn, slot, va, pkmap_count } => Said::new(
            say!(
                lang,
                [
                    "Frame ",
                    cx.frame(pfn),
                    " has slot ",
                    slot.to_string(),
                    " already, at ",
                    va.to_string(),
                    "."
                ],
                ["页帧 ", cx.frame(pfn), " 已有槽 ", slot.to_string(), "，在 ", va.to_string(), "。"]
            ),
            say!(
                lang,
                ["Why no flush was paid: a mapping stays although nobody used it for a while."],
                ["为什么不必刷新：映射在没有使用者时也留着。"]
            ),
            vec![is("pkmap_count", pkmap_count)],
        ),
        Event::Released { pfn, slot, pkmap_count } => released(pfn, slot, pkmap_count, cx),
        Event::Cleared { slots } => Said::new(
            say!(
                lang,
                [slots.to_string(), " slots without users are cleared."],
                ["清空 ", slots.to_string(), " 个无人使用的槽。"]
            ),
            say!(
                lang,
                [
                    "Why all at once: the search came round to slot 0, and one flush of every CPU serves all of them."
                ],
                ["为什么一次清空：查找绕回槽 0，让每个 CPU 刷新一次就够了。"]
            ),
            vec![is("slots", slots)],
        ),
        Event::Full => Said::new(
            say!(
                lang,
                ["All ", LAST_PKMAP.to_string(), " slots have users."],
                [LAST_PKMAP.to_string(), " 个槽都有使用者。"]
            ),
            say!(
                lang,
                [
                    "Why this is a refusal here: the kernel would sleep, and nobody in this script would wake it."
                ],
                ["为什么这里算拒绝：内核会睡眠，而脚本里没有人来唤醒它。"]
            ),
            Vec::new(),
        ),
        Event::NotMapped { pfn } => Said::new(
            say!(
                lang,
                ["Frame ", cx.frame(pfn), " has no slot to give back."],
                ["页帧 ", cx.frame(pfn), " 没有可交还的槽。"]
            ),
            say!(
                lang,
                ["Why: every kunmap needs a kmap before it."],
                ["为什么：每个 kunmap 之前都要有一个 kmap。"]
            ),
            vec![is("pfn", pfn)],
        ),
    }
}

fn released(pfn: mm::units::Pfn, slot: u16, pkmap_count: u32, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    let va = cx.world.rest.virt.layout.pkmap_address(slot).unwrap_or(VirtAddr(0));
    let what = say!(
        lang,
        [
            "Slot ",
            slot.to_string(),
            " (",
            va.to_string(),
            ") of frame ",
            cx.frame(pfn),
            " has one user less."
        ],
        ["页帧 ", cx.frame(pfn), " 的槽 ", slot.to_string(), "（", va.to_string(), "）少一个使用者。"]
    );
    let why = say!(
        lang,
        [
            "Why it stays mapped: clearing it would need a flush of every CPU; the next round clears all of them."
        ],
        ["为什么还映射着：清除它要刷新每个 CPU；下一圈会一次清完。"]
    );
    Said::new(what, why, vec![is("pkmap_count", pkmap_count)])
}
