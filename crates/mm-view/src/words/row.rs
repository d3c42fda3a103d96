//! The table of events: name, kernel function, meaning, operands; what `explain` prints.
//!
//! Each area writes its rows with [`rows!`]: the macro names every variant and every field of
//! the area's event, so that an event or an operand without a row does not compile.

use mm::event::Event;
use serde::Serialize;

use super::areas::{event_name, meanings, rows as all};
use crate::Lang;

/// What a step needs of an event's row.
pub(super) struct Row {
    /// Area and variant: `buddy.split`.
    pub(super) name: &'static str,
    /// The kernel function that does it, or the CPU.
    pub(super) func: &'static str,
}

/// The rest of the row: what `explain` prints. Apart, as the page asks for none of it and need not carry it.
pub(super) struct Meaning {
    /// Where the function stands in 6.1.
    pub(super) source: &'static str,
    pub(super) en: &'static str,
    pub(super) zh: &'static str,
    pub(super) operands: &'static [&'static str],
}

/// Writes the rows of an area: `Variant [operand ...] "name", "function", "source", "en", "zh";`.
macro_rules! rows {
    ($event:ty; $($variant:ident [$($operand:ident)*]
        $name:literal, $func:literal, $source:literal, $en:literal, $zh:literal;)*) => {
        /// Rows of the events of this area.
        pub(super) const ROWS: &[$crate::words::row::Row] = &[$(
            $crate::words::row::Row { name: $name, func: $func }
        ),*];

        /// What they mean, in the same order.
        pub(super) const MEANINGS: &[$crate::words::row::Meaning] = &[$(
            $crate::words::row::Meaning {
                source: $source, en: $en, zh: $zh, operands: &[$(stringify!($operand)),*],
            }
        ),*];

        /// Returns the name of an event.
        pub(super) fn name(event: &$event) -> &'static str {
            match event {
                $(Event::$variant { $($operand: _),* } => $name,)*
            }
        }
    };
}
pub(super) use rows;

/// Iterates over the names of all events.
pub fn event_names() -> impl Iterator<Item = &'static str> {
    all().map(|row| row.name)
}

/// Returns the row of an event.
pub(super) fn row(event: &Event) -> &'static Row {
    let name = event_name(event);
    all().find(|row| row.name == name).expect("the macro writes name and row together")
}

/// What an event means.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Explanation {
    /// Area and variant: `buddy.split`.
    pub name: &'static str,
    /// The kernel function, or the CPU's work.
    pub function: &'static str,
    /// The file of Linux 6.1 it stands in, or the manual.
    pub source: &'static str,
    /// What happened, when and why.
    pub meaning: &'static str,
    /// The operands that the event carries.
    pub operands: Vec<OperandMeaning>,
}

/// What an operand of an event means.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct OperandMeaning {
    /// Its name.
    pub name: &'static str,
    /// What it says.
    pub meaning: &'static str,
}

/// Explains the event of this name, `None` when there is none; upper and lower case are equal.
pub fn explain(name: &str, lang: Lang) -> Option<Explanation> {
    let mut rows = all().zip(meanings());
    let (row, Meaning { source, en, zh, operands }) =
        rows.find(|(row, _)| row.name.eq_ignore_ascii_case(name))?;
    let meaning = match lang {
        Lang::En => en,
        Lang::Zh => zh,
    };
    let operands = operands.iter().map(|&name| OperandMeaning { name, meaning: operand(name, lang) });
    let operands = operands.collect();
    Some(Explanation { name: row.name, function: row.func, source, meaning, operands })
}

macro_rules! glossary {
    ($($name:literal: $en:literal, $zh:literal;)*) => {
        const GLOSSARY: &[(&str, &str, &str)] = &[$(($name, $en, $zh)),*];
    };
}

