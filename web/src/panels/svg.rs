//! Small pieces of SVG that every figure uses.

use yew::prelude::*;

/// Looks of a text: what the mock calls a face.
#[derive(Clone, Copy)]
pub(super) struct Face {
    /// Monospaced: data. Otherwise words.
    pub mono: bool,
    /// Pixels.
    pub size: f64,
    /// Fill.
    pub fill: &'static str,
    /// 400, 600 or 700.
    pub weight: u16,
    /// `start`, `middle`, `end`.
    pub anchor: &'static str,
}

/// A hint in words.
pub(super) const HINT: Face =
    Face { mono: false, size: 10.5, fill: "var(--ink-3)", weight: 400, anchor: "start" };
/// Data.
pub(super) const DATA: Face =
    Face { mono: true, size: 11.0, fill: "var(--ink)", weight: 400, anchor: "start" };
/// A name.
pub(super) const NAME: Face =
    Face { mono: false, size: 12.0, fill: "var(--ink)", weight: 650, anchor: "start" };

impl Face {
    /// The same in another colour.
    pub(super) const fn fill(self, fill: &'static str) -> Face {
        Face { fill, ..self }
    }

    /// The same in another size.
    pub(super) const fn size(self, size: f64) -> Face {
        Face { size, ..self }
    }

    /// The same in bold.
    pub(super) const fn weight(self, weight: u16) -> Face {
        Face { weight, ..self }
    }

    /// The same, ending at its x.
    pub(super) const fn end(self) -> Face {
        Face { anchor: "end", ..self }
    }

    /// The same around its x.
    pub(super) const fn middle(self) -> Face {
        Face { anchor: "middle", ..self }
    }

    /// Returns how wide `words` are.
    pub(super) fn width(self, words: &str) -> f64 {
        if self.mono {
            mono_width(words.chars().count(), self.size)
        } else {
            crate::ui::sans_width(words, self.size, self.weight)
        }
    }

    /// The same, or as much smaller as lets `words` fit into `room`.
    pub(super) fn within(self, words: &str, room: f64) -> Face {
        self.size(self.size * (room / self.width(words)).min(1.0))
    }

    /// The same in the monospaced or the sans face.
    pub(super) const fn mono(self) -> Face {
        Face { mono: true, ..self }
    }
}

/// A text.
pub(super) fn text(x: f64, y: f64, face: Face, content: impl Into<Html>) -> Html {
    html! {
        <text x={n(x)} y={n(y)} class={face.mono.then_some("m")} fill={face.fill} font-size={n(face.size)}
            font-weight={face.weight.to_string()} text-anchor={face.anchor}>{ content.into() }</text>
    }
}

/// A rectangle with its half-pixel edge.
pub(super) fn rect(at: [f64; 4], fill: &'static str, stroke: &'static str, width: f64) -> Html {
    let [x, y, w, h] = at;
    html! {
        <rect x={n(x)} y={n(y)} width={n(w)} height={n(h)} rx="2" {fill} {stroke} stroke-width={n(width)}/>
    }
}

/// A bar without an edge.
pub(super) fn bar(at: [f64; 4], fill: &'static str, opacity: &'static str) -> Html {
    let [x, y, w, h] = at;
    html! { <rect x={n(x)} y={n(y)} width={n(w)} height={n(h)} {fill} fill-opacity={opacity}/> }
}

/// A line that may end in an arrow head (`a4`, ...).
pub(super) fn line(d: String, stroke: &'static str, width: f64, arrow: Option<&'static str>) -> Html {
    let end = arrow.map(|id| format!("url(#{id})"));
    html! { <path {d} fill="none" {stroke} stroke-width={n(width)} marker-end={end}/> }
}

/// A filled shape.
pub(super) fn shape(d: String, fill: &'static str) -> Html {
    html! { <path {d} {fill}/> }
}

/// The field behind a link's text, which a selection paints yellow.
pub(super) fn field(x: f64, y: f64, w: f64, h: f64) -> Html {
    html! { <rect class="bg" x={n(x)} y={n(y)} width={n(w)} height={n(h)} rx="2" fill="transparent" stroke="none"/> }
}

/// Writes a coordinate with at most two decimals.
pub(super) fn n(value: f64) -> AttrValue {
    crate::ui::hundredths(value)
}

/// Writes a path: each `_` of the pattern is the next of the numbers. Smaller and quicker than
/// `format!`, which brings what prints any float.
pub(super) fn path(pattern: &str, numbers: &[f64]) -> String {
    let mut written = String::new();
    let mut pieces = pattern.split('_');
    written.push_str(pieces.next().unwrap_or_default());
    for (piece, number) in pieces.zip(numbers) {
        written.push_str(&n(*number));
        written.push_str(piece);
    }
    written
}

/// Returns the width of monospaced text.
pub(super) fn mono_width(characters: usize, size: f64) -> f64 {
    float(characters) * crate::ui::mono_width(size)
}

/// Converts a count of things on the screen to a coordinate.
pub(super) fn float(value: usize) -> f64 {
    f64::from(u32::try_from(value).unwrap_or(u32::MAX))
}
