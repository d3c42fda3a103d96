//! What is under way: a script being read, commands being run, a way to a position being gone. No
//! browser in here.
//!
//! Each goes on in slices, so that the page stays alive; meanwhile what is shown stays one moment,
//! and [`Now`] says how far it is, renewed with every picture.

use super::{Playback, Remark, Script, State};
use crate::black_box;
use crate::model::{self, Missing, Position, Progress, ScriptError, Typed, Work};
use crate::ui::SessionHandle;
use mm_view::Lang;
use std::cell::RefCell;
use std::rc::Rc;

/// Bytes of a text that are read on the spot.
const AT_ONCE_MAX: usize = 16 << 10;
/// Lines that count as much as a unit of work.
const LINES_OF_UNIT: u32 = 2;

/// What is under way.
#[derive(Clone, PartialEq, Default)]
pub(crate) enum Running {
    /// Nothing.
    #[default]
    Idle,
    /// A script is being read, then run as [`Running::Commands`] says.
    Reading {
        /// The script.
        reading: Reading,
        /// Where to stop.
        until: Until,
        /// Where to go when done.
        goal: Option<Typed>,
    },
    /// Commands are being run, in slices.
    Commands {
        /// Where to stop.
        until: Until,
        /// Where to go when done; the end when nothing is said.
        goal: Option<Typed>,
    },
    /// What a command did that was given up is being taken back.
    TakingBack,
    /// The machine is on its way to a position.
    Seeking {
        /// Where the way leads.
        way: Position,
        /// Where to go from there: keys that are pressed meanwhile move it.
        goal: Position,
    },
}

/// How far what is under way was when the last picture was drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Now {
    /// So many lines of so many are read.
    Lines(u32, u32),
    /// This command runs.
    Command(u32, Option<Work>),
    /// The machine is on its way to this command, or back to its end.
    Way(u32, Option<Work>),
}

/// How far a run goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Until {
    /// The end of the script.
    End,
    /// One more command.
    Next,
    /// The command before this one, counted from 1.
    Before(u32),
}

/// Whether a slice of work ends in a new picture, in which all regions say the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Picture {
    /// The one before is new enough.
    Kept,
    /// All is drawn anew.
    New,
}

/// Result of one slice of work.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Slice {
    /// More to do in this command, of this script, on this way.
    Running,
    /// The machine is where it was to go.
    Arrived,
    /// The script is read.
    Read,
    /// A command ended, the next can start.
    Finished,
    /// All is done.
    Ended,
    /// A command ended otherwise than its line expects; later ones stay unrun.
    Stopped,
}

/// A script that is being read; the same one for all that hold it.
#[derive(Clone)]
pub(crate) struct Reading {
    script: Script,
    lines: u32,
    reader: Rc<RefCell<model::Reader>>,
}

impl PartialEq for Reading {
    fn eq(&self, other: &Reading) -> bool {
        Rc::ptr_eq(&self.reader, &other.reader)
    }
}

impl Reading {
    fn of(script: Script) -> Reading {
        let lines = mm::units::count(script.text.lines().count());
        Reading { script, lines, reader: Rc::default() }
    }

    /// Reads on, then takes the machine back to where the script differs from the one it runs.
    fn go_on(&self, session: &SessionHandle, units: u32) -> Slice {
        let mut reader = self.reader.borrow_mut();
        let mut session = session.borrow_mut();
        if session.is_running() {
            // A command that was given up for this script is taken back first.
            session.advance(units);
            return Slice::Running;
        }
        if session.is_seeking() {
            return match session.advance(units) {
                Progress::Running(_) => Slice::Running,
                Progress::Idle | Progress::Finished | Progress::Unexpected => Slice::Read,
            };
        }
        if !reader.go_on(&self.script.text, units.saturating_mul(LINES_OF_UNIT)) {
            return Slice::Running;
        }
        match reader.start_back(&mut session) {
            Progress::Running(_) => Slice::Running,
            Progress::Idle | Progress::Finished | Progress::Unexpected => Slice::Read,
        }
    }

    fn load(&self, session: &SessionHandle, lang: Lang) -> Result<(), Vec<ScriptError>> {
        self.reader.take().load(&mut session.borrow_mut(), &self.script.text, lang)
    }

