//! `struct page`, `struct zone` and `pg_data_t`, field by field, from the model.

mod node;
mod page;
mod zone;

pub(in crate::panels) use node::node;
pub(in crate::panels) use page::{arm, list_name, other_fields, page_address, words};
pub(in crate::panels) use zone::zone;

use mm::units::Pfn;

use crate::panels::Thing;
use crate::panels::structs::{FieldValue, Lack};

/// What a field shows: its value and what the value leads to.
type Shown = (FieldValue, Vec<(String, Thing)>);

/// A value without links.
fn live<T: ToString + ?Sized>(value: &T) -> Shown {
    (FieldValue::Live(value.to_string()), Vec::new())
}

/// Names with their values, those that are not 0: `nr_free_pages 102831`.
fn counters(items: impl Iterator<Item = (&'static str, i64)>) -> Shown {
    let shown: Vec<String> =
        items.filter(|&(_, value)| value != 0).map(|(name, value)| format!("{name} {value}")).collect();
    live(&if shown.is_empty() { "0".to_owned() } else { shown.join(", ") })
}

/// Frames, each a link when it is one of those that `is_there`.
fn frames<const N: usize>(items: [(&str, Pfn); N], is_there: impl Fn(Pfn) -> bool) -> Shown {
    let texts = items.map(|(name, pfn)| {
        let text = if name.is_empty() { pfn.to_string() } else { format!("{name} {pfn}") };
        (text, Thing::Frame(pfn.0))
    });
    let joined = texts.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(", ");
    let links = if items.iter().all(|&(_, pfn)| is_there(pfn)) { texts.to_vec() } else { Vec::new() };
    (FieldValue::Live(joined), links)
}

fn not_modelled(lack: Lack) -> Shown {
    (FieldValue::NotModelled(lack), Vec::new())
}

fn not_built() -> Shown {
    (FieldValue::NotBuilt, Vec::new())
}

fn gone() -> Shown {
    (FieldValue::Gone, Vec::new())
}
