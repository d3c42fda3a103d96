//! The verbs, one file per group: what their commands hold, how they are read and printed.

/// Makes the rows of an area: `Variant(value: Type) = "usage", who says it, what a label keeps, how it
/// fails, arguments, keys, words`, then how the value is read, printed and, for the laws, made at
/// random. It declares the area's commands and their kinds with them. `boot` and `expect` are areas of a
/// single verb, whose row stands there without it.
macro_rules! verbs {
    ($(#[$doc:meta])* $command:ident, $kind:ident in $area:ident;
    $($(#[$about:meta])* $verb:ident $(($value:ident: $type:ty))? = $usage:expr,
        $takes:ident, $gives:ident, $fails:ident, $args:expr, $keys:expr, $words:expr
        $(, read |$from:ident| $read:expr, print |$to:ident| $print:expr, random |$rng:ident| $random:expr)?;)*) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum $command { $($(#[$about])* $verb $(($type))?),* }

        /// A verb of this area.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum $kind { $($(#[$about])* $verb),* }

        impl $command {
            /// Returns which verb it is.
            pub fn kind(&self) -> $kind {
                match self { $(verbs!(@any $command $verb $($type)?) => $kind::$verb,)* }
            }
        }

        impl fmt::Display for $command {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $($command::$verb $(($value))? => {
                        $(
                            let $to = &mut *f;
                            $print?;
                        )?
                        Ok(())
                    })*
                }
            }
        }

        pub(in crate::script) const VERBS: &[VerbSpec] = &[$(VerbSpec {
            kind: VerbKind::$area($kind::$verb),
            name: crate::script::registry::name_of($usage),
            usage: $usage,
            takes: Takes::$takes,
            gives: Gives::$gives,
            fails: Fails::$fails,
            args: $args,
            keys: $keys,
            words: $words,
            parse: |_args| Ok(Verb::$area($command::$verb $(({
                let $from = _args;
                $read?
            }))?)),
            #[cfg(test)]
            random: |_rng| Verb::$area($command::$verb $(({
                let $rng = _rng;
                $random
            }))?),
        }),*];
    };
    (@any $command:ident $verb:ident) => { $command::$verb };
    (@any $command:ident $verb:ident $type:ty) => { $command::$verb(_) };
}

pub mod access;
pub mod boot;
pub mod expect;
pub mod kernel;
pub mod memory;
pub mod process;
pub mod shell;
pub mod slab;
pub mod vmalloc;
