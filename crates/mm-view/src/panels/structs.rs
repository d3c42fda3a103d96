//! A kernel structure field by field: the name that 6.1 declares, the value now, one line of
//! meaning. Fields that older kernels had are listed too, with where they went.

use serde::Serialize;

use super::Thing;

pub use super::structs_words::{NodeField, PageField, ZoneField};

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
    /// The kernel has it, the model does not.
    NotModelled,
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
