//! The link that holds all of the view, in the fragment, which no server ever sees:
//! `#s=SCRIPT&at=5:fault.raised&v=1&panels=translate,buddy&sel=frame:16899&lang=en&theme=dark`.
//!
//! `at` is an anchor, `v` the version of the model that it was made with: of another version only
//! the command is taken. So it is with links of old, which name steps by number and have no version.
//! `s` is the script as raw deflate in base64url, `ex` names a script that comes with the page,
//! `script` is plain text, percent-encoded, for links written by hand and for the embed's loader.

use crate::bounds::{self, TooMuch};
use crate::lessons::Lesson;
use crate::model::{self, Anchor, MODEL, Session, Spot, Typed};
use crate::state::Theme;
use crate::ui::{PanelId, Selection, Thing};
use miniz_oxide::inflate::TINFLStatus;
use mm::script::limits::SCRIPT_BYTES_MAX;
use mm_view::Lang;
use std::fmt;

/// Bytes of a script that the address bar holds: with more, links are cut on their way, and packing
/// at each key takes longer than a picture.
pub(crate) const IN_ADDRESS_MAX: usize = 64 << 10;
/// Effort of the compressor: the most for scripts of usual length, little for longer ones.
const LEVEL: u8 = 9;
const LEVEL_OF_LONG: u8 = 1;

/// Where the script of a link comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Source {
    /// A script of the page.
    Lesson(&'static Lesson),
    /// A text.
    Text(String),
    /// It could not be read.
    Unreadable,
    /// A text that is no script for its size; it was not looked at further.
    TooMuch(TooMuch),
}

impl Source {
    /// Returns the shorter way to name a text.
    pub(crate) fn of(text: &str) -> Source {
        match Lesson::by_text(text) {
            Some(lesson) => Source::Lesson(lesson),
            None => Source::Text(text.to_owned()),
        }
    }

    /// Writes it as a part of a fragment; empty when there is nothing to name.
    pub(crate) fn fragment(&self) -> String {
        match self {
            Source::Lesson(lesson) => format!("ex={}", lesson.name()),
            Source::Text(text) => format!("s={}", pack(text)),
            Source::Unreadable | Source::TooMuch(_) => String::new(),
        }
    }
}

/// What a link says; what it does not say stays as it is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Link {
    /// The script.
    pub source: Option<Source>,
    /// The place in the script.
    pub at: Option<Typed>,
    /// The step was one of another version of the model: the place is its command's start.
    pub is_dated: bool,
    /// The panels that are on.
    pub panels: Option<Vec<PanelId>>,
    /// The selected thing.
    pub selection: Selection,
    /// The language.
    pub lang: Option<Lang>,
    /// The theme, when it is not the system's.
    pub theme: Option<Theme>,
}

impl Link {
    /// Reads a query or fragment, with or without its `?` or `#`. What cannot be read is left out.
    pub(crate) fn parse(text: &str) -> Link {
        let mut link = Link::default();
        for (key, value) in pairs(text) {
            link.take(key, value);
        }
        let version = pairs(text).find(|(key, _)| *key == "v").map(|(_, version)| version);
        if let Some(command) = link.at.as_ref().filter(|at| !is_here(at, version)).map(Typed::command) {
            link.at = Some(Typed::Anchor(Anchor::start(command)));
            link.is_dated = true;
        }
        link
    }

    /// Returns this link with its place by name.
    pub(crate) fn named(&self, session: &Session) -> Link {
        let name = |at: &Typed| match at {
            Typed::Step(at) => Typed::Anchor(model::anchor(session, *at)),
            Typed::Anchor(_) => at.clone(),
        };
        Link { at: self.at.as_ref().map(name), ..self.clone() }
    }

    /// Returns this link, completed by another where it says nothing.
    pub(crate) fn or(self, other: Link) -> Link {
        Link {
            source: self.source.or(other.source),
            is_dated: if self.at.is_some() { self.is_dated } else { other.is_dated },
            at: self.at.or(other.at),
            panels: self.panels.or(other.panels),
            selection: self.selection.or(other.selection),
            lang: self.lang.or(other.lang),
            theme: self.theme.or(other.theme),
        }
    }

