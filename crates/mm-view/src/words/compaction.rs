//! Words for compaction and migration.

use mm::config::NodeId;
use mm::gfp::Gfp;
use mm::phys::compaction::{CompactPriority, CompactResult, Event};
use mm::phys::relief::MigrateMode;
use mm::phys::zone::{ZoneId, ZoneKind};
use mm::units::{Order, Pfn};

use super::cx::{Cx, counted};
use super::row::rows;
use super::{Operand, Piece, Said, is, say};
use crate::Lang;
use crate::panels::grouped;

rows! { Event;
    TryToCompactPages [order gfp priority] "compaction.try", "try_to_compact_pages", "mm/compaction.c",
        "A request for a large block compacts zone after zone by itself, and waits as long as that takes. The tracepoint is mm_compaction_try_to_compact_pages.",
        "请求大块者亲自逐个区域做规整，并为此等待，对应跟踪点 mm_compaction_try_to_compact_pages。";
    Suitable [zone order result free needed fragindex] "compaction.suitable", "compaction_suitable", "mm/compaction.c",
        "Compaction needs free pages to move to: the mark and twice the block. It cannot help where the fragmentation index says that memory is short.",
        "规整需要空闲页作为搬迁目标：水位加两倍块大小。若碎片指数表明是内存不足，规整也没有用。";
    Deferred [zone order order_failed considered limit] "compaction.deferred", "compaction_deferred", "mm/compaction.c",
        "Compaction failed in this zone for this order or a smaller one: the next attempts are left out.",
        "这个区域曾在此阶或更小的阶上规整失败：接下来若干次尝试直接跳过。";
    DeferCompaction [zone order order_failed limit] "compaction.defer", "defer_compaction", "mm/compaction.c",
        "A synchronous run found no block: twice as many attempts as last time are left out, 64 at most.",
        "一次同步规整没有找到块：跳过的次数比上次加倍，最多 64 次。";
    DeferReset [zone order order_failed considered limit] "compaction.defer_reset", "compaction_defer_reset", "mm/compaction.c",
        "Compaction or the allocation succeeded: smaller orders are not held back, and after an allocation nothing is.",
        "规整或分配成功：更小的阶不再被推迟；若分配也成功，则全部不再推迟。";
    Begin [zone migrate_pfn free_pfn mode] "compaction.begin", "compact_zone", "mm/compaction.c",
        "Two scanners start: one upwards for pages to move, one downwards for free pages to move to.",
        "两个扫描器出发：一个向上找要搬的页，一个向下找可搬入的空闲页。";
    Finished [zone order result] "compaction.finished", "compact_finished", "mm/compaction.c",
        "After each round it is asked whether the scanners have met, or a block that serves is free.",
        "每一轮之后都要看：扫描器是否相遇，或者是否已有合用的空闲块。";
    IsolateMigratepages [start end scanned taken] "compaction.isolate_migratepages", "isolate_migratepages_block", "mm/compaction.c",
        "The migrate scanner takes pages in use off their LRU lists, about 32 at a time. Pages of the kernel stay.",
        "迁移扫描器把在用页从 LRU 链表摘下，每次约 32 页。内核自己的页不动。";
    IsolateFreepages [start end scanned taken] "compaction.isolate_freepages", "isolate_freepages_block", "mm/compaction.c",
        "The free scanner takes free blocks out of the buddy and splits them into single pages.",
        "空闲扫描器从伙伴系统取出空闲块，并拆成单页。";
    Moved [from to] "compaction.moved", "migrate_pages", "mm/migrate.c",
        "The contents of a page were copied to another frame, and what mapped it maps the new frame.",
        "页的内容已复制到另一页帧，原来映射它的表项都改指新页帧。";
    Migratepages [migrated failed] "compaction.migratepages", "migrate_pages", "mm/migrate.c",
        "The pages that were isolated have moved, or gone back to their lists.",
        "摘下的页已搬走，或放回原链表。";
    Captured [pfn order] "compaction.captured", "compaction_capture", "mm/page_alloc.c",
        "A block that has just become free is what the request waits for: it goes there at once, before any list has it.",
        "刚刚空出的块正是请求等待的：不进任何链表，直接交给它。";
    ResetSkip [zone cleared] "compaction.reset_skip", "__reset_isolation_suitable", "mm/compaction.c",
        "The hints which pageblocks to leave out are cleared where a sample shows something to move or a free page.",
        "若抽样看到可搬的页或空闲页，就清除该页块的跳过标记。";
    End [zone migrate_pfn free_pfn mode result] "compaction.end", "compact_zone", "mm/compaction.c",
        "The scanners stop. Free pages that were not used have gone back.",
        "扫描器停下，没用到的空闲页已放回。";
    WakeupKcompactd [node order highest] "compaction.wakeup_kcompactd", "wakeup_kcompactd", "mm/compaction.c",
        "kcompactd of the node is asked for a block: it works while others sleep.",
        "请该节点的 kcompactd 准备一个块：它在别人睡眠时干活。";
    KcompactdWake [node order highest] "compaction.kcompactd_wake", "kcompactd_do_work", "mm/compaction.c",
        "kcompactd compacts the zones of its node until a block of the order is free.",
        "kcompactd 规整本节点的各区域，直到有该阶的空闲块。";
    Score [node score high] "compaction.score", "should_proactive_compact_node", "mm/compaction.c",
        "Every half second kcompactd looks how much free memory is useless for huge pages; above the mark it compacts unasked.",
        "kcompactd 每半秒看一次有多少空闲内存不能用于大页；超过界限就主动规整。";
    KcompactdSleep [node] "compaction.kcompactd_sleep", "kcompactd", "mm/compaction.c",
        "kcompactd has nothing more to do.",
        "kcompactd 暂时无事可做。";
}

pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
    match *event {
        Event::TryToCompactPages { order, gfp, priority } => try_to_compact_pages(cx, order, gfp, priority),
        Event::Suitable { zone, order, result, free, needed, fragindex: index } => {
            suitable(cx, (cx.zone(zone), order), result, (free, needed, index))
        }
        Event::Deferred { zone, order, order_failed, considered, limit } => {
            deferred(cx, zone, (order, order_failed, considered, limit))
        }
        Event::DeferCompaction { zone, order, order_failed, limit } => {
            defer_compaction(cx, zone, order, order_failed, limit)
        }
        Event::DeferReset { zone, order, order_failed, considered, limit } => {
            defer_reset(cx, zone, (order, order_failed, considered, limit))
        }
        Event::Begin { zone, migrate_pfn, free_pfn, mode } => begin(cx, zone, migrate_pfn, free_pfn, mode),
        Event::Finished { zone, order, result } => finished(cx, (cx.zone(zone), order), result),
        Event::End { zone, migrate_pfn, free_pfn, mode, result } => {
            end(cx, zone, (migrate_pfn, free_pfn, mode, result))
        }
        Event::ResetSkip { zone, cleared } => reset_skip(cx, zone, cleared),
        Event::Captured { pfn, order } => captured(cx, pfn, order),
        Event::IsolateMigratepages { start, end, scanned, taken } => {
            isolate_migratepages(cx, start, end, scanned, taken)
        }
        Event::IsolateFreepages { start, end, scanned, taken } => {
            isolate_freepages(cx, start, end, scanned, taken)
        }
        Event::Moved { from, to } => moved(cx, from, to),
        Event::Migratepages { migrated, failed } => migratepages(cx, migrated, failed),
        Event::WakeupKcompactd { node, order, highest } => wakeup_kcompactd(cx, node, order, highest),
        Event::KcompactdWake { node, order, highest } => kcompactd_wake(cx, node, order, highest),
        Event::Score { node, score, high } => weighed(cx, node, score, high),
        Event::KcompactdSleep { node } => kcompactd_sleep(cx, node),
    }
}

