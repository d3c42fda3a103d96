//! What the panels ask of the session: the one file here that knows how it is asked.

use std::rc::Rc;

use mm_view::panels::buddy::BuddyView;
use mm_view::panels::frames::{MapAsk, MapView, StripView};
use mm_view::panels::inspector::InspectorView;
use mm_view::panels::proc_file::ProcView;
use mm_view::panels::process::ProcessView;
use mm_view::panels::translate::{Access, TranslateView};
use mm_view::panels::{Thing, sample};

use crate::ui::SessionHandle;

/// Which address is walked; what is not said follows the command at the position.
#[derive(Clone, PartialEq, Eq, Default)]
pub(super) struct TranslateAsk {
    /// Process by name.
    pub process: Option<String>,
    /// The address as text.
    pub expression: Option<String>,
    /// Kind of access.
    pub access: Option<Access>,
}

/// Returns the walk, `None` without a process.
pub(super) fn translate(_session: &SessionHandle, ask: &TranslateAsk) -> Option<Rc<TranslateView>> {
    let mut view = if ask.access == Some(Access::Look) { sample::translate_pending() } else { sample::translate() };
    view.access = ask.access.unwrap_or(view.access);
    Some(Rc::new(view))
}

/// Returns the free lists of a zone.
pub(super) fn buddy(_session: &SessionHandle, _zone: Option<(u8, u8)>) -> Rc<BuddyView> {
    Rc::new(sample::buddy())
}

/// Returns the strip of the whole machine.
pub(super) fn strip(_session: &SessionHandle, _columns: u32) -> Rc<StripView> {
    Rc::new(sample::strip())
}

/// Returns a part of the map.
pub(super) fn map(_session: &SessionHandle, ask: MapAsk) -> Rc<MapView> {
    Rc::new(sample::map(ask))
}

/// Returns an address space.
pub(super) fn process(_session: &SessionHandle, _name: Option<&str>) -> Rc<ProcessView> {
    Rc::new(sample::process())
}

/// Returns a file of `/proc`.
pub(super) fn proc_file(_session: &SessionHandle, _path: Option<&str>) -> Rc<ProcView> {
    Rc::new(sample::proc_file())
}

/// Returns everything about a thing.
pub(super) fn inspect(_session: &SessionHandle, thing: Option<&Thing>) -> InspectorView {
    match thing {
        None => InspectorView::Empty,
        Some(Thing::Entry { .. }) => InspectorView::Entry(Box::new(sample::entry())),
        Some(_) => sample::frame(),
    }
}
