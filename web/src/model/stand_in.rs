//! A session with made-up steps, in the shape of the real one, until that is there.

use super::{Answer, Call, Caption, Change, Item, Machine, ScriptError, Steps, Verdict, Way};
use crate::ui::{Selection, Thing};
use mm::units::{count, index};
use mm_view::Lang;

/// Where in a script the machine stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(crate) struct Position {
    /// Command, counted from 1; 0 before the first.
    pub command: u32,
    /// Steps of it that are done.
    pub step: u32,
}

/// How a command that is under way stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Progress {
    /// Nothing is under way.
    Idle,
    /// `done` of `total` units of work are done.
    Running { done: u64, total: u64 },
    /// The command ended as expected.
    Finished,
    /// The command ended otherwise than its line expects.
    Unexpected,
}

/// A session.
#[derive(Default)]
pub(crate) struct Session {
    items: Vec<Item>,
    done: u32,
    running: Option<u64>,
    position: Position,
}

const VERBS: &[&str] = &[
    "boot",
    "spawn",
    "mmap",
    "touch",
    "write",
    "read",
    "translate",
    "expect",
    "cat",
    "munmap",
    "alloc_pages",
    "free_pages",
    "fork",
    "exit",
];

impl Session {
    pub(crate) fn new() -> Session {
        Session::default()
    }

