//! The keyboard, as data: the list that `?` shows is the one that is obeyed.

use crate::labels::Label;
use crate::state::{Action, Drawer, Motion};
use crate::ui::PanelId;

/// What a key asks for.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Wish {
    /// Something that the state does.
    Act(Action),
    /// Move the focus to the find box.
    Find,
    /// Move the focus to the editor, at the line of the current command.
    Edit,
    /// Move the focus into the inspector.
    Inspector,
    /// Select the previous thing of this kind.
    Previous,
    /// Select the next thing of this kind.
    Next,
    /// Select the buddy.
    Buddy,
}

/// Where the focus is, as far as keys care.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// In the editor: only Ctrl+Enter and Esc are ours.
    Editor,
    /// In another field: only Esc is ours.
    Field,
    /// On something that uses arrows, Home and End itself (a grid, a slider, tabs).
    Grid,
    /// On a button or link: Space and Enter are its own.
    Control,
    /// Anywhere else.
    Page,
}

/// A key press.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Press<'a> {
    /// `KeyboardEvent.key`.
    pub key: &'a str,
    /// Ctrl or Command.
    pub with_ctrl: bool,
    /// Alt.
    pub with_alt: bool,
    /// Shift.
    pub with_shift: bool,
}

/// Rows of the list: keys and what they do.
pub(crate) const LIST: &[(&[&str], Label)] = &[
    (&["Space"], Label::KeyPlay),
    (&["←", "→"], Label::KeyStep),
    (&["⇧←", "⇧→"], Label::KeyCommand),
    (&["Home", "End"], Label::KeyEnds),
    (&["/"], Label::KeyFind),
    (&["1", "–", "9"], Label::KeyPanel),
    (&["["], Label::KeyPrevious),
    (&["]"], Label::KeyNext),
    (&["b"], Label::KeyBuddy),
    (&["g"], Label::KeyGo),
    (&["i"], Label::KeyInspector),
    (&["e"], Label::KeyEdit),
    (&["?"], Label::KeyHelpKey),
    (&["Esc"], Label::KeyEscape),
    (&["Ctrl", "Enter"], Label::KeyRun),
];

/// Returns what a key press asks for in a place, `None` when it is not ours.
pub(crate) fn wish(press: Press<'_>, place: Place) -> Option<Wish> {
    if press.key == "Escape" {
        return Some(Wish::Act(Action::Escape));
    }
    if press.with_ctrl && press.key == "Enter" && matches!(place, Place::Editor | Place::Page) {
        return Some(Wish::Act(Action::Run));
    }
    if press.with_ctrl || press.with_alt || matches!(place, Place::Editor | Place::Field) {
        return None;
    }
    let travels = matches!(place, Place::Page | Place::Control);
    let motion = |motion| travels.then_some(Wish::Act(Action::Move(motion)));
    match (press.key, press.with_shift) {
        (" ", _) => (place == Place::Page || place == Place::Grid).then_some(Wish::Act(Action::TogglePlay)),
        ("ArrowLeft", false) => motion(Motion::Back),
        ("ArrowRight", false) => motion(Motion::Forward),
        ("ArrowLeft", true) => motion(Motion::CommandBack),
        ("ArrowRight", true) => motion(Motion::CommandForward),
        ("Home", _) => motion(Motion::First),
        ("End", _) => motion(Motion::Last),
        ("/" | "g", _) => Some(Wish::Find),
        ("[", _) => Some(Wish::Previous),
        ("]", _) => Some(Wish::Next),
        ("b", _) => Some(Wish::Buddy),
        ("i", _) => Some(Wish::Inspector),
        ("e", _) => Some(Wish::Edit),
        ("?", _) => Some(Wish::Act(Action::ToggleDrawer(Drawer::Keys))),
        (digit, _) => {
            let at = digit.parse::<usize>().ok().filter(|at| digit.len() == 1 && *at > 0)?;
            PanelId::all().nth(at - 1).map(|panel| Wish::Act(Action::TogglePanel(panel)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str) -> Press<'_> {
        Press { key, with_ctrl: false, with_alt: false, with_shift: false }
    }

    #[test]
    fn the_editor_keeps_all_keys_but_two() {
        for key in [" ", "ArrowLeft", "Home", "/", "1", "[", "b", "g", "i", "e", "?", "Enter"] {
            assert_eq!(wish(press(key), Place::Editor), None, "{key}");
        }
        assert_eq!(wish(press("Escape"), Place::Editor), Some(Wish::Act(Action::Escape)));
        let run = Press { with_ctrl: true, ..press("Enter") };
        assert_eq!(wish(run, Place::Editor), Some(Wish::Act(Action::Run)));
    }

    #[test]
    fn the_browser_keeps_its_shortcuts() {
        for key in ["b", "1", "e", "ArrowLeft"] {
            assert_eq!(wish(Press { with_ctrl: true, ..press(key) }, Place::Page), None);
            assert_eq!(wish(Press { with_alt: true, ..press(key) }, Place::Page), None);
        }
    }

    #[test]
    fn a_control_keeps_its_space_and_a_grid_its_arrows() {
        assert_eq!(wish(press(" "), Place::Control), None);
        assert_eq!(wish(press("ArrowRight"), Place::Grid), None);
        assert!(wish(press("ArrowRight"), Place::Control).is_some());
    }

    #[test]
    fn digits_name_panels_that_exist() {
        let first = Wish::Act(Action::TogglePanel(PanelId::Translate));
        assert_eq!(wish(press("1"), Place::Page), Some(first));
        let last = u8::try_from(PanelId::all().len()).expect("few panels");
        for digit in last + 1..10 {
            assert_eq!(wish(press(&digit.to_string()), Place::Page), None, "{digit}");
        }
        assert_eq!(wish(press("0"), Place::Page), None);
    }
}
