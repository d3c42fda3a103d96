//! What is wrong with a text: what was found, what was expected, what may have been meant.

use mm::script::registry::Takes;
use mm::script::{Fails, Limit, ParseError, Shape, Wanted};
use mm::unmodelled::Origin;

use super::refusal::not_modelled;
use crate::Lang;

/// Says what is wrong, one line; place and text stand in the error itself.
pub fn parse_error(error: &ParseError, lang: Lang) -> String {
    let mut out = match (error.found.as_str(), lang) {
        ("", Lang::En) => "the command ends here: ".into(),
        ("", Lang::Zh) => "命令到此结束：".into(),
        (found, Lang::En) => format!("`{found}`: "),
        (found, Lang::Zh) => format!("`{found}`："),
    };
    out.push_str(&wanted(&error.wanted, lang));
    match (&error.nearest, lang) {
        (None, _) => {}
        (Some(word), Lang::En) => out.push_str(&format!("; did you mean `{word}`?")),
        (Some(word), Lang::Zh) => out.push_str(&format!("；是不是想写 `{word}`？")),
    }
    out
}

fn wanted(wanted: &Wanted, lang: Lang) -> String {
    let (en, zh) = match *wanted {
        Wanted::Verb => ("expected a verb".into(), "应为动词".into()),
        Wanted::Who(takes) => who(takes),
        Wanted::Argument(shape) => (
            format!("expected {}", self::shape(shape, Lang::En)),
            format!("应为{}", self::shape(shape, Lang::Zh)),
        ),
        Wanted::OptionOf(kind) => {
            let usage = kind.spec().usage;
            (format!("not known here; written `{usage}`"), format!("这里没有这个选项；写法是 `{usage}`"))
        }
        Wanted::End => ("expected the end of the command".into(), "命令到这里应当结束".into()),
        Wanted::Once => ("said twice".into(), "重复了".into()),
        Wanted::Without(other) => (format!("excludes `{other}`"), format!("不能与 `{other}` 同时用")),
        Wanted::With(other) => (format!("needs `{other}` too"), format!("还需要 `{other}`")),
        Wanted::NoLabel => {
            ("this verb gives nothing that a label could keep".into(), "这个动词没有可存入标签的值".into())
        }
        Wanted::Failure(fails) => failure(fails),
        Wanted::Closing(close) => {
            (format!("expected the closing `{close}`"), format!("缺少收尾的 `{close}`"))
        }
        Wanted::Operator => {
            ("expected ==, !=, <, <=, >, >=, +N or -N".into(), "应为 ==、!=、<、<=、>、>=、+N 或 -N".into())
        }
        Wanted::NotModelled(Origin::Kernel) => (not_modelled(Lang::En).into(), not_modelled(Lang::Zh).into()),
        Wanted::NotModelled(Origin::Elsewhere) => {
            ("known, but not modelled yet".into(), "已知，但尚未建模".into())
        }
        Wanted::AtMost(limit) => {
            let bound = bound(limit);
            (
                format!("too much: the most is {bound} ({})", self::limit(limit, Lang::En)),
                format!("太大：最多 {bound}（{}）", self::limit(limit, Lang::Zh)),
            )
        }
        Wanted::AtLeast(limit) => {
            let bound = bound(limit);
            (
                format!("too little: the least is {bound} ({})", self::limit(limit, Lang::En)),
                format!("太小：至少 {bound}（{}）", self::limit(limit, Lang::Zh)),
            )
        }
    };
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

fn who(takes: Takes) -> (String, String) {
    let (en, zh) = match takes {
        Takes::Nobody => ("said by nobody", "不需要指明调用者"),
        Takes::Process => ("a process must say this: `NAME: ...`", "须由进程来做：`NAME: ...`"),
        Takes::Kernel => ("the kernel must say this: `kernel: ...`", "须由内核来做：`kernel: ...`"),
        Takes::Anyone => ("said by a process or the kernel", "由进程或内核来做"),
    };
    (en.into(), zh.into())
}

fn failure(fails: Fails) -> (String, String) {
    let (en, zh) = match fails {
        Fails::Never => ("this verb cannot fail", "这个动词不会失败"),
        Fails::Refused => (
            "expected an errno or a signal, such as !ENOMEM or !SIGSEGV",
            "应为 errno 或信号，如 !ENOMEM、!SIGSEGV",
        ),
        Fails::Fault => ("this verb fails with !FAULT only", "这个动词只会以 !FAULT 失败"),
    };
    (en.into(), zh.into())
}

/// Says what an argument of this shape looks like, as a noun.
pub fn shape(shape: Shape, lang: Lang) -> String {
    let (en, zh) = match shape {
        Shape::Preset => return preset(lang),
        Shape::Size => ("a size such as 16M or 4096", "长度，如 16M、4096"),
        Shape::Portion => ("a size such as 512M, or a share such as 30%", "长度或比例，如 512M、30%"),
        Shape::PowerOfTwo => ("a power of two such as 2M", "二的幂，如 2M"),
        Shape::Number => ("a number", "数字"),
        Shape::Count => ("a number from 1", "从 1 起的数"),
        Shape::CountOrMax => ("a number from 1, or max", "从 1 起的数，或 max"),
        Shape::Order => ("an order from 0 to 10", "0 到 10 的阶"),
        Shape::Gfp => (
            "allocation flags such as GFP_KERNEL|__GFP_ZERO, 0xcc0, or 0x24000c0/4.4",
            "分配标志，如 GFP_KERNEL|__GFP_ZERO、0xcc0、0x24000c0/4.4",
        ),
        Shape::Cpu => ("the number of a processor", "处理器号"),
        Shape::Node => ("the number of a node", "节点号"),
        Shape::Address => ("an address: a number, a label, or label+4K", "地址：数字、标签，或 label+4K"),
        Shape::Addresses => ("addresses: as an address, or b[0..9]", "若干地址：同地址写法，或 b[0..9]"),
        Shape::Blocks => ("a label of blocks: b, b[3] or b[0..9]", "块的标签：b、b[3] 或 b[0..9]"),
        Shape::Cache => ("a label of a cache", "缓存的标签"),
        Shape::CacheName => ("a new name of a cache", "缓存的新名字"),
        Shape::Objects => ("a label of objects: o, o[3] or o[0..9]", "对象的标签：o、o[3] 或 o[0..9]"),
        Shape::Index => ("an index such as [3] or [0..9]", "下标，如 [3]、[0..9]"),
        Shape::ProcessName => ("a new name of a process", "进程的新名字"),
        Shape::Prot => ("rights: r, w, x, rw, rx, wx, rwx or none", "权限：r、w、x、rw、rx、wx、rwx 或 none"),
        Shape::Advice => (
            "advice that is modelled: dontneed, hugepage, nohugepage, ...",
            "已建模的建议：dontneed、hugepage、nohugepage 等",
        ),
        Shape::FileName => ("the name of a file", "文件名"),
        Shape::State => ("the name of a captured state", "快照的名字"),
        Shape::Path => ("a path that starts with /", "以 / 开头的路径"),
        Shape::Text => ("a text", "文本"),
        Shape::Duration => ("a length of time such as 100ms", "时长，如 100ms"),
        Shape::Arch => ("x86_64 or i386", "x86_64 或 i386"),
        Shape::Thp => ("always, madvise or never", "always、madvise 或 never"),
        Shape::Switch => ("on or off", "on 或 off"),
        Shape::Quantity => ("something that can be asked, such as rss.web", "可以查询的量，如 rss.web"),
        Shape::Value => ("a value to compare with", "用来比较的值"),
    };
    match lang {
        Lang::En => en.into(),
        Lang::Zh => zh.into(),
    }
}

/// Names the machines that `preset=` takes.
fn preset(lang: Lang) -> String {
    let names = Shape::Preset.choices().join(", ");
    match lang {
        Lang::En => format!("a machine by name: {names}"),
        Lang::Zh => format!("机器名：{names}"),
    }
}

/// Says what a limit is about.
pub fn limit(limit: Limit, lang: Lang) -> &'static str {
    let (en, zh) = match limit {
        Limit::ScriptBytes => ("the size of a script", "脚本的大小"),
        Limit::LineBytes => ("the length of a line", "一行的长度"),
        Limit::Commands => ("commands of a script", "脚本的命令数"),
        Limit::Errors => ("errors shown", "列出的错误数"),
        Limit::Number => ("a number of 64 bits", "64 位的数"),
        Limit::Terms => ("terms of a sum", "一个和的项数"),
        Limit::Segments => ("parts of a quantity", "量的段数"),
        Limit::Args => ("arguments in parentheses", "括号里的参数数"),
        Limit::Depth => ("parentheses inside each other", "括号的嵌套层数"),
        Limit::List => ("numbers of a list", "列表的数字个数"),
        Limit::Count => ("count=", "count="),
        Limit::Accesses => ("pages that one command may access", "一条命令可访问的页数"),
        Limit::RamMin => ("RAM", "内存"),
        Limit::Ram => ("RAM", "内存"),
        Limit::Cpus => ("processors", "处理器数"),
        Limit::Cpu => ("the number of a processor", "处理器号"),
        Limit::Nodes => ("nodes", "节点数"),
        Limit::Node => ("the number of a node", "节点号"),
        Limit::Order => ("the order", "阶"),
        Limit::Sleep => ("a sleep", "一次 sleep"),
        Limit::Share => ("a share", "占比"),
    };
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

/// Writes the bound of a limit in the unit that people use for it.
fn bound(limit: Limit) -> String {
    let bound = limit.bound();
    match limit {
        Limit::RamMin | Limit::Ram | Limit::ScriptBytes | Limit::LineBytes => {
            crate::panels::short_bytes(bound)
        }
        Limit::Sleep => "24h".into(),
        Limit::Share => format!("{bound}%"),
        Limit::Commands
        | Limit::Errors
        | Limit::Number
        | Limit::Terms
        | Limit::Segments
        | Limit::Args
        | Limit::Depth
        | Limit::List
        | Limit::Count
        | Limit::Accesses
        | Limit::Cpus
        | Limit::Cpu
        | Limit::Nodes
        | Limit::Node
        | Limit::Order => bound.to_string(),
    }
}
