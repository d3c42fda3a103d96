//! Arguments of one command, read word by word and checked against the verb's row.

use super::address::{Address, Places};
use super::cursor::{Cursor, Span};
use super::error::{Wanted, Wrong};
use super::limits::Limit;
use super::name::{Path, Word};
use super::nearest::nearest;
use super::number;
use super::registry::{VerbKind, VerbSpec};
use super::shape::Shape;
use super::verbs::memory::MemoryVerb;
use crate::units::{Bytes, Order, low8, low32};
use crate::unmodelled::{self, Origin};

/// What stands after a verb, read from the left.
pub(super) struct Args<'a> {
    cursor: Cursor<'a>,
    spec: &'static VerbSpec,
    /// Options seen so far: one bit for each key, then one for each word of the verb's row.
    seen: u64,
}

/// One of a verb's options, by its name in the verb's row.
pub(super) enum Opt<'a> {
    /// `key=value`.
    Key(&'static str, Span<'a>),
    /// A bare word.
    Word(&'static str, Span<'a>),
}

impl<'a> Args<'a> {
    pub(super) fn new(spec: &'static VerbSpec, cursor: Cursor<'a>) -> Args<'a> {
        Args { cursor, spec, seen: 0 }
    }

    /// Takes the next argument by position.
    pub(super) fn positional(&mut self, shape: Shape) -> Result<Span<'a>, Wrong> {
        let word = self.cursor.word();
        if word.text.is_empty() { Err(word.not(shape)) } else { Ok(word) }
    }

    /// Takes an optional length: the next word, if it starts like a number.
    pub(super) fn optional_length(&mut self) -> Result<Option<Bytes>, Wrong> {
        self.cursor.skip_blanks();
        if !self.cursor.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Ok(None);
        }
        size(self.cursor.word()).map(Some)
    }

    /// Returns everything that is left without passing over it, blanks at its ends removed.
    pub(super) fn rest(&self) -> Span<'a> {
        self.cursor.rest().trim()
    }

    /// Gives the text itself, for verbs that are not made of words.
    pub(super) fn cursor(&mut self) -> &mut Cursor<'a> {
        &mut self.cursor
    }

    /// Takes the next option; `None` at the end.
    pub(super) fn option(&mut self) -> Result<Option<Opt<'a>>, Wrong> {
        let word = self.cursor.word();
        if word.text.is_empty() {
            return Ok(None);
        }
        let (option, bit, name) = match word.text.split_once('=') {
            Some((key, _)) => {
                let (name, value) = word.split_at(key.len());
                let at = self.spec.keys.iter().position(|(known, _)| *known == key);
                let at = at.ok_or_else(|| self.unknown(name))?;
                (Opt::Key(self.spec.keys[at].0, value.split_at(1).1), at, name)
            }
            None => {
                let at = self.spec.words.iter().position(|known| *known == word.text);
                let at = at.ok_or_else(|| self.unknown(word))?;
                (Opt::Word(self.spec.words[at], word), self.spec.keys.len() + at, word)
            }
        };
        if self.seen & (1 << bit) != 0 {
            return Err(name.wrong(Wanted::Once));
        }
        self.seen |= 1 << bit;
        Ok(Some(option))
    }

    /// Checks that nothing is left.
    pub(super) fn finish(mut self) -> Result<(), Wrong> {
        let word = self.cursor.word();
        if word.text.is_empty() { Ok(()) } else { Err(word.wrong(Wanted::End)) }
    }

    fn unknown(&self, word: Span<'a>) -> Wrong {
        let (keys, words) = (self.spec.keys, self.spec.words);
        let kind = self.spec.kind;
        if kind == VerbKind::Memory(MemoryVerb::Mmap) && unmodelled::is_mmap_word(word.text)
            || kind == VerbKind::Boot && unmodelled::is_boot_key(word.text)
        {
            return word.wrong(Wanted::NotModelled(Origin::Kernel));
        }
        if keys.is_empty() && words.is_empty() {
            return word.wrong(Wanted::End);
        }
        let names = keys.iter().map(|(key, _)| *key).chain(words.iter().copied());
        let nearest = nearest(word.text, names).map(|name| {
            let is_key = keys.iter().any(|(key, _)| *key == name);
            if is_key { format!("{name}=") } else { name.to_string() }
        });
        Wrong { nearest, ..word.wrong(Wanted::OptionOf(self.spec.kind)) }
    }
}

/// Reads a length.
pub(super) fn size(word: Span<'_>) -> Result<Bytes, Wrong> {
    let literal = number::literal(word.text).map_err(|bad| word.bad_literal(bad, Shape::Size))?;
    Ok(Bytes(literal.value))
}

/// Reads a length that is a power of two.
pub(super) fn power_of_two(word: Span<'_>) -> Result<Bytes, Wrong> {
    let size = size(word)?;
    if size.0.is_power_of_two() { Ok(size) } else { Err(word.not(Shape::PowerOfTwo)) }
}

/// Reads a number without a suffix, at most the limit.
pub(super) fn number(word: Span<'_>, limit: Limit, shape: Shape) -> Result<u64, Wrong> {
    let value = number::plain(word.text).map_err(|bad| word.bad_number(bad, shape))?;
    if value > limit.bound() { Err(word.wrong(Wanted::AtMost(limit))) } else { Ok(value) }
}

/// Reads how many, from one.
pub(super) fn count(word: Span<'_>, limit: Limit, shape: Shape) -> Result<u32, Wrong> {
    match number(word, limit, shape)? {
        0 => Err(word.not(shape)),
        count => Ok(low32(count)),
    }
}

/// Reads an order.
pub(super) fn order(word: Span<'_>) -> Result<Order, Wrong> {
    let order = number(word, Limit::Order, Shape::Order)?;
    Ok(Order::try_new(order).expect("the limit is the highest order"))
}

/// Reads the number of a processor.
pub(super) fn cpu(word: Span<'_>) -> Result<u8, Wrong> {
    number(word, Limit::Cpu, Shape::Cpu).map(low8)
}

/// Reads the number of a node.
pub(super) fn node(word: Span<'_>) -> Result<u8, Wrong> {
    number(word, Limit::Node, Shape::Node).map(low8)
}

/// Reads one place.
pub(super) fn address(word: Span<'_>) -> Result<Address, Wrong> {
    Address::read(word, Places::One)
}

/// Reads one of several words.
pub(super) fn choice<T: Copy>(
    word: Span<'_>,
    shape: Shape,
    all: &[T],
    name: fn(T) -> &'static str,
) -> Result<T, Wrong> {
    let found = all.iter().find(|choice| name(**choice) == word.text);
    found.copied().ok_or_else(|| {
        let nearest = nearest(word.text, all.iter().map(|choice| name(*choice)));
        Wrong { nearest: nearest.map(str::to_string), ..word.not(shape) }
    })
}

/// Reads the name of a file or a cache.
pub(super) fn word(word: Span<'_>, shape: Shape) -> Result<Word, Wrong> {
    Word::new(word.text).ok_or_else(|| word.not(shape))
}

/// Reads a path that starts with `/`.
pub(super) fn absolute_path(word: Span<'_>) -> Result<Path, Wrong> {
    let path = Path::new(word.text).filter(|path| path.as_str().starts_with('/'));
    path.ok_or_else(|| word.not(Shape::Path))
}
