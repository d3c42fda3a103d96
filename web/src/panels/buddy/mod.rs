//! *Buddy*: the free lists of a zone, orders down, migrate types across, block heads as chips.

mod words;

use std::rc::Rc;

use mm_view::Lang;
use mm_view::panels::buddy::{BuddyView, Cell, Chip, ChipState, CpuRow, MigrateName, Move, OrderRow};
use mm_view::panels::fallback::{Extent, Fallback};
use mm_view::panels::{Thing, fill, grouped, short_bytes};
use yew::prelude::*;

use self::words::Text;
use super::chip_motion::use_chip_motion;
use super::head::{choice, heading};
use super::labels::Text as Common;
use super::query;
use super::svg::{float, n, path};
use crate::ui::{PanelProps, Ref, span, use_memo, use_size};

/// The panel.
#[component]
pub(super) fn Buddy(props: &PanelProps) -> Html {
    let lang = props.lang;
    let zone = use_state_eq(|| None::<(u8, u8)>);
    let picked = match props.selection.as_ref() {
        Some(Thing::Zone { node, zone }) => Some((*node, *zone)),
        _ => *zone,
    };
    let view = use_memo((props.session.clone(), picked), |(session, zone)| {
        Rc::new(query::ask(session, |at| fill::buddy(at, *zone)))
    });
    let view: Rc<BuddyView> = (*view).clone();
    let on_pick = Callback::from(move |value: String| {
        let pair = value.split_once('/').and_then(|(node, at)| Some((node.parse().ok()?, at.parse().ok()?)));
        zone.set(pair);
    });
    let node = use_node_ref();
    let (width, _) = use_size(&node);
    html! {
        <section class="panel" aria-label={props.id.label(lang)}>
            <div class="ph">
                { heading(props.id, lang) }
                { zones(&view, lang, &on_pick) }
                { free(&view, lang) }
                <span class="sp"></span>
                { key(&view, lang) }
            </div>
            <div class="buddy" ref={node}>
                if width == 0 || f64::from(width) >= table_width(&view) {
                    <Lists view={view.clone()} {lang}/>
                } else {
                    { lines(&view) }
                }
                if let Some(fallback) = &view.fallback { { decision(fallback, lang) } }
            </div>
        </section>
    }
}

fn zones(view: &BuddyView, lang: Lang, on_pick: &Callback<String>) -> Html {
    let options: Vec<(String, String)> = view
        .zones
        .iter()
        .map(|zone| {
            (
                format!("{}/{}", zone.node, zone.zone),
                format!("{} {} · {}", Common::Node.text(lang), zone.node, zone.name),
            )
        })
        .collect();
    let value = options.get(view.zone).map(|(value, _)| value.clone()).unwrap_or_default();
    choice(Common::Zone.text(lang), &value, options, on_pick)
}

fn free(view: &BuddyView, lang: Lang) -> Html {
    let [min, low, high] = view.marks;
    html! {
        <span class="mid buddy-free">
            { grouped(view.free) }{ " " }{ Text::FramesFree.text(lang) }
            { span("dim", format!(" · min {min} · low {low} · high {high}")) }
        </span>
    }
}

/// What the two marks mean.
fn key(view: &BuddyView, lang: Lang) -> Html {
    html! {<>
        if view.takes {
            { span("blk gone key", Text::Taken.text(lang)) }
        }
        if let Some(function) = view.puts {
            <span class="blk new key">{ match lang {
                Lang::En => format!("put back by {function}()"),
                Lang::Zh => format!("{function}() 放回"),
            } }</span>
        }
    </>}
}

