//! Physical memory to scale: zones above it, holes in it, their borders below.

use mm::sort::sort_by_number;
use mm_view::panels::zones::{ZoneRow, ZonesView};
use mm_view::panels::{Thing, short_bytes};
use yew::prelude::*;

use super::super::svg::{HINT, NAME, float, n, path, text};
use super::Part;
use super::words::Text;
use crate::ui::Ref;

/// Room of the figure when the page does not know yet.
const WIDTH: f64 = 798.0;
/// A zone is drawn at least this wide.
const LEAST: f64 = 3.0;
/// Height of a row of names, and the least between two names in one.
const ROW: f64 = 14.0;
const GAP: f64 = 10.0;

/// The bar.
pub(super) fn scale(props: &Part) -> Html {
    let (view, lang) = (&*props.view, props.lang);
    let width = if props.width == 0 { WIDTH } else { f64::from(props.width.saturating_sub(24)).max(300.0) };
    let x = |pfn: u32| f64::from(pfn) / f64::from(view.frames.max(1)) * (width - 1.0);
    let has_nodes = view.nodes.len() > 1;
    let left = |zone: &ZoneRow| x(zone.span.start).round().min(width - LEAST);
    let names: Vec<Name> = view
        .zones
        .iter()
        .map(|zone| Name { from: left(zone), wide: room(&label(zone, has_nodes)) })
        .collect();
    let (rows, places) = lay(&names, width);
    let extra = (float(rows) - 1.0) * ROW;
    let high = 58.0 + extra;
    let wide = |zone: &ZoneRow| (x(zone.span.end) - left(zone)).max(LEAST).round();
    // The last row stands where a single one would, the others above it.
    let placed = || view.zones.iter().zip(places.iter().map(|&(at, row)| (at, float(row) * ROW - extra)));
    let leaders = placed().filter_map(|(zone, at)| leader([left(zone), wide(zone)], at));
    let zones =
        placed().map(|(zone, at)| piece(zone, [left(zone), wide(zone)], at, label(zone, has_nodes), &x));
    html! {
        <svg class="zn-scale" width={n(width)} height={n(high)} viewBox={path("0 _ _ _", &[-extra, width, high])} role="group" aria-label={Text::Scale.text(lang)}>
            for leader in leaders { { leader } }
            for zone in zones { { zone } }
            { ticks(view, width, &x) }
        </svg>
    }
}

/// A name that wants to stand at its zone.
#[derive(Clone, Copy)]
struct Name {
    /// Left edge of the zone.
    from: f64,
    /// Room that the name takes.
    wide: f64,
}

/// Room of a name in bold.
fn room(label: &str) -> f64 {
    let wide = |c: char| match c {
        'M' | '@' => 11.5,
        c if c.is_ascii_uppercase() => 9.6,
        _ => 8.0,
    };
    label.chars().map(wide).sum()
}

/// Finds a place for each name, in as few rows as hold them side by side: rows, then x and row.
fn lay(names: &[Name], width: f64) -> (usize, Vec<(f64, usize)>) {
    for rows in 1..names.len() {
        let in_row = |row: usize| names.iter().copied().skip(row).step_by(rows).collect::<Vec<_>>();
        let placed: Option<Vec<Vec<f64>>> = (0..rows).map(|row| side_by_side(&in_row(row), width)).collect();
        if let Some(placed) = placed {
            let at = (0..names.len()).map(|nth| (placed[nth % rows][nth / rows], nth % rows));
            return (rows, at.collect());
        }
    }
    let at = |(row, name): (usize, &Name)| (name.from.min(width - name.wide).max(0.0), row);
    (names.len().max(1), names.iter().enumerate().map(at).collect())
}

/// Places names in one row: at their zones, else as far to the right as those before them need
/// and to the left as those behind; `None` where the row is too short.
fn side_by_side(names: &[Name], width: f64) -> Option<Vec<f64>> {
    let mut after = 0.0_f64;
    let mut places: Vec<f64> = Vec::new();
    for name in names {
        let at = name.from.max(after);
        after = at + name.wide + GAP;
        places.push(at);
    }
    let mut before = width + GAP;
    for (at, name) in places.iter_mut().zip(names).rev() {
        *at = at.min(before - GAP - name.wide);
        before = *at;
    }
    places.first().is_none_or(|&first| first >= 0.0).then_some(places)
}

fn label(zone: &ZoneRow, has_nodes: bool) -> String {
    if has_nodes { format!("{}@{}", zone.name.name, zone.name.node) } else { zone.name.name.to_owned() }
}

/// A line from a name that does not stand right above its zone.
fn leader([left, wide]: [f64; 2], (at, rise): (f64, f64)) -> Option<Html> {
    let to = left + (wide / 2.0).min(2.5);
    let d = path("M_ _L_ 19", &[at + 4.0, rise + 14.0, to]);
    let is_away = (at - left).abs() > 1.0 || rise < 0.0;
    is_away.then(|| html! { <path {d} stroke="var(--line-2)" fill="none"/> })
}

