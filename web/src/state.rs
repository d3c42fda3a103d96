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

/// The page's state.
#[derive(Clone, PartialEq)]
pub(crate) struct State {
    /// The session.
    pub session: SessionHandle,
    /// The script as it stands in the editor.
    pub script: Script,
    /// The text that the session holds.
    pub loaded: Rc<str>,
    /// What is wrong with the text that was last asked to run.
    pub errors: Rc<Vec<ScriptError>>,
    /// Scripts that were run or given way to another, oldest first, and which of them is shown.
    pub runs: (Vec<Kept>, usize),
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
    /// What is to be said of the script that was opened.
    pub remark: Option<Remark>,
    /// The command that the reader gave up, until something else is shown.
    pub cancelled: Option<Rc<Cancelled>>,
    /// Scripts that broke on this device.
    pub notes: Notes,
    /// Digest of the text that was last asked to run.
    pub digest: u64,
    /// What runs follows a break, and nobody asked for it.
    pub is_warned: bool,
}

impl State {
    /// Returns where the machine stands.
    pub(crate) fn position(&self) -> Position {
        model::standing(&self.session.borrow())
    }

    /// Returns the link to what is shown, but for the script: packing that is for those who
    /// remember the result.
    pub(crate) fn view(&self) -> Link {
        let at = match &self.running {
            Running::Reading { goal: Some(goal), .. } | Running::Commands { goal: Some(goal), .. } => {
                goal.clone()
            }
            Running::Seeking { goal, .. } => Typed::Step(*goal),
            Running::Reading { goal: None, .. } | Running::Commands { goal: None, .. } | Running::Idle => {
                Typed::Step(self.position())
            }
        };
        Link {
            source: None,
            at: Some(at),
            is_dated: false,
            panels: Some(self.panels.clone()),
            selection: self.selection.clone(),
            lang: Some(self.lang),
            theme: (self.theme != Theme::Auto).then_some(self.theme),
        }
    }

    /// Returns whether the editor's text is not what was run.
    pub(crate) fn is_edited(&self) -> bool {
        self.script.text != self.loaded
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
        if self.playback == Playback::Playing {
            self.playback = Playback::Paused;
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
        self.playback = Playback::Playing;
        self
    }

    fn append(mut self, command: &str) -> State {
        let before = &self.script.text;
        let gap = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
        self.script.text = format!("{before}{gap}{command}\n").into();
        self.run(None)
    }

    fn toggle_panel(mut self, panel: PanelId) -> State {
        match self.panels.iter().position(|shown| *shown == panel) {
            Some(at) => drop(self.panels.remove(at)),
            None => self.panels.push(panel),
        }
        self
    }

    fn escape(mut self) -> State {
        if self.remark.take().is_some() {
            return self;
        }
        // The inspector shows the selection: on a wide page it is no drawer, so both go at once.
        if matches!(self.drawer.take(), None | Some(Drawer::Inspector)) {
            self.selection = None;
        }
        self
    }

    fn select(mut self, selection: Selection) -> State {
        // An address of the kernel's says what it is by its walk.
        let is_of_kernel = selection.as_ref().is_some_and(Thing::is_of_kernel);
        if is_of_kernel && !self.panels.contains(&PanelId::Translate) {
            self.panels.push(PanelId::Translate);
        }
        if selection.is_some() && self.drawer.is_none() {
            self.drawer = Some(Drawer::Inspector);
        }
        self.selection = selection;
        self
    }

    /// Takes over what a changed address says and leaves the rest.
    fn follow(mut self, link: Link) -> State {
        self.remark = Remark::of(link.source.as_ref());
        self.panels = link.panels.unwrap_or(self.panels);
        self.lang = link.lang.unwrap_or(self.lang);
        self.theme = link.theme.unwrap_or(self.theme);
        if link.selection.is_some() {
            self.selection = link.selection;
        }
        let text = match link.source {
            Some(Source::Lesson(lesson)) => Some(lesson.script()),
            Some(Source::Text(text)) => Some(Script { name: String::new(), text: text.into() }),
            Some(Source::Unreadable | Source::TooMuch(_)) | None => None,
        };
        let mut state = match (text, link.at) {
            (Some(script), at) if script.text != self.script.text => {
                self.replace(script);
                self.run_unasked(at)
            }
            (_, Some(at)) => self.go_to(&at),
            (_, None) => self,
        };
        if link.is_dated {
            state.remark = state.remark.or(Some(Remark::OtherModel));
        }
        state
    }

    /// Returns what follows from an action.
    pub(crate) fn after(mut self, action: Action) -> State {
        match action {
            Action::Edit(text) => {
                self.script.text = text.into();
                self.remark = None;
            }
            Action::CloseRemark => self.remark = None,
            Action::Refuse(too_much) => self.remark = Some(Remark::TooMuch(too_much)),
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
                self.selection = home.and_then(Lesson::selection);
                if let Some(lesson) = home {
                    self.panels = lesson.panels.to_vec();
                }
                return self.run(home.and_then(Lesson::place));
            }
            Action::Show(script) => {
                self.replace(script);
                self.remark = None;
            }
            Action::Say(remark) => self.remark = Some(remark),
            Action::Seek(to) => {
                self.playback = Playback::Paused;
                return self.seek(to);
            }
            Action::Move(motion) => {
                self.playback = Playback::Paused;
                return self.motion(motion);
            }
            Action::TogglePlay => return self.toggle_play(),
            Action::Tick(steps) => return self.step_forward(steps),
            Action::SetSpeed(speed) => self.speed = speed,
            Action::Select(selection) => return self.select(selection),
            Action::TogglePanel(panel) => return self.toggle_panel(panel),
            Action::OnlyPanel(panel) => self.panels = vec![panel],
            Action::SetTheme(theme) => self.theme = theme,
            Action::SetContrast(contrast) => self.contrast = contrast,
            Action::SetLang(lang) => self.lang = lang,
            Action::ToggleDrawer(drawer) => {
                self.drawer = (self.drawer != Some(drawer)).then_some(drawer);
            }
            Action::Escape => return self.escape(),
            Action::TypeCommand(command) => self.typed = (command, self.typed.1.wrapping_add(1)),
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
