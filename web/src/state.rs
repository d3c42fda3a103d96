//! State of the page, what can happen to it, and the reducer. No browser in here.
//!
//! The session is the source of truth for commands and position; it is shared, so the reducer
//! moves it and hands on a handle with a new revision. What reaches outside (storage, address
//! bar, timers) is in `effects.rs`.

mod choices;
mod kept;
mod opening;
mod running;

pub(crate) use mm_view::navigate::Motion;

pub(crate) use choices::{Contrast, Drawer, Playback, SPEEDS, Speed, Theme};
use kept::Kept;
pub(crate) use opening::{Remark, Start};
pub(crate) use running::{Now, Picture, Running, Slice, Until, work};

use crate::black_box::Notes;
use crate::bounds::{self, TooMuch};
use crate::lessons::Lesson;
use crate::link::{Link, Source};
use crate::model::{self, Cancelled, Position, ScriptError, Typed};
use crate::ui::{PanelId, Selection, SessionHandle, Thing};
use mm_view::Lang;
use mm_view::navigate::{self, Goal};
use std::rc::Rc;
use yew::Reducible;

/// What happened.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Action {
    /// The script's text was edited.
    Edit(String),
    /// What was said of the script has been read.
    CloseRemark,
    /// A text was not put in: it would be too much.
    Refuse(TooMuch),
    /// Run the script.
    Run,
    /// Run one command at the end of the script.
    Append(String),
    /// A slice of work was done.
    Sliced(Slice, Picture),
    /// Give up the command under way.
    Cancel,
    /// Go back to the script before, or forth again.
    Undo,
    /// See `Undo`.
    Redo,
    /// Show another script and run it.
    Open(Script),
    /// Show another script as an edit that was not run.
    Show(Script),
    /// Say something of a script.
    Say(Remark),
    /// Go to a position.
    Seek(Position),
    /// Go somewhere from here.
    Move(Motion),
    /// Play or pause.
    TogglePlay,
    /// Time passed while playing: so many steps.
    Tick(u32),
    /// Choose the speed.
    SetSpeed(Speed),
    /// Select a thing.
    Select(Selection),
    /// Show or hide a panel.
    TogglePanel(PanelId),
    /// Show one panel only.
    OnlyPanel(PanelId),
    /// Choose colours.
    SetTheme(Theme),
    /// Choose contrast.
    SetContrast(Contrast),
    /// Choose the language.
    SetLang(Lang),
    /// Open a drawer, or close it when it is open.
    ToggleDrawer(Drawer),
    /// Close what is open, else clear the selection.
    Escape,
    /// Put a command into the prompt.
    TypeCommand(String),
    /// The address bar changed under us.
    Follow(Link),
}

/// A script by name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Script {
    /// File name; empty when it has none.
    pub name: String,
    /// Its text.
    pub text: Rc<str>,
}

/// The page's state: the machine, the script, what goes on, and how it is looked at.
#[derive(Clone, PartialEq)]
pub(crate) struct State {
    /// The session.
    pub session: SessionHandle,
    /// What the reader writes.
    pub document: Document,
    /// What the machine does.
    pub run: Run,
    /// What the reader looks at.
    pub view: View,
}

/// The script, and what is known of it.
#[derive(Clone, PartialEq)]
pub(crate) struct Document {
    /// The script as it stands in the editor.
    pub script: Script,
    /// The text that the session holds.
    pub loaded: Rc<str>,
    /// What is wrong with the text that was last asked to run.
    pub errors: Rc<Vec<ScriptError>>,
    /// Scripts that were run or given way to another, oldest first, and which of them is shown.
    pub runs: (Vec<Kept>, usize),
    /// What is to be said of the script that was opened.
    pub remark: Option<Remark>,
    /// Scripts that broke on this device.
    pub notes: Notes,
    /// Digest of the text that was last asked to run.
    pub digest: u64,
}

