//! What is shown first, and what becomes of a script that broke before. No browser in here.

use super::{Contrast, Document, Playback, Run, Running, Script, Speed, State, Theme, Until, View};
use crate::black_box::{self, Notes, Place};
use crate::bounds::TooMuch;
use crate::lessons::Lesson;
use crate::link::{Link, Source};
use crate::model::{self, Position, Typed};
use crate::ui::SessionHandle;
use mm::import::kernel_text::{KernelText, NotUtf8};
use mm_view::Lang;
use std::rc::Rc;

/// What is to be said of the script that was opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Remark {
    /// The link could not be read.
    BadLink,
    /// The link's step is one of another version of the model: its command's start is shown.
    OtherModel,
    /// It broke before.
    Broke(Place),
    /// Another was to be opened or put in, and was too much.
    TooMuch(TooMuch),
    /// A file is what a kernel printed.
    Kernel(KernelText),
    /// A file is no text.
    NotUtf8(NotUtf8),
    /// A file cannot be read.
    NoFile,
    /// Of several files the first was opened.
    FirstOfSeveral,
}

impl Remark {
    /// Returns what is to be said of where a script comes from.
    pub(super) fn of(source: Option<&Source>) -> Option<Remark> {
        match source {
            Some(Source::Unreadable) => Some(Remark::BadLink),
            Some(Source::TooMuch(too_much)) => Some(Remark::TooMuch(*too_much)),
            Some(Source::Lesson(_) | Source::Text(_)) | None => None,
        }
    }
}

/// What the page starts from.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Start {
    /// What the address says.
    pub link: Link,
    /// The script of the last visit.
    pub stored_script: Option<String>,
    /// Theme of the last visit.
    pub theme: Theme,
    /// Contrast of the last visit.
    pub contrast: Contrast,
    /// Language of the last visit, or the browser's.
    pub lang: Lang,
    /// Scripts that broke on this device.
    pub notes: Notes,
}

impl State {
    /// Returns the first state: the script of the link, of the last visit, or the first look,
    /// already being run.
    pub(crate) fn open(start: &Start) -> State {
        let lesson = Lesson::first();
        let (script, home) = match (&start.link.source, &start.stored_script) {
            (Some(Source::Lesson(lesson)), _) => (lesson.script(), Some(*lesson)),
            (Some(Source::Text(text)), _) => {
                (Script { name: String::new(), text: text.as_str().into() }, None)
            }
            (_, Some(text)) => {
                let home = Lesson::by_text(text);
                let name = home.map_or("", |lesson| lesson.file);
                (Script { name: name.to_owned(), text: text.as_str().into() }, home)
            }
            (_, None) => (lesson.script(), Some(lesson)),
        };
        let goal = start.link.at.clone().or(home.and_then(Lesson::place));
        let document = Document {
            script,
            loaded: "".into(),
            errors: Rc::default(),
            runs: (Vec::new(), 0),
            remark: None,
            notes: start.notes.clone(),
            digest: 0,
        };
        let run = Run {
            running: Running::Idle,
            now: None,
            slices: 0,
            playback: Playback::Paused,
            speed: Speed(1),
            cancelled: None,
            is_warned: false,
        };
        let view = View {
            selection: start.link.selection.clone().or(home.and_then(Lesson::selection)),
            panels: start
                .link
                .panels
                .clone()
                .unwrap_or_else(|| home.unwrap_or(Lesson::first()).panels.to_vec()),
            drawer: None,
            theme: start.link.theme.unwrap_or(start.theme),
            contrast: start.contrast,
            lang: start.link.lang.unwrap_or(start.lang),
            typed: (String::new(), 0),
        };
        let state = State { session: SessionHandle::new(model::new_session()), document, run, view };
        let mut state = state.run_unasked(goal);
        let dated = start.link.is_dated.then_some(Remark::OtherModel);
        state.document.remark = Remark::of(start.link.source.as_ref()).or(state.document.remark).or(dated);
        state
    }

    /// Runs the script that a link or the last visit brought. Of one that broke before only what
    /// is known to go well.
    pub(super) fn run_unasked(mut self, goal: Option<Typed>) -> State {
        self.document.digest = black_box::digest(&self.document.script.text);
        let Some(note) = self.document.notes.of(self.document.digest) else { return self.run(goal) };
        // What was selected may be what broke.
        self.view.selection = None;
        let mut state = match note.place {
            Place::Anywhere => {
                self.run.playback = Playback::Paused;
                black_box::loading(self.document.digest);
                self
            }
            Place::Running(command) => {
                let mut state = self.run(None);
                match &mut state.run.running {
                    Running::Reading { until, .. } | Running::Commands { until, .. } => {
                        *until = Until::Before(command);
                    }
                    Running::Idle | Running::TakingBack | Running::Seeking { .. } => {}
                }
                state
            }
            Place::Shown(at) => {
                self.run(Some(Typed::Step(Position { step: at.step.saturating_sub(1), ..at })))
            }
        };
        state.document.remark = Some(Remark::Broke(note.place));
        state.run.is_warned = true;
        black_box::warned();
        state
    }

    /// Forgets that the script broke once the reader ran it and that went well.
    pub(super) fn absolve(&mut self) {
        let digest = self.document.digest;
        let is_passed = |place| match place {
            Place::Anywhere | Place::Shown(_) => true,
            Place::Running(command) => model::done(&self.session.borrow()) >= command,
        };
        if !self.run.is_warned && self.document.notes.of(digest).is_some_and(|note| is_passed(note.place)) {
            self.document.notes.forget(digest);
        }
    }
}
