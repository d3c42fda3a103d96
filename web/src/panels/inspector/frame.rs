//! A frame: identity, links, its `struct page`, the entry that maps it, its life.

use mm_view::Lang;
use mm_view::panels::inspector::{Arm, FrameView, LifeLine, PageWord, TableUse};
use mm_view::panels::labels::{entries_in_use, table_of};
use mm_view::panels::translate::Target;
use mm_view::panels::{FrameKind, Thing};
use yew::prelude::*;

use super::super::labels::Text;
use super::entry::Entry;
use super::identity;
use crate::model::Position;
use crate::ui::{Moment, Ref};

#[derive(Clone, PartialEq, Properties)]
pub(super) struct FrameProps {
    pub view: FrameView,
    pub lang: Lang,
}

/// The frame in full.
#[component]
pub(super) fn Frame(props: &FrameProps) -> Html {
    let (view, lang) = (&props.view, props.lang);
    let name = format!("{} {}", Text::Frame.text(lang), view.pfn);
    html! {<>
        { identity(swatch(view.kind), view.kind.letter(), &name, &place(view, lang)) }
        { links(view, lang) }
        <h3>{ "struct page" }<span>{ arm(view, lang) }</span></h3>
        { words(view) }
        <div class="flags">
            for flag in view.flags.iter() { <span class="chip">{ *flag }</span> }
            <span class="dim">{ format!("zone {}", view.zone.zone) }</span>
        </div>
        if let Some(table) = &view.table { { table_rows(view.pfn, table, lang) } }
        if let Some(entry) = &view.entry { <Entry view={entry.clone()} {lang} is_alone=false/> }
        { life(&view.life, lang) }
    </>}
}

/// The first entries in use of a page table.
fn table_rows(pfn: u32, table: &TableUse, lang: Lang) -> Html {
    let named = |target: Target| match target.frame() {
        Some(frame) => html! { <Ref class="ln" thing={Thing::Frame(frame)}>{ frame }</Ref> },
        None => html! { "–" },
    };
    let hidden = usize::try_from(table.used).unwrap_or(usize::MAX).saturating_sub(table.rows.len());
    html! {<>
        <h3>{ table.level.text() }<span>{ entries_in_use(table.used, table.entries, lang) }</span></h3>
        <dl class="kv">
            for row in table.rows.iter() {
                <dt class="m"><Ref class="ln" thing={Thing::Entry { table: pfn, index: row.index }}>{ row.index }</Ref></dt>
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

fn links(view: &FrameView, lang: Lang) -> Html {
    let (head, order) = view.block;
    html! {
        <dl class="kv">
            <dt>{ Text::Physical.text(lang) }</dt>
            <dd>{ format!("{:#x} – {:#x}", view.physical.0, view.physical.1) }</dd>
            if let Some(address) = view.page_address { <dt>{ "struct page" }</dt><dd>{ format!("{address:#018x}") }</dd> }
            if order > 0 {
                <dt>{ Text::Block.text(lang) }</dt>
                <dd><Ref class="ln" thing={Thing::Frame(head)}>{ head }</Ref>{ format!(" + {}", (1_u32 << order) - 1) }<span class="dim s">{ format!(" {} {order}", Text::Order.text(lang)) }</span></dd>
            }
            for mapping in view.mapped_by.iter() {
                <dt>{ Text::MappedBy.text(lang) }</dt>
                <dd>
                    <Ref class="ln" thing={Thing::Process(mapping.process.name.clone())}>{ &mapping.process.name }</Ref>{ " " }
                    <Ref class="ln" thing={Thing::Address { process: mapping.process.name.clone(), address: mapping.address }}>
                        { mapping.expression.clone().unwrap_or_else(|| format!("{:#x}", mapping.address)) }
                    </Ref>
                </dd>
            }
            if let Some(table) = &view.table {
                <dt>{ Text::HoldsTable.text(lang) }</dt>
                <dd class="s">{ table_of(table.level.text(), table.process.as_ref(), lang) }</dd>
                <dt></dt><dd class="s dim">{ entries_in_use(table.used, table.entries, lang) }</dd>
            }
            if let Some(buddy) = view.buddy {
                <dt>{ Text::Buddy.text(lang) }</dt>
                <dd><Ref class="ln" thing={Thing::Frame(buddy.pfn)}>{ buddy.pfn }</Ref>
                    <span class="dim s">{ format!(" {}", buddy_words(buddy.kind, buddy.merges, lang)) }</span></dd>
            }
        </dl>
    }
}

fn buddy_words(kind: FrameKind, merges: bool, lang: Lang) -> String {
    let verdict = if merges {
        Text::Merges
    } else if kind == FrameKind::Reserved || kind == FrameKind::Hole {
        Text::NeverMerges
    } else {
        Text::NotFree
    };
    match lang {
        Lang::En => format!("{}: {}", kind.short_word().text(lang), verdict.text(lang)),
        Lang::Zh => format!("{}：{}", kind.short_word().text(lang), verdict.text(lang)),
    }
}

/// The eight words; a bar marks the union's arm in use.
fn words(view: &FrameView) -> Html {
    html! {
        <div class="w">
            for word in view.words.iter() { { word_row(word, view.arm) } }
        </div>
    }
}

fn word_row(word: &PageWord, arm: Arm) -> Html {
    let barred = (word.in_union && arm != Arm::None).then_some("arm");
    let changed = word.changed.then_some("changed");
    html! {<>
        <i>{ format!("{:02x}", word.offset) }</i>
        <u class={classes!(barred, barred.map(|_| arm_class(arm)))}></u>
        <span>{ word.name }</span>
        <span class={classes!(changed)}>
            if let Some(pfn) = word.link {
                <Ref class="ln" thing={Thing::Frame(pfn)}>{ &word.value }</Ref>
            } else { { &word.value } }
        </span>
    </>}
}

fn arm_class(arm: Arm) -> &'static str {
    match arm {
        Arm::Anon => "arm-anon",
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
        <h3>{ Text::Life.text(lang) }<span>{ Text::Step.text(lang) }</span></h3>
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
