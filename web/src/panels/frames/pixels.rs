//! The map where frames are smaller than patterns: pixels written one by one, shown at once.
//!
//! A call of the canvas costs more than the few pixels that it would fill, and a machine of 76 GB
//! has 39 000 pageblocks in sight.

use std::rc::Rc;

use mm_view::panels::frames::{Content, GroupKey, MapView, PageblockView};
use wasm_bindgen::Clamped;
use web_sys::{CanvasRenderingContext2d, ImageData};

use super::canvas::Scene;
use super::group::Paint;
use super::place::Place;
use crate::ui::whole;

type Colour = [u8; 4];

/// Colours of a picture.
#[derive(PartialEq)]
pub(super) struct Colours {
    groups: Vec<Colour>,
    free: Colour,
    /// Of the edges of pageblocks, if they have any.
    line: Option<Colour>,
}

impl Colours {
    /// Reads the colours of the groups, of the ground and of edges.
    pub(super) fn new(paints: &[Paint], free: &str, line: Option<&str>) -> Colours {
        let groups = paints.iter().map(|paint| colour(&paint.flat)).collect();
        Colours { groups, free: colour(free), line: line.map(colour) }
    }
}

/// A picture and what it shows: the next one is drawn where it differs.
pub(super) struct Pixels {
    picture: Picture,
    colours: Colours,
    view: Rc<MapView>,
    place: Place,
    size: (u32, u32),
    only: Vec<GroupKey>,
}

impl Pixels {
    /// Draws all pageblocks of the scene.
    pub(super) fn new(scene: &Scene, colours: Colours, ratio: f64) -> Pixels {
        let side = |pixels: u32| mm::units::index(whole(f64::from(pixels) * ratio).unwrap_or(0));
        let (width, height) = (side(scene.size.0), side(scene.size.1));
        let bytes = vec![0; width * height * 4];
        let mut pixels = Pixels {
            picture: Picture { width, height, bytes, ratio, top: scene.top },
            colours,
            view: scene.view.clone(),
            place: scene.place,
            size: scene.size,
            only: scene.only.clone(),
        };
        for block in &scene.view.blocks {
            pixels.block(block, scene);
        }
        pixels
    }

    /// Returns whether the scene is this picture but for what is in pageblocks.
    pub(super) fn is_of(&self, scene: &Scene, colours: &Colours, ratio: f64) -> bool {
        let first = |view: &MapView| view.blocks.first().map(|block| block.number);
        let same_groups = || {
            let (old, new) = (&self.view.groups, &scene.view.groups);
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| old.key == new.key)
        };
        self.colours == *colours
            && self.place == scene.place
            && self.size == scene.size
            && self.only == scene.only
            && [self.picture.top, self.picture.ratio] == [scene.top, ratio]
            && first(&self.view) == first(&scene.view)
            && self.view.blocks.len() == scene.view.blocks.len()
            && same_groups()
    }

    /// Draws the pageblocks that differ, and shows the part of the picture that they lie in.
    pub(super) fn update(&mut self, context: &CanvasRenderingContext2d, scene: &Scene) {
        let before = std::mem::replace(&mut self.view, scene.view.clone());
        let mut drawn: Option<[usize; 4]> = None;
        for (block, _) in scene.view.blocks.iter().zip(&before.blocks).filter(|(new, old)| new != old) {
            let [left, top, right, bottom] = self.block(block, scene);
            let [l, t, r, b] = drawn.unwrap_or([left, top, right, bottom]);
            drawn = Some([l.min(left), t.min(top), r.max(right), b.max(bottom)]);
        }
        if let Some(part) = drawn {
            self.picture.show(context, part);
        }
    }

    /// Shows the picture.
    pub(super) fn show(&self, context: &CanvasRenderingContext2d) {
        self.picture.show(context, [0, 0, self.picture.width, self.picture.height]);
    }

    /// Draws a pageblock; returns the pixels that it covers.
    fn block(&mut self, block: &PageblockView, scene: &Scene) -> [usize; 4] {
        let (place, picture, colours) = (scene.place, &mut self.picture, &self.colours);
        let (x, y) = place.block(block.number);
        let (w, h) = (place.block_width(), place.block_height());
        picture.fill([x, y, w, h], colours.free);
        match &block.content {
            Content::Shares(shares) => {
                let mut left = x;
                for share in shares.iter().filter(|share| share.frames > 0 && scene.paints(share.group)) {
                    let part = f64::from(share.frames) / f64::from(place.frames) * w;
                    picture.fill([left, y, part, h], colours.groups[usize::from(share.group)]);
                    left += part;
                }
            }
            Content::Runs(runs) => {
                for run in runs.iter().filter(|run| scene.paints(run.group)) {
                    for rect in place.rects(run.start, run.end) {
                        picture.fill(rect, colours.groups[usize::from(run.group)]);
                    }
                }
            }
        }
        if let Some(line) = colours.line {
            let one = 1.0 / picture.ratio;
            picture.fill([x, y, w, one], line);
            picture.fill([x, y, one, h], line);
        }
        picture.pixels([x, y, w, h])
    }
}

