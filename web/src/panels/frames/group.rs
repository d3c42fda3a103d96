//! Looks of the groups that the map tells apart: colour, pattern, letter and name each.

use mm_view::Lang;
use mm_view::panels::FrameKind;
use mm_view::panels::buddy::MigrateName;
use mm_view::panels::frames::{Age, AreaName, GroupKey};

use super::ink::Inks2d;
use super::words::Text;

/// Pattern of a fill: the sign beside the colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pattern {
    /// None.
    Plain,
    /// Dots.
    Dots,
    /// Diagonals, as far apart as this many hundredths of a pixel say.
    Diagonal(u16),
    /// Dense diagonals the other way.
    Rising,
    /// A grid.
    Grid,
    /// Horizontal lines.
    Lines,
}

impl Pattern {
    /// Side of the tile that repeats, in CSS pixels; `None` for no pattern.
    pub(super) fn side(self) -> Option<f64> {
        match self {
            Pattern::Plain => None,
            Pattern::Dots | Pattern::Grid => Some(4.0),
            Pattern::Lines => Some(3.0),
            Pattern::Rising => Some(7.07),
            Pattern::Diagonal(hundredths) => Some(f64::from(hundredths) / 100.0),
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Pattern::Plain => "",
            Pattern::Dots => "pat-dots",
            Pattern::Diagonal(_) => "pat-diag",
            Pattern::Rising => "pat-rise",
            Pattern::Grid => "pat-grid",
            Pattern::Lines => "pat-lines",
        }
    }
}

/// Colours and pattern of a group on the canvas.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Paint {
    /// Fill.
    pub fill: String,
    /// Lines of the pattern.
    pub edge: String,
    /// Pattern.
    pub pattern: Pattern,
    /// Colour where frames are too small for a pattern.
    pub flat: String,
    /// Colour of the letter.
    pub letter: String,
}

/// Hues that owners and zones share out.
pub(super) const HUES: usize = 8;

/// Returns the pattern of a kind.
const fn of_kind(kind: FrameKind) -> Pattern {
    match kind {
        FrameKind::Slab => Pattern::Grid,
        FrameKind::PageTable => Pattern::Lines,
        FrameKind::Pcp => Pattern::Dots,
        FrameKind::Kernel => Pattern::Rising,
        FrameKind::File => Pattern::Diagonal(566),
        FrameKind::Reserved => Pattern::Diagonal(849),
        FrameKind::Before => Pattern::Diagonal(600),
        FrameKind::Anon | FrameKind::Free | FrameKind::Hole => Pattern::Plain,
    }
}

/// A type takes the look of a kind, in the colouring by type alone.
const fn as_kind(migrate: MigrateName) -> FrameKind {
    match migrate {
        MigrateName::Unmovable => FrameKind::Kernel,
        MigrateName::Movable => FrameKind::Anon,
        MigrateName::Reclaimable => FrameKind::File,
        MigrateName::HighAtomic => FrameKind::PageTable,
        MigrateName::Cma => FrameKind::Slab,
        MigrateName::Isolate => FrameKind::Reserved,
    }
}

/// Hue and pattern of a group that has no kind's look.
fn hue_of(key: &GroupKey) -> Option<(usize, Pattern)> {
    let hue = |id: u32| mm::units::index(id) % HUES;
    match key {
        GroupKey::Area { id, area, .. } => Some((hue(*id), area_pattern(area))),
        GroupKey::Tables { id, .. } => Some((hue(*id), Pattern::Lines)),
        GroupKey::Cache { id, .. } => Some((hue(*id), Pattern::Grid)),
        GroupKey::Zone { node, zone, .. } => {
            let pattern = match node % 3 {
                0 => Pattern::Plain,
                1 => Pattern::Diagonal(566),
                _ => Pattern::Grid,
            };
            Some((hue(u32::from(*zone) + u32::from(*node)), pattern))
        }
        GroupKey::Kind(_) | GroupKey::Type(_) | GroupKey::Order(_) | GroupKey::Age(_) | GroupKey::Others => {
            None
        }
    }
}

