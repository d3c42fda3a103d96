//! Sentences of the shell that have operands, in both languages.

use crate::black_box::Place;
use crate::bounds::TooMuch;
use crate::model::Work;
use crate::state::Now;
use mm::script::Limit;
use mm_view::Lang;

/// Groups digits by three with thin spaces, for people.
pub(crate) fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push('\u{2009}');
        }
        out.push(digit);
    }
    out
}

/// "step of command 5 of 11".
pub(crate) fn step_of_command(lang: Lang, command: u32, commands: u32) -> String {
    match lang {
        Lang::En => format!("step of command {command} of {commands}"),
        Lang::Zh => format!("步，第 {command} 条命令（共 {commands} 条）"),
    }
}

/// "of it in `clear_page_erms`".
pub(crate) fn share_in(lang: Lang, function: &str) -> String {
    match lang {
        Lang::En => format!("of it in {function}"),
        Lang::Zh => format!("用于 {function}"),
    }
}

/// "79 steps".
pub(crate) fn steps(lang: Lang, steps: u64) -> String {
    match (lang, steps) {
        (Lang::En, 1) => "1 step".to_owned(),
        (Lang::En, _) => format!("{} steps", grouped(steps)),
        (Lang::Zh, _) => format!("{} 步", grouped(steps)),
    }
}

/// "command 5, write: 79 steps", for those who cannot see the cell.
pub(crate) fn command(lang: Lang, command: usize, verb: &str, done: Option<u64>) -> String {
    let rest = match (lang, done) {
        (_, Some(count)) => steps(lang, count),
        (Lang::En, None) => "not run yet".to_owned(),
        (Lang::Zh, None) => "尚未运行".to_owned(),
    };
    match lang {
        Lang::En => format!("command {command}, {verb}: {rest}"),
        Lang::Zh => format!("第 {command} 条命令 {verb}：{rest}"),
    }
}

/// "detail off, 210 000 steps".
pub(crate) fn detail_off(lang: Lang, events: u64) -> String {
    match lang {
        Lang::En => format!("detail off, {}", steps(lang, events)),
        Lang::Zh => format!("未记录细节，{}", steps(lang, events)),
    }
}

/// "line 7, column 3: ...".
pub(crate) fn error(lang: Lang, line: u32, column: u32, text: &str) -> String {
    match lang {
        Lang::En => format!("line {line}, column {column}: {text}"),
        Lang::Zh => format!("第 {line} 行第 {column} 列：{text}"),
    }
}

/// "command 5: 120 000 of 1 048 576 pages", while it runs.
pub(crate) fn running(lang: Lang, command: u32, work: Option<&Work>) -> String {
    let progress = work.map(|work| mm_view::words::progress(work, lang));
    match (lang, progress) {
        (Lang::En, Some(progress)) => format!("command {command}: {progress}"),
        (Lang::Zh, Some(progress)) => format!("第 {command} 条命令：{progress}"),
        (Lang::En, None) => format!("command {command} runs"),
        (Lang::Zh, None) => format!("正在运行第 {command} 条命令"),
    }
}

/// How far what is under way is.
pub(crate) fn now(lang: Lang, now: &Now) -> String {
    let far = |work: &Option<Work>, gap| {
        work.map_or(String::new(), |work| format!("{gap}{}", mm_view::words::progress(&work, lang)))
    };
    match (lang, now) {
        (_, Now::Command(command, work)) => running(lang, *command, work.as_ref()),
        (Lang::En, Now::Way(command, work)) => format!("going to command {command}{}", far(work, ": ")),
        (Lang::Zh, Now::Way(command, work)) => format!("前往第 {command} 条命令{}", far(work, "：")),
        (Lang::En, Now::Lines(read, all)) => {
            format!("reading: {} of {} lines", grouped((*read).into()), grouped((*all).into()))
        }
        (Lang::Zh, Now::Lines(read, all)) => {
            format!("读取中：{} 行中的 {} 行", grouped((*all).into()), grouped((*read).into()))
        }
    }
}

