//! The keyboard on the map: one tab stop, arrows move a cursor from frame to frame.

use mm_view::navigate::{self, Way};
use mm_view::panels::Thing;
use mm_view::panels::frames::CELLS_PER_ROW;
use yew::prelude::*;

use super::canvas::Scene;
use crate::ui::SessionHandle;

/// What the keys act on.
#[derive(Clone)]
pub(super) struct Keys {
    /// The session.
    pub session: SessionHandle,
    /// What is drawn.
    pub scene: Scene,
    /// Frames of the machine.
    pub frames: u32,
    /// Where the cursor is.
    pub cursor: Option<u32>,
    /// Moves the cursor.
    pub on_cursor: Callback<Option<u32>>,
    /// Zooms in (1) or out (-1).
    pub on_zoom: Callback<i8>,
    /// Selects.
    pub select: Callback<Option<Thing>>,
}

/// Returns the handler. Keys that the map does not use go on to the page.
pub(super) fn handler(keys: Keys) -> Callback<KeyboardEvent> {
    Callback::from(move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        if keys.press(&event.key(), event.shift_key()) {
            event.prevent_default();
            event.stop_propagation();
        }
    })
}

impl Keys {
    /// Acts on a key; returns whether it was one of the map's.
    fn press(&self, key: &str, shift: bool) -> bool {
        let at = self.cursor.unwrap_or(0);
        let block = self.scene.place.frames;
        let row = block * self.scene.place.per_row;
        let moved = match (key, shift) {
            ("ArrowRight", false) => at.checked_add(1),
            ("ArrowLeft", false) => at.checked_sub(1),
            ("ArrowDown", false) => at.checked_add(CELLS_PER_ROW),
            ("ArrowUp", false) => at.checked_sub(CELLS_PER_ROW),
            ("ArrowRight", true) => at.checked_add(block),
            ("ArrowLeft", true) => at.checked_sub(block),
            ("ArrowDown", true) => at.checked_add(row),
            ("ArrowUp", true) => at.checked_sub(row),
            ("]", _) => self.neighbour(at, Way::Next),
            ("[", _) => self.neighbour(at, Way::Previous),
            ("b", _) => self.neighbour(at, Way::Buddy),
            ("+" | "=", _) => return self.zoom(1),
            ("-", _) => return self.zoom(-1),
            ("0", _) => return self.zoom(i8::MIN),
            ("Enter", _) => {
                self.select.emit(Some(Thing::Frame(at)));
                return true;
            }
            _ => return false,
        };
        if let Some(pfn) = moved.filter(|&pfn| pfn < self.frames) {
            self.on_cursor.emit(Some(pfn));
        }
        true
    }

    fn zoom(&self, by: i8) -> bool {
        self.on_zoom.emit(by);
        true
    }

    /// The frame where the neighbour of what is under the cursor begins.
    fn neighbour(&self, pfn: u32, way: Way) -> Option<u32> {
        let beside = navigate::neighbour(self.session.borrow().world(), &Thing::Frame(pfn), way);
        if let Some(Thing::Frame(pfn)) = beside { Some(pfn) } else { None }
    }
}
