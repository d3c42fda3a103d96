//! Five buttons, the speed, and where the playhead is in numbers.

use super::Recording;
use crate::labels::Label;
use crate::model::{self, Call, Steps};
use crate::state::{Action, Motion, Playback, SPEEDS, Speed, State};
use crate::ui::{icon, span};
use crate::words;
use mm::units::index;
use mm_view::Lang;
use std::collections::BTreeMap;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// First, back, play, forward, last.
pub(crate) fn buttons(playback: Playback, lang: Lang, act: &Callback<Action>) -> Html {
    let button = |class: &'static str, label: Label, icon: Html, action: Action| {
        let onclick = act.reform(move |_: MouseEvent| action.clone());
        html! { <button class={classes!("tb", class)} aria-label={label.text(lang)} title={label.text(lang)} {onclick}>{ icon }</button> }
    };
    let (label, picture) = match playback {
        Playback::Playing => (Label::Pause, icon::pause()),
        Playback::Paused => (Label::Play, icon::play()),
    };
    html! {<>
        { button("", Label::First, icon::first(), Action::Move(Motion::First)) }
        { button("", Label::Back, icon::back(), Action::Move(Motion::Back)) }
        { button("play", label, picture, Action::TogglePlay) }
        { button("", Label::Forward, icon::forward(), Action::Move(Motion::Forward)) }
        { button("", Label::Last, icon::last(), Action::Move(Motion::Last)) }
    </>}
}

/// The transport with its counters.
pub(super) fn transport(state: &State, recording: &Recording, act: &Callback<Action>) -> Html {
    let lang = state.view.lang;
    html! {
        <div class="trans" role="group" aria-label={Label::Transport.text(lang)}>
            <div class="row">
                { buttons(state.run.playback, lang, act) }
                <span class="sp"></span>
                { speed_choice(state.run.speed, lang, act) }
            </div>
            { counters(state, recording) }
            <div class="hints" aria-hidden="true">
                <kbd>{ "Space" }</kbd>{ format!(" {} ", Label::PlayKey.text(lang)) }
                <kbd>{ "←" }</kbd>{ " " }<kbd>{ "→" }</kbd>{ format!(" {} ", Label::StepKey.text(lang)) }
                <kbd>{ "⇧" }</kbd><kbd>{ "→" }</kbd>{ format!(" {}", Label::CommandKey.text(lang)) }
            </div>
        </div>
    }
}

fn speed_choice(speed: Speed, lang: Lang, act: &Callback<Action>) -> Html {
    let onchange = act.reform(|event: Event| {
        let chosen = event.target_unchecked_into::<HtmlSelectElement>().selected_index();
        Action::SetSpeed(Speed(usize::try_from(chosen).unwrap_or(1).min(SPEEDS.len() - 1)))
    });
    html! {
        <select class="pick" aria-label={Label::Speed.text(lang)} {onchange}>
            for (at, (label, ..)) in SPEEDS.iter().enumerate() {
                <option selected={at == speed.0}>{ label }</option>
            }
        </select>
    }
}

/// Steps, simulated time, and where most of it goes.
fn counters(state: &State, recording: &Recording) -> Html {
    let lang = state.view.lang;
    let at = state.position();
    let commands = model::total(&state.session.borrow());
    let steps = &recording.steps;
    let (now, all) = (steps.time_at(at.step), steps.time_at(steps.count()));
    let counted = u64::from(steps.count());
    html! {
        <div class="pos">
            <b>{ format!("{} / {}", words::grouped(u64::from(at.step)), words::grouped(counted)) }</b>
            <span>{ words::step_of_command(lang, at.command, commands) }</span>
            <b>{ format!("{} / {} ns", words::grouped(now), words::grouped(all)) }</b>
            <span>{ Label::SimulatedTime.text(lang) }</span>
            if let Some((name, share)) = recording.hottest {
                <b>{ format!("{share}%") }</b>{ span("cut", words::share_in(lang, name)) }
            }
        </div>
    }
}

/// Returns the function with the most time of its own, and its share in percent.
pub(super) fn hottest(steps: &Steps, calls: &[Call]) -> Option<(&'static str, u64)> {
    let all = steps.time_at(steps.count());
    let mut own: BTreeMap<&str, i128> = BTreeMap::new();
    let mut stack: Vec<&Call> = Vec::new();
    for call in calls {
        while stack.len() > index(call.depth) {
            stack.pop();
        }
        let time = i128::from(steps.time_at(call.end)) - i128::from(steps.time_at(call.first));
        *own.entry(call.name).or_default() += time;
        if let Some(caller) = stack.last() {
            *own.entry(caller.name).or_default() -= time;
        }
        stack.push(call);
    }
    let (name, time) = own.into_iter().max_by_key(|(_, time)| *time)?;
    let share = u64::try_from(time).ok()?.checked_mul(100)?.checked_div(all)?;
    (share > 0).then_some((name, share))
}
