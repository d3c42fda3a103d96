//! Zones, lists of the CPUs and nodes in numbers, and the kernel's gigabyte on 32 bits.

use mm::units::Order;
use mm::virt::BandKind;
use mm_view::Lang;
use mm_view::panels::buddy::MigrateName;
use mm_view::panels::zones::{Band, NodeRow, PcpRow, ZoneRow};
use mm_view::panels::{Thing, grouped};
use yew::prelude::*;

use super::super::head::Picture;
use super::super::labels::Text as Common;
use super::super::svg::{HINT, float, n, path, text};
use super::words::Text;
use super::{Part, zone_link};
use crate::ui::{link, span, td, th};
use mm_view::panels::zones::ZonesView;

/// Rows of a CPU's lists that are shown.
const CPU_ROWS: usize = 24;
/// Width of the bar of the kernel's gigabyte.
const BAR: f64 = 798.0;

/// The tables, one below the other. Free frames and marks are written where they are not drawn.
pub(super) fn tables(props: &Part, picture: Picture) -> Html {
    let (view, lang) = (&*props.view, props.lang);
    let marks = picture == Picture::Table;
    let has_nodes = view.nodes.len() > 1;
    html! {<>
        <div class="scroll" tabindex="0" role="region" aria-label={Common::Zones.text(lang)}>{ zones(view, lang, has_nodes, marks) }</div>
        <div class="scroll" tabindex="0" role="region" aria-label={Text::Lists.text(lang)}>{ cpus(view, lang, has_nodes) }</div>
        <div class="scroll" tabindex="0" role="region" aria-label={Text::Nodes.text(lang)}>{ nodes(view, lang, has_nodes) }</div>
        if !view.bands.is_empty() { { bands(&view.bands, lang) } }
    </>}
}

fn zones(view: &ZonesView, lang: Lang, has_nodes: bool, marks: bool) -> Html {
    let kinds: Vec<&str> = view
        .zones
        .first()
        .map(|zone| zone.reserves.iter().map(|kept| kept.from).collect())
        .unwrap_or_default();
    html! {
        <table class="maps zt">
            <thead>
                <tr>
                    <th scope="col" rowspan="2">{ Common::Zone.text(lang) }</th>
                    <th scope="col" rowspan="2">{ Text::Span.text(lang) }</th>
                    for head in [Common::Spanned, Common::Present, Common::Managed] {
                        <th scope="col" rowspan="2" class="r">{ head.text(lang) }</th>
                    }
                    if marks {
                        for head in [Common::Free.text(lang), "min", "low", "high"] {
                            <th scope="col" rowspan="2" class="r">{ head }</th>
                        }
                    }
                    <th scope="col" rowspan="2" class="r">{ Text::Boost.text(lang) }</th>
                    <th scope="col" rowspan="2" class="r">{ Text::HighAtomic.text(lang) }</th>
                    <th scope="colgroup" colspan={kinds.len().to_string()}>{ Text::KeptFrom.text(lang) }</th>
                    <th scope="col" rowspan="2">{ Text::Flags.text(lang) }</th>
                </tr>
                <tr>for kind in kinds { { th("r", kind) } }</tr>
            </thead>
            <tbody>
                for zone in view.zones.iter() { { zone_row(zone, has_nodes, marks) } }
            </tbody>
        </table>
    }
}

fn zone_row(zone: &ZoneRow, has_nodes: bool, marks: bool) -> Html {
    let Some(last) = zone.span.end.checked_sub(1) else { return Html::default() };
    let number = |pages: u64| td("m r", dash(pages));
    html! {
        <tr class={classes!(zone.changed.then_some("changed"))}>
            <th scope="row">{ zone_link(&zone.name, has_nodes, "ln") }if zone.changed { { span("delta", " Δ") } }</th>
            <td class="m">
                { link(Thing::Frame(zone.span.start), zone.span.start) }{ "–" }
                { link(Thing::Frame(last), last) }
            </td>
            { td("m r", grouped(u64::from(zone.span.end - zone.span.start))) }
            { td("m r", grouped(zone.present)) }
            { td("m r", grouped(zone.managed)) }
            if marks {
                { td("m r", grouped(zone.free)) }
                for mark in zone.marks { { td("m r", grouped(mark + zone.boost)) } }
            }
            { number(zone.boost) }
            { number(zone.highatomic) }
            for kept in zone.reserves.iter() { { number(kept.pages) } }
            <td class="m">{ if zone.flags.is_empty() { "–".to_owned() } else { zone.flags.join(" ") } }</td>
        </tr>
    }
}

