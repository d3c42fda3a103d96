//! What a text is that a kernel printed, where a script or a state was meant.

use mm::import::kernel_text::{KernelText, NotUtf8, Release, TextKind, instead_of_script};
use mm::script::Rejected;

use crate::Lang;

/// Says what a rejected text is if a kernel printed it: one sentence in the place of an error for
/// each line. A script with a few such lines in it is a script.
pub fn pasted(text: &str, rejected: &Rejected, lang: Lang) -> Option<String> {
    instead_of_script(text, rejected).map(|found| no_script(&found, lang))
}

/// Says where bytes are no text, and what they are if a kernel printed them.
pub fn not_utf8(bytes: NotUtf8, lang: Lang) -> String {
    let line = bytes.line;
    let what = bytes.text.map(|found| no_script(&found, lang));
    match (what, lang) {
        (Some(what), Lang::En) => format!("{what}; line {line} is not UTF-8"),
        (Some(what), Lang::Zh) => format!("{what}；第 {line} 行不是 UTF-8"),
        (None, Lang::En) => format!("line {line} is no text in UTF-8"),
        (None, Lang::Zh) => format!("第 {line} 行不是 UTF-8 文本"),
    }
}

/// Says what a text is that is no script.
pub fn no_script(text: &KernelText, lang: Lang) -> String {
    let what = name(text, lang);
    match (text.kind == TextKind::FreeLists, lang) {
        (true, Lang::En) => format!("this is no script but {what}: `boot state=FILE` makes a machine of it"),
        (true, Lang::Zh) => format!("这不是脚本，而是{what}：用 `boot state=FILE` 可由它得到机器"),
        (false, Lang::En) => format!("this is no script but {what}: reading it is not built yet"),
        (false, Lang::Zh) => format!("这不是脚本，而是{what}：尚不能读取"),
    }
}

/// Says what a file is that `state=` names, and what a machine needs beyond it.
pub(super) fn no_state(text: &KernelText, lang: Lang) -> String {
    let (what, [en, zh], line) = (name(text, lang), holds(text.kind), text.line);
    match lang {
        Lang::En => format!(
            "from line {line} on this is {what}: it has {en}; a machine needs the frames of each free list too, \
             as `zone` lines with `free` lines below give them."
        ),
        Lang::Zh => format!(
            "从第 {line} 行起是{what}：其中有{zh}；要得到机器，还需要每个空闲链表的页帧，即 `zone` 行和其下的 `free` 行。"
        ),
    }
}

/// Names a text, with the kernel that printed it.
pub fn name(text: &KernelText, lang: Lang) -> String {
    let [en, zh] = what(text.kind);
    match (text.release, lang) {
        (None, Lang::En) => en.into(),
        (None, Lang::Zh) => zh.into(),
        (Some(Release { major, minor }), Lang::En) => format!("{en} of a {major}.{minor} kernel"),
        (Some(Release { major, minor }), Lang::Zh) => format!(" {major}.{minor} 内核的{}", zh.trim_start()),
    }
}

fn what(kind: TextKind) -> [&'static str; 2] {
    match kind {
        TextKind::OutOfMemory => ["a report of the OOM killer", " OOM killer 的报告"],
        TextKind::AllocFailure => ["a page allocation failure report", "页分配失败报告"],
        TextKind::SlabFailure => ["a report of a slab cache without memory", " slab 缓存缺内存的报告"],
        TextKind::MemInfo => ["the memory part of a kernel report", "内核报告里的内存部分"],
        TextKind::FreeLists => ["a state of zones and free lists", "内存域和空闲链表的快照"],
        TextKind::Pagetypeinfo => ["the text of /proc/pagetypeinfo", " /proc/pagetypeinfo 的文本"],
        TextKind::Zoneinfo => ["the text of /proc/zoneinfo", " /proc/zoneinfo 的文本"],
        TextKind::Buddyinfo => ["the text of /proc/buddyinfo", " /proc/buddyinfo 的文本"],
        TextKind::Meminfo => ["the text of /proc/meminfo", " /proc/meminfo 的文本"],
        TextKind::Vmstat => ["the text of /proc/vmstat", " /proc/vmstat 的文本"],
        TextKind::Slabinfo => ["the text of /proc/slabinfo", " /proc/slabinfo 的文本"],
        TextKind::Smaps => ["the text of a /proc/PID/smaps", " /proc/PID/smaps 的文本"],
        TextKind::Maps => ["the text of a /proc/PID/maps", " /proc/PID/maps 的文本"],
        TextKind::Status => ["the text of a /proc/PID/status", " /proc/PID/status 的文本"],
        TextKind::Sysctl => ["what sysctl prints", " sysctl 的输出"],
        TextKind::Ftrace => ["a trace of kernel events", "内核事件的跟踪"],
        TextKind::Log => ["a kernel log", "内核日志"],
    }
}

/// Says what such a text tells of a machine.
fn holds(kind: TextKind) -> [&'static str; 2] {
    match kind {
        TextKind::OutOfMemory | TextKind::AllocFailure | TextKind::SlabFailure | TextKind::MemInfo => {
            ["marks and counts of free blocks at that moment", "当时的水位和空闲块数"]
        }
        TextKind::FreeLists => ["zones with their free lists", "内存域及其空闲链表"],
        TextKind::Pagetypeinfo => ["counts of free blocks by type", "按类型计的空闲块数"],
        TextKind::Zoneinfo => ["sizes, marks and counters of zones", "内存域的大小、水位和计数"],
        TextKind::Buddyinfo => ["counts of free blocks by order", "按阶计的空闲块数"],
        TextKind::Meminfo => ["sums over all memory", "全部内存的合计"],
        TextKind::Vmstat => ["counters", "计数"],
        TextKind::Slabinfo => ["caches and counts of their objects", "各缓存及其对象数"],
        TextKind::Smaps | TextKind::Maps => ["the areas of one process", "一个进程的区域"],
        TextKind::Status => ["numbers of one process", "一个进程的各项数字"],
        TextKind::Sysctl => ["tunables", "可调参数"],
        TextKind::Ftrace => ["what happened, not what was there before", "发生了什么，没有之前的状态"],
        TextKind::Log => ["what the kernel said", "内核说了什么"],
    }
}
