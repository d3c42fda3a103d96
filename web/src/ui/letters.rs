//! How wide words are in the reader's own fonts, which no table can know.
//!
//! A canvas that is never shown is asked; that lays nothing out. Without one, a guess that is
//! rather too wide.

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::dom;

/// Widths for a size of one pixel where there is nobody to ask.
const GUESS: f64 = 0.62;
const GUESS_MONO: f64 = 0.602;

/// What is asked.
struct Letters {
    context: CanvasRenderingContext2d,
    /// Families of the style sheet's `--sans`.
    sans: String,
    /// Width of any character of `--mono` at a size of one pixel.
    mono: f64,
}

thread_local! {
    static LETTERS: Option<Letters> = Letters::new();
}

impl Letters {
    fn new() -> Option<Letters> {
        let canvas: HtmlCanvasElement = dom::document().create_element("canvas").ok()?.dyn_into().ok()?;
        let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let style = dom::window().get_computed_style(&dom::root()).ok()??;
        let sans = style.get_property_value("--sans").ok()?;
        context.set_font(&format!("100px {}", style.get_property_value("--mono").ok()?));
        let mono = context.measure_text("0").ok()?.width() / 100.0;
        Some(Letters { context, sans, mono })
    }

    fn sans(&self, words: &str, size: f64, weight: u16) -> Option<f64> {
        // Large, where letters stand on no grid of whole pixels.
        self.context.set_font(&format!("{weight} 100px {}", self.sans));
        Some(self.context.measure_text(words).ok()?.width() * size / 100.0)
    }
}

/// Returns the width of words.
pub(crate) fn sans_width(words: &str, size: f64, weight: u16) -> f64 {
    let asked = LETTERS.with(|letters| letters.as_ref()?.sans(words, size, weight));
    let guess = || words.chars().map(|letter| if letter > '\u{2e80}' { size } else { size * GUESS }).sum();
    asked.unwrap_or_else(guess)
}

/// Returns the width of one monospaced character.
pub(crate) fn mono_width(size: f64) -> f64 {
    size * LETTERS.with(|letters| letters.as_ref().map_or(GUESS_MONO, |letters| letters.mono))
}
