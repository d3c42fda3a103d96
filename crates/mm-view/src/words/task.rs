//! Words for processes.

use mm::virt::TaskId;
use mm::virt::task::Event;

use super::cx::{Cx, named};
use super::row::rows;
use super::{Piece, Said, is, say};

rows! { Event;
    Spawned [task mm pgd] "task.spawned", "exec_mmap", "fs/exec.c",
        "A process was made: it has an address space of its own, at first with the kernel's half only.",
        "建了一个进程：它有自己的地址空间，起初只有内核半部。";
    Exited [task mm] "task.exited", "do_exit", "kernel/exit.c",
        "A process ended: pages, tables and areas went back, its counters stay readable.",
        "进程结束了：页、页表和区域都已归还，计数仍可读。";
}

pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    match *event {
        Event::Spawned { task, mm: _, pgd } => Said::new(
            say!(
                lang,
                [
                    "Process ",
                    process(cx, task),
                    " starts with pid ",
                    task.0.to_string(),
                    " and tables of its own."
                ],
                ["进程 ", process(cx, task), " 启动，pid ", task.0.to_string(), "，有自己的页表。"]
            ),
            say!(
                lang,
                [
                    "Why CR3 makes the process: the same address means another frame under another root, here frame ",
                    cx.frame(pgd),
                    "."
                ],
                ["为什么 CR3 决定进程：根不同，同一地址就是不同的页帧，这里根在页帧 ", cx.frame(pgd), "。"]
            ),
            vec![is("pid", task.0), is("CR3", pgd.addr())],
        ),
        Event::Exited { task, mm: _ } => Said::new(
            say!(
                lang,
                ["Process ", process(cx, task), " has ended."],
                ["进程 ", process(cx, task), " 结束了。"]
            ),
            say!(
                lang,
                ["Why nothing is left: exit gives back all that only this process used."],
                ["为什么什么也不剩：exit 归还只有它使用的一切。"]
            ),
            vec![is("pid", task.0)],
        ),
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
