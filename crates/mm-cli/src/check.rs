//! `mmscope check`: reads a script without running it.

use std::io::{self, Write};

use mm_view::Lang;

use crate::Outcome;
use crate::source::Source;

/// Says how many commands there are, or what is wrong with the text.
pub(crate) fn check(file: &str, lang: Lang, out: &mut impl Write) -> io::Result<Outcome> {
    let Some(source) = Source::read(file, lang) else { return Ok(Outcome::Unusable) };
    let Some(script) = source.parse(lang) else { return Ok(Outcome::Unusable) };
    let commands = script.commands.len();
    match lang {
        Lang::En => writeln!(out, "{}: {commands} commands", source.name)?,
        Lang::Zh => writeln!(out, "{}：{commands} 条命令", source.name)?,
    }
    Ok(Outcome::Fine)
}
