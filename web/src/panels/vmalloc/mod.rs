//! *vmalloc*: the kernel's half, its areas, where their frames lie, and what waits for a flush.

mod area;
mod bands;
mod words;

use std::rc::Rc;

use mm::sort::sort_by_number;
use mm_view::Lang;
use mm_view::panels::vmalloc::{AreaRow, Contiguous, KmapView, VmallocView};
use mm_view::panels::{Thing, fill, grouped, short_bytes};
use yew::prelude::*;

pub(in crate::panels) use self::words::Text;
use super::head::{Picture, heading, switch};
use super::query;
use crate::ui::{Command, PanelProps, Ref, Selection, link, span, td, th, use_memo, use_size};

/// The panel.
#[component]
pub(super) fn Vmalloc(props: &PanelProps) -> Html {
    let lang = props.lang;
    let picture = use_state_eq(Picture::default);
    let node = use_node_ref();
    let (width, _) = use_size(&node);
    // What was looked at stays when something else is selected.
    let kept = use_mut_ref(|| None::<u64>);
    if let Selection::Some(Thing::VmapArea(start)) = &props.selection {
        *kept.borrow_mut() = Some(*start);
    }
    let area = *kept.borrow();
    let view = use_memo((props.session.clone(), area), |(session, area)| {
        Rc::new(query::ask(session, |at| fill::vmalloc(at, *area)))
    });
    let view: Rc<VmallocView> = (*view).clone();
    let on_picture = {
        let picture = picture.clone();
        Callback::from(move |chosen| picture.set(chosen))
    };
    html! {
        <section class="panel vmalloc" aria-label={props.id.label(lang)}>
            <div class="ph">
                { heading(props.id, lang) }
                { span("mid", summary(&view, lang)) }
                <span class="sp"></span>
                { switch(lang, *picture, &on_picture) }
            </div>
            <div class="vm" ref={node}>
                { bands::bands(&view, lang, *picture, width) }
                { areas(&view, lang) }
                if let Some(area) = &view.area { { area::area(area, lang, *picture, (usize::from(view.digits), width)) } }
                { contiguous(&view.contiguous, lang, usize::from(view.digits)) }
                if let Some(kmap) = &view.kmap { { self::kmap(kmap, lang, usize::from(view.digits)) } }
            </div>
        </section>
    }
}

fn summary(view: &VmallocView, lang: Lang) -> String {
    let areas = view.areas.len() + usize::try_from(view.more_areas).unwrap_or(0);
    let (frames, lazy, max) = (grouped(view.used_pages), grouped(view.lazy_pages), grouped(view.lazy_max));
    match lang {
        Lang::En => {
            let noun = if areas == 1 { "area" } else { "areas" };
            format!("{areas} {noun}, {frames} frames; {lazy} / {max} lazy pages")
        }
        Lang::Zh => format!("{areas} 个区域，{frames} 页帧；{lazy} / {max} 页待刷新"),
    }
}

pub(super) fn address(at: u64, digits: usize) -> String {
    format!("{at:0digits$x}")
}

/// Areas in address order, with what waits between them.
fn areas(view: &VmallocView, lang: Lang) -> Html {
    if view.areas.is_empty() && view.lazy.is_empty() {
        return html! { <p class="empty">{ Text::NoAreas.text(lang) }{ " " }<Command text="kernel: v = vmalloc 64K"/></p> };
    }
    let digits = usize::from(view.digits);
    let mut rows: Vec<(u64, Html)> =
        view.areas.iter().map(|row| (row.start, area_row(row, lang, digits))).collect();
    rows.extend(view.lazy.iter().map(|lazy| {
        let pages = (lazy.end - lazy.start) >> 12;
        let row = html! {
            <tr class="waits">
                { td("m", address(lazy.start, digits)) }{ td("m r", short_bytes(lazy.end - lazy.start)) }
                { td("r", "0") }{ td("r", "–") }
                <td colspan="2">{ format!("{}: {}", Text::Waits.text(lang), grouped(pages)) }</td>
            </tr>
        };
        (lazy.start, row)
    }));
    sort_by_number(&mut rows, |row| row.0);
    html! {
        <div class="scroll" tabindex="0" role="region" aria-label={Text::Area.text(lang)}>
            <table class="maps">
                <thead><tr>
                    { th("", Text::Area.text(lang)) }{ th("r", Text::Size.text(lang)) }
                    { th("r", Text::Frames.text(lang)) }{ th("r", Text::Pieces.text(lang)) }
                    { th("", Text::Guard.text(lang)) }{ th("", Text::Label.text(lang)) }
                </tr></thead>
                <tbody>
                    for (_, row) in rows { { row } }
                    if view.more_areas > 0 { <tr><td colspan="6" class="dim">{ format!("{} {}", view.more_areas, Text::More.text(lang)) }</td></tr> }
                </tbody>
            </table>
        </div>
    }
}

