//! What the shell asks of the model: commands, records, words, as small plain structs.
//!
//! The one file of the shell that knows how `mm` and `mm-view` are called (the panels have
//! theirs). No rule of memory management stands here, only questions.

pub(crate) use mm::session::{Position, Progress, Session};
pub(crate) use mm_view::words::{Line, Operand, Piece, Tone};

use crate::ui::{Selection, Thing};
use mm::script::{self, Base, Command, Pick, Script, Verb, VerbSpec, registry};
use mm::session::Passage;
use mm::units::{Order, Pfn, VirtAddr, count, index};
use mm::world::World;
use mm_view::{Lang, words};

/// A command of the script, run or not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Item {
    /// Its text, without the comment.
    pub text: String,
    /// The word that says what it does.
    pub verb: &'static str,
    /// The failure that its line expects.
    pub expects: Option<&'static str>,
}

/// How a command that was run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Verdict {
    /// As its line expects.
    Expected,
    /// Otherwise.
    Unexpected,
}

/// A call of a kernel function, for the timeline.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Call {
    /// The function's name, or the CPU's work.
    pub name: &'static str,
    /// Nesting depth, 0 for the outermost.
    pub depth: u32,
    /// First step within, counted from 0.
    pub first: u32,
    /// The step after the last.
    pub end: u32,
}

/// The step at the position, in words.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Caption {
    /// The kernel function, with parentheses, or the CPU's work; empty before the first step.
    pub function: String,
    /// The functions around it, outermost first.
    pub stack: Vec<&'static str>,
    /// What happened, one sentence.
    pub what: Vec<Piece>,
    /// Why, one line.
    pub why: Vec<Piece>,
    /// Operands, old and new.
    pub operands: Vec<Operand>,
}

/// What is wrong with a script, in words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct ScriptError {
    /// Line, counted from 1.
    pub line: u32,
    /// Column, counted from 1 in characters.
    pub column: u32,
    /// Offending characters; zero when something is missing.
    pub len: u32,
    /// What was expected, and the nearest word.
    pub text: String,
}

/// Steps and time of a command that was run.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Steps {
    /// Simulated nanoseconds from the command's start to the end of each step.
    pub ends_ns: Vec<u64>,
    /// Whether detail was given up: one hatched span instead of steps.
    pub is_coarse: bool,
    /// Events there were, kept or not.
    pub events: u64,
}

impl Steps {
    /// How many there are.
    pub(crate) fn count(&self) -> u32 {
        count(self.ends_ns.len())
    }

    /// Returns the simulated time after `step` steps.
    pub(crate) fn time_at(&self, step: u32) -> u64 {
        step.checked_sub(1).and_then(|step| self.ends_ns.get(index(step))).copied().unwrap_or(0)
    }
}

/// A machine in a few words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Machine {
    /// `512 MiB`.
    pub ram: String,
    /// `x86-64`.
    pub arch: &'static str,
}

/// Makes a session with an empty script.
pub(crate) fn new_session() -> Session {
    Session::new(mm_view::HOST)
}

/// Gives the session another script; on errors it keeps the one it has.
///
/// # Errors
/// What is wrong with the text, in words.
pub(crate) fn load(session: &mut Session, text: &str, lang: Lang) -> Result<(), Vec<ScriptError>> {
    match script::parse(text) {
        Ok(script) => {
            session.load(script);
            Ok(())
        }
        Err(rejected) => Err(rejected.errors.iter().map(|error| error_words(error, lang)).collect()),
    }
}

fn error_words(error: &script::ParseError, lang: Lang) -> ScriptError {
    let text = words::parse_error(error, lang);
    ScriptError { line: error.line, column: error.column, len: error.len, text }
}

// ---- commands

/// Returns how many commands were run.
pub(crate) fn done(session: &Session) -> u32 {
    count(session.records().len())
}

/// Returns how many commands the script has.
pub(crate) fn total(session: &Session) -> u32 {
    count(session.script().commands.len())
}

/// Returns the line of each command, in order.
pub(crate) fn lines(session: &Session) -> impl Iterator<Item = u32> + '_ {
    session.script().commands.iter().map(|command| command.at.line)
}

