//! What a command did: steps with their events, nested spans, simulated time, and deltas.
//!
//! An algorithm writes state through stores (which note deltas here), then emits the event
//! that describes it: a step is one event together with the writes since the event before.
//! Spans nest and carry the kernel's function name. None of this decides anything: with
//! detail off an algorithm runs the same and only the record is missing.

use core::ops::{Deref, DerefMut};

use crate::cost::Cost;
use crate::event::Event;
use crate::func::Func;
use crate::store::{Delta, Journal};
use crate::units::{Nanos, count, index};

/// Steps that one command may keep in detail.
pub const STEP_BUDGET: u32 = 200_000;
/// Deltas that one command may keep in detail.
pub const DELTA_BUDGET: u32 = 1_000_000;

/// Bytes of a step, a span and a delta.
const STEP_BYTES: u64 = 112;
const SPAN_BYTES: u64 = 48;
const DELTA_BYTES: u64 = 24;

/// How much of a command is recorded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Detail {
    /// Every event and every write.
    #[default]
    Full,
    /// The same past every budget: for who compares all that happened.
    Whole,
    /// Only simulated time and the outcome.
    Off,
}

/// One event and where it stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// What happened.
    pub event: Event,
    /// The innermost span it happened in, an index into [`Trace::spans`].
    pub span: Option<u32>,
    /// Deltas of the command up to and including this step.
    pub deltas_end: u32,
    /// Simulated time from the start of the command to the end of this step.
    pub at: Nanos,
}

/// A call of a function: a range of steps and of simulated time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// The kernel function, or the CPU's work.
    pub func: Func,
    /// The span that called it.
    pub parent: Option<u32>,
    /// Nesting depth, 0 for the outermost.
    pub depth: u32,
    /// First step within, counted from 0.
    pub first_step: u32,
    /// Steps of the command when it returned; equal to `first_step` when it emitted none.
    pub end_step: u32,
    /// Simulated time at the call.
    pub start: Nanos,
    /// Simulated time at the return.
    pub end: Nanos,
}

/// The record of one command.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    journal: Journal,
    detail: Detail,
    steps: Vec<Step>,
    spans: Vec<Span>,
    open: Vec<u32>,
    now: Nanos,
    events: u64,
}

impl Trace {
    /// Starts the record of a command.
    pub fn new(detail: Detail) -> Trace {
        let journal = match detail {
            Detail::Full | Detail::Whole => Journal::recording(),
            Detail::Off => Journal::off(),
        };
        Trace { journal, detail, ..Trace::default() }
    }

    /// Returns whether this command is being recorded in detail.
    #[inline]
    pub fn is_detailed(&self) -> bool {
        self.journal.is_recording()
    }

    /// Counts events and time of work done without a record: what emitting and spending one by
    /// one would have come to.
    #[inline]
    pub fn skip(&mut self, events: u64, time: Nanos) {
        debug_assert!(!self.is_detailed(), "a record must not have holes");
        self.events += events;
        self.now.0 += time.0;
    }

    /// Ends the step: `event` describes the writes since the step before.
    #[inline]
    pub fn emit(&mut self, event: impl Into<Event>) {
        self.events += 1;
        if self.is_detailed() {
            self.push(event.into());
        }
    }

    /// Ends the step with an event whose operands take some gathering.
    #[inline]
    pub fn emit_with<E: Into<Event>>(&mut self, event: impl FnOnce() -> E) {
        self.events += 1;
        if self.is_detailed() {
            self.push(event().into());
        }
    }

    #[inline(never)]
    fn push(&mut self, event: Event) {
        let first = self.steps.last().map_or(0, |step| index(step.deltas_end));
        self.steps.push(Step {
            event,
            span: self.open.last().copied(),
            deltas_end: count(self.journal.len()),
            at: self.now,
        });
        self.journal.end_step(first);
        let is_over = count(self.steps.len()) > STEP_BUDGET || count(self.journal.len()) > DELTA_BUDGET;
        if is_over && self.detail != Detail::Whole {
            self.make_coarse();
        }
    }

