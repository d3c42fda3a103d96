//! What reaches outside the page's state: storage, the address bar, timers, keys, the root's
//! attributes. Each is a hook that watches what it needs and nothing else.

use crate::black_box::{self, Note, Notes, Place as BreakPlace};
use crate::dom::{self, Listener, Timer};
use crate::keys::{self, Place, Press, Wish};
use crate::link::{IN_ADDRESS_MAX, Link, Source};
use crate::model::{self, Position};
use crate::panic_bar;
use crate::state::{
    Action, Contrast, Document, Drawer, Picture, Playback, Running, SPEEDS, Slice, Start, State, Theme,
    Until, View, work,
};
use crate::ui::{SessionHandle, use_effect_with, use_memo};
use mm_view::Lang;
use mm_view::navigate::{self, Way};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlTextAreaElement, KeyboardEvent};
use yew::prelude::*;

/// Key of the last script.
pub(crate) const SCRIPT_KEY: &str = "mmscope.script";
const THEME_KEY: &str = "mmscope.theme";
const CONTRAST_KEY: &str = "mmscope.contrast";
const LANG_KEY: &str = "mmscope.lang";
/// Key of the scripts that broke; `index.html` writes it too.
const NOTES_KEY: &str = "mmscope.broke";
/// Key of the command that takes long and is not done: it is still there if the tab dies.
const RUNNING_KEY: &str = "mmscope.running";

/// Milliseconds of work between two pictures.
const SLICE_MS: f64 = 8.0;
/// Units of work between two looks at the clock.
const SLICE_UNITS: u32 = 64;
/// Milliseconds without a key after which a long script is kept.
const REST_MS: i32 = 500;
/// Milliseconds between two pictures of all regions while a command runs.
const PICTURE_MS: f64 = 200.0;
/// Milliseconds after which the address bar follows; browsers refuse more often.
const ADDRESS_MS: i32 = 250;

/// Reads what the page starts from. A figure in somebody else's page knows nothing of other visits
/// but how its reader likes it.
pub(crate) fn start(is_embedded: bool) -> Start {
    let (query, fragment) = dom::address();
    let kept = |key| if is_embedded { None } else { dom::stored(key) };
    let mut notes = Notes::parse(&kept(NOTES_KEY).unwrap_or_default());
    if let Some(note) = kept(RUNNING_KEY).as_deref().and_then(Note::parse) {
        notes.add(note);
        dom::store(NOTES_KEY, &notes.to_string());
        dom::forget(RUNNING_KEY);
    }
    Start {
        link: Link::parse(&fragment).or(Link::parse(&query)),
        stored_script: kept(SCRIPT_KEY),
        theme: dom::stored(THEME_KEY).and_then(|slug| Theme::from_slug(&slug)).unwrap_or_default(),
        contrast: match dom::stored(CONTRAST_KEY).as_deref() {
            Some("more") => Contrast::More,
            Some(_) | None => Contrast::Normal,
        },
        lang: stored_lang(),
        notes,
    }
}

/// Returns the language of the last visit, or the browser's.
pub(crate) fn stored_lang() -> Lang {
    let stored = dom::stored(LANG_KEY).and_then(|tag| Lang::from_tag(&tag));
    let preferred = || dom::window().navigator().language().and_then(|tag| Lang::from_tag(&tag));
    stored.or_else(preferred).unwrap_or_default()
}

/// Goes on with a run in slices, so that the page stays alive.
#[hook]
pub(crate) fn use_run_loop(state: &UseReducerHandle<State>, is_embedded: bool) {
    let handle = state.clone();
    let noted = use_mut_ref(|| None::<Note>);
    // When the last picture of a run was drawn, or the run began.
    let drawn = use_memo((), |()| Cell::new(None::<f64>));
    {
        let (drawn, noted) = (drawn.clone(), noted.clone());
        use_effect_with(state.is_running(), move |_| {
            drawn.set(None);
            // Given up, else the last slice has done so.
            if noted.take().is_some() {
                dom::forget(RUNNING_KEY);
            }
        });
    }
    use_effect_with((), move |()| {
        // A page that is left in the middle of a command has not broken.
        let listener = (!is_embedded).then(|| Listener::on_window("pagehide", |_| dom::forget(RUNNING_KEY)));
        move || drop(listener)
    });
    // Every slice is an effect of the picture that the one before it drew.
    let watched = (state.run.running.clone(), state.run.slices);
    use_effect_with(watched, move |_| {
        let timer = handle.is_running().then(|| {
            let (session, running) = (handle.session.clone(), handle.run.running.clone());
            let runs = matches!(running, Running::Commands { .. });
            let runs_on = runs && !matches!(running, Running::Commands { until: Until::Next, .. });
            Timer::once(0, move || {
                let start = dom::now_ms();
                let slice = loop {
                    let slice = work(&session, &running, SLICE_UNITS);
                    let goes_on = match slice {
                        Slice::Running => true,
                        Slice::Arrived => runs,
                        Slice::Finished => runs_on,
                        Slice::Read | Slice::Ended | Slice::Stopped => false,
                    };
                    if !goes_on || dom::now_ms() - start > SLICE_MS {
                        break slice;
                    }
                };
                let is_new = drawn.get().is_some_and(|before| start - before >= PICTURE_MS);
                if is_new || drawn.get().is_none() {
                    drawn.set(Some(start));
                }
                let picture = if is_new { Picture::New } else { Picture::Kept };
                if !is_embedded {
                    note_running(&handle, slice, &mut noted.borrow_mut());
                }
                handle.dispatch(Action::Sliced(slice, picture));
            })
        });
        move || drop(timer)
    });
}

