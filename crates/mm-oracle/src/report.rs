//! Findings of many files: lines for a terminal, a table for the docs, and the total.

use core::fmt::Write as _;
use std::collections::BTreeMap;

use mm_view::Lang;
use mm_view::words::unreadable;

use super::{Class, Count, Counts, Finding, Skipped, words};

/// What came of all files.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Total {
    /// Things compared.
    pub counts: Counts,
    /// Lines of the files compared.
    pub lines: u64,
    /// Those that were performed or compared.
    pub lines_used: u64,
    /// Files compared.
    pub files: u64,
    /// Files of which nothing was compared.
    pub skipped: u64,
    /// Files that are damaged.
    pub unreadable: u64,
}

impl Total {
    /// Adds a file.
    pub fn add(&mut self, finding: &Finding) {
        match finding {
            Finding::Compared(tally) => {
                self.counts.add(&tally.counts);
                self.lines += u64::from(tally.lines);
                self.lines_used += u64::from(tally.lines_used());
                self.files += 1;
            }
            Finding::Skipped(_) => self.skipped += 1,
            Finding::Unreadable(_) => self.unreadable += 1,
        }
    }

    /// Returns whether something was compared, and all of it agrees.
    pub fn is_exact(&self) -> bool {
        let all = self.counts.all();
        all.compared > 0 && all.exact == all.compared && self.unreadable == 0
    }

    /// Writes the last line of a run.
    pub fn line(&self, lang: Lang) -> String {
        let Total { lines, lines_used, files, skipped, unreadable, .. } = self;
        let exact = exact(&self.counts, lang);
        match lang {
            Lang::En => format!(
                "total: {exact}; {lines_used} of {lines} lines in {files} files; {skipped} files not compared, {unreadable} damaged"
            ),
            Lang::Zh => format!(
                "总计：{exact}；{files} 个文件，{lines} 行中的 {lines_used} 行；未比较 {skipped} 个文件，损坏 {unreadable} 个"
            ),
        }
    }
}

/// Says how much agrees, what tells something first.
fn exact(counts: &Counts, lang: Lang) -> String {
    let one = |class: Class| {
        let (Count { compared, exact }, name) = (counts.of(class), name(class).text(lang));
        match (class, lang) {
            (Class::Input, _) => format!("{name} {compared}"),
            (_, Lang::En) => format!("{name} {exact} of {compared}"),
            (_, Lang::Zh) => format!("{name} {compared} 项中 {exact} 项一致"),
        }
    };
    let is_shown = |class: &Class| *class == Class::Informative || counts.of(*class) != Count::default();
    let all: Vec<String> = Class::ALL.into_iter().filter(is_shown).map(one).collect();
    all.join(if lang == Lang::En { ", " } else { "，" })
}

fn name(class: Class) -> Label {
    match class {
        Class::Informative => Label::Informative,
        Class::Unchanged => Label::Unchanged,
        Class::Form => Label::Form,
        Class::Fitted => Label::Fitted,
        Class::Input => Label::Input,
    }
}

/// Writes what came of a file, for a terminal.
pub fn lines(path: &str, finding: &Finding, lang: Lang) -> String {
    let mut out = String::new();
    match finding {
        Finding::Compared(tally) => {
            let (exact, lines, used) = (exact(&tally.counts, lang), tally.lines, tally.lines_used());
            let _ = match lang {
                Lang::En => writeln!(out, "{path}: {exact}; {used} of {lines} lines"),
                Lang::Zh => writeln!(out, "{path}：{exact}；{lines} 行中的 {used} 行"),
            };
            if let Some(first) = &tally.first {
                let label = Label::FirstDifference.text(lang);
                let _ = writeln!(out, "    {label}{}", words::difference(first, lang));
            }
            for (skipped, times) in counted(&tally.skipped) {
                let label = Label::NotCompared.text(lang);
                let _ = writeln!(out, "    {label}{}{}", words::skipped(skipped, lang), often(times));
            }
        }
        Finding::Skipped(skipped) => {
            let label = Label::NotCompared.text(lang);
            let _ = writeln!(out, "{path}: {label}{}", words::skipped(skipped, lang));
        }
        Finding::Unreadable(error) => {
            let label = Label::Damaged.text(lang);
            let _ = writeln!(out, "{path}: {label}{}", unreadable(*error, lang));
        }
    }
    out
}

