//! *Slab*: the caches, where the slabs of one are, one slab object by object, and `kmalloc`.

mod caches;
mod grid;
mod kmalloc;
mod lanes;
mod twin;
pub(super) mod words;

use std::rc::Rc;

use mm_view::Lang;
use mm_view::panels::slab::{CacheDetail, SlabAsk, SlabView};
use mm_view::panels::{Thing, fill, grouped};
use yew::prelude::*;

use self::words::Text;
use super::head::{Picture, heading, switch};
use super::query;
use crate::ui::{Command, PanelProps, Ref, Selection, span, use_memo, use_size};

/// Size that `kmalloc` is asked about first: one more than a class.
const FIRST_SIZE: u64 = 65;

/// What the reader chose here.
#[derive(Clone, PartialEq)]
struct Chosen {
    ask: SlabAsk,
    picture: Picture,
}

/// What was selected last that the panel knows.
#[derive(Clone, Default)]
struct Place {
    cache: Option<String>,
    slab: Option<u32>,
    object: Option<u32>,
}

/// The panel.
#[component]
pub(super) fn Slab(props: &PanelProps) -> Html {
    let lang = props.lang;
    let chosen = use_state_eq(|| Chosen {
        ask: SlabAsk { bytes: FIRST_SIZE, ..SlabAsk::default() },
        picture: Picture::default(),
    });
    // What was looked at stays when something else is selected.
    let kept = use_mut_ref(Place::default);
    if let Some(found) = follow(&props.selection) {
        *kept.borrow_mut() = found;
    }
    let Place { cache, slab, object } = kept.borrow().clone();
    let ask = SlabAsk { cache, slab, object, ..chosen.ask.clone() };
    let view = use_memo((props.session.clone(), ask), |(session, ask)| {
        Rc::new(query::ask(session, |at| fill::slab(at, ask)))
    });
    let view: Rc<SlabView> = (*view).clone();
    let set = {
        let chosen = chosen.clone();
        Callback::from(move |ask: SlabAsk| chosen.set(Chosen { ask, ..(*chosen).clone() }))
    };
    let on_picture = {
        let chosen = chosen.clone();
        Callback::from(move |picture| chosen.set(Chosen { picture, ..(*chosen).clone() }))
    };
    let node = use_node_ref();
    let (width, _) = use_size(&node);
    let ask = chosen.ask.clone();
    html! {
        <section class="panel slab" aria-label={props.id.label(lang)}>
            <div class="ph">
                { heading(props.id, lang) }
                { summary(&view, lang) }
                <span class="sp"></span>
                { legend(lang) }
                { switch(lang, chosen.picture, &on_picture) }
            </div>
            <div class="sl" ref={node}>
                { caches::caches(&view, lang, &ask, &set) }
                if let Some(cache) = &view.cache {
                    { detail(cache, lang, (chosen.picture, width), &ask, &set) }
                } else {
                    <p class="empty">{ Text::NoCaches.text(lang) }{ " " }<Command text="kernel: c = kmem_cache_create inode size=600"/></p>
                }
                { kmalloc::kmalloc(&view.kmalloc, lang, &ask, &set) }
            </div>
        </section>
    }
}

/// The cache or slab that a selection is about.
fn follow(selection: &Selection) -> Option<Place> {
    let none = Place::default();
    match selection.as_ref()? {
        Thing::Cache(name) => Some(Place { cache: Some(name.clone()), ..none }),
        Thing::Slab(pfn) | Thing::Frame(pfn) => Some(Place { slab: Some(*pfn), ..none }),
        Thing::Object { slab, index } => Some(Place { slab: Some(*slab), object: Some(*index), ..none }),
        Thing::Entry { .. }
        | Thing::Vma { .. }
        | Thing::Address { .. }
        | Thing::Process(_)
        | Thing::Zone { .. }
        | Thing::Node(_)
        | Thing::Pageblock(_)
        | Thing::VmapArea(_)
        | Thing::ProcFile(_) => None,
    }
}

fn summary(view: &SlabView, lang: Lang) -> Html {
    let slabs: u64 = view.caches.iter().map(|cache| cache.slabs).sum();
    let objects: u64 = view.caches.iter().map(|cache| cache.active).sum();
    let words = match lang {
        Lang::En => format!("{} slabs, {} active objects", grouped(slabs), grouped(objects)),
        Lang::Zh => format!("{} 个 slab，{} 个在用对象", grouped(slabs), grouped(objects)),
    };
    span("mid zn-sum", words)
}

fn legend(lang: Lang) -> Html {
    html! {
        <span class="lgs">
            <span class="lg"><i class="k-slab" aria-hidden="true"></i>{ Text::Allocated.text(lang) }</span>
            <span class="lg"><i class="k-free" aria-hidden="true"></i>{ Text::Free.text(lang) }</span>
        </span>
    }
}

/// A cache in full.
fn detail(
    cache: &CacheDetail,
    lang: Lang,
    (picture, width): (Picture, u32),
    ask: &SlabAsk,
    set: &Callback<SlabAsk>,
) -> Html {
    html! {<>
        <h3>
            <Ref thing={Thing::Cache(cache.row.name.clone())}>{ &cache.row.name }</Ref>
            <span>{ facts(cache, lang) }</span>
        </h3>
        if cache.row.slabs == 0 {
            <p class="empty">{ Text::NoSlabs.text(lang) }{ " " }<Command text={format!("kernel: x = kmem_cache_alloc {}", cache.row.name)}/></p>
        } else if picture == Picture::Drawn {
            { lanes::lanes(cache, lang, ask, set) }
            if let Some(slab) = &cache.slab { { grid::grid(slab, lang, width) } }
        } else {
            { twin::twin(cache, lang) }
        }
    </>}
}

/// Sizes and limits on one line.
fn facts(cache: &CacheDetail, lang: Lang) -> String {
    let row = &cache.row;
    let size = if row.size == row.object_size {
        format!("{} B", row.size)
    } else {
        format!("{} → {} B", row.object_size, row.size)
    };
    let (align, keeps, waste) = (Text::Align.text(lang), Text::Keeps.text(lang), Text::Waste.text(lang));
    match lang {
        Lang::En => format!(
            "{size}, {align} {}, {} in {} KiB, {} B {waste}, {keeps} {} empty ones",
            cache.align,
            row.per_slab,
            4_u32 << row.order,
            cache.rest,
            cache.min_partial
        ),
        Lang::Zh => format!(
            "{size}，{align} {}，每 {} KiB {} 个，{waste} {} B，{keeps} {} 个空 slab",
            cache.align,
            4_u32 << row.order,
            row.per_slab,
            cache.rest,
            cache.min_partial
        ),
    }
}