/// Keeps a note of a command that takes longer than one slice, once a command.
fn note_running(state: &State, slice: Slice, noted: &mut Option<Note>) {
    let session = state.session.borrow();
    let is_inside = slice == Slice::Running && session.is_running();
    let place = BreakPlace::Running(model::done(&session) + 1);
    let note = is_inside.then_some(Note { digest: state.document.digest, place });
    if note != *noted {
        match note {
            Some(note) => dom::store(RUNNING_KEY, &note.to_string()),
            None => dom::forget(RUNNING_KEY),
        }
        *noted = note;
    }
}

/// Keeps what is known of scripts that broke.
#[hook]
pub(crate) fn use_notes(document: &Document) {
    let first = use_memo((), |()| document.notes.clone());
    use_effect_with(document.notes.clone(), move |notes| {
        if *notes != *first {
            dom::store(NOTES_KEY, &notes.to_string());
        }
    });
}

/// Lets steps follow each other while playing.
#[hook]
pub(crate) fn use_playback(state: &UseReducerHandle<State>) {
    let dispatcher = state.dispatcher();
    let watched = (state.run.playback, state.run.speed, state.is_running());
    use_effect_with(watched, move |&(playback, speed, is_running)| {
        let timer = (playback == Playback::Playing && !is_running).then(|| {
            let (_, ms, steps) = SPEEDS[speed.0];
            let ms = i32::try_from(ms).unwrap_or(i32::MAX);
            Timer::every(ms, move || dispatcher.dispatch(Action::Tick(steps)))
        });
        move || drop(timer)
    });
}

/// Keeps theme, contrast and language on `<html>` and for the next visit.
#[hook]
pub(crate) fn use_appearance(view: &View, is_embedded: bool) {
    use_effect_with((view.theme, view.contrast, view.lang), move |&(theme, contrast, lang)| {
        dom::set_root("data-theme", (theme != Theme::Auto).then(|| theme.slug()));
        dom::set_root("data-contrast", (contrast == Contrast::More).then_some("more"));
        dom::set_root("lang", Some(lang.tag()));
        if !is_embedded {
            dom::store(THEME_KEY, theme.slug());
            dom::store(CONTRAST_KEY, if contrast == Contrast::More { "more" } else { "normal" });
            dom::store(LANG_KEY, lang.tag());
        }
    });
}

/// Keeps the script for the next visit: at each key, or when the keys rest if it is long; and always
/// before it runs.
#[hook]
pub(crate) fn use_stored_script(document: &Document) {
    let (text, loaded) = (document.script.text.clone(), document.loaded.clone());
    use_effect_with((text, loaded), move |(text, loaded)| {
        let rests = text.len() > IN_ADDRESS_MAX && text != loaded;
        if !rests {
            dom::store(SCRIPT_KEY, text);
        }
        let timer = rests.then(|| {
            let text = text.clone();
            Timer::once(REST_MS, move || dom::store(SCRIPT_KEY, &text))
        });
        move || drop(timer)
    });
}

/// Returns the script's part of the link to what is shown, packed once for each text; empty for one
/// that is too long for the address.
#[hook]
pub(crate) fn use_script_link(document: &Document) -> Rc<String> {
    use_memo(document.script.text.clone(), |text| {
        if text.len() > IN_ADDRESS_MAX { String::new() } else { Source::of(text).fragment() + "&" }
    })
}

/// The fragment of the link to what is shown, before it is written: to name the step takes a look
/// at all those before it.
#[derive(Clone)]
pub(crate) struct Fragment {
    script: Rc<String>,
    view: Link,
    session: SessionHandle,
}

impl PartialEq for Fragment {
    fn eq(&self, other: &Fragment) -> bool {
        (&self.script, &self.view) == (&other.script, &other.view)
    }
}

impl Fragment {
    /// Writes it.
    pub(crate) fn text(&self) -> String {
        format!("{}{}", self.script, self.view.named(&self.session.borrow()))
    }
}

/// Returns the fragment of the link to what is shown.
#[hook]
pub(crate) fn use_link(state: &State) -> Fragment {
    Fragment { script: use_script_link(&state.document), view: state.link(), session: state.session.clone() }
}