/// Prints an order as the kernel's traces do: -1 is the whole zone.
fn order_text(order: Option<Order>) -> String {
    order.map_or_else(|| "-1".into(), |order| order.to_string())
}

/// Names what a run wants.
fn goal(order: Option<Order>, lang: Lang) -> String {
    match (order, lang) {
        (Some(order), Lang::En) => format!("a block of order {order}"),
        (Some(order), Lang::Zh) => format!(" {order} 阶块"),
        (None, Lang::En) => "the whole zone".into(),
        (None, Lang::Zh) => "整个区域".into(),
    }
}

/// Prints thousandths as the kernel does: `0.997`, `-1.000`.
fn thousandths(value: i32) -> String {
    format!("{}.{:03}", value / 1000, (value % 1000).abs())
}

fn priority_name(priority: CompactPriority) -> &'static str {
    match priority {
        CompactPriority::SyncFull => "sync_full",
        CompactPriority::SyncLight => "sync_light",
        CompactPriority::Async => "async",
    }
}

fn nth(n: u32, lang: Lang) -> String {
    match lang {
        Lang::En => {
            let ending = match (n % 10, n % 100) {
                (1, rest) if rest != 11 => "st",
                (2, rest) if rest != 12 => "nd",
                (3, rest) if rest != 13 => "rd",
                _ => "th",
            };
            format!("{n}{ending}")
        }
        Lang::Zh => format!("第 {n} 次"),
    }
}

fn deferral(order: Order, order_failed: u8, considered: u32, limit: u32) -> Vec<Operand> {
    vec![
        is("order", order),
        is("order_failed", order_failed),
        is("considered", considered),
        is("limit", limit),
    ]
}

fn suitable(
    cx: &Cx<'_>,
    (zone, order): (Piece, Option<Order>),
    result: CompactResult,
    (free, needed, index): (u32, u32, i32),
) -> Said {
    let lang = cx.lang;
    let (have, must) = (grouped(u64::from(free)), grouped(u64::from(needed)));
    let what = match result {
        CompactResult::Success => say!(
            lang,
            [zone, " needs no compaction: a block is free and the mark is kept."],
            [zone, " 不必规整：已有空闲块，且高于水位。"]
        ),
        CompactResult::Skipped => say!(
            lang,
            [zone, " cannot be compacted: ", have, " frames are free, it takes more than ", must, "."],
            [zone, " 无法规整：空闲 ", have, " 页，须多于 ", must, " 页。"]
        ),
        CompactResult::NotSuitableZone => say!(
            lang,
            [zone, " is not worth compacting: its fragmentation index is ", thousandths(index), "."],
            [zone, " 不值得规整：碎片指数为 ", thousandths(index), "。"]
        ),
        CompactResult::Deferred
        | CompactResult::NoSuitablePage
        | CompactResult::Continue
        | CompactResult::Complete
        | CompactResult::PartialSkipped
        | CompactResult::Contended => say!(
            lang,
            [zone, " can be compacted for ", goal(order, lang), "."],
            [zone, " 可以规整，目标是", goal(order, lang), "。"]
        ),
    };
    let why = match result {
        CompactResult::NotSuitableZone => say!(
            lang,
            ["Why not: a small index says that memory is short, and moving pages frees none."],
            ["为什么不：指数小说明是内存不足，搬页腾不出内存。"]
        ),
        CompactResult::Skipped => say!(
            lang,
            ["Why: pages need free frames to move to, and others must keep theirs."],
            ["为什么：搬页需要空闲页帧，还要给别人留够。"]
        ),
        CompactResult::Deferred
        | CompactResult::NoSuitablePage
        | CompactResult::Continue
        | CompactResult::Complete
        | CompactResult::PartialSkipped
        | CompactResult::Contended
        | CompactResult::Success => say!(
            lang,
            ["Why ask: moving pages helps against fragmentation, not against shortage."],
            ["为什么要问：搬页能对付碎片，对付不了内存不足。"]
        ),
    };
    let mut operands = vec![is("order", order_text(order)), is("result", result.name()), is("free", free)];
    if order.is_some() {
        operands.extend([is("needed", needed), is("fragindex", thousandths(index))]);
    }
    Said::new(what, why, operands)
}

