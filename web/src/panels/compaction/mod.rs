//! *Compaction*: pageblocks of a zone with the two scanners, and what free memory is worth.

mod facts;
mod strip;
mod words;

use std::rc::Rc;

use mm_view::Lang;
use mm_view::panels::compaction::{CompactionView, ORDERS};
use mm_view::panels::{Thing, fill};
use yew::prelude::*;

use self::words::Text;
use super::head::{Picture, choice, heading, switch};
use super::labels::Text as Common;
use super::query;
use crate::ui::{PanelProps, use_memo, use_size};

/// The panel.
#[component]
pub(super) fn Compaction(props: &PanelProps) -> Html {
    let lang = props.lang;
    let zone = use_state_eq(|| None::<(u8, u8)>);
    let order = use_state_eq(|| None::<u8>);
    let picture = use_state_eq(Picture::default);
    let picked = match props.selection.as_ref() {
        Some(Thing::Zone { node, zone }) => Some((*node, *zone)),
        _ => *zone,
    };
    let view = use_memo((props.session.clone(), picked, *order), |(session, zone, order)| {
        Rc::new(query::ask(session, |at| fill::compaction(at, *zone, *order)))
    });
    let view: Rc<CompactionView> = (*view).clone();
    let on_zone = Callback::from(move |value: String| {
        let pair = value.split_once('/').and_then(|(node, at)| Some((node.parse().ok()?, at.parse().ok()?)));
        zone.set(pair);
    });
    let on_order = Callback::from(move |value: String| order.set(value.parse().ok()));
    let on_picture = {
        let picture = picture.clone();
        Callback::from(move |other| picture.set(other))
    };
    let node = use_node_ref();
    let (width, _) = use_size(&node);
    html! {
        <section class="panel compaction" aria-label={props.id.label(lang)}>
            <div class="ph">
                { heading(props.id, lang) }
                { zones(&view, lang, &on_zone) }
                <span class="lgs">
                    <span class="lg"><i class="k-anon" aria-hidden="true"></i>{ Text::Movable.text(lang) }</span>
                    <span class="lg"><i class="k-kern" aria-hidden="true"></i>{ Text::Fixed.text(lang) }</span>
                    <span class="lg"><i class="k-free" aria-hidden="true"></i>{ Text::Free.text(lang) }</span>
                    <span class="lg"><b class="m" aria-hidden="true">{ "×" }</b>{ Text::Skip.text(lang) }</span>
                </span>
                <span class="sp"></span>
                { orders(&view, lang, &on_order) }
                { switch(lang, *picture, &on_picture) }
            </div>
            <div class="cp" ref={node}>
                if *picture == Picture::Drawn {
                    { strip::strip(&view, lang, width) }
                } else {
                    { strip::twin(&view, lang) }
                }
                { facts::facts(&view, lang, width) }
            </div>
        </section>
    }
}

fn zones(view: &CompactionView, lang: Lang, on_pick: &Callback<String>) -> Html {
    let name = |zone: &mm_view::panels::buddy::ZoneName| {
        let words = format!("{} {} · {}", Common::Node.text(lang), zone.node, zone.name);
        (format!("{}/{}", zone.node, zone.zone), words)
    };
    let options: Vec<_> = view.zones.iter().map(name).collect();
    let value = options.get(view.zone).map(|(value, _)| value.clone()).unwrap_or_default();
    choice(Common::Zone.text(lang), &value, options, on_pick)
}

fn orders(view: &CompactionView, lang: Lang, on_pick: &Callback<String>) -> Html {
    let options: Vec<_> = ORDERS
        .iter()
        .map(|order| (order.to_string(), format!("{} {order}", Common::Order.text(lang))))
        .collect();
    choice(Text::Order.text(lang), &view.outlook.order.to_string(), options, on_pick)
}
