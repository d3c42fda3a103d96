//! The map as a table: runs of frames of one kind, in the part that is in sight.

use std::rc::Rc;

use mm_view::Lang;
use mm_view::panels::frames::{Content, FrameRun, MapView};
use mm_view::panels::{Thing, grouped};
use yew::prelude::*;

use super::super::labels::Text as Common;
use super::group;
use super::words::Text;
use crate::ui::{link, td, th};

/// Rows at most.
const ROWS: usize = 400;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct TwinProps {
    pub view: Rc<MapView>,
    pub lang: Lang,
}

/// The table.
#[component]
pub(super) fn Twin(props: &TwinProps) -> Html {
    let lang = props.lang;
    html! {
        <div class="twin frames-twin" tabindex="0">
            <table>
                <thead><tr>
                    for head in [Text::From, Text::To, Text::FramesCount, Text::Kind, Text::Group] {
                        { th("", head.text(lang)) }
                    }
                    { th("", Common::Order.text(lang)) }
                    { th("", Text::Pageblock.text(lang)) }
                </tr></thead>
                <tbody>
                    for (run, letter) in merged(&props.view).into_iter().take(ROWS) {
                        <tr>
                            { td("m r", link(Thing::Frame(run.start), run.start)) }
                            { td("m r", run.end - 1) }
                            { td("m r", grouped(u64::from(run.end - run.start))) }
                            <td><i class={format!("mini k-{}", run.kind.slug())}></i>{ run.kind.word().text(lang) }</td>
                            { td("", group_cell(&props.view, run.group, lang)) }
                            <td class="m r">{ run.order }</td>
                            <td class="m r">{ run.start / props.view.pageblock_frames.max(1) }{ " " }{ letter }</td>
                        </tr>
                    }
                </tbody>
            </table>
        </div>
    }
}

/// The group of the colouring that is chosen.
fn group_cell(view: &MapView, place: u8, lang: Lang) -> Html {
    let Some(of) = view.groups.get(usize::from(place)) else { return html! {} };
    html! {<>
        <i class={format!("mini {}", group::classes(&of.key))}></i>{ group::letter(&of.key) }{ " " }{ group::name(&of.key, lang, false) }
    </>}
}

/// Joins runs of one group across pageblocks; free blocks stay apart.
fn merged(view: &MapView) -> Vec<(FrameRun, &'static str)> {
    let mut out: Vec<(FrameRun, &'static str)> = Vec::new();
    for block in &view.blocks {
        let Content::Runs(runs) = &block.content else { continue };
        for run in runs {
            match out.last_mut() {
                Some((last, _))
                    if last.kind == run.kind
                        && last.group == run.group
                        && last.end == run.start
                        && run.order.is_none() =>
                {
                    last.end = run.end;
                }
                _ => out.push((*run, block.migrate.letter())),
            }
        }
    }
    out
}
