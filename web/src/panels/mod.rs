//! The panels of the stage and the inspector.
//!
//! Each asks [`query`] for a plain view and draws it; none changes the machine.

mod buddy;
mod chip_motion;
mod compaction;
mod frames;
mod head;
mod inspector;
mod labels;
mod proc_file;
mod process;
mod query;
mod slab;
mod svg;
mod translate;
mod vmalloc;
mod zones;

use yew::prelude::*;

pub(crate) use self::inspector::Inspector;
use crate::ui::{PanelId, PanelProps};

/// A panel: head and figure.
pub(crate) fn panel(props: PanelProps) -> Html {
    match props.id {
        PanelId::Translate => html! { <translate::Translate ..props/> },
        PanelId::Frames => html! { <frames::Frames ..props/> },
        PanelId::Buddy => html! { <buddy::Buddy ..props/> },
        PanelId::Zones => html! { <zones::Zones ..props/> },
        PanelId::Slab => html! { <slab::Slab ..props/> },
        PanelId::Vmalloc => html! { <vmalloc::Vmalloc ..props/> },
        PanelId::Process => html! { <process::Process ..props/> },
        PanelId::Compaction => html! { <compaction::Compaction ..props/> },
        PanelId::Proc => html! { <proc_file::ProcFile ..props/> },
    }
}
