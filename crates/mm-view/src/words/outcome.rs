//! What a command answered, as lines of the console.

use mm::errno::Refusal;
use mm::event::Event;
use mm::gfp::GfpNumber;
use mm::outcome::{Unexpected, Value};
use mm::quantity::{Unit, Value as Operand};
use mm::script::{Check, Echo, Expectation, KernelCommand, ShellCommand, SlabCommand, Verb};
use mm::session::Record;
use mm::shell;
use mm::units::PAGE_SIZE;
use mm::virt::area::maps::{PageRun, PageUse};
use mm::virt::paging::walk::{Outcome, Walk};
use mm::world::World;
use serde::Serialize;

use super::cx::{counted, frame};
use super::shell::not_booted;
use super::{Piece, refusal, say, unexpected, unknown};
use crate::Lang;

/// A line of the console.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Line {
    /// Text, with links in it.
    pub pieces: Vec<Piece>,
    /// How it is meant.
    pub tone: Tone,
}

/// How a line of the console is meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum Tone {
    /// An answer.
    Plain,
    /// Text of a file, to be shown letter by letter.
    Verbatim,
    /// A refusal that the line expects.
    Expected,
    /// Not what the line expects.
    Failure,
}

/// Says what a command answered. `world` is the machine after it.
pub fn outcome(record: &Record, world: &World, lang: Lang) -> Vec<Line> {
    outcome_to(record, world, lang, usize::MAX)
}

/// Returns how many lines of an answer [`outcome_to`] leaves out, of a text or a list that is longer.
pub fn left_out(record: &Record, most: usize) -> usize {
    let lines = match &record.outcome.result {
        Ok(Value::Text(text)) if text.len() > most => {
            text.bytes().filter(|&byte| byte == b'\n').count() + usize::from(!text.ends_with('\n'))
        }
        Ok(Value::Pages(runs)) => runs.len(),
        Ok(_) | Err(_) => 0,
    };
    lines.saturating_sub(most)
}

/// Says what a command answered, with at most `most` lines of a text or a list.
pub fn outcome_to(record: &Record, world: &World, lang: Lang, most: usize) -> Vec<Line> {
    let outcome = &record.outcome;
    let mut lines = match &outcome.result {
        Ok(value) => answer(record, value, (world, lang), most),
        Err(refused) => {
            let tone = if outcome.unexpected.is_some() { Tone::Failure } else { Tone::Expected };
            vec![Line { pieces: vec![refused_text(record, refused, world, lang).into()], tone }]
        }
    };
    if let Some(line) = gfp_names(record, lang) {
        lines.insert(0, line);
    }
    let is_said = [Unexpected::Expectation, Unexpected::Refused(Refusal::NotModelled)];
    if let Some(difference) = &outcome.unexpected
        && !is_said.contains(difference)
    {
        lines.push(Line { pieces: vec![unexpected(difference, lang).into()], tone: Tone::Failure });
    }
    lines
}

/// Says which flags a number stands for, and how to name another kernel.
fn gfp_names(record: &Record, lang: Lang) -> Option<Line> {
    let verb = &record.command.verb;
    let asked = if let Verb::Kernel(KernelCommand::AllocPages(alloc)) = verb {
        alloc.gfp
    } else if let Verb::Slab(SlabCommand::Alloc(alloc)) = verb {
        alloc.gfp
    } else if let Verb::Slab(SlabCommand::Kmalloc(kmalloc)) = verb {
        kmalloc.gfp
    } else {
        return None;
    };
    let (GfpNumber { bits, release }, names) = (asked.number?, asked.gfp);
    let text = match (release, lang) {
        (None, Lang::En) => {
            format!("{bits:#x} is {names} in 6.1; for a number of another kernel write gfp={bits:#x}/3.10")
        }
        (None, Lang::Zh) => format!("{bits:#x} 在 6.1 里是 {names}；若出自别的内核，请写 gfp={bits:#x}/3.10"),
        (Some((major, minor)), Lang::En) => format!("{bits:#x} of {major}.{minor} is {names} in 6.1"),
        (Some((major, minor)), Lang::Zh) => format!("{major}.{minor} 的 {bits:#x} 即 6.1 的 {names}"),
    };
    Some(Line { pieces: vec![text.into()], tone: Tone::Plain })
}

/// Says why a command was refused, and what there is instead.
fn refused_text(record: &Record, refused: &Refusal, world: &World, lang: Lang) -> String {
    let why = record.trace.steps().iter().find_map(|step| {
        let Event::Shell(shell::Event::NotBooted { why }) = step.event else { return None };
        Some(not_booted(why, lang).trim_end_matches(['.', '。']).to_owned())
    });
    match (refused, why, lang) {
        (Refusal::NotModelled, Some(why), _) => why,
        (Refusal::Errno(errno), Some(why), Lang::En) => format!("{}: {why}", errno.name()),
        (Refusal::Errno(errno), Some(why), Lang::Zh) => format!("{}：{why}", errno.name()),
        (Refusal::Signal(_) | Refusal::Exceeded(_), Some(_), _) | (_, None, _) => {
            let beside = if let Verb::Shell(ShellCommand::Cat(path) | ShellCommand::Echo(Echo { path, .. })) =
                &record.command.verb
                && *refused == Refusal::NotModelled
            {
                files_beside(path.as_str(), world, lang)
            } else {
                String::new()
            };
            refusal(refused, lang) + &beside
        }
    }
}