fn finished(cx: &Cx<'_>, (zone, order): (Piece, Option<Order>), result: CompactResult) -> Said {
    let lang = cx.lang;
    let what = match result {
        CompactResult::Success => say!(
            lang,
            ["Enough: ", zone, " has ", goal(order, lang), "."],
            ["够了：", zone, " 已有", goal(order, lang), "。"]
        ),
        CompactResult::Complete | CompactResult::PartialSkipped => {
            say!(lang, ["The scanners of ", zone, " have met."], [zone, " 的两个扫描器相遇了。"])
        }
        CompactResult::NoSuitablePage => say!(
            lang,
            ["No block fits yet: the scanners of ", zone, " go on."],
            ["还没有合用的块：", zone, " 的扫描器继续。"]
        ),
        CompactResult::NotSuitableZone
        | CompactResult::Skipped
        | CompactResult::Deferred
        | CompactResult::Continue
        | CompactResult::Contended => say!(
            lang,
            ["The scanners of ", zone, " go on: the pageblock or the zone is not done."],
            [zone, " 的扫描器继续：页块或区域还没做完。"]
        ),
    };
    let why = say!(
        lang,
        ["Why ask each time: no page shall move without need."],
        ["为什么每次都问：不需要就一页也不多搬。"]
    );
    Said::new(what, why, vec![is("order", order_text(order)), is("result", result.name())])
}

fn try_to_compact_pages(cx: &Cx<'_>, order: Order, gfp: Gfp, priority: CompactPriority) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["No block of order ", order.to_string(), " is left: the request compacts by itself."],
            ["没有 ", order.to_string(), " 阶的块了：请求者亲自规整。"]
        ),
        match priority {
            CompactPriority::Async => say!(
                lang,
                ["Why only a little: at this priority it waits for nothing and gives up soon."],
                ["为什么只做一点：这个优先级不等待，很快放弃。"]
            ),
            CompactPriority::SyncLight | CompactPriority::SyncFull => say!(
                lang,
                ["Why it may take long: at this priority it waits for pages that are in use."],
                ["为什么可能很久：这个优先级会等待正被使用的页。"]
            ),
        },
        vec![is("order", order), is("gfp", gfp), is("priority", priority_name(priority))],
    )
}

fn deferred(
    cx: &Cx<'_>,
    zone: ZoneId,
    (order, order_failed, considered, limit): (Order, u8, u32, u32),
) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["Compaction of ", cx.zone(zone), " is left out, for the ", nth(considered, lang), " time."],
            ["跳过 ", cx.zone(zone), " 的规整，", nth(considered, lang), "。"]
        ),
        say!(
            lang,
            ["Why: it failed there of late; until ", limit.to_string(), " attempts it is not tried again."],
            ["为什么：最近在这里失败过；满 ", limit.to_string(), " 次之前不再尝试。"]
        ),
        deferral(order, order_failed, considered, limit),
    )
}

fn defer_compaction(cx: &Cx<'_>, zone: ZoneId, order: Order, order_failed: u8, limit: u32) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            [cx.zone(zone), " is not to be compacted for the next ", limit.to_string(), " attempts."],
            ["接下来 ", limit.to_string(), " 次尝试都不规整 ", cx.zone(zone), "。"]
        ),
        say!(
            lang,
            ["Why longer each time: the zone was scanned in vain, and little will have changed."],
            ["为什么一次比一次久：白白扫描了一遍，短期内情况不会变。"]
        ),
        deferral(order, order_failed, 0, limit),
    )
}

