//! Words for the slow path of the page allocator.

use mm::phys::alloc::kswapd::NodeState;
use mm::phys::alloc::slowpath::{Event, GiveUp, NoKill, Reserve};
use mm::phys::compaction::{CompactPriority, CompactResult};
use mm::phys::zone::watermark::{Privileges, Verdict};
use mm::units::Order;

use super::cx::{Cx, counted};
use super::row::rows;
use super::{Piece, Said, is, say};
use crate::Lang;
use crate::panels::grouped;

rows! { Event;
    Rights [privileges calls_kswapd] "slowpath.rights", "gfp_to_alloc_flags", "mm/page_alloc.c",
        "The flags say how far below the minimum mark the request may go, and whether it may call kswapd.",
        "由标志得出：请求最多能低于 min 水位多少，以及能否唤醒 kswapd。";
    WakeKswapd [node order highest state] "slowpath.wake_kswapd", "wakeup_kswapd", "mm/vmscan.c",
        "kswapd of a node is called. It is woken only if no zone up to the highest one allowed keeps its high mark at this order, or if a mark is raised.",
        "唤醒某节点的 kswapd。只有当允许的区域都达不到 high 水位，或者水位被抬高时，它才真的醒来。";
    Reserves [order extent] "slowpath.reserves", "__gfp_pfmemalloc_flags", "mm/page_alloc.c",
        "The request may use reserves: it works to free memory (__GFP_MEMALLOC), or its process was chosen to die.",
        "请求可以动用保留：它在释放内存（__GFP_MEMALLOC），或者它的进程已被选中要死。";
    DirectReclaim [order freed] "slowpath.direct_reclaim", "__perform_reclaim", "mm/page_alloc.c",
        "The caller reclaims for itself instead of waiting for kswapd. This model has no reclaim yet, so nothing is freed.",
        "调用者不等 kswapd，自己回收。本模型还没有回收，因此什么也腾不出来。";
    DirectCompact [order priority result] "slowpath.direct_compact", "__alloc_pages_direct_compact", "mm/page_alloc.c",
        "The caller has pages moved together so that a large block comes about.",
        "调用者让内核把页挪到一起，好腾出大块。";
    RetryZone [zone order reclaimable available min no_progress_loops verdict] "slowpath.retry_zone", "should_reclaim_retry", "mm/page_alloc.c",
        "Another round makes sense only if the request would succeed were everything reclaimable free. This is the tracepoint reclaim_retry_zone.",
        "只有假设可回收的页全都空闲时请求能成功，再来一轮才有意义，对应跟踪点 reclaim_retry_zone。";
    RetryCompact [order priority result retries max again] "slowpath.retry_compact", "should_compact_retry", "mm/page_alloc.c",
        "Compaction is tried again while it makes progress, or harder after it failed. This is the tracepoint compact_retry.",
        "有进展就再规整一次；失败了就更用力地试，对应跟踪点 compact_retry。";
    NoKill [order why] "slowpath.no_kill", "__alloc_pages_may_oom", "mm/page_alloc.c",
        "Killing a process would not help this request, or is not worth it.",
        "杀进程帮不上这个请求，或者不值得。";
    NoFail [order extent] "slowpath.no_fail", "__alloc_pages_cpuset_fallback", "mm/page_alloc.c",
        "The request must not fail (__GFP_NOFAIL), so it gets at reserves.",
        "请求不许失败（__GFP_NOFAIL），于是可以动用保留。";
    GiveUp [order why] "slowpath.give_up", "__alloc_pages_slowpath", "mm/page_alloc.c",
        "The slow path ends without memory.",
        "慢路径走到头，没有拿到内存。";
}

pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    match *event {
        Event::Rights { privileges, calls_kswapd } => rights(privileges, calls_kswapd, lang),
        Event::WakeKswapd { node, order, highest, state } => {
            let operands = vec![is("node", node.0), is("order", order), is("zones up to", highest.name())];
            let (what, why) = kswapd(node.0, order, state, lang);
            Said::new(what, why, operands)
        }
        Event::Reserves { order, extent } => {
            Said::new(reserve(extent, lang), reserve_why(extent, lang), vec![is("order", order)])
        }
        Event::NoFail { order, extent } => Said::new(
            reserve(extent, lang),
            say!(
                lang,
                ["Why: __GFP_NOFAIL says that the caller has no way to go on without memory."],
                ["为什么：__GFP_NOFAIL 表示调用者没有内存就无法继续。"]
            ),
            vec![is("order", order)],
        ),
        Event::DirectReclaim { order, freed } => reclaim(order, freed, lang),
        Event::DirectCompact { order, priority, result } => Said::new(
            compaction(result, lang),
            effort(priority, lang),
            vec![is("order", order), is("result", result.name())],
        ),
        Event::RetryZone { zone, order, reclaimable, available, min, no_progress_loops, verdict } => {
            let operands = vec![
                is("order", order),
                is("reclaimable", reclaimable),
                is("available", available),
                is("min", min),
                is("no_progress_loops", no_progress_loops),
            ];
            Said::new(retry_zone(verdict, cx.zone(zone), available, lang), retry_why(verdict, lang), operands)
        }
        Event::RetryCompact { order, priority, result, retries, max, again } => Said::new(
            if again {
                say!(lang, ["Compaction is tried once more."], ["再规整一次。"])
            } else {
                say!(lang, ["Compaction is not tried again."], ["不再规整。"])
            },
            effort(priority, lang),
            vec![
                is("order", order),
                is("result", result.name()),
                is("retries", retries),
                is("max_retries", max),
            ],
        ),
        Event::NoKill { order, why } => Said::new(
            say!(lang, ["Nobody is killed for this request."], ["不会为这个请求杀进程。"]),
            no_kill(why, lang),
            vec![is("order", order)],
        ),
        Event::GiveUp { order, why } => Said::new(
            say!(lang, ["The slow path gives up."], ["慢路径放弃。"]),
            give_up(why, lang),
            vec![is("order", order)],
        ),
    }
}

fn rights(privileges: Privileges, calls_kswapd: bool, lang: Lang) -> Said {
    let Privileges { high, harder, dying: _, unboosted: _ } = privileges;
    let what = match (high, harder) {
        (false, false) => {
            say!(lang, ["The request has to keep the whole minimum mark."], ["请求必须完整保住 min 水位。"])
        }
        (true, false) => {
            say!(lang, ["The request may use half of the minimum mark."], ["请求可以动用 min 水位的一半。"])
        }
        (false, true) => say!(
            lang,
            ["The request may use a quarter of the minimum mark, and blocks set aside for urgent ones."],
            ["请求可以动用 min 水位的四分之一，以及为紧急请求留的块。"]
        ),
        (true, true) => say!(
            lang,
            ["The request may use five eighths of the minimum mark, and blocks set aside for urgent ones."],
            ["请求可以动用 min 水位的八分之五，以及为紧急请求留的块。"]
        ),
    };
    let why = if high || harder {
        say!(
            lang,
            ["Why: __GFP_HIGH halves the mark, and __GFP_ATOMIC, which cannot wait, takes a quarter off."],
            ["为什么：__GFP_HIGH 让水位减半；不能等待的 __GFP_ATOMIC 再减四分之一。"]
        )
    } else {
        say!(
            lang,
            ["Why: what lies below the mark is for those who cannot wait, and for reclaim itself."],
            ["为什么：水位以下的页留给不能等待的请求和回收本身。"]
        )
    };
    let name = |set: bool, name: &'static str| if set { name } else { "" };
    let flags = [name(high, "ALLOC_HIGH"), name(harder, "ALLOC_HARDER"), name(calls_kswapd, "ALLOC_KSWAPD")];
    let flags: Vec<&str> =
        core::iter::once("ALLOC_WMARK_MIN").chain(flags).filter(|name| !name.is_empty()).collect();
    Said::new(what, why, vec![is("alloc_flags", flags.join("|"))])
}

fn kswapd(node: u8, order: Order, state: NodeState, lang: Lang) -> (Vec<Piece>, Vec<Piece>) {
    let node = node.to_string();
    match state {
        NodeState::Short => (
            say!(lang, ["kswapd of node ", node, " is woken."], ["唤醒节点 ", node, " 的 kswapd。"]),
            say!(
                lang,
                [
                    "Why: no zone there keeps its high mark at order ",
                    order.to_string(),
                    ". The daemon itself is not modelled yet."
                ],
                ["为什么：那里没有区域在 ", order.to_string(), " 阶上达到 high 水位。守护线程本身尚未建模。"]
            ),
        ),
        NodeState::Boosted => (
            say!(lang, ["kswapd of node ", node, " is woken."], ["唤醒节点 ", node, " 的 kswapd。"]),
            say!(
                lang,
                [
                    "Why: marks there are raised because types were mixed. The daemon itself is not modelled yet."
                ],
                ["为什么：那里混用过类型，水位被抬高了。守护线程本身尚未建模。"]
            ),
        ),
        NodeState::Balanced => (
            say!(lang, ["kswapd of node ", node, " sleeps on."], ["节点 ", node, " 的 kswapd 继续睡。"]),
            say!(
                lang,
                ["Why: a zone there keeps its high mark, so reclaim has nothing to do."],
                ["为什么：那里有区域高于 high 水位，没什么要回收的。"]
            ),
        ),
    }
}