/// What is under way.
#[derive(Clone, PartialEq)]
pub(crate) struct Run {
    /// What is under way.
    pub running: Running,
    /// How far that was at the last picture; `None` before the first.
    pub now: Option<Now>,
    /// Slices of work done so far.
    pub slices: u32,
    /// Playing or not.
    pub playback: Playback,
    /// How fast.
    pub speed: Speed,
    /// The command that the reader gave up, until something else is shown.
    pub cancelled: Option<Rc<Cancelled>>,
    /// What runs follows a break, and nobody asked for it.
    pub is_warned: bool,
}

/// What is shown, and how.
#[derive(Clone, PartialEq)]
pub(crate) struct View {
    /// The selected thing.
    pub selection: Selection,
    /// The panels that are on.
    pub panels: Vec<PanelId>,
    /// The drawer that is open.
    pub drawer: Option<Drawer>,
    /// Colours.
    pub theme: Theme,
    /// Contrast.
    pub contrast: Contrast,
    /// Language.
    pub lang: Lang,
    /// A command that a link typed, with a counter so that the same one can be typed twice.
    pub typed: (String, u32),
}

impl State {
    /// Returns where the machine stands.
    pub(crate) fn position(&self) -> Position {
        model::standing(&self.session.borrow())
    }

    /// Returns the link to what is shown, but for the script: packing that is for those who
    /// remember the result.
    pub(crate) fn link(&self) -> Link {
        let at = match &self.run.running {
            Running::Reading { goal: Some(goal), .. } | Running::Commands { goal: Some(goal), .. } => {
                goal.clone()
            }
            Running::Seeking { goal, .. } => Typed::Step(*goal),
            Running::TakingBack => Typed::Step(self.here()),
            Running::Reading { goal: None, .. } | Running::Commands { goal: None, .. } | Running::Idle => {
                Typed::Step(self.position())
            }
        };
        Link {
            source: None,
            at: Some(at),
            is_dated: false,
            panels: Some(self.view.panels.clone()),
            selection: self.view.selection.clone(),
            lang: Some(self.view.lang),
            theme: (self.view.theme != Theme::Auto).then_some(self.view.theme),
        }
    }

    /// Returns whether the editor's text is not what was run.
    pub(crate) fn is_edited(&self) -> bool {
        self.document.script.text != self.document.loaded
    }

    fn step_forward(self, steps: u32) -> State {
        let goal = navigate::ahead(&self.session.borrow(), self.here(), steps);
        self.pursue(goal)
    }

    fn motion(self, motion: Motion) -> State {
        let goal = navigate::motion(&self.session.borrow(), self.here(), motion);
        self.pursue(goal)
    }

    fn pursue(self, goal: Goal) -> State {
        match goal {
            Goal::At(position) => self.seek(position),
            Goal::Beyond(position) => self.run_next(position),
        }
    }

    fn toggle_play(mut self) -> State {
        if self.run.playback == Playback::Playing {
            self.run.playback = Playback::Paused;
            return self;
        }
        let at_end = {
            let session = self.session.borrow();
            session.position() == session.end()
        };
        if at_end && !self.has_more() {
            let command = self.position().command;
            self = self.seek(Position { command, step: 0 });
        }
        self.run.playback = Playback::Playing;
        self
    }

    fn append(mut self, command: &str) -> State {
        let before = &self.document.script.text;
        let gap = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
        self.document.script.text = format!("{before}{gap}{command}\n").into();
        self.run(None)
    }

    fn toggle_panel(mut self, panel: PanelId) -> State {
        match self.view.panels.iter().position(|shown| *shown == panel) {
            Some(at) => drop(self.view.panels.remove(at)),
            None => self.view.panels.push(panel),
        }
        self
    }

    fn escape(mut self) -> State {
        if self.document.remark.take().is_some() {
            return self;
        }
        // The inspector shows the selection: on a wide page it is no drawer, so both go at once.
        if matches!(self.view.drawer.take(), None | Some(Drawer::Inspector)) {
            self.view.selection = None;
        }
        self
    }

