//! Draws a part of the map on a canvas, in device pixels.

use mm_view::panels::FrameKind;
use mm_view::panels::buddy::MigrateName;
use mm_view::panels::frames::{Age, ColourBy, Content, FrameRun, GroupKey, MapView, PageblockView};
use wasm_bindgen::JsCast;
use web_sys::{CanvasPattern, CanvasRenderingContext2d, HtmlCanvasElement};

use super::group::{self, Paint, Pattern};
use super::ink::Inks2d;
use super::pixels::{Colours, Pixels};
use super::place::Place;
use crate::ui::{hundredths, whole};

/// Everything a drawing depends on.
#[derive(Clone, PartialEq)]
pub(super) struct Scene {
    /// What is drawn.
    pub view: std::rc::Rc<MapView>,
    /// Where.
    pub place: Place,
    /// Pixels that are scrolled away above.
    pub top: f64,
    /// Width and height in CSS pixels.
    pub size: (u32, u32),
    /// Groups that are shown; empty for all.
    pub only: Vec<GroupKey>,
}

impl Scene {
    /// Whether a group is painted: free frames are the ground, others may be filtered out.
    pub(super) fn paints(&self, group: u8) -> bool {
        self.view.groups.get(usize::from(group)).is_some_and(|group| {
            let ground = matches!(group.key, GroupKey::Kind(FrameKind::Free) | GroupKey::Age(Age::SinceBoot));
            !ground && (self.only.is_empty() || self.only.contains(&group.key))
        })
    }

    /// Returns the key of a group.
    pub(super) fn key(&self, group: u8) -> Option<&GroupKey> {
        self.view.groups.get(usize::from(group)).map(|group| &group.key)
    }
}

/// What the canvas shows, so that only what changed is drawn.
#[derive(Default)]
pub(super) struct Drawn {
    /// Colours that were read.
    pub inks: Option<Inks2d>,
    /// The picture, where it is made of single pixels.
    pixels: Option<Pixels>,
}

/// A brush: the context, its scale, colours and patterns.
struct Brush<'a> {
    context: CanvasRenderingContext2d,
    ratio: f64,
    inks: &'a Inks2d,
    paints: Vec<Paint>,
    scene: &'a Scene,
}

/// Draws the scene. Does nothing where the browser has no canvas.
pub(super) fn draw(canvas: &HtmlCanvasElement, scene: &Scene, drawn: &mut Drawn) {
    let Some(inks) = &drawn.inks else { return };
    let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
    let (width, height) = scene.size;
    let device = |pixels: u32| whole(f64::from(pixels) * ratio).unwrap_or(0);
    let Some(context) = context_of(canvas) else { return };
    let paints = scene.view.groups.iter().map(|group| group::paint(&group.key, inks)).collect();
    let brush = Brush { context, ratio, inks, paints, scene };
    if scene.place.zoom < 4.0 {
        let line = (scene.place.zoom >= 1.0).then_some(inks.line_2.as_str());
        let colours = Colours::new(&brush.paints, brush.ground(), line);
        if let Some(pixels) = drawn.pixels.as_mut().filter(|pixels| pixels.is_of(scene, &colours, ratio)) {
            pixels.update(&brush.context, scene);
            // The lines between zones may run through what was drawn.
            brush.zones();
            return;
        }
        drawn.pixels = Some(Pixels::new(scene, colours, ratio));
    } else {
        drawn.pixels = None;
    }
    // Clears it, too.
    canvas.set_width(device(width));
    canvas.set_height(device(height));
    if let Some(pixels) = &drawn.pixels {
        pixels.show(&brush.context);
    } else {
        brush.fill_groups();
        for block in &scene.view.blocks {
            brush.block(block);
        }
        brush.merged_free();
    }
    brush.rows();
}

fn context_of(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten()?.dyn_into().ok()
}

