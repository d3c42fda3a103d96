//! Words for the shell's own commands.

use mm::import::text::{DumpError, Expected};
use mm::shell::{Event, NotBooted};
use mm::units::Bytes;

use super::cx::{Cx, counted};
use super::row::rows;
use super::{Said, is, say};
use crate::Lang;
use crate::host;
use crate::panels::{grouped, short_bytes};

rows! { Event;
    Booted [managed present free] "shell.booted", "start_kernel", "init/main.c",
        "A machine came up: the kernel has started, and no program runs yet.",
        "机器启动了：内核已就绪，还没有程序运行。";
    Read [bytes] "shell.read", "vfs_read", "fs/read_write.c",
        "A file of /proc or /sys was read: the kernel writes its text at this moment.",
        "读了 /proc 或 /sys 的文件：文本由内核当场写出。";
    Wrote [] "shell.wrote", "vfs_write", "fs/read_write.c",
        "A tunable was written; what follows from it is renewed.",
        "写了一个可调参数，由它决定的值随之更新。";
    Slept [time] "shell.slept", "schedule", "kernel/sched/core.c",
        "Model time passed: the daemons may run.",
        "模型时间过去了一段：守护线程可以运行。";
    Translated [va refs] "shell.translated", "look from outside", "Intel SDM vol. 3, 4.5",
        "The tables were walked as the hardware would, without touching anything.",
        "像硬件那样走了一遍页表，什么也没碰。";
    Listed [runs] "shell.listed", "pagemap_read", "fs/proc/task_mmu.c",
        "The pages of a range were listed by what they are.",
        "列出一段范围里各页是什么。";
    Compared [holds] "shell.compared", "expect", "script",
        "An expectation of the script was evaluated.",
        "对脚本里的一条预期求了值。";
    Refused [] "shell.refused", "system call", "errno(3)",
        "The call was refused before it did anything.",
        "调用还没做任何事就被拒绝。";
    NotBooted [why] "shell.not_booted", "boot", "script",
        "No machine came up: the line asks for something that cannot be had here.",
        "没有启动新机器：这一行要的东西这里没有。";
    Nothing [] "shell.nothing", "system call", "script",
        "The call had nothing to do and changed nothing.",
        "调用无事可做，什么也没变。";
    Coarse [events] "shell.coarse", "detail off", "budget of one command",
        "The command did so much that its steps were not kept: only its start and its end can be visited.",
        "命令做的事太多，没有保留逐步细节：只能到它的开头和结尾。";
}

pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    match *event {
        Event::Booted { managed, present, free } => Said::new(
            say!(
                lang,
                ["The machine is up: ", grouped(free), " of ", grouped(managed), " frames are free."],
                ["机器启动了：", grouped(managed), " 页中有 ", grouped(free), " 页空闲。"]
            ),
            say!(
                lang,
                [
                    "Why not all of RAM: the kernel's image, mem_map and early tables took ",
                    grouped(present.saturating_sub(managed)),
                    " frames."
                ],
                [
                    "为什么不是全部内存：内核映像、mem_map 和早期页表占去 ",
                    grouped(present.saturating_sub(managed)),
                    " 页。"
                ]
            ),
            vec![is("present", present), is("managed", managed), is("free", free)],
        ),
        Event::Read { bytes } => Said::new(
            say!(
                lang,
                ["The kernel writes the file's text at this moment: ", counted(bytes, "byte", "bytes"), "."],
                ["内核当场写出文件的文本：", grouped(bytes), " 字节。"]
            ),
            say!(
                lang,
                ["Why it is never stale: there is no file, only counters that are printed."],
                ["为什么从不过时：并没有文件，只是把计数打印出来。"]
            ),
            vec![is("bytes", bytes)],
        ),
        Event::Wrote => Said::new(
            say!(lang, ["The tunable is written."], ["参数已写入。"]),
            say!(
                lang,
                ["Why other numbers change too: marks and limits are computed from it."],
                ["为什么别的数也变：水位和上限由它算出。"]
            ),
            Vec::new(),
        ),
        Event::Slept { time } => Said::new(
            say!(lang, ["Time passes: ", nanos(time.0), "."], ["时间过去 ", nanos(time.0), "。"]),
            say!(
                lang,
                ["Why it matters: the kernel's daemons run only while time passes."],
                ["为什么要等：内核的守护线程只在时间流逝时运行。"]
            ),
            vec![is("time", nanos(time.0))],
        ),
        Event::Translated { va, refs } => Said::new(
            say!(
                lang,
                [
                    "The walk of ",
                    va.to_string(),
                    " reads ",
                    counted(u64::from(refs), "entry", "entries"),
                    "; nothing was touched."
                ],
                ["遍历 ", va.to_string(), " 读了 ", refs.to_string(), " 项，什么也没碰。"]
            ),
            say!(
                lang,
                ["Why nothing changed: no access happened, so no bit is set and nothing faults."],
                ["为什么没有变化：没有真正访问，不置位，也不缺页。"]
            ),
            vec![is("va", va), is("refs", refs)],
        ),
        Event::Listed { runs } => Said::new(
            say!(
                lang,
                ["The pages are listed in ", counted(u64::from(runs), "run", "runs"), "."],
                ["各页列成 ", runs.to_string(), " 段。"]
            ),
            Vec::new(),
            vec![is("runs", runs)],
        ),
        Event::Compared { holds } => Said::new(
            if holds {
                say!(lang, ["The expectation holds."], ["预期成立。"])
            } else {
                say!(lang, ["The expectation does not hold."], ["预期不成立。"])
            },
            Vec::new(),
            Vec::new(),
        ),
        Event::Refused => Said::new(
            say!(lang, ["The call is refused; nothing changed."], ["调用被拒绝，什么也没变。"]),
            Vec::new(),
            Vec::new(),
        ),
        Event::NotBooted { why } => {
            let reason = not_booted(why, lang);
            Said::new(
                say!(
                    lang,
                    ["No machine came up; the present one stays."],
                    ["没有启动新机器，现在的机器保持不变。"]
                ),
                say!(lang, ["Why: ", reason.as_str()], ["为什么：", reason.as_str()]),
                vec![is("why", reason)],
            )
        }
        Event::Nothing => {
            Said::new(say!(lang, ["There was nothing to do."], ["无事可做。"]), Vec::new(), Vec::new())
        }
        Event::Coarse { events } => Said::new(
            say!(
                lang,
                ["Detail is off: ", counted(events, "step", "steps"), " in one."],
                ["未保留细节：", grouped(events), " 步合为一步。"]
            ),
            say!(
                lang,
                ["Why: past a budget a command keeps only its start and its end."],
                ["为什么：超过预算后，命令只保留开头和结尾。"]
            ),
            vec![is("events", events)],
        ),
    }
}

fn large_initrd(most: Bytes, lang: Lang) -> String {
    let most = short_bytes(most.0);
    match lang {
        Lang::En => format!(
            "6.1 may boot with this RAM disk; the model takes at most initrd={most} on this machine: half of what a node has beyond 80M, and no more than 512M."
        ),
        Lang::Zh => format!(
            "6.1 也许能带这个 RAM 盘启动；模型在这台机器上最多接受 initrd={most}：一个节点超出 80M 部分的一半，且不超过 512M。"
        ),
    }
}

