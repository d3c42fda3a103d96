//! *Translate*: one address, the walk of its tables, the TLB beside it, the result.

mod compact;
mod geometry;
mod parts;
mod tall;
mod twin;
mod verdict;
mod wide;

use std::rc::Rc;

use mm::script::KERNEL;
use mm_view::Lang;
use mm_view::panels::labels::Word;
use mm_view::panels::translate::{Access, CpuMode, TranslateAsk, TranslateView};
use mm_view::panels::{FrameKind, ProcessName, Thing};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use self::compact::Compact;
use self::parts::{Base, FigureProps};
use self::tall::Tall;
use self::twin::Twin;
use self::wide::Wide;
use super::head::{Choice, Head, Picture, Switch};
use super::labels::Text;
use super::query;
use crate::ui::{Command, PanelProps, span, use_size};

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
    let view =
        use_memo((props.session.clone(), ask.clone()), |(session, ask)| query::translate(session, ask));
    let on_ask = {
        let (asked, selection) = (asked.setter(), props.selection.clone());
        Callback::from(move |new| asked.set((new, selection.clone())))
    };
    let Some(view) = (*view).clone() else {
        return html! {
            <section class="panel" aria-label={props.id.label().text(props.lang)}>
                <Head id={props.id} lang={props.lang}/>
                <p class="empty">{ Text::MakeProcess.text(props.lang) }{ " " }<Command text="spawn web"/></p>
            </section>
        };
    };
    html! {
        <section class="panel" aria-label={props.id.label().text(props.lang)}>
            <Choices id={props.id} lang={props.lang} view={view.clone()} {ask} {on_ask}
                base={*base} on_base={Callback::from({ let base = base.clone(); move |new| base.set(new) })}
                picture={*picture} on_picture={Callback::from({ let picture = picture.clone(); move |new| picture.set(new) })}/>
            if *picture == Picture::Table {
                <Twin {view} lang={props.lang} base={*base}/>
            } else {
                <Figure {view} lang={props.lang} base={*base}/>
            }
        </section>
    }
}

/// The figure, in the variant that fits its width.
#[component]
fn Figure(props: &FigureProps) -> Html {
    let node = use_node_ref();
    let (width, _) = use_size(&node);
    let FigureProps { view, lang, base } = props.clone();
    html! {
        <div class="tr-fig" ref={node}>
            if width == 0 || width >= WIDE_FROM {
                <Wide {view} {lang} {base}/>
            } else if width >= COMPACT_FROM {
                <Compact {view} {lang} {base}/>
            } else {
                <Tall {view} {lang} {base}/>
            }
        </div>
    }
}

/// Properties of [`Choices`].
#[derive(Clone, PartialEq, Properties)]
struct ChoicesProps {
    id: crate::ui::PanelId,
    lang: Lang,
    view: Rc<TranslateView>,
    ask: TranslateAsk,
    on_ask: Callback<TranslateAsk>,
    base: Base,
    on_base: Callback<Base>,
    picture: Picture,
    on_picture: Callback<Picture>,
}

/// The head: process, address, access, mode, base.
#[component]
fn Choices(props: &ChoicesProps) -> Html {
    let (lang, view) = (props.lang, &props.view);
    let process = view.process.as_ref().map(|process| process.name.clone()).unwrap_or_default();
    let ask_with = |change: fn(TranslateAsk, String) -> TranslateAsk| {
        let (ask, on_ask) = (props.ask.clone(), props.on_ask.clone());
        Callback::from(move |value: String| on_ask.emit(change(ask.clone(), value)))
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
    let on_base = props.on_base.reform(|word: String| if word == "hex" { Base::Hex } else { Base::Decimal });
    let levels = match lang {
        Lang::En => format!("{} levels", view.reads_total),
        Lang::Zh => format!("{} 级", view.reads_total),
    };
    let base = if props.base == Base::Hex { "hex" } else { "decimal" };
    let digits = usize::from(view.address_digits);
    html! {
        <Head id={props.id} {lang}>
            <Choice label={Text::Process.text(lang)} value={process} on_pick={on_process}
                options={view.processes.iter().map(|process| (process.name.clone(), name_of(process, lang))).collect::<Vec<_>>()}/>
            <AddressInput text={view.expression.clone()} label={Text::Address.text(lang)} {on_text}/>
            { span("dim tr-eq", "=") }
            { span("m tr-va", format!("0x{:0digits$x}", view.address)) }
            <span class="sp"></span>
            <Choice label={Text::Access.text(lang)} value={format!("{:?}", view.access)} on_pick={on_access}
                options={Access::ALL.map(|access| (format!("{access:?}"), access.word().text(lang).to_owned())).to_vec()}/>
            <Choice label={Text::Mode.text(lang)} value={format!("{:?}", view.mode)} on_pick={on_mode}
                options={CpuMode::ALL.map(|mode| (format!("{mode:?}"), mode.word().text(lang).to_owned())).to_vec()}/>
            { span("pick plain tr-levels", levels) }
            <Choice label={Text::Numbers.text(lang)} value={base} on_pick={on_base}
                options={vec![("decimal".to_owned(), Text::Decimal.text(lang).to_owned()), ("hex".to_owned(), Text::Hex.text(lang).to_owned())]}/>
            <Switch {lang} picture={props.picture} on_pick={props.on_picture.clone()}/>
        </Head>
    }
}

/// Properties of [`AddressInput`].
#[derive(Clone, PartialEq, Properties)]
struct AddressInputProps {
    text: String,
    label: &'static str,
    on_text: Callback<String>,
}

/// The address as text; Enter asks for another.
#[component]
fn AddressInput(props: &AddressInputProps) -> Html {
    let onchange =
        props.on_text.reform(|event: Event| event.target_unchecked_into::<HtmlInputElement>().value());
    html! {
        <input class="pick plain m tr-addr" type="text" value={props.text.clone()} aria-label={props.label}
            size={props.text.chars().count().max(8).to_string()} {onchange} spellcheck="false" autocomplete="off"/>
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
