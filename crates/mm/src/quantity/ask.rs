//! From the text of a quantity to a question with numbers in it: the parts that rows read.

use super::{Ask, Kind, Known, Unknown, Value, field};
use crate::func::Func;
use crate::label::Label;
use crate::phys::zone::{ZoneId, ZoneKind};
use crate::script::{Arg, KERNEL, Pick, Quantity, Segment, Sum, Term};
use crate::units::{Order, Pfn, VirtAddr};
use crate::unmodelled;
use crate::world::World;

/// Whose address: a process's or the kernel's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subject {
    /// The kernel.
    Kernel,
    /// A process by name.
    Process(String),
}

impl Subject {
    /// Returns the process.
    pub(super) fn process(&self) -> Option<&str> {
        match self {
            Subject::Kernel => None,
            Subject::Process(name) => Some(name),
        }
    }
}

/// What `pfn()` asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Behind {
    /// A frame itself: the kernel's label of blocks.
    Frame(Pfn),
    /// The frame behind an address.
    Address(Subject, VirtAddr),
}

impl Behind {
    /// Returns the process whose address it is.
    pub(super) fn process(&self) -> Option<&str> {
        match self {
            Behind::Frame(_) => None,
            Behind::Address(subject, _) => subject.process(),
        }
    }
}

fn first_of(pick: Option<Pick>) -> Option<u32> {
    pick.map(|pick| match pick {
        Pick::One(at) | Pick::Range { first: at, .. } => at,
    })
}

/// Finds a name among so many; `is_known` knows those that 6.1 has and the model has not. Compiled
/// once for all lists.
#[inline(never)]
fn among(
    found: &str,
    count: usize,
    name: &dyn Fn(usize) -> &'static str,
    is_known: &dyn Fn(&str) -> bool,
) -> Result<usize, Unknown> {
    let place = (0..count).find(|&at| name(at) == found);
    place.ok_or_else(|| match is_known(found) {
        true => Unknown::NotModelled(found.into()),
        false => field::unknown(found, (0..count).map(name)),
    })
}

/// A quantity of a known kind being taken apart.
pub(super) struct Parts<'a> {
    pub(super) kind: Kind,
    pub(super) quantity: &'a Quantity,
    pub(super) world: &'a World,
}

