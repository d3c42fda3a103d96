//! Where a frame stands on the map: pageblocks in rows, 32 frames a line within each.

use mm_view::panels::frames::CELLS_PER_ROW;

use crate::ui::{whole, within};

/// Sizes of a frame in pixels, smallest first.
pub(super) const ZOOMS: [f64; 6] = [0.125, 0.25, 1.0, 4.0, 9.0, 18.0];
/// Index of the usual size in [`ZOOMS`].
pub(super) const USUAL: usize = 3;
/// Room for the addresses on the left.
pub(super) const MARGIN: f64 = 38.0;

/// The arrangement of the map at one zoom and width.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Place {
    /// Pixels of a frame.
    pub zoom: f64,
    /// Pageblocks of a row.
    pub per_row: u32,
    /// Frames of a pageblock.
    pub frames: u32,
}

impl Place {
    /// Fits as many pageblocks into a row as a power of two allows, eight at the usual size; from
    /// afar as many as fit.
    pub(super) fn new(zoom: f64, width: f64, frames: u32) -> Place {
        let one = Place { zoom, per_row: 1, frames };
        let room = ((width - MARGIN + one.gap()) / (one.block_width() + one.gap())).floor();
        // From afar rows need not be powers of two: 64 MB more or less keep sixteen of them whole
        // gigabytes.
        let from_afar = whole(room / 32.0).map(|groups| groups * 32).filter(|&count| zoom < 1.0 && count > 0);
        let powers = || (0..=8).rev().map(|shift| 1 << shift).find(|&count| f64::from(count) <= room);
        let per_row = from_afar.or_else(powers).unwrap_or(1);
        Place { per_row, ..one }.grown(width)
    }

    /// Takes whole pixels more for a frame while a row still fits, never twice as many.
    fn grown(self, width: f64) -> Place {
        let mut place = self;
        while place.zoom >= 4.0 && place.zoom + 1.0 < self.zoom * 2.0 {
            let next = Place { zoom: place.zoom + 1.0, ..place };
            if MARGIN + f64::from(next.per_row) * (next.block_width() + next.gap()) - next.gap() > width {
                break;
            }
            place = next;
        }
        place
    }

    /// Space between pageblocks.
    pub(super) fn gap(self) -> f64 {
        if self.zoom < 0.25 { 0.0 } else { 1.0 }
    }

    /// Room above a row for the numbers of its pageblocks.
    pub(super) fn head(self) -> f64 {
        if self.zoom >= 4.0 { 14.0 } else { self.gap() }
    }

    /// Width of a pageblock.
    pub(super) fn block_width(self) -> f64 {
        f64::from(CELLS_PER_ROW) * self.zoom
    }

    /// Height of a pageblock.
    pub(super) fn block_height(self) -> f64 {
        f64::from(self.frames / CELLS_PER_ROW) * self.zoom
    }

    /// Height of a row with its head.
    pub(super) fn row_height(self) -> f64 {
        self.block_height() + self.head()
    }

    /// Returns the top left corner of a pageblock.
    pub(super) fn block(self, number: u32) -> (f64, f64) {
        let (row, column) = (number / self.per_row, number % self.per_row);
        let x = MARGIN + f64::from(column) * (self.block_width() + self.gap());
        (x, f64::from(row) * self.row_height() + self.head())
    }

    /// Returns the top left corner of a frame.
    pub(super) fn frame(self, pfn: u32) -> (f64, f64) {
        let (x, y) = self.block(pfn / self.frames);
        let within = pfn % self.frames;
        (x + f64::from(within % CELLS_PER_ROW) * self.zoom, y + f64::from(within / CELLS_PER_ROW) * self.zoom)
    }

    /// Returns the frame at a point, `None` between pageblocks.
    pub(super) fn frame_at(self, x: f64, y: f64) -> Option<u32> {
        let row = whole(y / self.row_height())?;
        let column = whole((x - MARGIN) / (self.block_width() + self.gap()))
            .filter(|&column| column < self.per_row)?;
        let number = row * self.per_row + column;
        let (left, top) = self.block(number);
        let across = whole((x - left) / self.zoom).filter(|&across| across < CELLS_PER_ROW)?;
        let down = whole((y - top) / self.zoom).filter(|&down| down < self.frames / CELLS_PER_ROW)?;
        number.checked_mul(self.frames).map(|first| first + down * CELLS_PER_ROW + across)
    }

    /// Returns a frame of the row at a height.
    pub(super) fn near(self, y: f64) -> u32 {
        let row = whole(y.max(0.0) / self.row_height()).unwrap_or(0);
        row.saturating_mul(self.per_row).saturating_mul(self.frames)
    }

    /// Returns the rectangles that frames `start..end` of one pageblock cover: part of a line,
    /// whole lines, part of a line.
    pub(super) fn rects(self, start: u32, end: u32) -> impl Iterator<Item = [f64; 4]> {
        let mut at = start;
        core::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let from = at;
            let column = from % CELLS_PER_ROW;
            let whole_lines = (end - from) / CELLS_PER_ROW;
            let (across, down) = if column == 0 && whole_lines > 0 {
                (CELLS_PER_ROW, whole_lines)
            } else {
                ((CELLS_PER_ROW - column).min(end - from), 1)
            };
            at = from + across * down;
            let (x, y) = self.frame(from);
            Some([x, y, f64::from(across) * self.zoom, f64::from(down) * self.zoom])
        })
    }
}

/// Returns which of `count` equal cells a part of a line, 0 to 1, falls into.
pub(super) fn cell_at(part: f64, count: usize) -> usize {
    let scaled = (within(part, 0.0, 1.0) * super::super::svg::float(count)).floor();
    whole(scaled).map_or(0, mm::units::index).min(count.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::{Place, ZOOMS, cell_at};

    #[test]
    fn eight_pageblocks_stand_in_a_row_as_drawn() {
        assert_eq!(Place::new(4.0, 1070.0, 512).per_row, 8);
        assert_eq!(Place::new(4.0, 360.0, 512).per_row, 2);
        assert_eq!(Place::new(18.0, 300.0, 512).per_row, 1);
        assert_eq!(Place::new(0.125, 738.0, 512).per_row, 160, "76 GB in 247 rows of two pixels");
    }

    #[test]
    fn a_frame_is_found_where_it_is_drawn() {
        for zoom in ZOOMS {
            let place = Place::new(zoom, 1070.0, 512);
            for pfn in [0, 31, 32, 511, 512, 16899, 131_071] {
                let (x, y) = place.frame(pfn);
                assert_eq!(place.frame_at(x + zoom / 2.0, y + zoom / 2.0), Some(pfn), "{zoom}");
            }
        }
    }

    #[test]
    fn runs_are_cut_at_lines() {
        let place = Place::new(4.0, 1070.0, 512);
        let widths: Vec<_> = place.rects(30, 100).map(|[_, _, w, h]| (w / 4.0, h / 4.0)).collect();
        assert_eq!(widths, [(2.0, 1.0), (32.0, 2.0), (4.0, 1.0)]);
    }

    #[test]
    fn parts_of_a_line_are_cells() {
        assert_eq!([cell_at(-1.0, 4), cell_at(0.5, 4), cell_at(1.0, 4)], [0, 2, 3]);
    }
}