impl Brush<'_> {
    fn fill_rect(&self, at: [f64; 4], colour: &str) {
        self.context.set_fill_style_str(colour);
        let [x, y, w, h] = self.device(at);
        self.context.fill_rect(x, y, w, h);
    }

    /// Scales to device pixels, whole ones, so that edges stay sharp.
    fn device(&self, [x, y, w, h]: [f64; 4]) -> [f64; 4] {
        let y = y - self.scene.top;
        let (left, top) = ((x * self.ratio).round(), (y * self.ratio).round());
        let (right, bottom) = (((x + w) * self.ratio).round(), ((y + h) * self.ratio).round());
        [left, top, right - left, bottom - top]
    }

    fn outline(&self, at: [f64; 4], colour: &str) {
        self.context.set_stroke_style_str(colour);
        self.context.set_line_width(self.ratio);
        let [x, y, w, h] = self.device(at);
        let half = self.ratio / 2.0;
        self.context.stroke_rect(x + half, y + half, w - self.ratio, h - self.ratio);
    }

    fn words(&self, text: &str, at: (f64, f64), font: &str, colour: &str, align: &str) {
        self.context.set_font(font);
        self.context.set_fill_style_str(colour);
        self.context.set_text_align(align);
        // Fails only when the text cannot be shaped; the map stands without it.
        let _ = self.context.fill_text(text, at.0 * self.ratio, (at.1 - self.scene.top) * self.ratio);
    }

    fn font(&self, weight: u16, size: f64, family: &str) -> String {
        format!("{weight} {}px {family}", hundredths(size * self.ratio))
    }

    /// Colour of free frames.
    fn ground(&self) -> &str {
        &self.inks.kinds[FrameKind::Free.index()].0
    }

    /// Fills the frames of each group in turn: changing the fill costs more than filling.
    fn fill_groups(&self) {
        let place = self.scene.place;
        for block in &self.scene.view.blocks {
            let (x, y) = place.block(block.number);
            self.fill_rect([x, y, place.block_width(), place.block_height()], self.ground());
        }
        for (group, paint) in (0..).zip(&self.paints).filter(|(group, _)| self.scene.paints(*group)) {
            match tile(paint, self.ratio, &self.context) {
                Some(pattern) => self.context.set_fill_style_canvas_pattern(&pattern),
                None => self.context.set_fill_style_str(&paint.fill),
            }
            for run in self.runs(group) {
                for rect in place.rects(run.start, run.end) {
                    let [x, y, w, h] = self.device(rect);
                    self.context.fill_rect(x, y, w, h);
                }
            }
            if place.zoom >= 9.0 {
                self.letters(group, paint);
            }
        }
    }

    /// Runs of a group in sight.
    fn runs(&self, group: u8) -> impl Iterator<Item = &FrameRun> {
        let runs = self.scene.view.blocks.iter().flat_map(|block| match &block.content {
            Content::Runs(runs) => runs.as_slice(),
            Content::Shares(_) => &[],
        });
        runs.filter(move |run| run.group == group)
    }

    fn block(&self, block: &PageblockView) {
        let place = self.scene.place;
        let (x, y) = place.block(block.number);
        if let Content::Runs(runs) = &block.content {
            for run in runs {
                if let Some(order) = run.order {
                    self.free_block(run, order);
                }
            }
        }
        self.outline([x, y, place.block_width(), place.block_height()], &self.inks.line_2);
        self.block_head(block, x, y);
    }

    fn block_head(&self, block: &PageblockView, x: f64, y: f64) {
        let place = self.scene.place;
        self.words(
            &block.number.to_string(),
            (x + 1.0, y - 3.0),
            &self.font(400, 9.0, &self.inks.mono),
            &self.inks.ink_3,
            "left",
        );
        let movable = block.migrate == MigrateName::Movable;
        let (weight, ink) = if movable { (400, &self.inks.ink_3) } else { (700, &self.inks.ink) };
        let right = x + place.block_width() - 1.0;
        self.words(
            block.migrate.letter(),
            (right, y - 3.0),
            &self.font(weight, 9.5, &self.inks.mono),
            ink,
            "right",
        );
    }

    /// Letters in the frames, where they have room.
    fn letters(&self, group: u8, paint: &Paint) {
        let zoom = self.scene.place.zoom;
        let Some(letter) = self.scene.key(group).map(group::letter).filter(|letter| !letter.is_empty())
        else {
            return;
        };
        self.context.set_font(&self.font(700, zoom * 0.72, &self.inks.mono));
        self.context.set_fill_style_str(&paint.letter);
        self.context.set_text_align("center");
        let bottom = self.scene.top + f64::from(self.scene.size.1);
        for pfn in self.runs(group).flat_map(|run| run.start..run.end) {
            let (x, y) = self.scene.place.frame(pfn);
            if y + zoom >= self.scene.top && y <= bottom {
                let (x, y) = (x + zoom / 2.0, y + zoom * 0.78 - self.scene.top);
                // Fails only when the text cannot be shaped; the map stands without it.
                let _ = self.context.fill_text(&letter, x * self.ratio, y * self.ratio);
            }
        }
    }

    /// The outline of a free block, with its order where it fits.
    fn free_block(&self, run: &FrameRun, order: u8) {
        let place = self.scene.place;
        if place.zoom < 4.0 || order < 2 && place.zoom < 9.0 || run.end - run.start > place.frames {
            return;
        }
        let edge = &self.inks.line_2;
        let Some([x, y, w, h]) = place.rects(run.start, run.end).next() else { return };
        self.outline([x, y, w, h], edge);
        self.order_words([x, y, w, h], run.start, order);
    }

    fn order_words(&self, [x, y, w, h]: [f64; 4], head: u32, order: u8) {
        if h < 7.0 || w < 60.0 {
            return;
        }
        let (size, text) = if h < 12.0 {
            (8.5, order.to_string())
        } else if h < 30.0 {
            (10.0, order.to_string())
        } else {
            (10.0, format!("{order} · {head}"))
        };
        let font = self.font(400, size, &self.inks.mono);
        self.words(&text, (x + w / 2.0, y + h / 2.0 + size * 0.35), &font, &self.inks.ink_3, "center");
    }

    /// Blocks of several pageblocks are drawn over the gaps between them.
    fn merged_free(&self) {
        let place = self.scene.place;
        if matches!(self.scene.view.by, ColourBy::Type) {
            return;
        }
        for block in &self.scene.view.blocks {
            let Content::Runs(runs) = &block.content else { continue };
            let Some(FrameRun { start, order: Some(order), group, .. }) = runs.first().copied() else {
                continue;
            };
            let pageblocks = (1 << order) / place.frames;
            if pageblocks < 2 || start % (1 << order) != 0 || start / place.frames != block.number {
                continue;
            }
            let (x, y) = place.block(block.number);
            let in_row = pageblocks.min(place.per_row - block.number % place.per_row);
            let w = f64::from(in_row) * (place.block_width() + place.gap()) - place.gap();
            let whole = [x, y, w, place.block_height()];
            if self.scene.paints(group) {
                let paint = &self.paints[usize::from(group)];
                match tile(paint, self.ratio, &self.context) {
                    Some(pattern) => {
                        self.context.set_fill_style_canvas_pattern(&pattern);
                        let [x, y, w, h] = self.device(whole);
                        self.context.fill_rect(x, y, w, h);
                    }
                    None => self.fill_rect(whole, &paint.fill),
                }
            } else {
                self.fill_rect(whole, self.ground());
            }
            self.outline(whole, &self.inks.line_2);
            self.order_words(whole, start, order);
        }
    }

    /// Addresses of the rows, names of zones and the lines between them.
    fn rows(&self) {
        let place = self.scene.place;
        let every = if place.zoom >= 4.0 { 1 } else { 16 };
        for block in self.scene.view.blocks.iter().filter(|block| block.number % (place.per_row * every) == 0)
        {
            let (_, y) = place.block(block.number);
            let mib = (u64::from(block.number) * u64::from(place.frames)) >> 8;
            let whole_gib = place.zoom < 4.0 && mib > 0 && mib.is_multiple_of(1 << 10);
            self.words(
                &if whole_gib { format!("{}G", mib >> 10) } else { mib.to_string() },
                (0.0, y + 10.0),
                &self.font(600, 11.0, &self.inks.sans),
                &self.inks.ink,
                "left",
            );
            if place.zoom >= 4.0 {
                self.words(
                    "MiB",
                    (0.0, y + 23.0),
                    &self.font(400, 10.0, &self.inks.sans),
                    &self.inks.ink_3,
                    "left",
                );
            }
        }
        self.zones();
    }

    fn zones(&self) {
        let place = self.scene.place;
        let seen = |number: u32| self.scene.view.blocks.iter().any(|block| block.number == number);
        for (at, zone) in self.scene.view.zones.iter().enumerate() {
            let first = zone.start / place.frames;
            if !seen(first) {
                continue;
            }
            let (_, y) = place.block(first - first % place.per_row);
            if place.zoom >= 4.0 {
                self.words(
                    zone.name,
                    (0.0, y + place.block_height() - 2.0),
                    &self.font(600, 9.5, &self.inks.sans),
                    &self.inks.ink_2,
                    "left",
                );
            }
            if at > 0 {
                let above = y - place.head() + if place.zoom >= 4.0 { 1.0 } else { 0.0 };
                self.fill_rect([0.0, above, f64::from(self.scene.size.0), 1.0], &self.inks.ink);
            }
        }
    }
}

