//! From the text of a quantity to a question with numbers in it.

use super::{
    Counter, Kind, LayoutField, MeminfoLine, PageField, PcpField, PteField, SigField, SlabField, SmapsLine,
    StatusLine, Unknown, Value, VmallocField, WalkField, ZoneField,
};
use super::{Last, field};
use crate::func::Func;
use crate::label::Label;
use crate::phys::zone::migratetype::MigrateType;
use crate::phys::zone::{ZoneId, ZoneKind};
use crate::script::{Arg, KERNEL, Pick, Quantity, Segment, Sum, Term};
use crate::sysctl;
use crate::units::{Order, Pfn, VirtAddr};
use crate::unmodelled;
use crate::virt::BandKind;
use crate::virt::tlb::TlbCounter;
use crate::world::World;

/// Whose address: a process's or the kernel's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subject {
    /// The kernel.
    Kernel,
    /// A process by name.
    Process(String),
}

/// A question whose addresses are numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ask {
    /// `vmstat.NAME`.
    Vmstat(Counter),
    /// `meminfo.NAME`.
    Meminfo(MeminfoLine),
    /// `status.P.NAME`.
    Status(String, StatusLine),
    /// `smaps.P.NAME`.
    Smaps(String, SmapsLine),
    /// `minflt.P`.
    Minflt(String),
    /// `majflt.P`.
    Majflt(String),
    /// `rss.P`.
    Rss(String),
    /// `maps.P`.
    Maps(String),
    /// `brk.P`.
    Brk(String),
    /// `sig.P.FIELD`.
    Sig(String, SigField),
    /// `alive(P)`.
    Alive(String),
    /// `ptpages(P)`.
    Ptpages(String),
    /// `zoneinfo.ZONE.FIELD`.
    Zone(ZoneId, ZoneField),
    /// `buddyinfo.ZONE`.
    BuddyRow(ZoneId),
    /// `buddyinfo.ZONE[O]`.
    Buddy(ZoneId, Order),
    /// `extfrag.ZONE[O]`.
    Extfrag(ZoneId, Order),
    /// `unusable.ZONE[O]`.
    Unusable(ZoneId, Order),
    /// `blocks.ZONE.TYPE`.
    Blocks(ZoneId, MigrateType),
    /// `pcp.ZONE.FIELD`.
    Pcp(ZoneId, PcpField),
    /// `pfn(P, VA)`.
    Pfn(Subject, VirtAddr),
    /// `pfn(kernel, L)` of a label of blocks.
    Frame(Pfn),
    /// `pte(P, VA).FIELD`.
    Pte(Subject, VirtAddr, PteField),
    /// `walk(P, VA).FIELD`.
    Walk(Subject, VirtAddr, WalkField),
    /// `page(PFN).FIELD`.
    Page(Pfn, PageField),
    /// `slab(C).FIELD`.
    Slab(String, SlabField),
    /// `ksize(L)`.
    Ksize(VirtAddr),
    /// `frames(L)`.
    Frames(String),
    /// `vmalloc.FIELD`.
    Vmalloc(VmallocField),
    /// `tlb.FIELD`.
    Tlb(TlbCounter),
    /// `time(last)`.
    Time,
    /// `share(FUNC)`.
    Share(Func),
    /// `sysctl.NAME`.
    Sysctl(&'static str),
    /// `mem.frames`.
    MemFrames,
    /// `mem.memmap`.
    MemMap,
    /// `layout.BAND.FIELD`.
    Layout(BandKind, LayoutField),
    /// `count(L)`.
    Count(String),
    /// A label, `va(L)`, or a number.
    Address(VirtAddr),
    /// `pa(L)`.
    Pa(VirtAddr),
}

