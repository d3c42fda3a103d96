//! The map: head, legend, minimap, and the part of the machine that is scrolled to.

use std::rc::Rc;

use mm_view::panels::Thing;
use mm_view::panels::fill::AgeBook;
use mm_view::panels::frames::{ColourBy, Detail, GroupKey, MapAsk, MapView};
use web_sys::{Element, HtmlCanvasElement};
use yew::prelude::*;

use super::super::head::Picture;
use super::super::query;
use super::canvas::{self, Drawn, Scene};
use super::ink::{self, inks};
use super::keys;
use super::map_head::{head, legend};
use super::minimap::Minimap;
use super::overlay::Overlay;
use super::place::{Place, USUAL, ZOOMS};
use super::twin::Twin;
use super::words::Text;
use crate::ui::{
    PanelProps, tenths, use_custom_properties, use_effect_with, use_kept, use_memo, use_nav, use_size, whole,
    within,
};

/// What the reader chose to see.
#[derive(Clone, PartialEq)]
pub(super) struct Look {
    /// Index into [`ZOOMS`].
    pub zoom: usize,
    /// Groups that are shown; empty for all.
    pub only: Vec<GroupKey>,
    /// Colouring.
    pub by: ColourBy,
    /// Drawn or written.
    pub picture: Picture,
}

impl Default for Look {
    fn default() -> Look {
        Look { zoom: USUAL, only: Vec::new(), by: ColourBy::Kind, picture: Picture::Drawn }
    }
}

/// Head, legend, minimap and map.
#[component]
pub(super) fn Map(props: &PanelProps) -> Html {
    let look = use_state_eq(Look::default);
    let top = use_state_eq(|| 0.0_f64);
    let cursor = use_state_eq(|| None::<u32>);
    let scroller = use_node_ref();
    let measured = use_size(&scroller);
    // Behind its table the map has no size of its own: the table is of what was in sight.
    let drawn = use_mut_ref(|| (0, 0));
    if look.picture == Picture::Drawn {
        *drawn.borrow_mut() = measured;
    }
    let size = *drawn.borrow();
    let strip = use_memo(props.session.clone(), |session| query::strip(session, 256));
    let strip = use_kept((*strip).clone());
    let place = Place::new(ZOOMS[look.zoom], f64::from(size.0), strip.pageblock_frames);
    let ask = visible(place, *top, size.1, strip.frames, look.by);
    let book = use_mut_ref(AgeBook::default);
    let view = use_memo((props.session.clone(), ask), |(session, ask)| {
        query::map(session, *ask, &mut book.borrow_mut())
    });
    let view: Rc<MapView> = use_kept((*view).clone());
    let scroll_to = {
        let scroller = scroller.clone();
        Callback::from(move |y: f64| {
            if let Some(node) = scroller.cast::<Element>() {
                node.set_scroll_top(i32::try_from(whole(y.max(0.0)).unwrap_or(0)).unwrap_or(i32::MAX));
            }
        })
    };
    let selected = match &props.selection {
        Some(Thing::Frame(pfn)) => Some(*pfn),
        _ => None,
    };
    // What keeps its place when the zoom changes: a frame, and how far down it is seen.
    let anchor = use_mut_ref(|| None::<(u32, f64)>);
    let on_look = Callback::from({
        let (look, anchor, top, cursor) = (look.clone(), anchor.clone(), *top, *cursor);
        let last = strip.frames.saturating_sub(1);
        move |new: Look| {
            if new.zoom != look.zoom {
                let seen = |pfn: &u32| (top..top + f64::from(size.1)).contains(&place.frame(*pfn).1);
                let middle = || place.near(top + f64::from(size.1) / 2.0).min(last);
                let pfn = cursor.filter(seen).or(selected.filter(seen)).unwrap_or_else(middle);
                *anchor.borrow_mut() = Some((pfn, place.frame(pfn).1 - top));
            }
            look.set(new);
        }
    });
    use_effect_with((selected, place, size.1), {
        let (scroll_to, top, anchor) = (scroll_to.clone(), *top, anchor.clone());
        move |(selected, place, height): &(Option<u32>, Place, u32)| {
            let height = f64::from(*height);
            if let Some((pfn, seen)) = anchor.borrow_mut().take() {
                scroll_to.emit(place.frame(pfn).1 - within(seen, 0.0, (height - place.zoom).max(0.0)));
            } else if let Some(pfn) = selected {
                let (_, y) = place.frame(*pfn);
                if height > 0.0 && (y < top || y + place.zoom > top + height) {
                    scroll_to.emit(y - height / 2.0);
                }
            }
        }
    });
    let scene = Scene { view: view.clone(), place, top: *top, size, only: look.only.clone() };
    let on_zoom = {
        let (look, on_look) = ((*look).clone(), on_look.clone());
        Callback::from(move |by: i8| {
            let zoom = look.zoom.saturating_add_signed(isize::from(by)).min(ZOOMS.len() - 1);
            on_look.emit(Look { zoom, ..look.clone() });
        })
    };
    let lang = props.lang;
    html! {<>
        { head(props, place, &look, &on_look, &view) }
        { legend(lang, &look, &on_look, &view, size.0) }
        <div class="mapwrap">
            <Minimap strip={strip.clone()} {place} top={*top} height={size.1} on_scroll={scroll_to} selection={props.selection.clone()}/>
            if look.picture == Picture::Table {
                <Twin view={view.clone()} {lang}/>
            }
            <Scroller node={scroller} {scene} {lang} hidden={look.picture == Picture::Table} frames={strip.frames}
                cursor={*cursor} selection={props.selection.clone()} session={props.session.clone()}
                on_cursor={Callback::from({ let cursor = cursor.clone(); move |new| cursor.set(new) })}
                on_top={Callback::from({ let top = top.clone(); move |new| top.set(new) })}
                {on_zoom}/>
        </div>
    </>}
}

