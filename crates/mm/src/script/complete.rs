//! Completion for a console: what could stand where the cursor is.
//!
//! Verbs, keys and words come from the registry; names of things that exist come from the
//! caller, who has the machine.

use super::cursor::{BLANKS, Span};
use super::name::continues_name;
use super::parse;
use super::registry::{self, VerbKind, VerbSpec};
use super::shape::Shape;
use super::{KERNEL, split};
use crate::gfp;
use crate::units::{count, index};

/// Candidates that one completion gives at most.
pub const CANDIDATES_MAX: usize = 200;

/// Names that exist, as far as the caller wants them offered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Names<'a> {
    /// Processes, without `kernel`.
    pub processes: &'a [&'a str],
    /// Labels.
    pub labels: &'a [&'a str],
    /// Files on the disk.
    pub files: &'a [&'a str],
    /// Files of `/proc` and `/sys`.
    pub paths: &'a [&'a str],
    /// Captured states.
    pub states: &'a [&'a str],
    /// Quantities, as they are written in `expect`.
    pub quantities: &'a [&'a str],
}

/// What could stand at the cursor.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Completion {
    /// Column, counted from 1, at which a candidate's text begins: what stands from there to
    /// the cursor is replaced.
    pub from: u32,
    /// The verb whose arguments are being written, for its usage line.
    pub verb: Option<VerbKind>,
    /// The candidates, by kind and then in the order of their source.
    pub candidates: Vec<Candidate>,
}

/// A text that could stand at the cursor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// The whole text; one that ends in `=` or `:` goes on without a blank.
    pub text: String,
    /// What it is.
    pub kind: CandidateKind,
}

/// What a candidate is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum CandidateKind {
    /// A process or the kernel, in front of a verb or as an argument.
    Process,
    /// A verb.
    Verb(VerbKind),
    /// A key with its `=`.
    Key,
    /// A word or a value that the language has.
    Word,
    /// A label.
    Label,
    /// A file, a path or a capture.
    File,
    /// A quantity.
    Quantity,
    /// A failure, with its `!`.
    Failure,
}

/// Completes the word that ends before `column`, counted from 1 in characters.
pub fn completion(line: &str, column: u32, names: &Names<'_>) -> Completion {
    let before = line.char_indices().nth(index(column.saturating_sub(1))).map_or(line, |(at, _)| &line[..at]);
    let mut found = Found { before, from: before.len(), candidates: Vec::new() };
    let verb = split::last_part(before).and_then(|part| complete_part(part, names, &mut found));
    let from = count(before[..found.from].chars().count()) + 1;
    found.candidates.truncate(CANDIDATES_MAX);
    Completion { from, verb, candidates: found.candidates }
}

/// Candidates for the text from `from` to the end of `before`.
struct Found<'a> {
    before: &'a str,
    from: usize,
    candidates: Vec<Candidate>,
}

impl Found<'_> {
    /// Completes what follows the last character for which `ends` is true.
    fn start_after(&mut self, ends: impl Fn(char) -> bool) {
        let last = self.before.char_indices().rev().find(|(_, c)| ends(*c));
        self.from = last.map_or(0, |(at, c)| at + c.len_utf8());
    }

    fn add<T: AsRef<str>>(&mut self, kind: CandidateKind, texts: impl IntoIterator<Item = T>) {
        let prefix = &self.before[self.from..];
        let matching = texts.into_iter().filter(|text| text.as_ref().starts_with(prefix));
        self.candidates.extend(matching.map(|text| Candidate { text: text.as_ref().to_string(), kind }));
    }

    fn add_shape(&mut self, shape: Shape, names: &Names<'_>) {
        match shape {
            Shape::Address | Shape::Addresses | Shape::Blocks | Shape::Cache | Shape::Objects => {
                self.add(CandidateKind::Label, names.labels);
            }
            Shape::FileName => self.add(CandidateKind::File, names.files),
            Shape::Path => self.add(CandidateKind::File, names.paths),
            Shape::State => self.add(CandidateKind::File, names.states),
            Shape::Gfp
            | Shape::Prot
            | Shape::Advice
            | Shape::Arch
            | Shape::Thp
            | Shape::Switch
            | Shape::CountOrMax
            | Shape::Preset => {
                self.add(CandidateKind::Word, shape.choices());
            }
            Shape::Size
            | Shape::Portion
            | Shape::PowerOfTwo
            | Shape::Number
            | Shape::Count
            | Shape::Order
            | Shape::Cpu
            | Shape::Node
            | Shape::Index
            | Shape::ProcessName
            | Shape::CacheName
            | Shape::Text
            | Shape::Duration
            | Shape::Quantity
            | Shape::Value => {}
        }
    }
}