impl Ask {
    /// Turns a quantity of a script into a question: labels become addresses here.
    ///
    /// # Errors
    /// When no quantity is written so, or a label in it has no value.
    pub fn resolve(quantity: &Quantity, world: &World) -> Result<Ask, Unknown> {
        let first = &quantity.segments[0];
        let head = first.name.as_str();
        let Some(kind) = Kind::ALL.iter().copied().find(|kind| kind.head() == head) else {
            return Ask::other(quantity, world);
        };
        let parts = Parts { kind, quantity, world };
        match kind {
            Kind::Vmstat => {
                let is_fixed = |name: &str| Counter::is_line(name, world);
                parts.line(1, Counter::lines(world), Counter::name, is_fixed).map(Ask::Vmstat)
            }
            Kind::Meminfo => {
                let lines = MeminfoLine::lines(world);
                parts.line(1, lines, MeminfoLine::name, MeminfoLine::is_fixed).map(Ask::Meminfo)
            }
            Kind::Status => {
                let lines = StatusLine::ALL.iter().copied();
                let line = parts.line(2, lines, StatusLine::name, StatusLine::is_fixed)?;
                Ok(Ask::Status(parts.name(1)?, line))
            }
            Kind::Smaps => {
                let line = parts.field(2, SmapsLine::ALL, |line| line.name())?;
                Ok(Ask::Smaps(parts.name(1)?, line))
            }
            Kind::Minflt => parts.name(1).map(Ask::Minflt),
            Kind::Majflt => parts.name(1).map(Ask::Majflt),
            Kind::Rss => parts.name(1).map(Ask::Rss),
            Kind::Maps => parts.name(1).map(Ask::Maps),
            Kind::Brk => parts.name(1).map(Ask::Brk),
            Kind::Sig => {
                let field = parts.field(2, SigField::ALL, |field| field.name())?;
                Ok(Ask::Sig(parts.name(1)?, field))
            }
            Kind::Alive => parts.arg_name(0).map(Ask::Alive),
            Kind::Ptpages => parts.arg_name(0).map(Ask::Ptpages),
            Kind::Zoneinfo => {
                let fields = ZoneField::fields(world);
                let field = parts.line(2, fields, ZoneField::name, ZoneField::is_fixed)?;
                Ok(Ask::Zone(parts.zone(1)?, field))
            }
            Kind::Buddyinfo => parts.buddyinfo(),
            Kind::Extfrag => Ok(Ask::Extfrag(parts.zone(1)?, parts.order(1)?)),
            Kind::Unusable => Ok(Ask::Unusable(parts.zone(1)?, parts.order(1)?)),
            Kind::Blocks => {
                let all = MigrateType::ALL;
                Ok(Ask::Blocks(parts.zone(1)?, parts.field(2, &all, MigrateType::name)?))
            }
            Kind::Pcp => {
                let field = parts.field(2, PcpField::ALL, |field| field.name())?;
                Ok(Ask::Pcp(parts.zone(1)?, field))
            }
            Kind::Pfn => match parts.own_frame() {
                Some(pfn) => Ok(Ask::Frame(pfn)),
                None => parts.place().map(|(subject, va)| Ask::Pfn(subject, va)),
            },
            Kind::Pte => {
                let field = parts.field(1, PteField::ALL, |field| field.name())?;
                parts.place().map(|(subject, va)| Ask::Pte(subject, va, field))
            }
            Kind::Walk => {
                let field = parts.field(1, WalkField::ALL, |field| field.name())?;
                parts.place().map(|(subject, va)| Ask::Walk(subject, va, field))
            }
            Kind::Page => {
                let field = parts.field(1, PageField::ALL, |field| field.name())?;
                let pfn = parts.arg_number(0)?;
                let pfn = u32::try_from(pfn).map_err(|_| Unknown::NoFrame(pfn))?;
                Ok(Ask::Page(Pfn(pfn), field))
            }
            Kind::Slab => {
                let field = parts.field(1, SlabField::ALL, |field| field.name())?;
                Ok(Ask::Slab(parts.arg_text(0)?, field))
            }
            Kind::Ksize => parts.arg_number(0).map(|va| Ask::Ksize(VirtAddr(va))),
            Kind::Frames => parts.arg_name(0).map(Ask::Frames),
            Kind::Vmalloc => parts.field(1, VmallocField::ALL, |field| field.name()).map(Ask::Vmalloc),
            Kind::Tlb => {
                parts.field(1, &TlbCounter::NAMES, |(_, name)| name).map(|(counter, _)| Ask::Tlb(counter))
            }
            Kind::Time => Ok(Ask::Time),
            Kind::Share => {
                let name = parts.arg_name(0)?;
                let nearest = Func::ALL.iter().map(|func| func.name());
                Func::from_name(&name).map(Ask::Share).ok_or_else(|| field::unknown(&name, nearest))
            }
            Kind::Sysctl => {
                parts.field(1, &sysctl::of_proc().collect::<Vec<_>>(), |name| name).map(Ask::Sysctl)
            }
            Kind::Mem => {
                let all = [Ask::MemFrames, Ask::MemMap];
                let name = |ask: Ask| if ask == Ask::MemFrames { "frames" } else { "memmap" };
                parts.field(1, &all, name)
            }
            Kind::Layout => {
                let band = parts.field(1, &BandKind::ALL, BandKind::name)?;
                parts.field(2, LayoutField::ALL, |field| field.name()).map(|field| Ask::Layout(band, field))
            }
            Kind::Count => parts.arg_name(0).map(Ask::Count),
            Kind::Va => parts.arg_number(0).map(|va| Ask::Address(VirtAddr(va))),
            Kind::Pa => parts.arg_number(0).map(|va| Ask::Pa(VirtAddr(va))),
            Kind::Label => Ask::other(quantity, world),
        }
    }