    /// Gives up detail: the command runs on, undo replays it from a checkpoint.
    pub fn make_coarse(&mut self) {
        self.journal.stop();
        self.steps = Vec::new();
        self.spans = Vec::new();
        self.open = Vec::new();
    }

    /// Stands in for the steps of a coarse command with one that says how many there were.
    pub fn close_coarse(&mut self) {
        let event = crate::shell::Event::Coarse { events: self.events };
        self.steps = vec![Step { event: event.into(), span: None, deltas_end: 0, at: self.now }];
    }

    /// Does something in a function: what happens meanwhile happens in it.
    #[inline]
    pub fn span<T>(&mut self, func: Func, within: impl FnOnce(&mut Trace) -> T) -> T {
        self.enter(func);
        let result = within(self);
        self.leave();
        result
    }

    /// Enters a function; everything until the matching [`Trace::leave`] happens in it. For what goes on in
    /// slices; everything else is a [`Trace::span`].
    #[inline]
    pub fn enter(&mut self, func: Func) {
        if self.is_detailed() {
            self.open_span(func);
        }
    }

    fn open_span(&mut self, func: Func) {
        let span = Span {
            func,
            parent: self.open.last().copied(),
            depth: count(self.open.len()),
            first_step: count(self.steps.len()),
            end_step: count(self.steps.len()),
            start: self.now,
            end: self.now,
        };
        self.open.push(count(self.spans.len()));
        self.spans.push(span);
    }

    /// Leaves the function entered last.
    #[inline]
    pub fn leave(&mut self) {
        if self.is_detailed() {
            self.close_span();
        }
    }

    fn close_span(&mut self) {
        if let Some(open) = self.open.pop() {
            let span = &mut self.spans[index(open)];
            span.end_step = count(self.steps.len());
            span.end = self.now;
        }
    }

    /// Lets simulated time pass.
    #[inline]
    pub fn spend(&mut self, cost: Cost) {
        self.now.0 += cost.nanos().0;
    }

    /// Lets the simulated time of `times` equal works pass.
    #[inline]
    pub fn spend_times(&mut self, cost: Cost, times: u32) {
        self.now.0 += cost.nanos().0 * u64::from(times);
    }

    /// Lets a given length of simulated time pass.
    pub fn wait(&mut self, time: Nanos) {
        self.now.0 += time.0;
    }

    /// Returns the simulated time since the start of the command.
    pub fn now(&self) -> Nanos {
        self.now
    }

    /// Returns how many events there were, recorded or not.
    pub fn events(&self) -> u64 {
        self.events
    }

    /// Returns the recorded steps.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Returns the recorded spans, callers before callees.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Returns the deltas that step `step` (from 1) made; those after the last event belong to it.
    ///
    /// # Panics
    /// When there is no such step.
    pub fn step_deltas(&self, step: u32) -> &[Delta] {
        self.journal.step(self.deltas_before(step - 1)..self.deltas_before(step))
    }

    /// Returns the bytes that the record takes.
    pub fn bytes(&self) -> u64 {
        let (steps, spans) = (u64::from(count(self.steps.len())), u64::from(count(self.spans.len())));
        let deltas = u64::from(count(self.journal.len()));
        steps * STEP_BYTES + spans * SPAN_BYTES + deltas * DELTA_BYTES + self.journal.version_bytes()
    }

    /// Returns how many deltas there are.
    pub fn delta_count(&self) -> usize {
        self.journal.len()
    }

    /// Returns how many deltas there are up to and including step `step`; step 0 is before the
    /// first event.
    pub fn deltas_before(&self, step: u32) -> usize {
        if step == 0 {
            0
        } else if index(step) >= self.steps.len() {
            self.journal.len()
        } else {
            index(self.steps[index(step) - 1].deltas_end)
        }
    }

    /// Returns the number of steps.
    pub fn len(&self) -> u32 {
        count(self.steps.len())
    }

    /// Returns whether no step was recorded.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }
}

/// A trace is where a store's setter records: `table.set(i, v, tr)`.
impl Deref for Trace {
    type Target = Journal;

    fn deref(&self) -> &Journal {
        &self.journal
    }
}

impl DerefMut for Trace {
    fn deref_mut(&mut self) -> &mut Journal {
        &mut self.journal
    }
}
