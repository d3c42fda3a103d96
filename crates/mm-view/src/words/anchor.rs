//! Words for places in a script that cannot be read or are not there.

use mm::anchor::{Anchor, Malformed, Spot};
use mm::script::nearest;
use mm::session::Session;

use super::{event_name, event_names};
use crate::Lang;
use crate::anchor::Missing;

/// Says which part of a place cannot be read, one line.
pub fn malformed(text: &str, wrong: Malformed, lang: Lang) -> String {
    let (en, zh) = match wrong {
        Malformed::Command => (
            "expected the number of a command in front: 5:fault.raised#1, or 5.71",
            "开头应为命令的编号：5:fault.raised#1，或 5.71",
        ),
        Malformed::Step => ("expected the number of a step behind the dot: 5.71", "点后应为步的编号：5.71"),
        Malformed::Event => (
            "expected start, end or the name of an event behind the colon: 5:fault.raised#1",
            "冒号后应为 start、end 或事件名：5:fault.raised#1",
        ),
        Malformed::Nth => {
            ("expected a number from 1 behind #: 5:fault.raised#1", "# 后应为从 1 起的数：5:fault.raised#1")
        }
    };
    match lang {
        Lang::En => format!("`{text}`: {en}"),
        Lang::Zh => format!("`{text}`：{zh}"),
    }
}

/// Says which part of an anchor is not there, one line, with the name that may have been meant.
pub fn missing(session: &Session, anchor: &Anchor, missing: Missing, lang: Lang) -> String {
    let command = anchor.command;
    let name = match &anchor.spot {
        Spot::Event { name, .. } => name,
        Spot::Start | Spot::End => "",
    };
    match (missing, lang) {
        (Missing::Command { run }, Lang::En) => {
            format!("`{anchor}`: command {command} was not run; the last one that was is {run}")
        }
        (Missing::Command { run }, Lang::Zh) => {
            format!("`{anchor}`：第 {command} 条命令没有运行过；运行过的最后一条是第 {run} 条")
        }
        (Missing::Nth { have }, Lang::En) => {
            format!("`{anchor}`: command {command} has {have} of `{name}`")
        }
        (Missing::Nth { have }, Lang::Zh) => {
            format!("`{anchor}`：第 {command} 条命令只有 {have} 个 `{name}`")
        }
        (Missing::Event, lang) => {
            let near = meant(session, command, name);
            match (near, lang) {
                (None, Lang::En) => format!("`{anchor}`: command {command} has no event `{name}`"),
                (None, Lang::Zh) => format!("`{anchor}`：第 {command} 条命令没有事件 `{name}`"),
                (Some(near), Lang::En) => {
                    format!("`{anchor}`: command {command} has no event `{name}`; did you mean `{near}`?")
                }
                (Some(near), Lang::Zh) => {
                    format!("`{anchor}`：第 {command} 条命令没有事件 `{name}`；是不是想写 `{near}`？")
                }
            }
        }
    }
}

/// Returns the event that may have been meant: one of the command, else of all, if `name` is none.
fn meant(session: &Session, command: u32, name: &str) -> Option<&'static str> {
    let record = session.record(command)?;
    let here = record.trace.steps().iter().map(|step| event_name(&step.event));
    let is_known = || event_names().any(|known| known == name);
    nearest(name, here).or_else(|| nearest(name, event_names()).filter(|_| !is_known()))
}