    /// Returns the question for a label's address.
    ///
    /// # Errors
    /// When the label has no value.
    pub fn label(name: &str, world: &World) -> Result<Ask, Unknown> {
        let value = world.label_value(name, None).ok_or_else(|| Unknown::Label(name.into()))?;
        Ok(Ask::Address(VirtAddr(value)))
    }

    /// Returns the process that the question is about.
    pub fn subject(&self) -> Option<&str> {
        match self {
            Ask::Status(name, _)
            | Ask::Smaps(name, _)
            | Ask::Minflt(name)
            | Ask::Majflt(name)
            | Ask::Rss(name)
            | Ask::Maps(name)
            | Ask::Brk(name)
            | Ask::Sig(name, _)
            | Ask::Alive(name)
            | Ask::Ptpages(name)
            | Ask::Pfn(Subject::Process(name), _)
            | Ask::Pte(Subject::Process(name), ..)
            | Ask::Walk(Subject::Process(name), ..) => Some(name),
            Ask::Pfn(Subject::Kernel, _)
            | Ask::Pte(Subject::Kernel, ..)
            | Ask::Walk(Subject::Kernel, ..)
            | Ask::Vmstat(_)
            | Ask::Meminfo(_)
            | Ask::Zone(..)
            | Ask::BuddyRow(_)
            | Ask::Buddy(..)
            | Ask::Extfrag(..)
            | Ask::Unusable(..)
            | Ask::Blocks(..)
            | Ask::Pcp(..)
            | Ask::Frame(_)
            | Ask::Page(..)
            | Ask::Slab(..)
            | Ask::Ksize(_)
            | Ask::Frames(_)
            | Ask::Vmalloc(_)
            | Ask::Tlb(_)
            | Ask::Time
            | Ask::Share(_)
            | Ask::Sysctl(_)
            | Ask::MemFrames
            | Ask::MemMap
            | Ask::Layout(..)
            | Ask::Count(_)
            | Ask::Address(_)
            | Ask::Pa(_) => None,
        }
    }

    /// Returns the cache that the question is about.
    pub fn cache(&self) -> Option<&str> {
        if let Ask::Slab(name, _) = self { Some(name) } else { None }
    }

    /// Reads what is no registered quantity: a label, possibly one of its blocks.
    fn other(quantity: &Quantity, world: &World) -> Result<Ask, Unknown> {
        if let [Segment { name, node: None, args: None, pick }] = quantity.segments.as_slice()
            && let Some(value) = world.label_value(name.as_str(), first_of(*pick))
        {
            return Ok(Ask::Address(VirtAddr(value)));
        }
        let heads = Kind::ALL.iter().map(|kind| kind.head());
        let found = quantity.to_string();
        let nearest = crate::script::nearest(quantity.segments[0].name.as_str(), heads).map(String::from);
        Err(Unknown::Quantity { found, nearest })
    }
}

