//! Nested calls by step, simulated time by step, and the playhead over both.

use super::Recording;
use super::scale::Scale;
use crate::labels::Label;
use crate::model::{self, Call, Position, Steps};
use crate::state::Action;
use crate::ui::{SessionHandle, tenths, use_custom_properties, use_kept, use_memo, use_size, whole};
use crate::words;
use mm::sort::sort_by_number;
use mm::units::index;
use mm_view::Lang;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::Element;
use yew::prelude::*;

/// Height of the drawing, of its bars and of one row of calls.
const HEIGHT: f64 = 108.0;
const BARS: f64 = 15.0;
const ROW: f64 = 12.5;
const ROWS_TOP: f64 = 4.0;
/// Width of a letter of the labels.
const LETTER: f64 = 6.1;
/// Calls narrower than this melt into one.
const CALL_MIN: f64 = 2.5;
/// Width of a letter of the bars' numbers.
const NUMBER_LETTER: f64 = 5.2;
/// Bars that carry their number.
const NUMBERED_BARS: usize = 3;

/// Properties of [`Calls`].
#[derive(Clone, PartialEq, Properties)]
pub(super) struct CallsProps {
    pub recording: Recording,
    pub at: Position,
    pub session: SessionHandle,
    pub lang: Lang,
    pub act: Callback<Action>,
}

/// The calls of the current command.
#[component]
pub(super) fn Calls(props: &CallsProps) -> Html {
    let CallsProps { recording, at, session, lang, act } = props;
    let node = use_node_ref();
    let (width, _) = use_size(&node);
    let steps = recording.steps.count();
    let scale = use_memo((recording.clone(), width, at.step), |(recording, width, focus)| {
        Scale::new(recording.steps.count(), &recording.calls, f64::from(*width), *focus)
    });
    // Most steps lie where they lay: what is drawn to this scale stays.
    let scale = use_kept(scale);
    let columns = use_memo((recording.clone(), scale.clone()), |(recording, scale)| {
        Columns::new(&recording.steps, scale)
    });
    let playhead = use_node_ref();
    // Without steps there is only before and after.
    let x = match (recording.steps.is_coarse, at.step) {
        (true, 0) => 0.0,
        (true, _) => f64::from(width) - 1.0,
        (false, step) => scale.middle(step),
    };
    use_custom_properties(&playhead, vec![("--x", format!("{}px", tenths(x)))]);
    let seek = use_seek(&node, scale.clone(), at.command, act);
    let function = model::caption(&session.borrow(), *lang).function.trim_end_matches("()").to_owned();
    let leaf = leaf(&recording.calls, &scale, at.step, &function, f64::from(width));
    let value = format!("{} / {} {function}", at.step, steps);
    let slider_keys = slider_keys(*at, steps, act);
    html! {
        <div class="calls" ref={node} onpointerdown={seek.clone()} onpointermove={seek}>
            <svg width={width.to_string()} height={tenths(HEIGHT)} role="img" aria-label={Label::Calls.text(*lang)}>
                if recording.steps.is_coarse {
                    { coarse(f64::from(width), recording.steps.events, *lang) }
                } else {
                    { rows(&recording.calls, &scale, at.step, leaf.as_ref()) }
                    <Bars columns={columns.clone()}/>
                    { current_bar(&columns, at.step) }
                    if let Some(leaf) = &leaf { { draw_leaf(leaf, &function) } }
                }
            </svg>
            <div class="playhead" ref={playhead} role="slider" tabindex="0" aria-label={Label::Playhead.text(*lang)}
                aria-valuemin="0" aria-valuemax={steps.to_string()} aria-valuenow={at.step.to_string()}
                aria-valuetext={value} onkeydown={slider_keys}/>
        </div>
    }
}

/// Seeks to where the pointer is, while its button is down.
#[hook]
fn use_seek(
    node: &NodeRef,
    scale: Rc<Scale>,
    command: u32,
    act: &Callback<Action>,
) -> Callback<PointerEvent> {
    let (node, act) = (node.clone(), act.clone());
    Callback::from(move |event: PointerEvent| {
        let is_down = event.buttons() & 1 == 1;
        let Some(element) = node.cast::<Element>().filter(|_| is_down) else { return };
        if event.type_() == "pointerdown" {
            // Without capture dragging ends at the edge; nothing worse.
            let _ = element.set_pointer_capture(event.pointer_id());
            if let Ok(Some(head)) = element.query_selector("[role=slider]") {
                let _ = head.unchecked_into::<web_sys::HtmlElement>().focus();
            }
            event.prevent_default();
        }
        let x = f64::from(event.client_x()) - element.get_bounding_client_rect().left();
        act.emit(Action::Seek(Position { command, step: scale.step_at(x) }));
    })
}

