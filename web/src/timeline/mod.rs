//! The bottom of the page: the step in words, the transport, commands and steps.

mod calls;
mod caption;
mod commands;
mod scale;
mod strip;
mod transport;

pub(crate) use caption::{CaptionBar, said, sentence};
pub(crate) use strip::Strip;
pub(crate) use transport::Buttons;

use crate::labels::Label;
use crate::model::{self, Call, Steps};
use crate::state::{Action, State};
use calls::Calls;
use commands::Commands;
use std::rc::Rc;
use transport::Transport;
use yew::prelude::*;

/// Properties of [`Timeline`].
#[derive(Clone, PartialEq, Properties)]
pub(crate) struct TimelineProps {
    pub state: State,
    pub act: Callback<Action>,
}

/// Steps and calls of the current command; made anew only when another command is shown.
#[derive(Clone, PartialEq)]
pub(crate) struct Recording {
    /// Steps with their times.
    pub steps: Rc<Steps>,
    /// Calls, callers before callees.
    pub calls: Rc<Vec<Call>>,
}

/// Returns the recording of the current command.
#[hook]
pub(crate) fn use_recording(state: &State) -> Rc<Recording> {
    let session = state.session.clone();
    let command = state.position().command;
    // `loaded` stands for the records: they change with it and with nothing else but their number.
    let key = (command, state.loaded.clone(), model::done(&session.borrow()));
    use_memo(key, move |_| {
        let session = session.borrow();
        Recording {
            steps: Rc::new(model::steps(&session, command)),
            calls: Rc::new(model::calls(&session, command)),
        }
    })
}

/// The timeline.
#[component]
pub(crate) fn Timeline(TimelineProps { state, act }: &TimelineProps) -> Html {
    let recording = use_recording(state);
    let lang = state.lang;
    html! {
        <section class="time" aria-label={Label::Timeline.text(lang)}>
            <Transport state={state.clone()} recording={(*recording).clone()} {act}/>
            <Strip at={state.position()} steps={recording.steps.count()} {lang} {act}/>
            <div class="tracks">
                <Commands session={state.session.clone()} {lang} {act}/>
                <Calls recording={(*recording).clone()} at={state.position()} session={state.session.clone()} {lang} {act}/>
            </div>
        </section>
    }
}
