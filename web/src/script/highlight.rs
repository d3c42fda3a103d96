//! Splits a line of a script into pieces to colour. Forgiving: half-typed lines look sensible,
//! and whether they are right is the parser's business.

/// What a piece is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Nothing special.
    Plain,
    /// `# ...`.
    Comment,
    /// `web:`.
    Who,
    /// The verb.
    Verb,
    /// A label, where it is set and where it is used.
    Label,
    /// `!SIGSEGV`.
    Failure,
}

impl Kind {
    /// Class of the piece.
    pub(crate) const fn class(self) -> Option<&'static str> {
        match self {
            Kind::Plain => None,
            Kind::Comment => Some("cm"),
            Kind::Who => Some("who"),
            Kind::Verb => Some("vb"),
            Kind::Label => Some("ad"),
            Kind::Failure => Some("er"),
        }
    }
}

/// A piece of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Piece<'a> {
    /// What it is.
    pub kind: Kind,
    /// Its text.
    pub text: &'a str,
}

/// What the next word can be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// `WHO:`, `LABEL =` or the verb.
    Head,
    /// Arguments.
    Rest,
}

/// Returns the names that a script gives with `name =`.
pub(crate) fn labels(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> = text
        .lines()
        .flat_map(|line| code(line).0.split(';'))
        .filter_map(|command| command.split_once(" = ")?.0.split_whitespace().last())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Splits a line; the pieces put together are the line again.
pub(crate) fn pieces<'a>(line: &'a str, labels: &[&str]) -> Vec<Piece<'a>> {
    let (code, comment) = code(line);
    let mut out = Vec::new();
    let mut expect = Expect::Head;
    for word in words(code) {
        let kind = match (expect, word) {
            (_, ";") => {
                expect = Expect::Head;
                Kind::Plain
            }
            (_, word) if !word.starts_with(is_word) => Kind::Plain,
            (Expect::Head, word) if word.ends_with(':') => Kind::Who,
            (Expect::Head, word) if is_set(code, word) => Kind::Label,
            (Expect::Head, _) => {
                expect = Expect::Rest;
                Kind::Verb
            }
            (Expect::Rest, word) if word.starts_with('!') => Kind::Failure,
            (Expect::Rest, word) if labels.binary_search(&word).is_ok() => Kind::Label,
            (Expect::Rest, _) => Kind::Plain,
        };
        push(&mut out, kind, word);
    }
    if !comment.is_empty() {
        push(&mut out, Kind::Comment, comment);
    }
    out
}

/// Splits a line into code and comment.
fn code(line: &str) -> (&str, &str) {
    line.split_at(line.find('#').unwrap_or(line.len()))
}

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_!/.@".contains(letter)
}

/// Whether `word`, a slice of `code`, is followed by ` =`.
fn is_set(code: &str, word: &str) -> bool {
    let end = word.as_ptr().addr() - code.as_ptr().addr() + word.len();
    let rest = code[end..].trim_start();
    rest.starts_with('=') && !rest.starts_with("==")
}

/// Cuts code into words, `;` and what lies between.
fn words(code: &str) -> impl Iterator<Item = &str> {
    let mut rest = code;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = if first == ';' {
            1
        } else if is_word(first) {
            let end = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
            // `web:` is one word, the colon included.
            if rest[end..].starts_with(':') { end + 1 } else { end }
        } else {
            rest.find(|letter| is_word(letter) || letter == ';').unwrap_or(rest.len())
        };
        let (word, after) = rest.split_at(end);
        rest = after;
        Some(word)
    })
}

/// Adds a piece, joining it to the one before when both are plain.
fn push<'a>(out: &mut Vec<Piece<'a>>, kind: Kind, text: &'a str) {
    out.push(Piece { kind, text });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        let pieces = pieces(line, &["blk", "buf"]);
        let whole: String = pieces.iter().map(|piece| piece.text).collect();
        assert_eq!(whole, line);
        let marked: String = pieces
            .iter()
            .map(|piece| match piece.kind.class() {
                Some(class) => format!("<{class} {}>", piece.text),
                None => piece.text.to_owned(),
            })
            .collect();
        assert_eq!(marked, expected);
    }

    #[test]
    fn every_part_of_a_command_has_its_look() {
        check("boot ram=512M thp=never", "<vb boot> ram=512M thp=never");
        check("web: buf = mmap 16M", "<who web:> <ad buf> = <vb mmap> 16M");
        check("p@1: touch buf+4K 1M", "<who p@1:> <vb touch> <ad buf>+4K 1M");
        check("web: write 0x0 !SIGSEGV", "<who web:> <vb write> 0x0 <er !SIGSEGV>");
        check("kernel: free_pages blk # back", "<who kernel:> <vb free_pages> <ad blk> <cm # back>");
        check("sync; dmesg; sleep 1ms", "<vb sync>; <vb dmesg>; <vb sleep> 1ms");
        check("cat /proc/buddyinfo", "<vb cat> /proc/buddyinfo");
        check("# 页 <b>", "<cm # 页 <b>>");
        check("", "");
        check("  =;:", "  =;:");
    }

    #[test]
    fn labels_are_the_names_on_the_left() {
        assert_eq!(labels("web: buf = mmap 1M; b2 = mmap 1M\nexpect x == 3 # c = d\n"), ["b2", "buf"]);
    }
}
