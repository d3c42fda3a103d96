//! *Translate*: one address, the walk of its tables, the TLB beside it, the result.

mod compact;
mod geometry;
mod parts;
mod tall;
mod twin;
mod verdict;
mod wide;
mod words;

use std::rc::Rc;

use mm::script::KERNEL;
use mm_view::Lang;
use mm_view::panels::translate::{Access, CpuMode, TranslateAsk, TranslateView, Word};
use mm_view::panels::{FrameKind, ProcessName, Thing, fill};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use self::parts::{Base, FigureProps};
use self::words::Text;
use super::head::{Picture, choice, heading, switch};
use super::labels::Text as Common;
use super::query;
use crate::ui::{Command, PanelProps, span, use_memo, use_size};

/// Narrower than this, the figure loses the lane.
const WIDE_FROM: u32 = 740;
/// Narrower than this, the walk turns vertical.
const COMPACT_FROM: u32 = 560;

/// The panel: choices, figure, text twin.
#[component]
pub(super) fn Translate(props: &PanelProps) -> Html {
    // What was asked, and what was selected then: a later selection goes before it.
    let asked = use_state_eq(|| (TranslateAsk::default(), None::<Thing>));
    let base = use_state_eq(|| Base::Decimal);
    let picture = use_state_eq(|| Picture::Drawn);
    let ask = if asked.1 == props.selection {
        asked.0.clone()
    } else {
        following(&asked.0, props.selection.as_ref())
    };
    let view = use_memo((props.session.clone(), ask.clone()), |(session, ask)| {
        query::ask(session, |at| fill::translate(at, ask)).map(Rc::new)
    });
    let on_ask = {
        let (asked, selection) = (asked.setter(), props.selection.clone());
        Callback::from(move |new| asked.set((new, selection.clone())))
    };
    let Some(view) = (*view).clone() else {
        return html! {
            <section class="panel" aria-label={props.id.label(props.lang)}>
                <div class="ph">{ heading(props.id, props.lang) }</div>
                <p class="empty">{ Common::MakeProcess.text(props.lang) }{ " " }<Command text="spawn web"/></p>
            </section>
        };
    };
    let figure = FigureProps { view, lang: props.lang, base: *base };
    let on_base = Callback::from({
        let base = base.clone();
        move |new| base.set(new)
    });
    let on_picture = Callback::from({
        let picture = picture.clone();
        move |new| picture.set(new)
    });
    html! {
        <section class="panel" aria-label={props.id.label(props.lang)}>
            <div class="ph">
                { heading(props.id, props.lang) }
                { choices(&figure, ask, &on_ask, &on_base) }
                { switch(props.lang, *picture, &on_picture) }
            </div>
            if *picture == Picture::Table { { twin::twin(&figure) } } else { <Figure ..figure/> }
        </section>
    }
}

/// The figure, in the variant that fits its width.
#[component]
fn Figure(props: &FigureProps) -> Html {
    let node = use_node_ref();
    let (width, _) = use_size(&node);
    html! {
        <div class="tr-fig" ref={node}>
            if width == 0 || width >= WIDE_FROM {
                { wide::wide(props) }
            } else if width >= COMPACT_FROM {
                { compact::compact(props) }
            } else {
                { tall::tall(props) }
            }
        </div>
    }
}

/// The head: process, address, access, mode, base.
fn choices(
    FigureProps { view, lang, base }: &FigureProps,
    ask: TranslateAsk,
    on_ask: &Callback<TranslateAsk>,
    on_base: &Callback<Base>,
) -> Html {
    let lang = *lang;
    let process = view.process.as_ref().map(|process| process.name.clone()).unwrap_or_default();
    let ask = Rc::new(ask);
    let ask_with = |change: fn(TranslateAsk, String) -> TranslateAsk| {
        let (ask, on_ask) = (ask.clone(), on_ask.clone());
        Callback::from(move |value: String| on_ask.emit(change((*ask).clone(), value)))
    };
    let on_process = ask_with(|ask, name| TranslateAsk { process: Some(name), ..ask });
    let on_access = ask_with(|ask, word| TranslateAsk {
        access: Access::ALL.into_iter().find(|access| format!("{access:?}") == word),
        ..ask
    });
    let on_mode = ask_with(|ask, word| TranslateAsk {
        mode: CpuMode::ALL.into_iter().find(|mode| format!("{mode:?}") == word),
        ..ask
    });
    let on_text = ask_with(|ask, text| TranslateAsk { expression: Some(text), ..ask });
    let on_base = on_base.reform(|word: String| if word == "hex" { Base::Hex } else { Base::Decimal });
    let levels = match lang {
        Lang::En => format!("{} levels", view.reads_total),
        Lang::Zh => format!("{} 级", view.reads_total),
    };
    let base = if *base == Base::Hex { "hex" } else { "decimal" };
    let digits = usize::from(view.address_digits);
    let processes =
        view.processes.iter().map(|process| (process.name.clone(), name_of(process, lang))).collect();
    let accesses =
        Access::ALL.map(|access| (format!("{access:?}"), access.word().text(lang).to_owned())).to_vec();
    let modes = CpuMode::ALL.map(|mode| (format!("{mode:?}"), mode.word().text(lang).to_owned())).to_vec();
    let bases = [("decimal", Text::Decimal), ("hex", Text::Hex)]
        .map(|(value, words)| (value.to_owned(), words.text(lang).to_owned()))
        .to_vec();
    html! {<>
        { choice(Common::Process.text(lang), &process, processes, &on_process) }
        { address_input(&view.expression, Common::Address.text(lang), &on_text) }
        { span("dim tr-eq", "=") }
        { span("m tr-va", format!("0x{:0digits$x}", view.address)) }
        <span class="sp"></span>
        { choice(Text::Access.text(lang), &format!("{:?}", view.access), accesses, &on_access) }
        { choice(Text::Mode.text(lang), &format!("{:?}", view.mode), modes, &on_mode) }
        { span("pick plain tr-levels", levels) }
        { choice(Text::Numbers.text(lang), base, bases, &on_base) }
    </>}
}