/// A fallback, decision by decision.
fn decision(fallback: &Fallback, lang: Lang) -> Html {
    let (asked, from) = (fallback.asked, fallback.from);
    let boost = fallback.boost.map(|(before, after, cap)| format!("{before} → {after} (max {cap})"));
    let by = |text: Text| html! { <dt>{ text.text(lang) }</dt> };
    html! {
        <section class={classes!("fall", fallback.is_now.then_some("now"))} aria-label={Text::Fallback.text(lang)}>
            <h3>{ Text::Fallback.text(lang) }{ span("dim", format!(" {} {}", Common::Step.text(lang), fallback.step)) }</h3>
            <dl>
                { by(Text::Asked) }
                <dd><b class="m">{ asked.letter() }</b>{ wanted(fallback, lang) }</dd>
                { by(Text::Tried) }
                <dd>
                    for (at, migrate) in fallback.tried.iter().enumerate() {
                        if at > 0 { { " → " } }
                        <span class={classes!("blk", "key", (*migrate == from).then_some("new"))}><b class="m">{ migrate.letter() }</b>{ " " }{ migrate.word().text(lang) }</span>
                    }
                </dd>
                { by(Text::Candidate) }
                <dd><Ref class="ln m" thing={Thing::Frame(fallback.block)}>{ fallback.block }</Ref>{ format!(" · {} {} · {}", Common::Order.text(lang), fallback.block_order, from.letter()) }</dd>
                { by(Text::Reach) }
                <dd>{ fallback.reach(lang) }</dd>
                if fallback.extent == Extent::Pageblock {
                    { by(Text::WholePageblock) }
                    <dd class={classes!(fallback.weighed.is_none().then_some("dim"))}>{ fallback.verdict(lang).unwrap_or_else(|| Text::NotYet.text(lang).to_owned()) }</dd>
                }
                if let Some(boost) = boost { { by(Text::Boost) }<dd class="m">{ boost }</dd> }
            </dl>
        </section>
    }
}

/// What was asked for, and why that was not simply taken.
fn wanted(fallback: &Fallback, lang: Lang) -> String {
    let (asked, order) = (fallback.asked.word().text(lang), fallback.order);
    let empty = Text::ItsListsEmpty.text(lang);
    match lang {
        Lang::En => format!(" {asked}, order {order}: {empty}"),
        Lang::Zh => format!(" {asked}，{order} 阶：{empty}"),
    }
}

/// Properties of [`Lists`].
#[derive(Clone, PartialEq, Properties)]
struct ListsProps {
    view: Rc<BuddyView>,
    lang: Lang,
}

/// The lists as a grid.
#[component]
fn Lists(props: &ListsProps) -> Html {
    let (view, lang) = (&props.view, props.lang);
    let node = use_node_ref();
    use_chip_motion(&node, view);
    html! {
        <div ref={node} class={classes!("bm", format!("t{}", view.types.len()), long_numbers(view))} role="table" aria-label={Text::FreeBlocks.text(lang)}>
            <div class="bm-row" role="row">
                <div class="h two" role="columnheader">{ Common::Order.text(lang) }</div>
                <div class="h n" role="columnheader">{ Text::FreeBlocks.text(lang) }</div>
                for migrate in view.types.iter() {
                    <div class="h c" role="columnheader">{ type_head(*migrate, lang) }</div>
                }
                <div class="h c" role="columnheader">{ Text::Share.text(lang) }</div>
            </div>
            for row in view.cpus.iter() {
                { cpu_row(row, lang) }
            }
            for row in view.orders.iter() {
                { order_row(row, view.free) }
            }
            { elbows(view) }
        </div>
    }
}

/// Returns the class for frame numbers of seven digits, more than 4 GB up, or of eight, more than
/// 38 GB up.
fn long_numbers(view: &BuddyView) -> Option<&'static str> {
    let of_orders = view.orders.iter().flat_map(|row| &row.cells);
    let cells = of_orders.chain(view.cpus.iter().flat_map(|row| &row.cells));
    match cells.flat_map(|cell| &cell.chips).map(|chip| chip.pfn).max()? {
        10_000_000.. => Some("big longest"),
        1_000_000.. => Some("big"),
        _ => None,
    }
}