/// The keys of a slider: arrows one step, pages ten, Home and End the ends.
pub(super) fn slider_keys(at: Position, steps: u32, act: &Callback<Action>) -> Callback<KeyboardEvent> {
    let act = act.clone();
    Callback::from(move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" if !event.shift_key() => at.step.saturating_sub(1),
            "ArrowRight" | "ArrowUp" if !event.shift_key() => (at.step + 1).min(steps),
            "PageDown" => at.step.saturating_sub(10),
            "PageUp" => (at.step + 10).min(steps),
            "Home" => 0,
            "End" => steps,
            _ => return,
        };
        event.prevent_default();
        act.emit(Action::Seek(Position { command: at.command, step }));
    })
}

fn row_height(calls: &[Call]) -> f64 {
    let rows = calls.iter().map(|call| call.depth).max().unwrap_or(0) + 2;
    ((HEIGHT - BARS - ROWS_TOP) / f64::from(rows)).min(ROW)
}

/// A box to draw: calls that are too narrow melt into one without a name.
#[derive(Clone, PartialEq)]
struct Bar {
    x: f64,
    end: f64,
    depth: u32,
    name: Option<&'static str>,
    is_current: bool,
}

/// The boxes, a component for each depth: a step changes few of them.
fn rows(calls: &[Call], scale: &Scale, step: u32, leaf: Option<&Leaf>) -> Html {
    let height = row_height(calls);
    let mut rows: Vec<Vec<Bar>> = Vec::new();
    for bar in melted(calls, scale, step) {
        let depth = index(bar.depth);
        rows.resize(rows.len().max(depth + 1), Vec::new());
        rows[depth].push(bar);
    }
    let rows = (0..).zip(rows).map(|(depth, bars)| {
        let leaf = leaf.filter(|leaf| leaf.depth == depth).map(|leaf| (leaf.label_start, leaf.label_end));
        html! { <Row key={depth} {bars} {height} {leaf}/> }
    });
    html! { for row in rows { { row } } }
}

#[derive(Clone, PartialEq, Properties)]
struct RowProps {
    bars: Vec<Bar>,
    height: f64,
    /// Where the name of the step stands, if in this row.
    leaf: Option<(f64, f64)>,
}

/// The boxes of one depth.
#[component]
fn Row(RowProps { bars, height, leaf }: &RowProps) -> Html {
    html! { <g>for bar in bars.iter() { { draw(bar, *height, *leaf) } }</g> }
}

fn melted(calls: &[Call], scale: &Scale, step: u32) -> Vec<Bar> {
    let mut bars: Vec<Bar> = Vec::new();
    // The last narrow box of each depth.
    let mut narrow: Vec<Option<usize>> = Vec::new();
    for call in calls {
        let (x, end) = (scale.x(call.first), scale.x(call.end));
        let is_current = call.first < step && step <= call.end;
        let depth = index(call.depth);
        narrow.resize(narrow.len().max(depth + 1), None);
        if end - x >= CALL_MIN || is_current {
            bars.push(Bar { x, end, depth: call.depth, name: Some(call.name), is_current });
            narrow[depth] = None;
        } else if let Some(before) = narrow[depth].filter(|before| x - bars[*before].end < CALL_MIN) {
            bars[before].end = end;
        } else {
            narrow[depth] = Some(bars.len());
            bars.push(Bar { x, end, depth: call.depth, name: None, is_current: false });
        }
    }
    bars
}