    fn now(&self, session: &SessionHandle) -> Now {
        let session = session.borrow();
        match session.under_way() {
            Some(work) => Now::Way(model::done(&session), Some(work)),
            None => Now::Lines(self.reader.borrow().lines(), self.lines),
        }
    }
}

impl State {
    /// Returns whether anything is under way.
    pub(crate) fn is_running(&self) -> bool {
        self.run.running != Running::Idle
    }

    /// Returns where the machine stands, or is going to.
    pub(super) fn here(&self) -> Position {
        match &self.run.running {
            Running::Seeking { goal, .. } => *goal,
            Running::Idle | Running::TakingBack | Running::Reading { .. } | Running::Commands { .. } => {
                self.session.borrow().position()
            }
        }
    }

    /// Reads the script and runs it.
    pub(super) fn run(mut self, goal: Option<Typed>) -> State {
        self.run.playback = Playback::Paused;
        self.document.remark = None;
        self.run.cancelled = None;
        self.document.digest = black_box::digest(&self.document.script.text);
        self.run.is_warned = false;
        black_box::loading(self.document.digest);
        self.session.borrow_mut().start_cancel();
        let reading = Reading::of(self.document.script.clone());
        let is_short = reading.script.text.len() <= AT_ONCE_MAX && !self.session.borrow().is_running();
        let is_read = is_short && reading.go_on(&self.session, u32::MAX) == Slice::Read;
        self.start(Running::Reading { reading, until: Until::End, goal });
        if is_read { self.sliced(Slice::Read, Picture::Kept) } else { self }
    }

    /// Takes over a script that was read.
    fn loaded(&mut self, reading: &Reading, until: Until, goal: Option<Typed>) {
        match reading.load(&self.session, self.view.lang) {
            Ok(()) => {
                self.document.errors = Rc::default();
                self.document.loaded = reading.script.text.clone();
                self.keep_run(&reading.script);
                let session = self.session.borrow();
                let (done, total) = (model::done(&session), model::total(&session));
                drop(session);
                // Where all has run before, nothing takes the playhead to the end but this.
                let end = (done == total).then_some(Typed::Step(Position { command: done, step: u32::MAX }));
                self.start(Running::Commands { until, goal: goal.or(end) });
            }
            Err(errors) => {
                self.document.errors = Rc::new(errors);
                self.run.running = Running::Idle;
            }
        }
    }

    fn start(&mut self, running: Running) {
        self.run.running = running;
        self.run.now = None;
        self.session = self.session.changed();
    }

    /// Goes to a position. On the way to another one of the same command it goes there first.
    pub(super) fn seek(mut self, to: Position) -> State {
        let to = self.session.borrow().clamp(to);
        match &mut self.run.running {
            Running::Reading { .. } | Running::Commands { .. } | Running::TakingBack => return self,
            Running::Seeking { way, goal } if way.command == to.command => {
                *goal = to;
                return self;
            }
            Running::Seeking { .. } | Running::Idle => {}
        }
        self.run.cancelled = None;
        let progress = model::set_out(&mut self.session.borrow_mut(), to);
        self.start(match progress {
            Progress::Running(_) => Running::Seeking { way: to, goal: to },
            Progress::Idle | Progress::Finished | Progress::Unexpected => Running::Idle,
        });
        self
    }

    /// Goes to a place; where it is not there, to the start of its command.
    pub(super) fn go_to(mut self, place: &Typed) -> State {
        let found = match place {
            Typed::Step(at) => Ok(*at),
            Typed::Anchor(anchor) => model::resolve(&self.session.borrow(), anchor),
        };
        if matches!(found, Err(Missing::Event | Missing::Nth { .. })) {
            self.document.remark = Some(Remark::OtherModel);
        }
        self.seek(found.unwrap_or(Position { command: place.command(), step: 0 }))
    }

    pub(super) fn run_next(mut self, goal: Position) -> State {
        if !self.is_running() && !self.is_edited() && self.has_more() {
            self.run.is_warned = false;
            black_box::asked();
            self.run.cancelled = None;
            self.start(Running::Commands { until: Until::Next, goal: Some(Typed::Step(goal)) });
        } else {
            self.run.playback = Playback::Paused;
        }
        self
    }