    fn take(&mut self, key: &str, value: &str) {
        match key {
            "s" => self.source = Some(unpack(value)),
            "ex" => self.source = Some(Lesson::by_name(value).map_or(Source::Unreadable, Source::Lesson)),
            "script" => {
                self.source = Some(percent_decode(value).map_or(Source::Unreadable, text_source));
            }
            "at" | "step" => self.at = percent_decode(value).and_then(|place| place.parse().ok()),
            "panels" | "view" => {
                // Who passes a link on may have written its commas as `%2C`.
                let value = percent_decode(value).unwrap_or_default();
                let panels: Vec<PanelId> = value.split([',', '+']).filter_map(PanelId::from_slug).collect();
                self.panels = (!panels.is_empty() || value == "none").then_some(panels);
            }
            "sel" => self.selection = percent_decode(value).and_then(|key| Thing::from_key(&key)),
            "lang" => self.lang = Lang::from_tag(value),
            "theme" => self.theme = Theme::from_slug(value),
            _ => {}
        }
    }
}

impl fmt::Display for Link {
    /// Writes the fragment without `#`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = self.source.as_ref().map(Source::fragment).filter(|part| !part.is_empty());
        let panels = self.panels.as_ref().map(|panels| {
            let slugs: Vec<&str> = panels.iter().map(|panel| panel.slug()).collect();
            format!("panels={}", if slugs.is_empty() { "none".to_owned() } else { slugs.join(",") })
        });
        let parts = [
            source,
            self.at.as_ref().map(|at| format!("at={}&v={MODEL}", percent_encode(&at.to_string()))),
            panels,
            self.selection.as_ref().map(|thing| format!("sel={}", percent_encode(&thing.key()))),
            self.lang.map(|lang| format!("lang={}", lang.tag())),
            self.theme.map(|theme| format!("theme={}", theme.slug())),
        ];
        f.write_str(&parts.into_iter().flatten().collect::<Vec<_>>().join("&"))
    }
}

/// Tests whether a place that a link of this version names means the same in this one.
fn is_here(at: &Typed, version: Option<&str>) -> bool {
    match at {
        Typed::Step(at) => at.step == 0 || version == Some(MODEL),
        Typed::Anchor(Anchor { spot: Spot::Start | Spot::End, .. }) => true,
        // One written by hand may say none.
        Typed::Anchor(Anchor { spot: Spot::Event { .. }, .. }) => {
            version.is_none_or(|version| version == MODEL)
        }
    }
}

/// Splits `a=1&b=2` into keys and values, undecoded.
pub(crate) fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.trim_start_matches(['#', '?']).split('&').filter_map(|pair| pair.split_once('='))
}

fn pack(text: &str) -> String {
    let level = if text.len() <= IN_ADDRESS_MAX { LEVEL } else { LEVEL_OF_LONG };
    base64url(&miniz_oxide::deflate::compress_to_vec(text.as_bytes(), level))
}

/// Inflates no further than a script can be long: a few bytes may stand for a gigabyte.
fn unpack(text: &str) -> Source {
    let Some(bytes) = from_base64url(text) else { return Source::Unreadable };
    match miniz_oxide::inflate::decompress_to_vec_with_limit(&bytes, SCRIPT_BYTES_MAX) {
        Ok(inflated) => String::from_utf8(inflated).map_or(Source::Unreadable, text_source),
        Err(error) if error.status == TINFLStatus::HasMoreOutput => Source::TooMuch(TooMuch::Script),
        Err(_) => Source::Unreadable,
    }
}

fn text_source(text: String) -> Source {
    match bounds::check(&text) {
        Ok(()) => Source::Text(text),
        Err(too_much) => Source::TooMuch(too_much),
    }
}

/// The alphabet of RFC 4648, section 5. Written here: forty lines against a dependency.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

fn base64url(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..=chunk.len() {
            let six = (word >> (18 - 6 * digit)) & 63;
            out.push(char::from(ALPHABET[mm::units::index(six)]));
        }
    }
    out
}

fn from_base64url(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (mut word, mut bits) = (0u32, 0u32);
    for byte in text.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        word = (word << 6 | u32::from(six)) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(mm::units::low8(u64::from(word >> bits)));
        }
    }
    Some(out)
}