fn dash(value: u64) -> String {
    if value == 0 { "–".to_owned() } else { grouped(value) }
}

fn cpus(view: &ZonesView, lang: Lang, has_nodes: bool) -> Html {
    let all = || view.zones.iter().flat_map(|zone| zone.cpus.iter().map(move |row| (zone, row)));
    // On many processors most lists are empty: the first one's stand for them.
    let matters = |(_, row): &(&ZoneRow, &PcpRow)| row.cpu == 0 || row.count > 0 || row.changed;
    let rows: Vec<(&ZoneRow, &PcpRow)> = all().filter(matters).take(CPU_ROWS).collect();
    let hidden = all().count() - rows.len();
    html! {<>
        <table class="maps zt">
            <thead><tr>
                { th("", Text::Lists.text(lang)) }
                { th("", "CPU") }
                { th("r", Text::Count.text(lang)) }
                { th("r", Text::High.text(lang)) }
                { th("r", Text::Batch.text(lang)) }
                { th("", Text::ByList.text(lang)) }
            </tr></thead>
            <tbody>
                for (zone, row) in rows {
                    <tr class={classes!(row.changed.then_some("changed"))}>
                        <th scope="row">{ zone_link(&zone.name, has_nodes, "ln") }</th>
                        { td("m", row.cpu) }
                        <td class={classes!("m", "r", row.changed.then_some("chg"))}>if row.changed { { "Δ " } }{ grouped(row.count) }</td>
                        { td("m r", grouped(row.high)) }
                        { td("m r", grouped(row.batch)) }
                        { td("m", lists(row, lang)) }
                    </tr>
                }
            </tbody>
        </table>
        if hidden > 0 { <p class="dim zn-none">{ more(hidden, lang) }</p> }
    </>}
}

fn more(hidden: usize, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{hidden} more, empty or alike"),
        Lang::Zh => format!("另有 {hidden} 行，为空或类似"),
    }
}

/// `0  U 14 M 30 R 17 · 1  U 2`: orders, and the blocks of each type.
fn lists(row: &PcpRow, lang: Lang) -> Html {
    let is_kept = |order: &u8| row.lists.iter().any(|list| list.order == *order);
    let orders: Vec<u8> = Order::ZERO.and_up().map(Order::get).filter(is_kept).collect();
    if orders.is_empty() {
        return span("dim", "–");
    }
    let of = |order: u8| {
        let lists = row.lists.iter().filter(move |list| list.order == order);
        let parts: Vec<String> =
            lists.map(|list| format!("{} {}", MigrateName::letter(list.migrate), list.blocks)).collect();
        parts.join("  ")
    };
    html! {<>
        for (at, order) in orders.into_iter().enumerate() {
            if at > 0 { { span("dim", "  ·  ") } }
            { span("dim s", format!("{} {order}: ", Common::Order.text(lang))) }{ of(order) }
        }
    </>}
}

fn nodes(view: &ZonesView, lang: Lang, has_nodes: bool) -> Html {
    html! {
        <table class="maps zt">
            <thead><tr>
                { th("", Common::Node.text(lang)) }
                { th("", Text::Cpus.text(lang)) }
                { th("", Text::Distance.text(lang)) }
                { th("", Text::Zonelist.text(lang)) }
            </tr></thead>
            <tbody>for node in view.nodes.iter() { { node_row(node, lang, has_nodes) } }</tbody>
        </table>
    }
}