fn defer_reset(
    cx: &Cx<'_>,
    zone: ZoneId,
    (order, order_failed, considered, limit): (Order, u8, u32, u32),
) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["Compaction of ", cx.zone(zone), " is not held back up to order ", order.to_string(), "."],
            [cx.zone(zone), " 在 ", order.to_string(), " 阶及以下不再推迟规整。"]
        ),
        say!(lang, ["Why: it has just succeeded."], ["为什么：刚刚成功过。"]),
        deferral(order, order_failed, considered, limit),
    )
}

fn begin(cx: &Cx<'_>, zone: ZoneId, migrate: Pfn, free: Pfn, mode: MigrateMode) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            [
                "The scanners of ",
                cx.zone(zone),
                " start: up from ",
                cx.frame(migrate),
                ", down from ",
                cx.frame(free),
                "."
            ],
            [cx.zone(zone), " 的扫描器出发：向上从 ", cx.frame(migrate), "，向下从 ", cx.frame(free), "。"]
        ),
        match mode {
            MigrateMode::Async => say!(
                lang,
                ["Why asynchronous: the request shall not wait; one page that stays ends a block."],
                ["为什么是异步：请求不能等；遇到一页搬不动就放弃这一块。"]
            ),
            MigrateMode::SyncLight | MigrateMode::Sync => say!(
                lang,
                ["Why synchronous: somebody can wait for pages that are in use right now."],
                ["为什么是同步：可以等待正被使用的页。"]
            ),
        },
        vec![is("migrate_pfn", migrate), is("free_pfn", free), is("mode", mode.name())],
    )
}

fn end(
    cx: &Cx<'_>,
    zone: ZoneId,
    (migrate, free, mode, result): (Pfn, Pfn, MigrateMode, CompactResult),
) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["Compaction of ", cx.zone(zone), " ends: ", result.name(), "."],
            [cx.zone(zone), " 的规整结束：", result.name(), "。"]
        ),
        say!(
            lang,
            ["Why note where: the next run starts from the positions that are kept."],
            ["为什么要记位置：下一次从记住的位置开始。"]
        ),
        vec![
            is("migrate_pfn", migrate),
            is("free_pfn", free),
            is("mode", mode.name()),
            is("result", result.name()),
        ],
    )
}

fn reset_skip(cx: &Cx<'_>, zone: ZoneId, cleared: u32) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            [
                counted(u64::from(cleared), "pageblock", "pageblocks"),
                " of ",
                cx.zone(zone),
                " will be looked at again."
            ],
            [cx.zone(zone), " 有 ", cleared.to_string(), " 个页块将重新扫描。"]
        ),
        say!(
            lang,
            ["Why: compaction failed with the hints as they were, and pages have come and gone since."],
            ["为什么：按原有标记规整失败了，而页的情况已有变化。"]
        ),
        vec![is("cleared", cleared)],
    )
}

fn captured(cx: &Cx<'_>, pfn: Pfn, order: Order) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["The block ", cx.block(pfn, order), " goes to the request at once."],
            ["块 ", cx.block(pfn, order), " 直接交给请求者。"]
        ),
        say!(
            lang,
            ["Why no list: there somebody else could take it, and the work were in vain."],
            ["为什么不进链表：进了链表可能被别人拿走，白忙一场。"]
        ),
        vec![is("order", order)],
    )
}

fn isolate_migratepages(cx: &Cx<'_>, start: Pfn, end: Pfn, scanned: u32, taken: u32) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            [
                counted(u64::from(taken), "page", "pages"),
                " to move were found in ",
                cx.frame(start),
                "\u{2013}",
                cx.frame(end),
                "."
            ],
            ["在 ", cx.frame(start), "\u{2013}", cx.frame(end), " 找到 ", taken.to_string(), " 个要搬的页。"]
        ),
        say!(
            lang,
            ["Why these: they are on an LRU list and no reference but a mapping holds them."],
            ["为什么是它们：在 LRU 链表上，且除映射外没有别的引用。"]
        ),
        vec![is("scanned", scanned), is("taken", taken)],
    )
}

