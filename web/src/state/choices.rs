//! What the reader chooses about the page itself.

/// Colours of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Theme {
    /// As the system.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every theme.
    pub(crate) const ALL: [Theme; 3] = [Theme::Auto, Theme::Light, Theme::Dark];

    /// Name in links, storage and `data-theme`.
    pub(crate) const fn slug(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// Finds a theme by its name.
    pub(crate) fn from_slug(slug: &str) -> Option<Theme> {
        Theme::ALL.into_iter().find(|theme| theme.slug() == slug)
    }
}

/// Contrast that the reader chose, beside what the system asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Contrast {
    /// As the system.
    #[default]
    Normal,
    /// Higher.
    More,
}

/// Whether steps follow each other by themselves.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Playback {
    /// At rest.
    #[default]
    Paused,
    /// Playing.
    Playing,
}

/// How fast steps follow each other: an index into [`SPEEDS`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Speed(pub usize);

/// Label, milliseconds between pictures, steps per picture.
pub(crate) const SPEEDS: [(&str, u32, u32); 6] =
    [("½×", 1000, 1), ("1×", 500, 1), ("2×", 250, 1), ("4×", 125, 1), ("16×", 31, 1), ("64×", 31, 4)];

/// A region that narrow pages show as a drawer or sheet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Drawer {
    /// Script and console.
    Script,
    /// Inspector.
    Inspector,
    /// List of keys.
    Keys,
    /// The phone's menu.
    Menu,
}