fn type_head(migrate: MigrateName, lang: Lang) -> Html {
    let order = match (migrate, lang) {
        (MigrateName::Movable, Lang::En) => ", in list order",
        (MigrateName::Movable, Lang::Zh) => "，按链表次序",
        _ => "",
    };
    html! {<><b>{ migrate.letter() }</b>{ " " }{ migrate.word().text(lang) }{ order }</>}
}

fn cpu_row(row: &CpuRow, lang: Lang) -> Html {
    let name = match lang {
        Lang::En => format!("CPU {} list", row.cpu),
        Lang::Zh => format!("CPU {} 链表", row.cpu),
    };
    let higher = match lang {
        Lang::En => format!("orders 1–3: {} frames", row.higher_frames),
        Lang::Zh => format!("1–3 阶：{} 页", row.higher_frames),
    };
    html! {
        <div class="bm-row" role="row">
            <div class="pcp two name" role="rowheader">{ name }</div>
            <div class="pcp n" role="cell">{ row.frames }</div>
            for cell in row.cells.iter() {
                <div class="pcp c" role="cell">{ chips(cell) }</div>
            }
            <div class="pcp c" role="cell">{ span("dim", higher) }</div>
        </div>
    }
}

fn order_row(row: &OrderRow, free: u64) -> Html {
    let has_any = row.blocks > 0;
    let share = match (has_any, row.permille) {
        (false, _) => "0".to_owned(),
        (true, 0) => "<0.1 %".to_owned(),
        (true, permille) => format!("{}.{} %", permille / 10, permille % 10),
    };
    let width = if has_any && free > 0 { (f64::from(row.permille) * 0.092).max(1.0) } else { 0.0 };
    html! {
        <div class="bm-row" role="row">
            <div class="b" role="rowheader">{ row.order }</div>
            <div class="dim" role="cell">{ short_bytes(row.bytes) }</div>
            <div class={classes!("n", (!has_any).then_some("dim"))} role="cell">{ row.blocks }</div>
            for cell in row.cells.iter() {
                <div class="c" role="cell">{ chips(cell) }</div>
            }
            <div class="share" role="cell">
                <svg width={n(width.round())} height="7" aria-hidden="true"><rect width="100%" height="7" rx="1" fill="var(--ink-3)"/></svg>{ share }
            </div>
        </div>
    }
}

fn chips(cell: &Cell) -> Html {
    let hidden = cell.more_taken;
    html! {<>
        for chip in cell.chips.iter() { { chip_of(*chip) } }
        if let Some(last) = cell.last {
            <span class="dim more">{ "… " }if cell.chips.len() > 2 {
                <Ref thing={Thing::Frame(last)}>{ last }</Ref>{ " " }
            }{ format!("×{}", cell.count) }</span>
        }
        if hidden > 0 { { span("dim more", format!(" −{hidden}")) } }
    </>}
}

fn chip_of(chip: Chip) -> Html {
    let class = match chip.state {
        ChipState::Same => classes!("blk"),
        ChipState::Taken => classes!("blk", "gone"),
        ChipState::New => classes!("blk", "new"),
    };
    let label = match chip.state {
        ChipState::Same => None,
        ChipState::Taken => Some(AttrValue::from(format!("− {}", chip.pfn))),
        ChipState::New => Some(AttrValue::from(format!("Δ {}", chip.pfn))),
    };
    html! { <Ref thing={Thing::Frame(chip.pfn)} {class} {label}>{ chip.pfn }</Ref> }
}

/// Arrows of the splits and merges of this step.
fn elbows(view: &BuddyView) -> Html {
    let paths = view.moves.iter().filter_map(|step| elbow(view, step));
    html! {
        <svg class="ov" aria-hidden="true"><g fill="none" stroke="var(--chg)" stroke-width="1.25">
            for d in paths { <path {d} marker-end="url(#ac)"/> }
        </g></svg>
    }
}

