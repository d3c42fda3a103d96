//! What a command answered, and whether its line expected that.

use crate::budget::Exceeded;
use crate::errno::Refusal;
use crate::quantity::Value as Operand;
use crate::script::{Command, Expected};
use crate::slab::CacheId;
use crate::units::{Order, Pfn, VirtAddr};
use crate::virt::paging::walk::Walk;

/// What a command that was not refused gives.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// Nothing but success.
    Nothing,
    /// A machine.
    Booted {
        /// Frames that the page allocator manages.
        managed: u64,
        /// Frames of RAM.
        present: u64,
    },
    /// A process.
    Spawned {
        /// Its number.
        pid: u32,
        /// Frame of its top-level table; `None` when it has no address space of its own.
        pgd: Option<Pfn>,
    },
    /// An address, of a mapping for one.
    Address(VirtAddr),
    /// Accesses went through.
    Accessed {
        /// Minor faults they took.
        minor: u64,
        /// Major faults they took.
        major: u64,
        /// Page-table pages they allocated.
        tables: u32,
        /// The frame behind the last address.
        frame: Option<Pfn>,
    },
    /// Blocks of frames.
    Blocks {
        /// The first block.
        first: Pfn,
        /// How many.
        count: u32,
        /// Order of each.
        order: Order,
    },
    /// A cache of small objects.
    Cache(CacheId),
    /// Objects of a cache or of `kmalloc`.
    Objects {
        /// The first.
        first: VirtAddr,
        /// How many.
        count: u32,
        /// Bytes of each that may be used.
        size: u64,
    },
    /// Text of a file.
    Text(String),
    /// Runs of pages in one state.
    Pages(Vec<crate::virt::area::maps::PageRun>),
    /// The walk of an address.
    Walk(Walk),
    /// Both sides of an expectation that holds.
    Holds {
        /// Left side.
        left: Operand,
        /// Right side.
        right: Operand,
    },
    /// Both sides of an expectation that does not hold.
    Fails {
        /// Left side.
        left: Operand,
        /// Right side.
        right: Operand,
    },
    /// An expectation about something that is not there.
    Unknown(crate::quantity::Unknown),
}

/// A command's answer before it is held against what the line expects.
#[derive(Clone, PartialEq, Debug)]
pub struct Answer {
    /// Value, or why it was refused.
    pub result: Result<Value, Refusal>,
    /// Whether the machine is another one now.
    pub booted: bool,
}

impl From<Result<Value, Refusal>> for Answer {
    fn from(result: Result<Value, Refusal>) -> Answer {
        Answer { result, booted: false }
    }
}

/// How an answer differs from what its line expects.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unexpected {
    /// Refused though the line expects success.
    Refused(Refusal),
    /// Refused in another way than expected.
    RefusedOtherwise {
        /// What the line expects.
        expected: Expected,
        /// What happened.
        got: Refusal,
    },
    /// Not refused though the line expects it.
    Succeeded {
        /// What the line expects.
        expected: Expected,
    },
    /// An `expect` does not hold, or names what is not there.
    Expectation,
    /// The script would go over its budget: it ends here.
    Exceeded,
}

/// What a command answered.
#[derive(Clone, PartialEq, Debug)]
pub struct Outcome {
    /// Value, or why it was refused.
    pub result: Result<Value, Refusal>,
    /// How that differs from what the line expects, if it does.
    pub unexpected: Option<Unexpected>,
    /// Whether the machine is another one now.
    pub booted: bool,
}

impl Outcome {
    /// Returns what the script would have taken too much of, if that is why it was refused.
    pub fn exceeded(&self) -> Option<Exceeded> {
        match self.result {
            Err(Refusal::Exceeded(exceeded)) => Some(exceeded),
            Ok(_) | Err(Refusal::Errno(_) | Refusal::Signal(_) | Refusal::NotModelled) => None,
        }
    }

    /// Holds an answer against what its command expects.
    pub fn judge(answer: Answer, command: &Command) -> Outcome {
        let unexpected = match (&answer.result, command.expected) {
            (Ok(Value::Fails { .. } | Value::Unknown(_)), _) => Some(Unexpected::Expectation),
            (Ok(_), None) => None,
            // Looking at what is not mapped is no failure; `!FAULT` only insists on it.
            (Ok(Value::Walk(walk)), Some(Expected::Fault)) if !walk.is_translated() => None,
            (Ok(_), Some(expected)) => Some(Unexpected::Succeeded { expected }),
            (Err(Refusal::Exceeded(_)), _) => Some(Unexpected::Exceeded),
            (Err(refusal), None) => Some(Unexpected::Refused(*refusal)),
            (Err(refusal), Some(expected)) if matches(expected, *refusal) => None,
            (Err(refusal), Some(expected)) => Some(Unexpected::RefusedOtherwise { expected, got: *refusal }),
        };
        Outcome { result: answer.result, unexpected, booted: answer.booted }
    }
}

fn matches(expected: Expected, refusal: Refusal) -> bool {
    match (expected, refusal) {
        (_, Refusal::NotModelled) => false,
        (Expected::Errno(expected), Refusal::Errno(got)) => expected == got,
        (Expected::Signal(expected), Refusal::Signal(got)) => expected == got.signo,
        (Expected::Errno(_) | Expected::Signal(_) | Expected::Fault, _) => false,
    }
}
