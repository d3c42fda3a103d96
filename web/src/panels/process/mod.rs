//! *Process*: an address space to scale, its areas as links, its counters.

mod words;

use mm_view::Lang;
use mm_view::panels::process::{Counter, CounterName, ProcessDetail, Role, VmaRow};
use mm_view::panels::{Thing, grouped, short_bytes};
use yew::prelude::*;

use self::words::Text;
use super::head::{choice, heading};
use super::labels::Text as Common;
use super::query;
use super::svg::{DATA, HINT, n, path, text};
use crate::ui::{Command, PanelProps, Ref, span, td, th, use_memo};

/// Width of the bar.
const BAR: f64 = 798.0;

/// The panel.
#[component]
pub(super) fn Process(props: &PanelProps) -> Html {
    let lang = props.lang;
    let chosen = use_state_eq(|| None::<String>);
    let name = match props.selection.as_ref().filter(|thing| !thing.is_of_kernel()) {
        Some(
            Thing::Process(name) | Thing::Vma { process: name, .. } | Thing::Address { process: name, .. },
        ) => Some(name.clone()),
        _ => (*chosen).clone(),
    };
    let view =
        use_memo((props.session.clone(), name), |(session, name)| query::process(session, name.as_deref()));
    let on_pick = Callback::from(move |name: String| chosen.set(Some(name)));
    let label = props.id.label(lang);
    let Some(detail) = &view.process else {
        return html! {
            <section class="panel" aria-label={label}>
                <div class="ph">{ heading(props.id, lang) }</div>
                <p class="empty">{ Common::MakeProcess.text(lang) }{ " " }<Command text="spawn web"/></p>
            </section>
        };
    };
    let options: Vec<_> = view.processes.iter().map(|one| (one.name.clone(), one.name.clone())).collect();
    html! {
        <section class="panel" aria-label={label}>
            <div class="ph">
                { heading(props.id, lang) }
                { choice(Common::Process.text(lang), &detail.process.name, options, &on_pick) }
                { span("dim", format!("pid {}", detail.process.id)) }
                <span class="sp"></span>
            </div>
            <div class="proc-body">
                { bar(detail, lang) }
                <div class="proc-cols">
                    { areas(detail, lang) }
                    { counters(&detail.counters, lang) }
                </div>
            </div>
        </section>
    }
}

/// Colours of a role: fill and edge.
fn role_fill(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Heap | Role::Stack | Role::Anon => ("var(--k-anon)", "var(--k-anon-e)"),
        Role::Image | Role::File => ("url(#p-file)", "var(--k-file-e)"),
        Role::Vdso => ("url(#p-kern)", "var(--k-kern-e)"),
    }
}

/// The user half with its areas, and the kernel half beyond the hole.
fn bar(detail: &ProcessDetail, lang: Lang) -> Html {
    let parts: u32 = detail.bar.iter().map(|segment| segment.weight).sum();
    let user = BAR - 130.0;
    let scale = user / f64::from(parts.max(1));
    let mut x = 0.0;
    let mut named = String::new();
    let pieces: Vec<Html> = detail
        .bar
        .iter()
        .map(|segment| {
            let width = f64::from(segment.weight) * scale;
            let left = x;
            x += width;
            match segment.area.and_then(|at| detail.areas.get(at)) {
                Some(area) => {
                    let name = short_name(area);
                    // Parts of one program stand side by side: its name once.
                    let shown = if name == named { String::new() } else { name.clone() };
                    named = name;
                    piece(detail, area, [left, width], shown, lang)
                }
                None => html! { <path d={path("M_ 45h_", &[left + 1.0, (width - 2.0).max(0.0)])} stroke="var(--line-2)" stroke-dasharray="1 3"/> },
            }
        })
        .collect();
    let kernel = user + 22.0;
    html! {
        <svg class="vma-bar" width="798" height="88" viewBox="0 0 798 88" role="group" aria-label={Text::UserHalf.text(lang)}>
            { text(0.0, 12.0, HINT.fill("var(--ink-2)").size(11.0).weight(600), Text::UserHalf.text(lang)) }
            { text(kernel, 12.0, HINT.fill("var(--ink-2)").size(11.0).weight(600), Text::KernelHalf.text(lang)) }
            <rect x=".5" y="30.5" width={n(user - 1.0)} height="29" fill="var(--surface-2)" stroke="var(--line-2)"/>
            for piece in pieces { { piece } }
            <path d={path("M_ 45h18", &[user + 2.0])} stroke="var(--line-2)" stroke-dasharray="2 3"/>
            <rect x={n(kernel + 0.5)} y="30.5" width="107" height="29" fill="url(#p-kern)" stroke="var(--k-kern-e)"/>
            { text(0.0, 84.0, HINT.mono().size(10.0), "0") }
            { text(user, 84.0, HINT.mono().size(10.0).end(), format!("{:x}", detail.user_end)) }
            { text(BAR, 84.0, HINT.mono().size(10.0).end(), format!("{:x}", detail.kernel_start)) }
        </svg>
    }
}