fn draw(bar: &Bar, height: f64, leaf: Option<(f64, f64)>) -> Html {
    let y = ROWS_TOP + f64::from(bar.depth) * height;
    let width = (bar.end - bar.x - 1.0).max(0.8);
    let class = match (bar.is_current, bar.name) {
        (true, _) => "call now",
        (false, Some(_)) => "call",
        (false, None) => "call many",
    };
    // The name of the step has its row to itself: a name under it would be a smear.
    let covered = |label: &String| {
        let until = bar.x + 5.0 + LETTER * f64::from(mm::units::count(label.chars().count()));
        leaf.is_some_and(|(from, end)| bar.x < end && from < until)
    };
    let label = bar.name.and_then(|name| fitted(name, width - 8.0)).filter(|_| height > 9.5);
    let label = label.filter(|label| !covered(label));
    html! {<>
        <rect {class} x={px(bar.x + 0.5)} y={px(y)} width={px(width)} height={px(height - 1.5)} rx="1.5"/>
        if let Some(label) = label {
            <text class={classes!("m", "name", bar.is_current.then_some("now"))} x={px(bar.x + 5.0)} y={px(y + height - 3.7)}>{ label }</text>
        }
    </>}
}

/// Returns as much of a name as fits, `None` when that would say nothing.
fn fitted(name: &'static str, width: f64) -> Option<String> {
    let letters = name.chars().count();
    // Negative room is none.
    let room = whole(width / LETTER).unwrap_or(0);
    if index(room) >= letters {
        Some(name.to_owned())
    } else if room >= 6 {
        Some(name.chars().take(index(room) - 1).chain(['…']).collect())
    } else {
        None
    }
}

/// Where the step itself is drawn, under its call, and where the name of its function stands.
struct Leaf {
    depth: u32,
    height: f64,
    x: f64,
    end: f64,
    label_start: f64,
    label_end: f64,
    is_left: bool,
    /// The name stands on the step itself.
    is_inside: bool,
}

fn leaf(calls: &[Call], scale: &Scale, step: u32, function: &str, width: f64) -> Option<Leaf> {
    let before = step.checked_sub(1)?;
    let depth =
        calls.iter().filter(|call| call.first <= before && before < call.end).map(|call| call.depth + 1);
    let (x, end) = (scale.x(before), scale.x(step));
    let label = LETTER * f64::from(mm::units::count(function.chars().count()));
    let is_left = end + label + 8.0 > width;
    // Where neither side has room, the name stands on the step.
    let (label_start, label_end) = match (is_left, x - 4.0 - label >= 0.0) {
        (false, _) => (end + 4.0, end + 4.0 + label),
        (true, true) => (x - 4.0 - label, x - 4.0),
        (true, false) => (x + 5.0, x + 5.0 + label),
    };
    let is_inside = label_start > x && label_start < end;
    let depth = depth.max().unwrap_or(0);
    Some(Leaf { depth, height: row_height(calls), x, end, label_start, label_end, is_left, is_inside })
}

fn draw_leaf(leaf: &Leaf, function: &str) -> Html {
    let y = ROWS_TOP + f64::from(leaf.depth) * leaf.height;
    let is_before = leaf.is_left && !leaf.is_inside;
    let (anchor, label_x) = if is_before { ("end", leaf.label_end) } else { ("start", leaf.label_start) };
    html! {<>
        <rect class="leaf" x={px(leaf.x + 0.5)} y={px(y)} width={px((leaf.end - leaf.x - 1.0).max(1.0))} height={px(leaf.height - 1.5)} rx="1.5"/>
        <text class={classes!("m", "name", "leafname", leaf.is_inside.then_some("inside"))} text-anchor={anchor} x={px(label_x)} y={px(y + leaf.height - 3.7)}>{ function }</text>
    </>}
}

/// The columns of a command, and what tells them apart.
#[derive(PartialEq)]
struct Columns {
    all: Vec<Column>,
    /// Time of the longest.
    longest: u64,
    /// Those that carry their number.
    numbered: Vec<usize>,
}

impl Columns {
    fn new(steps: &Steps, scale: &Scale) -> Columns {
        let all = columns(steps, scale);
        let longest = all.iter().map(|column| column.ns).max().unwrap_or(0);
        let mut ranked: Vec<usize> = (0..all.len()).collect();
        sort_by_number(&mut ranked, |at| u64::MAX - all[*at].ns);
        let mut numbered: Vec<usize> = Vec::new();
        for at in ranked {
            let (from, until) = number_place(&all[at]);
            let is_apart =
                numbered.iter().map(|other| number_place(&all[*other])).all(|(a, b)| b < from || until < a);
            if numbered.len() == NUMBERED_BARS || all[at].ns * 4 <= longest {
                break;
            } else if is_apart {
                numbered.push(at);
            }
        }
        Columns { all, longest, numbered }
    }
}