/// Decodes `%20` and its like, `None` when the result is not UTF-8.
pub(crate) fn percent_decode(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match hex {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8(out).ok()
}

fn percent_encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b":/._-@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(link: &Link) {
        assert_eq!(&Link::parse(&format!("#{link}")), link);
    }

    #[test]
    fn a_link_says_what_was_put_in() {
        check(&Link::default());
        check(&Link {
            source: Some(Source::Text("# 页 <script>\nboot ram=512M; spawn web\n".to_owned())),
            at: "5:fault.raised#2".parse().ok(),
            is_dated: false,
            panels: Some(vec![PanelId::Translate, PanelId::Proc]),
            selection: Some(Thing::Vma { process: "w&b=%".to_owned(), start: 0x7fff_f6ff_9000 }),
            lang: Some(Lang::Zh),
            theme: Some(Theme::Dark),
        });
        check(&Link { panels: Some(Vec::new()), ..Link::default() });
        check(&Link { source: Some(Source::Lesson(Lesson::first())), ..Link::default() });
    }

    #[test]
    fn any_text_survives_packing() {
        let mut text = String::new();
        for at in 0..400u32 {
            assert_eq!(unpack(&pack(&text)), Source::Text(text.clone()));
            text.push(char::from_u32(at * 7919 % 0xd7ff).unwrap_or('x'));
        }
    }

    #[test]
    fn a_broken_link_is_said_to_be_broken_and_never_panics() {
        for text in ["#s=!!!", "#s=AAAA", "#s=%%%", "#ex=nowhere", "#script=%ff"] {
            assert_eq!(Link::parse(text).source, Some(Source::Unreadable), "{text}");
        }
        for text in [
            "",
            "#",
            "#at=x",
            "#at=1.x",
            "#at=1:x",
            "#panels=cat",
            "#sel=frame:x",
            "#lang=xx",
            "#theme=pink",
            "#=",
            "#a",
        ] {
            assert_eq!(Link::parse(text), Link::default(), "{text}");
        }
    }

    #[test]
    fn a_link_that_inflates_to_more_than_a_script_is_refused() {
        let lines = |count| unpack(&pack(&"\n".repeat(count)));
        assert!(matches!(lines(SCRIPT_BYTES_MAX), Source::Text(_)));
        assert_eq!(lines(SCRIPT_BYTES_MAX + 1), Source::TooMuch(TooMuch::Script));
        assert_eq!(lines(40 << 20), Source::TooMuch(TooMuch::Script));
        assert_eq!(unpack(&pack(&"x".repeat(5000))), Source::TooMuch(TooMuch::Line(1)));
    }

    #[test]
    fn a_small_link_is_enough_by_hand() {
        let link = Link::parse("?view=buddy&step=3&script=boot%20ram%3D1G");
        assert_eq!(link.source, Some(Source::Text("boot ram=1G".to_owned())));
        assert_eq!(link.at, Some(Typed::Anchor(Anchor::end(3))));
        assert_eq!(link.panels, Some(vec![PanelId::Buddy]));
        let passed_on = Link::parse("#panels=translate%2Cbuddy");
        assert_eq!(passed_on.panels, Some(vec![PanelId::Translate, PanelId::Buddy]));
    }

    #[test]
    fn a_step_of_another_model_becomes_the_start_of_its_command() {
        for (text, at, is_dated) in [
            ("#at=5:fault.raised%231&v=0", "5:start", true),
            ("#v=x&at=5:fault.raised#1", "5:start", true),
            ("#at=5.71", "5:start", true),
            ("#at=5.71&v=0", "5:start", true),
            (&format!("#at=5.71&v={MODEL}"), "5.71", false),
            ("#at=5.0", "5.0", false),
            ("#at=5:start&v=0", "5:start", false),
            ("#at=5:end&v=0", "5:end", false),
            ("#at=5:fault.raised", "5:fault.raised#1", false),
            (&format!("#at=5:fault.raised%232&v={MODEL}"), "5:fault.raised#2", false),
        ] {
            let link = Link::parse(text);
            assert_eq!((link.at, link.is_dated), (at.parse().ok(), is_dated), "{text}");
        }
        let query = Link::parse("?step=5.71&v=0");
        assert!(Link::parse("#ex=refill").or(query.clone()).is_dated);
        assert!(!Link::parse("#at=5:end").or(query).is_dated);
    }

    #[test]
    fn deflate_halves_a_script() {
        let text = include_str!("../lessons/refill.mm").repeat(3);
        assert!(pack(&text).len() * 2 < text.len());
    }
}
