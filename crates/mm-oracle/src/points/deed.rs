//! What was done at a point: input, and the events that must follow.

use std::collections::{BTreeMap, BTreeSet};

use crate::replay::pages::{FreedBlock, Reclaimed};
use mm::gfp::{self, Gfp};
use mm::import::text::{DumpError, Expected};
use mm::units::{Order, Pfn};

/// What was done at a point.
pub(super) struct Script {
    /// The one thing.
    pub(super) deed: Deed,
    /// Allocations and frees outside compaction and reclaim, with their lines.
    pub(super) input: Vec<(u32, Input)>,
    /// What each direct reclaim did.
    pub(super) reclaims: Vec<Reclaimed>,
    /// What the model must say, with lines; of an allocation its answer alone.
    pub(super) expected: Vec<(u32, String)>,
    /// Whether the buffer lost events.
    pub(super) lost_events: bool,
}

/// The one thing that was done.
#[derive(Clone, Copy)]
pub(super) enum Deed {
    /// Requests, as the input has them.
    Requests,
    /// `wakeup_kcompactd`.
    Wake {
        /// Order wanted.
        order: Order,
        /// Class of the highest zone.
        class: u8,
    },
    /// `compaction_proactiveness` was written.
    Proactive(u64),
    /// `compact_memory` was written.
    Everything,
}

/// A call of the page allocator by somebody else than compaction.
#[derive(Clone, Copy)]
pub(super) enum Input {
    /// An allocation.
    Alloc {
        /// Its order.
        order: Order,
        /// Its flags.
        gfp: Gfp,
    },
    /// A free.
    Free(FreedBlock),
}

/// Whose the lines are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Nothing,
    Compaction,
    Reclaim,
}

/// Events that the model's must be.
const JUDGED: [&str; 2] = ["mm_compaction_", "mm_vmscan_wakeup_kswapd"];

/// Reads a file `do` line by line.
struct Reader {
    script: Script,
    within: Within,
    /// Lines of frees that are only announced.
    announced: BTreeSet<u32>,
}

impl Script {
    /// Reads a file `do`.
    pub(super) fn parse(text: &str) -> Result<Script, DumpError> {
        let script = Script {
            deed: Deed::Requests,
            input: Vec::new(),
            reclaims: Vec::new(),
            expected: Vec::new(),
            lost_events: false,
        };
        let mut reader = Reader { script, within: Within::Nothing, announced: announced(text) };
        for (line, text) in (1..).zip(text.lines()) {
            reader.line(line, text.trim_end()).map_err(|expected| DumpError { line, expected })?;
        }
        Ok(reader.script)
    }
}

impl Reader {
    fn line(&mut self, line: u32, text: &str) -> Result<(), Expected> {
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        match words[..] {
            ["do", ref rest @ ..] => self.script.deed = deed(rest).ok_or(Expected::Field("do"))?,
            ["A", pfn, order, _, names] => self.alloc(line, pfn, order, names)?,
            ["F", pfn, order] => self.free(line, text, pfn, order)?,
            ["B", pfn] => self.free(line, text, pfn, "0")?,
            ["I" | "M" | "X", ..] => self.expect(line, text),
            ["mm_vmscan_direct_reclaim_begin:", ..] => {
                self.within = Within::Reclaim;
                self.script.reclaims.push(Reclaimed::default());
            }
            ["mm_vmscan_direct_reclaim_end:", number] => self.end_reclaim(number)?,
            ["#", "entries-in-buffer/entries-written:", counts, ..] => {
                let kept_all = counts.split_once('/').is_some_and(|(kept, written)| kept == written);
                self.script.lost_events |= !kept_all;
            }
            [event, ..] if JUDGED.iter().any(|name| event.starts_with(name)) => self.event(line, text, event),
            _ => {}
        }
        Ok(())
    }

    fn expect(&mut self, line: u32, text: &str) {
        self.script.expected.push((line, text.to_owned()));
    }

