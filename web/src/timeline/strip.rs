//! The steps of a command as one thin slider, where there is no room for the calls.

use super::calls::slider_keys;
use crate::labels::Label;
use crate::model::Position;
use crate::state::Action;
use crate::ui::{share, use_custom_properties, use_size, whole, within};
use mm_view::Lang;
use web_sys::Element;
use yew::prelude::*;

/// Properties of [`Strip`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct StripProps {
    pub at: Position,
    pub steps: u32,
    pub lang: Lang,
    pub act: Callback<Action>,
}

/// Pixels between ticks, at least.
const TICK_PX: u32 = 4;

/// The slider of a narrow page.
#[component]
pub(crate) fn Strip(StripProps { at, steps, lang, act }: &StripProps) -> Html {
    let (node, thumb) = (use_node_ref(), use_node_ref());
    let (width, _) = use_size(&node);
    let (at, steps) = (*at, *steps);
    let done = f64::from(at.step) / f64::from(steps.max(1));
    use_custom_properties(&thumb, vec![("--at", share(done).to_string())]);
    let seek = {
        let (node, act) = (node.clone(), act.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(element) = node.cast::<Element>().filter(|_| event.buttons() & 1 == 1) else { return };
            if event.type_() == "pointerdown" {
                let _ = element.set_pointer_capture(event.pointer_id());
            }
            let rect = element.get_bounding_client_rect();
            let share = (f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0);
            let step = whole((within(share, 0.0, 1.0) * f64::from(steps)).round()).unwrap_or(0);
            act.emit(Action::Seek(Position { command: at.command, step }));
        })
    };
    let ticks = steps.min(width / TICK_PX).max(1);
    let path: String = (0..ticks).map(|tick| format!("M{} 2v20", tick * 4 + 2)).collect();
    html! {
        <div class="strip" ref={node} onpointerdown={seek.clone()} onpointermove={seek}>
            <svg viewBox={format!("0 0 {} 24", ticks * 4)} preserveAspectRatio="none" aria-hidden="true"><path d={path}/></svg>
            <div class="thumb" ref={thumb} role="slider" tabindex="0" aria-label={Label::Playhead.text(*lang)}
                aria-valuemin="0" aria-valuemax={steps.to_string()} aria-valuenow={at.step.to_string()}
                aria-valuetext={format!("{} / {steps}", at.step)} onkeydown={slider_keys(at, steps, act)}/>
        </div>
    }
}
