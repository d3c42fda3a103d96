//! Draws a part of the map on a canvas, in device pixels.

use mm_view::panels::FrameKind;
use mm_view::panels::buddy::MigrateName;
use mm_view::panels::frames::{Content, FrameRun, KindCount, MapView, PageblockView};
use wasm_bindgen::JsCast;
use web_sys::{CanvasPattern, CanvasRenderingContext2d, HtmlCanvasElement};

use super::ink::Inks2d;
use super::place::Place;

/// What frames are coloured by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum ColourBy {
    /// Use.
    #[default]
    Kind,
    /// Migrate type of the pageblock.
    Type,
    /// Order of the block.
    Order,
}

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
    /// Kinds that are shown; empty for all.
    pub only: Vec<FrameKind>,
    /// Colouring.
    pub by: ColourBy,
}

/// A brush: the context, its scale, colours and patterns.
struct Brush<'a> {
    context: CanvasRenderingContext2d,
    ratio: f64,
    inks: &'a Inks2d,
    patterns: Vec<Option<CanvasPattern>>,
    scene: &'a Scene,
}

/// Draws the scene. Does nothing where the browser has no canvas.
pub(super) fn draw(canvas: &HtmlCanvasElement, inks: &Inks2d, scene: &Scene) {
    let ratio = web_sys::window().map_or(1.0, |window| window.device_pixel_ratio());
    let (width, height) = scene.size;
    let device = |pixels: u32| super::place::whole(f64::from(pixels) * ratio).unwrap_or(0);
    canvas.set_width(device(width));
    canvas.set_height(device(height));
    let Some(context) = context_of(canvas) else { return };
    let patterns = FrameKind::ALL
        .iter()
        .map(|&kind| if scene.place.zoom >= 4.0 { tile(kind, inks, ratio, &context) } else { None })
        .collect();
    let brush = Brush { context, ratio, inks, patterns, scene };
    for block in &scene.view.blocks {
        brush.block(block);
    }
    brush.merged_free();
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
        format!("{weight} {}px {family}", size * self.ratio)
    }

    /// Fills with a kind's pattern, or its colour where frames are small.
    fn fill_kind(&self, at: [f64; 4], kind: FrameKind) {
        let shown = self.scene.only.is_empty() || self.scene.only.contains(&kind);
        let kind = if shown { kind } else { FrameKind::Free };
        match &self.patterns[kind.index()] {
            Some(pattern) => {
                self.context.set_fill_style_canvas_pattern(pattern);
                let [x, y, w, h] = self.device(at);
                self.context.fill_rect(x, y, w, h);
            }
            None => {
                let (fill, edge) = &self.inks.kinds[kind.index()];
                let light = matches!(kind, FrameKind::Reserved | FrameKind::Pcp);
                self.fill_rect(at, if light { edge } else { fill });
            }
        }
    }

    fn block(&self, block: &PageblockView) {
        let place = self.scene.place;
        let (x, y) = place.block(block.number);
        let whole = [x, y, place.block_width(), place.block_height()];
        self.fill_rect(whole, &self.inks.kinds[FrameKind::Free.index()].0);
        match (&block.content, self.scene.by) {
            (_, ColourBy::Type) => self.fill_type(whole, block.migrate),
            (Content::Shares(shares), _) => self.shares(whole, block, shares),
            (Content::Runs(runs), by) => {
                for run in runs {
                    self.run(run, by);
                }
            }
        }
        if place.zoom >= 1.0 {
            self.outline(whole, &self.inks.line_2);
        }
        if place.zoom >= 4.0 {
            self.block_head(block, x, y);
        }
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

    fn shares(&self, whole: [f64; 4], block: &PageblockView, shares: &[KindCount]) {
        let [mut x, y, w, h] = whole;
        let frames = f64::from(self.scene.place.frames);
        for share in shares.iter().filter(|share| share.kind != FrameKind::Free) {
            let part = f64::from(u32::try_from(share.frames).unwrap_or(0)) / frames * w;
            self.fill_kind([x, y, part, h], share.kind);
            x += part;
        }
        if block.migrate != MigrateName::Movable && w > 20.0 {
            self.words(
                block.migrate.letter(),
                (x, y + h),
                &self.font(700, 8.0, &self.inks.mono),
                &self.inks.ink,
                "left",
            );
        }
    }

    fn run(&self, run: &FrameRun, by: ColourBy) {
        let place = self.scene.place;
        if let Some(order) = run.order {
            if by == ColourBy::Order {
                for rect in place.rects(run.start, run.end) {
                    self.fill_rect(rect, &ramp(order));
                }
            }
            self.free_block(run, order);
            return;
        }
        if run.kind == FrameKind::Free {
            return;
        }
        for rect in place.rects(run.start, run.end) {
            self.fill_kind(rect, run.kind);
        }
        if place.zoom >= 9.0 {
            self.letters(run);
        }
    }

    /// Letters in the frames, where they have room.
    fn letters(&self, run: &FrameRun) {
        let zoom = self.scene.place.zoom;
        let ink = if run.kind == FrameKind::Kernel { "#ffffff" } else { "#14171a" };
        let ink =
            if matches!(run.kind, FrameKind::Reserved | FrameKind::Before) { &self.inks.ink } else { ink };
        for pfn in run.start..run.end {
            let (x, y) = self.scene.place.frame(pfn);
            let font = self.font(700, zoom * 0.72, &self.inks.mono);
            self.words(run.kind.letter(), (x + zoom / 2.0, y + zoom * 0.78), &font, ink, "center");
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
        if place.zoom < 4.0 || self.scene.by == ColourBy::Type {
            return;
        }
        for block in &self.scene.view.blocks {
            let Content::Runs(runs) = &block.content else { continue };
            let Some(FrameRun { start, order: Some(order), .. }) = runs.first().copied() else { continue };
            let pageblocks = (1 << order) / place.frames;
            if pageblocks < 2 || start % (1 << order) != 0 || start / place.frames != block.number {
                continue;
            }
            let (x, y) = place.block(block.number);
            let in_row = pageblocks.min(place.per_row - block.number % place.per_row);
            let w = f64::from(in_row) * (place.block_width() + place.gap()) - place.gap();
            let whole = [x, y, w, place.block_height()];
            let fill = if self.scene.by == ColourBy::Order {
                ramp(order)
            } else {
                self.inks.kinds[FrameKind::Free.index()].0.clone()
            };
            self.fill_rect(whole, &fill);
            self.outline(whole, &self.inks.line_2);
            self.order_words(whole, start, order);
        }
    }

    fn fill_type(&self, at: [f64; 4], migrate: MigrateName) {
        let kind = match migrate {
            MigrateName::Unmovable => FrameKind::Kernel,
            MigrateName::Movable => FrameKind::Anon,
            MigrateName::Reclaimable => FrameKind::File,
            MigrateName::HighAtomic => FrameKind::PageTable,
            MigrateName::Cma => FrameKind::Slab,
            MigrateName::Isolate => FrameKind::Reserved,
        };
        self.fill_kind(at, kind);
        if self.scene.place.zoom >= 1.0 {
            let [x, y, w, h] = at;
            let font = self.font(700, 12.0, &self.inks.mono);
            let ink = if kind == FrameKind::Kernel { "#ffffff" } else { "#14171a" };
            self.words(migrate.letter(), (x + w / 2.0, y + h / 2.0 + 4.0), &font, ink, "center");
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
            self.words(
                &mib.to_string(),
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

/// Lightness by order: large blocks are pale, small ones dark.
fn ramp(order: u8) -> String {
    format!("hsl(215 25% {}%)", 40 + u32::from(order) * 5)
}

/// Makes the pattern of a kind, `None` for kinds that are plain.
fn tile(
    kind: FrameKind,
    inks: &Inks2d,
    ratio: f64,
    context: &CanvasRenderingContext2d,
) -> Option<CanvasPattern> {
    let side = match kind {
        FrameKind::Slab | FrameKind::Pcp => 4.0,
        FrameKind::PageTable => 3.0,
        FrameKind::File => 5.657,
        FrameKind::Kernel => 7.07,
        FrameKind::Reserved => 8.485,
        FrameKind::Before => 6.0,
        FrameKind::Anon | FrameKind::Free | FrameKind::Hole => return None,
    };
    let pixels = super::place::whole((side * ratio).round())?.max(2);
    let document = web_sys::window()?.document()?;
    let canvas: HtmlCanvasElement = document.create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(pixels);
    canvas.set_height(pixels);
    let brush = context_of(&canvas)?;
    let side = f64::from(pixels);
    let (fill, edge) = &inks.kinds[kind.index()];
    brush.set_fill_style_str(fill);
    brush.fill_rect(0.0, 0.0, side, side);
    brush.set_fill_style_str(edge);
    brush.set_stroke_style_str(edge);
    brush.set_line_width(ratio);
    match kind {
        FrameKind::Slab => {
            brush.set_global_alpha(0.65);
            brush.fill_rect(0.0, 0.0, side, ratio * 0.8);
            brush.fill_rect(0.0, 0.0, ratio * 0.8, side);
        }
        FrameKind::PageTable => brush.fill_rect(0.0, 0.0, side, ratio),
        FrameKind::Pcp => {
            brush.begin_path();
            brush.arc(side / 2.0, side / 2.0, 0.9 * ratio, 0.0, core::f64::consts::TAU).ok()?;
            brush.fill();
        }
        FrameKind::Kernel => diagonal(&brush, side, true),
        FrameKind::File | FrameKind::Reserved | FrameKind::Before => diagonal(&brush, side, false),
        FrameKind::Anon | FrameKind::Free | FrameKind::Hole => {}
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