fn node_row(node: &NodeRow, lang: Lang, has_nodes: bool) -> Html {
    let cpus: Vec<String> = node.cpus.iter().map(ToString::to_string).collect();
    html! {
        <tr>
            <th scope="row">{ link(Thing::Node(node.node), format!("{} {}", Common::Node.text(lang), node.node)) }</th>
            <td class="m">{ if cpus.is_empty() { "–".to_owned() } else { cpus.join(" ") } }</td>
            <td class="m">
                for (other, distance) in node.distances.iter().enumerate() {
                    if has_nodes { { span("dim", format!("{other}: ")) } }{ distance }{ "  " }
                }
            </td>
            <td class="m">
                for (at, zone) in node.zonelist.iter().enumerate() {
                    if at > 0 { { span("dim", " → ") } }
                    { zone_link(zone, has_nodes, "ln") }
                }
            </td>
        </tr>
    }
}

fn band_name(kind: BandKind) -> Text {
    match kind {
        BandKind::DirectMap => Text::Direct,
        BandKind::Vmalloc => Text::Vmalloc,
        BandKind::Pkmap => Text::Pkmap,
        BandKind::Vmemmap => Text::Structs,
        BandKind::KernelText | BandKind::Modules => Text::Image,
        BandKind::Ldt | BandKind::CpuEntryArea | BandKind::Fixmap => Text::Fixed,
    }
}

/// The fourth gigabyte, and why low memory ends where it does.
fn bands(bands: &[Band], lang: Lang) -> Html {
    let (Some(first), Some(last)) = (bands.first(), bands.last()) else { return Html::default() };
    let x = |address: u64| share(address - first.start, last.end - first.start) * (BAR - 1.0);
    let direct = mebibytes(first.end - first.start);
    let rest = mebibytes((1 << 30) - (first.end - first.start));
    let why = match lang {
        Lang::En => format!(
            "A 32-bit kernel has one gigabyte of addresses for itself. {rest} of it are for what is mapped piece by piece, each piece with a gap before it; the {direct} that are left map low memory once and for all. RAM above that is HighMem: the kernel must map it before it can touch it. With a round 128 MB for the pieces one says \"896 MB\"."
        ),
        Lang::Zh => format!(
            "32 位内核自己只有 1 GB 地址。其中 {rest} 留给逐块映射的东西，块与块之间有空隙；剩下的 {direct} 一次性映射低端内存。更高的内存属于 HighMem：内核要先映射才能访问。按整 128 MB 计，就是常说的“896 MB”。"
        ),
    };
    let piece = |band: &Band| {
        let (left, wide) = (x(band.start), x(band.end) - x(band.start));
        let name = band_name(band.kind).text(lang);
        let fits = wide > 60.0;
        let fill = if band.kind == BandKind::DirectMap { "url(#p-kern)" } else { "var(--surface-2)" };
        html! {<>
            <rect x={n(left + 0.5)} y="16.5" width={n((wide - 1.0).max(1.0))} height="17" {fill} stroke="var(--line-2)"/>
            if fits {
                { text(left, 11.0, HINT.fill("var(--ink-2)"), format!("{name} {}", mebibytes(band.end - band.start))) }
                { text(left, 48.0, HINT.mono().size(10.0), format!("{:x}", band.start)) }
            }
        </>}
    };
    html! {
        <div class="zn-bands">
            <h3>{ Text::Bands.text(lang) }{ span("m", format!("{:x}–{:x}", first.start, last.end)) }</h3>
            <svg class="zn-scale" width={n(BAR)} height="54" viewBox={path("0 0 _ 54", &[BAR])} role="img" aria-label={Text::Bands.text(lang)}>
                for band in bands { { piece(band) } }
            </svg>
            <p class="note">{ why }</p>
            <ul class="zn-keys">
                for band in bands {
                    <li>{ span("m", format!("{:x}–{:x}", band.start, band.end)) }{ " " }{ band_name(band.kind).text(lang) }{ " " }{ span("dim", mebibytes(band.end - band.start)) }</li>
                }
            </ul>
        </div>
    }
}

/// `876 MB`, rounded; below one, in kB.
fn mebibytes(bytes: u64) -> String {
    match bytes >> 20 {
        0 => format!("{} kB", bytes >> 10),
        _ => format!("{} MB", (bytes + (1 << 19)) >> 20),
    }
}

fn share(part: u64, whole: u64) -> f64 {
    let part = part.saturating_mul(10_000).checked_div(whole).unwrap_or(0);
    float(usize::try_from(part).unwrap_or(10_000)) / 10_000.0
}