/// Returns command `command`, counted from 1.
pub(crate) fn item(session: &Session, command: u32) -> Option<Item> {
    let command: &Command = session.script().commands.get(index(command.checked_sub(1)?))?;
    Some(Item {
        text: command.to_string(),
        verb: command.verb.kind().spec().name,
        expects: command.expected.map(script::Expected::name),
    })
}

/// Returns how a command that was run ended.
pub(crate) fn verdict(session: &Session, command: u32) -> Verdict {
    let is_unexpected = session.record(command).is_some_and(|record| record.outcome.unexpected.is_some());
    if is_unexpected { Verdict::Unexpected } else { Verdict::Expected }
}

/// Returns what a command that was run answered.
pub(crate) fn answer(session: &Session, command: u32, lang: Lang) -> Vec<Line> {
    session.record(command).map_or_else(Vec::new, |record| words::outcome(record, session.world(), lang))
}

/// Returns how many events a command had, kept or not.
pub(crate) fn events(session: &Session, command: u32) -> u64 {
    session.record(command).map_or(0, |record| record.trace.events())
}

// ---- steps

/// Returns the steps of a command.
pub(crate) fn steps(session: &Session, command: u32) -> Steps {
    let Some(record) = session.record(command) else { return Steps::default() };
    Steps {
        ends_ns: record.trace.steps().iter().map(|step| step.at.0).collect(),
        is_coarse: record.passage == Passage::Coarse,
        events: record.trace.events(),
    }
}

/// Returns the calls of a command, callers before callees; those without a step are left out.
pub(crate) fn calls(session: &Session, command: u32) -> Vec<Call> {
    let Some(record) = session.record(command) else { return Vec::new() };
    let last = record.trace.len();
    let call = |span: &mm::trace::Span| Call {
        name: span.func.name(),
        depth: span.depth,
        first: span.first_step.min(last),
        end: span.end_step.min(last),
    };
    record.trace.spans().iter().map(call).filter(|call| call.first < call.end).collect()
}

/// Returns the words of the step at the position.
pub(crate) fn caption(session: &Session, lang: Lang) -> Caption {
    let at = session.position();
    let record = session.record(at.command);
    let step = record
        .zip(at.step.checked_sub(1))
        .and_then(|(record, step)| Some((record, record.trace.steps().get(index(step))?)));
    let Some((record, step)) = step else { return Caption::default() };
    let said = words::step(step, &record.trace, session.world(), lang);
    Caption {
        function: said.function,
        stack: said.stack,
        what: said.what,
        why: said.why,
        operands: said.operands,
    }
}

/// Returns a word or two for each step of a command, for the dots of an embedded figure.
pub(crate) fn short_names(session: &Session, command: u32, lang: Lang) -> Vec<String> {
    let Some(record) = session.record(command) else { return Vec::new() };
    let name = |step| short_name(&words::step(step, &record.trace, session.world(), lang));
    record.trace.steps().iter().map(name).collect()
}

/// The table whose entry is read, as `PGD`; else the function.
fn short_name(said: &words::StepWords) -> String {
    let table = said.operands.first().and_then(|operand| operand.name.split_once('['));
    match table {
        Some((table, _)) => table.to_ascii_uppercase(),
        None => said.function.trim_start_matches("CPU: ").trim_end_matches("()").to_owned(),
    }
}

// ---- the machine

/// Returns what the machine is.
pub(crate) fn machine(session: &Session) -> Machine {
    let config = &session.world().config;
    let bytes = config.ram.0;
    let (unit, shift) = if bytes.trailing_zeros() >= 30 { ("GiB", 30) } else { ("MiB", 20) };
    let arch = match config.arch {
        mm::config::Arch::X86_64 => "x86-64",
        mm::config::Arch::I386 => "i386",
    };
    Machine { ram: format!("{} {unit}", bytes >> shift), arch }
}

