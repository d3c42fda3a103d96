//! Scripts in our own language with a real machine's answers (`*-script/NAME.out`).
//!
//! `> COMMAND`, then `= RESULT minflt +N`, or `=` and the text of a file. The process starts as
//! its first `cat maps` shows it. Comparing ends at the first command that the model has no
//! verb for, or that asks for what it does not do; everything before it counts.

use std::sync::Arc;

use mm::config::{MachineConfig, ThpMode};
use mm::errno::{Errno, Refusal, Signo};
use mm::import::maps::parse_program;
use mm::outcome::Value;
use mm::phys::boot::is_bootable;
use mm::script::{AccessKind, Base, Command, ParseError, Script, Verb, Wanted, Who};
use mm::session::{Record, Session};
use mm::task::Program;
use mm::virt::vma::VmFlags;
use mm::virt::{TaskCounter, Vma};
use mm::world::World;

use super::zoneinfo::machine_of_state;
use super::{Capture, Comparison, Skipped, Stop, Tally};
use mm_view::HOST;

/// Commands with the answers of a real machine.
pub const SCRIPT: Comparison = Comparison { kind: "script", recognises: is_answers, compare };

fn is_answers(capture: &Capture<'_>) -> bool {
    let mut lines = capture.text.lines();
    lines.next().is_some_and(|line| line.starts_with("> "))
        && lines.next().is_some_and(|line| line == "=" || line.starts_with("= "))
}

/// A command with its answer.
struct Block<'a> {
    line: u32,
    command: &'a str,
    answer_line: u32,
    answer: &'a str,
    body: Vec<&'a str>,
}

/// Cuts the text into commands; what was cut off at the end is left out.
fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(command) = line.strip_prefix("> ") {
            blocks.push(Block { line: number, command, answer_line: 0, answer: "", body: Vec::new() });
        } else if let Some(block) = blocks.last_mut() {
            match line.strip_prefix('=') {
                Some(answer) if block.answer_line == 0 => {
                    (block.answer_line, block.answer) = (number, answer.trim());
                }
                Some(_) | None => block.body.push(line),
            }
        }
    }
    if !text.ends_with('\n') {
        blocks.pop();
    }
    blocks.retain(|block| block.answer_line > 0);
    blocks
}

/// A command of the model, and the answer that it is held against; the runner's own have none.
struct Planned<'b, 'a> {
    command: Command,
    block: Option<&'b Block<'a>>,
}

fn compare(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let blocks = blocks(capture.text);
    let first_maps = blocks.iter().find(|block| maps_of(block.command).is_some());
    let program = first_maps.map(|block| parse_program(&block.body.join("\n"))).transpose();
    // A row that is none stands so many lines below the answer.
    let program = program.map_err(|error| mm::import::text::DumpError {
        line: error.line + first_maps.map_or(0, |block| block.answer_line),
        ..error
    })?;
    let mut world = World::boot(machine(capture, program.as_ref()));
    if let Some(program) = &program {
        world.rest.virt.program = Arc::new(program.clone());
    }
    let mut tally = Tally::default();
    let planned = plan(&blocks, program.as_ref(), &mut tally);
    let mut session = Session::on(world, HOST);
    let commands = planned.iter().map(|planned| planned.command.clone()).collect();
    session.load(Script { lines: Vec::new(), commands });
    let mut inodes = Inodes::default();
    for planned in &planned {
        let before = minflt(&planned.command.who, session.world());
        if session.run_next().is_none() {
            break;
        }
        let (Some(block), Some(record)) = (planned.block, session.records().last()) else { continue };
        if let Some(what) = not_modelled(record, block) {
            end(&mut tally, Some(block), what);
            break;
        }
        let faults = minflt(&planned.command.who, session.world()).zip(before).map(|(now, then)| now - then);
        compare_answer(&mut tally, block, record, faults, &mut inodes);
    }
    if tally.compared == 0
        && let Some(skipped) = tally.skipped.pop()
    {
        return Err(skipped.into());
    }
    Ok(tally)
}

/// Returns the machine: what a state in the folder tells, else the default one. Huge pages are
/// switched on before each script.
fn machine(capture: &Capture<'_>, program: Option<&Program>) -> MachineConfig {
    let names = capture.folder.names.iter().filter(|name| name.starts_with("buddy-"));
    let machine = names.filter_map(|name| machine_of_state(&(capture.folder.read)(name)?).ok()).next();
    let config = machine.unwrap_or_default();
    let arch = program.map_or(config.arch, Program::arch);
    let config = MachineConfig { arch, thp: Some(ThpMode::Always), ..config };
    if is_bootable(&config) { config } else { MachineConfig { arch, thp: config.thp, ..Default::default() } }
}

/// Returns the process whose `maps` a command shows.
fn maps_of(command: &str) -> Option<&str> {
    command.strip_prefix("cat /proc/")?.strip_suffix("/maps")
}