/// Completes the last part of a line and returns the verb whose arguments it has reached.
fn complete_part(part: &str, names: &Names<'_>, found: &mut Found<'_>) -> Option<VerbKind> {
    let mut cursor = Span { text: part, at: 0 }.cursor();
    cursor.skip_blanks();
    let speaker = parse::speaker(&mut cursor).ok()?;
    let label = parse::label(&mut cursor);
    let word = cursor.word();
    if cursor.at_end() {
        found.start_after(|c| !u8::try_from(c).is_ok_and(continues_name));
        if speaker.is_none() && label.is_none() {
            let speakers = names.processes.iter().copied().chain([KERNEL]);
            found.add(CandidateKind::Process, speakers.map(|name| format!("{name}:")));
        }
        for spec in registry::verbs() {
            found.add(CandidateKind::Verb(spec.kind), [spec.name]);
        }
        return None;
    }
    let spec = registry::find(word.text)?;
    if spec.kind == VerbKind::Expect {
        complete_quantity(names, found);
    } else {
        complete_args(spec, cursor.rest().text, names, found);
    }
    Some(spec.kind)
}

/// Completes inside `expect`, where words end at any operator.
fn complete_quantity(names: &Names<'_>, found: &mut Found<'_>) {
    found.start_after(|c| !u8::try_from(c).is_ok_and(continues_name) && !".@".contains(c));
    found.add(CandidateKind::Quantity, names.quantities);
    found.add(CandidateKind::Process, names.processes);
    found.add(CandidateKind::Label, names.labels);
}