/// Says what `boot` asks for in vain, and what could be asked for.
pub(super) fn not_booted(why: NotBooted, lang: Lang) -> String {
    let [en, zh] = match why {
        NotBooted::NoState => return no_state(lang),
        NotBooted::Unreadable => [
            "this is no file that can be read, or one of more than 64 MB.",
            "这不是可读的文件，或者超过 64 MB。",
        ],
        NotBooted::NoText { line } => return no_text(line, lang),
        NotBooted::OtherText(text) => return super::kernel_text::no_state(&text, lang),
        NotBooted::BadState(error) => return bad_state(error, lang),
        NotBooted::StateIsFixed => {
            ["a captured state says itself what the machine is made of.", "快照自己规定了机器的组成。"]
        }
        NotBooted::TooLittle => [
            "every node needs 80 MB to hold the kernel and leave something.",
            "每个节点至少要 80 MB，才放得下内核并有剩余。",
        ],
        NotBooted::TooMuchForI386 => {
            ["i386 has at most 64 GB, even with PAE.", "i386 即使有 PAE 也最多 64 GB。"]
        }
        NotBooted::NeedsPae => [
            "more than 4 GB on i386 needs PAE, which 6.1 has and the model has not yet.",
            "i386 超过 4 GB 需要 PAE：6.1 有，这里尚未建模。",
        ],
        NotBooted::NodesOfI386 => ["the 32-bit kernel has one node.", "32 位内核只有一个节点。"],
        NotBooted::InitrdTooLarge { most } => return large_initrd(most, lang),
        NotBooted::TooMuchToPin => {
            ["memory of more than 32 GB is not fragmented here.", "超过 32 GB 的内存在这里不做碎片化。"]
        }
        NotBooted::Pae => [
            "6.1 has PAE; it is not modelled yet: i386 here has two levels of tables.",
            "6.1 有 PAE，这里尚未建模：这里的 i386 是两级页表。",
        ],
        NotBooted::Aslr => [
            "6.1 has random layouts; they are not modelled yet: addresses are those of the captures.",
            "6.1 有地址随机化，这里尚未建模：地址与快照里的一致。",
        ],
        NotBooted::Cma => [
            "6.1 has CMA; it is not modelled yet: handing out an area needs isolation of pageblocks.",
            "6.1 有 CMA，这里尚未建模：分配连续区域需要隔离页块。",
        ],
    };
    match lang {
        Lang::En => en.into(),
        Lang::Zh => zh.into(),
    }
}

fn no_text(line: u32, lang: Lang) -> String {
    match lang {
        Lang::En => format!("line {line} is no text in UTF-8, and nothing in the file tells what it is."),
        Lang::Zh => format!("第 {line} 行不是 UTF-8 文本，文件里也没有能说明它是什么的内容。"),
    }
}

fn bad_state(error: DumpError, lang: Lang) -> String {
    let what = super::unreadable(error, lang);
    match (error.expected, lang) {
        (Expected::State, Lang::En) => {
            "the file has no `zone` line: a state is one for each zone, with its free lists below.".into()
        }
        (Expected::State, Lang::Zh) => {
            "文件里没有 `zone` 行：快照的每个内存域各有一行，下面是它的空闲链表。".into()
        }
        (_, Lang::En) => format!("the state is damaged or cut: {what}."),
        (_, Lang::Zh) => format!("快照已损坏或被截断：{what}。"),
    }
}

/// Names the machines that were captured; each has several points, which completion lists.
fn no_state(lang: Lang) -> String {
    let mut machines: Vec<&str> = host::states().filter_map(|name| name.split('/').next()).collect();
    machines.sort_unstable();
    machines.dedup();
    let machines = machines.join(", ");
    match lang {
        Lang::En => format!(
            "no captured state has this name; there are those of {machines}: Tab after state= lists them."
        ),
        Lang::Zh => format!("没有叫这个名字的快照；现有 {machines} 的快照：在 state= 后按 Tab 可列出。"),
    }
}

/// Writes a length of time in the largest unit that is exact.
pub(super) fn nanos(nanos: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "s"), (1_000_000, "ms"), (1000, "us")];
    match UNITS.iter().find(|(length, _)| nanos > 0 && nanos.is_multiple_of(*length)) {
        Some((length, unit)) => format!("{} {unit}", nanos / length),
        None => format!("{nanos} ns"),
    }
}
