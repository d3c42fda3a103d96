//! Words for the hardware's walk.

use mm::units::Pfn;
use mm::virt::paging::walk::Event;

use super::cx::Cx;
use super::row::rows;
use super::{Piece, Said, is, say, was};

rows! { Event;
    Read [va depth table index raw] "walk.read", "CPU: page walk", "Intel SDM vol. 3, 4.5",
        "The CPU read one entry of one table: nine or ten bits of the address choose it.",
        "CPU 读了一张表里的一项：由地址中的九位或十位选定。";
    SetBits [va depth table index raw] "walk.set_bits", "CPU: page walk", "Intel SDM vol. 3, 4.8",
        "The CPU set the accessed bit of an entry it used, and the dirty bit of a page it writes.",
        "CPU 在用过的表项里置访问位，写页时还置脏位。";
    NonCanonical [va] "walk.non_canonical", "CPU: page walk", "Intel SDM vol. 1, 3.3.7.1",
        "The upper bits of the address do not repeat the highest translated bit: the CPU refuses it before any table is read.",
        "地址的高位没有重复最高的翻译位：CPU 不读任何页表就拒绝。";
}

pub(super) fn say(event: &Event, cx: &Cx<'_>) -> Said {
    let lang = cx.lang;
    match *event {
        Event::Read { depth, table, index, raw, va } => {
            let level = cx.level(depth);
            let codec = cx.world.rest.virt.mode.codec;
            let present = raw & codec.hardware.present != 0;
            let what = if present {
                let pfn = Pfn(codec.pfn(raw));
                say!(
                    lang,
                    [level, " entry ", cx.entry(table, index), " names frame ", cx.frame(pfn), "."],
                    [level, " 第 ", cx.entry(table, index), " 项指向页帧 ", cx.frame(pfn), "。"]
                )
            } else {
                say!(
                    lang,
                    [level, " entry ", cx.entry(table, index), " is not present: the walk stops here."],
                    [level, " 第 ", cx.entry(table, index), " 项不存在：遍历到此为止。"]
                )
            };
            let name = format!("{}[{index}]", level.to_ascii_lowercase());
            Said::new(what, why_index(cx, depth, index), vec![is(&name, format!("{raw:#x}")), is("va", va)])
        }
        Event::SetBits { depth, table, index, raw, va: _ } => {
            let level = cx.level(depth);
            let before = cx.before().find_map(|step| {
                let mm::event::Event::Walk(Event::Read { table: t, index: i, raw, .. }) = step.event else {
                    return None;
                };
                (t == table && i == index).then_some(raw)
            });
            let dirty =
                before.is_some_and(|old| (old ^ raw) & cx.world.rest.virt.mode.codec.hardware.dirty != 0);
            let what = if dirty {
                say!(
                    lang,
                    ["The CPU marks ", level, " entry ", cx.entry(table, index), " dirty."],
                    ["CPU 把 ", level, " 第 ", cx.entry(table, index), " 项标为脏。"]
                )
            } else {
                say!(
                    lang,
                    ["The CPU marks ", level, " entry ", cx.entry(table, index), " accessed."],
                    ["CPU 把 ", level, " 第 ", cx.entry(table, index), " 项标为已访问。"]
                )
            };
            let name = format!("{}[{index}]", level.to_ascii_lowercase());
            let operand = match before {
                Some(old) => was(&name, format!("{old:#x}"), format!("{raw:#x}")),
                None => is(&name, format!("{raw:#x}")),
            };
            Said::new(
                what,
                say!(
                    lang,
                    ["Why: reclaim looks at these bits to find pages that nobody used."],
                    ["为什么：回收时靠这些位找出没人用过的页。"]
                ),
                vec![operand],
            )
        }
        Event::NonCanonical { va } => Said::new(
            say!(
                lang,
                ["The address ", va.to_string(), " is not canonical: no table is read."],
                ["地址 ", va.to_string(), " 不是规范形式：不读任何页表。"]
            ),
            say!(
                lang,
                ["Why: the bits above the translated ones must repeat the highest of them."],
                ["为什么：翻译位以上的各位必须与其最高位相同。"]
            ),
            vec![is("va", va)],
        ),
    }
}

/// Says which bits of the address chose the entry.
fn why_index(cx: &Cx<'_>, depth: u8, index: u16) -> Vec<Piece> {
    let level = &cx.world.rest.virt.mode.levels[usize::from(depth)];
    let bits = format!("{}–{}", level.shift + level.bits - 1, level.shift);
    say!(
        cx.lang,
        ["Why entry ", index.to_string(), ": bits ", bits, " of the address say so."],
        ["为什么是第 ", index.to_string(), " 项：由地址的 ", bits, " 位决定。"]
    )
}
