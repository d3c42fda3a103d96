//! Completion of a half-typed command: the rest of its verb and the shape of its arguments.

use crate::model;

/// Returns what may follow `text`, empty when nothing is known.
pub(crate) fn ghost(text: &str) -> String {
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
    let verb = model::VERBS.iter().find(|(verb, _)| verb.starts_with(start));
    verb.map_or_else(String::new, |(verb, usage)| {
        let gap = if usage.is_empty() { "" } else { " " };
        format!("{}{gap}{usage}", &verb[start.len()..])
    })
}

/// Returns the arguments that are not typed yet.
fn usage_after(verb: &str, arguments: &str) -> String {
    let Some((_, usage)) = model::VERBS.iter().find(|(known, _)| *known == verb) else {
        return String::new();
    };
    let typed = arguments.split(' ').filter(|word| !word.is_empty()).count();
    let rest: Vec<&str> = usage.split(' ').skip(typed).collect();
    let gap = if arguments.is_empty() || arguments.ends_with(' ') || rest.is_empty() { "" } else { " " };
    format!("{gap}{}", rest.join(" "))
}

/// Returns the part of a ghost that Tab accepts: the rest of the word, and a space.
pub(crate) fn acceptable(text: &str, ghost: &str) -> Option<String> {
    let word = ghost.split(' ').next().filter(|word| !word.is_empty())?;
    let is_word = word.chars().all(|letter| letter.is_ascii_lowercase() || "_-=".contains(letter));
    is_word.then(|| format!("{text}{word} "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_begun_verb_shows_its_rest_and_its_arguments() {
        assert_eq!(ghost("web: re"), "ad ADDR [LEN]");
        assert_eq!(ghost("web: read "), "ADDR [LEN]");
        assert_eq!(ghost("web: read buf"), " [LEN]");
        assert_eq!(ghost("web: a = mm"), "ap SIZE [OPTION...]");
        assert_eq!(ghost("sync; dm"), "esg");
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