    pub(super) fn has_more(&self) -> bool {
        let session = self.session.borrow();
        model::done(&session) < model::total(&session)
    }

    /// Gives up what is under way; the machine stands where it stood before.
    pub(super) fn cancel(mut self) -> State {
        if self.run.running == Running::TakingBack {
            return self;
        }
        let mut session = self.session.borrow_mut();
        self.run.cancelled = session.start_cancel().map(Rc::new);
        let running = if session.is_running() { Running::TakingBack } else { Running::Idle };
        drop(session);
        self.run.playback = Playback::Paused;
        self.start(running);
        self
    }

    pub(super) fn sliced(mut self, slice: Slice, picture: Picture) -> State {
        self.run.slices = self.run.slices.wrapping_add(1);
        if picture == Picture::New {
            self.run.now = now(&self.session, &self.run.running);
            self.session = self.session.changed();
        }
        match (&self.run.running, slice) {
            (Running::Idle, _) | (_, Slice::Running) => self,
            (Running::Reading { reading, until, goal }, _) => {
                let (reading, until, goal) = (reading.clone(), *until, goal.clone());
                self.loaded(&reading, until, goal);
                self.session = self.session.changed();
                self
            }
            (&Running::Seeking { way, goal }, _) => {
                self.start(Running::Idle);
                if way == goal { self } else { self.seek(goal) }
            }
            (Running::TakingBack, _) => {
                self.start(Running::Idle);
                self
            }
            (Running::Commands { .. }, Slice::Arrived | Slice::Read) => self,
            (Running::Commands { until: Until::End | Until::Before(_), .. }, Slice::Finished) => self,
            (Running::Commands { goal, .. }, Slice::Finished | Slice::Ended | Slice::Stopped) => {
                let goal = goal.clone();
                self.start(Running::Idle);
                self.absolve();
                match goal {
                    Some(goal) => self.go_to(&goal),
                    None => self,
                }
            }
        }
    }
}

/// Returns how far what is under way is.
fn now(session: &SessionHandle, running: &Running) -> Option<Now> {
    match running {
        Running::Idle => None,
        Running::Reading { reading, .. } => Some(reading.now(session)),
        Running::TakingBack => {
            let session = session.borrow();
            Some(Now::Way(model::done(&session), session.under_way()))
        }
        Running::Seeking { goal, .. } => Some(Now::Way(goal.command, session.borrow().under_way())),
        Running::Commands { .. } => {
            let session = session.borrow();
            let (done, work) = (model::done(&session), session.under_way());
            Some(if session.is_seeking() { Now::Way(done, work) } else { Now::Command(done + 1, work) })
        }
    }
}

/// Does one slice of work of about `units`.
pub(crate) fn work(session: &SessionHandle, running: &Running, units: u32) -> Slice {
    match running {
        Running::Idle => Slice::Ended,
        Running::Reading { reading, .. } => reading.go_on(session, units),
        Running::Seeking { .. } | Running::TakingBack => match session.borrow_mut().advance(units) {
            Progress::Running(_) => Slice::Running,
            Progress::Idle | Progress::Finished | Progress::Unexpected => Slice::Arrived,
        },
        Running::Commands { until, .. } => run_on(session, *until, units),
    }
}

/// Goes to the end of what was run, then on with the command under way, or with the next.
fn run_on(session: &SessionHandle, until: Until, units: u32) -> Slice {
    let mut session = session.borrow_mut();
    let is_on_way = session.is_seeking();
    if !is_on_way && !session.is_running() {
        let next = model::done(&session) + 1;
        black_box::starting(next);
        if matches!(until, Until::Before(command) if next >= command) || next > model::total(&session) {
            return Slice::Ended;
        }
        let end = session.end();
        if matches!(model::set_out(&mut session, end), Progress::Running(_)) {
            return Slice::Running;
        }
        if !session.start_next() {
            return Slice::Ended;
        }
    }
    match session.advance(units) {
        Progress::Running(_) => Slice::Running,
        Progress::Finished if is_on_way => Slice::Arrived,
        Progress::Finished => Slice::Finished,
        Progress::Unexpected => Slice::Stopped,
        Progress::Idle => Slice::Ended,
    }
}
