//! Head of the map: where we are, colouring, zoom; and the legend, which is count and filter.

use mm_view::Lang;
use mm_view::panels::frames::{ColourBy, GroupKey, MapView};
use mm_view::panels::{Thing, grouped};
use yew::prelude::*;

use super::super::head::{Picture, heading};
use super::super::labels::Text as Common;
use super::group;
use super::map::Look;
use super::place::{Place, ZOOMS};
use super::words::Text;
use crate::ui::{PanelProps, Ref, share, span};

/// Wider than this, in pixels, the legend has room for long names.
const WIDE_FROM: u32 = 980;

/// The head.
pub(super) fn head(
    props: &PanelProps,
    place: Place,
    look: &Look,
    on_look: &Callback<Look>,
    view: &MapView,
) -> Html {
    let lang = props.lang;
    let with = |change: fn(Look) -> Look| {
        let look = look.clone();
        on_look.reform(move |_: MouseEvent| change(look.clone()))
    };
    let zoom = share(place.zoom);
    let size = match lang {
        Lang::En => format!("{zoom} px a frame"),
        Lang::Zh => format!("每帧 {zoom} px"),
    };
    let colour = |by: ColourBy| {
        let chosen = look.by == by;
        let look = look.clone();
        let onclick = on_look.reform(move |_: MouseEvent| Look { by, only: Vec::new(), ..look.clone() });
        html! { <button type="button" class={chosen.then_some("on")} aria-pressed={chosen.to_string()} {onclick}>{ by_text(by).text(lang) }</button> }
    };
    let written = look.picture == Picture::Table;
    html! {
        <div class="ph">
            { heading(props.id, lang) }
            { crumbs(view, props.selection.as_ref(), lang) }
            <span class="sp"></span>
            { span("dim wide-only", Text::ColourBy.text(lang)) }
            <span class="seg" role="group" aria-label={Text::ColourBy.text(lang)}>
                for by in ColourBy::ALL { { colour(by) } }
            </span>
            <span class="seg">
                <button type="button" aria-label={Text::ZoomOut.text(lang)} onclick={with(|look| Look { zoom: look.zoom.saturating_sub(1), ..look })}>{ "−" }</button>
                { span("m zoom", size) }
                <button type="button" aria-label={Text::ZoomIn.text(lang)} onclick={with(|look| Look { zoom: (look.zoom + 1).min(ZOOMS.len() - 1), ..look })}>{ "+" }</button>
            </span>
            <button type="button" class="btn line" aria-pressed={written.to_string()}
                onclick={with(|look| Look { picture: if look.picture == Picture::Table { Picture::Drawn } else { Picture::Table }, ..look })}>
                { if written { Common::AsPicture } else { Common::AsTable }.text(lang) }
            </button>
        </div>
    }
}

const fn by_text(by: ColourBy) -> Text {
    match by {
        ColourBy::Kind => Text::ByKind,
        ColourBy::Type => Text::ByType,
        ColourBy::Order => Text::ByOrder,
        ColourBy::Zone => Text::ByZone,
        ColourBy::Owner => Text::ByOwner,
        ColourBy::Age => Text::ByAge,
    }
}

/// Machine, node, zone, pageblock, frame of the selection.
fn crumbs(view: &MapView, selection: Option<&Thing>, lang: Lang) -> Html {
    let Some(Thing::Frame(pfn)) = selection else {
        return html! { <span class="crumb"><span>{ Text::Machine.text(lang) }</span></span> };
    };
    let zone = view.zones.iter().find(|zone| (zone.start..zone.end).contains(pfn));
    html! {
        <nav class="crumb">
            <span>{ Text::Machine.text(lang) }</span>
            if let Some(zone) = zone {
                <span><Ref thing={Thing::Node(zone.node)}>{ format!("{} {}", Common::Node.text(lang), zone.node) }</Ref></span>
                <span><Ref thing={Thing::Zone { node: zone.node, zone: zone.zone }}>{ zone.name }</Ref></span>
            }
            <span>{ format!("{} {}", Text::Pageblock.text(lang), pfn / view.pageblock_frames.max(1)) }</span>
            <Ref class="m" thing={Thing::Frame(*pfn)}>{ format!("\u{2009}{pfn}\u{2009}") }</Ref>
        </nav>
    }
}

/// The legend: a count and a filter each, with long names where `width` has room for them.
pub(super) fn legend(lang: Lang, look: &Look, on_look: &Callback<Look>, view: &MapView, width: u32) -> Html {
    let toggle = |key: &GroupKey| {
        let (look, key) = (look.clone(), key.clone());
        on_look.reform(move |_: MouseEvent| {
            let mut only = look.only.clone();
            if only.contains(&key) {
                only.retain(|other| *other != key);
            } else {
                only.push(key.clone());
            }
            Look { only, ..look.clone() }
        })
    };
    let groups = view.legend.iter().filter_map(|&place| view.groups.get(usize::from(place)));
    let is_wide = width > WIDE_FROM && view.legend.len() < 9;
    html! {
        <div class="lgrow" role="group" aria-label={Text::OnlyThese.text(lang)}>
            for group in groups {
                <button type="button" class={classes!("lg2", look.only.contains(&group.key).then_some("on"))}
                    aria-pressed={look.only.contains(&group.key).to_string()} onclick={toggle(&group.key)}>
                    <i class={group::classes(&group.key)}><b class={letter_class(&group.key)}>{ group::letter(&group.key) }</b></i>
                    <span>{ group::name(&group.key, lang, is_wide) }</span>
                    <b>{ grouped(group.frames) }</b>
                </button>
            }
            if view.by.counts_what_is_seen() { { span("dim s", Text::InSight.text(lang)) } }
        </div>
    }
}

fn letter_class(key: &GroupKey) -> Option<String> {
    match key {
        GroupKey::Kind(kind) => Some(format!("on-{}", kind.slug())),
        GroupKey::Type(migrate) if migrate.letter() == "U" => Some("on-kern".to_owned()),
        GroupKey::Type(migrate) if migrate.letter() == "I" => Some("on-res".to_owned()),
        GroupKey::Type(_) | GroupKey::Order(_) | GroupKey::Zone { .. } | GroupKey::Area { .. } => None,
        GroupKey::Tables { .. } | GroupKey::Cache { .. } => None,
        GroupKey::Age(_) | GroupKey::Others => Some("on-before".to_owned()).filter(|_| is_pale(key)),
    }
}

/// Whether a swatch takes the ground's colour, on which only ink is read.
fn is_pale(key: &GroupKey) -> bool {
    group::classes(key).starts_with("k-")
}