fn first_of(pick: Option<Pick>) -> Option<u32> {
    pick.map(|pick| match pick {
        Pick::One(at) | Pick::Range { first: at, .. } => at,
    })
}

/// A quantity of a known kind being taken apart.
struct Parts<'a> {
    kind: Kind,
    quantity: &'a Quantity,
    world: &'a World,
}

impl Parts<'_> {
    fn segment(&self, at: usize) -> Result<&Segment, Unknown> {
        self.quantity.segments.get(at).ok_or(Unknown::Arguments(self.kind))
    }

    fn name(&self, at: usize) -> Result<String, Unknown> {
        Ok(self.segment(at)?.name.as_str().into())
    }

    fn field<T: Clone>(&self, at: usize, all: &[T], name: impl Fn(T) -> &'static str) -> Result<T, Unknown> {
        let found = self.segment(at)?.name.as_str();
        let choice = all.iter().find(|choice| name((*choice).clone()) == found).cloned();
        choice.ok_or_else(|| match self.is_known(found) {
            true => Unknown::NotModelled(found.into()),
            false => field::unknown(found, all.iter().map(|choice| name(choice.clone()))),
        })
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
    fn line<T: Copy>(
        &self,
        at: usize,
        lines: impl Iterator<Item = T>,
        name: fn(T) -> &'static str,
        is_fixed: impl Fn(&str) -> bool,
    ) -> Result<T, Unknown> {
        let found = self.segment(at)?.to_string();
        let lines: Vec<T> = lines.collect();
        let line = lines.iter().copied().find(|&line| name(line) == found);
        line.ok_or_else(|| match is_fixed(&found) {
            true => Unknown::NotModelled(found),
            false => field::unknown(&found, lines.into_iter().map(name)),
        })
    }

    fn zone(&self, at: usize) -> Result<ZoneId, Unknown> {
        let segment = self.segment(at)?;
        let name = segment.name.as_str();
        let zone = ZoneKind::from_name(name).and_then(|kind| {
            let node = crate::config::NodeId(segment.node.unwrap_or(0));
            self.world.phys.find_zone(node, kind)
        });
        zone.ok_or_else(|| Unknown::Zone(name.into()))
    }

    fn buddyinfo(&self) -> Result<Ask, Unknown> {
        let zone = self.zone(1)?;
        match self.segment(1)?.pick {
            None => Ok(Ask::BuddyRow(zone)),
            Some(Pick::One(_) | Pick::Range { .. }) => Ok(Ask::Buddy(zone, self.order(1)?)),
        }
    }

    /// Reads the order in brackets.
    fn order(&self, at: usize) -> Result<Order, Unknown> {
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

    fn arg_name(&self, at: usize) -> Result<String, Unknown> {
        let name = self.arg_sum(at)?.as_quantity().and_then(Quantity::as_dotted);
        name.ok_or(Unknown::Arguments(self.kind))
    }

    /// Reads a name that may stand in quotes: `slab("kmalloc-1k")`.
    fn arg_text(&self, at: usize) -> Result<String, Unknown> {
        match self.args()?.get(at) {
            Some(Arg::Text(text)) => Ok(text.as_str().into()),
            Some(Arg::Sum(_)) | None => self.arg_name(at),
        }
    }

    /// Reads an argument that is an address or a frame: labels, numbers, other quantities.
    fn arg_number(&self, at: usize) -> Result<u64, Unknown> {
        let mut total = 0_i128;
        for (sign, term) in &self.arg_sum(at)?.terms {
            let value = match term {
                Term::Literal(literal) => i128::from(literal.value),
                Term::Quantity(quantity) => {
                    match Ask::resolve(quantity, self.world)?.eval(self.world, Last::none())? {
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
    fn place(&self) -> Result<(Subject, VirtAddr), Unknown> {
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
