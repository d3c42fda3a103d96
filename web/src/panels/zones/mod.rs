//! *Zones*: where they lie, how much they hold against their marks, whom they would serve.

mod gauges;
mod request;
mod scale;
mod tables;
mod words;

use std::rc::Rc;

use mm_view::Lang;
use mm_view::panels::grouped;
use mm_view::panels::zones::{GFPS, ORDERS, RequestAsk, RequestView, TryRow, ZoneRow, ZonesView};
use mm_view::panels::{Thing, buddy::ZoneName, fill};
use yew::prelude::*;

use self::words::Text;
use super::head::{Picture, choice, heading, switch};
use super::labels::Text as Common;
use super::query;
use crate::ui::{PanelProps, Ref, span, use_memo, use_size};

/// What the parts of the panel are given.
struct Part {
    view: Rc<ZonesView>,
    lang: Lang,
    /// Room across, in pixels.
    width: u32,
}

/// The panel.
#[component]
pub(super) fn Zones(props: &PanelProps) -> Html {
    let lang = props.lang;
    let ask = use_state_eq(RequestAsk::default);
    let picture = use_state_eq(Picture::default);
    let view = use_memo((props.session.clone(), *ask), |(session, ask)| {
        Rc::new(query::ask(session, |at| fill::zones(at, *ask)))
    });
    let view: Rc<ZonesView> = (*view).clone();
    let on_picture = {
        let picture = picture.clone();
        Callback::from(move |other| picture.set(other))
    };
    let node = use_node_ref();
    let (width, _) = use_size(&node);
    let part = Part { view: view.clone(), lang, width };
    html! {
        <section class="panel zones" aria-label={props.id.label(lang)}>
            <div class="ph">
                { heading(props.id, lang) }
                { summary(&view, lang) }
                if view.zones.iter().any(|zone| !zone.holes.is_empty()) {
                    <span class="lg"><i class="k-res" aria-hidden="true"></i>{ Text::Holes.text(lang) }</span>
                }
                <span class="sp"></span>
                { choices(&view, lang, &ask) }
                { switch(lang, *picture, &on_picture) }
            </div>
            <div class="zn" ref={node}>
                if *picture == Picture::Drawn { { scale::scale(&part) } }
                <div class="zn-cols">
                    if *picture == Picture::Drawn { { gauges::gauges(&part) } }
                    { request::request(&part) }
                </div>
                { tables::tables(&part, *picture) }
            </div>
        </section>
    }
}

fn summary(view: &ZonesView, lang: Lang) -> Html {
    let managed: u64 = view.zones.iter().map(|zone| zone.managed).sum();
    let free: u64 = view.zones.iter().map(|zone| zone.free).sum();
    let (nodes, zones) = (view.nodes.len(), view.zones.len());
    let words = match lang {
        Lang::En => format!(
            "{nodes} {}, {zones} {}",
            if nodes == 1 { "node" } else { "nodes" },
            if zones == 1 { "zone" } else { "zones" }
        ),
        Lang::Zh => format!("{nodes} 个节点，{zones} 个区域"),
    };
    let rest = match lang {
        Lang::En => format!(" · {} of {} frames free", grouped(free), grouped(managed)),
        Lang::Zh => format!(" · {} 页中 {} 页空闲", grouped(managed), grouped(free)),
    };
    html! { <span class="mid zn-sum">{ words }{ span("dim", rest) }</span> }
}

/// The request: flags, order, node.
fn choices(view: &ZonesView, lang: Lang, ask: &UseStateHandle<RequestAsk>) -> Html {
    let now = view.request.ask;
    let set = |change: fn(&mut RequestAsk, usize)| {
        let ask = ask.clone();
        Callback::from(move |value: String| {
            let mut next = *ask;
            change(&mut next, value.parse().unwrap_or(0));
            ask.set(next);
        })
    };
    let flags: Vec<_> =
        GFPS.iter().enumerate().map(|(at, (name, _))| (at.to_string(), (*name).to_owned())).collect();
    let order = |order: &u8| (order.to_string(), format!("{} {order}", Common::Order.text(lang)));
    let orders = ORDERS.iter().map(order).collect();
    let nodes: Vec<_> = view
        .nodes
        .iter()
        .map(|node| (node.node.to_string(), format!("{} {}", Common::Node.text(lang), node.node)))
        .collect();
    html! {<>
        { choice(Text::Flag.text(lang), &now.gfp.to_string(), flags, &set(|ask, value| ask.gfp = value)) }
        { choice(Common::Order.text(lang), &now.order.to_string(), orders, &set(|ask, value| ask.order = u8::try_from(value).unwrap_or(0))) }
        if nodes.len() > 1 {
            { choice(Text::Starts.text(lang), &now.node.to_string(), nodes, &set(|ask, value| ask.node = u8::try_from(value).unwrap_or(0))) }
        }
    </>}
}

/// A zone as a link; on several nodes with its node.
fn zone_link(zone: &ZoneName, has_nodes: bool, class: &'static str) -> Html {
    let thing = Thing::Zone { node: zone.node, zone: zone.zone };
    html! {
        <Ref {thing} {class}>{ zone.name }if has_nodes { { format!("@{}", zone.node) } }</Ref>
    }
}

/// What the request would meet in a zone.
fn try_of<'a>(request: &'a RequestView, zone: &ZoneRow) -> Option<&'a TryRow> {
    request.tries.iter().find(|one| one.zone == zone.name)
}
