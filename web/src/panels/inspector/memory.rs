//! Pageblocks, caches, slabs and objects.

use mm_view::Lang;
use mm_view::panels::inspector::{ObjectPage, PageblockPage};
use mm_view::panels::slab::{CacheDetail, ObjectState, SlabGrid};
use mm_view::panels::vmalloc::AreaRow;
use mm_view::panels::{Thing, grouped};
use yew::prelude::*;

use super::super::labels::Text as Common;
use super::super::slab::words::{Text, place};
use super::super::vmalloc::{Text as Area, note};
use super::identity;
use crate::ui::{fact, link};

fn frame(pfn: u32) -> Html {
    link(Thing::Frame(pfn), pfn)
}

fn cache_link(name: &str) -> Html {
    link(Thing::Cache(name.to_owned()), name)
}

/// A pageblock.
pub(super) fn pageblock(view: &PageblockPage, lang: Lang) -> Html {
    let zone = Thing::Zone { node: view.zone.node, zone: view.zone.zone };
    let name = format!("{} {}", Text::Pageblock.text(lang), view.number);
    let place = format!("{} · {}", view.zone.name, view.migrate.word().text(lang));
    html! {<>
        { identity("k-free", view.migrate.letter(), &name, &place) }
        <dl class="kv">
            { fact(Common::Zone.text(lang), link(zone, view.zone.name)) }
            <dt>{ Text::Frame.text(lang) }</dt><dd>{ frame(view.frames.start) }{ "–" }{ frame(view.frames.end - 1) }</dd>
        </dl>
        <h3>{ Text::Kinds.text(lang) }</h3>
        <dl class="kv">
            for (kind, frames) in view.kinds.iter() {
                <dt><i class={format!("mini k-{}", kind.slug())}></i>{ kind.short_word().text(lang) }</dt><dd>{ grouped(u64::from(*frames)) }</dd>
            }
        </dl>
        if !view.free.is_empty() {
            <h3>{ Text::FreeBlocks.text(lang) }</h3>
            <dl class="kv">
                for (order, blocks) in view.free.iter() {
                    { fact(format!("{} {order}", Common::Order.text(lang)), blocks) }
                }
            </dl>
        }
    </>}
}

/// A cache.
pub(super) fn cache(view: &CacheDetail, lang: Lang) -> Html {
    let row = &view.row;
    let numbers = [
        (Text::ObjectSize.text(lang), format!("{} B", row.object_size)),
        ("size", format!("{} B", row.size)),
        (Text::Align.text(lang), format!("{} B", view.align)),
        (Common::Order.text(lang), row.order.to_string()),
        (Text::PerSlab.text(lang), row.per_slab.to_string()),
        (Text::Waste.text(lang), format!("{} B", view.rest)),
        (Text::Slabs.text(lang), grouped(row.slabs)),
        (Text::Active.text(lang), format!("{} / {}", grouped(row.active), grouped(row.objects))),
        ("cpu_partial_slabs", view.cpu_partial_slabs.to_string()),
        ("min_partial", view.min_partial.to_string()),
    ];
    html! {<>
        { identity("k-slab", "S", &row.name, Text::Cache.text(lang)) }
        <dl class="kv">for (name, value) in numbers { { fact(name, value) } }</dl>
        <h3>{ Text::Places.text(lang) }</h3>
        <dl class="kv">
            for lane in view.lanes.iter() {
                <dt>{ place(lane.place, lang).0 }</dt>
                <dd>
                    { grouped(lane.slabs) }
                    for tile in lane.shown.iter().take(3) { { " " }{ link(Thing::Slab(tile.pfn), tile.pfn) } }
                </dd>
            }
        </dl>
    </>}
}

/// A slab.
pub(super) fn slab(view: &SlabGrid, lang: Lang) -> Html {
    let (at, note) = place(view.place, lang);
    let head = |object: Option<u32>| match object {
        Some(index) => link(Thing::Object { slab: view.pfn, index }, index),
        None => html! { { Text::EmptyList.text(lang) } },
    };
    html! {<>
        { identity("k-slab", "S", &format!("{} {}", Text::Slab.text(lang), view.pfn), &format!("{at}{}{note}", Common::Comma.text(lang))) }
        <dl class="kv">
            { fact(Text::Cache.text(lang), cache_link(&view.cache)) }
            { fact(Text::FirstFrame.text(lang), frame(view.pfn)) }
            <dt>{ Common::Order.text(lang) }</dt><dd>{ view.order }</dd>
            { fact(Text::Address.text(lang), format!("{:x}", view.address)) }
            { fact(Text::Objects.text(lang), format!("{} × {} B", view.objects, view.size)) }
            { fact(Text::InUse.text(lang), view.inuse) }
            { fact(Text::Frozen.text(lang), u8::from(view.frozen)) }
            { fact(Text::CpuFreelist.text(lang), head(view.cpu_freelist)) }
            { fact("freelist", head(view.freelist)) }
        </dl>
    </>}
}

/// An object.
pub(super) fn object(view: &ObjectPage, lang: Lang) -> Html {
    let (state, next) = match view.cell.state {
        ObjectState::Allocated => (Text::Allocated.text(lang).to_owned(), None),
        ObjectState::Free { nth, next, .. } => (format!("{}, #{nth}", Text::Free.text(lang)), next),
    };
    html! {<>
        { identity("k-slab", "O", &format!("{} {}", Text::Object.text(lang), view.cell.index), &format!("{} · {state}", view.cache)) }
        <dl class="kv">
            { fact(Text::Address.text(lang), format!("{:x}", view.address)) }
            { fact(Text::Slab.text(lang), link(Thing::Slab(view.slab), view.slab)) }
            { fact(Text::Cache.text(lang), cache_link(&view.cache)) }
            { fact(Text::Frame.text(lang), frame(view.frame)) }
            { fact("size", format!("{} B", view.size)) }
            <dt>{ Text::State.text(lang) }</dt><dd class={classes!("s", view.cell.changed.then_some("changed"))}>{ view.cell.changed.then_some("Δ ") }{ state }</dd>
            if let Some(index) = next {
                { fact(Text::Next.text(lang), link(Thing::Object { slab: view.slab, index }, index)) }
            }
            if !view.labels.is_empty() { { fact(Text::Labels.text(lang), view.labels.join(" ")) } }
        </dl>
    </>}
}

/// An area of the kernel's own addresses.
pub(super) fn vmap_area(view: &AreaRow, lang: Lang) -> Html {
    let address = |at: u64| format!("{at:#x}");
    html! {<>
        { identity("k-kern", "K", &address(view.start), "vmalloc") }
        <dl class="kv">
            { fact(Area::Label.text(lang), note(view, lang, 8)) }
            { fact(Area::Asked.text(lang), format!("{} B", grouped(view.bytes))) }
            { fact(Area::Frames.text(lang), format!("{} · {} {}", grouped(view.frames.into()), view.pieces, Area::Pieces.text(lang))) }
            <dt>{ Area::Guard.text(lang) }</dt><dd class="m">{ address(view.guard) }</dd>
            <dt>{ Area::End.text(lang) }</dt><dd class="m">{ address(view.end) }</dd>
        </dl>
    </>}
}
