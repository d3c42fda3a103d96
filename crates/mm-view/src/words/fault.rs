//! Words for page faults.

use mm::errno::{SiCode, Signal};
use mm::units::{Pfn, VirtAddr};
use mm::virt::TaskId;
use mm::virt::area::vma::{AnonVmaId, VmFlags};
use mm::virt::fault::Event;

use super::cx::{Cx, named};
use super::kernel_word::rights;
use super::row::rows;
use super::{Piece, Said, alloc, is, refusal, say, was};
use crate::panels::grouped;

rows! { Event;
    Raised [task va error_code] "fault.raised", "asm_exc_page_fault", "arch/x86/mm/fault.c",
        "The CPU could not finish an access: it saves the address in CR2, pushes an error code and enters the kernel.",
        "CPU 无法完成访问：把地址存入 CR2，压入错误码，进入内核。";
    GeneralProtection [task va] "fault.general_protection", "asm_exc_general_protection", "arch/x86/kernel/traps.c",
        "The address was not canonical: the CPU raises #GP, not a page fault, and names no address.",
        "地址不是规范形式：CPU 触发 #GP 而不是缺页，也不给出地址。";
    VmaFound [start end flags] "fault.vma_found", "find_vma", "mm/mmap.c",
        "An area contains the address. The area, not the entry, says what the program may do there.",
        "有区域包含该地址。程序在那里能做什么，由区域而不是表项决定。";
    NoVma [va above] "fault.no_vma", "find_vma", "mm/mmap.c",
        "No area contains the address: the program has no business there.",
        "没有区域包含该地址：程序不该访问那里。";
    AccessError [error_code flags] "fault.access_error", "access_error", "arch/x86/mm/fault.c",
        "The area is there, but it forbids this kind of access.",
        "区域存在，但不允许这种访问。";
    StackRefused [pages limit] "fault.stack_refused", "acct_stack_growth", "mm/mmap.c",
        "The stack may not grow to the address: RLIMIT_STACK forbids it.",
        "栈不能长到该地址：RLIMIT_STACK 不允许。";
    AnonVma [start id shared] "fault.anon_vma", "__anon_vma_prepare", "mm/rmap.c",
        "The area got its anon_vma, the object by which the kernel later finds every entry that maps one of its pages.",
        "区域得到 anon_vma：内核日后靠它找到映射这些页的每个表项。";
    ZeroPageMapped [va pfn] "fault.zero_page", "do_anonymous_page", "mm/memory.c",
        "Fresh memory was only read: the shared page of zeroes is mapped read-only, and no frame is used up.",
        "新内存只是被读：只读映射共享的全零页，不占用页帧。";
    AnonPage [va pfn] "fault.anon_page", "do_anonymous_page", "mm/memory.c",
        "The process gets a zeroed frame of its own for this page.",
        "进程为这一页得到一个清零的、自己的页帧。";
    Reused [va pfn] "fault.reused", "wp_page_reuse", "mm/memory.c",
        "A write hit a read-only entry, and nobody else uses the page: the process keeps it, and writing is allowed now.",
        "写到只读表项上，而这一页没有别人用：进程留下它并改为可写。";
    Copied [va from to] "fault.copied", "wp_page_copy", "mm/memory.c",
        "A write hit a read-only entry whose page others may use: the process gets a copy of its own.",
        "写到只读表项上，而这一页可能有别人用：进程得到自己的副本。";
    Spurious [va] "fault.spurious", "handle_pte_fault", "mm/memory.c",
        "The entry already allows the access: somebody changed it meanwhile.",
        "表项已经允许这次访问：其间有人改了它。";
    OutOfMemory [va] "fault.oom", "handle_mm_fault", "mm/memory.c",
        "There is no memory for a page or a table.",
        "没有内存可用于页或页表。";
    NoPage [va] "fault.no_page", "handle_mm_fault", "mm/memory.c",
        "There is nothing behind this address that could be brought in.",
        "这个地址背后没有可以调入的内容。";
    Done [task minflt] "fault.done", "mm_account_fault", "mm/memory.c",
        "The fault is served without any I/O, a minor fault: the instruction runs again.",
        "缺页已解决，没有输入输出，属于次要缺页：指令重新执行。";
    Signalled [task signal] "fault.signalled", "force_sig_fault", "kernel/signal.c",
        "The kernel cannot serve the fault: the process gets a signal that says why and where.",
        "内核无法解决这次缺页：进程收到信号，其中说明原因和地址。";
}

pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
    match *event {
        Event::Raised { task, va, error_code } => raised(task, va, error_code, cx),
        Event::GeneralProtection { task, va } => general_protection(task, va, cx),
        Event::VmaFound { start, end, flags } => vma_found(start, end, flags, cx),
        Event::NoVma { va, above } => no_vma(va, above, cx),
        Event::AccessError { error_code, flags } => access_error(error_code, flags, cx),
        Event::StackRefused { pages, limit } => stack_refused(pages, limit, cx),
        Event::AnonVma { start, id, shared } => anon_vma(start, id, shared, cx),
        Event::ZeroPageMapped { va, pfn } => zero_page_mapped(va, pfn, cx),
        Event::AnonPage { va, pfn } => anon_page(va, pfn, cx),
        Event::Reused { va, pfn } => reused(va, pfn, cx),
        Event::Copied { va, from, to } => copied(va, from, to, cx),
        Event::Spurious { va } => spurious(va, cx),
        Event::OutOfMemory { va } => out_of_memory(va, cx),
        Event::NoPage { va } => no_page(va, cx),
        Event::Done { task, minflt } => done(task, minflt, cx),
        Event::Signalled { task, signal } => signalled(task, signal, cx),
    }
}

fn raised(task: TaskId, va: VirtAddr, error_code: u32, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            [process(cx, task), " faults at ", address(cx, task, va), ": the CPU enters the kernel."],
            [process(cx, task), " 在 ", address(cx, task, va), " 处缺页：CPU 进入内核。"]
        ),
        say!(
            lang,
            ["Why: error code ", refusal::error_code(error_code, lang), "."],
            ["为什么：错误码 ", refusal::error_code(error_code, lang), "。"]
        ),
        vec![is("CR2", va), is("error", format!("{error_code:#x}"))],
    )
}

fn general_protection(task: TaskId, va: VirtAddr, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            [process(cx, task), " uses the address ", va.to_string(), ", which is not canonical: #GP."],
            [process(cx, task), " 用了非规范地址 ", va.to_string(), "：#GP。"]
        ),
        say!(
            lang,
            ["Why not a page fault: no table was read, so the tables cannot be wrong."],
            ["为什么不是缺页：没有读任何页表。"]
        ),
        vec![is("va", va)],
    )
}

fn vma_found(start: VirtAddr, end: VirtAddr, flags: VmFlags, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["The area ", range(start.0, end.0), " ", rights(flags), " contains the address."],
            ["区域 ", range(start.0, end.0), " ", rights(flags), " 包含该地址。"]
        ),
        say!(
            lang,
            ["Why ask: the area, not the entry, decides what the program may do."],
            ["为什么要问：能做什么由区域决定，不由表项决定。"]
        ),
        vec![is("vma", range(start.0, end.0)), is("flags", rights(flags))],
    )
}

fn no_vma(va: VirtAddr, above: Option<VirtAddr>, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(lang, ["No area contains ", va.to_string(), "."], ["没有区域包含 ", va.to_string(), "。"]),
        match above {
            Some(above) => say!(
                lang,
                [
                    "Why that is the end: the next area starts at ",
                    above.to_string(),
                    " and does not grow down here."
                ],
                ["为什么到此为止：下一个区域始于 ", above.to_string(), "，也不会长到这里。"]
            ),
            None => say!(
                lang,
                ["Why that is the end: there is no area above it either."],
                ["为什么到此为止：上方也没有区域。"]
            ),
        },
        vec![is("va", va)],
    )
}

fn access_error(error_code: u32, flags: VmFlags, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["The area is ", rights(flags), ": it forbids this access."],
            ["区域是 ", rights(flags), "：不允许这次访问。"]
        ),
        say!(
            lang,
            ["Why it is an error: error code ", refusal::error_code(error_code, lang), "."],
            ["为什么是错误：错误码 ", refusal::error_code(error_code, lang), "。"]
        ),
        vec![is("flags", rights(flags)), is("error", format!("{error_code:#x}"))],
    )
}

fn stack_refused(pages: u64, limit: u64, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["The stack would have ", grouped(pages), " pages: too many."],
            ["栈将有 ", grouped(pages), " 页：太多了。"]
        ),
        say!(
            lang,
            ["Why: RLIMIT_STACK allows ", grouped(limit), "."],
            ["为什么：RLIMIT_STACK 只允许 ", grouped(limit), " 页。"]
        ),
        vec![is("pages", pages), is("limit", limit)],
    )
}

fn anon_vma(start: VirtAddr, id: AnonVmaId, shared: bool, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["The area at ", start.to_string(), " gets anon_vma ", id.0.to_string(), "."],
            ["始于 ", start.to_string(), " 的区域得到 anon_vma ", id.0.to_string(), "。"]
        ),
        if shared {
            say!(
                lang,
                ["Why an old one: a neighbour's will do, so that both can merge later."],
                ["为什么用旧的：沿用邻居的，以后两者还能合并。"]
            )
        } else {
            say!(
                lang,
                ["Why: with it the kernel finds every entry that maps one of its pages."],
                ["为什么：内核靠它找到映射这些页的每个表项。"]
            )
        },
        vec![is("anon_vma", id.0)],
    )
}

fn zero_page_mapped(va: VirtAddr, pfn: Pfn, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["Page ", va.to_string(), " reads from the shared page of zeroes, frame ", cx.frame(pfn), "."],
            ["页 ", va.to_string(), " 读的是共享的全零页，页帧 ", cx.frame(pfn), "。"]
        ),
        say!(
            lang,
            ["Why no frame of its own: fresh memory is zero, and one page of zeroes serves every reader."],
            ["为什么没有自己的页帧：新内存都是零，一个全零页就够所有读者用。"]
        ),
        vec![is("pfn", pfn)],
    )
}

