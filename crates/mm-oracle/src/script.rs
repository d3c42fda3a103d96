//! Scripts in our own language with a real machine's answers (`*-script/NAME.out`).
//!
//! `> COMMAND`, then `= RESULT minflt +N`, or `=` and the text of a file. The process starts as
//! its first `cat maps` shows it. Comparing ends at the first command that the model has no
//! verb for, or that asks for what it does not do; everything before it counts. Doing nothing would
//! answer `= 0 minflt +0`, and show what was shown last.

mod answers;
mod looks;
mod smaps;

use std::sync::Arc;

use mm::config::{MachineConfig, ThpMode};
use mm::errno::{Refusal, Signo};
use mm::import::maps::parse_program;
use mm::phys::boot::is_bootable;
use mm::script::{AccessCommand, Base, Command, ParseError, Script, ShellCommand, Verb, Wanted, Who};
use mm::session::{Record, Session};
use mm::units::VirtAddr;
use mm::virt::area::vma::VmFlags;
use mm::virt::task::Program;
use mm::virt::{TaskCounter, Vma};
use mm::world::World;

use super::zoneinfo::machine_of_state;
use super::{Capture, Comparison, Skipped, Stop, Tally};
use answers::Answers;
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
    /// Looks right before it that the model has nothing to show for.
    looks: Vec<String>,
}

/// What there is to do, and why there is no more.
struct Plan<'b, 'a> {
    commands: Vec<Planned<'b, 'a>>,
    /// Looks behind the last command.
    looks: Vec<String>,
    stop: Option<Skipped>,
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
    let plan = plan(&blocks, program.as_ref());
    let mut session = Session::on(world, HOST);
    let commands = plan.commands.iter().map(|planned| planned.command.clone()).collect();
    session.load(Script { lines: Vec::new(), commands });
    let mut answers = Answers::new(first_maps.map(|block| block.line));
    let stop = run(&plan.commands, &mut session, &mut answers, &mut tally);
    if stop.is_none() {
        tally.skipped.extend(plan.looks.into_iter().map(Skipped::Look));
    }
    tally.skipped.extend(stop.or(plan.stop));
    if tally.compared() == 0
        && let Some(skipped) = tally.skipped.pop()
    {
        return Err(skipped.into());
    }
    Ok(tally)
}

/// Runs commands up to the first that the model does not do, and returns that.
fn run<'a>(
    commands: &[Planned<'_, 'a>],
    session: &mut Session,
    answers: &mut Answers<'a>,
    tally: &mut Tally,
) -> Option<Skipped> {
    for planned in commands {
        let before = faults(&planned.command.who, session.world());
        session.run_next()?;
        tally.skipped.extend(planned.looks.iter().cloned().map(Skipped::Look));
        let (Some(block), Some(record)) = (planned.block, session.records().last()) else { continue };
        if let Some(what) = not_modelled(record, block, session.world()) {
            return Some(Skipped::NotModelled { line: block.line, what });
        }
        let now = faults(&planned.command.who, session.world());
        let faults = now.zip(before).map(|(now, then)| [now[0] - then[0], now[1] - then[1]]);
        answers.compare(tally, block, record, faults);
    }
    None
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
fn plan<'b, 'a>(blocks: &'b [Block<'a>], program: Option<&Program>) -> Plan<'b, 'a> {
    let mut plan = Plan { commands: Vec::new(), looks: Vec::new(), stop: None };
    let mut settled: Vec<&str> = Vec::new();
    for block in blocks {
        let looks = looks::of(block.command);
        if !looks.is_empty() {
            plan.looks.extend(looks);
            continue;
        }
        match read(block) {
            Ok(command) => {
                let looks = core::mem::take(&mut plan.looks);
                plan.commands.push(Planned { command, block: Some(block), looks });
            }
            Err(skipped) => {
                plan.stop = Some(skipped);
                break;
            }
        }
        if let (Some(who), Some(program)) = (maps_of(block.command), program)
            && !settled.contains(&who)
        {
            settled.push(who);
            let own = settle(who, program).into_iter();
            plan.commands.extend(own.map(|command| Planned { command, block: None, looks: Vec::new() }));
        }
    }
    plan
}

/// Reads a line, which is one command, as the runner understood it.
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
    if let Verb::Access(AccessCommand::Write(pieces)) = &command.verb
        && pieces.first.len.is_none()
        && matches!(pieces.first.at.base, Base::Label(_))
    {
        command.verb = Verb::Access(AccessCommand::Touch(pieces.clone()));
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

/// Returns the faults of a process, without and with I/O.
fn faults(who: &Who, world: &World) -> Option<[u64; 2]> {
    let Who::Process { name, .. } = who else { return None };
    let task = world.rest.virt.task_named(name.as_str())?;
    Some(
        [TaskCounter::Minflt, TaskCounter::Majflt].map(|counter| world.rest.virt.task_counter(task, counter)),
    )
}

/// Returns what the model does not do yet when it refused for that reason only. Any other refusal is
/// an answer.
fn not_modelled(record: &Record, block: &Block<'_>, world: &World) -> Option<String> {
    let Err(refusal) = &record.outcome.result else { return None };
    match refusal {
        // Whether khugepaged sleeps makes no difference to a model without it; texts stand for themselves.
        Refusal::NotModelled => {
            let is_idle = block.command.contains("/khugepaged/") && block.command.starts_with("echo ");
            let is_text = matches!(record.command.verb, Verb::Shell(ShellCommand::Cat(_)));
            (!is_idle && !is_text).then(|| block.command.to_owned())
        }
        Refusal::Signal(signal) if signal.signo == Signo::Sigbus => {
            let is_answer = block.answer.starts_with(signal.signo.name());
            let is_of_file = is_file_or_shared(&record.command.who, signal.addr, world);
            (!is_answer && is_of_file).then(|| "pages of files and shared memory".into())
        }
        Refusal::Errno(_) | Refusal::Signal(_) | Refusal::Exceeded(_) => None,
    }
}

/// Returns whether an address lies in an area whose pages the model does not have.
fn is_file_or_shared(who: &Who, va: VirtAddr, world: &World) -> bool {
    let Who::Process { name, .. } = who else { return false };
    let Some(task) = world.rest.virt.task_named(name.as_str()) else { return false };
    let area = world.rest.virt.find_vma(world.rest.virt.mm_of(task), va);
    area.is_some_and(|vma| vma.start <= va && !vma.is_anonymous())
}

#[cfg(test)]
mod tests;