/// The label that points into an area, or the last part of its name.
fn short_name(area: &VmaRow) -> String {
    match area.labels.first() {
        Some((label, _)) => label.clone(),
        None => area.name.rsplit('/').next().unwrap_or_default().to_owned(),
    }
}

fn piece(detail: &ProcessDetail, area: &VmaRow, at: [f64; 2], name: String, lang: Lang) -> Html {
    let [left, width] = at;
    let (fill, edge) = role_fill(area.role);
    let thing = Thing::Vma { process: detail.process.name.clone(), start: area.start };
    let fits = super::svg::float(name.len()) * 6.3 < width + 8.0;
    let (stroke, thick) = if area.changed { ("var(--chg)", "2") } else { (edge, "1") };
    html! {
        <Ref {thing} label={format!("{name} {} {:x}–{:x}", area.role.word().text(lang), area.start, area.end)}>
            <rect class="bg" x={n(left + 0.5)} y="30.5" width={n((width - 1.0).max(2.0))} height="29" {fill} {stroke} stroke-width={thick}/>
            if fits { { text(left + width / 2.0, 72.0, DATA.size(10.0).middle().fill("var(--ink-2)"), name) } }
        </Ref>
    }
}

/// The lines of `maps`.
fn areas(detail: &ProcessDetail, lang: Lang) -> Html {
    let digits = usize::from(detail.digits);
    html! {
        <table class="maps">
            <thead><tr>
                { th("", Text::Range.text(lang)) }{ th("", Common::Permissions.text(lang)) }
                { th("r", Text::Size.text(lang)) }{ th("", Common::Name.text(lang)) }
            </tr></thead>
            <tbody>
                for (at, area) in (0..).zip(&detail.areas) {
                    if at == detail.left_out_after {
                        <tr><td class="dim" colspan="4">{ more_areas(detail.left_out, lang) }</td></tr>
                    }
                    <tr class={classes!(area.changed.then_some("changed"))}>
                        <td class="m"><Ref class="ln" thing={Thing::Vma { process: detail.process.name.clone(), start: area.start }}>
                            { format!("{:0digits$x}–{:0digits$x}", area.start, area.end) }</Ref></td>
                        { td("m", &area.perms) }
                        { td("m r", short_bytes(area.end - area.start)) }
                        { td("m", area_name(area, lang)) }
                    </tr>
                }
            </tbody>
        </table>
    }
}

/// "59 400 more areas".
fn more_areas(count: u32, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{} more areas", grouped(u64::from(count))),
        Lang::Zh => format!("另有 {} 个区域", grouped(u64::from(count))),
    }
}

fn area_name(area: &VmaRow, lang: Lang) -> Html {
    html! {<>
        if area.name.is_empty() { { span("dim s", area.role.word().text(lang)) } } else { { &area.name } }
        for (label, distance) in area.labels.iter() {
            <span class="chip lbl">{ label }if *distance > 0 { { format!("+{distance:#x}") } }</span>
        }
        if area.changed { { span("delta", "Δ") } }
    </>}
}

fn counters(counters: &[Counter], lang: Lang) -> Html {
    html! {
        <dl class="kv counters">
            for counter in counters.iter() {
                <dt>{ counter.name.word().text(lang) }</dt>
                <dd class={classes!((counter.value != counter.before).then_some("changed"))}>
                    { amount(counter.name, counter.value) }
                    if counter.value != counter.before {
                        { span("delta", format!(" Δ {}", difference(counter))) }
                    }
                </dd>
            }
        </dl>
    }
}

fn amount(name: CounterName, value: u64) -> String {
    match name {
        CounterName::MinorFaults | CounterName::MajorFaults => grouped(value),
        CounterName::Rss | CounterName::PageTables | CounterName::Size => format!("{} kB", grouped(value)),
        CounterName::Brk => format!("{value:#x}"),
    }
}

fn difference(counter: &Counter) -> String {
    if counter.value >= counter.before {
        format!("+{}", grouped(counter.value - counter.before))
    } else {
        format!("−{}", grouped(counter.before - counter.value))
    }
}
