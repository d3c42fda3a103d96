//! The link to this very view: copied, and shown for those whose browser does not copy.

use crate::dom;
use crate::effects::Fragment;
use crate::labels::Label;
use crate::link::{IN_ADDRESS_MAX, Source};
use crate::ui::use_memo;
use mm_view::Lang;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Properties of [`Share`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct ShareProps {
    /// The fragment, without a script that is too long for the address.
    pub link: Fragment,
    pub script: Rc<str>,
    pub lang: Lang,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shared {
    No,
    Copied,
    ByHand,
}

/// A long script is packed only when its link is asked for.
fn with_script(address: String, script: &str) -> String {
    if script.len() <= IN_ADDRESS_MAX {
        address
    } else {
        format!("{address}&{}", Source::of(script).fragment())
    }
}

/// The Share button.
#[component]
pub(crate) fn Share(ShareProps { link, script, lang }: &ShareProps) -> Html {
    let shared = use_state_eq(|| Shared::No);
    let field = use_node_ref();
    // Without its fragment the address of a page stays what it is.
    let page = use_memo((), |()| dom::page_address());
    let address = {
        let (page, link, script) = (page.clone(), link.clone(), script.clone());
        move || with_script(format!("{page}#{}", link.text()), &script)
    };
    let shown = if *shared == Shared::No { String::new() } else { address() };
    let onclick = {
        let (shared, field) = (shared.clone(), field.clone());
        move |_: MouseEvent| {
            if *shared != Shared::No {
                shared.set(Shared::No);
                return;
            }
            let (set, field) = (shared.setter(), field.clone());
            dom::copy(&address(), move |is_copied| {
                set.set(if is_copied { Shared::Copied } else { Shared::ByHand });
                if let Some(field) = field.cast::<HtmlInputElement>() {
                    field.select();
                }
            });
        }
    };
    let close = {
        let set = shared.setter();
        move |_: FocusEvent| set.set(Shared::No)
    };
    html! {
        <div class="share">
            <button class="btn line" {onclick} aria-expanded={if *shared == Shared::No { "false" } else { "true" }}>
                { Label::Share.text(*lang) }
            </button>
            if *shared != Shared::No {
                <div class="pop" onfocusout={close}>
                    <p role="status">
                        { if *shared == Shared::Copied { Label::Copied } else { Label::CopyYourself }.text(*lang) }
                    </p>
                    <input ref={field} class="m" type="text" readonly=true value={shown}
                        aria-label={Label::ShareLink.text(*lang)}/>
                </div>
            }
        </div>
    }
}