/// Looks for what a reader typed: a frame's number, an address, a label with an offset, or the
/// name of a process.
pub(crate) fn find(session: &Session, text: &str) -> Selection {
    let (world, text) = (session.world(), text.trim());
    if let Ok(pfn) = text.parse::<u32>() {
        return (pfn < world.phys.mem_map.end().0).then_some(Thing::Frame(pfn));
    }
    if let Some(task) = world.virt.task_named(text) {
        return world.virt.tasks.get(task).map(|task| Thing::Process(task.name.to_string()));
    }
    place(world, address(world, text)?)
}

/// Reads an address as the language does, by reading a command that takes one.
fn address(world: &World, text: &str) -> Option<VirtAddr> {
    let Script { commands, .. } = script::parse(&format!("p: translate {text}")).ok()?;
    let [Command { verb: Verb::Translate(address), .. }] = commands.as_slice() else { return None };
    let base = match &address.base {
        Base::Number(number) => *number,
        Base::Label(picked) => {
            let pick = match picked.pick {
                Some(Pick::One(at) | Pick::Range { first: at, .. }) => Some(at),
                None => None,
            };
            world.label_value(picked.label.as_str(), pick)?
        }
    };
    Some(VirtAddr(address.resolve(base)))
}

/// Names an address of the process that has an area there, else of the first process.
fn place(world: &World, va: VirtAddr) -> Selection {
    let mut tasks = world.virt.tasks.iter().map(|(_, task)| task);
    let first = tasks.next()?;
    let has_area = |mm| world.virt.find_vma(mm, va).is_some_and(|area| area.contains(va));
    let owner =
        if has_area(first.mm) { first } else { tasks.find(|task| has_area(task.mm)).unwrap_or(first) };
    Some(Thing::Address { process: owner.name.to_string(), address: va.0 })
}

/// Which neighbour of a thing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Way {
    /// The one before of this kind.
    Previous,
    /// The one after of this kind.
    Next,
    /// The block that it merges with.
    Buddy,
}

/// Returns a neighbour of a thing, for the keys `[`, `]` and `b`.
pub(crate) fn neighbour(session: &Session, thing: &Thing, way: Way) -> Selection {
    let world = session.world();
    match thing {
        Thing::Frame(pfn) => frame_neighbour(world, Pfn(*pfn), way).map(|pfn| Thing::Frame(pfn.0)),
        Thing::Entry { table, index } => match way {
            Way::Previous => index.checked_sub(1).map(|index| Thing::Entry { table: *table, index }),
            Way::Next if index + 1 < entries(world) => Some(Thing::Entry { table: *table, index: index + 1 }),
            Way::Next | Way::Buddy => None,
        },
        Thing::Zone { node, zone } => zone_neighbour(world, (*node, *zone), way),
        Thing::Pageblock(block) => match way {
            Way::Previous => block.checked_sub(1),
            Way::Next => Some(block + 1),
            Way::Buddy => Some(block ^ 1),
        }
        .filter(|block| *block < pageblocks(world))
        .map(Thing::Pageblock),
        Thing::Cache(name) => cache_neighbour(world, name, way),
        Thing::Slab(pfn) => slab_neighbour(world, Pfn(*pfn), way),
        Thing::Object { slab, index } => match way {
            Way::Previous => index.checked_sub(1),
            Way::Next => Some(index + 1).filter(|index| *index < objects(world, Pfn(*slab))),
            Way::Buddy => None,
        }
        .map(|index| Thing::Object { slab: *slab, index }),
        Thing::Vma { process, start } => {
            let task = world.virt.task_named(process).and_then(|id| world.virt.tasks.get(id))?;
            in_row(world.virt.areas(task.mm).map(|area| area.start.0), start, way)
                .map(|start| Thing::Vma { process: process.clone(), start })
        }
        Thing::Process(name) => {
            let alive = world.virt.tasks.iter().filter(|(_, task)| task.alive);
            let names: Vec<String> = alive.map(|(_, task)| task.name.to_string()).collect();
            in_row(names.into_iter(), name, way).map(Thing::Process)
        }
        Thing::Node(node) => {
            in_row(world.phys.nodes().iter().map(|node| node.id.0), node, way).map(Thing::Node)
        }
        Thing::Address { .. } | Thing::VmapArea(_) | Thing::ProcFile(_) => None,
    }
}

