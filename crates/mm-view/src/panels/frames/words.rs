//! Words for kinds of frames, and for what a pageblock holds.

use mm::units::Order;

use super::FrameRun;
use crate::Lang;
use crate::panels::FrameKind;

crate::labels! {
    /// What a frame is used for.
    pub enum Word {
        Anonymous: "anonymous", "匿名页";
        PageCache: "page cache", "页缓存";
        Slab: "slab", "slab";
        PageTable: "page table", "页表";
        Kernel: "kernel, other", "内核及其他";
        Before: "in use before the capture", "快照之前已分配";
        Reserved: "reserved at boot", "启动时保留";
        Pcp: "free, on a CPU list", "空闲，在 CPU 链表上";
        Free: "free", "空闲";
        Hole: "no RAM", "没有内存";
        AnonymousShort: "anonymous", "匿名";
        KernelShort: "kernel", "内核";
        BeforeShort: "before capture", "快照前";
        ReservedShort: "reserved", "保留";
        PcpShort: "CPU list", "CPU 链表";
    }
}

impl FrameKind {
    /// Returns the kind in words.
    pub const fn word(self) -> Word {
        match self {
            FrameKind::Anon => Word::Anonymous,
            FrameKind::File => Word::PageCache,
            FrameKind::Slab => Word::Slab,
            FrameKind::PageTable => Word::PageTable,
            FrameKind::Kernel => Word::Kernel,
            FrameKind::Before => Word::Before,
            FrameKind::Reserved => Word::Reserved,
            FrameKind::Pcp => Word::Pcp,
            FrameKind::Free => Word::Free,
            FrameKind::Hole => Word::Hole,
        }
    }

    /// Returns the kind in few words, for a legend on one line.
    pub const fn short_word(self) -> Word {
        match self {
            FrameKind::Anon => Word::AnonymousShort,
            FrameKind::Kernel => Word::KernelShort,
            FrameKind::Before => Word::BeforeShort,
            FrameKind::Reserved => Word::ReservedShort,
            FrameKind::Pcp => Word::PcpShort,
            FrameKind::File | FrameKind::Slab | FrameKind::PageTable | FrameKind::Free | FrameKind::Hole => {
                self.word()
            }
        }
    }
}

/// Says what a pageblock holds: `3 reserved at boot, 1 anonymous; 508 free in blocks of order 2, 7, 8.`
pub fn pageblock_words(runs: &[FrameRun], lang: Lang) -> String {
    let count = |kind: FrameKind| -> u32 {
        runs.iter().filter(|run| run.kind == kind).map(|run| run.end - run.start).sum()
    };
    let used = FrameKind::ALL.into_iter().filter(|&kind| kind != FrameKind::Free && count(kind) > 0);
    let used: Vec<String> =
        used.map(|kind| format!("{} {}", count(kind), kind.word().text(lang).replace(", ", " "))).collect();
    let is_free = |order: &u8| runs.iter().any(|run| run.order == Some(*order));
    let orders = Order::ZERO.and_up().map(Order::get).filter(is_free);
    let orders: Vec<String> = orders.map(|order| order.to_string()).collect();
    let free = count(FrameKind::Free);
    let free = match lang {
        _ if free == 0 => None,
        Lang::En => Some(format!("{free} free in blocks of order {}", orders.join(", "))),
        Lang::Zh => Some(format!("{free} 空闲，块的阶：{}", orders.join("、"))),
    };
    let (comma, semicolon, stop) = match lang {
        Lang::En => (", ", "; ", "."),
        Lang::Zh => ("、", "；", "。"),
    };
    let parts: Vec<String> =
        Some(used.join(comma)).filter(|used| !used.is_empty()).into_iter().chain(free).collect();
    format!("{}{stop}", parts.join(semicolon))
}
