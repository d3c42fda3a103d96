//! Which class `kmalloc` takes for a size, and what is lost.

use mm_view::Lang;
use mm_view::panels::slab::{KmallocView, SlabAsk};
use mm_view::panels::{Thing, grouped, short_bytes};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::words::Text;
use crate::ui::{Ref, link};

/// A field for the size, the choice in words, and the classes.
pub(super) fn kmalloc(view: &KmallocView, lang: Lang, ask: &SlabAsk, set: &Callback<SlabAsk>) -> Html {
    let oninput = {
        let (ask, set) = (ask.clone(), set.clone());
        move |event: InputEvent| {
            let value = event.target_unchecked_into::<HtmlInputElement>().value();
            set.emit(SlabAsk { bytes: value.trim().parse().unwrap_or(0), ..ask.clone() });
        }
    };
    let chosen = view.choice.as_ref().and_then(|choice| choice.cache.as_deref());
    html! {<>
        <h3>{ Text::Kmalloc.text(lang) }</h3>
        <div class="km">
            <label class="m">{ "kmalloc(" }<input class="pick m" type="number" inputmode="numeric" min="0" max="4194304" aria-label={Text::Bytes.text(lang)} value={view.bytes.to_string()} {oninput}/>{ ")" }</label>
            <span role="status">{ choice(view, lang) }</span>
        </div>
        <div class="km-row" role="group" aria-label={Text::Kmalloc.text(lang)} tabindex="0">
            for class in view.classes.iter() {
                <div class={classes!((chosen == Some(&class.cache)).then_some("on"))}>
                    <Ref thing={Thing::Cache(class.cache.clone())} label={class.cache.clone()}>{ short_bytes(class.size) }</Ref>
                    <span class="dim">{ if class.objects == 0 { "–".to_owned() } else { grouped(class.objects) } }</span>
                </div>
            }
        </div>
    </>}
}

/// `kmalloc-96: 96 bytes, 31 unused (32 %)`.
fn choice(view: &KmallocView, lang: Lang) -> Html {
    let Some(choice) = &view.choice else {
        return html! { <span class="dim">{ "→ " }{ Text::NoneThere.text(lang) }</span> };
    };
    let waste = choice.takes.saturating_sub(view.bytes);
    let percent = waste * 100 / choice.takes.max(1);
    let rest = match lang {
        Lang::En => {
            format!(": takes {} bytes, {} unused ({percent} %)", grouped(choice.takes), grouped(waste))
        }
        Lang::Zh => format!("：占 {} 字节，浪费 {}（{percent} %）", grouped(choice.takes), grouped(waste)),
    };
    html! {<>
        { "→ " }
        { match (&choice.cache, choice.order) {
            (Some(cache), _) => link(Thing::Cache(cache.clone()), cache),
            (None, order) => html! {<>{ Text::WholeFrames.text(lang) }{ order.map(|order| format!(" (order {order})")) }</>},
        } }
        { rest }
    </>}
}
