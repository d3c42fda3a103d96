//! A frame: identity, links, its `struct page`, the entry that maps it, its life.

use mm_view::Lang;
use mm_view::panels::inspector::{Arm, FrameView, LifeLine, PageWord, TableUse, entries_in_use};
use mm_view::panels::translate::Target;
use mm_view::panels::{FrameKind, Thing};
use yew::prelude::*;

use super::super::labels::Text as Common;
use super::frame_links::{addresses, links};
use super::identity;
use super::loupe::loupe;
use super::structs::flat;
use super::words::Text;
use crate::model::Position;
use crate::ui::{Moment, PanelId, link, span};

/// The frame in full. Beside the map, where that is `alone` on the stage, its pageblock comes first,
/// elsewhere its struct.
pub(super) fn frame(view: &FrameView, lang: Lang, alone: PanelId) -> Html {
    let is_beside_map = alone == PanelId::Frames;
    let name = format!("{} {}", Text::Frame.text(lang), view.pfn);
    html! {<>
        { identity(swatch(view.kind), view.kind.letter(), &name, &place(view, lang)) }
        if is_beside_map { { loupe(view, lang) } } else { { addresses(view, lang) } }
        { links(view, lang) }
        <h3>{ "struct page" }<span>{ arm(view, lang) }</span></h3>
        { words(view, lang) }
        { flags(view, lang) }
        { meanings(view, lang) }
        if let Some(table) = &view.table { { table_rows(view.pfn, table, lang) } }
        if let Some(entry) = &view.entry { { super::entry::entry(entry, lang) } }
        { life(&view.life, lang) }
        if is_beside_map {
            <h3>{ Common::Address.text(lang) }</h3>
            { addresses(view, lang) }
            { keys(lang) }
        } else {
            { loupe(view, lang) }
        }
    </>}
}

/// The flags of the page, and what `/proc/kpageflags` makes of them and of the block around.
fn flags(view: &FrameView, lang: Lang) -> Html {
    html! {<>
        <div class="flags">
            for flag in view.flags.iter() { { span("chip", *flag) } }
            { span("dim", format!("zone {}", view.zone.zone)) }
        </div>
        <dl class="kv">
            <dt>{ "kpageflags" }</dt>
            <dd class="wrap">
                if let Some(names) = &view.kpageflags {
                    <span class="m">{ if names.is_empty() { "0".to_owned() } else { names.join(" ") } }</span>
                } else {
                    { span("dim s", Text::BeforeCapture.text(lang)) }
                }
            </dd>
        </dl>
    </>}
}

/// One line for each word's field, and the fields that are none of the eight words.
fn meanings(view: &FrameView, lang: Lang) -> Html {
    html! {<>
        <details class="sfmore">
            <summary>{ Text::WhatTheyMean.text(lang) }<span>{ view.words.len() }</span></summary>
            <dl class="sf">
                for word in view.words.iter() {
                    <dt>{ word.field.name() }</dt>
                    <dd class="v">{ &word.value }</dd>
                    <dd class="dim">{ word.field.meaning(lang) }</dd>
                }
            </dl>
        </details>
        <details class="sfmore">
            <summary>{ Text::OtherArms.text(lang) }<span>{ view.other_fields.len() }</span></summary>
            { flat(&view.other_fields, lang) }
        </details>
    </>}
}

/// Keys of the map.
fn keys(lang: Lang) -> Html {
    let list: [(&[&str], Text); 6] = [
        (&["←", "→", "↑", "↓"], Text::KeyOneFrame),
        (&["⇧", "←…"], Text::KeyOnePageblock),
        (&["[", "]"], Text::KeySameKind),
        (&["b"], Text::KeyTheBuddy),
        (&["+", "-", "0"], Text::KeyZoom),
        (&["Enter"], Text::KeySelect),
    ];
    html! {<>
        <h3>{ Text::Keys.text(lang) }</h3>
        <dl class="keys">
            for (keys, text) in list {
                <dt>for key in keys.iter().copied() { <kbd>{ key }</kbd>{ " " } }</dt>
                <dd>{ text.text(lang) }</dd>
            }
        </dl>
    </>}
}