/// The address as text; Enter asks for another.
fn address_input(text: &str, label: &'static str, on_text: &Callback<String>) -> Html {
    let onchange = on_text.reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().value());
    html! {
        <input class="pick plain m tr-addr" type="text" value={text.to_owned()} aria-label={label}
            size={text.chars().count().max(8).to_string()} {onchange} spellcheck="false" autocomplete="off"/>
    }
}

/// Names a process in the choice; the kernel, which is number 0, in the reader's language.
fn name_of(process: &ProcessName, lang: Lang) -> String {
    if process.id == 0 { Word::TheKernel.text(lang).to_owned() } else { process.name.clone() }
}

/// Names the figure for those who cannot see it.
fn title(view: &TranslateView, lang: Lang) -> String {
    match lang {
        Lang::En => format!("Page-table walk of {:#x}", view.address),
        Lang::Zh => format!("{:#x} 的页表遍历", view.address),
    }
}

/// Says where the frame's digits come from.
fn from_entry(view: &TranslateView, entry: u32, lang: Lang) -> String {
    match (parts::is_hit(view), lang) {
        (true, Lang::En) => "from the TLB".to_owned(),
        (true, Lang::Zh) => "来自 TLB".to_owned(),
        (false, Lang::En) => format!("from entry {entry}"),
        (false, Lang::Zh) => format!("来自第 {entry} 项"),
    }
}

/// Says how many tables are still to be read.
fn levels_left(count: u32, lang: Lang) -> String {
    match lang {
        Lang::En if count == 1 => "1 level to go".to_owned(),
        Lang::En => format!("{count} levels to go"),
        Lang::Zh => format!("页帧：还差 {count} 级"),
    }
}

/// Fill of a kind in a figure.
fn fill(kind: FrameKind) -> &'static str {
    match kind {
        FrameKind::Anon => "var(--k-anon)",
        FrameKind::File => "var(--k-file)",
        FrameKind::Slab => "var(--k-slab)",
        FrameKind::PageTable => "var(--k-pt)",
        FrameKind::Kernel | FrameKind::Before => "var(--k-kern)",
        FrameKind::Reserved => "var(--k-res)",
        FrameKind::Pcp | FrameKind::Free | FrameKind::Hole => "var(--k-free)",
    }
}

/// Edge of a kind in a figure.
fn edge(kind: FrameKind) -> &'static str {
    match kind {
        FrameKind::Anon => "var(--k-anon-e)",
        FrameKind::File => "var(--k-file-e)",
        FrameKind::Slab => "var(--k-slab-e)",
        FrameKind::PageTable => "var(--k-pt-e)",
        FrameKind::Kernel | FrameKind::Before => "var(--k-kern-e)",
        FrameKind::Reserved => "var(--k-res-e)",
        FrameKind::Pcp | FrameKind::Free | FrameKind::Hole => "var(--k-free-e)",
    }
}

/// Returns what is asked for, with the address that is selected where one is.
fn following(ask: &TranslateAsk, selection: Option<&Thing>) -> TranslateAsk {
    match selection {
        Some(Thing::Address { process, address }) => TranslateAsk {
            process: Some(process.clone()),
            expression: Some(format!("{address:#x}")),
            access: ask.access,
            // The kernel's own address is looked at as the kernel does, whatever was chosen for another.
            mode: ask.mode.filter(|_| process != KERNEL),
        },
        _ => ask.clone(),
    }
}