/// Names the files of the same folder that are modelled.
fn files_beside(path: &str, world: &World, lang: Lang) -> String {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let files = crate::proc::files(world);
    let beside = files.iter().filter_map(|file| file.strip_prefix(folder)?.strip_prefix('/'));
    let names: Vec<&str> = beside.filter(|name| !name.contains('/')).collect();
    match lang {
        Lang::En | Lang::Zh if names.is_empty() => String::new(),
        Lang::En => format!("; modelled here: {}", names.join(", ")),
        Lang::Zh => format!("；这里已建模的有：{}", names.join("、")),
    }
}

fn answer(record: &Record, value: &Value, (world, lang): (&World, Lang), most: usize) -> Vec<Line> {
    let pieces = match value {
        Value::Nothing | Value::Holds { .. } => return Vec::new(),
        Value::Booted { managed, present } => booted(*managed, *present),
        Value::Spawned { pid, pgd } => match pgd {
            Some(pgd) => {
                let cr3 = pgd.addr().to_string();
                say!(
                    lang,
                    ["CR3 ", cr3.as_str(), ", frame ", frame(*pgd)],
                    ["CR3 ", cr3.as_str(), "，页帧 ", frame(*pgd)]
                )
            }
            None => vec![format!("pid {pid}").into()],
        },
        Value::Address(va) => match &record.command.label {
            Some(label) => vec![format!("{label} = {va}").into()],
            None => vec![va.to_string().into()],
        },
        Value::Accessed { minor, major, tables, frame: last } => {
            accessed(&Accessed { minor: *minor, major: *major, tables: *tables, frame: *last }, lang)
        }
        Value::Cache(id) => cache(*id, world, lang),
        Value::Objects { first, count, size } => objects(*first, *count, *size, lang),
        Value::Blocks { first, count, order } => blocks(*first, *count, *order, lang),
        Value::Text(text) => return text.lines().take(most).map(verbatim).collect(),
        Value::Pages(runs) => return runs.iter().take(most).map(|run| page_run(run, lang)).collect(),
        Value::Walk(walk) => return walked(walk, world, lang),
        Value::Fails { left, right } => return vec![fails(record, left, right, lang)],
        Value::Unknown(why) => {
            return vec![Line { pieces: vec![unknown(why, lang).into()], tone: Tone::Failure }];
        }
    };
    vec![Line { pieces, tone: Tone::Plain }]
}

/// As the boot log says it; it has no other language.
fn booted(managed: u64, present: u64) -> Vec<Piece> {
    let kb = PAGE_SIZE / 1024;
    vec![format!("Memory: {}K/{}K available", managed * kb, present * kb).into()]
}

/// What accesses moved.
struct Accessed {
    minor: u64,
    major: u64,
    tables: u32,
    frame: Option<mm::units::Pfn>,
}

fn accessed(access: &Accessed, lang: Lang) -> Vec<Piece> {
    let mut parts: Vec<Vec<Piece>> = Vec::new();
    let (minor, major, tables) = (access.minor, access.major, u64::from(access.tables));
    if minor > 0 || major == 0 {
        let none = minor == 0;
        parts.push(match lang {
            Lang::En if none => vec!["no fault".into()],
            Lang::En => vec![counted(minor, "minor fault", "minor faults").into()],
            Lang::Zh if none => vec!["没有缺页".into()],
            Lang::Zh => vec![format!("次要缺页 {minor} 次").into()],
        });
    }
    if major > 0 {
        let text = counted(major, "major fault", "major faults");
        parts.push(say!(lang, [text], [format!("主要缺页 {major} 次")]));
    }
    if tables > 0 {
        let text = counted(tables, "page table", "page tables");
        parts.push(say!(lang, [text], [format!("页表页 {tables} 个")]));
    }
    if let Some(pfn) = access.frame
        && minor + major <= 1
    {
        parts.push(say!(lang, ["frame ", frame(pfn)], ["页帧 ", frame(pfn)]));
    }
    joined(parts, lang)
}

fn joined(parts: Vec<Vec<Piece>>, lang: Lang) -> Vec<Piece> {
    let mut out = Vec::new();
    for part in parts {
        if !out.is_empty() {
            out.push(match lang {
                Lang::En => ", ".into(),
                Lang::Zh => "，".into(),
            });
        }
        out.extend(part);
    }
    out
}

fn blocks(first: mm::units::Pfn, count: u32, order: mm::units::Order, lang: Lang) -> Vec<Piece> {
    if count == 1 {
        return say!(
            lang,
            ["frame ", frame(first), ", order ", order.to_string()],
            ["页帧 ", frame(first), "，", order.to_string(), " 阶"]
        );
    }
    let n = counted(u64::from(count), "block", "blocks");
    say!(
        lang,
        [n, " of order ", order.to_string(), ", the first at frame ", frame(first)],
        [count.to_string(), " 块，", order.to_string(), " 阶，第一块在页帧 ", frame(first)]
    )
}

