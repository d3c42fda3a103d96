//! What a frame leads to: its addresses, and the things that know of it.

use mm_view::Lang;
use mm_view::panels::inspector::{Buddy, FrameView, LruPlace, Mapping, NextOnList, entries_in_use, table_of};
use mm_view::panels::{FrameKind, Thing};
use yew::prelude::*;

use super::super::labels::Text as Common;
use super::words::Text;
use crate::ui::{fact, link, span};

/// The frame's number as addresses, zone, section; each with how it is computed.
pub(super) fn addresses(view: &FrameView, lang: Lang) -> Html {
    let zone = Thing::Zone { node: view.zone.node, zone: view.zone.zone };
    html! {
        <dl class="kv conv">
            <dt>{ Text::Physical.text(lang) }</dt>
            <dd>{ format!("{:#x} – {:#x}", view.physical.0, view.physical.1) }<i>{ "PFN << 12" }</i></dd>
            <dt>{ Text::DirectMap.text(lang) }</dt>
            if let Some(address) = view.direct_address {
                <dd>{ link(Thing::of_kernel(address), format!("{address:#x}")) }<i>{ "PAGE_OFFSET + phys" }</i></dd>
            } else {
                <dd class="s">{ Text::NoDirectMap.text(lang) }</dd>
            }
            if let Some(address) = view.page_address {
                <dt>{ "struct page" }</dt><dd>{ format!("{address:#x}") }<i>{ "vmemmap + 64 × PFN" }</i></dd>
            }
            <dt>{ Common::Zone.text(lang) }</dt>
            <dd>{ link(zone, view.zone.name) }{ " · " }
                { link(Thing::Node(view.zone.node), format!("{} {}", Common::Node.text(lang), view.zone.node)) }</dd>
            if let Some((number, frames)) = view.section {
                <dt>{ Text::Section.text(lang) }</dt>
                <dd>{ number }{ " " }{ link(Thing::Frame(frames.start), frames.start) }{ format!("–{}", frames.end - 1) }<i>{ "PFN >> 15" }</i></dd>
            }
        </dl>
    }
}

/// The things that know of the frame.
pub(super) fn links(view: &FrameView, lang: Lang) -> Html {
    let (head, order) = view.block;
    html! {<>
        <h3>{ Text::Links.text(lang) }<span>{ Text::EachLightsUp.text(lang) }</span></h3>
        <dl class="kv">
            for mapping in view.mapped_by.iter() { { mapped(mapping, lang) } }
            if let Some((area, address)) = view.vmalloc {
                <dt>{ "vmalloc" }</dt>
                <dd class="m">{ link(Thing::VmapArea(area), format!("{area:x}")) }{ format!("+{:x}", address - area) }</dd>
            }
            if let Some(table) = &view.table {
                <dt>{ Text::HoldsTable.text(lang) }</dt>
                <dd class="s">{ table_of(table.level.text(), table.process.as_ref(), lang) }</dd>
                <dt></dt><dd class="s dim">{ entries_in_use(table.used, table.entries, lang) }</dd>
            }
            if let Some(place) = view.lru { { fact("LRU", lru(place)) } }
            if order > 0 {
                <dt>{ Text::Block.text(lang) }</dt>
                <dd>{ link(Thing::Frame(head), head) }{ format!(" + {}", (1_u32 << order) - 1) }{ span("dim s", format!(" {} {order}", Common::Order.text(lang))) }</dd>
            }
            if let Some(buddy) = view.buddy {
                <dt>{ format!("{} · {} {}", Text::Buddy.text(lang), Common::Order.text(lang), buddy.order) }</dt>
                <dd>{ swatch(buddy.kind) }{ link(Thing::Frame(buddy.pfn), buddy.pfn) }
                    { span("dim s", format!(" {}", buddy_words(buddy, lang))) }</dd>
            }
            if let Some(next) = &view.next { { next_on_list(next, lang) } }
        </dl>
    </>}
}

fn mapped(mapping: &Mapping, lang: Lang) -> Html {
    let process = &mapping.process.name;
    let (table, index) = mapping.entry;
    let entry = match lang {
        Lang::En => format!("entry {index}"),
        Lang::Zh => format!("第 {index} 项"),
    };
    let address = Thing::Address { process: process.clone(), address: mapping.address };
    let area = |start| Thing::Vma { process: process.clone(), start };
    html! {<>
        <dt>{ Text::PageTableLink.text(lang) }</dt>
        <dd>{ swatch(FrameKind::PageTable) }{ link(Thing::Frame(table), table) }{ " " }
            { link(Thing::Entry { table, index }, entry) }</dd>
        <dt>{ Text::MappedBy.text(lang) }</dt>
        <dd>{ link(Thing::Process(process.clone()), process) }{ " " }
            { link(address, mapping.expression.clone().unwrap_or_else(|| format!("{:#x}", mapping.address))) }</dd>
        if let Some(row) = &mapping.area {
            <dt>{ Text::AreaLink.text(lang) }</dt>
            <dd>{ link(area(row.start), format!("{:x}–{:x}", row.start, row.end)) }{ format!(" {}", row.perms) }</dd>
        }
        <dt>{ Text::ReverseMap.text(lang) }</dt><dd>{ "anon_vma" }{ span("dim s", format!(" {}", Text::OneMapping.text(lang))) }</dd>
    </>}
}

fn lru(place: LruPlace) -> Html {
    match place {
        LruPlace::Batch { cpu, place, of } => html! { { format!("CPU {cpu} lru_add {place}/{of}") } },
        LruPlace::List(name) => html! { { name } },
    }
}

fn next_on_list(next: &NextOnList, lang: Lang) -> Html {
    html! {<>
        <dt>{ Text::NextOnList.text(lang) }</dt>
        <dd>
            if let Some(pfn) = next.pfn {
                { swatch(next.kind) }{ link(Thing::Frame(pfn), pfn) }
            } else {
                { span("s", Text::EndOfList.text(lang)) }
            }
        </dd>
        <dt></dt><dd class="dim">{ &next.list }</dd>
    </>}
}

fn swatch(kind: FrameKind) -> Html {
    html! { <i class={format!("mini k-{}", kind.slug())} aria-hidden="true"></i> }
}

fn buddy_words(buddy: Buddy, lang: Lang) -> String {
    let verdict = if buddy.merges {
        Text::Merges
    } else if matches!(buddy.kind, FrameKind::Reserved | FrameKind::Hole) {
        Text::NeverMerges
    } else {
        Text::NotFree
    };
    match lang {
        Lang::En => format!("{}: {}", buddy.kind.short_word().text(lang), verdict.text(lang)),
        Lang::Zh => format!("{}：{}", buddy.kind.short_word().text(lang), verdict.text(lang)),
    }
}