struct Picture {
    width: usize,
    height: usize,
    bytes: Vec<u8>,
    ratio: f64,
    top: f64,
}

impl Picture {
    /// Left, top, right and bottom of a rectangle in device pixels, cut at the edges.
    fn pixels(&self, [x, y, w, h]: [f64; 4]) -> [usize; 4] {
        let y = y - self.top;
        let pixel = |at: f64, end: usize| {
            whole((at * self.ratio).round().max(0.0)).map_or(0, mm::units::index).min(end)
        };
        let (left, right) = (pixel(x, self.width), pixel(x + w, self.width));
        [left, pixel(y, self.height), right, pixel(y + h, self.height)]
    }

    /// Puts a part on the canvas.
    fn show(&self, context: &CanvasRenderingContext2d, [left, top, right, bottom]: [usize; 4]) {
        let rows = (top..bottom)
            .map(|row| &self.bytes[(row * self.width + left) * 4..(row * self.width + right) * 4]);
        let part: Vec<u8>;
        let bytes = if right - left == self.width {
            &self.bytes[top * self.width * 4..bottom * self.width * 4]
        } else {
            part = rows.collect::<Vec<_>>().concat();
            part.as_slice()
        };
        let [left, top, right, bottom] = [left, top, right, bottom].map(mm::units::count);
        let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(bytes), right - left, bottom - top);
        if let Ok(image) = image {
            // Fails only for a canvas without pixels, which shows nothing anyway.
            let _ = context.put_image_data(&image, f64::from(left), f64::from(top));
        }
    }

    fn fill(&mut self, at: [f64; 4], colour: Colour) {
        let [left, top, right, bottom] = self.pixels(at);
        if left >= right || top >= bottom {
            return;
        }
        // The first line pixel by pixel, the others as copies of it.
        let line = (top * self.width + left) * 4..(top * self.width + right) * 4;
        for pixel in self.bytes[line.clone()].chunks_exact_mut(4) {
            pixel.copy_from_slice(&colour);
        }
        for row in top + 1..bottom {
            self.bytes.copy_within(line.clone(), (row * self.width + left) * 4);
        }
    }
}

/// Reads a colour as browsers write computed ones, `rgb(230, 159, 0)`, or `#rrggbb`; grey if it
/// is written otherwise.
fn colour(text: &str) -> Colour {
    const GREY: Colour = [128, 128, 128, 255];
    if let Some(hex) = text.strip_prefix('#') {
        let part = |at: usize| hex.get(at..at + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        return match (part(0), part(2), part(4)) {
            (Some(red), Some(green), Some(blue)) => [red, green, blue, 255],
            _ => GREY,
        };
    }
    let numbers = text.split_once('(').map_or("", |(_, rest)| rest.trim_end_matches(')'));
    let mut parts = numbers.split(',').map(|part| part.trim().parse::<u8>().ok());
    match (parts.next().flatten(), parts.next().flatten(), parts.next().flatten()) {
        (Some(red), Some(green), Some(blue)) => [red, green, blue, 255],
        _ => GREY,
    }
}

#[cfg(test)]
mod tests {
    use super::colour;

    #[test]
    fn colours_are_read_as_browsers_write_them() {
        assert_eq!(colour("rgb(230, 159, 0)"), [230, 159, 0, 255]);
        assert_eq!(colour("#14171a"), [0x14, 0x17, 0x1a, 255]);
        assert_eq!(colour("none"), [128, 128, 128, 255]);
    }
}