    pub(crate) fn load(&mut self, text: &str, _lang: Lang) -> Result<(), Vec<ScriptError>> {
        let mut items = Vec::new();
        let mut errors = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            for part in text.split('#').next().unwrap_or("").split(';') {
                let text = part.trim();
                if text.is_empty() {
                    continue;
                }
                let words: Vec<&str> = text.split_whitespace().collect();
                let verb = words.iter().copied().find(|word| VERBS.contains(word));
                match verb {
                    Some(verb) => items.push(Item {
                        line,
                        text: text.to_owned(),
                        verb: verb.to_owned(),
                        expects: words.last().and_then(|word| word.strip_prefix('!')).map(str::to_owned),
                    }),
                    None => errors.push(ScriptError {
                        line,
                        column: 1,
                        len: count(words[0].chars().count()),
                        text: "expected a verb; did you mean `boot`?".to_owned(),
                    }),
                }
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let shared = self.items.iter().zip(&items).take_while(|(a, b)| a.text == b.text).count();
        self.running = None;
        self.done = self.done.min(count(shared));
        self.items = items;
        self.seek(self.position);
        Ok(())
    }

    pub(crate) fn items(&self) -> &[Item] {
        &self.items
    }

    pub(crate) fn done(&self) -> u32 {
        self.done
    }

    pub(crate) fn position(&self) -> Position {
        self.position
    }

    pub(crate) fn end_of(&self, command: u32) -> Position {
        Position { command, step: self.step_count(command) }
    }

    pub(crate) fn seek(&mut self, to: Position) {
        let command = to.command.min(self.done);
        let last = self.step_count(command);
        let step = if command == to.command { to.step.min(last) } else { last };
        self.position = Position { command, step };
    }

    pub(crate) fn start_next(&mut self) -> bool {
        let more = index(self.done) < self.items.len();
        self.running = more.then_some(0);
        more
    }

    pub(crate) fn advance(&mut self, units: u32) -> Progress {
        let Some(done) = self.running else { return Progress::Idle };
        let total = u64::from(self.step_count(self.done + 1));
        let done = done + u64::from(units);
        if done < total {
            self.running = Some(done);
            return Progress::Running { done, total };
        }
        self.running = None;
        self.done += 1;
        self.position = self.end_of(self.done);
        Progress::Finished
    }

    pub(crate) fn is_running(&self) -> bool {
        self.running.is_some()
    }

    pub(crate) fn cancel(&mut self) {
        self.running = None;
    }

    pub(crate) fn step_count(&self, command: u32) -> u32 {
        let Some(item) = command.checked_sub(1).and_then(|at| self.items.get(index(at))) else { return 0 };
        match item.verb.as_str() {
            "boot" => 1,
            "spawn" => 12,
            "mmap" => 6,
            "touch" => 10_544,
            "write" => 79,
            _ => 4,
        }
    }

    pub(crate) fn steps(&self, command: u32) -> Steps {
        let mut now = 0;
        let ends_ns = (0..self.step_count(command))
            .map(|step| {
                now += match step % 79 {
                    5 => 120,
                    66 => 96,
                    72 => 78,
                    _ => 5,
                };
                now
            })
            .collect();
        Steps { ends_ns, is_coarse: false, events: u64::from(self.step_count(command)) }
    }

    pub(crate) fn calls(&self, command: u32) -> Vec<Call> {
        const SHAPE: &[(&str, u32, u32, u32)] = &[
            ("CPU: page walk", 0, 0, 5),
            ("asm_exc_page_fault", 0, 5, 72),
            ("do_user_addr_fault", 1, 6, 71),
            ("find_vma", 2, 6, 8),
            ("handle_mm_fault", 2, 8, 71),
            ("do_anonymous_page", 3, 9, 71),
            ("__alloc_pages", 4, 10, 65),
            ("get_page_from_freelist", 5, 11, 65),
            ("rmqueue_bulk", 6, 13, 64),
            ("clear_page_erms", 4, 65, 66),
            ("CPU: retry", 0, 72, 79),
        ];
        let steps = self.step_count(command);
        (0..steps / 79)
            .flat_map(|round| {
                SHAPE.iter().map(move |&(name, depth, first, end)| Call {
                    name,
                    depth,
                    first: round * 79 + first,
                    end: round * 79 + end,
                })
            })
            .collect()
    }

    pub(crate) fn answer(&self, command: u32, _lang: Lang) -> Answer {
        let verb = &self.items[index(command) - 1].verb;
        let (lines, is_file) = match verb.as_str() {
            "boot" => (vec!["Memory: 468380K/523732K available".to_owned()], false),
            "cat" => (
                vec![
                    "Node 0, zone      DMA      0      0      0      0      0".to_owned(),
                    "Node 0, zone    DMA32      3      2      0      7      6".to_owned(),
                ],
                true,
            ),
            "touch" => (vec!["376 minor faults, 2 page tables".to_owned()], false),
            "write" => (vec!["1 minor fault, frame 16899".to_owned()], false),
            _ => (Vec::new(), false),
        };
        Answer { lines, is_file, verdict: Verdict::Expected }
    }

    pub(crate) fn caption(&self, _lang: Lang) -> Caption {
        Caption {
            function: "set_pte_at".to_owned(),
            stack: vec!["handle_mm_fault", "do_anonymous_page"],
            sentence: "Entry 369 now names frame 16899: the walk that stopped at step 5 can get through.".to_owned(),
            why: "Why this frame: it was first on the list that rmqueue_bulk had just filled with 31 movable frames."
                .to_owned(),
            changes: vec![
                Change { name: "pte[369]".into(), text: "0 → 0x8000000004203867".into(), is_change: true },
                Change { name: "held".into(), text: "ptl of frame 28398".into(), is_change: false },
            ],
            short: "PTE".to_owned(),
        }
    }

    pub(crate) fn find(&self, text: &str) -> Selection {
        text.parse().ok().map(Thing::Frame)
    }

    pub(crate) fn machine(&self) -> Machine {
        Machine { ram: "512 MiB".to_owned(), arch: "x86-64".to_owned() }
    }

    pub(crate) fn neighbour(&self, thing: &Thing, way: Way) -> Selection {
        match (thing, way) {
            (Thing::Frame(pfn), Way::Previous) => pfn.checked_sub(1).map(Thing::Frame),
            (Thing::Frame(pfn), Way::Next) => Some(Thing::Frame(pfn + 1)),
            (Thing::Frame(pfn), Way::Buddy) => Some(Thing::Frame(pfn ^ 1)),
            (_, _) => None,
        }
    }

    pub(crate) fn verdict(&self, _command: u32) -> Verdict {
        Verdict::Expected
    }

    pub(crate) fn events(&self, command: u32) -> u64 {
        u64::from(self.step_count(command))
    }
}
