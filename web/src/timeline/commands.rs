//! The commands of the script as cells; many become ticks around the current one's cells.

use crate::labels::Label;
use crate::model::{self, Position, Verdict};
use crate::state::Action;
use crate::ui::{SessionHandle, whole, within};
use crate::words;
use mm_view::Lang;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;
use yew::prelude::*;

/// Commands above which only some are cells.
const CELLS_MAX: u32 = 24;
/// Cells on each side of the current one then.
const CELLS_AROUND: u32 = 5;
/// Ticks on each side at most; above that a tick stands for several commands.
const TICKS_MAX: u32 = 120;

/// What a cell shows.
struct Cell {
    command: u32,
    verb: &'static str,
    expects: Option<&'static str>,
    /// Events, when it was run.
    events: Option<u64>,
    is_current: bool,
    verdict: Verdict,
}

/// One row: ticks, cells, ticks.
pub(super) fn commands(session: &SessionHandle, lang: Lang, act: &Callback<Action>) -> Html {
    let (at, total) = {
        let session = session.borrow();
        (model::standing(&session).command.max(1), model::total(&session))
    };
    let (first, last) = if total <= CELLS_MAX {
        (1, total)
    } else {
        let first = at.saturating_sub(CELLS_AROUND).max(1).min(total - 2 * CELLS_AROUND);
        (first, first + 2 * CELLS_AROUND)
    };
    let cells: Vec<Cell> = (first..=last).filter_map(|command| cell(session, command)).collect();
    html! {
        <div class="cells" role="group" aria-label={Label::Commands.text(lang)} data-keys="" onkeydown={|event: KeyboardEvent| move_focus(&event)}>
            { ticks(session, 1, first.saturating_sub(1), act) }
            for cell in cells.iter() { { button(cell, lang, act) } }
            { ticks(session, last + 1, total, act) }
        </div>
    }
}

fn cell(session: &SessionHandle, command: u32) -> Option<Cell> {
    let session = session.borrow();
    let item = model::item(&session, command)?;
    let is_done = command <= model::done(&session);
    Some(Cell {
        command,
        verb: item.verb,
        expects: item.expects,
        events: is_done.then(|| model::events(&session, command)),
        is_current: command == model::standing(&session).command,
        verdict: model::verdict(&session, command),
    })
}

fn button(cell: &Cell, lang: Lang, act: &Callback<Action>) -> Html {
    let at = Position { command: cell.command, step: u32::MAX };
    let state = match (cell.is_current, cell.events) {
        (true, _) => "now",
        (false, Some(_)) => "done",
        (false, None) => "later",
    };
    let steps = match (cell.is_current, cell.events) {
        (true, Some(events)) => words::steps(lang, events),
        (false, Some(events)) => words::grouped(events),
        (_, None) => String::new(),
    };
    let failed = (cell.verdict == Verdict::Unexpected).then_some("failed");
    html! {
        <button key={cell.command} class={classes!("cell", state, failed)} tabindex={if cell.is_current { "0" } else { "-1" }}
            aria-current={cell.is_current.then_some("step")} disabled={cell.events.is_none()}
            title={words::command(lang, mm::units::index(cell.command), cell.verb, cell.events)}
            onclick={act.reform(move |_: MouseEvent| Action::Seek(at))}>
            <span>{ cell.verb }</span>
            if let Some(expects) = cell.expects { <em>{ expects }</em> }
            <small>{ steps }</small>
        </button>
    }
}

/// Commands without a cell, as one drawing; a click goes to the nearest.
fn ticks(session: &SessionHandle, first: u32, last: u32, act: &Callback<Action>) -> Html {
    if last < first {
        return Html::default();
    }
    let done = model::done(&session.borrow());
    let commands = last - first + 1;
    let shown = commands.min(TICKS_MAX);
    let path =
        |range: std::ops::Range<u32>| range.map(|at| format!("M{} 0v8", at * 4 + 1)).collect::<String>();
    let run = if done < first { 0 } else { shown * (done.min(last) - first + 1) / commands };
    let onclick = {
        let act = act.clone();
        move |event: MouseEvent| {
            let Some(element) = event.current_target().and_then(|it| it.dyn_into::<web_sys::Element>().ok())
            else {
                return;
            };
            let rect = element.get_bounding_client_rect();
            let share =
                within((f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0), 0.0, 0.9999);
            let offset = whole(share * f64::from(commands)).unwrap_or(0);
            act.emit(Action::Seek(Position { command: (first + offset).min(done), step: u32::MAX }));
        }
    };
    html! {
        <svg class="ticks" viewBox={format!("0 0 {} 8", shown * 4)} preserveAspectRatio="none" aria-hidden="true" {onclick}>
            <path class="run" d={path(0..run)}/><path d={path(run..shown)}/>
        </svg>
    }
}

/// The row is one tab stop; arrows move inside it.
fn move_focus(event: &KeyboardEvent) {
    let Some(cell) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) else { return };
    let sibling = match event.key().as_str() {
        "ArrowLeft" => cell.previous_element_sibling(),
        "ArrowRight" => cell.next_element_sibling(),
        _ => return,
    };
    event.prevent_default();
    if let Some(sibling) = sibling.and_then(|sibling| sibling.dyn_into::<HtmlElement>().ok()) {
        let _ = sibling.focus();
    }
}
