//! Files that a reader opens or drops: a script, or why it is none. Nothing of them leaves the page.

use crate::bounds;
use crate::dom;
use crate::state::{Action, Remark, Script};
use mm::import::kernel_text::{in_utf8, instead_of_script};
use mm::script::limits::SCRIPT_BYTES_MAX;
use web_sys::File;
use yew::Callback;

/// Some editors begin a file with it.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
/// So much of a file tells whether it is too much.
const READ_MAX: usize = SCRIPT_BYTES_MAX + BYTE_ORDER_MARK.len() + 1;

/// Reads a file and does with the script what `then` says, or says why it is none.
pub(crate) fn read(file: File, then: fn(Script) -> Action, act: Callback<Action>) {
    wasm_bindgen_futures::spawn_local(async move {
        let text = match dom::first_bytes(&file, READ_MAX).await {
            Some(bytes) => script_in(&bytes),
            None => Err(Remark::NoFile),
        };
        act.emit(match text {
            Ok(text) => then(Script { name: file.name(), text: text.into() }),
            Err(remark) => Action::Say(remark),
        });
    });
}

/// Takes bytes for a script, whether or not it can run.
fn script_in(bytes: &[u8]) -> Result<String, Remark> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let text = if bytes.len() > SCRIPT_BYTES_MAX {
        // Its end may be cut within a letter.
        String::from_utf8_lossy(bytes).into_owned()
    } else {
        in_utf8(bytes).map_err(Remark::NotUtf8)?.to_owned()
    };
    let rejected = mm::script::parse(&text).err();
    if let Some(found) = rejected.and_then(|rejected| instead_of_script(&text, &rejected)) {
        return Err(Remark::Kernel(found));
    }
    bounds::check(&text).map_err(Remark::TooMuch)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bounds::TooMuch;
    use mm::import::kernel_text::TextKind;

    const REPORT: &str = "x: page allocation failure: order:4, mode:0x20\nMem-Info:\n";

    #[test]
    fn a_script_is_taken_with_its_mistakes_and_without_its_mark() {
        for text in ["boot\n", "boto\n", "", "dear reader,\n", "# 页\r\nboot\r\n"] {
            assert_eq!(script_in(text.as_bytes()).as_deref(), Ok(text));
            assert_eq!(script_in(format!("\u{feff}{text}").as_bytes()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn what_a_kernel_printed_is_known_at_any_length_and_with_any_damage() {
        let long = REPORT.to_owned() + &"页".repeat(READ_MAX / 3);
        for bytes in [REPORT.as_bytes(), &long.as_bytes()[..READ_MAX]] {
            let refused = script_in(bytes);
            assert!(matches!(refused, Err(Remark::Kernel(found)) if found.kind == TextKind::AllocFailure));
        }
        let damaged = [REPORT.as_bytes(), b"\xfc\n"].concat();
        let Err(Remark::NotUtf8(found)) = script_in(&damaged) else { panic!("no text in UTF-8") };
        assert_eq!((found.line, found.text.map(|text| text.kind)), (3, Some(TextKind::AllocFailure)));
    }

    #[test]
    fn what_is_no_script_is_told_apart() {
        let Err(Remark::NotUtf8(found)) = script_in(b"boot\n\xff\n") else { panic!("no text in UTF-8") };
        assert_eq!((found.line, found.text), (2, None));
        let most = "\n".repeat(SCRIPT_BYTES_MAX);
        assert_eq!(script_in(format!("\u{feff}{most}").as_bytes()), Ok(most.clone()));
        assert_eq!(script_in(format!("{most}\n").as_bytes()), Err(Remark::TooMuch(TooMuch::Script)));
    }
}