fn reserve(extent: Reserve, lang: Lang) -> Vec<Piece> {
    match extent {
        Reserve::All => {
            say!(lang, ["Every mark is ignored for this request."], ["这次请求不看任何水位。"])
        }
        Reserve::Dying => say!(
            lang,
            ["The request may use half of the minimum mark: its process is dying."],
            ["请求可以动用 min 水位的一半：它的进程快死了。"]
        ),
        Reserve::Harder => say!(
            lang,
            ["The request may use a quarter of the minimum mark, for it must not fail."],
            ["请求可以动用 min 水位的四分之一，因为它不许失败。"]
        ),
    }
}

fn reserve_why(extent: Reserve, lang: Lang) -> Vec<Piece> {
    match extent {
        Reserve::All => say!(
            lang,
            ["Why it may: __GFP_MEMALLOC says that it frees more than it takes."],
            ["为什么可以：__GFP_MEMALLOC 表示它释放的会比拿走的多。"]
        ),
        Reserve::Dying | Reserve::Harder => say!(
            lang,
            ["Why it may: the exit of a dying process frees more than it takes."],
            ["为什么可以：快死的进程退出时，释放的比拿走的多。"]
        ),
    }
}

fn reclaim(order: Order, freed: u32, lang: Lang) -> Said {
    let what = if freed == 0 {
        say!(lang, ["Direct reclaim frees nothing."], ["直接回收一页也没腾出来。"])
    } else {
        say!(
            lang,
            ["Direct reclaim frees ", counted(u64::from(freed), "page", "pages"), "."],
            ["直接回收腾出 ", grouped(u64::from(freed)), " 页。"]
        )
    };
    let why = if freed == 0 {
        say!(
            lang,
            ["Why: this model has no reclaim yet. The kernel would look for pages of files first."],
            ["为什么：本模型还没有回收。内核会先去找文件页。"]
        )
    } else {
        say!(
            lang,
            ["Why by itself: kswapd may be too slow, and this request can wait."],
            ["为什么自己动手：kswapd 可能来不及，而这个请求可以等。"]
        )
    };
    Said::new(what, why, vec![is("order", order), is("did_some_progress", freed)])
}

fn compaction(result: CompactResult, lang: Lang) -> Vec<Piece> {
    match result {
        CompactResult::NotSuitableZone | CompactResult::Skipped => {
            say!(lang, ["Compaction does not start."], ["规整没有开始。"])
        }
        CompactResult::Deferred => say!(
            lang,
            ["Compaction does not start: it has failed too often of late."],
            ["规整没有开始：最近失败得太多。"]
        ),
        CompactResult::NoSuitablePage | CompactResult::Continue | CompactResult::PartialSkipped => say!(
            lang,
            ["Compaction scanned a part of memory and made no block that large."],
            ["规整扫过一部分内存，没凑出这么大的块。"]
        ),
        CompactResult::Complete => say!(
            lang,
            ["Compaction scanned all of memory and made no block that large."],
            ["规整扫遍内存，也没凑出这么大的块。"]
        ),
        CompactResult::Contended => {
            say!(lang, ["Compaction gave up because others wait."], ["有别人在等，规整放弃了。"])
        }
        CompactResult::Success => {
            say!(lang, ["Compaction made a block that is large enough."], ["规整凑出了足够大的块。"])
        }
    }
}

fn effort(priority: CompactPriority, lang: Lang) -> Vec<Piece> {
    match priority {
        CompactPriority::Async => say!(
            lang,
            ["Why asynchronous: the first try must not wait for anybody."],
            ["为什么是异步：第一次尝试不等任何人。"]
        ),
        CompactPriority::SyncLight => say!(
            lang,
            ["Why light: it may wait, but not for pages that are being written."],
            ["为什么是轻度同步：可以等，但不等正在写回的页。"]
        ),
        CompactPriority::SyncFull => say!(
            lang,
            ["Why full: it waits for everything and ignores all hints, the last resort before a kill."],
            ["为什么是完全同步：什么都等，不理会任何提示，这是杀进程前的最后手段。"]
        ),
    }
}