    fn event(&mut self, line: u32, text: &str, event: &str) {
        if self.within == Within::Reclaim {
            return;
        }
        match event {
            "mm_compaction_begin:" => self.within = Within::Compaction,
            "mm_compaction_end:" => self.within = Within::Nothing,
            _ => {}
        }
        self.expect(line, text);
    }

    fn alloc(&mut self, line: u32, pfn: &str, order: &str, names: &str) -> Result<(), Expected> {
        let order = order.parse().ok().and_then(Order::try_new).ok_or(Expected::Order)?;
        let gfp = flags(names).ok_or(Expected::Gfp)?;
        self.script.input.push((line, Input::Alloc { order, gfp }));
        self.expect(line, &format!("A {pfn}"));
        Ok(())
    }

    fn free(&mut self, line: u32, text: &str, pfn: &str, order: &str) -> Result<(), Expected> {
        let block = freed(pfn, order).ok_or(Expected::Number("pfn"))?;
        match self.within {
            Within::Compaction => self.expect(line, text),
            Within::Nothing | Within::Reclaim if self.announced.contains(&line) => {}
            Within::Nothing => self.script.input.push((line, Input::Free(block))),
            Within::Reclaim => {
                if let Some(reclaim) = self.script.reclaims.last_mut() {
                    reclaim.freed.push(block);
                }
            }
        }
        Ok(())
    }

    fn end_reclaim(&mut self, number: &str) -> Result<(), Expected> {
        self.within = Within::Nothing;
        let number = number.strip_prefix("nr_reclaimed=").and_then(|number| number.parse().ok());
        let last = self.script.reclaims.last_mut();
        let (number, last) = number.zip(last).ok_or(Expected::Number("nr_reclaimed"))?;
        last.number = number;
        Ok(())
    }
}

/// Returns the lines of frees that are carried out later, page by page (`B`).
fn announced(text: &str) -> BTreeSet<u32> {
    let (mut open, mut later) = (BTreeMap::new(), BTreeSet::new());
    for (number, line) in (1..).zip(text.lines()) {
        let mut words = line.split_ascii_whitespace();
        match (words.next(), words.next()) {
            (Some("F"), Some(pfn)) => {
                open.insert(pfn, number);
            }
            (Some("B"), Some(pfn)) => later.extend(open.remove(pfn)),
            _ => {}
        }
    }
    later
}

fn deed(words: &[&str]) -> Option<Deed> {
    let field = |name: &str| -> Option<u8> {
        let value = words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='))?;
        value.trim_end_matches(',').parse().ok()
    };
    match words {
        ["fault" | "alloc", ..] => Some(Deed::Requests),
        ["wakeup_kcompactd", ..] => Some(Deed::Wake {
            order: Order::try_new(field("order")?.into())?,
            class: field("highest_zoneidx")?,
        }),
        ["echo", value, ">", path, ..] => match path.trim_end_matches(',').rsplit('/').next()? {
            "compaction_proactiveness" => Some(Deed::Proactive(value.parse().ok()?)),
            "compact_memory" => Some(Deed::Everything),
            _ => None,
        },
        _ => None,
    }
}

fn freed(pfn: &str, order: &str) -> Option<FreedBlock> {
    let order = Order::try_new(order.parse().ok()?)?;
    Some(FreedBlock { pfn: Pfn(pfn.parse().ok()?), order })
}

/// Reads names of flags; a long line is cut, so the last name may lack its end.
fn flags(names: &str) -> Option<Gfp> {
    let cut = |name: &str| {
        let mut like = gfp::NAMES.iter().filter(|(known, _)| known.starts_with(name));
        like.next().filter(|_| like.next().is_none() && names.ends_with(name)).map(|(_, gfp)| *gfp)
    };
    let flag = |name: &str| Gfp::from_name(name).or_else(|| cut(name));
    names.split(gfp::SEPARATOR).try_fold(Gfp::NONE, |gfp, name| Some(gfp | flag(name)?))
}