fn area_row(row: &AreaRow, lang: Lang, digits: usize) -> Html {
    html! {
        <tr class={classes!(row.changed.then_some("changed"))}>
            { td("m", link(Thing::VmapArea(row.start), address(row.start, digits))) }
            { td("m r", short_bytes(row.guard - row.start)) }
            { td("r", grouped(u64::from(row.frames))) }{ td("r", grouped(u64::from(row.pieces))) }
            { td("m", address(row.guard, digits)) }
            { td("", note(row, lang, digits)) }
        </tr>
    }
}

/// The label, or whose list of frames it is.
pub(in crate::panels) fn note(row: &AreaRow, lang: Lang, digits: usize) -> Html {
    match (&row.label, row.list_of) {
        (Some(label), _) => span("chip", label),
        (None, Some(start)) => html! {<>
            { Text::ListOf.text(lang) }{ " " }<Ref class="ln m" thing={Thing::VmapArea(start)}>{ address(start, digits) }</Ref>
        </>},
        (None, None) => html! {},
    }
}

/// Memory in one piece: an address is arithmetic.
fn contiguous(rows: &[Contiguous], lang: Lang, digits: usize) -> Html {
    html! {<>
        <h3>{ Text::Contiguous.text(lang) }<span>{ "VA = PAGE_OFFSET + PA" }</span></h3>
        if rows.is_empty() {
            <p class="empty">{ Text::ContiguousNone.text(lang) }{ " " }<Command text="kernel: d = kmalloc 64K"/></p>
        } else {
            <div class="scroll" tabindex="0" role="region" aria-label={Text::Contiguous.text(lang)}>
                <table class="maps">
                    <thead><tr>
                        { th("", Text::Label.text(lang)) }{ th("", "VA") }{ th("", "PAGE_OFFSET + PA") }
                        { th("", Text::Frames.text(lang)) }
                    </tr></thead>
                    <tbody>
                        for row in rows {
                            <tr>
                                { td("", span("chip", &row.label)) }{ td("m", address(row.va, digits)) }
                                { td("m", format!("{:x} + {:x}", row.offset, row.pa)) }
                                <td class="m">{ link(Thing::Frame(row.frames.start), row.frames.start) }
                                    if row.frames.end - row.frames.start > 1 { { format!("–{}", row.frames.end - 1) } }
                                </td>
                            </tr>
                        }
                    </tbody>
                </table>
            </div>
        }
    </>}
}

/// Slots that lend addresses to frames of high memory.
fn kmap(view: &KmapView, lang: Lang, digits: usize) -> Html {
    let words = format!(
        "{} {} · {} {} · {} {}",
        view.used,
        Text::Used.text(lang),
        view.idle,
        Text::Idle.text(lang),
        Text::LastSlot.text(lang),
        view.last
    );
    html! {<>
        <h3>{ format!("{} {}", view.slots, Text::Kmap.text(lang)) }<span>{ words }</span></h3>
        if !view.rows.is_empty() {
            <div class="vm-tiles">
                for row in view.rows.iter() {
                    <span class={classes!("vm-tile", (row.users == 0).then_some("idle"))}>
                        <b>{ row.slot }</b>{ format!(" {} → ", address(row.va, digits)) }
                        { link(Thing::Frame(row.pfn), row.pfn) }
                        { span("dim", format!(" ×{}", row.users)) }
                    </span>
                }
            </div>
        } else {
            <p class="empty"><Command text="kernel: h = alloc_pages gfp=GFP_HIGHUSER; m = kmap h"/></p>
        }
    </>}
}