/// Makes the pattern of a paint, `None` for a plain one.
fn tile(paint: &Paint, ratio: f64, context: &CanvasRenderingContext2d) -> Option<CanvasPattern> {
    let side = paint.pattern.side()?;
    let pixels = whole((side * ratio).round())?.max(2);
    let document = web_sys::window()?.document()?;
    let canvas: HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(pixels);
    canvas.set_height(pixels);
    let brush = context_of(&canvas)?;
    let side = f64::from(pixels);
    brush.set_fill_style_str(&paint.fill);
    brush.fill_rect(0.0, 0.0, side, side);
    brush.set_fill_style_str(&paint.edge);
    brush.set_stroke_style_str(&paint.edge);
    brush.set_line_width(ratio);
    match paint.pattern {
        Pattern::Grid => {
            brush.set_global_alpha(0.65);
            brush.fill_rect(0.0, 0.0, side, ratio * 0.8);
            brush.fill_rect(0.0, 0.0, ratio * 0.8, side);
        }
        Pattern::Lines => brush.fill_rect(0.0, 0.0, side, ratio),
        Pattern::Dots => {
            brush.begin_path();
            brush.arc(side / 2.0, side / 2.0, 0.9 * ratio, 0.0, core::f64::consts::TAU).ok()?;
            brush.fill();
        }
        Pattern::Rising => diagonal(&brush, side, true),
        Pattern::Diagonal(_) => diagonal(&brush, side, false),
        Pattern::Plain => {}
    }
    context.create_pattern_with_html_canvas_element(&canvas, "repeat").ok().flatten()
}

/// Draws diagonals that meet at the edges of the tile, up or down.
fn diagonal(brush: &CanvasRenderingContext2d, side: f64, up: bool) {
    brush.begin_path();
    for shift in [-side, 0.0, side] {
        let (from, to) = if up { (side, 0.0) } else { (0.0, side) };
        brush.move_to(shift - 1.0, from - if up { -1.0 } else { 1.0 });
        brush.line_to(shift + side + 1.0, to + if up { -1.0 } else { 1.0 });
    }
    brush.stroke();
}
