//! Words for the OOM killer and the kernel's log.

use mm::virt::TaskId;
use mm::virt::task::oom_kill::Event;

use super::cx::{Cx, counted, named};
use super::row::rows;
use super::{Piece, Said, is, say};
use crate::Lang;
use crate::panels::grouped;

rows! { Event;
    Invoked [task order gfp] "oom.invoked", "out_of_memory", "mm/oom_kill.c",
        "Nothing else could make room, so the OOM killer looks for a process whose death would.",
        "别的办法都腾不出内存，OOM killer 出场，找一个死了就能腾出内存的进程。";
    AlreadyDying [task] "oom.already_dying", "task_will_free_mem", "mm/oom_kill.c",
        "The process that asks is dying already: killing another one would be too much.",
        "申请内存的进程自己就快死了，再杀一个就过分了。";
    LeftToOthers [gfp] "oom.left_to_others", "out_of_memory", "mm/oom_kill.c",
        "The caller may not call filesystems (no __GFP_FS), so reclaim was not given a full chance: nobody is killed for it.",
        "调用者不能进入文件系统（没有 __GFP_FS），回收没有尽全力，所以不为它杀进程。";
    Weighed [task points rss swapents pgtables oom_score_adj] "oom.weighed", "oom_badness", "mm/oom_kill.c",
        "What counts against a process is what its death would free: resident pages, pages in swap, page tables. oom_score_adj adds thousandths of memory, or spares it.",
        "进程的得分就是它死后能腾出的内存：常驻页、换出页和页表页。oom_score_adj 按内存的千分之一加减，也可以豁免。";
    Killed [task points asked] "oom.killed", "oom_kill_process", "mm/oom_kill.c",
        "The process with the most points gets SIGKILL. One that waits dies at once; the one that asks dies on its way back to user mode.",
        "得分最高的进程收到 SIGKILL。在等待的立刻死；申请者自己则在返回用户态时死。";
    NobodyToKill [] "oom.nobody_to_kill", "out_of_memory", "mm/oom_kill.c",
        "No process may be killed. The kernel panics: System is deadlocked on memory. Here the request is refused instead.",
        "没有可杀的进程。内核会崩溃：System is deadlocked on memory。这里改为拒绝请求。";
    Logged [record] "oom.logged", "_printk", "kernel/printk/printk.c",
        "A report went into the kernel's log; dmesg prints it.",
        "一份报告写进内核日志，用 dmesg 查看。";
}

pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    match *event {
        Event::Invoked { task, order, gfp } => {
            let who = task.map_or_else(|| kernel(lang), |task| process(cx, task));
            Said::new(
                say!(lang, [who, " invokes the OOM killer."], [who, " 触发了 OOM killer。"]),
                say!(
                    lang,
                    ["Why: nothing could be reclaimed, and this request is important enough."],
                    ["为什么：什么也回收不了，而这个请求足够重要。"]
                ),
                vec![is("order", order), is("gfp", gfp)],
            )
        }
        Event::AlreadyDying { task } => Said::new(
            say!(
                lang,
                ["Nobody else is killed: ", process(cx, task), " is dying."],
                ["不再杀别人：", process(cx, task), " 正在死。"]
            ),
            say!(lang, ["Why: its exit frees its memory soon."], ["为什么：它一退出，内存就腾出来了。"]),
            Vec::new(),
        ),
        Event::LeftToOthers { gfp } => Said::new(
            say!(
                lang,
                ["Nobody is killed for a request without __GFP_FS."],
                ["不为没有 __GFP_FS 的请求杀进程。"]
            ),
            say!(
                lang,
                ["Why: reclaim could not do all it can on behalf of this caller."],
                ["为什么：替这个调用者回收时放不开手脚。"]
            ),
            vec![is("gfp", gfp)],
        ),
        Event::Weighed { task, points, rss, swapents, pgtables, oom_score_adj } => {
            let operands = vec![
                is("rss", rss),
                is("swapents", swapents),
                is("pgtables", pgtables),
                is("oom_score_adj", oom_score_adj),
            ];
            Said::new(weighed(process(cx, task), points, lang), weighed_why(points, lang), operands)
        }
        Event::Killed { task, points, asked } => Said::new(
            say!(lang, [process(cx, task), " is killed."], ["杀死 ", process(cx, task), "。"]),
            if asked {
                say!(
                    lang,
                    [
                        "Why it lives on for a moment: it has to leave the kernel first, with reserves if need be."
                    ],
                    ["为什么它还能活一会儿：它得先走出内核，必要时动用保留。"]
                )
            } else {
                say!(
                    lang,
                    ["Why this one: it has the most points, and of equals it is the newest."],
                    ["为什么是它：得分最高；得分相同时选最新的。"]
                )
            },
            vec![is("pid", task.0), is("points", points)],
        ),
        Event::NobodyToKill => Said::new(
            say!(lang, ["No process can be killed."], ["没有可杀的进程。"]),
            say!(
                lang,
                ["Why that matters: the kernel would panic here, deadlocked on memory."],
                ["为什么要紧：内核到这里会崩溃，内存死锁了。"]
            ),
            Vec::new(),
        ),
        Event::Logged { record } => Said::new(
            say!(
                lang,
                ["Report ", record.0.to_string(), " goes into the kernel's log."],
                ["第 ", record.0.to_string(), " 份报告写进内核日志。"]
            ),
            say!(
                lang,
                [
                    "Why: so that somebody finds out. dmesg prints it; a failure with __GFP_NOWARN leaves no report."
                ],
                ["为什么：好让人知道。dmesg 可以查看；带 __GFP_NOWARN 的失败不会留下报告。"]
            ),
            vec![is("record", record.0)],
        ),
    }
}

fn weighed(who: Piece, points: Option<i64>, lang: Lang) -> Vec<Piece> {
    match points {
        Some(points) => {
            let number = grouped(points.unsigned_abs());
            let sign = if points < 0 { "-" } else { "" };
            let text = format!("{sign}{}", counted(points.unsigned_abs(), "point", "points"));
            say!(
                lang,
                [who, " has ", text, " against it."],
                [who, " 得 ", format!("{sign}{number}"), " 分。"]
            )
        }
        None => say!(lang, [who, " is spared."], [who, " 免于被杀。"]),
    }
}

fn weighed_why(points: Option<i64>, lang: Lang) -> Vec<Piece> {
    match points {
        Some(_) => say!(
            lang,
            ["Why so many: resident pages, pages in swap and page tables are what its death frees."],
            ["为什么是这个分：常驻页、换出页和页表页正是它死后能腾出的。"]
        ),
        None => say!(lang, ["Why: its oom_score_adj is -1000."], ["为什么：它的 oom_score_adj 是 -1000。"]),
    }
}

fn kernel(lang: Lang) -> Piece {
    match lang {
        Lang::En => Piece::from("The kernel"),
        Lang::Zh => Piece::from("内核"),
    }
}

fn process(cx: &Cx<'_>, task: TaskId) -> Piece {
    cx.world
        .rest
        .virt
        .tasks
        .get(task)
        .map_or_else(|| Piece::Text(format!("pid {}", task.0)), |task| named(&task.name))
}
