//! Words for counters that processors hold a part of.

use mm::phys::zone::vmstat::Event;

use super::cx::{Cx, counted};
use super::row::rows;
use super::{Said, is, say};
use crate::panels::grouped;

rows! { Event;
    Folded [cpu counters] "vmstat.folded", "refresh_cpu_vm_stats", "mm/vmstat.c",
        "A CPU adds what it held back of the counters of zones and nodes to their totals, as it does once a second.",
        "CPU 把自己攒着的区域和节点计数加进总数，每秒一次。";
}

pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    let Event::Folded { cpu, counters } = *event;
    let (number, many) = (cpu.0.to_string(), u64::from(counters));
    Said::new(
        say!(
            lang,
            [
                "CPU ",
                number,
                " adds what it held back of ",
                counted(many, "counter", "counters"),
                " to the totals."
            ],
            ["CPU ", number, " 把攒着的 ", grouped(many), " 项计数加进总数。"]
        ),
        say!(
            lang,
            ["Why now: it does so once a second. Until then /proc and watermark tests do not see that part."],
            ["为什么是现在：每秒一次。在此之前，/proc 和水位检查看不到这部分。"]
        ),
        vec![is("cpu", cpu.0), is("counters", counters)],
    )
}
