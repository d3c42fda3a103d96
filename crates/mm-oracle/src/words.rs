//! What is said of a comparison, in two languages. Names of the kernel stay as they are.

use mm_view::Lang;
use mm_view::panels::short_bytes;
use mm_view::words::unreadable;

use super::{Difference, Part, Skipped};

/// Says why something is not compared.
pub fn skipped(skipped: &Skipped, lang: Lang) -> String {
    let (en, zh) = match skipped {
        Skipped::NoComparison => ("no comparison for such a file".into(), "没有对应的比较".into()),
        Skipped::Describes => ("tells how the others came about".into(), "只说明其他文件的来历".into()),
        Skipped::OtherKernel(release) => (
            format!("of Linux {release}; the rules are 6.1's"),
            format!("来自 Linux {release}；规则是 6.1 的"),
        ),
        Skipped::NoState => ("no state to start from beside it".into(), "旁边没有起始状态".into()),
        Skipped::NoHints => (
            "the state beside it has no hints, positions and owners that compaction starts from".into(),
            "旁边的状态没有规整所依据的跳过标记、扫描位置和页的归属".into(),
        ),
        Skipped::NoMachine => {
            ("no zoneinfo beside it tells the machine".into(), "旁边没有 zoneinfo 说明是什么机器".into())
        }
        Skipped::Neighbour { file, error } => {
            let [en, zh] = Lang::ALL.map(|lang| unreadable(*error, lang));
            (format!("{file} beside it is damaged: {en}"), format!("旁边的 {file} 已损坏：{zh}"))
        }
        Skipped::Diverged { line } => (
            format!("from line {line} on: other frames are in use by now"),
            format!("第 {line} 行起：使用中的页帧已经不同"),
        ),
        Skipped::NoStateAfter { line } => (
            format!("what is free after line {line}: no state follows"),
            format!("第 {line} 行之后的空闲内存：其后没有状态"),
        ),
        Skipped::OtherManaged => (
            "how many pages are managed, which something took (a balloon?): marks and reserves are compared for the file's own"
                .into(),
            "受管理的页数，其中一部分已被占用（气球驱动？）：水位和保留按文件自己的页数比较".into(),
        ),
        Skipped::WithinBatch => (
            "where within a batch of a processor's list free pages stop".into(),
            "空闲页停在每 CPU 链表一批中的哪一页".into(),
        ),
        Skipped::EventsLost => ("the trace lost events".into(), "跟踪丢失了事件".into()),
        Skipped::Verb { line, verb } => {
            (format!("from line {line} on: no verb `{verb}`"), format!("第 {line} 行起：没有动词 `{verb}`"))
        }
        Skipped::NotModelled { line, what } => {
            (format!("from line {line} on: {what}"), format!("第 {line} 行起：{what}"))
        }
        Skipped::Look(what) => (format!("a look: `{what}`"), format!("查看：`{what}`")),
        Skipped::LargeInitrd { file, line, most } => {
            let most = short_bytes(most.0);
            (
                format!("line {line} of {file}: a RAM disk of more than {most}, the most that the model boots such a machine with"),
                format!("{file} 第 {line} 行：RAM 盘超过 {most}，即模型启动这种机器时的上限"),
            )
        }
        Skipped::Part(part) => of_part(part),
    };
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

/// Names a part of a file.
fn of_part(part: &Part) -> (String, String) {
    let (en, zh) = match part {
        Part::Named(names) => return (names.clone(), names.clone()),
        Part::Buddyinfo(points) => {
            return (
                format!("buddyinfo of points without free lists: {points}"),
                format!("没有空闲链表的时刻的 buddyinfo：{points}"),
            );
        }
        Part::Sums(area) => {
            return (
                format!("Rss and other sums of {area} in smaps"),
                format!("smaps 中 {area} 的 Rss 及其他合计"),
            );
        }
        Part::Lines(lines, point) => {
            return (format!("{lines} lines of `{point}`"), format!("`{point}` 的 {lines} 行"));
        }
        Part::Tunables(count) => return (format!("{count} tunables"), format!("{count} 个可调参数")),
        Part::Programs => ("numbers of programs and caches", "由程序和缓存决定的数值"),
        Part::ProgramFlags => ("flags of programs and caches", "由程序和缓存决定的标志"),
        Part::SplitLeaves => ("leaves that were split", "被拆分的叶子项"),
        Part::Rest => ("everything else", "其余全部"),
        Part::Policies => ("memory policies, move_pages, free blocks", "内存策略、move_pages、空闲块"),
        Part::OtherCounters => ("counters except those of `huge N`", "`huge N` 以外的计数器"),
        Part::DrainTypes => (
            "migratetype of mm_page_alloc and mm_page_pcpu_drain, percpu_refill",
            "mm_page_alloc 和 mm_page_pcpu_drain 的 migratetype，以及 percpu_refill",
        ),
    };
    (en.into(), zh.into())
}

/// Says what differs: what, then the capture's and the model's.
pub fn difference(difference: &Difference, lang: Lang) -> String {
    let Difference { line, what, expected, got } = difference;
    match lang {
        Lang::En if *line == 0 => format!("{what}: the file has {expected}, the model {got}"),
        Lang::En => format!("line {line}: {what}: the file has {expected}, the model {got}"),
        Lang::Zh if *line == 0 => format!("{what}：文件为 {expected}，模型为 {got}"),
        Lang::Zh => format!("第 {line} 行：{what}：文件为 {expected}，模型为 {got}"),
    }
}
