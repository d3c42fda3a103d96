//! What a text of a real machine lacks, so that it cannot be read.

use mm::import::text::{DumpError, Expected};

use crate::Lang;

/// Says what a damaged file lacks.
pub fn unreadable(error: DumpError, lang: Lang) -> String {
    let DumpError { line, expected } = error;
    match lang {
        Lang::En => format!("line {line}: expected {}", wanted(expected, lang)),
        Lang::Zh => format!("第 {line} 行：应为{}", wanted(expected, lang)),
    }
}

fn wanted(expected: Expected, lang: Lang) -> String {
    let (en, zh): (String, String) = match expected {
        Expected::Line(word) => (format!("a line `{word}`"), format!("以 `{word}` 开头的行")),
        Expected::Field(name) => (format!("a field `{name}=`"), format!("字段 `{name}=`")),
        Expected::Number(name) => {
            (format!("a number that fits in `{name}`"), format!(" `{name}` 的合理数值"))
        }
        Expected::ZoneName => ("a zone of this machine, once".into(), "本机的内存域，且只出现一次".into()),
        Expected::MigrateType => ("a migrate type".into(), "迁移类型".into()),
        Expected::Order => ("an order from 0 to 10".into(), "0 到 10 的阶".into()),
        Expected::Runs => ("frames within the zone, such as 320+2".into(), "内存域内的页帧，如 320+2".into()),
        Expected::DisjointBlocks => ("blocks that do not overlap".into(), "互不重叠的块".into()),
        Expected::Gfp => ("allocation flags".into(), "分配标志".into()),
        Expected::FrameInUse => ("a frame that is in use".into(), "使用中的页帧".into()),
        Expected::Name => ("a name that an allocation gave".into(), "先前分配时起的名字".into()),
        Expected::State => ("a state to start from".into(), "起始状态".into()),
        Expected::MapsRow => {
            ("a row of maps, above the one before".into(), "maps 的一行，地址高于上一行".into())
        }
        Expected::Stack => ("a row [stack]".into(), " [stack] 行".into()),
        Expected::Machine => ("a machine that can be booted".into(), "可以启动的机器".into()),
    };
    match lang {
        Lang::En => en,
        Lang::Zh => zh,
    }
}
