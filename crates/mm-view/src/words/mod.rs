//! Everything that people read about a run, in both languages.
//!
//! The model says facts in types: events, refusals, parse errors, quantities. Here each of
//! them gets its words, one file per area, matched without a wildcard, so that a new fact
//! without words does not compile. A sentence is a list of [`Piece`]s: names of frames,
//! entries, addresses, processes and zones in it are links to the thing.

mod alloc;
pub mod anchor;
mod areas;
mod buddy;
mod compaction;
mod cx;
mod damage;
mod fallback;
mod fault;
mod highmem;
mod huge_memory;
pub mod kernel_text;
mod kernel_word;
mod madvise;
mod mmap;
mod oom;
pub mod outcome;
mod page_table;
mod parse_error;
mod pcp;
mod progress;
mod quantity;
mod refusal;
pub mod report;
mod row;
mod shell;
mod slab;
mod slowpath;
mod step;
mod task;
mod tlb;
mod verb;
mod vmalloc;
mod vmstat;
mod walk;
mod watermark;

use serde::Serialize;

use crate::panels::Thing;

pub use areas::event_name;
pub use damage::unreadable;
pub use kernel_text::{no_script, not_utf8, pasted};
pub use kernel_word::migrate_type;
pub(crate) use kernel_word::rights;
pub use outcome::{Line, Tone, left_out, outcome, outcome_to};
pub use parse_error::{limit, parse_error, shape};
pub use progress::{cancelled, progress};
pub use quantity::{quantity, unit, unknown};
pub use refusal::{errno, error_code, refusal, si_code, unexpected};
pub use row::{Explanation, OperandMeaning, event_names, explain};
pub use step::step;
pub use verb::verb;

/// A part of a sentence: text, or the name of a thing, which is a link to it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub enum Piece {
    /// Plain text.
    Text(String),
    /// Text that names a thing.
    Link {
        /// The thing.
        thing: Thing,
        /// How the sentence calls it.
        text: String,
    },
}

impl Piece {
    /// Returns the text without the link.
    pub fn text(&self) -> &str {
        match self {
            Piece::Text(text) | Piece::Link { text, .. } => text,
        }
    }
}

impl From<&str> for Piece {
    fn from(text: &str) -> Piece {
        Piece::Text(text.into())
    }
}

impl From<String> for Piece {
    fn from(text: String) -> Piece {
        Piece::Text(text)
    }
}

/// Returns a sentence as plain text.
pub fn plain(sentence: &[Piece]) -> String {
    sentence.iter().map(Piece::text).collect()
}

/// A number of a step: what it was and what it is now.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Operand {
    /// Its name, a word of the kernel's.
    pub name: String,
    /// The value before, where the step changed it.
    pub old: Option<String>,
    /// The value.
    pub new: String,
}

/// A step in words.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct StepWords {
    /// The kernel function that does it, with parentheses; or the CPU's work.
    pub function: String,
    /// The functions it was called from, outermost first.
    pub stack: Vec<&'static str>,
    /// What happened, one sentence.
    pub what: Vec<Piece>,
    /// Why, one line; empty where nothing needs to be said.
    pub why: Vec<Piece>,
    /// The operands.
    pub operands: Vec<Operand>,
}

/// What an area says about one of its events.
struct Said {
    /// A function that fits better than the one of the event's row.
    func: Option<&'static str>,
    what: Vec<Piece>,
    why: Vec<Piece>,
    operands: Vec<Operand>,
}

impl Said {
    fn new(what: Vec<Piece>, why: Vec<Piece>, operands: Vec<Operand>) -> Said {
        Said { func: None, what, why, operands }
    }

    fn by(self, func: &'static str) -> Said {
        Said { func: Some(func), ..self }
    }
}

/// An operand that did not change.
#[expect(clippy::needless_pass_by_value, reason = "numbers are handed over as they are")]
fn is(name: &str, value: impl ToString) -> Operand {
    Operand { name: name.into(), old: None, new: value.to_string() }
}

/// An operand that the step changed.
#[expect(clippy::needless_pass_by_value, reason = "numbers are handed over as they are")]
fn was(name: &str, old: impl ToString, new: impl ToString) -> Operand {
    Operand { name: name.into(), old: Some(old.to_string()), new: new.to_string() }
}

/// A sentence that is being made of its template and what stands in it.
///
/// A template is one text, where the compiler would else call a function for each stretch between
/// two names: there are thousands.
struct Sentence {
    pieces: Vec<Piece>,
    /// What of the template is still to come.
    rest: &'static str,
}

/// Stands in a template for what is put there.
const HOLE: char = '\0';

impl Sentence {
    #[inline(never)]
    fn new(template: &'static str) -> Sentence {
        let mut sentence = Sentence { pieces: Vec::new(), rest: template };
        sentence.go_on();
        sentence
    }

    /// Adds the text up to the next hole.
    fn go_on(&mut self) {
        let (text, rest) = self.rest.split_once(HOLE).unwrap_or((self.rest, ""));
        if !text.is_empty() {
            self.pieces.push(Piece::Text(text.into()));
        }
        self.rest = rest;
    }

    /// Fills the next hole. Compiled once for each kind of piece.
    #[inline(never)]
    fn put(&mut self, piece: impl Into<Piece>) -> &mut Sentence {
        self.pieces.push(piece.into());
        self.go_on();
        self
    }

    fn done(&mut self) -> Vec<Piece> {
        std::mem::take(&mut self.pieces)
    }
}

/// Picks the sentence of a language: `say!(lang, ["Frame ", frame], ["页帧 ", frame])`.
macro_rules! say {
    ($lang:expr, [$($en:tt)*], [$($zh:tt)*] $(,)?) => {
        match $lang {
            $crate::Lang::En => $crate::words::sentence!([] [] $($en)*),
            $crate::Lang::Zh => $crate::words::sentence!([] [] $($zh)*),
        }
    };
}
use say;

/// Tells the texts of a sentence, which its template is made of, from what is put between them.
macro_rules! sentence {
    ([$($text:literal),*] [$($piece:expr),*]) => {
        $crate::words::Sentence::new(concat!($($text),*))$(.put($piece))*.done()
    };
    ([$($text:literal),*] [$($piece:expr),*] $next:literal $(, $($rest:tt)*)?) => {
        $crate::words::sentence!([$($text,)* $next] [$($piece),*] $($($rest)*)?)
    };
    ([$($text:literal),*] [$($piece:expr),*] $next:expr $(, $($rest:tt)*)?) => {
        $crate::words::sentence!([$($text,)* "\0"] [$($piece,)* $next] $($($rest)*)?)
    };
}
use sentence;

#[cfg(test)]
mod tests;