#[derive(Clone, PartialEq, Properties)]
struct BarsProps {
    columns: Rc<Columns>,
}

/// The times of all steps; which of them is the current one is drawn over them.
#[component]
fn Bars(BarsProps { columns }: &BarsProps) -> Html {
    html! {
        <g>
            for column in columns.all.iter() { { bar(column, columns.longest, "bar") } }
            for column in columns.numbered.iter().map(|at| &columns.all[*at]) {
                <text class="ns" x={px(number_place(column).0)} y={px(HEIGHT - 2.0)}>
                    { format!("{} ns", words::grouped(column.ns)) }
                </text>
            }
        </g>
    }
}

fn current_bar(columns: &Columns, step: u32) -> Html {
    let at = columns.all.partition_point(|column| column.last < step);
    let column = columns.all.get(at).filter(|column| column.first < step);
    html! { if let Some(column) = column { { bar(column, columns.longest, "bar now") } } }
}

/// Where a column's number stands: left of it, at the left edge right of it.
fn number_place(column: &Column) -> (f64, f64) {
    let letters = mm::units::count(words::grouped(column.ns).chars().count()) + 3;
    let width = f64::from(letters) * NUMBER_LETTER;
    if column.x > width + 3.0 {
        (column.x - 3.0 - width, column.x - 3.0)
    } else {
        (column.end + 3.0, column.end + 3.0 + width)
    }
}

fn bar(column: &Column, longest: u64, class: &'static str) -> Html {
    let share = ratio(column.ns, longest);
    let height = (BARS * share).max(1.5);
    html! {
        <rect {class} x={px(column.x + 0.5)} y={px(HEIGHT - height)}
            width={px((column.end - column.x - 1.0).max(0.8))} height={px(height)}/>
    }
}

/// Steps that share a column of at least two pixels: the longest of them counts.
#[derive(PartialEq)]
struct Column {
    x: f64,
    end: f64,
    /// Steps `first + 1 ..= last`.
    first: u32,
    last: u32,
    ns: u64,
}

fn columns(steps: &Steps, scale: &Scale) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for step in 0..steps.count() {
        let (x, end) = (scale.x(step), scale.x(step + 1));
        let ns = steps.time_at(step + 1).saturating_sub(steps.time_at(step));
        match columns.last_mut() {
            Some(column) if end - column.x < 2.0 => {
                column.end = end;
                column.last = step + 1;
                column.ns = column.ns.max(ns);
            }
            Some(_) | None => columns.push(Column { x, end, first: step, last: step + 1, ns }),
        }
    }
    columns
}

/// A command without detail: one hatched span.
fn coarse(width: f64, events: u64, lang: Lang) -> Html {
    html! {<>
        <rect class="coarse" x="0.5" y={px(ROWS_TOP)} width={px((width - 1.0).max(0.0))} height="24" rx="1.5" fill="url(#p-ahead)"/>
        <text class="name" x="8" y={px(ROWS_TOP + 16.0)}>{ words::detail_off(lang, events) }</text>
    </>}
}

fn px(value: f64) -> AttrValue {
    tenths(value)
}

/// Nanoseconds of a step are far below 2^53; both come from one command.
fn ratio(part: u64, whole: u64) -> f64 {
    let permille = part.saturating_mul(1000).checked_div(whole).unwrap_or(0);
    f64::from(u32::try_from(permille).unwrap_or(1000)) / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_or_left_out() {
        assert_eq!(fitted("handle_mm_fault", 200.0).as_deref(), Some("handle_mm_fault"));
        assert_eq!(fitted("handle_mm_fault", 50.0).as_deref(), Some("handle_…"));
        assert_eq!(fitted("handle_mm_fault", 10.0), None);
        assert_eq!(fitted("zero", -3.0), None);
    }

    #[test]
    fn narrow_calls_melt_and_no_box_is_lost_at_the_edges() {
        let calls: Vec<Call> =
            (0..5000).map(|at| Call { name: "fault", depth: 0, first: at * 2, end: at * 2 + 2 }).collect();
        let scale = Scale::new(10_000, &calls, 1000.0, 5000);
        let bars = melted(&calls, &scale, 5000);
        assert!(bars.len() < 1000, "{}", bars.len());
        assert_eq!(bars.iter().filter(|bar| bar.is_current).count(), 1);
    }
}