fn retry_zone(verdict: Verdict, zone: Piece, available: u32, lang: Lang) -> Vec<Piece> {
    let pages = counted(u64::from(available), "page", "pages");
    let number = grouped(u64::from(available));
    match verdict {
        Verdict::Ok => say!(
            lang,
            [zone, " could serve the request with ", pages, ": another round."],
            [zone, " 凑足 ", number, " 页就能满足请求：再来一轮。"]
        ),
        Verdict::TooFew => say!(
            lang,
            [zone, " could not serve the request even with all its ", pages, "."],
            [zone, " 就算凑齐 ", number, " 页也满足不了请求。"]
        ),
        Verdict::NoBlock => say!(
            lang,
            [zone, " has ", pages, " to hope for, but no block this large among the free ones."],
            [zone, " 最多可有 ", number, " 页，但空闲的里面没有这么大的块。"]
        ),
    }
}

fn retry_why(verdict: Verdict, lang: Lang) -> Vec<Piece> {
    match verdict {
        Verdict::Ok => say!(
            lang,
            ["Why go on: killing is worse than a few more rounds."],
            ["为什么继续：多转几轮总比杀进程好。"]
        ),
        Verdict::TooFew | Verdict::NoBlock => say!(
            lang,
            ["Why not go on: reclaim, however long, would not be enough."],
            ["为什么不再继续：再怎么回收也不够。"]
        ),
    }
}

fn no_kill(why: NoKill, lang: Lang) -> Vec<Piece> {
    match why {
        NoKill::CostlyOrder => say!(
            lang,
            ["Why: above order 3 frames are not what is missing, and a dead process leaves no large blocks."],
            ["为什么：3 阶以上缺的不是页，死掉的进程也留不下大块。"]
        ),
        NoKill::MayFail => say!(
            lang,
            ["Why: __GFP_RETRY_MAYFAIL says that the caller can do without."],
            ["为什么：__GFP_RETRY_MAYFAIL 表示拿不到也行。"]
        ),
        NoKill::ThisNode => say!(
            lang,
            ["Why: __GFP_THISNODE wants one node, and a victim's memory may lie on another."],
            ["为什么：__GFP_THISNODE 只要一个节点，而被杀者的内存可能在别处。"]
        ),
        NoKill::LowZone => say!(
            lang,
            ["Why: a process has hardly any pages in the low zones."],
            ["为什么：进程在低端区域几乎没有页。"]
        ),
    }
}

fn give_up(why: GiveUp, lang: Lang) -> Vec<Piece> {
    match why {
        GiveUp::NoWait => say!(
            lang,
            ["Why: without __GFP_DIRECT_RECLAIM the caller must not wait for anything."],
            ["为什么：没有 __GFP_DIRECT_RECLAIM，调用者什么都不能等。"]
        ),
        GiveUp::NoCompaction => say!(
            lang,
            ["Why: __GFP_NORETRY wants little effort, and compaction could not even start."],
            ["为什么：__GFP_NORETRY 不想费力，而规整根本没能开始。"]
        ),
        GiveUp::ThisNode => say!(
            lang,
            [
                "Why: __GFP_THISNODE and __GFP_NORETRY: compaction did not help, and one node is not reclaimed for what another may have."
            ],
            [
                "为什么：__GFP_THISNODE 加 __GFP_NORETRY：规整没有用，而别的节点也许有块，不为此回收这一个节点。"
            ]
        ),
        GiveUp::NoRetry => say!(
            lang,
            ["Why: __GFP_NORETRY allows one round of reclaim and compaction."],
            ["为什么：__GFP_NORETRY 只允许回收和规整各一轮。"]
        ),
        GiveUp::CostlyOrder => say!(
            lang,
            ["Why: above order 3 only __GFP_RETRY_MAYFAIL goes on: callers must cope without."],
            ["为什么：3 阶以上只有 __GFP_RETRY_MAYFAIL 会继续，调用者得能应付失败。"]
        ),
        GiveUp::Exhausted => {
            say!(lang, ["Why: nothing is left to try."], ["为什么：再没有什么可试的了。"])
        }
        GiveUp::Dying => say!(
            lang,
            ["Why: the process is dying and has had its share of the reserves."],
            ["为什么：进程快死了，该用的保留也用过了。"]
        ),
        GiveUp::Panic => say!(
            lang,
            ["Why: nobody is left to kill. The kernel would panic here: deadlocked on memory."],
            ["为什么：没有进程可杀了。内核到这里会崩溃：内存死锁。"]
        ),
        GiveUp::Endless => say!(
            lang,
            [
                "Why: the kernel would go on for ever, until somebody else frees memory. Nobody else runs here."
            ],
            ["为什么：内核会一直试下去，直到别人释放内存。这里没有别人在运行。"]
        ),
    }
}
