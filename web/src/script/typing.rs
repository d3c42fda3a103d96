//! What is typed, pasted and copied in the text area, as changes of the whole script.
//!
//! Of a long script the text area holds a part ([`super::hold`]); this puts the part back into the
//! whole, and keeps the caret where it was when another part is held.

use super::hold::{HELD_MAX, Held, Lines, byte_at, units_before};
use crate::bounds;
use crate::state::Action;
use crate::ui::use_memo;
use std::cell::{Cell, RefCell};
use std::ops::Range;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DataTransfer, HtmlTextAreaElement};
use yew::prelude::*;

/// Bytes of the clipboard above which the browser is not left to put them in: it would lay out
/// every line of them.
const PASTE_MAX: usize = 8 << 10;

/// What the text area holds, and where its caret is to be.
#[derive(Default)]
pub(super) struct Typing {
    held: Cell<Option<Held>>,
    /// Bytes to select once the text area holds them.
    caret: RefCell<Option<Range<usize>>>,
    /// The caret is behind what was pasted.
    is_pasted: Cell<bool>,
    /// All of a long script is selected, not only what is held.
    is_whole: Cell<bool>,
}

impl Typing {
    /// Returns what to hold while lines `seen` are in view; `area` is as the last picture left it.
    pub(super) fn hold(
        &self,
        lines: &Lines,
        seen: &Range<usize>,
        area: Option<&HtmlTextAreaElement>,
    ) -> Held {
        let before = self.held.get();
        if let Some(held) = before.filter(|held| held.serves(seen, lines.count())) {
            return held;
        }
        let held = Held::around(usize::midpoint(seen.start, seen.end), lines.count());
        if let (Some(area), Some(before)) = (area, before)
            && self.caret.borrow().is_none()
            && lines.count() > HELD_MAX
            && area.owner_document().and_then(|page| page.active_element()).as_ref() == Some(area)
        {
            let base = lines.bytes(before.lines()).start;
            let here = selected(area);
            self.caret.replace(Some(base + here.start..base + here.end));
        }
        self.held.set(Some(held));
        held
    }

    /// Puts the caret where it is to be. What was pasted and is not held is to be shown: returns its
    /// line. A caret that the reader scrolled away from is put where they look.
    pub(super) fn place_caret(
        &self,
        (text, lines): (&str, &Lines),
        (held, seen): (Held, usize),
        area: &HtmlTextAreaElement,
    ) -> Option<usize> {
        let caret = self.caret.take()?;
        let part = lines.bytes(held.lines());
        let is_held = part.start <= caret.start && caret.end <= part.end;
        if !is_held && self.is_pasted.get() {
            let line = lines.line_of(caret.start);
            self.caret.replace(Some(caret));
            return Some(line);
        }
        self.is_pasted.set(false);
        let seen = lines.bytes(seen..seen + 1).start;
        let caret = if is_held { caret } else { seen..seen };
        let held = &text[part.clone()];
        let unit = |byte: usize| mm::units::count(units_before(held, byte.saturating_sub(part.start)));
        // Fails only for a field that holds no text.
        let _ = area.set_selection_range(unit(caret.start), unit(caret.end));
        None
    }

    /// Returns what a changed text area makes of `text`.
    pub(super) fn typed(&self, text: &str, lines: &Lines, area: &HtmlTextAreaElement) -> Action {
        let value = area.value();
        let Some(held) = self.held.get().filter(|_| !self.is_whole.take()) else { return taken(value) };
        let part = lines.bytes(held.lines());
        let count = value.matches('\n').count() + 1;
        let action = taken([&text[..part.start], &value, &text[part.end..]].concat());
        if matches!(action, Action::Edit(_)) {
            self.held.set(Some(Held { count, ..held }));
        }
        action
    }

    /// Returns what pasting makes of `text`; `None` leaves it to the browser.
    pub(super) fn pasted(&self, text: &str, lines: &Lines, event: &Event) -> Option<Action> {
        let data = clipboard(event)?.get_data("text/plain").ok()?;
        if data.len() <= PASTE_MAX && !self.is_whole.get() {
            return None;
        }
        event.prevent_default();
        let data = data.replace("\r\n", "\n").replace('\r', "\n");
        let area: HtmlTextAreaElement = event.target_unchecked_into();
        let (base, here) = (self.base(lines), selected(&area));
        let (start, end) =
            if self.is_whole.take() { (0, text.len()) } else { (base + here.start, base + here.end) };
        let action = taken([&text[..start], &data, &text[end..]].concat());
        if matches!(action, Action::Edit(_)) {
            let after = start + data.len();
            self.caret.replace(Some(after..after));
            self.is_pasted.set(true);
            self.held.set(None);
        }
        Some(action)
    }

    /// Puts all of a long script on the clipboard when all of it is selected.
    pub(super) fn copied(&self, text: &str, event: &Event) -> bool {
        let is_whole = self.is_whole.get();
        if let Some(data) = clipboard(event).filter(|_| is_whole) {
            event.prevent_default();
            // Refused only to those who hold no event of the clipboard.
            let _ = data.set_data("text/plain", text);
        }
        is_whole
    }

    /// Follows which keys select all of a script that is held in part, or something else.
    pub(super) fn key(&self, lines: &Lines, event: &KeyboardEvent) {
        let with_ctrl = event.ctrl_key() || event.meta_key();
        let is_part = self.held.get().is_some_and(|held| held.count < lines.count());
        let key = event.key();
        if with_ctrl && key.eq_ignore_ascii_case("a") {
            self.is_whole.set(is_part);
        } else if key.starts_with("Arrow") || matches!(key.as_str(), "Home" | "End" | "PageUp" | "PageDown") {
            self.is_whole.set(false);
        }
    }

    /// A click selects something else.
    pub(super) fn pressed(&self) {
        self.is_whole.set(false);
    }

    fn base(&self, lines: &Lines) -> usize {
        self.held.get().map_or(0, |held| lines.bytes(held.lines()).start)
    }
}

/// Takes a text over, or says why not.
fn taken(text: String) -> Action {
    match bounds::check(&text) {
        Ok(()) => Action::Edit(text),
        Err(too_much) => Action::Refuse(too_much),
    }
}

/// The selected bytes of what the text area holds.
fn selected(area: &HtmlTextAreaElement) -> Range<usize> {
    let value = area.value();
    let unit = |place: Result<Option<u32>, JsValue>| mm::units::index(place.ok().flatten().unwrap_or(0));
    byte_at(&value, unit(area.selection_start()))..byte_at(&value, unit(area.selection_end()))
}

/// Puts back what stood there before something was typed that is not taken, the caret too.
pub(super) fn put_back(area: &HtmlTextAreaElement, before: &str) {
    let more = area.text_length().saturating_sub(mm::units::count(units_before(before, before.len())));
    let caret = area.selection_start().ok().flatten().unwrap_or(0).saturating_sub(more);
    area.set_value(before);
    // Fails only for a field that holds no text.
    let _ = area.set_selection_range(caret, caret);
}

fn clipboard(event: &Event) -> Option<DataTransfer> {
    js_sys::Reflect::get(event, &"clipboardData".into()).ok()?.dyn_into().ok()
}

/// A [`Typing`] that lives as long as its text area.
#[hook]
pub(super) fn use_typing() -> Rc<Typing> {
    use_memo((), |()| Typing::default())
}