/// Reads the commands up to the first that cannot be read, and puts in what the runner does.
fn plan<'b, 'a>(
    blocks: &'b [Block<'a>],
    program: Option<&Program>,
    tally: &mut Tally,
) -> Vec<Planned<'b, 'a>> {
    let mut planned = Vec::new();
    let mut settled: Vec<&str> = Vec::new();
    for block in blocks {
        match read(block) {
            Ok(command) => planned.push(Planned { command, block: Some(block) }),
            Err(skipped) => {
                tally.skipped.push(skipped);
                break;
            }
        }
        if let (Some(who), Some(program)) = (maps_of(block.command), program)
            && !settled.contains(&who)
        {
            settled.push(who);
            planned.extend(settle(who, program).into_iter().map(|command| Planned { command, block: None }));
        }
    }
    planned
}

/// Reads a command as the runner understood it.
fn read(block: &Block<'_>) -> Result<Command, Skipped> {
    let line = block.line;
    let not_modelled = || Skipped::NotModelled { line, what: block.command.to_owned() };
    let script = mm::script::parse(block.command).map_err(|rejected| match rejected.errors.first() {
        Some(error) if error.wanted == Wanted::Verb || is_unmodelled_verb(error, block.command) => {
            Skipped::Verb { line, verb: error.found.clone() }
        }
        Some(_) | None => not_modelled(),
    })?;
    let [command] = &script.commands[..] else { return Err(not_modelled()) };
    let mut command = command.clone();
    if matches!(command.verb, Verb::Boot(_)) {
        return Err(not_modelled());
    }
    // The runner's `write LABEL` writes the label's whole length.
    if let Verb::Access(access) = &mut command.verb
        && access.kind == AccessKind::Write
        && access.pieces.first.len.is_none()
        && matches!(access.pieces.first.at.base, Base::Label(_))
    {
        access.kind = AccessKind::Touch;
    }
    Ok(command)
}

/// Returns whether the word that is known and not modelled is the verb.
fn is_unmodelled_verb(error: &ParseError, command: &str) -> bool {
    let before: String = command.chars().take(mm::units::index(error.column.saturating_sub(1))).collect();
    let is_first = before.is_empty() || before.trim_end().ends_with([':', '=']);
    matches!(error.wanted, Wanted::NotModelled(_)) && is_first
}

/// Returns what the runner does before a process's first command: every page of the program is
/// brought in, and areas that have become alike are joined.
fn settle(who: &str, program: &Program) -> Vec<Command> {
    let mut lines = Vec::new();
    let is_data = |vma: &&Vma| vma.is_anonymous() && vma.flags.contains(VmFlags::WRITE);
    let len = |vma: &Vma| vma.end.0 - vma.start.0;
    for vma in program.areas.iter().filter(is_data) {
        lines.push(format!("{who}: touch {:#x} {}", vma.start.0, len(vma)));
    }
    for pair in program.areas.windows(2) {
        let [below, above] = pair else { continue };
        if is_data(&below) && is_data(&above) && below.end == above.start && below.flags == above.flags {
            for prot in ["r", "rw"] {
                lines.push(format!("{who}: mprotect {:#x} {} {prot}", above.start.0, len(above)));
            }
        }
    }
    let parsed = lines.iter().filter_map(|line| mm::script::parse(line).ok());
    parsed.flat_map(|script| script.commands).collect()
}

fn minflt(who: &Who, world: &World) -> Option<u64> {
    let Who::Process { name, .. } = who else { return None };
    let task = world.rest.virt.task_named(name.as_str())?;
    Some(world.rest.virt.task_counter(task, TaskCounter::Minflt))
}

fn end(tally: &mut Tally, block: Option<&Block<'_>>, what: String) {
    tally.skipped.push(Skipped::NotModelled { line: block.map_or(0, |block| block.line), what });
}

/// Returns what the model does not do yet when it refused for that reason only.
fn not_modelled(record: &Record, block: &Block<'_>) -> Option<String> {
    let Err(refusal) = &record.outcome.result else { return None };
    let real = block.answer.split_whitespace().next().unwrap_or_default();
    match refusal {
        Refusal::NotModelled => later(record, block),
        Refusal::Errno(errno @ Errno::ENOENT) if real != errno.name() => later(record, block),
        Refusal::Signal(signal) if signal.signo == Signo::Sigbus && real != signal.signo.name() => {
            Some("pages of files and shared memory".into())
        }
        Refusal::Errno(_) | Refusal::Signal(_) | Refusal::Exceeded(_) => None,
    }
}

/// Returns what a command would need of the model, if that makes a difference.
fn later(record: &Record, block: &Block<'_>) -> Option<String> {
    // Whether khugepaged sleeps makes no difference to a model without it.
    let is_idle = block.command.contains("/khugepaged/") && block.command.starts_with("echo ");
    let is_text = matches!(record.command.verb, Verb::Cat(_));
    (!is_idle && !is_text).then(|| block.command.to_owned())
}