    fn select(mut self, selection: Selection) -> State {
        // An address of the kernel's says what it is by its walk.
        let is_of_kernel = selection.as_ref().is_some_and(Thing::is_of_kernel);
        if is_of_kernel && !self.view.panels.contains(&PanelId::Translate) {
            self.view.panels.push(PanelId::Translate);
        }
        if selection.is_some() && self.view.drawer.is_none() {
            self.view.drawer = Some(Drawer::Inspector);
        }
        self.view.selection = selection;
        self
    }

    /// Takes over what a changed address says and leaves the rest.
    fn follow(mut self, link: Link) -> State {
        self.document.remark = Remark::of(link.source.as_ref());
        self.view.panels = link.panels.unwrap_or(self.view.panels);
        self.view.lang = link.lang.unwrap_or(self.view.lang);
        self.view.theme = link.theme.unwrap_or(self.view.theme);
        if link.selection.is_some() {
            self.view.selection = link.selection;
        }
        let text = match link.source {
            Some(Source::Lesson(lesson)) => Some(lesson.script()),
            Some(Source::Text(text)) => Some(Script { name: String::new(), text: text.into() }),
            Some(Source::Unreadable | Source::TooMuch(_)) | None => None,
        };
        let mut state = match (text, link.at) {
            (Some(script), at) if script.text != self.document.script.text => {
                self.replace(script);
                self.run_unasked(at)
            }
            (_, Some(at)) => self.go_to(&at),
            (_, None) => self,
        };
        if link.is_dated {
            state.document.remark = state.document.remark.or(Some(Remark::OtherModel));
        }
        state
    }

    /// Returns what follows from an action.
    pub(crate) fn after(mut self, action: Action) -> State {
        match action {
            Action::Edit(text) => {
                self.document.script.text = text.into();
                self.document.remark = None;
            }
            Action::CloseRemark => self.document.remark = None,
            Action::Refuse(too_much) => self.document.remark = Some(Remark::TooMuch(too_much)),
            Action::Run => return self.run(None),
            Action::Append(command) => return self.append(&command),
            Action::Sliced(slice, picture) => return self.sliced(slice, picture),
            Action::Cancel => return self.cancel(),
            Action::Undo => return self.undo(),
            Action::Redo => return self.redo(),
            Action::Open(script) => {
                if let Err(too_much) = bounds::check(&script.text) {
                    return self.after(Action::Refuse(too_much));
                }
                let home = Lesson::by_text(&script.text);
                self.replace(script);
                self.view.selection = home.and_then(Lesson::selection);
                if let Some(lesson) = home {
                    self.view.panels = lesson.panels.to_vec();
                }
                return self.run(home.and_then(Lesson::place));
            }
            Action::Show(script) => {
                self.replace(script);
                self.document.remark = None;
            }
            Action::Say(remark) => self.document.remark = Some(remark),
            Action::Seek(to) => {
                self.run.playback = Playback::Paused;
                return self.seek(to);
            }
            Action::Move(motion) => {
                self.run.playback = Playback::Paused;
                return self.motion(motion);
            }
            Action::TogglePlay => return self.toggle_play(),
            Action::Tick(steps) => return self.step_forward(steps),
            Action::SetSpeed(speed) => self.run.speed = speed,
            Action::Select(selection) => return self.select(selection),
            Action::TogglePanel(panel) => return self.toggle_panel(panel),
            Action::OnlyPanel(panel) => self.view.panels = vec![panel],
            Action::SetTheme(theme) => self.view.theme = theme,
            Action::SetContrast(contrast) => self.view.contrast = contrast,
            Action::SetLang(lang) => self.view.lang = lang,
            Action::ToggleDrawer(drawer) => {
                self.view.drawer = (self.view.drawer != Some(drawer)).then_some(drawer);
            }
            Action::Escape => return self.escape(),
            Action::TypeCommand(command) => self.view.typed = (command, self.view.typed.1.wrapping_add(1)),
            Action::Follow(link) => return self.follow(link),
        }
        self
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        Rc::new((*self).clone().after(action))
    }
}

#[cfg(test)]
mod tests;