fn anon_page(va: VirtAddr, pfn: Pfn, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["Frame ", cx.frame(pfn), ", full of zeroes, is page ", va.to_string(), " now."],
            ["清零的页帧 ", cx.frame(pfn), " 现在就是页 ", va.to_string(), "。"]
        ),
        alloc::origin(cx, pfn),
        vec![is("pfn", pfn), is("va", va)],
    )
}

fn reused(va: VirtAddr, pfn: Pfn, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["Page ", va.to_string(), " stays in frame ", cx.frame(pfn), " and may be written now."],
            ["页 ", va.to_string(), " 仍在页帧 ", cx.frame(pfn), "，现在可写。"]
        ),
        say!(lang, ["Why no copy: nobody else uses the page."], ["为什么不复制：没有别人用这一页。"]),
        vec![is("pfn", pfn)],
    )
}

fn copied(va: VirtAddr, from: Pfn, to: Pfn, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    let zero = from == cx.world.rest.virt.layout.zero_page;
    Said::new(
        say!(
            lang,
            [
                "Page ",
                va.to_string(),
                " moves from frame ",
                cx.frame(from),
                " to frame ",
                cx.frame(to),
                ", its own."
            ],
            ["页 ", va.to_string(), " 从页帧 ", cx.frame(from), " 换到自己的页帧 ", cx.frame(to), "。"]
        ),
        if zero {
            say!(
                lang,
                ["Why: it was the shared page of zeroes, which nobody may write."],
                ["为什么：原来是共享的全零页，谁也不能写。"]
            )
        } else {
            say!(
                lang,
                ["Why: somebody else may use the old page, and shall not see the write."],
                ["为什么：旧页可能还有别人用，不能让他们看到这次写。"]
            )
        },
        vec![was("pfn", from, to)],
    )
}

fn spurious(va: VirtAddr, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["The entry of ", va.to_string(), " already allows the access."],
            [va.to_string(), " 的表项已经允许这次访问。"]
        ),
        say!(
            lang,
            ["Why a fault then: the TLB still held the old entry."],
            ["为什么还会缺页：TLB 里还是旧项。"]
        ),
        vec![is("va", va)],
    )
}

fn out_of_memory(va: VirtAddr, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["There is no memory for the page at ", va.to_string(), "."],
            ["没有内存给 ", va.to_string(), " 的页。"]
        ),
        say!(
            lang,
            ["Why it ends here: the OOM killer chose this process, or nobody was left to kill."],
            ["为什么到此为止：OOM killer 选中了这个进程，或者已没有进程可杀。"]
        ),
        vec![is("va", va)],
    )
}

fn no_page(va: VirtAddr, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(lang, ["There is nothing behind ", va.to_string(), "."], [va.to_string(), " 背后什么也没有。"]),
        say!(
            lang,
            ["Why: the area is there, but its pages cannot be brought in."],
            ["为什么：区域存在，但它的页无法调入。"]
        ),
        vec![is("va", va)],
    )
}

fn done(task: TaskId, minflt: u64, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            ["The fault is served; ", process(cx, task), " runs the instruction again."],
            ["缺页解决了；", process(cx, task), " 重新执行这条指令。"]
        ),
        say!(
            lang,
            ["Why minor: no disk was involved. It is fault ", grouped(minflt), " of the process."],
            ["为什么是次要缺页：没有用到磁盘。这是该进程的第 ", grouped(minflt), " 次。"]
        ),
        vec![was("min_flt", minflt.saturating_sub(1), minflt)],
    )
}

fn signalled(task: TaskId, signal: Signal, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    Said::new(
        say!(
            lang,
            [process(cx, task), " gets ", signal.signo.name(), "."],
            [process(cx, task), " 收到 ", signal.signo.name(), "。"]
        ),
        say!(
            lang,
            ["Why: ", signal.code.name(), ", ", refusal::si_code(signal.code, lang), "."],
            ["为什么：", signal.code.name(), "，", refusal::si_code(signal.code, lang), "。"]
        ),
        match signal.code {
            SiCode::SiKernel => vec![is("si_code", signal.code.name())],
            SiCode::SegvMaperr | SiCode::SegvAccerr | SiCode::BusAdrerr => vec![
                is("si_code", signal.code.name()),
                is("si_addr", signal.addr),
                is("error", format!("{:#x}", signal.error_code)),
            ],
        },
    )
}

fn process(cx: &Cx<'_>, task: TaskId) -> Piece {
    match cx.world.rest.virt.tasks.get(task) {
        Some(task) => named(&task.name),
        None => Piece::Text(format!("pid {}", task.0)),
    }
}

fn address(cx: &Cx<'_>, task: TaskId, va: VirtAddr) -> Piece {
    match cx.world.rest.virt.tasks.get(task) {
        Some(task) => cx.address(task.mm, va),
        None => va.to_string().into(),
    }
}

fn range(start: u64, end: u64) -> String {
    format!("{start:#x}–{end:#x}")
}
