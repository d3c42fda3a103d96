//! */proc*: the files there are, the text of one, byte for byte, with what changed marked.

mod words;

use mm_view::panels::Thing;
use mm_view::panels::proc_file::ProcLine;
use yew::prelude::*;

use self::words::Text;
use super::head::{choice, heading};
use super::query;
use crate::ui::{PanelProps, use_memo};

/// The panel.
#[component]
pub(super) fn ProcFile(props: &PanelProps) -> Html {
    let lang = props.lang;
    let chosen = use_state_eq(|| None::<String>);
    let path = match props.selection.as_ref() {
        Some(Thing::ProcFile(path)) => Some(path.clone()),
        _ => (*chosen).clone(),
    };
    let view =
        use_memo((props.session.clone(), path), |(session, path)| query::proc_file(session, path.as_deref()));
    let on_pick = Callback::from(move |path: String| chosen.set(Some(path)));
    let changed = view.lines.iter().any(|line| !line.changed.is_empty());
    let options: Vec<_> = view.files.iter().map(|file| (file.clone(), file.clone())).collect();
    html! {
        <section class="panel" aria-label={props.id.label(lang)}>
            <div class="ph">
                { heading(props.id, lang) }
                { choice(Text::Files.text(lang), &view.path, options, &on_pick) }
                <span class="sp"></span>
                if changed { <span class="blk new key">{ "Δ " }{ Text::Changed.text(lang) }</span> }
            </div>
            if view.known {
                <pre class="procfile" tabindex="0" aria-label={view.path.clone()}>
                    for line in view.lines.iter() { { line_of(line) } }
                </pre>
                if !view.is_whole {
                    <p class="dim">{ Text::FirstLines.text(lang) }</p>
                }
            } else {
                <p class="empty">{ Text::NoSuchFile.text(lang) }</p>
            }
        </section>
    }
}

/// A line: its words that changed are marked, its bytes are untouched.
fn line_of(line: &ProcLine) -> Html {
    let mut at = 0;
    let mut pieces = Vec::new();
    for &(start, end) in &line.changed {
        pieces.push(html! { { &line.text[at..start] } });
        pieces.push(html! { <mark>{ &line.text[start..end] }</mark> });
        at = end;
    }
    html! {<>{ for pieces }{ &line.text[at..] }{ "\n" }</>}
}
