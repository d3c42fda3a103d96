//! `spawn`, `exit`: processes coming and going.

use core::fmt;

use crate::script::args::{Args, Opt};
use crate::script::error::Wrong;
use crate::script::name::Name;
use crate::script::registry::{Fails, Gives, Takes, VerbKind, VerbSpec};
use crate::script::shape::Shape;
use crate::script::{KERNEL, Verb};

pub(in crate::script) const VERBS: &[VerbSpec] = &[
    VerbSpec {
        kind: VerbKind::Spawn,
        name: "spawn",
        usage: "spawn NAME [bare]",
        takes: Takes::Nobody,
        gives: Gives::Nothing,
        fails: Fails::Refused,
        args: &[Shape::ProcessName],
        keys: &[],
        words: &["bare"],
        parse: |args| spawn(args).map(Verb::Spawn),
    },
    VerbSpec {
        kind: VerbKind::Exit,
        name: "exit",
        usage: "exit",
        takes: Takes::Process,
        gives: Gives::Nothing,
        fails: Fails::Refused,
        args: &[],
        keys: &[],
        words: &[],
        parse: |_| Ok(Verb::Exit),
    },
];

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

fn spawn(args: &mut Args<'_>) -> Result<Spawn, Wrong> {
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
        write!(f, "spawn {}{layout}", self.name)
    }
}