/// Returns the pageblocks that are in sight.
fn visible(place: Place, top: f64, height: u32, frames: u32, by: ColourBy) -> MapAsk {
    let pageblocks = frames.div_ceil(place.frames);
    let first_row = whole((top / place.row_height()).floor()).unwrap_or(0);
    let rows = whole((f64::from(height) / place.row_height()).ceil()).unwrap_or(0) + 1;
    let first = (first_row * place.per_row).min(pageblocks);
    let count = (rows * place.per_row).min(pageblocks - first);
    let detail = if place.zoom < 1.0 { Detail::Shares } else { Detail::Blocks };
    MapAsk { first, count, detail, by }
}

#[derive(Clone, PartialEq, Properties)]
struct ScrollerProps {
    node: NodeRef,
    scene: Scene,
    lang: mm_view::Lang,
    hidden: bool,
    frames: u32,
    cursor: Option<u32>,
    selection: Option<Thing>,
    session: crate::ui::SessionHandle,
    on_cursor: Callback<Option<u32>>,
    on_top: Callback<f64>,
    on_zoom: Callback<i8>,
}

/// The canvas with its overlay, in a box that scrolls over the whole machine.
#[component]
fn Scroller(props: &ScrollerProps) -> Html {
    let canvas = use_node_ref();
    let ink = use_node_ref();
    let space = use_node_ref();
    let theme = use_state_eq(|| 0_u32);
    let nav = use_nav();
    let place = props.scene.place;
    let rows = props.frames.div_ceil(place.frames).div_ceil(place.per_row);
    let height = f64::from(rows) * place.row_height() + 4.0;
    use_custom_properties(
        &space,
        vec![("--map-h", format!("{}px", tenths(height))), ("--map-v", format!("{}px", props.scene.size.1))],
    );
    let drawn = use_mut_ref(Drawn::default);
    use_effect_with((props.scene.clone(), *theme), {
        let (canvas, ink) = (canvas.clone(), ink.clone());
        move |(scene, _): &(Scene, u32)| {
            let mut drawn = drawn.borrow_mut();
            drawn.inks = ink::read(&ink, drawn.inks.take());
            if let Some(canvas) = canvas.cast::<HtmlCanvasElement>() {
                canvas::draw(&canvas, scene, &mut drawn);
            }
        }
    });
    let onscroll =
        props.on_top.reform(|event: Event| f64::from(event.target_unchecked_into::<Element>().scroll_top()));
    let hit = {
        let (canvas, scene, frames) = (canvas.clone(), props.scene.clone(), props.frames);
        move |event: &MouseEvent| {
            let bounds = canvas.cast::<Element>()?.get_bounding_client_rect();
            let (x, y) =
                (f64::from(event.client_x()) - bounds.left(), f64::from(event.client_y()) - bounds.top());
            scene.place.frame_at(x, y + scene.top).filter(|&pfn| pfn < frames)
        }
    };
    let onclick = {
        let (hit, select, on_cursor) = (hit.clone(), nav.select.clone(), props.on_cursor.clone());
        move |event: MouseEvent| {
            if let Some(pfn) = hit(&event) {
                on_cursor.emit(Some(pfn));
                select.emit(Some(Thing::Frame(pfn)));
            }
        }
    };
    let ondblclick = props.on_zoom.reform(|_: MouseEvent| 1);
    // Without Ctrl the wheel scrolls, as everywhere; pinching arrives with it.
    let onwheel = {
        let on_zoom = props.on_zoom.clone();
        move |event: WheelEvent| {
            if event.ctrl_key() {
                event.prevent_default();
                on_zoom.emit(if event.delta_y() < 0.0 { 1 } else { -1 });
            }
        }
    };
    let onmousemove = {
        let on_cursor = props.on_cursor.clone();
        move |event: MouseEvent| on_cursor.emit(hit(&event))
    };
    let onkeydown = keys::handler(keys::Keys {
        session: props.session.clone(),
        scene: props.scene.clone(),
        frames: props.frames,
        cursor: props.cursor.or(match &props.selection {
            Some(Thing::Frame(pfn)) => Some(*pfn),
            _ => None,
        }),
        on_cursor: props.on_cursor.clone(),
        on_zoom: props.on_zoom.clone(),
        select: nav.select.clone(),
    });
    let on_change = Callback::from({
        let theme = theme.clone();
        move |()| theme.set(theme.wrapping_add(1))
    });
    html! {
        <div class={classes!("map", props.hidden.then_some("vh"))} ref={props.node.clone()} {onscroll} tabindex="0" {onkeydown}
            role="application" aria-label={Text::FrameMap.text(props.lang)}>
            { inks(ink, &on_change) }
            <div class="map-space" ref={space}>
                <div class="map-view" {onclick} {ondblclick} {onwheel} {onmousemove}>
                    <canvas ref={canvas}></canvas>
                    <Overlay scene={props.scene.clone()} lang={props.lang} cursor={props.cursor} selection={props.selection.clone()}
                        session={props.session.clone()} frames={props.frames}/>
                </div>
            </div>
        </div>
    }
}