/// Draws from the chip in the one row to the chip in the other.
fn elbow(view: &BuddyView, step: &Move) -> Option<String> {
    let slot = |order: u8, pfn: u32| {
        let (left, top) = place_in_list(view, (order, step.column), pfn)?;
        Some((left + 45.0, top + 7.0))
    };
    let (from_x, from_y) = slot(step.from_order, step.from_pfn)?;
    let (to_x, to_y) = slot(step.to_order, step.to_pfn)?;
    let up = to_y < from_y;
    Some(if to_x > from_x + 40.0 {
        path("M_ _H_V_", &[from_x, from_y, to_x - 22.0, if up { to_y + 9.0 } else { to_y - 9.0 }])
    } else {
        let turn = from_x.max(to_x) + 11.0;
        path("M_ _H_V_H_", &[from_x + 4.0, from_y, turn, to_y, to_x + 4.0])
    })
}

/// Room that the table needs, with the margins of the panel and without shares; with less, one line
/// holds all types of an order.
fn table_width(view: &BuddyView) -> f64 {
    column_left(view, view.types.len()) + 24.0
}

/// Left edge of a type's column: the widths are those of the style sheet.
fn column_left(view: &BuddyView, column: usize) -> f64 {
    let narrow = if view.types.len() > 3 { 60.0 } else { 104.0 };
    let widths =
        view.types.iter().map(|migrate| if *migrate == MigrateName::Movable { 326.0 } else { narrow });
    96.0 + widths.take(column).sum::<f64>()
}

/// Top left corner, in the grid, of the chip at `pfn` in the list of an order and a column; a ghost
/// has its place there, too.
pub(super) fn place_in_list(view: &BuddyView, (order, column): (u8, usize), pfn: u32) -> Option<(f64, f64)> {
    let row = view.orders.iter().find(|row| row.order == order)?;
    let at = row.cells.get(column)?.chips.iter().position(|chip| chip.pfn == pfn)?;
    let top = 20.0 + 22.0 * float(view.cpus.len()) + 16.0 * f64::from(order) + 1.0;
    Some((column_left(view, column) + 8.0 + 47.0 * float(at), top))
}

/// Top left corner, in the grid, of the chip that stands for the block at `pfn`, a ghost left out.
pub(super) fn chip_corner(view: &BuddyView, pfn: u32) -> Option<(f64, f64)> {
    let is_there = |chip: &Chip| chip.pfn == pfn && chip.state != ChipState::Taken;
    let place = |cells: &[Cell]| {
        let at = |(column, cell): (usize, &Cell)| Some((column, cell.chips.iter().position(is_there)?));
        cells.iter().enumerate().find_map(at)
    };
    let in_list = view.orders.iter().find_map(|row| {
        let (column, _) = place(&row.cells)?;
        place_in_list(view, (row.order, column), pfn)
    });
    let of_cpus = || {
        view.cpus.iter().enumerate().find_map(|(nth, row)| {
            let (column, at) = place(&row.cells)?;
            Some((column_left(view, column) + 8.0 + 47.0 * float(at), 20.0 + 22.0 * float(nth) + 3.0))
        })
    };
    in_list.or_else(of_cpus)
}

/// The lists one line an order, for narrow columns.
fn lines(view: &BuddyView) -> Html {
    html! {
        <ul class="pbs">
            for row in view.cpus.iter() {
                <li class="pb">
                    { span("cpu", format!("CPU {}", row.cpu)) }
                    { span("n", row.frames) }
                    { line_of(view, &row.cells) }
                </li>
            }
            for row in view.orders.iter() {
                <li class="pb">
                    <span class="b">{ row.order }</span>
                    { span("dim", short_bytes(row.bytes)) }
                    { span("n", row.blocks) }
                    { line_of(view, &row.cells) }
                </li>
            }
        </ul>
    }
}

/// All types of one order on a line that scrolls.
fn line_of(view: &BuddyView, cells: &[Cell]) -> Html {
    html! {
        <div class="sc" tabindex="0">
            for (migrate, cell) in view.types.iter().zip(cells) {
                if !cell.chips.is_empty() { <b>{ migrate.letter() }</b>{ chips(cell) } }
            }
        </div>
    }
}
