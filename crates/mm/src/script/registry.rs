//! The one table of verbs: the parser, completion, suggestions and the reference read it.
//!
//! A new verb is a row of its area (`verbs/`); the compiler and the tests ask for the rest.

use core::fmt;

use super::args::Args;
use super::error::Wrong;
use super::shape::Shape;
use super::{Expected, verbs};
use crate::errno::{Errno, Signo};

macro_rules! areas {
    ($($(#[$doc:meta])* $area:ident = $module:ident::$command:ident $(, $kind:ident)?;)*) => {
        /// What a command does.
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum Verb { $($(#[$doc])* $area(verbs::$module::$command)),* }

        /// A verb without its arguments: what a summary in words is keyed by.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum VerbKind { $($(#[$doc])* $area $((verbs::$module::$kind))?),* }

        impl Verb {
            /// Returns which verb it is.
            pub fn kind(&self) -> VerbKind {
                match self { $(Verb::$area(command) => areas!(@kind $area command $($kind)?),)* }
            }
        }

        impl fmt::Display for Verb {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.kind().spec().name)?;
                match self { $(Verb::$area(command) => command.fmt(f),)* }
            }
        }

        /// Iterates over every verb, in the order of the reference.
        pub fn verbs() -> impl Iterator<Item = &'static VerbSpec> {
            [$(verbs::$module::VERBS),*].into_iter().flatten()
        }
    };
    (@kind $area:ident $command:ident) => {{
        let _ = $command;
        VerbKind::$area
    }};
    (@kind $area:ident $command:ident $kind:ident) => { VerbKind::$area($command.kind()) };
}

areas! {
    /// Makes a new machine.
    Boot = boot::Boot;
    /// Lets processes come and go.
    Process = process::ProcessCommand, ProcessVerb;
    /// Changes an address space.
    Memory = memory::MemoryCommand, MemoryVerb;
    /// Uses memory or looks at it.
    Access = access::AccessCommand, AccessVerb;
    /// Calls the page allocator.
    Kernel = kernel::KernelCommand, KernelVerb;
    /// Makes and uses caches of small objects.
    Slab = slab::SlabCommand, SlabVerb;
    /// Makes and uses mappings of the kernel's own.
    Vmalloc = vmalloc::VmallocCommand, VmallocVerb;
    /// Does what root's shell does.
    Shell = shell::ShellCommand, ShellVerb;
    /// Claims something.
    Expect = expect::Expectation;
}

/// Returns the verb that a usage line begins with.
pub(super) const fn name_of(usage: &'static str) -> &'static str {
    let bytes = usage.as_bytes();
    let mut len = 0;
    while len < bytes.len() && bytes[len] != b' ' {
        len += 1;
    }
    usage.split_at(len).0
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
    /// Makes one that any reader may meet.
    #[cfg(test)]
    pub(super) random: fn(&mut crate::rng::Rng) -> Verb,
}

/// Looks up a verb by name.
pub fn find(name: &str) -> Option<&'static VerbSpec> {
    verbs().find(|spec| spec.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_each_verb_once() {
        for spec in verbs() {
            assert!(std::ptr::eq(find(spec.name).expect("in the table"), spec), "{} twice", spec.name);
            assert!(std::ptr::eq(spec.kind.spec(), spec), "{} is another's kind", spec.name);
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
