//! Answers, held against what a real machine answered, and against what it answered before: a look that
//! shows what it showed last time says nothing.

use std::collections::{BTreeMap, BTreeSet};

use mm::errno::Refusal;
use mm::outcome::Value;
use mm::script::{ProcessCommand, ShellCommand, Verb};
use mm::session::Record;

use super::{Block, maps_of, smaps};
use crate::{Class, Part, Tally};

/// Rows of a text.
pub(super) type Rows = Vec<String>;

/// A row of a look, ours beside the capture's; a dash where there is none.
pub(super) struct Pair {
    /// Lines below the answer's first.
    pub(super) offset: u32,
    pub(super) real: String,
    pub(super) ours: String,
}

/// How the changes of counters begin that a command made.
const COUNTERS: &str = "  vm: ";

/// What was answered by now.
pub(super) struct Answers<'a> {
    inodes: Inodes,
    /// Rows that each look showed last.
    shown: BTreeMap<&'a str, BTreeSet<String>>,
    /// The line of the look that the process was made of.
    given: Option<u32>,
}

impl<'a> Answers<'a> {
    pub(super) fn new(given: Option<u32>) -> Answers<'a> {
        Answers { inodes: Inodes::default(), shown: BTreeMap::new(), given }
    }

    /// Compares an answer; `faults` are those that the command took, without and with I/O.
    pub(super) fn compare(
        &mut self,
        tally: &mut Tally,
        block: &Block<'a>,
        record: &Record,
        faults: Option<[u64; 2]>,
    ) {
        tally.input(block.line);
        match (&record.outcome.result, &record.command.verb) {
            (Ok(Value::Text(text)), Verb::Shell(ShellCommand::Cat(path)))
                if path.as_str().ends_with("/smaps") =>
            {
                let areas = smaps::comparable(&block.body, text, &mut self.inodes);
                tally.skipped.extend(areas.skipped);
                self.compare_rows(tally, block, areas.pairs);
            }
            // Other files tell of the whole machine, which was not there from its boot.
            (Ok(Value::Text(_)), Verb::Shell(ShellCommand::Cat(path)))
                if maps_of(block.command).is_none() =>
            {
                tally.skipped.push(Part::Named(path.as_str().to_owned()).into());
            }
            (Err(Refusal::NotModelled), Verb::Shell(ShellCommand::Cat(path))) => {
                tally.skipped.push(Part::Named(path.as_str().to_owned()).into());
            }
            (Err(Refusal::NotModelled), Verb::Shell(ShellCommand::Echo(echo))) if block.answer == "0" => {
                tally.skipped.push(Part::Named(echo.path.as_str().to_owned()).into());
            }
            (Ok(Value::Text(text)), _) => {
                let ours = text.lines().map(str::to_owned).collect();
                self.compare_look(tally, block, ours);
            }
            (Ok(Value::Pages(runs)), _) => {
                let row = |run: &mm::virt::area::maps::PageRun| {
                    format!("  {:x}+{} {}", run.start.0, run.pages, run.page_use.name())
                };
                self.compare_look(tally, block, runs.iter().map(row).collect());
            }
            (result, verb) => {
                let ours = match (result, verb) {
                    (Ok(_), Verb::Process(ProcessCommand::Spawn(_))) => "spawn".to_owned(),
                    (Ok(_), Verb::Process(ProcessCommand::Exit)) => "exit".to_owned(),
                    (Ok(Value::Address(va)), _) => format!("{:#x}", va.0),
                    (Ok(_), _) => "0".to_owned(),
                    (Err(refusal), _) => refused(refusal),
                };
                compare_result(tally, block, &ours, faults);
            }
        }
    }

    fn compare_look(&mut self, tally: &mut Tally, block: &Block<'a>, ours: Rows) {
        let real: Rows = block.body.iter().map(|&line| line.to_owned()).collect();
        let (real, ours) = self.inodes.relative(real, ours);
        let row =
            |rows: &Rows, at: usize| rows.get(at).map_or("-".to_owned(), |row| row.trim_end().to_owned());
        let pairs = (0..real.len().max(ours.len()))
            .map(|at| Pair { offset: mm::units::count(at) + 1, real: row(&real, at), ours: row(&ours, at) })
            .collect();
        self.compare_rows(tally, block, pairs);
    }

    fn compare_rows(&mut self, tally: &mut Tally, block: &Block<'a>, pairs: Vec<Pair>) {
        let now: BTreeSet<String> = pairs.iter().map(|pair| pair.real.clone()).collect();
        let before = self.shown.insert(block.command, now);
        for Pair { offset, real, ours } in pairs {
            let is_shown = before.as_ref().is_some_and(|before| before.contains(&real));
            let class = match (self.given == Some(block.line), is_shown) {
                (true, _) => Class::Fitted,
                (false, true) => Class::Unchanged,
                (false, false) => Class::Informative,
            };
            tally.compare(class, block.answer_line + offset, block.command, &real, &ours);
        }
    }
}

