//! The bottom of the page: the step in words, the transport, commands and steps.

mod calls;
mod caption;
mod commands;
mod scale;
mod strip;
mod transport;

pub(crate) use caption::{caption_bar, said, sentence};
pub(crate) use strip::Strip;
pub(crate) use transport::buttons;

use crate::labels::Label;
use crate::model::{self, Call, Steps};
use crate::state::{Action, State};
use crate::ui::use_memo;
use calls::Calls;
use commands::commands;
use std::rc::Rc;
use transport::{hottest, transport};
use yew::prelude::*;

/// Steps and calls of the current command; made anew only when another command is shown.
#[derive(Clone, PartialEq)]
pub(crate) struct Recording {
    /// Steps with their times.
    pub steps: Rc<Steps>,
    /// Calls, callers before callees.
    pub calls: Rc<Vec<Call>>,
    /// The function with the most time of its own, and its share in percent.
    pub hottest: Option<(&'static str, u64)>,
}

/// Returns the recording of the current command.
#[hook]
pub(crate) fn use_recording(state: &State) -> Rc<Recording> {
    let session = state.session.clone();
    let command = state.position().command;
    // `loaded` stands for the records: they change with it and with nothing else but their number.
    let key = (command, state.document.loaded.clone(), model::done(&session.borrow()));
    use_memo(key, move |_| {
        let session = session.borrow();
        let (steps, calls) = (model::steps(&session, command), model::calls(&session, command));
        Recording { hottest: hottest(&steps, &calls), steps: Rc::new(steps), calls: Rc::new(calls) }
    })
}

/// The timeline.
pub(crate) fn timeline(state: &State, recording: &Recording, act: &Callback<Action>) -> Html {
    let lang = state.view.lang;
    html! {
        <section class="time" aria-label={Label::Timeline.text(lang)}>
            { transport(state, recording, act) }
            <Strip at={state.position()} steps={recording.steps.count()} {lang} {act}/>
            <div class="tracks">
                { commands(&state.session, lang, act) }
                <Calls recording={recording.clone()} at={state.position()} session={state.session.clone()} {lang} {act}/>
            </div>
        </section>
    }
}