/// "12 earlier commands".
pub(crate) fn earlier(lang: Lang, commands: usize) -> String {
    match (lang, commands) {
        (Lang::En, 1) => "1 earlier command".to_owned(),
        (Lang::En, _) => format!("{commands} earlier commands"),
        (Lang::Zh, _) => format!("更早的 {commands} 条命令"),
    }
}

/// "12 more lines".
pub(crate) fn more_lines(lang: Lang, lines: usize) -> String {
    match (lang, lines) {
        (Lang::En, 1) => "1 more line".to_owned(),
        (Lang::En, _) => format!("{lines} more lines"),
        (Lang::Zh, _) => format!("另有 {lines} 行"),
    }
}

/// What the page does about a script that broke at its last visit.
pub(crate) fn broke(lang: Lang, place: Place) -> String {
    match (lang, place) {
        (Lang::En, Place::Anywhere) => {
            "This script broke the model twice: nothing of it runs until you run it.".to_owned()
        }
        (Lang::Zh, Place::Anywhere) => "此脚本两次使模型出错：在你运行它之前，什么都不会运行。".to_owned(),
        (Lang::En, Place::Running(command)) => format!(
            "Command {command} did not end when this script last ran: all before it has run, it waits for you."
        ),
        (Lang::Zh, Place::Running(command)) => {
            format!("此脚本上次运行时，第 {command} 条命令没有结束：它之前的命令已运行，它等你来运行。")
        }
        (Lang::En, Place::Shown(at)) => {
            format!("The model broke at step {}.{}: this is the step before.", at.command, at.step)
        }
        (Lang::Zh, Place::Shown(at)) => {
            format!("模型上次在第 {}.{} 步出错：现在停在它的前一步。", at.command, at.step)
        }
    }
}

/// Why a text was not taken.
pub(crate) fn too_much(lang: Lang, what: TooMuch) -> String {
    let bytes = |limit: Limit| grouped(limit.bound());
    match (lang, what) {
        (Lang::En, TooMuch::Script) => {
            format!(
                "That text has more than {} bytes, more than a script can have: it was not taken.",
                bytes(Limit::ScriptBytes)
            )
        }
        (Lang::Zh, TooMuch::Script) => {
            format!("那段文本超过 {} 字节，超出脚本的上限：没有采用。", bytes(Limit::ScriptBytes))
        }
        (Lang::En, TooMuch::Line(line)) => {
            format!(
                "Line {line} of that text has more than {} bytes, more than a script's can have: it was not taken.",
                bytes(Limit::LineBytes)
            )
        }
        (Lang::Zh, TooMuch::Line(line)) => {
            format!("那段文本的第 {line} 行超过 {} 字节，超出脚本的上限：没有采用。", bytes(Limit::LineBytes))
        }
    }
}

/// Makes a sentence that stands alone of one that stands behind a name.
pub(crate) fn sentence(lang: Lang, text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    let stop = match lang {
        Lang::En => '.',
        Lang::Zh => '。',
    };
    first.into_iter().chain(letters).chain([stop]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_for_people() {
        assert_eq!(grouped(10_544), "10\u{2009}544");
        assert_eq!(steps(Lang::En, 1), "1 step");
    }

    #[test]
    fn a_command_that_has_not_told_yet_how_far_it_is_runs() {
        assert_eq!(running(Lang::En, 1, None), "command 1 runs");
        assert_eq!(now(Lang::En, &Now::Way(3, None)), "going to command 3");
    }

    #[test]
    fn what_is_under_way_has_numbers() {
        let work = Work::new(mm::session::WorkUnit::Commands, 2, 9);
        assert_eq!(now(Lang::En, &Now::Way(3, Some(work))), "going to command 3: 2 of 9 commands");
        assert_eq!(now(Lang::Zh, &Now::Way(3, Some(work))), "前往第 3 条命令：9 条命令中的 2 条");
        assert_eq!(now(Lang::En, &Now::Lines(10, 20)), "reading: 10 of 20 lines");
        assert_eq!(now(Lang::Zh, &Now::Lines(10, 20)), "读取中：20 行中的 10 行");
    }
}