fn area_pattern(area: &AreaName) -> Pattern {
    match area {
        AreaName::Named(name) if name == "[heap]" => Pattern::Rising,
        AreaName::Named(name) if name == "[stack]" => Pattern::Dots,
        AreaName::Named(name) if name.starts_with(['/', '[']) => Pattern::Diagonal(566),
        AreaName::Named(_) | AreaName::Role(_) => Pattern::Plain,
        AreaName::Gone => Pattern::Diagonal(849),
    }
}

const fn age_pattern(age: Age) -> Pattern {
    match age {
        Age::ThisStep | Age::SinceBoot => Pattern::Plain,
        Age::ThisCommand => Pattern::Rising,
        Age::OneCommand => Pattern::Diagonal(566),
        Age::FewCommands => Pattern::Lines,
        Age::Longer => Pattern::Dots,
        Age::Unknown => Pattern::Diagonal(849),
    }
}

/// Returns the paint of a group.
pub(super) fn paint(key: &GroupKey, inks: &Inks2d) -> Paint {
    let kind = |kind: FrameKind| {
        let (fill, edge) = inks.kinds[kind.index()].clone();
        let light = matches!(kind, FrameKind::Reserved | FrameKind::Pcp);
        let letter = if kind == FrameKind::Kernel {
            "#ffffff".to_owned()
        } else if matches!(kind, FrameKind::Reserved | FrameKind::Before) {
            inks.ink.clone()
        } else {
            "#14171a".to_owned()
        };
        let flat = if light { edge.clone() } else { fill.clone() };
        Paint { fill, edge, pattern: of_kind(kind), flat, letter }
    };
    let coloured = |fill: String, pattern: Pattern| Paint {
        flat: fill.clone(),
        fill,
        edge: "#39414a".to_owned(),
        pattern,
        letter: "#14171a".to_owned(),
    };
    match key {
        GroupKey::Kind(of) => kind(*of),
        GroupKey::Type(migrate) => kind(as_kind(*migrate)),
        GroupKey::Order(order) => coloured(ramp(*order), Pattern::Plain),
        GroupKey::Others => kind(FrameKind::Hole),
        GroupKey::Age(Age::SinceBoot) => kind(FrameKind::Free),
        GroupKey::Age(Age::Unknown) => kind(FrameKind::Before),
        GroupKey::Age(age) => {
            let place = Age::ALL.iter().position(|other| other == age).unwrap_or(0);
            coloured(inks.ages[place.min(inks.ages.len() - 1)].clone(), age_pattern(*age))
        }
        GroupKey::Area { .. } | GroupKey::Tables { .. } | GroupKey::Cache { .. } | GroupKey::Zone { .. } => {
            let (hue, pattern) = hue_of(key).unwrap_or((0, Pattern::Plain));
            coloured(inks.hues[hue].clone(), pattern)
        }
    }
}

/// Lightness by order: large blocks are pale, small ones dark.
fn ramp(order: u8) -> String {
    let part = u32::from(order.min(10));
    let mix = |dark: u32, pale: u32| dark + (pale - dark) * part / 10;
    format!("rgb({}, {}, {})", mix(104, 222), mix(124, 228), mix(150, 236))
}

/// Returns the classes of a group's swatch.
pub(super) fn classes(key: &GroupKey) -> String {
    match key {
        GroupKey::Kind(kind) => format!("k-{}", kind.slug()),
        GroupKey::Type(migrate) => format!("k-{}", as_kind(*migrate).slug()),
        GroupKey::Order(order) => format!("ord-{order}"),
        GroupKey::Others => "k-hole".to_owned(),
        GroupKey::Age(Age::SinceBoot) => "k-free".to_owned(),
        GroupKey::Age(Age::Unknown) => "k-before".to_owned(),
        GroupKey::Age(age) => {
            let place = Age::ALL.iter().position(|other| other == age).unwrap_or(0);
            format!("age-{place} {}", age_pattern(*age).class())
        }
        GroupKey::Area { .. } | GroupKey::Tables { .. } | GroupKey::Cache { .. } | GroupKey::Zone { .. } => {
            let (hue, pattern) = hue_of(key).unwrap_or((0, Pattern::Plain));
            format!("hue-{hue} {}", pattern.class())
        }
    }
}

