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
use self::{
    buddy::Buddy, compaction::Compaction, frames::Frames, proc_file::ProcFile, process::Process, slab::Slab,
    translate::Translate, vmalloc::Vmalloc, zones::Zones,
};
use crate::ui::{PanelId, PanelProps};

macro_rules! draw {
    ($($id:ident $slug:literal $group:ident $component:ident $method:ident $en:literal, $zh:literal;)*) => {
        /// A panel: head and figure.
        pub(crate) fn panel(props: PanelProps) -> Html {
            match props.id {
                $(PanelId::$id => html! { <$component ..props/> },)*
            }
        }
    };
}
mm_view::panels!(draw);
