//! How far a command is, and what giving it up came to.

use mm::session::{Cancelled, Work, WorkUnit};

use crate::Lang;
use crate::panels::grouped;

/// Says how far a command is: `120 000 of 1 048 576 pages`.
pub fn progress(work: &Work, lang: Lang) -> String {
    let (done, total) = (grouped(work.done), grouped(work.total));
    match lang {
        Lang::En => format!("{done} of {total} {}", unit(work.unit, lang)),
        Lang::Zh => format!("{total} {}中的 {done} {}", unit(work.unit, lang), measure(work.unit)),
    }
}

/// Says what giving a command up came to.
pub fn cancelled(cancelled: &Cancelled, lang: Lang) -> String {
    match (&cancelled.work, lang) {
        (Some(work), Lang::En) => {
            format!("cancelled after {}; all of it was taken back", progress(work, lang))
        }
        (Some(work), Lang::Zh) => format!("已取消：完成了{}；已全部撤回", progress(work, lang)),
        (None, Lang::En) => "cancelled before anything was done".into(),
        (None, Lang::Zh) => "已取消：还什么都没做".into(),
    }
}

fn unit(unit: WorkUnit, lang: Lang) -> &'static str {
    let (en, zh) = match unit {
        WorkUnit::Pages => ("pages", "页"),
        WorkUnit::Blocks => ("blocks", "个块"),
        WorkUnit::Objects => ("objects", "个对象"),
        WorkUnit::Pageblocks => ("pageblocks", "个页块"),
        WorkUnit::Stretches => ("stretches", "段"),
        WorkUnit::Commands => ("commands", "条命令"),
    };
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}

/// Returns the measure word of a unit in Chinese.
fn measure(unit: WorkUnit) -> &'static str {
    match unit {
        WorkUnit::Pages => "页",
        WorkUnit::Blocks | WorkUnit::Objects | WorkUnit::Pageblocks => "个",
        WorkUnit::Stretches => "段",
        WorkUnit::Commands => "条",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_has_numbers_and_a_unit() {
        let work = Work::new(WorkUnit::Pages, 120_000, 1_048_576);
        assert_eq!(progress(&work, Lang::En), "120\u{2009}000 of 1\u{2009}048\u{2009}576 pages");
        assert_eq!(progress(&work, Lang::Zh), "1\u{2009}048\u{2009}576 页中的 120\u{2009}000 页");
    }
}