fn isolate_freepages(cx: &Cx<'_>, start: Pfn, end: Pfn, scanned: u32, taken: u32) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            [
                counted(u64::from(taken), "free page", "free pages"),
                " were taken from ",
                cx.frame(start),
                "\u{2013}",
                cx.frame(end),
                "."
            ],
            ["从 ", cx.frame(start), "\u{2013}", cx.frame(end), " 取了 ", taken.to_string(), " 个空闲页。"]
        ),
        say!(
            lang,
            ["Why from the end: what moves up leaves the lower part of the zone in one piece."],
            ["为什么从末端取：页都搬到高处，低处才能连成一片。"]
        ),
        vec![is("scanned", scanned), is("taken", taken)],
    )
}

fn moved(cx: &Cx<'_>, from: Pfn, to: Pfn) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["The page in frame ", cx.frame(from), " has moved to frame ", cx.frame(to), "."],
            ["页帧 ", cx.frame(from), " 里的页搬到了页帧 ", cx.frame(to), "。"]
        ),
        say!(
            lang,
            ["Why nobody notices: every entry that mapped it maps the new frame."],
            ["为什么没人察觉：映射它的表项都已改指新页帧。"]
        ),
        vec![is("from", from), is("to", to)],
    )
}

fn migratepages(cx: &Cx<'_>, migrated: u32, failed: u32) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            [counted(u64::from(migrated), "page", "pages"), " moved, ", failed.to_string(), " stayed."],
            ["搬了 ", migrated.to_string(), " 页，留下 ", failed.to_string(), " 页。"]
        ),
        say!(
            lang,
            ["Why some stay: no free page was left, or somebody holds them."],
            ["为什么有的留下：没有空闲页可搬入，或有人正占用。"]
        ),
        vec![is("migrated", migrated), is("failed", failed)],
    )
}

fn wakeup_kcompactd(cx: &Cx<'_>, node: NodeId, order: Order, highest: ZoneKind) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            [
                "kcompactd of node ",
                node.0.to_string(),
                " is asked for a block of order ",
                order.to_string(),
                "."
            ],
            ["请节点 ", node.0.to_string(), " 的 kcompactd 准备 ", order.to_string(), " 阶块。"]
        ),
        say!(lang, ["Why a daemon: nobody has to wait for it."], ["为什么交给守护进程：这样谁也不用等。"]),
        vec![is("node", node.0), is("order", order), is("highest", highest.name())],
    )
}

fn kcompactd_wake(cx: &Cx<'_>, node: NodeId, order: Order, highest: ZoneKind) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["kcompactd of node ", node.0.to_string(), " starts to work."],
            ["节点 ", node.0.to_string(), " 的 kcompactd 开始干活。"]
        ),
        say!(
            lang,
            ["Why now: the processor is idle, and a block of order ", order.to_string(), " was missed."],
            ["为什么是现在：处理器空闲，而此前缺 ", order.to_string(), " 阶块。"]
        ),
        vec![is("node", node.0), is("order", order), is("highest", highest.name())],
    )
}

fn weighed(cx: &Cx<'_>, node: NodeId, score: u32, high: u32) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            [
                score.to_string(),
                " % of the free memory of node ",
                node.0.to_string(),
                " is useless for huge pages."
            ],
            ["节点 ", node.0.to_string(), " 有 ", score.to_string(), " % 的空闲内存不能用于大页。"]
        ),
        say!(
            lang,
            ["Why look: above ", high.to_string(), " kcompactd compacts unasked."],
            ["为什么要看：超过 ", high.to_string(), "，kcompactd 就主动规整。"]
        ),
        vec![is("node", node.0), is("score", score), is("high", high)],
    )
}

fn kcompactd_sleep(cx: &Cx<'_>, node: NodeId) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["kcompactd of node ", node.0.to_string(), " goes back to sleep."],
            ["节点 ", node.0.to_string(), " 的 kcompactd 又睡了。"]
        ),
        Vec::new(),
        vec![is("node", node.0)],
    )
}
