//! Where the columns of the walk stand, for any number of levels and any width of offset.

use mm_view::panels::translate::{Level, TranslateView};

/// The measures of one variant of the figure.
#[derive(Clone, Copy)]
pub(super) struct Measures {
    /// Width of the figure.
    pub width: f64,
    /// Left edge of the first column.
    pub left: f64,
    /// Right edge of the offset.
    pub right: f64,
    /// Width of a bit.
    pub bit: f64,
    /// How much nearer the offset stands than the tables to each other.
    pub tuck: f64,
}

/// The figure in full.
pub(super) const WIDE: Measures = Measures { width: 798.0, left: 96.0, right: 792.0, bit: 12.0, tuck: 8.0 };
/// The figure in a column of text.
pub(super) const COMPACT: Measures =
    Measures { width: 688.0, left: 76.0, right: 688.0, bit: 10.6, tuck: 0.0 };

/// One level and its place.
#[derive(Clone, Copy)]
pub(super) struct Column<'a> {
    /// Left edge.
    pub x: f64,
    /// Width.
    pub w: f64,
    /// The level.
    pub level: &'a Level,
}

impl Column<'_> {
    /// Returns the right edge.
    pub(super) fn end(&self) -> f64 {
        self.x + self.w
    }
}

/// The places of all columns and of the offset.
pub(super) struct Layout<'a> {
    /// Tables in walk order.
    pub columns: Vec<Column<'a>>,
    /// Left edge of the offset.
    pub offset_x: f64,
    /// Width of the offset's bits.
    pub offset_w: f64,
}

impl<'a> Layout<'a> {
    /// Spreads the columns over the width.
    pub(super) fn new(view: &'a TranslateView, at: Measures) -> Layout<'a> {
        let bits = |level: &Level| f64::from(level.high - level.low + 1) * at.bit;
        let offset_w = f64::from(view.offset.bits) * at.bit;
        let tables: f64 = view.levels.iter().map(bits).sum();
        let count = super::super::svg::float(view.levels.len().max(1));
        let gap = (at.right - at.left - tables - offset_w + at.tuck) / count;
        let mut x = at.left;
        let columns = view.levels.iter().map(|level| {
            let column = Column { x, w: bits(level), level };
            x += column.w + gap;
            column
        });
        let columns = columns.collect();
        Layout { columns, offset_x: at.right - offset_w, offset_w }
    }
}

/// Colours and arrow head of a level.
#[derive(Clone, Copy)]
pub(super) struct Tone {
    /// Ink.
    pub ink: &'static str,
    /// Tint.
    pub tint: &'static str,
    /// Arrow head.
    pub arrow: &'static str,
}

/// Returns the colours of a level by its height above the page.
pub(super) const fn tone(height: u8) -> Tone {
    match height {
        1 => Tone { ink: "var(--l1)", tint: "var(--l1-t)", arrow: "a1" },
        2 => Tone { ink: "var(--l2)", tint: "var(--l2-t)", arrow: "a2" },
        3 => Tone { ink: "var(--l3)", tint: "var(--l3-t)", arrow: "a3" },
        _ => Tone { ink: "var(--l4)", tint: "var(--l4-t)", arrow: "a4" },
    }
}

/// Colours of the offset.
pub(super) const OFFSET: Tone = Tone { ink: "var(--off)", tint: "var(--off-t)", arrow: "ao" };