fn cache(id: mm::slab::CacheId, world: &World, lang: Lang) -> Vec<Piece> {
    let Some(cache) = world.rest.slabs.cache(id) else { return Vec::new() };
    let geometry = cache.geometry;
    let (size, order) = (geometry.size.to_string(), geometry.order.to_string());
    let each = counted(u64::from(geometry.per_slab()), "object", "objects");
    say!(
        lang,
        [cache.name.to_string(), ": ", each, " of ", size, " bytes in a slab of order ", order],
        [
            cache.name.to_string(),
            "：",
            order,
            " 阶的 slab 放 ",
            geometry.per_slab().to_string(),
            " 个 ",
            size,
            " 字节的对象"
        ]
    )
}

fn objects(first: mm::units::VirtAddr, count: u32, size: u64, lang: Lang) -> Vec<Piece> {
    let n = counted(u64::from(count), "object", "objects");
    say!(
        lang,
        [n, " of ", size.to_string(), " bytes, the first at ", first.to_string()],
        [count.to_string(), " 个对象，各 ", size.to_string(), " 字节，第一个在 ", first.to_string()]
    )
}

fn verbatim(line: &str) -> Line {
    Line { pieces: vec![line.into()], tone: Tone::Verbatim }
}

/// As the captures of a real kernel print it: `START+N USE`.
fn page_run(run: &PageRun, _lang: Lang) -> Line {
    let PageRun { start, pages, page_use } = run;
    let word = match page_use {
        PageUse::None
        | PageUse::Zero
        | PageUse::Anon
        | PageUse::AnonShared
        | PageUse::AnonHuge
        | PageUse::File
        | PageUse::Swap => page_use.name(),
    };
    verbatim(&format!("{:x}+{pages} {word}", start.0))
}

/// One line for each entry read, and one for the result.
fn walked(walk: &Walk, world: &World, lang: Lang) -> Vec<Line> {
    let mode = world.rest.virt.mode;
    let mut lines: Vec<Line> = Vec::new();
    for (level, step) in mode.levels.iter().zip(walk.steps()) {
        let entry = crate::panels::Thing::Entry { table: step.table.0, index: u32::from(step.index) };
        let link = Piece::Link { thing: entry, text: format!("[{}]", step.index) };
        let raw = format!(" {:#x}", step.raw);
        let pieces = say!(
            lang,
            [level.name, " in frame ", frame(step.table), " ", link, raw],
            [level.name, " 在页帧 ", frame(step.table), " ", link, raw]
        );
        lines.push(Line { pieces, tone: Tone::Plain });
    }
    let pieces = match walk.outcome {
        Outcome::Translated { pa, .. } | Outcome::Protection { pa } => {
            say!(
                lang,
                [pa.to_string(), ", frame ", frame(pa.pfn())],
                [pa.to_string(), "，页帧 ", frame(pa.pfn())]
            )
        }
        Outcome::NotPresent { depth } => {
            let level = mode.levels[usize::from(depth)].name;
            say!(
                lang,
                ["no translation: the ", level, " entry is not present"],
                ["没有翻译：", level, " 项不存在"]
            )
        }
        Outcome::NonCanonical => {
            say!(lang, ["no translation: the address is not canonical"], ["没有翻译：地址不是规范形式"])
        }
    };
    lines.push(Line { pieces, tone: Tone::Plain });
    lines
}

fn fails(record: &Record, left: &Operand, right: &Operand, lang: Lang) -> Line {
    let Verb::Expect(Expectation { check, .. }) = &record.command.verb else {
        unreachable!("only an expectation fails so");
    };
    let (expected, got) = match check {
        Check::Change { .. } => (signed(right), signed(left)),
        Check::Compare { op, .. } => (format!("{} {}", op.symbol(), with_unit(right)), with_unit(left)),
    };
    let text = match lang {
        Lang::En => format!("expected {expected}, got {got}"),
        Lang::Zh => format!("预期 {expected}，实际 {got}"),
    };
    Line { pieces: vec![text.into()], tone: Tone::Failure }
}

/// Writes a change with its sign.
fn signed(value: &Operand) -> String {
    let is_up = matches!(value, Operand::Number { value, .. } if *value >= 0);
    format!("{}{}", if is_up { "+" } else { "" }, with_unit(value))
}

/// Writes a value with its unit where a reader could mistake it.
fn with_unit(value: &Operand) -> String {
    match value {
        Operand::Number { unit: Unit::Bytes, .. } => format!("{value} B"),
        Operand::Number { unit: Unit::KiB, .. } => format!("{value} kB"),
        Operand::Number { unit: Unit::Nanos, .. } => format!("{value} ns"),
        Operand::Number {
            unit: Unit::Count | Unit::Pages | Unit::Percent | Unit::Frame | Unit::Address | Unit::Text,
            ..
        }
        | Operand::List(_)
        | Operand::Word(_)
        | Operand::Text(_) => value.to_string(),
    }
}