impl Parts<'_> {
    fn segment(&self, at: usize) -> Result<&Segment, Unknown> {
        self.quantity.segments.get(at).ok_or(Unknown::Arguments(self.kind))
    }

    pub(super) fn name(&self, at: usize) -> Result<String, Unknown> {
        Ok(self.segment(at)?.name.as_str().into())
    }

    pub(super) fn field<T: Clone>(
        &self,
        at: usize,
        all: &[T],
        name: impl Fn(T) -> &'static str,
    ) -> Result<T, Unknown> {
        let found = self.segment(at)?.name.as_str();
        let place = among(found, all.len(), &|at| name(all[at].clone()), &|name| self.is_known(name))?;
        Ok(all[place].clone())
    }

    /// Returns whether 6.1 has a field that the model lacks, besides the lines that [`Self::line`]
    /// reads.
    fn is_known(&self, name: &str) -> bool {
        let is_tunable = || unmodelled::is_tunable(self.world.config.arch, name);
        self.kind == Kind::Smaps && unmodelled::is_smaps_line(name)
            || self.kind == Kind::Sysctl && is_tunable()
    }

    /// Reads the name of a line of a file; `is_fixed` knows lines that the kernel has and the
    /// model does not. Names may hold parentheses: `Inactive(anon)`.
    pub(super) fn line<T: Copy>(
        &self,
        at: usize,
        lines: impl Iterator<Item = T>,
        name: fn(T) -> &'static str,
        is_fixed: impl Fn(&str) -> bool,
    ) -> Result<T, Unknown> {
        let found = self.segment(at)?.to_string();
        let lines: Vec<T> = lines.collect();
        let place = among(&found, lines.len(), &|at| name(lines[at]), &is_fixed)?;
        Ok(lines[place])
    }

    pub(super) fn zone(&self, at: usize) -> Result<ZoneId, Unknown> {
        let segment = self.segment(at)?;
        let name = segment.name.as_str();
        let zone = ZoneKind::from_name(name).and_then(|kind| {
            let node = crate::config::NodeId(segment.node.unwrap_or(0));
            self.world.phys.find_zone(node, kind)
        });
        zone.ok_or_else(|| Unknown::Zone(name.into()))
    }

    /// Reads the order in brackets, where there are any.
    pub(super) fn order_if_any(&self, at: usize) -> Result<Option<Order>, Unknown> {
        self.segment(at)?.pick.map(|_| self.order(at)).transpose()
    }

    /// Reads the name of a kernel function.
    pub(super) fn func(&self, at: usize) -> Result<Func, Unknown> {
        let name = self.arg_name(at)?;
        let nearest = Func::ALL.iter().map(|func| func.name());
        Func::from_name(&name).ok_or_else(|| field::unknown(&name, nearest))
    }

    /// Reads the number of a frame.
    pub(super) fn arg_frame(&self, at: usize) -> Result<Pfn, Unknown> {
        let pfn = self.arg_number(at)?;
        u32::try_from(pfn).map(Pfn).map_err(|_| Unknown::NoFrame(pfn))
    }

    /// Reads what `pfn()` asks.
    pub(super) fn behind(&self) -> Result<Behind, Unknown> {
        match self.own_frame() {
            Some(pfn) => Ok(Behind::Frame(pfn)),
            None => self.place().map(|(subject, va)| Behind::Address(subject, va)),
        }
    }

    /// Reads what is no registered quantity: a label, possibly one of its blocks.
    pub(super) fn label(&self) -> Result<VirtAddr, Unknown> {
        if let [Segment { name, node: None, args: None, pick }] = self.quantity.segments.as_slice()
            && let Some(value) = self.world.label_value(name.as_str(), first_of(*pick))
        {
            return Ok(VirtAddr(value));
        }
        let heads = Kind::ALL.iter().map(|kind| kind.head());
        let found = self.quantity.to_string();
        let nearest =
            crate::script::nearest(self.quantity.segments[0].name.as_str(), heads).map(String::from);
        Err(Unknown::Quantity { found, nearest })
    }

    /// Reads the order in brackets.
    pub(super) fn order(&self, at: usize) -> Result<Order, Unknown> {
        match self.segment(at)?.pick {
            Some(Pick::One(order)) => Order::try_new(u64::from(order)),
            Some(Pick::Range { .. }) | None => None,
        }
        .ok_or(Unknown::Arguments(self.kind))
    }

    fn args(&self) -> Result<&[Arg], Unknown> {
        self.segment(0)?.args.as_deref().ok_or(Unknown::Arguments(self.kind))
    }

    fn arg_sum(&self, at: usize) -> Result<&Sum, Unknown> {
        match self.args()?.get(at) {
            Some(Arg::Sum(sum)) => Ok(sum),
            Some(Arg::Text(_)) | None => Err(Unknown::Arguments(self.kind)),
        }
    }

    pub(super) fn arg_name(&self, at: usize) -> Result<String, Unknown> {
        let name = self.arg_sum(at)?.as_quantity().and_then(Quantity::as_dotted);
        name.ok_or(Unknown::Arguments(self.kind))
    }

    /// Reads a name that may stand in quotes: `slab("kmalloc-1k")`.
    pub(super) fn arg_text(&self, at: usize) -> Result<String, Unknown> {
        match self.args()?.get(at) {
            Some(Arg::Text(text)) => Ok(text.as_str().into()),
            Some(Arg::Sum(_)) | None => self.arg_name(at),
        }
    }

    /// Reads an argument that is an address or a frame: labels, numbers, other quantities.
    pub(super) fn arg_number(&self, at: usize) -> Result<u64, Unknown> {
        let mut total = 0_i128;
        for (sign, term) in &self.arg_sum(at)?.terms {
            let value = match term {
                Term::Literal(literal) => i128::from(literal.value),
                Term::Quantity(quantity) => {
                    match Ask::resolve(quantity, self.world)?.eval(self.world, Known::none())? {
                        Value::Number { value, .. } => value,
                        Value::List(_) | Value::Word(_) | Value::Text(_) => {
                            return Err(Unknown::Arguments(self.kind));
                        }
                    }
                }
            };
            total += match sign {
                crate::script::Sign::Plus => value,
                crate::script::Sign::Minus => -value,
            };
        }
        u64::try_from(total).map_err(|_| Unknown::Arguments(self.kind))
    }

    /// Returns the frame of a block that the kernel's label names: a page of high memory has one
    /// without having an address.
    fn own_frame(&self) -> Option<Pfn> {
        let args = self.segment(0).ok()?.args.as_deref()?;
        let quantity = match args {
            [Arg::Sum(place)] => place.as_quantity()?,
            [Arg::Sum(who), Arg::Sum(place)] if who.as_quantity()?.as_dotted()? == KERNEL => {
                place.as_quantity()?
            }
            _ => return None,
        };
        let [Segment { name, node: None, args: None, pick }] = quantity.segments.as_slice() else {
            return None;
        };
        match self.world.labels.get(name.as_str())? {
            Label::Blocks { frames, .. } => frames.get(first_of(*pick).unwrap_or(0)),
            Label::Range { .. } | Label::Cache(_) | Label::Objects { .. } => None,
        }
    }

    /// Reads `(P, VA)`, or `(VA)` alone for the kernel.
    pub(super) fn place(&self) -> Result<(Subject, VirtAddr), Unknown> {
        match self.args()? {
            [_] => Ok((Subject::Kernel, VirtAddr(self.arg_number(0)?))),
            [_, _] => {
                let name = self.arg_name(0)?;
                let subject = if name == KERNEL { Subject::Kernel } else { Subject::Process(name) };
                Ok((subject, VirtAddr(self.arg_number(1)?)))
            }
            _ => Err(Unknown::Arguments(self.kind)),
        }
    }
}
