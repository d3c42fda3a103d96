//! The word that a user may have meant: the one the fewest typing mistakes away.

/// Bytes of the longest word that is compared; longer ones were hardly mistyped.
const WORD_BYTES_MAX: usize = 32;

/// Returns the candidate nearest to `word`, if it is near enough to suggest: a third of its
/// letters may be wrong. Of equals one of the same length wins, then the first.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.is_empty() || word.len() > WORD_BYTES_MAX {
        return None;
    }
    let most = word.len().div_ceil(3);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= WORD_BYTES_MAX && candidate.len().abs_diff(word.len()) <= most)
        .map(|candidate| (distance(word.as_bytes(), candidate.as_bytes()), candidate))
        .filter(|(mistakes, _)| *mistakes <= most)
        .min_by_key(|(mistakes, candidate)| (*mistakes, candidate.len().abs_diff(word.len())))
        .map(|(_, candidate)| candidate)
}

/// Mistakes between a beginning of one word and each beginning of another.
type Row = [u8; WORD_BYTES_MAX + 1];

/// The row of an empty beginning: every letter of the other was left out.
const FIRST: Row = {
    let mut row = [0; WORD_BYTES_MAX + 1];
    let mut at = 1;
    while at < row.len() {
        row[at] = row[at - 1] + 1;
        at += 1;
    }
    row
};

/// Counts mistakes between two words: letters left out, added, replaced, or two neighbours
/// exchanged (the optimal string alignment distance), letters of either case being equal.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let (mut before, mut last, mut row) = (FIRST, FIRST, FIRST);
    let mut previous = 0;
    for (i, x) in a.iter().map(u8::to_ascii_lowercase).enumerate() {
        row[0] = FIRST[i + 1];
        let mut left = 0;
        for (j, y) in b.iter().map(u8::to_ascii_lowercase).enumerate() {
            let replaced = last[j] + u8::from(x != y);
            row[j + 1] = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && x == left && y == previous {
                row[j + 1] = row[j + 1].min(before[j - 1] + 1);
            }
            left = y;
        }
        previous = x;
        (before, last, row) = (last, row, before);
    }
    usize::from(last[b.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, expected: Option<&str>) {
        assert_eq!(nearest(word, ["mmap", "munmap", "touch", "read", "write"]), expected);
    }

    #[test]
    fn a_mistyped_word_finds_what_was_meant() {
        check("mmpa", Some("mmap"));
        check("muunmap", Some("munmap"));
        check("toch", Some("touch"));
        check("READ", Some("read"));
        check("wrote", Some("write"));
    }

    #[test]
    fn a_different_word_finds_nothing() {
        check("", None);
        check("kmalloc", None);
        check("x", None);
        check(&"m".repeat(5000), None);
    }
}