glossary! {
    "zone": "the zone", "区域";
    "order": "binary logarithm of the block's frames", "块的阶，即页数以 2 为底的对数";
    "mt": "migrate type", "迁移类型";
    "pfn": "number of the first frame", "首页帧号";
    "gfp": "allocation flags", "分配标志";
    "node": "node to begin with", "起始节点";
    "highest": "highest zone that the flags allow", "标志允许的最高区域";
    "first": "first frame of the pageblock", "页块的首页帧";
    "level": "which mark: min, low or high", "哪条水位：min、low 或 high";
    "verdict": "what came of it", "结论";
    "free": "free pages", "空闲页数";
    "unusable": "free pages that this request cannot have", "这次请求不能用的空闲页";
    "mark": "the mark, boost added and privileges deducted", "水位，已加 boost、已减特权";
    "reserve": "pages left to requests that can only use lower zones", "留给只能用低端区域者的页";
    "privileges": "what the request may do below the minimum mark", "低于 min 水位时的特权";
    "calls_kswapd": "whether kswapd may be called", "能否唤醒 kswapd";
    "state": "what kswapd would find on the node", "kswapd 在该节点会看到的情形";
    "freed": "pages that became free", "变为空闲的页数";
    "priority": "how hard compaction tries", "规整的力度";
    "result": "what came of it", "结果";
    "reclaimable": "pages that reclaim could free", "回收最多能腾出的页数";
    "available": "free pages and those that reclaim could free", "空闲页加可回收页";
    "min": "the minimum mark", "min 水位";
    "no_progress_loops": "rounds that freed nothing", "毫无进展的轮数";
    "retries": "tries so far", "已尝试次数";
    "again": "whether it goes on", "是否继续";
    "left": "pages still held back", "仍保留的页数";
    "points": "pages that count against the process", "进程的得分，以页计";
    "rss": "resident pages", "常驻页数";
    "swapents": "pages in swap", "换出的页数";
    "pgtables": "pages of tables", "页表页数";
    "oom_score_adj": "adjustment in thousandths of memory", "调整值，以内存的千分之一计";
    "asked": "whether it is the one that asked", "是否就是申请者";
    "record": "number of the record", "记录的编号";
    "cpu": "the processor", "处理器";
    "want": "blocks asked for", "想要的块数";
    "got": "blocks that there were", "拿到的块数";
    "count": "pages on the CPU's lists of the zone afterwards", "此后该 CPU 在此区域链表上的页数";
    "high": "pages that the lists may hold", "链表的上限页数";
    "excess": "pages that go back", "要还回去的页数";
    "free_factor": "how often in a row pages went back", "连续归还的次数";
    "block_order": "order of the block chosen", "选中块的阶";
    "from": "where it came from", "来自";
    "to": "where it goes", "去往";
    "extent": "how much changes hands", "易手的范围";
    "max": "the cap", "上限";
    "alike": "pages in use that suit the new type", "在用且与新类型相容的页数";
    "needed": "what free and alike pages must reach together", "空闲页与相容页之和须达到的数";
    "kept": "the lower half, which goes on", "继续使用的低半块";
    "back": "the upper half, which stays free", "留作空闲的高半块";
    "buddy": "the block whose number differs in one bit", "帧号只差一位的伙伴块";
    "buddy_mt": "type of the list that the buddy was on", "伙伴原先所在链表的类型";
    "end": "head or tail of the list", "链表的头或尾";
    "array": "which array of the TLB", "TLB 的哪个阵列";
    "set": "set of the array", "组";
    "way": "way of the set", "路";
    "page": "first address of the page", "页的首地址";
    "pcid": "tag of the address space", "地址空间的标签";
    "lack": "what is missing", "缺什么";
    "evicted": "page that lost its place", "被挤掉的页";
    "dropped": "entries that went", "丢弃的项数";
    "mm": "the address space", "地址空间";
    "pgd": "frame of the top-level table", "顶级页表所在页帧";
    "flushed": "whether entries had to go", "是否要清项";
    "va": "the address", "虚拟地址";
    "depth": "depth of the table, 0 for the root", "页表的层，根为 0";
    "table": "frame of the table", "页表所在页帧";
    "index": "index in the table", "表内下标";
    "raw": "the raw entry", "原始表项";
    "copied": "entries of the kernel's half", "复制的内核半部项数";
    "old": "the value before", "原值";
    "new": "the value now", "新值";
    "managed": "frames that the allocator manages", "分配器管理的页数";
    "present": "frames of RAM", "内存页数";
    "bytes": "how many bytes", "字节数";
    "time": "how long", "时长";
    "runs": "runs of equal pages", "相同页的段数";
    "holds": "whether it holds", "是否成立";
    "events": "events there were", "事件数";
    "refs": "table entries looked at", "看过的表项数";
    "start": "first address", "首地址";
    "len": "bytes", "字节数";
    "placement": "what the caller wanted", "调用者的要求";
    "pages": "pages", "页数";
    "committed": "pages promised in all", "承诺的总页数";
    "limit": "the bound", "上限";
    "ok": "whether it was allowed", "是否允许";
    "flags": "rights and behaviour of the area", "区域的权限与行为";
    "side": "which neighbours", "哪一侧的邻居";
    "at": "where it was cut", "切开处";
    "errno": "the error", "错误号";
    "task": "the process", "进程";
    "error_code": "P=1 W=2 U=4 RSVD=8 I=16", "P=1 W=2 U=4 RSVD=8 I=16";
    "above": "first address of the area above", "上方区域的首地址";
    "id": "number of the anon_vma", "anon_vma 的编号";
    "shared": "whether it is a neighbour's", "是否沿用邻居的";
    "minflt": "minor faults of the process, this one included", "该进程的次要缺页数，含这一次";
    "cache": "the cache", "缓存";
    "object_size": "bytes of an object as its user sees it", "对象的字节数";
    "size": "bytes from one object to the next", "相邻对象的间距，以字节计";
    "objects": "objects of a slab, or those it gained", "slab 的对象数，或新得的对象数";
    "slab": "first frame of the slab", "slab 的首页帧";
    "object": "number of the object in its slab", "对象在 slab 中的编号";
    "next": "the object that comes next on the freelist", "空闲链上的下一个对象";
    "slabs": "slabs on the list", "链表上的 slab 数";
    "partial": "slabs on the node's list", "节点链表上的 slab 数";
    "min_partial": "slabs that a node keeps although they are empty", "节点保留的空 slab 数";
    "min_order": "order that holds one object", "放得下一个对象的阶";
    "inuse": "objects in use", "在用对象数";
    "frozen": "whether a processor has the slab", "slab 是否归某个处理器";
    "empty": "slabs that go", "要释放的 slab 数";
    "address": "the address", "地址";
    "priority": "how hard it may try", "可以多努力";
    "result": "what came of it", "结果";
    "order_failed": "least order that failed", "失败过的最小的阶";
    "considered": "attempts since the last failure", "上次失败以来的尝试次数";
    "migrate_pfn": "where the migrate scanner is", "迁移扫描器的位置";
    "free_pfn": "where the free scanner is", "空闲扫描器的位置";
    "fragindex": "fragmentation index: towards 1 the fault is fragmentation, not shortage", "碎片指数：越接近 1 越是碎片而非内存不足";
    "mode": "whether it may wait", "是否可以等待";
    "scanned": "frames looked at", "看过的页帧数";
    "taken": "pages taken", "取走的页数";
    "migrated": "pages moved", "搬走的页数";
    "failed": "pages that stay", "留下的页数";
    "cleared": "pageblocks to be looked at again", "将重新扫描的页块数";
    "score": "percent of free memory that is useless for huge pages", "不能用于大页的空闲内存百分比";
    "why": "the reason", "原因";
    "haddr": "first address of the huge page's piece", "大页片段的首地址";
    "directory": "frame of the table above the last level", "最后一级之上的表所在页帧";
    "advice": "what the program says", "程序的建议";
    "ram_pages": "frames that the machine has", "机器的页帧数";
    "until": "address after the last", "末地址之后的地址";
    "free_until": "where the free range ended that it was cut from", "所取自的空闲范围的末端";
    "too_small": "free ranges below that were too small", "其下太小的空闲范围数";
    "largest": "bytes of the largest free range", "最大空闲范围的字节数";
    "list_at": "where the list of frames is", "页帧清单的地址";
    "is_nested": "whether the list is itself from vmalloc", "清单是否也由 vmalloc 分配";
    "have": "frames that the area has so far", "区域目前的页帧数";
    "total": "frames that it needs", "需要的页帧数";
    "synced": "roots of processes that got the entry too", "同时写入该项的进程根表数";
    "pieces": "pieces that are one in physical memory", "物理上连成一片的段数";
    "lazy": "pages of addresses that wait for a flush", "等待刷新的地址页数";
    "all": "whether everything is dropped", "是否全部丢弃";
    "slot": "slot of kmap", "kmap 的槽";
    "passed": "slots in use that the search passed", "查找时跳过的在用槽数";
    "pkmap_count": "users of the slot, and one for the mapping", "槽的使用者数，再加映射本身的一个";
    "slots": "how many slots", "槽数";
    "counters": "how many counters", "计数的个数";
    "signal": "the signal with code, address and error", "信号及其代码、地址、错误码";
}

fn operand(name: &str, lang: Lang) -> &'static str {
    let (_, en, zh) =
        GLOSSARY.iter().find(|(known, _, _)| *known == name).expect("a test looks every name up");
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_is_explained_once_in_both_languages() {
        let names: Vec<_> = event_names().collect();
        for name in &names {
            assert_eq!(names.iter().filter(|other| *other == name).count(), 1, "{name} twice");
            let [en, zh] = Lang::ALL.map(|lang| explain(name, lang).expect("a row"));
            assert_eq!(en.operands.len(), zh.operands.len());
            assert!(en.meaning.ends_with('.') && zh.meaning.ends_with('。'), "{name}");
            assert!(en.meaning.is_ascii(), "{name}: {}", en.meaning);
        }
        for (name, _, _) in GLOSSARY {
            assert!(meanings().any(|row| row.operands.contains(name)), "no event has the operand {name}");
        }
    }
}