/// Compares a result, and the faults that the command took.
fn compare_result(tally: &mut Tally, block: &Block<'_>, ours: &str, faults: Option<[u64; 2]>) {
    let (line, answer) = (block.answer_line, block.answer);
    let real = answer.split(" minflt +").next().unwrap_or(answer);
    let is_name = ["spawn", "exit"].contains(&real);
    let class = if is_name { Class::Form } else { Class::against("0", real) };
    tally.compare(class, line, block.command, real, ours);
    for (at, name) in ["minflt", "majflt"].into_iter().enumerate() {
        let told = answer.split_once(&format!(" {name} +")).map(|(_, rest)| rest);
        let told = told.and_then(|rest| rest.split(' ').next()?.parse::<u64>().ok());
        if let (Some(real), Some(faults)) = (told, faults) {
            let what = format_args!("{name} of {}", block.command);
            tally.compare(Class::against(&0, &real), line, what, &real, &faults[at]);
        }
    }
    for row in &block.body {
        let what = if row.starts_with(COUNTERS) { COUNTERS.trim().to_owned() } else { (*row).to_owned() };
        tally.skipped.push(Part::Named(what).into());
    }
}

/// Writes a refusal as the runner does.
fn refused(refusal: &Refusal) -> String {
    match refusal {
        Refusal::Errno(errno) => errno.name().to_owned(),
        Refusal::Exceeded(_) => "over the budget".to_owned(),
        Refusal::Signal(signal) => {
            let addr = if signal.addr.0 == 0 { "(nil)".into() } else { format!("{:#x}", signal.addr.0) };
            format!("{} si_code={} addr={addr}", signal.signo.name(), signal.code.number())
        }
        Refusal::NotModelled => "not modelled".to_owned(),
    }
}

/// Inodes of shared memory: one counter over all that ran before, so only differences count.
#[derive(Default)]
pub(super) struct Inodes {
    /// The first of the capture and of the model.
    first: Option<(u64, u64)>,
}

impl Inodes {
    /// Makes the inodes of both sides relative to the first that was seen.
    pub(super) fn relative(&mut self, real: Rows, ours: Rows) -> (Rows, Rows) {
        let inode = |row: &String| -> Option<u64> {
            let is_shared = row.ends_with("/dev/zero (deleted)");
            row.split_whitespace().nth(4).filter(|_| is_shared)?.parse().ok()
        };
        if self.first.is_none() {
            self.first = real.iter().find_map(inode).zip(ours.iter().find_map(inode));
        }
        let Some((real_first, our_first)) = self.first else { return (real, ours) };
        let rewrite = |rows: Vec<String>, first: u64| {
            let row = |row: String| match inode(&row) {
                None => row,
                Some(inode) => {
                    let words: Vec<&str> = row.split_whitespace().collect();
                    format!(
                        "{} inode {:+} {}",
                        words[..4].join(" "),
                        i128::from(inode) - i128::from(first),
                        words[5..].join(" ")
                    )
                }
            };
            rows.into_iter().map(row).collect()
        };
        (rewrite(real, real_first), rewrite(ours, our_first))
    }
}