mm_view::labels! {
    /// Words of a finding.
    pub enum Label {
        FirstDifference: "first difference: ", "第一处不同：";
        NotCompared: "not compared: ", "未比较：";
        Damaged: "damaged: ", "已损坏：";
        Informative: "informative", "有信息";
        Unchanged: "unchanged", "未变";
        Form: "form", "格式";
        Fitted: "fitted", "拟合";
        Input: "input", "输入";
    }
}

/// Writes how often something comes, where that is more than once.
fn often(times: u32) -> String {
    if times > 1 { format!(" ({times})") } else { String::new() }
}

/// Counts equal entries, in their order.
fn counted(all: &[Skipped]) -> Vec<(&Skipped, u32)> {
    let mut times: Vec<(&Skipped, u32)> = Vec::new();
    for skipped in all {
        match times.iter_mut().find(|(known, _)| *known == skipped) {
            Some((_, count)) => *count += 1,
            None => times.push((skipped, 1)),
        }
    }
    times
}

/// What the columns of the report mean.
const LEGEND: &str = "Items that agree, by what that says (`exact of compared` where they differ):\n\n\
    - **informative**: a model that loads the state and does nothing has another answer.\n\
    - **unchanged**: it would hold without doing anything: an empty list that stays empty, a zero.\n\
    - **form**: how text is laid out, or that a file agrees with itself.\n\
    - **fitted**: a parameter was taken from the same file: the machine's size, a cache's object, which tunables were written before.\n\
    - **input**: what the model was told, with nothing compared: calls, and what others did.\n\n\
    *Lines* are those performed or compared, of all that the file has.\n\n";

fn part(count: Count) -> String {
    let Count { compared, exact } = count;
    if exact == compared { compared.to_string() } else { format!("{exact} of {compared}") }
}

/// Writes `docs/fidelity-report.md`.
pub fn markdown(findings: &[(String, Finding)]) -> String {
    let mut total = Total::default();
    findings.iter().for_each(|(_, finding)| total.add(finding));
    let mut out = String::from(
        "# Agreement with real kernels\n\n\
         Written by `cargo xtask fidelity` from the captures in `tests/oracle/`; a test asserts that it is current.\n\
         `mmscope oracle PATH...` compares any other capture in the same way.\n\n",
    );
    let _ = writeln!(out, "**{}**\n", total.line(Lang::En));
    out.push_str(LEGEND);
    out.push_str("| file | informative | unchanged | form | fitted | input | lines | first difference |\n");
    out.push_str("|---|---:|---:|---:|---:|---:|---:|---|\n");
    for (path, finding) in findings {
        match finding {
            Finding::Compared(tally) => {
                let first = tally.first.as_ref().map(|first| words::difference(first, Lang::En));
                let first = first.unwrap_or_default();
                let counts: Vec<String> =
                    Class::ALL.iter().map(|&class| part(tally.counts.of(class))).collect();
                let (counts, used) = (counts.join(" | "), tally.lines_used());
                let _ = writeln!(out, "| {path} | {counts} | {used} of {} | {} |", tally.lines, cell(&first));
            }
            Finding::Unreadable(error) => {
                let _ = writeln!(
                    out,
                    "| {path} | | | | | | | damaged: {} |",
                    cell(&unreadable(*error, Lang::En))
                );
            }
            Finding::Skipped(_) => {}
        }
    }
    out.push_str("\n## Not compared\n\nWithin compared files:\n\n");
    let mut parts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, finding) in findings {
        match finding {
            Finding::Compared(tally) => {
                for (skipped, times) in counted(&tally.skipped) {
                    let path = format!("{path}{}", often(times));
                    parts.entry(words::skipped(skipped, Lang::En)).or_default().push(path);
                }
            }
            Finding::Skipped(skipped) => {
                files.entry(words::skipped(skipped, Lang::En)).or_default().push(path.clone());
            }
            Finding::Unreadable(_) => {}
        }
    }
    list(&mut out, &parts);
    out.push_str("\nFiles:\n\n");
    list(&mut out, &files);
    out
}

fn list(out: &mut String, reasons: &BTreeMap<String, Vec<String>>) {
    for (reason, paths) in reasons {
        let _ = writeln!(out, "- {}: {}", reason, paths.join(", "));
    }
    if reasons.is_empty() {
        out.push_str("- nothing\n");
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
