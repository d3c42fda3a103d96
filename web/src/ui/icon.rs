//! The page's few small pictures. None stands without words: a label or an `aria-label`.

use yew::prelude::*;

fn picture(size: &'static str, view: &'static str, content: Html) -> Html {
    html! { <svg width={size} height={size} viewBox={view} aria-hidden="true">{ content }</svg> }
}

fn path(d: &'static str) -> Html {
    picture("16", "0 0 16 16", html! { <path {d} fill="currentColor"/> })
}

/// The mark: a lens over four frames.
pub(crate) fn mark() -> Html {
    picture(
        "20",
        "0 0 20 20",
        html! {<>
            <g fill="none" stroke="currentColor" stroke-width="1.6">
                <circle cx="8.5" cy="8.5" r="6.7"/>
                <path d="M13.4 13.4 18.4 18.4" stroke-width="2.2" stroke-linecap="round"/>
            </g>
            <path d="M5 8h3V5H5zM9.2 12h3V9h-3z" fill="currentColor"/>
            <path d="M9.2 5h3v3h-3zM5 9h3v3H5z" fill="currentColor" opacity=".35"/>
        </>},
    )
}

/// To the start.
pub(crate) fn first() -> Html {
    path("M3 3h2v10H3zM14 3v10L6 8z")
}

/// One step back.
pub(crate) fn back() -> Html {
    path("M11 3v10L4 8z")
}

/// Play.
pub(crate) fn play() -> Html {
    path("M5 3v10l8-5z")
}

/// Pause.
pub(crate) fn pause() -> Html {
    path("M4 3h3v10H4zM9 3h3v10H9z")
}

/// One step on.
pub(crate) fn forward() -> Html {
    path("M5 3v10l7-5z")
}

/// To the end.
pub(crate) fn last() -> Html {
    path("M2 3v10l8-5zM11 3h2v10h-2z")
}

/// Light and dark.
pub(crate) fn theme() -> Html {
    picture(
        "16",
        "0 0 16 16",
        html! {<>
            <circle cx="8" cy="8" r="5.6" fill="none" stroke="currentColor" stroke-width="1.4"/>
            <path d="M8 2.4a5.6 5.6 0 0 1 0 11.2z" fill="currentColor"/>
        </>},
    )
}

/// Search.
pub(crate) fn find() -> Html {
    picture(
        "20",
        "0 0 16 16",
        html! {
            <g fill="none" stroke="currentColor" stroke-width="1.5">
                <circle cx="7" cy="7" r="4.5"/><path d="M10.5 10.5 14 14"/>
            </g>
        },
    )
}

/// Menu.
pub(crate) fn menu() -> Html {
    picture(
        "20",
        "0 0 16 16",
        html! { <path d="M2 3.5h12v1.4H2zM2 7.3h12v1.4H2zM2 11.1h12v1.4H2z" fill="currentColor"/> },
    )
}
