//! The end of a walk in words: where the bytes land, or why there is no frame.

use mm_view::Lang;
use mm_view::panels::translate::{Access, Fault, Outcome, TranslateView, Verdict};

use super::super::svg::{DATA, Face, HINT, NAME};
use super::words::Text;

/// Says what the access does with the frame it found.
pub(super) fn landing(view: &TranslateView, lang: Lang) -> String {
    let bytes = view.bytes;
    let unit = if bytes == 1 { "byte" } else { "bytes" };
    match (view.access, lang) {
        (Access::Write, Lang::En) => format!("{bytes} {unit} will land here"),
        (Access::Read, Lang::En) => format!("{bytes} {unit} read from here"),
        (Access::Exec, Lang::En) => "instructions from here".to_owned(),
        (Access::Look, Lang::En) => "nothing is accessed".to_owned(),
        (Access::Write, Lang::Zh) => format!("将写入 {bytes} 字节"),
        (Access::Read, Lang::Zh) => format!("从这里读 {bytes} 字节"),
        (Access::Exec, Lang::Zh) => "从这里取指令".to_owned(),
        (Access::Look, Lang::Zh) => "只看，不访问".to_owned(),
    }
}

/// Says why there is no frame, line by line, each with its face.
pub(super) fn fault_lines(outcome: &Outcome, lang: Lang) -> Vec<(String, Face)> {
    match outcome {
        Outcome::Fault(fault) => lines(fault, lang),
        Outcome::NotCanonical => vec![(Text::NotCanonical.text(lang).to_owned(), NAME.fill("var(--err)"))],
        Outcome::Pending { .. } | Outcome::Mapped { .. } => Vec::new(),
    }
}

fn lines(fault: &Fault, lang: Lang) -> Vec<(String, Face)> {
    let data = DATA.fill("var(--ink-2)");
    let mut lines = vec![
        (format!("✕ {}", Text::PageFault.text(lang)), NAME.size(14.0).fill("var(--err)")),
        (
            format!("{}: {}", fault.level.text(), fault.reason.word().text(lang)),
            HINT.size(11.0).fill("var(--ink)"),
        ),
        (
            format!("{} {:#x} = {}", Text::ErrorCode.text(lang), fault.error_code, letters(fault.error_code)),
            data.size(10.5),
        ),
    ];
    lines.push(match fault.verdict {
        Verdict::Open => (Text::KernelAnswers.text(lang).to_owned(), HINT),
        Verdict::Repaired => (Text::Repaired.text(lang).to_owned(), HINT.fill("var(--ok)")),
        Verdict::Signal { signal, code } => (format!("{signal} {code}"), DATA.fill("var(--err)").weight(700)),
    });
    lines
}

/// Writes the bits of an error code by their letters: `W U`.
pub(super) fn letters(code: u32) -> String {
    const BITS: [(u32, &str); 5] = [(0, "P"), (1, "W"), (2, "U"), (3, "RSVD"), (4, "I")];
    let set: Vec<&str> = BITS.iter().filter(|(bit, _)| code >> bit & 1 == 1).map(|&(_, name)| name).collect();
    if set.is_empty() { "0".to_owned() } else { set.join(" ") }
}