/// The first entries in use of a page table.
fn table_rows(pfn: u32, table: &TableUse, lang: Lang) -> Html {
    let named = |target: Target| match target.frame() {
        Some(frame) => link(Thing::Frame(frame), frame),
        None => html! { "–" },
    };
    let hidden = usize::try_from(table.used).unwrap_or(usize::MAX).saturating_sub(table.rows.len());
    html! {<>
        <h3>{ table.level.text() }<span>{ entries_in_use(table.used, table.entries, lang) }</span></h3>
        <dl class="kv">
            for row in table.rows.iter() {
                <dt class="m">{ link(Thing::Entry { table: pfn, index: row.index }, row.index) }</dt>
                <dd>{ "→ " }{ named(row.target) }</dd>
            }
            if hidden > 0 { <dt class="m">{ format!("… ×{hidden}") }</dt><dd></dd> }
        </dl>
    </>}
}

/// Class of a kind's swatch.
fn swatch(kind: FrameKind) -> &'static str {
    match kind {
        FrameKind::Anon => "k-anon",
        FrameKind::File => "k-file",
        FrameKind::Slab => "k-slab",
        FrameKind::PageTable => "k-pt",
        FrameKind::Kernel => "k-kern",
        FrameKind::Before => "k-before",
        FrameKind::Reserved => "k-res",
        FrameKind::Pcp => "k-pcp",
        FrameKind::Free | FrameKind::Hole => "k-free",
    }
}

fn place(view: &FrameView, lang: Lang) -> String {
    let kind = view.kind.word().text(lang);
    let (zone, block, letter) = (view.zone.name, view.pageblock, view.migrate.letter());
    match lang {
        Lang::En => format!("{kind} · {zone} · pageblock {block} ({letter})"),
        Lang::Zh => format!("{kind} · {zone} · 页块 {block}（{letter}）"),
    }
}

fn arm(view: &FrameView, lang: Lang) -> String {
    let arm = view.arm.word().text(lang);
    match lang {
        Lang::En => format!("64 bytes · arm: {arm}"),
        Lang::Zh => format!("64 字节 · 联合体：{arm}"),
    }
}

/// The eight words; a bar marks the union's arm in use.
fn words(view: &FrameView, lang: Lang) -> Html {
    html! {
        <div class="w">
            for word in view.words.iter() { { word_row(word, view.arm, lang) } }
        </div>
    }
}

fn word_row(word: &PageWord, arm: Arm, lang: Lang) -> Html {
    let barred = (word.in_union && arm != Arm::None).then_some("arm");
    let changed = word.changed.then_some("changed");
    html! {<>
        <i>{ format!("{:02x}", word.offset) }</i>
        <u class={classes!(barred, barred.map(|_| arm_class(arm)))}></u>
        <span title={word.field.meaning(lang)}>{ word.field.name() }</span>
        <span class={classes!(changed)}>
            if let Some(pfn) = word.link {
                { link(Thing::Frame(pfn), &word.value) }
            } else { { &word.value } }
        </span>
    </>}
}

fn arm_class(arm: Arm) -> &'static str {
    match arm {
        Arm::Anon | Arm::Tail => "arm-anon",
        Arm::File => "arm-file",
        Arm::Slab => "arm-slab",
        Arm::PageTable => "arm-pt",
        Arm::Buddy | Arm::Pcp | Arm::None => "arm-free",
    }
}

fn life(lines: &[LifeLine], lang: Lang) -> Html {
    let words = |line: &LifeLine| match lang {
        Lang::En => line.words[0].clone(),
        Lang::Zh => line.words[1].clone(),
    };
    html! {<>
        <h3>{ Text::Life.text(lang) }<span>{ Common::Step.text(lang) }</span></h3>
        <ol class="hist">
            for line in lines.iter() {
                <li>
                    <b><Moment at={Position { command: line.command, step: line.step }}>{ line.step }</Moment></b>
                    <span class={classes!(line.now.then_some("now"))}>{ words(line) }</span>
                </li>
            }
        </ol>
    </>}
}
