//! The map where frames are smaller than patterns: pixels written one by one, shown at once.
//!
//! A call of the canvas costs more than the few pixels that it would fill, and a machine of 76 GB
//! has 39 000 pageblocks in sight.

use mm_view::panels::frames::Content;
use wasm_bindgen::Clamped;
use web_sys::{CanvasRenderingContext2d, ImageData};

use super::canvas::Scene;
use super::group::Paint;
use super::place::whole;

type Colour = [u8; 4];

/// Draws all pageblocks of the scene. `line` is the colour of their edges, if they have one.
pub(super) fn draw(
    context: &CanvasRenderingContext2d,
    scene: &Scene,
    paints: &[Paint],
    free: &str,
    line: Option<&str>,
    ratio: f64,
) {
    let side = |pixels: u32| whole(f64::from(pixels) * ratio).unwrap_or(0);
    let (width, height) = (side(scene.size.0), side(scene.size.1));
    let mut picture = Picture {
        width: mm::units::index(width),
        height: mm::units::index(height),
        bytes: vec![0; mm::units::index(width) * mm::units::index(height) * 4],
        ratio,
        top: scene.top,
    };
    let free = colour(free);
    let colours: Vec<Colour> = paints.iter().map(|paint| colour(&paint.flat)).collect();
    let place = scene.place;
    for block in &scene.view.blocks {
        let (x, y) = place.block(block.number);
        let (w, h) = (place.block_width(), place.block_height());
        picture.fill([x, y, w, h], free);
        match &block.content {
            Content::Shares(shares) => {
                let mut left = x;
                for share in shares.iter().filter(|share| share.frames > 0 && scene.paints(share.group)) {
                    let part = f64::from(share.frames) / f64::from(place.frames) * w;
                    picture.fill([left, y, part, h], colours[usize::from(share.group)]);
                    left += part;
                }
            }
            Content::Runs(runs) => {
                for run in runs.iter().filter(|run| scene.paints(run.group)) {
                    for rect in place.rects(run.start, run.end) {
                        picture.fill(rect, colours[usize::from(run.group)]);
                    }
                }
            }
        }
        if let Some(line) = line.map(colour) {
            let one = 1.0 / ratio;
            picture.fill([x, y, w, one], line);
            picture.fill([x, y, one, h], line);
        }
    }
    let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(picture.bytes.as_slice()), width, height);
    if let Ok(image) = image {
        // Fails only for a canvas without pixels, which shows nothing anyway.
        let _ = context.put_image_data(&image, 0.0, 0.0);
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
    fn fill(&mut self, [x, y, w, h]: [f64; 4], colour: Colour) {
        let y = y - self.top;
        let pixel = |at: f64, end: usize| {
            whole((at * self.ratio).round().max(0.0)).map_or(0, mm::units::index).min(end)
        };
        let (left, right) = (pixel(x, self.width), pixel(x + w, self.width));
        let (top, bottom) = (pixel(y, self.height), pixel(y + h, self.height));
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
