//! `mmscope explain`: what an event means.

use std::io::{self, Write};

use mm_view::{Lang, words};

use crate::Outcome;
use crate::report::complain;

/// Explains the event of this name, or lists all names.
pub(crate) fn explain(name: Option<&str>, lang: Lang, out: &mut impl Write) -> io::Result<Outcome> {
    let Some(name) = name else {
        for name in words::event_names() {
            writeln!(out, "{name}")?;
        }
        return Ok(Outcome::Fine);
    };
    let Some(explanation) = words::explain(name, lang) else {
        complain(&unknown(name, lang));
        return Ok(Outcome::Unusable);
    };
    writeln!(out, "{}", explanation.name)?;
    writeln!(out, "  {}  ({})", explanation.function, explanation.source)?;
    writeln!(out, "  {}", explanation.meaning)?;
    for operand in explanation.operands {
        writeln!(out, "    {:<12} {}", operand.name, operand.meaning)?;
    }
    Ok(Outcome::Fine)
}

/// Says which events have a part of the name, or how to list them.
fn unknown(name: &str, lang: Lang) -> String {
    let near: Vec<&str> = words::event_names().filter(|known| known.contains(name)).collect();
    match (near.as_slice(), lang) {
        ([], Lang::En) => format!("no event `{name}`; `mmscope explain` lists them"),
        ([], Lang::Zh) => format!("没有事件 `{name}`；`mmscope explain` 列出全部"),
        (near, Lang::En) => format!("no event `{name}`; there are {}", near.join(", ")),
        (near, Lang::Zh) => format!("没有事件 `{name}`；有 {}", near.join("、")),
    }
}
