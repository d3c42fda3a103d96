//! Colours: those of SVG are custom properties, those of the canvas are read from the page.
//!
//! A canvas cannot resolve `light-dark()`, so an invisible element of each colour is asked what
//! colour it got. The style sheet gives `.ink-*` their colours.

use mm_view::panels::FrameKind;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::group::HUES;

/// Returns the paint of a kind in a drawing: its pattern.
pub(in super::super) fn paint(kind: FrameKind) -> &'static str {
    match kind {
        FrameKind::Anon => "var(--k-anon)",
        FrameKind::File => "url(#p-file)",
        FrameKind::Slab => "url(#p-slab)",
        FrameKind::PageTable => "url(#p-pt)",
        FrameKind::Kernel => "url(#p-kern)",
        FrameKind::Before => "url(#p-before)",
        FrameKind::Reserved => "url(#p-res)",
        FrameKind::Pcp => "url(#p-pcp)",
        FrameKind::Free => "var(--k-free)",
        FrameKind::Hole => "var(--surface-2)",
    }
}

/// Ages that have a colour of their own; older ones look as free or unknown frames do.
const AGES: usize = 5;

/// Names of the colours that are read, each `.ink-NAME`.
const NAMES: [&str; 9] = ["ink", "ink-2", "ink-3", "line", "line-2", "surface", "chg", "mono", "sans"];

/// The invisible elements, in `node`. `on_change` is called when the theme changes their colours.
pub(super) fn inks(node: NodeRef, on_change: &Callback<()>) -> Html {
    let ontransitionend = on_change.reform(|_: TransitionEvent| ());
    html! {
        <span class="inks" ref={node} aria-hidden="true" {ontransitionend}>
            for name in NAMES { <i class={format!("ink-{name}")}></i> }
            for kind in FrameKind::ALL {
                <i class={format!("ink-k-{}", kind.slug())}></i>
                <i class={format!("ink-k-{}-e", kind.slug())}></i>
            }
            for hue in 0..HUES { <i class={format!("ink-hue-{hue}")}></i> }
            for age in 0..AGES { <i class={format!("ink-age-{age}")}></i> }
        </span>
    }
}

/// Colours as the canvas takes them.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Inks2d {
    /// Fill and edge of each kind, by [`FrameKind::index`].
    pub kinds: Vec<(String, String)>,
    /// Hues of owners and zones.
    pub hues: Vec<String>,
    /// Colours of ages, youngest first.
    pub ages: Vec<String>,
    /// Text.
    pub ink: String,
    /// Text, second.
    pub ink_2: String,
    /// Text, third.
    pub ink_3: String,
    /// Edges.
    pub line_2: String,
    /// Ground.
    pub surface: String,
    /// Family of data.
    pub mono: String,
    /// Family of words.
    pub sans: String,
}

/// Reads the colours, `None` before the elements are there. `known` are those read last: themes and
/// contrasts all differ in their text and their edges, so these tell whether the others changed.
pub(super) fn read(node: &NodeRef, known: Option<Inks2d>) -> Option<Inks2d> {
    let root = node.cast::<Element>()?;
    let window = web_sys::window()?;
    let property = |class: &str, property: &str| {
        let element =
            root.query_selector(&format!(".{class}")).ok().flatten()?.dyn_into::<HtmlElement>().ok()?;
        window.get_computed_style(&element).ok().flatten()?.get_property_value(property).ok()
    };
    let colour = |name: &str| property(&format!("ink-{name}"), "color");
    let is_same = |known: &Inks2d| {
        [("ink", &known.ink), ("ink-3", &known.ink_3), ("line-2", &known.line_2)]
            .iter()
            .all(|(name, last)| colour(name).as_ref() == Some(last))
    };
    if let Some(known) = known.filter(is_same) {
        return Some(known);
    }
    let kinds = FrameKind::ALL
        .iter()
        .map(|kind| Some((colour(&format!("k-{}", kind.slug()))?, colour(&format!("k-{}-e", kind.slug()))?)));
    Some(Inks2d {
        kinds: kinds.collect::<Option<Vec<_>>>()?,
        hues: (0..HUES).map(|hue| colour(&format!("hue-{hue}"))).collect::<Option<Vec<_>>>()?,
        ages: (0..AGES).map(|age| colour(&format!("age-{age}"))).collect::<Option<Vec<_>>>()?,
        ink: colour("ink")?,
        ink_2: colour("ink-2")?,
        ink_3: colour("ink-3")?,
        line_2: colour("line-2")?,
        surface: colour("surface")?,
        mono: property("ink-mono", "font-family")?,
        sans: property("ink-sans", "font-family")?,
    })
}