/// Completes inside the arguments `args` of a verb.
fn complete_args(spec: &VerbSpec, args: &str, names: &Names<'_>, found: &mut Found<'_>) {
    found.start_after(|c| BLANKS.contains(&c));
    let (done, last) = args.split_at(args.rfind(BLANKS).map_or(0, |blank| blank + 1));
    if last.starts_with('!') {
        found.add(
            CandidateKind::Failure,
            spec.fails.all().iter().map(|failure| format!("!{}", failure.name())),
        );
        return;
    }
    if let Some((key, _)) = last.split_once('=') {
        let shape = spec.keys.iter().find(|(known, _)| *known == key).map(|(_, shape)| *shape);
        let gfp = shape == Some(Shape::Gfp);
        found.start_after(|c| c == '=' || (gfp && c == gfp::SEPARATOR));
        if let Some(shape) = shape {
            found.add_shape(shape, names);
        }
        return;
    }
    let words: Vec<&str> = done.split(BLANKS).filter(|word| !word.is_empty()).collect();
    let redirected = words.contains(&">");
    let position =
        if redirected { spec.args.iter().position(|shape| *shape == Shape::Path) } else { Some(words.len()) };
    if let Some(shape) = position.and_then(|position| spec.args.get(position)) {
        found.add_shape(*shape, names);
    }
    // The first argument by position cannot be left out; options come after it.
    if words.is_empty() && !spec.args.is_empty() {
        return;
    }
    let used = |name: &str| words.iter().any(|word| word.split('=').next() == Some(name));
    let keys = spec.keys.iter().filter(|(key, _)| !used(key));
    found.add(CandidateKind::Key, keys.map(|(key, _)| format!("{key}=")));
    found.add(CandidateKind::Word, spec.words.iter().filter(|word| !used(word)));
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: Names<'_> = Names {
        processes: &["web", "db"],
        labels: &["buf", "blk"],
        files: &["data.db"],
        paths: &["/proc/buddyinfo", "/proc/meminfo"],
        states: &["512M-buddy/13"],
        quantities: &["rss.web", "vmstat.pgfault"],
    };

    /// Completes at the `^` in `line` and holds what is offered against `expected`.
    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        let at = line.chars().position(|c| c == '^').expect("a place to complete at");
        let line = line.replace('^', "");
        let Completion { from, candidates, .. } = completion(&line, count(at) + 1, &NAMES);
        let texts: Vec<_> = candidates.iter().map(|candidate| candidate.text.as_str()).collect();
        assert_eq!(texts, expected);
        let prefix: String = line.chars().take(at).skip(index(from) - 1).collect();
        assert!(texts.iter().all(|text| text.starts_with(&prefix)), "{prefix:?} begins no candidate");
    }

    #[test]
    fn the_first_word_is_a_speaker_or_a_verb() {
        check("w^", &["web:", "write"]);
        check("web: m^", &["mmap", "munmap", "mprotect", "madvise"]);
        check("web: a = mm^", &["mmap"]);
        check("web: touch buf; al^ x", &["alloc_pages"]);
        check("你好; sp^", &["spawn"]);
    }

    #[test]
    fn arguments_come_by_position_then_options() {
        check("web: touch b^", &["buf", "blk"]);
        check("kernel: free_pages bl^", &["blk"]);
        check("web: mmap 4K sh^", &["shared"]);
        check("web: mmap 4K shared s^", &[]);
        check("web: touch buf 4K ^", &["stride=", "count="]);
        check("web: mprotect buf 4K r^", &["r", "rw", "rx", "rwx"]);
        check("cat /proc/b^", &["/proc/buddyinfo"]);
        check("echo 1 > /proc/m^", &["/proc/meminfo"]);
        check("echo ^", &[]);
        check("boot c^", &["cpus=", "cma="]);
        check("spawn t b^", &["bare"]);
    }

    #[test]
    fn values_of_keys_come_by_shape() {
        check("boot thp=a^", &["always"]);
        check("boot preset=s^", &["seed-76g"]);
        check("boot state=5^", &["512M-buddy/13"]);
        check("web: mmap 4K fixed=bu^", &["buf"]);
        check("web: mmap 4K file=^", &["data.db"]);
        check("kernel: alloc_pages gfp=GFP_KERNEL|__GFP_Z^", &["__GFP_ZERO", "__GFP_ZEROTAGS"]);
        check("kernel: alloc_pages count=^", &["max"]);
        check("web: mmap 4K nonsense=^", &[]);
    }

    #[test]
    fn failures_and_quantities_complete_too() {
        check("web: mmap 4K !EN^", &["!ENOENT", "!ENOMEM", "!ENODEV", "!ENOTDIR", "!ENOSPC"]);
        check("translate 0 !^", &["!FAULT"]);
        check("expect vm^", &["vmstat.pgfault"]);
        check("expect page(pfn(db, b^", &["buf", "blk"]);
        check("# web: m^", &[]);
        check("expect x == \"a ; m^", &[]);
    }

    #[test]
    fn the_verb_being_written_is_known() {
        assert_eq!(
            completion("web: mmap 4K ", 14, &NAMES).verb,
            Some(VerbKind::Memory(crate::script::MemoryVerb::Mmap))
        );
        assert_eq!(completion("web: mma", 9, &NAMES).verb, None);
        assert_eq!(completion("", 1, &NAMES).from, 1);
        assert_eq!(completion("mmap", 4_000_000_000, &NAMES).from, 1);
        assert_eq!(completion("mmap", 0, &NAMES).from, 1);
    }
}