/// Returns the neighbour in a row of things.
fn in_row<T: PartialEq>(row: impl DoubleEndedIterator<Item = T>, here: &T, way: Way) -> Option<T> {
    match way {
        Way::Previous => row.rev().skip_while(|other| other != here).nth(1),
        Way::Next => {
            let mut row = row;
            row.find(|other| other == here)?;
            row.next()
        }
        Way::Buddy => None,
    }
}

fn zone_neighbour(world: &World, here: (u8, u8), way: Way) -> Selection {
    let populated = world.phys.zones().iter().filter(|(_, zone)| zone.is_populated());
    in_row(populated.map(|(_, zone)| (zone.node.0, zone.class)), &here, way)
        .map(|(node, zone)| Thing::Zone { node, zone })
}

fn pageblocks(world: &World) -> u32 {
    let map = &world.phys.mem_map;
    map.end().0.div_ceil(map.pageblock_order().pages())
}

fn cache_neighbour(world: &World, name: &str, way: Way) -> Selection {
    let names = world.slabs.caches().map(|(_, cache)| cache.name.to_string());
    in_row(names, &name.to_owned(), way).map(Thing::Cache)
}

/// The slab of the same cache above or below in memory.
fn slab_neighbour(world: &World, here: Pfn, way: Way) -> Selection {
    let (.., state) = mm::slab::slab_at(&world.phys, here).filter(|_| way != Way::Buddy)?;
    let is_same = |pfn: Pfn| {
        mm::slab::slab_at(&world.phys, pfn)
            .is_some_and(|(head, _, other)| head == pfn && other.cache == state.cache)
    };
    let mut at = here;
    // Only frames of slabs are stopped at; those of other caches are passed over.
    loop {
        at = frame_neighbour(world, at, way)?;
        if is_same(at) {
            return Some(Thing::Slab(at.0));
        }
    }
}

fn objects(world: &World, slab: Pfn) -> u32 {
    let found = mm::slab::slab_at(&world.phys, slab);
    found
        .and_then(|(_, order, state)| Some(world.slabs.cache(state.cache)?.geometry.objects(order)))
        .unwrap_or(0)
}

fn entries(world: &World) -> u32 {
    match world.config.arch {
        mm::config::Arch::X86_64 => 512,
        mm::config::Arch::I386 => 1024,
    }
}

fn frame_neighbour(world: &World, pfn: Pfn, way: Way) -> Option<Pfn> {
    let map = &world.phys.mem_map;
    let (head, state) = map.block_of(pfn)?;
    let same = |(_, other): &(Pfn, mm::store::PageState)| other.kind() == state.kind();
    match way {
        Way::Buddy => Some(head.buddy(state.order())).filter(|buddy| *buddy < map.end()),
        Way::Next => map.blocks(head.add(state.order().pages()), map.end()).find(same).map(|(head, _)| head),
        Way::Previous => {
            // Blocks can only be gone through upwards: pageblock by pageblock, from here down.
            let mut end = head;
            while end > Pfn(0) {
                let start = Pfn(end.0 - 1).align_down(Order::MAX);
                let below = |(head, _): &(Pfn, mm::store::PageState)| *head < end;
                if let Some((head, _)) = map.blocks(start, end).filter(below).filter(same).last() {
                    return Some(head);
                }
                end = start;
            }
            None
        }
    }
}

// ---- the language

/// Returns the first verb that starts so, and how it is written.
pub(crate) fn verb_starting(start: &str) -> Option<(&'static str, &'static str)> {
    registry::verbs().find(|spec| spec.name.starts_with(start)).map(|spec| (spec.name, arguments(spec)))
}

/// Returns how the arguments of a verb are written.
pub(crate) fn usage(verb: &str) -> Option<&'static str> {
    registry::verbs().find(|spec| spec.name == verb).map(arguments)
}

/// The usage without the verb itself; of alternatives the first.
fn arguments(spec: &'static VerbSpec) -> &'static str {
    let usage = spec.usage.strip_prefix(spec.name).unwrap_or(spec.usage);
    usage.split(" | ").next().unwrap_or(usage).trim()
}

#[cfg(test)]
mod tests;
