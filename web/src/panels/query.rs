//! How the panels ask the session: what most of them ask is in `mm-view`, what takes more is here.
//!
//! Each borrows the session, asks `mm-view` for a plain view, and drops the borrow.

use std::rc::Rc;

use mm::session::{Passage, Position};
use mm::world::World;
use mm_view::panels::fill::AgeBook;
use mm_view::panels::frames::{MapAsk, MapView, StripView};
use mm_view::panels::proc_file::{ProcView, lines};
use mm_view::panels::process::ProcessView;
use mm_view::panels::{FrameKind, Moment, fill};

use crate::ui::SessionHandle;

/// Deltas that are gone back and forth to see how things were before the command.
const LOOK_BACK_DELTAS: usize = 200_000;
/// Areas that are listed of a process.
const AREAS: usize = 600;
/// Bytes that are shown of a file: the browser lays out every line.
const PROC_BYTES: usize = 128 << 10;

/// Asks for the view of a panel.
pub(super) fn ask<T>(session: &SessionHandle, fill: impl FnOnce(Moment<'_>) -> T) -> T {
    fill(Moment::from(&*session.borrow()))
}

/// Returns the strip of the whole machine.
pub(super) fn strip(session: &SessionHandle, columns: u32) -> Rc<StripView> {
    Rc::new(fill::strip(session.borrow().world(), columns))
}

/// Returns a part of the map; `book` keeps what it learnt of ages.
pub(super) fn map(session: &SessionHandle, ask: MapAsk, book: &mut AgeBook) -> Rc<MapView> {
    Rc::new(fill::map(Moment::from(&*session.borrow()), ask, book))
}

/// Returns what a frame is used for.
pub(super) fn kind_of(session: &SessionHandle, pfn: u32) -> FrameKind {
    let session = session.borrow();
    let map = &session.world().phys.frames.mem_map;
    let block = (pfn < map.end().0).then(|| map.block_of(mm::units::Pfn(pfn))).flatten();
    block.map_or(FrameKind::Hole, |(_, state)| state.kind().into())
}

/// Returns an address space.
pub(super) fn process(session: &SessionHandle, name: Option<&str>) -> Rc<ProcessView> {
    let view = fill::process_to(Moment::from(&*session.borrow()), name, &[], AREAS);
    let Some(detail) = &view.process else { return Rc::new(view) };
    let name = detail.process.name.clone();
    let before = before(session, |world| fill::counters(world, &name)).unwrap_or_default();
    Rc::new(fill::process_to(Moment::from(&*session.borrow()), Some(&name), &before, AREAS))
}

/// Returns a file of `/proc`, the first one without a path.
pub(super) fn proc_file(session: &SessionHandle, path: Option<&str>) -> Rc<ProcView> {
    let files = mm_view::proc::files(session.borrow().world());
    let path = path.or(files.first().map(String::as_str)).unwrap_or_default().to_owned();
    let text = |world: &World| mm_view::proc::text_to(world, &path, PROC_BYTES);
    let now = text(session.borrow().world());
    let old = before(session, text).flatten();
    let known = now.is_some();
    let now = now.unwrap_or_default();
    let shown = lines(head(&now), old.as_deref().map(head));
    let is_whole = now.len() <= PROC_BYTES;
    Rc::new(ProcView { lines: shown, files, path, known, is_whole })
}

/// Returns the lines of a text that are shown of it.
fn head(text: &str) -> &str {
    let part = &text[..text.floor_char_boundary(PROC_BYTES)];
    if part.len() == text.len() { text } else { &part[..part.rfind('\n').map_or(0, |last| last + 1)] }
}

/// Asks the machine as it was before the command at the position; `None` where there is no way
/// back, or a long one.
fn before<T>(session: &SessionHandle, ask: impl FnOnce(&World) -> T) -> Option<T> {
    let mut session = session.borrow_mut();
    let Position { command, step } = session.position();
    let record = session.record(command)?;
    let near = record.trace.deltas_before(step) <= LOOK_BACK_DELTAS;
    if step == 0 || !near || record.passage != Passage::Stepwise || session.is_running() {
        return None;
    }
    Some(session.at(Position { command, step: 0 }, ask))
}