fn compare_answer(
    tally: &mut Tally,
    block: &Block<'_>,
    record: &Record,
    faults: Option<u64>,
    inodes: &mut Inodes,
) {
    let line = block.answer_line;
    match (&record.outcome.result, &record.command.verb) {
        (Ok(Value::Text(text)), Verb::Cat(path)) if path.as_str().ends_with("/smaps") => {
            let (real, ours) = comparable_areas(&block.body, text);
            compare_rows(tally, block, &real, &ours);
        }
        // Other files tell of the whole machine, which was not there from its boot.
        (Ok(Value::Text(_)), Verb::Cat(path)) if maps_of(block.command).is_none() => {
            tally.skipped.push(Skipped::Part(path.as_str().to_owned()));
        }
        (Ok(Value::Text(text)), _) => {
            let ours: Vec<String> = text.lines().map(str::to_owned).collect();
            let real: Vec<String> = block.body.iter().map(|&line| line.to_owned()).collect();
            let (real, ours) = inodes.relative(real, ours);
            compare_rows(tally, block, &real, &ours);
        }
        (Ok(Value::Pages(runs)), _) => {
            let ours: Vec<String> = runs
                .iter()
                .map(|run| format!("  {:x}+{} {}", run.start.0, run.pages, run.page_use.name()))
                .collect();
            let real: Vec<String> = block.body.iter().map(|&line| line.to_owned()).collect();
            compare_rows(tally, block, &real, &ours);
        }
        (Err(_), Verb::Cat(path)) => tally.skipped.push(Skipped::Part(path.as_str().to_owned())),
        (Err(_), Verb::Echo(echo)) if block.answer == "0" => {
            tally.skipped.push(Skipped::Part(echo.path.as_str().to_owned()));
        }
        (result, verb) => {
            let (real, real_faults) = block.answer.split_once(" minflt +").unwrap_or((block.answer, ""));
            let ours = match (result, verb) {
                (Ok(_), Verb::Spawn(_)) => "spawn".to_owned(),
                (Ok(_), Verb::Exit) => "exit".to_owned(),
                (Ok(Value::Address(va)), _) => format!("{:#x}", va.0),
                (Ok(_), _) => "0".to_owned(),
                (Err(refusal), _) => refused(refusal),
            };
            tally.compare(line, block.command, &real, &ours.as_str());
            if let (Ok(real), Some(ours)) = (real_faults.trim().parse::<u64>(), faults) {
                tally.compare(line, &format!("minflt of {}", block.command), &real, &ours);
            }
        }
    }
}

/// Picks the areas of `smaps` that both sides count pages of, but for the program's own: what
/// is resident there depends on the program. Each line gets its area in front.
fn comparable_areas(real: &[&str], ours: &str) -> (Vec<String>, Vec<String>) {
    let real = areas_of(real.iter().copied());
    let ours = areas_of(ours.lines());
    let is_ours = |header: &str| ours.iter().any(|(known, lines)| known == header && lines.len() > 4);
    let own = |header: &str| header.ends_with(']');
    let rows = |areas: &[(String, Vec<String>)]| -> Vec<String> {
        let kept = areas.iter().filter(|(header, _)| !own(header) && is_ours(header));
        let lines = kept.flat_map(|(header, lines)| {
            let area = header.split(' ').next().unwrap_or_default().to_owned();
            lines.iter().map(move |line| format!("{area} {line}"))
        });
        lines.collect()
    };
    (rows(&real), rows(&ours))
}

/// Cuts `smaps` into areas: the row of `maps`, and the lines below it.
fn areas_of<'t>(lines: impl Iterator<Item = &'t str>) -> Vec<(String, Vec<String>)> {
    let mut areas: Vec<(String, Vec<String>)> = Vec::new();
    for line in lines {
        let first = line.split(' ').next().unwrap_or_default();
        if first.contains('-') {
            areas.push((line.trim_end().to_owned(), Vec::new()));
        } else if let Some((_, rows)) = areas.last_mut() {
            rows.push(line.to_owned());
        }
    }
    areas
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

fn compare_rows(tally: &mut Tally, block: &Block<'_>, real: &[String], ours: &[String]) {
    for at in 0..real.len().max(ours.len()) {
        let row = |rows: &[String]| rows.get(at).map_or("-".to_owned(), |row| row.trim_end().to_owned());
        let line = block.answer_line + mm::units::count(at) + 1;
        tally.compare(line, block.command, &row(real), &row(ours));
    }
}

/// Inodes of shared memory: one counter over all that ran before, so only differences count.
#[derive(Default)]
struct Inodes {
    /// The first of the capture and of the model.
    first: Option<(u64, u64)>,
}

impl Inodes {
    /// Makes the inodes of both sides relative to the first that was seen.
    fn relative(&mut self, real: Vec<String>, ours: Vec<String>) -> (Vec<String>, Vec<String>) {
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
