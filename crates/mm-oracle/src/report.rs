//! Findings of many files: lines for a terminal, a table for the docs, and the total.

use core::fmt::Write as _;
use std::collections::BTreeMap;

use mm_view::Lang;
use mm_view::words::unreadable;

use super::{Finding, Skipped, words};

/// What came of all files.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Total {
    /// Things compared.
    pub compared: u64,
    /// Those that agree.
    pub exact: u64,
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
                self.compared += tally.compared;
                self.exact += tally.exact;
                self.files += 1;
            }
            Finding::Skipped(_) => self.skipped += 1,
            Finding::Unreadable(_) => self.unreadable += 1,
        }
    }

    /// Returns whether something was compared, and all of it agrees.
    pub fn is_exact(&self) -> bool {
        self.compared > 0 && self.exact == self.compared && self.unreadable == 0
    }

    /// Writes the last line of a run.
    pub fn line(&self, lang: Lang) -> String {
        let Total { compared, exact, files, skipped, unreadable } = self;
        match lang {
            Lang::En => format!(
                "total: exact {exact} of {compared} in {files} files; {skipped} files not compared, {unreadable} damaged"
            ),
            Lang::Zh => {
                format!(
                    "总计：{files} 个文件，{compared} 项中 {exact} 项一致；未比较 {skipped} 个文件，损坏 {unreadable} 个"
                )
            }
        }
    }
}

/// Writes what came of a file, for a terminal.
pub fn lines(path: &str, finding: &Finding, lang: Lang) -> String {
    let mut out = String::new();
    match finding {
        Finding::Compared(tally) => {
            let (exact, compared) = (tally.exact, tally.compared);
            let _ = match lang {
                Lang::En => writeln!(out, "{path}: exact {exact} of {compared}"),
                Lang::Zh => writeln!(out, "{path}：{compared} 项中 {exact} 项一致"),
            };
            if let Some(first) = &tally.first {
                let label = Label::FirstDifference.text(lang);
                let _ = writeln!(out, "    {label}{}", words::difference(first, lang));
            }
            for (skipped, times) in counted(&tally.skipped) {
                let label = Label::NotCompared.text(lang);
                let times = if times > 1 { format!(" ({times})") } else { String::new() };
                let _ = writeln!(out, "    {label}{}{times}", words::skipped(skipped, lang));
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
    }
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
    out.push_str("| file | compared | exact | first difference |\n|---|---:|---:|---|\n");
    for (path, finding) in findings {
        match finding {
            Finding::Compared(tally) => {
                let first = tally.first.as_ref().map(|first| words::difference(first, Lang::En));
                let first = first.unwrap_or_default();
                let _ = writeln!(out, "| {path} | {} | {} | {} |", tally.compared, tally.exact, cell(&first));
            }
            Finding::Unreadable(error) => {
                let _ = writeln!(out, "| {path} | | | damaged: {} |", cell(&unreadable(*error, Lang::En)));
            }
            Finding::Skipped(_) => {}
        }
    }
    out.push_str("\n## Not compared\n\nWithin compared files:\n\n");
    let mut parts: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut files: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (path, finding) in findings {
        match finding {
            Finding::Compared(tally) => {
                for (skipped, _) in counted(&tally.skipped) {
                    parts.entry(words::skipped(skipped, Lang::En)).or_default().push(path);
                }
            }
            Finding::Skipped(skipped) => {
                files.entry(words::skipped(skipped, Lang::En)).or_default().push(path);
            }
            Finding::Unreadable(_) => {}
        }
    }
    list(&mut out, &parts);
    out.push_str("\nFiles:\n\n");
    list(&mut out, &files);
    out
}

fn list(out: &mut String, reasons: &BTreeMap<String, Vec<&str>>) {
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
