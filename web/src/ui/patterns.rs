//! Fill patterns of the frame kinds and the arrow heads, defined once for every figure.

use yew::prelude::*;

/// Arrow heads: id and colour.
const ARROWS: [(&str, &str); 8] = [
    ("a4", "var(--l4)"),
    ("a3", "var(--l3)"),
    ("a2", "var(--l2)"),
    ("a1", "var(--l1)"),
    ("ao", "var(--off)"),
    ("ai", "var(--ink-2)"),
    ("ag", "var(--line-2)"),
    ("ac", "var(--chg)"),
];

/// `url(#p-file)` and its like, `url(#a4)` and its like.
#[component]
pub(crate) fn Patterns() -> Html {
    html! {
        <svg class="defs" width="0" height="0" aria-hidden="true"><defs>
            <pattern id="p-pcp" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="4" height="4" fill="var(--k-free)"/><circle cx="2" cy="2" r=".9" fill="var(--k-free-e)"/></pattern>
            <pattern id="p-file" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="4" height="4" fill="var(--k-file)"/><path d="M0 0h4" stroke="var(--k-file-e)" stroke-width="1"/></pattern>
            <pattern id="p-slab" width="4" height="4" patternUnits="userSpaceOnUse"><rect width="4" height="4" fill="var(--k-slab)"/><path d="M0 .5h4M.5 0v4" stroke="var(--k-slab-e)" stroke-width=".8" opacity=".65"/></pattern>
            <pattern id="p-pt" width="3" height="3" patternUnits="userSpaceOnUse"><rect width="3" height="3" fill="var(--k-pt)"/><path d="M0 .5h3" stroke="var(--k-pt-e)" stroke-width="1"/></pattern>
            <pattern id="p-kern" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect width="5" height="5" fill="var(--k-kern)"/><path d="M0 0h5" stroke="var(--k-kern-e)" stroke-width="1"/></pattern>
            <pattern id="p-res" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="var(--k-res)"/><path d="M0 0h6" stroke="var(--k-res-e)" stroke-width="1"/></pattern>
            <pattern id="p-before" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="4" height="4" fill="var(--k-res)"/><path d="M0 0h4" stroke="var(--k-kern)" stroke-width="1.6"/></pattern>
            <pattern id="p-ahead" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0h5" stroke="var(--line)" stroke-width="1.4"/></pattern>
            for (id, colour) in ARROWS {
                <marker {id} viewBox="0 0 6 6" refX="5" refY="3" markerWidth="6" markerHeight="6" orient="auto-start-reverse"><path d="M0 0 6 3 0 6z" fill={colour}/></marker>
            }
        </defs></svg>
    }
}
