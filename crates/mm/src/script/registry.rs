//! The one table of verbs: the parser, completion, suggestions and the reference read it.
//!
//! A new verb is a row in the table of its group (`verbs/`), a variant of [`Verb`] and of
//! [`VerbKind`]; the compiler and the tests ask for the rest.

use super::args::Args;
use super::error::Wrong;
use super::shape::Shape;
use super::{Expected, Verb, verbs};
use crate::errno::{Errno, Signo};

macro_rules! verb_kinds {
    ($($name:ident),* $(,)?) => {
        /// A verb by name: what a summary in words is keyed by.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum VerbKind { $(#[doc = concat!("`", stringify!($name), "`, in lower case.")] $name),* }

        impl VerbKind {
            /// Every verb, in the order of the reference.
            pub const ALL: &[VerbKind] = &[$(VerbKind::$name),*];
        }
    };
}

verb_kinds! {
    Boot, Spawn, Exit, Mmap, Munmap, Mprotect, Madvise, Touch, Read, Write, Exec, Pages, Translate, AllocPages,
    FreePages, DrainAllPages, KmemCacheCreate, KmemCacheAlloc, KmemCacheFree, KmemCacheShrink,
    KmemCacheDestroy, Kmalloc, Kfree, Vmalloc, Vfree, VmUnmapAliases, Kmap, Kunmap, Cat, Echo, Dmesg, Sleep, Expect,
}

impl VerbKind {
    /// Returns the verb's row in the table.
    ///
    /// # Panics
    /// Never: a test finds every kind.
    pub fn spec(self) -> &'static VerbSpec {
        verbs().find(|spec| spec.kind == self).expect("every kind stands in the table")
    }
}

/// Who a verb is said by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Takes {
    /// The shell: a process in front is ignored.
    Nobody,
    /// A process: `web: mmap 4K`.
    Process,
    /// The kernel: `kernel: alloc_pages`.
    Kernel,
    /// Either of them or the shell.
    Anyone,
}

/// What `label =` in front of a verb keeps.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Gives {
    /// Nothing: no label may stand there.
    Nothing,
    /// A range of addresses.
    Range,
    /// Blocks of frames.
    Blocks,
    /// A cache of small objects.
    Cache,
    /// Objects of a cache, or of `kmalloc`.
    Objects,
}

/// How a verb can fail, for `!ERR`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fails {
    /// Not at all.
    Never,
    /// With an errno or a signal.
    Refused,
    /// With `FAULT`.
    Fault,
}

impl Fails {
    /// Returns every failure that may stand after `!`.
    pub fn all(self) -> Vec<Expected> {
        match self {
            Fails::Never => Vec::new(),
            Fails::Refused => {
                let errnos = Errno::ALL.iter().map(|errno| Expected::Errno(*errno));
                errnos.chain(Signo::ALL.iter().map(|signo| Expected::Signal(*signo))).collect()
            }
            Fails::Fault => vec![Expected::Fault],
        }
    }
}

/// A verb's row.
#[derive(Debug)]
pub struct VerbSpec {
    /// Which verb.
    pub kind: VerbKind,
    /// Its name.
    pub name: &'static str,
    /// How it is written, in one line.
    pub usage: &'static str,
    /// Who says it.
    pub takes: Takes,
    /// What a label keeps.
    pub gives: Gives,
    /// How it can fail.
    pub fails: Fails,
    /// Arguments by position, optional ones too.
    pub args: &'static [Shape],
    /// Keys, without the `=`, and what they take.
    pub keys: &'static [(&'static str, Shape)],
    /// Words that may stand after the arguments by position, in any order.
    pub words: &'static [&'static str],
    /// Reads what stands after the verb.
    pub(super) parse: fn(&mut Args<'_>) -> Result<Verb, Wrong>,
}

/// Iterates over every verb, in the order of the reference.
pub fn verbs() -> impl Iterator<Item = &'static VerbSpec> {
    [
        verbs::boot::VERBS,
        verbs::process::VERBS,
        verbs::memory::VERBS,
        verbs::access::VERBS,
        verbs::kernel::VERBS,
        verbs::slab::VERBS,
        verbs::vmalloc::VERBS,
        verbs::shell::VERBS,
        verbs::expect::VERBS,
    ]
    .into_iter()
    .flatten()
}

/// Looks up a verb by name.
pub fn find(name: &str) -> Option<&'static VerbSpec> {
    verbs().find(|spec| spec.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_each_verb_once_in_order() {
        let kinds: Vec<_> = verbs().map(|spec| spec.kind).collect();
        assert_eq!(kinds, VerbKind::ALL);
        for spec in verbs() {
            assert!(std::ptr::eq(find(spec.name).expect("in the table"), spec), "{} twice", spec.name);
        }
    }

    #[test]
    fn usage_lines_name_every_key_and_word() {
        for spec in verbs() {
            assert!(spec.usage.starts_with(spec.name), "{}", spec.usage);
            for (key, _) in spec.keys {
                assert!(spec.usage.contains(&format!("{key}=")), "{key}= in: {}", spec.usage);
            }
            for word in spec.words {
                let named = spec.usage.split([' ', '[', ']', '|']).any(|said| said == *word);
                assert!(named, "{word} in: {}", spec.usage);
            }
        }
    }
}
