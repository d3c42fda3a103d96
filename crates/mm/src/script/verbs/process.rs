//! `spawn`, `exit`: processes coming and going.

use core::fmt;

use crate::script::args::{Args, Opt};
use crate::script::error::Wrong;
use crate::script::name::Name;
use crate::script::registry::{Fails, Gives, Takes, VerbKind, VerbSpec};
use crate::script::shape::Shape;
use crate::script::{KERNEL, Verb};

#[cfg(test)]
use crate::script::arbitrary;

verbs! {
    /// Processes coming and going.
    ProcessCommand, ProcessVerb in Process;

    /// Starts a process.
    Spawn(spawn: Spawn) = "spawn NAME [bare]",
        Nobody, Nothing, Refused, &[Shape::ProcessName], &[], &["bare"],
        read |args| read_spawn(args),
        print |f| spawn.fmt(f),
        random |rng| Spawn {
            name: arbitrary::process_name(rng),
            layout: *rng.pick(&[Layout::Usual, Layout::Bare]),
        };
    /// Ends the process.
    Exit = "exit", Process, Nothing, Refused, &[], &[], &[];
}

/// A new process.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spawn {
    /// Its name, by which its calls are marked. Never `kernel`.
    pub name: Name,
    /// What it starts with.
    pub layout: Layout,
}

/// What a process starts with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Layout {
    /// Text, data, heap, stack as a program has them.
    Usual,
    /// No area at all.
    Bare,
}

fn read_spawn(args: &mut Args<'_>) -> Result<Spawn, Wrong> {
    let word = args.positional(Shape::ProcessName)?;
    let name = Name::new(word.text).filter(|name| name.as_str() != KERNEL);
    let name = name.ok_or_else(|| word.not(Shape::ProcessName))?;
    let mut layout = Layout::Usual;
    while let Some(option) = args.option()? {
        match option {
            Opt::Word(..) => layout = Layout::Bare,
            Opt::Key(..) => unreachable!("spawn has no keys"),
        }
    }
    Ok(Spawn { name, layout })
}

impl fmt::Display for Spawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let layout = match self.layout {
            Layout::Usual => "",
            Layout::Bare => " bare",
        };
        write!(f, " {}{layout}", self.name)
    }
}
