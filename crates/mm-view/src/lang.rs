//! Two languages, one mechanism.
//!
//! A text without operands is a row of a [`labels!`](crate::labels) table: both languages
//! stand side by side, so neither can be forgotten. A sentence with operands is a function
//! that takes a [`Lang`] and matches on it without a wildcard.

/// Language of everything that people read. Kernel words stay as they are in both.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

impl Lang {
    /// Both languages.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Zh];

    /// Returns the BCP 47 tag, for `lang=`.
    pub const fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh-CN",
        }
    }

    /// Returns the language that a tag such as `zh`, `zh-Hans-CN` or `en-GB` asks for.
    pub fn from_tag(tag: &str) -> Option<Lang> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        match primary.to_ascii_lowercase().as_str() {
            "en" => Some(Lang::En),
            "zh" => Some(Lang::Zh),
            _ => None,
        }
    }

    /// Returns the other language, for the switch.
    pub const fn other(self) -> Lang {
        match self {
            Lang::En => Lang::Zh,
            Lang::Zh => Lang::En,
        }
    }
}

/// Returns how long both texts of a row are, in bytes.
///
/// # Panics
/// At compile time, if one is longer than 255 bytes: that is no label.
#[doc(hidden)]
pub const fn lengths(en: &str, zh: &str) -> [u8; 2] {
    [length(en), length(zh)]
}

const fn length(text: &str) -> u8 {
    let [byte, 0, ..] = text.len().to_le_bytes() else { panic!("a label of more than 255 bytes") };
    byte
}

/// Returns a text out of those of a table: they stand one behind the other, as where each begins
/// and ends would cost as much of the download as a word.
#[doc(hidden)]
pub fn text(texts: &'static str, lengths: &[[u8; 2]], before: usize, lang: Lang) -> &'static str {
    let start: usize = lengths[..before].iter().flatten().map(|&length| usize::from(length)).sum();
    let [en, zh] = lengths[before].map(usize::from);
    match lang {
        Lang::En => &texts[start..][..en],
        Lang::Zh => &texts[start + en..][..zh],
    }
}

/// Declares an enum of texts with both languages beside each other; an empty one does not compile.
///
/// ```
/// mm_view::labels! {
///     /// Words of the example.
///     pub enum Word {
///         Share: "Share", "分享";
///     }
/// }
/// assert_eq!(Word::Share.text(mm_view::Lang::Zh), "分享");
/// ```
#[macro_export]
macro_rules! labels {
    ($(#[$doc:meta])* $vis:vis enum $enum:ident { $($name:ident: $en:literal, $zh:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        $vis enum $enum { $(#[doc = $en] $name),* }

        // Neither language lacks a text.
        const _: () = {
            $(assert!(!$en.trim_ascii().is_empty() && !$zh.trim_ascii().is_empty());)*
        };

        impl $enum {
            /// Every text.
            $vis const ALL: &[$enum] = &[$($enum::$name),*];

            /// Returns the text in a language.
            $vis fn text(self, lang: $crate::Lang) -> &'static str {
                const TEXTS: &str = concat!($($en, $zh),*);
                const LENGTHS: &[[u8; 2]] = &[$($crate::lang::lengths($en, $zh)),*];
                let before = $enum::ALL.iter().take_while(|other| **other != self).count();
                $crate::lang::text(TEXTS, LENGTHS, before, lang)
            }
        }
    };
}