/// Returns the letter, empty where there is none.
pub(super) fn letter(key: &GroupKey) -> String {
    let first = |name: &str| {
        let letter = name.chars().find(|letter| letter.is_ascii_alphanumeric());
        letter.map(|letter| letter.to_ascii_uppercase().to_string()).unwrap_or_default()
    };
    match key {
        GroupKey::Kind(kind) => kind.letter().to_owned(),
        GroupKey::Type(migrate) => migrate.letter().to_owned(),
        GroupKey::Order(order) => order.to_string(),
        GroupKey::Zone { name: "DMA32", .. } => "3".to_owned(),
        GroupKey::Zone { name, .. } => first(name),
        GroupKey::Area { area: AreaName::Named(name), .. } | GroupKey::Cache { name, .. } => first(name),
        GroupKey::Area { area: AreaName::Role(role), .. } => first(role.word().text(Lang::En)),
        GroupKey::Area { area: AreaName::Gone, .. } => "?".to_owned(),
        GroupKey::Tables { .. } => "T".to_owned(),
        GroupKey::Age(Age::ThisStep) => "Δ".to_owned(),
        GroupKey::Age(Age::ThisCommand) => "0".to_owned(),
        GroupKey::Age(Age::OneCommand) => "1".to_owned(),
        GroupKey::Age(Age::FewCommands) => "4".to_owned(),
        GroupKey::Age(Age::Longer) => "9".to_owned(),
        GroupKey::Age(Age::Unknown) => "?".to_owned(),
        GroupKey::Age(Age::SinceBoot) | GroupKey::Others => String::new(),
    }
}

/// Returns the name; a short one where there is little room.
pub(super) fn name(key: &GroupKey, lang: Lang, is_wide: bool) -> String {
    match key {
        GroupKey::Kind(kind) if is_wide => kind.word().text(lang).to_owned(),
        GroupKey::Kind(kind) => kind.short_word().text(lang).to_owned(),
        GroupKey::Type(migrate) => migrate.word().text(lang).to_owned(),
        GroupKey::Order(order) => match lang {
            Lang::En => format!("order {order}"),
            Lang::Zh => format!("{order} 阶"),
        },
        GroupKey::Zone { node: 0, name, .. } => (*name).to_owned(),
        GroupKey::Zone { node, name, .. } => format!("{name}@{node}"),
        GroupKey::Area { process, area, .. } => {
            let area = match area {
                AreaName::Named(name) => name.clone(),
                AreaName::Role(role) => role.word().text(lang).to_owned(),
                AreaName::Gone => Text::AreaGone.text(lang).to_owned(),
            };
            format!("{process} {area}")
        }
        GroupKey::Tables { process, .. } => format!("{process} {}", FrameKind::PageTable.word().text(lang)),
        GroupKey::Cache { name, .. } => name.clone(),
        GroupKey::Age(age) => age_text(*age).text(lang).to_owned(),
        GroupKey::Others => Text::OtherFrames.text(lang).to_owned(),
    }
}

const fn age_text(age: Age) -> Text {
    match age {
        Age::ThisStep => Text::AgeThisStep,
        Age::ThisCommand => Text::AgeThisCommand,
        Age::OneCommand => Text::AgeOneCommand,
        Age::FewCommands => Text::AgeFewCommands,
        Age::Longer => Text::AgeLonger,
        Age::SinceBoot => Text::AgeSinceBoot,
        Age::Unknown => Text::AgeUnknown,
    }
}
