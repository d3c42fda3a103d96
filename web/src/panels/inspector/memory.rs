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
use crate::ui::Ref;

fn frame(pfn: u32) -> Html {
    html! { <Ref class="ln" thing={Thing::Frame(pfn)}>{ pfn }</Ref> }
}

fn cache_link(name: &str) -> Html {
    html! { <Ref class="ln" thing={Thing::Cache(name.to_owned())}>{ name }</Ref> }
}

/// A pageblock.
pub(super) fn pageblock(view: &PageblockPage, lang: Lang) -> Html {
    let zone = Thing::Zone { node: view.zone.node, zone: view.zone.zone };
    let name = format!("{} {}", Text::Pageblock.text(lang), view.number);
    let place = format!("{} · {}", view.zone.name, view.migrate.word().text(lang));
    html! {<>
        { identity("k-free", view.migrate.letter(), &name, &place) }
        <dl class="kv">
            <dt>{ Common::Zone.text(lang) }</dt><dd><Ref class="ln" thing={zone}>{ view.zone.name }</Ref></dd>
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
                    <dt>{ format!("{} {order}", Common::Order.text(lang)) }</dt><dd>{ blocks }</dd>
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
        <dl class="kv">for (name, value) in numbers { <dt>{ name }</dt><dd>{ value }</dd> }</dl>
        <h3>{ Text::Places.text(lang) }</h3>
        <dl class="kv">
            for lane in view.lanes.iter() {
                <dt>{ place(lane.place, lang).0 }</dt>
                <dd>
                    { grouped(lane.slabs) }
                    for tile in lane.shown.iter().take(3) { { " " }<Ref class="ln" thing={Thing::Slab(tile.pfn)}>{ tile.pfn }</Ref> }
                </dd>
            }
        </dl>
    </>}
}

/// A slab.
pub(super) fn slab(view: &SlabGrid, lang: Lang) -> Html {
    let (at, note) = place(view.place, lang);
    let head = |object: Option<u32>| match object {
        Some(index) => {
            html! { <Ref class="ln" thing={Thing::Object { slab: view.pfn, index }}>{ index }</Ref> }
        }
        None => html! { { Text::EmptyList.text(lang) } },
    };
    html! {<>
        { identity("k-slab", "S", &format!("{} {}", Text::Slab.text(lang), view.pfn), &format!("{at}, {note}")) }
        <dl class="kv">
            <dt>{ Text::Cache.text(lang) }</dt><dd>{ cache_link(&view.cache) }</dd>
            <dt>{ Text::FirstFrame.text(lang) }</dt><dd>{ frame(view.pfn) }</dd>
            <dt>{ Common::Order.text(lang) }</dt><dd>{ view.order }</dd>
            <dt>{ Text::Address.text(lang) }</dt><dd>{ format!("{:x}", view.address) }</dd>
            <dt>{ Text::Objects.text(lang) }</dt><dd>{ format!("{} × {} B", view.objects, view.size) }</dd>
            <dt>{ Text::InUse.text(lang) }</dt><dd>{ view.inuse }</dd>
            <dt>{ Text::Frozen.text(lang) }</dt><dd>{ u8::from(view.frozen) }</dd>
            <dt>{ Text::CpuFreelist.text(lang) }</dt><dd>{ head(view.cpu_freelist) }</dd>
            <dt>{ "freelist" }</dt><dd>{ head(view.freelist) }</dd>
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
            <dt>{ Text::Address.text(lang) }</dt><dd>{ format!("{:x}", view.address) }</dd>
            <dt>{ Text::Slab.text(lang) }</dt><dd><Ref class="ln" thing={Thing::Slab(view.slab)}>{ view.slab }</Ref></dd>
            <dt>{ Text::Cache.text(lang) }</dt><dd>{ cache_link(&view.cache) }</dd>
            <dt>{ Text::Frame.text(lang) }</dt><dd>{ frame(view.frame) }</dd>
            <dt>{ "size" }</dt><dd>{ format!("{} B", view.size) }</dd>
            <dt>{ Text::State.text(lang) }</dt><dd class={classes!("s", view.cell.changed.then_some("changed"))}>{ view.cell.changed.then_some("Δ ") }{ state }</dd>
            if let Some(index) = next {
                <dt>{ Text::Next.text(lang) }</dt><dd><Ref class="ln" thing={Thing::Object { slab: view.slab, index }}>{ index }</Ref></dd>
            }
            if !view.labels.is_empty() { <dt>{ Text::Labels.text(lang) }</dt><dd>{ view.labels.join(" ") }</dd> }
        </dl>
    </>}
}

/// An area of the kernel's own addresses.
pub(super) fn vmap_area(view: &AreaRow, lang: Lang) -> Html {
    let address = |at: u64| format!("{at:#x}");
    html! {<>
        { identity("k-kern", "K", &address(view.start), "vmalloc") }
        <dl class="kv">
            <dt>{ Area::Label.text(lang) }</dt><dd>{ note(view, lang, 8) }</dd>
            <dt>{ Area::Asked.text(lang) }</dt><dd>{ format!("{} B", grouped(view.bytes)) }</dd>
            <dt>{ Area::Frames.text(lang) }</dt><dd>{ format!("{} · {} {}", grouped(view.frames.into()), view.pieces, Area::Pieces.text(lang)) }</dd>
            <dt>{ Area::Guard.text(lang) }</dt><dd class="m">{ address(view.guard) }</dd>
            <dt>{ Area::End.text(lang) }</dt><dd class="m">{ address(view.end) }</dd>
        </dl>
    </>}
}