/// Lets the address bar follow the view, and the view a changed address.
#[hook]
pub(crate) fn use_address_bar(state: &UseReducerHandle<State>, link: &Fragment) {
    let written = use_mut_ref(String::new);
    {
        let written = written.clone();
        use_effect_with(link.clone(), move |link| {
            let link = link.clone();
            let timer = Timer::once(ADDRESS_MS, move || {
                let link = link.text();
                dom::replace_fragment(&link);
                *written.borrow_mut() = link;
            });
            move || drop(timer)
        });
    }
    let dispatcher = state.dispatcher();
    use_effect_with((), move |()| {
        let listener = Listener::on_window("hashchange", move |_| {
            let (_, fragment) = dom::address();
            if fragment.trim_start_matches('#') != written.borrow().as_str() {
                dispatcher.dispatch(Action::Follow(Link::parse(&fragment)));
            }
        });
        move || drop(listener)
    });
}

/// Remembers where the machine stands, for the bar that tells of a failure.
#[hook]
pub(crate) fn use_black_box(state: &UseReducerHandle<State>) {
    use_effect_with(state.view.lang, |lang| panic_bar::speak(*lang));
    use_effect_with((state.position(), state.is_running()), |&(at, is_running)| {
        if !is_running {
            black_box::shown(at);
        }
    });
}

/// Obeys the keyboard.
#[hook]
pub(crate) fn use_keys(state: &UseReducerHandle<State>) {
    let latest = use_mut_ref(|| state.clone());
    latest.replace(state.clone());
    use_effect_with((), move |()| {
        let listener = Listener::on_window("keydown", move |event| {
            let Ok(event) = event.dyn_into::<KeyboardEvent>() else { return };
            if event.default_prevented() || event.is_composing() {
                return;
            }
            let key = event.key();
            let press = Press {
                key: &key,
                with_ctrl: event.ctrl_key() || event.meta_key(),
                with_alt: event.alt_key(),
                with_shift: event.shift_key(),
            };
            if let Some(wish) = keys::wish(press, place(&event)) {
                if key != "Escape" {
                    event.prevent_default();
                }
                let state = latest.borrow().clone();
                grant(wish, &state);
            }
        });
        move || drop(listener)
    });
}

fn place(event: &KeyboardEvent) -> Place {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return Place::Page;
    };
    let is_in = |selector| matches!(target.closest(selector), Ok(Some(_)));
    if is_in("textarea") {
        Place::Editor
    } else if is_in("input, select, [contenteditable]") {
        Place::Field
    } else if is_in(
        "[role=grid], [role=slider], [role=separator], [role=tablist], [role=listbox], [data-keys]",
    ) {
        Place::Grid
    } else if is_in("a, button, summary") {
        Place::Control
    } else {
        Place::Page
    }
}

fn grant(wish: Wish, state: &UseReducerHandle<State>) {
    let neighbour = |way| {
        let selection = state.view.selection.as_ref()?;
        navigate::neighbour(state.session.borrow().world(), selection, way)
    };
    match wish {
        Wish::Act(Action::Escape) => {
            close_menus();
            state.dispatch(Action::Escape);
        }
        Wish::Act(action) => state.dispatch(action),
        Wish::Find => dom::focus("#find"),
        Wish::Edit => edit(state),
        Wish::Inspector => {
            if state.view.drawer != Some(Drawer::Inspector) {
                state.dispatch(Action::ToggleDrawer(Drawer::Inspector));
            }
            dom::focus("#inspector");
        }
        Wish::Previous => select(state, neighbour(Way::Previous)),
        Wish::Next => select(state, neighbour(Way::Next)),
        Wish::Buddy => select(state, neighbour(Way::Buddy)),
    }
}

fn select(state: &UseReducerHandle<State>, thing: crate::ui::Selection) {
    if thing.is_some() {
        state.dispatch(Action::Select(thing));
    }
}

/// Closes menus and gives the focus back to the page.
fn close_menus() {
    while let Some(menu) = dom::find::<web_sys::HtmlDetailsElement>("details.menu[open]") {
        menu.set_open(false);
        if let Ok(Some(summary)) = menu.query_selector("summary")
            && let Some(summary) = summary.dyn_ref::<web_sys::HtmlElement>()
        {
            let _ = summary.focus();
        }
    }
    let active = dom::document().active_element();
    if let Some(field) = active.filter(|element| matches!(element.closest("textarea, input"), Ok(Some(_)))) {
        let _ = field.unchecked_into::<web_sys::HtmlElement>().blur();
    }
}

/// Puts the caret on the line of the current command.
fn edit(state: &UseReducerHandle<State>) {
    let line = current_line(state, state.position());
    if let Some(editor) = dom::find::<HtmlTextAreaElement>("#script") {
        // Of a long script the editor holds a part, in which the line in view is.
        let first: usize = editor.dataset().get("first").and_then(|first| first.parse().ok()).unwrap_or(0);
        let held = state.document.script.text.split_inclusive('\n').skip(first);
        let before: usize =
            held.take(line.saturating_sub(first)).map(|line| line.encode_utf16().count()).sum();
        let caret = u32::try_from(before).unwrap_or(0);
        let _ = editor.focus();
        let _ = editor.set_selection_range(caret, caret);
    }
}

fn current_line(state: &State, at: Position) -> usize {
    let session = state.session.borrow();
    let command = mm::units::index(at.command.saturating_sub(1));
    model::lines(&session).nth(command).map_or(0, |line| mm::units::index(line - 1))
}