/// A zone: its name, its part of the bar, its free share, its holes.
fn piece(
    zone: &ZoneRow,
    [left, wide]: [f64; 2],
    (at, rise): (f64, f64),
    label: String,
    x: &dyn Fn(u32) -> f64,
) -> Html {
    let thing = Thing::Zone { node: zone.name.node, zone: zone.name.zone };
    let holes = zone.holes.iter().map(|run| {
        let from = x(run.start).max(left);
        (from, (x(run.end) - from).min(left + wide - from))
    });
    let room = room(&label);
    let size = short_bytes(u64::from(zone.span.end - zone.span.start) << mm::units::PAGE_SHIFT);
    html! {
        <Ref {thing} label={format!("{label}, {}–{}, {size}", zone.span.start, zone.span.end)}>
            <rect class="bg" x={n(left + 0.5)} y="19.5" width={n((wide - 1.0).max(2.0))} height="17" fill="var(--surface-2)" stroke="var(--line-2)"/>
            for (from, long) in holes {
                <rect x={n(from + 0.5)} y="20" width={n((long - 1.0).max(1.0))} height="16" fill="url(#p-res)"/>
            }
            // The room of the name, and what is between it and the bar, belong to the link too.
            <path d={path("M_ _h_v_h-_zM_ _h_V20h-_z", &[at, rise, room, ROW, room, left, ROW, wide, wide])} fill="transparent"/>
            // In a group of its own: beside the yellow, not on it.
            <g class="over">{ text(at, rise + 11.0, NAME, label) }</g>
        </Ref>
    }
}

/// Addresses of the borders, where there is room.
fn ticks(view: &ZonesView, width: f64, x: &dyn Fn(u32) -> f64) -> Html {
    let address = |pfn: u32| match pfn {
        0 => "0".to_owned(),
        pfn => short_bytes(u64::from(pfn) << mm::units::PAGE_SHIFT),
    };
    let end = address(view.frames);
    let mut borders: Vec<u32> = view.zones.iter().flat_map(|zone| [zone.span.start, zone.span.end]).collect();
    borders.extend(view.zones.iter().flat_map(|zone| &zone.holes).flat_map(|hole| [hole.start, hole.end]));
    sort_by_number(&mut borders, |&border| border.into());
    borders.dedup();
    let mut after = 0.0;
    let limit = width - 12.0 - float(end.len()) * 6.4;
    let marks: Vec<Html> = borders
        .into_iter()
        .filter(|&pfn| pfn < view.frames)
        .filter_map(|pfn| {
            let words = address(pfn);
            let at = x(pfn);
            let fits = at >= after && at + float(words.len()) * 6.4 < limit;
            fits.then(|| {
                after = at + float(words.len()) * 6.4 + 12.0;
                html! {<>
                    <path d={path("M_ 37v4", &[at.round() + 0.5])} stroke="var(--line-2)"/>
                    { text(at.round(), 52.0, HINT.mono().size(10.0), words) }
                </>}
            })
        })
        .collect();
    html! {<>
        for mark in marks { { mark } }
        <path d={path("M_ 37v4", &[width - 0.5])} stroke="var(--line-2)"/>
        { text(width, 52.0, HINT.mono().size(10.0).end(), end) }
    </>}
}

#[cfg(test)]
mod tests {
    use super::{GAP, Name, lay, room};

    #[test]
    fn names_never_meet_nor_leave_the_figure() {
        let mut seed = 7_u32;
        let mut next = |below: u32| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) % below
        };
        for _ in 0..2000 {
            let width = f64::from(300 + next(900));
            let mut from: Vec<f64> =
                (0..1 + next(9)).map(|_| f64::from(next(1200)).min(width - 3.0)).collect();
            from.sort_by(f64::total_cmp);
            let labels = ["DMA@0", "DMA32@0", "Normal@3", "HighMem", "Movable@1"];
            let names: Vec<Name> = from
                .iter()
                .map(|&from| Name { from, wide: room(labels[usize::try_from(next(5)).unwrap_or(0)]) })
                .collect();
            let (rows, places) = lay(&names, width);
            assert_eq!(places.len(), names.len());
            for (one, &(at, row)) in places.iter().enumerate() {
                assert!(row < rows && at >= 0.0 && at + names[one].wide <= width + 0.01, "{places:?}");
                for (other, &(next, beside)) in places.iter().enumerate().skip(one + 1) {
                    assert!(
                        row != beside || next >= at + names[one].wide + GAP - 0.01,
                        "{one} {other} {places:?}"
                    );
                }
            }
        }
    }
}
