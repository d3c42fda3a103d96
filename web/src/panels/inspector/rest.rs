//! Areas, processes, zones and nodes.

use mm_view::Lang;
use mm_view::panels::inspector::{NodeView, ProcessSummary, VmaView, ZoneView};
use mm_view::panels::process::CounterName;
use mm_view::panels::{Thing, grouped, short_bytes};
use yew::prelude::*;

use super::super::labels::Text as Common;
use super::identity;
use super::structs::fields;
use super::words::Text;
use crate::ui::{fact, link};

/// An area.
pub(super) fn vma(view: &VmaView, lang: Lang) -> Html {
    let digits = usize::from(view.digits);
    let name = format!("{} {}", Text::Area.text(lang), short_bytes(view.row.end - view.row.start));
    let place = format!("{} · {}", view.row.role.word().text(lang), view.process.name);
    html! {<>
        { identity("k-anon", "A", &name, &place) }
        <dl class="kv">
            { fact(Common::Address.text(lang), format!("{:0digits$x}–{:0digits$x}", view.row.start, view.row.end)) }
            { fact(Common::Permissions.text(lang), &view.row.perms) }
            <dt>{ Common::Name.text(lang) }</dt><dd>{ if view.row.name.is_empty() { "–" } else { &view.row.name } }</dd>
            { fact(Common::Process.text(lang), link(Thing::Process(view.process.name.clone()), &view.process.name)) }
            { fact(Text::Pages.text(lang), grouped(view.pages)) }
            { fact(Text::Resident.text(lang), grouped(view.resident)) }
            for (label, distance) in view.row.labels.iter() {
                <dt>{ Text::Labels.text(lang) }</dt>
                <dd>{ link(Thing::Address { process: view.process.name.clone(), address: view.row.start + distance }, label) }</dd>
            }
        </dl>
    </>}
}

/// A process.
pub(super) fn process(view: &ProcessSummary, lang: Lang) -> Html {
    let amount = |name: CounterName, value: u64| match name {
        CounterName::MinorFaults | CounterName::MajorFaults => grouped(value),
        CounterName::Rss | CounterName::PageTables | CounterName::Size => format!("{} kB", grouped(value)),
        CounterName::Brk => format!("{value:#x}"),
    };
    html! {<>
        { identity("k-anon", "P", &view.process.name, &format!("pid {}", view.process.id)) }
        <dl class="kv">
            <dt>{ "CR3" }</dt><dd>{ format!("{:#x} ", view.cr3) }{ link(Thing::Frame(frame_of(view.cr3)), frame_of(view.cr3)) }</dd>
            { fact(Text::Areas.text(lang), view.areas) }
            for counter in view.counters.iter() {
                { fact(counter.name.word().text(lang), amount(counter.name, counter.value)) }
            }
        </dl>
    </>}
}

fn frame_of(address: u64) -> u32 {
    mm::units::PhysAddr(address).pfn().0
}

/// A zone.
pub(super) fn zone(view: &ZoneView, lang: Lang) -> Html {
    let [min, low, high] = view.marks;
    let rows = [
        (Common::Spanned, view.spanned),
        (Common::Present, view.present),
        (Common::Managed, view.managed),
        (Common::Free, view.free),
    ];
    let node = format!("{} {}", Common::Node.text(lang), view.name.node);
    html! {<>
        { identity("k-free", "Z", &format!("{} {}", Common::Zone.text(lang), view.name.name), &node) }
        <dl class="kv">
            { fact(Common::Node.text(lang), link(Thing::Node(view.name.node), view.name.node)) }
            { fact(Text::Start.text(lang), link(Thing::Frame(view.start), view.start)) }
            for (name, value) in rows { { fact(name.text(lang), grouped(value)) } }
            { fact(Text::Watermarks.text(lang), format!("min {min} low {low} high {high}")) }
        </dl>
        <h3>{ "struct zone" }<span>{ "6.1" }</span></h3>
        { fields(&view.fields, lang) }
    </>}
}

/// A memory node.
pub(super) fn node(view: &NodeView, lang: Lang) -> Html {
    let rows = [(Common::Spanned, view.spanned), (Common::Present, view.present), (Common::Free, view.free)];
    let zones: Vec<&str> = view.zones.iter().map(|zone| zone.name).collect();
    html! {<>
        { identity("k-free", "N", &format!("{} {}", Common::Node.text(lang), view.node), &zones.join(", ")) }
        <dl class="kv">
            <dt>{ Common::Zones.text(lang) }</dt>
            <dd>
                for (at, zone) in view.zones.iter().enumerate() {
                    if at > 0 { { ", " } }
                    { link(Thing::Zone { node: zone.node, zone: zone.zone }, zone.name) }
                }
            </dd>
            { fact(Text::Start.text(lang), link(Thing::Frame(view.start), view.start)) }
            for (name, value) in rows { { fact(name.text(lang), grouped(value)) } }
        </dl>
        <h3>{ "pg_data_t" }<span>{ "6.1" }</span></h3>
        { fields(&view.fields, lang) }
    </>}
}
