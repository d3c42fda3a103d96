//! Completion of a half-typed command: the rest of its verb and the shape of its arguments.

use crate::model;
use mm::script::complete::{CandidateKind, Names, completion};

/// Returns what may follow `text`, empty when nothing is known: the rest of a name that exists,
/// else the rest of the verb, and the arguments that are not typed yet.
pub(crate) fn ghost(text: &str, names: &Names<'_>) -> String {
    match named(text, names) {
        Some(rest) => {
            let after = of_verb(&format!("{text}{rest}"));
            format!("{rest}{after}")
        }
        None => of_verb(text),
    }
}

/// Returns the rest of the first name that starts with the word being typed.
fn named(text: &str, names: &Names<'_>) -> Option<String> {
    let column = mm::units::count(text.chars().count()) + 1;
    let found = completion(text, column, names);
    let typed: String = text.chars().skip(mm::units::index(found.from - 1)).collect();
    let is_name = |kind| {
        matches!(
            kind,
            CandidateKind::Process | CandidateKind::Label | CandidateKind::File | CandidateKind::Quantity
        )
    };
    let mut candidates = found.candidates.iter().filter(|candidate| is_name(candidate.kind));
    let first = candidates.find(|candidate| candidate.text.len() > typed.len() && !typed.is_empty())?;
    Some(first.text[typed.len()..].to_owned())
}

fn of_verb(text: &str) -> String {
    let command = text.rsplit(';').next().unwrap_or(text).trim_start();
    let after_who = command.split_once(": ").map_or(command, |(_, rest)| rest);
    let typed = after_who.split_once(" = ").map_or(after_who, |(_, rest)| rest).trim_start();
    if typed.is_empty() {
        return String::new();
    }
    match typed.split_once(' ') {
        None => begun(typed),
        Some((verb, arguments)) => usage_after(verb, arguments),
    }
}

/// Returns the rest of the first verb that starts so, with its arguments.
fn begun(start: &str) -> String {
    model::verb_starting(start).map_or_else(String::new, |(verb, usage)| {
        let gap = if usage.is_empty() { "" } else { " " };
        format!("{}{gap}{usage}", &verb[start.len()..])
    })
}

/// Returns the arguments that are not typed yet.
fn usage_after(verb: &str, arguments: &str) -> String {
    let Some(usage) = model::usage(verb) else { return String::new() };
    let typed = arguments.split(' ').filter(|word| !word.is_empty()).count();
    let rest: Vec<&str> = usage.split(' ').skip(typed).collect();
    let gap = if arguments.is_empty() || arguments.ends_with(' ') || rest.is_empty() { "" } else { " " };
    format!("{gap}{}", rest.join(" "))
}

/// Returns the part of a ghost that Tab accepts: the rest of the word, and a space.
pub(crate) fn acceptable(text: &str, ghost: &str) -> Option<String> {
    let word = ghost.split(' ').next().filter(|word| !word.is_empty())?;
    let is_word = word
        .chars()
        .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_-=:./".contains(letter));
    is_word.then(|| format!("{text}{word}{}", if word.ends_with('=') { "" } else { " " }))
}

#[cfg(test)]
mod tests {
    use super::{Names, acceptable};

    fn ghost(text: &str) -> String {
        super::ghost(text, &Names::default())
    }

    #[test]
    fn names_that_exist_are_offered() {
        let names = Names { processes: &["web"], labels: &["buf", "blk"], ..Names::default() };
        assert_eq!(super::ghost("we", &names), "b:");
        assert_eq!(acceptable("we", "b:").as_deref(), Some("web: "));
        assert!(super::ghost("web: read bu", &names).starts_with("f [LEN]"));
        assert_eq!(super::ghost("kernel: free_pages bl", &names), "k");
        assert_eq!(
            super::ghost("web: re", &names),
            "ad ADDR [LEN] [stride=SIZE count=N]",
            "a verb where a verb stands"
        );
    }

    #[test]
    fn a_begun_verb_shows_its_rest_and_its_arguments() {
        assert_eq!(ghost("web: pag"), "es ADDR [LEN]");
        assert_eq!(ghost("web: pages "), "ADDR [LEN]");
        assert_eq!(ghost("web: pages buf"), " [LEN]");
        assert!(ghost("web: a = mm").starts_with("ap LEN ["));
        assert_eq!(ghost("web: exit; sp"), "awn NAME [bare]");
        for text in ["", "web:", "web: ", "xyzzy", "xyzzy 1 2"] {
            assert_eq!(ghost(text), "", "{text}");
        }
    }

    #[test]
    fn tab_takes_words_and_not_placeholders() {
        assert_eq!(acceptable("web: re", "ad ADDR [LEN]").as_deref(), Some("web: read "));
        assert_eq!(acceptable("web: read ", "ADDR [LEN]"), None);
        assert_eq!(acceptable("x", ""), None);
    }
}
