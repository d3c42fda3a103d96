//! A kernel structure field by field: the name that 6.1 declares, the value now, one line of
//! meaning. Fields that older kernels had are listed too, with where they went.

use serde::Serialize;

use crate::panels::Thing;

pub use super::words::{Lack, NodeField, PageField, ZoneField};

/// A field of a kernel structure.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct StructField {
    /// Which field: its name and its meaning.
    pub field: FieldId,
    /// What it holds.
    pub value: FieldValue,
    /// What the value leads to, in the order of the text.
    pub links: Vec<(String, Thing)>,
    /// Whether the step shown wrote it.
    pub changed: bool,
}

/// A field of one of the structures that are shown field by field.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum FieldId {
    /// Of `struct page`.
    Page(PageField),
    /// Of `struct zone`.
    Zone(ZoneField),
    /// Of `pg_data_t`.
    Node(NodeField),
}

impl FieldId {
    /// Returns the name of the field.
    pub const fn name(self) -> &'static str {
        match self {
            FieldId::Page(field) => field.name(),
            FieldId::Zone(field) => field.name(),
            FieldId::Node(field) => field.name(),
        }
    }

    /// Returns what the field is for, or where it went.
    pub const fn meaning(self, lang: crate::Lang) -> &'static str {
        match self {
            FieldId::Page(field) => field.meaning(lang),
            FieldId::Zone(field) => field.meaning(lang),
            FieldId::Node(field) => field.meaning(lang),
        }
    }
}

/// What a field holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub enum FieldValue {
    /// A value of the model, as it is written.
    Live(String),
    /// Another arm of the union has the word in this use of the page.
    OtherUse,
    /// The kernel has it, the model does not; and why.
    NotModelled(Lack),
    /// 6.1 has it under a condition that this machine's kernel does not meet.
    NotBuilt,
    /// 6.1 has no such field any more.
    Gone,
}

/// Declares the fields of a structure: name, then the meaning in both languages.
#[macro_export]
macro_rules! struct_fields {
    ($(#[$doc:meta])* $vis:vis enum $enum:ident { $($field:ident = $name:literal: $en:literal, $zh:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize)]
        $vis enum $enum { $(#[doc = $en] $field),* }

        impl $enum {
            /// Every field, in the order of the structure; those that are gone last.
            $vis const ALL: &[$enum] = &[$($enum::$field),*];

            /// Returns the name as the kernel declares it.
            $vis const fn name(self) -> &'static str {
                match self { $($enum::$field => $name),* }
            }

            /// Returns what it is for, or where it went.
            $vis const fn meaning(self, lang: $crate::Lang) -> &'static str {
                match (self, lang) {
                    $(($enum::$field, $crate::Lang::En) => $en,
                      ($enum::$field, $crate::Lang::Zh) => $zh,)*
                }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::{FieldId, NodeField, PageField, ZoneField};
    use crate::Lang;

    /// Fields of 5.0, and of the texts that describe it, that a reader looks for.
    const OF_PAGE: &str = "flags lru mapping index private slab_list pages pobjects slab_cache freelist s_mem \
        counters inuse objects frozen compound_head compound_dtor compound_order compound_mapcount \
        deferred_list _pt_pad_1 pmd_huge_pte _pt_pad_2 pt_mm pt_frag_refcount ptl pgmap hmm_data rcu_head \
        _mapcount page_type active units _refcount mem_cgroup virtual _last_cpupid";
    const OF_ZONE: &str = "_watermark watermark_boost nr_reserved_highatomic lowmem_reserve node zone_pgdat \
        pageset pageblock_flags zone_start_pfn managed_pages spanned_pages present_pages name \
        nr_isolate_pageblock span_seqlock initialized free_area nr_free flags lock percpu_drift_mark \
        compact_cached_free_pfn compact_cached_migrate_pfn compact_considered compact_defer_shift \
        compact_order_failed compact_blockskip_flush contiguous vm_stat vm_numa_stat padding";
    const OF_NODE: &str = "node_zones node_zonelists nr_zones node_mem_map node_page_ext node_size_lock \
        node_start_pfn node_present_pages node_spanned_pages node_id kswapd_wait pfmemalloc_wait kswapd \
        kswapd_order kswapd_classzone_idx kswapd_failures kcompactd_max_order kcompactd_classzone_idx \
        kcompactd_wait kcompactd totalreserve_pages min_unmapped_pages min_slab_pages lru_lock \
        first_deferred_pfn split_queue_lock split_queue split_queue_len lruvec flags per_cpu_nodestats \
        vm_stat node_next pgdata_list";

    fn named(wanted: &str, fields: &[FieldId]) {
        for name in wanted.split_whitespace() {
            let words = |text: &str| {
                let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
                words.any(|word| word == name)
            };
            let said = |field: &FieldId| words(field.name()) || words(field.meaning(Lang::En));
            assert!(fields.iter().any(said), "{name} is nowhere");
        }
    }

    #[test]
    fn every_field_of_the_structures_as_they_were_in_5_0_can_be_found() {
        named(OF_PAGE, &PageField::ALL.iter().map(|&field| FieldId::Page(field)).collect::<Vec<_>>());
        named(OF_ZONE, &ZoneField::ALL.iter().map(|&field| FieldId::Zone(field)).collect::<Vec<_>>());
        named(OF_NODE, &NodeField::ALL.iter().map(|&field| FieldId::Node(field)).collect::<Vec<_>>());
    }

    #[test]
    fn every_field_has_a_name_and_a_line_in_both_languages() {
        let fields = ZoneField::ALL.iter().map(|&field| FieldId::Zone(field));
        let fields = fields.chain(NodeField::ALL.iter().map(|&field| FieldId::Node(field)));
        for field in fields.chain(PageField::ALL.iter().map(|&field| FieldId::Page(field))) {
            assert!(!field.name().is_empty());
            for lang in Lang::ALL {
                let line = field.meaning(lang);
                assert!(!line.is_empty() && line.chars().count() <= 110, "{field:?} in {lang:?}: {line}");
            }
        }
    }
}
