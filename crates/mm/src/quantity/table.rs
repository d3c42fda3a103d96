//! The one table of quantities: what each is called, counts and stands for in a kernel, how its text
//! becomes a question and the question a value.

use super::ask::{Behind, Parts, Subject};
use super::eval::{
    Known, blocks_of, buddyinfo, faults, frames, heap, ksize, layout, mem, mm_of, pa, page, pageblocks,
    pcp_field, pfn, pte, share, signal, slab, table_pages, task, tunable, vmalloc, walk_field, walk_of,
};
use super::{
    Counter, LayoutField, MemField, MeminfoLine, PageField, PcpField, PteField, SigField, SlabField,
    SmapsLine, StatusLine, Unit, Unknown, Value, VmallocField, WalkField, ZoneField,
};
use crate::func::Func;
use crate::phys::zone::ZoneId;
use crate::phys::zone::migratetype::MigrateType;
use crate::script::Quantity;
use crate::sysctl;
use crate::units::{Order, PAGE_SIZE, Pfn, VirtAddr};
use crate::virt::tlb::TlbCounter;
use crate::virt::{BandKind, MmCounter, TaskCounter};
use crate::world::World;

/// On what a quantity is read.
struct On<'a> {
    world: &'a World,
    known: Known<'a>,
}

/// What a row gives: a number in the unit of its kind, or a value that has its own.
trait Answer {
    fn in_unit(self, unit: Unit) -> Result<Value, Unknown>;
}

impl Answer for u64 {
    // Compiled once: most rows are numbers.
    #[inline(never)]
    fn in_unit(self, unit: Unit) -> Result<Value, Unknown> {
        Ok(Value::number(self, unit))
    }
}

impl Answer for i128 {
    fn in_unit(self, unit: Unit) -> Result<Value, Unknown> {
        Ok(Value::Number { value: self, unit })
    }
}

impl Answer for Value {
    fn in_unit(self, _unit: Unit) -> Result<Value, Unknown> {
        Ok(self)
    }
}

/// Makes the rows: `Name(field: Type) = "form", unit of a bare number, "where a kernel shows it"`, how
/// the text is read, the value, and the process that it is of, if any.
macro_rules! quantities {
    ($($(#[$doc:meta])* $name:ident $(($($field:ident: $type:ty),*))? = $form:literal, $unit:ident, $source:literal,
        ask |$parts:ident| $ask:expr,
        value |$on:ident| $value:expr
        $(, of $process:expr)?;)*) => {
        /// A kind of quantity.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Kind { $($(#[$doc])* $name),* }

        impl Kind {
            /// Every kind, as the reference lists them.
            pub const ALL: &[Kind] = &[$(Kind::$name),*];

            /// Returns how it is written; capitals stand for what the reader fills in.
            pub const fn form(self) -> &'static str {
                match self { $(Kind::$name => $form),* }
            }

            /// Returns what a bare number counts.
            pub const fn unit(self) -> Unit {
                match self { $(Kind::$name => Unit::$unit),* }
            }

            /// Returns where a real kernel shows it.
            pub const fn source(self) -> &'static str {
                match self { $(Kind::$name => $source),* }
            }

            /// Returns the name in front, up to the first dot or parenthesis.
            pub fn head(self) -> &'static str {
                self.form().split(['.', '(']).next().unwrap_or_default()
            }

            fn ask(self, parts: &Parts<'_>) -> Result<Ask, Unknown> {
                match self { $(Kind::$name => {
                    let $parts = parts;
                    Ok($ask)
                })* }
            }
        }

        /// A question whose addresses are numbers.
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum Ask { $($(#[$doc])* $name $(($($type),*))?),* }

        impl Ask {
            /// Reads the value on `world`.
            ///
            /// # Errors
            /// When the subject is not there, or nothing is mapped at an address.
            pub fn eval(&self, world: &World, known: Known<'_>) -> Result<Value, Unknown> {
                let on = &On { world, known };
                match self { $(Ask::$name $(($($field),*))? => {
                    let $on = on;
                    Answer::in_unit($value, Unit::$unit)
                })* }
            }

            /// Returns the process that the question is about.
            pub fn subject(&self) -> Option<&str> {
                match self { $(Ask::$name $(($($field),*))? => {
                    $($(let _ = $field;)*)?
                    let process: Option<&str> = None;
                    $(let process = process.or(Some($process));)?
                    process
                })* }
            }
        }
    };
}

quantities! {
    /// A counter of `/proc/vmstat`.
    Vmstat(counter: Counter) = "vmstat.NAME", Count, "/proc/vmstat",
        ask |parts| Ask::Vmstat(parts.line(
            1,
            Counter::lines(parts.world),
            Counter::name,
            |name| Counter::is_line(name, parts.world),
        )?),
        value |on| counter.value(on.world);
    /// A line of `/proc/meminfo`.
    Meminfo(line: MeminfoLine) = "meminfo.NAME", KiB, "/proc/meminfo",
        ask |parts| Ask::Meminfo(parts.line(
            1,
            MeminfoLine::lines(parts.world),
            MeminfoLine::name,
            MeminfoLine::is_fixed,
        )?),
        value |on| line.kib(on.world);
    /// A line of `/proc/PID/status`.
    Status(name: String, line: StatusLine) = "status.P.NAME", KiB, "/proc/PID/status",
        ask |parts| {
            let lines = StatusLine::ALL.iter().copied();
            let line = parts.line(2, lines, StatusLine::name, StatusLine::is_fixed)?;
            Ask::Status(parts.name(1)?, line)
        },
        value |on| line.kib(on.world, mm_of(on.world, name)?),
        of name;
    /// A line of `/proc/PID/smaps`, summed over the areas.
    Smaps(name: String, line: SmapsLine) = "smaps.P.NAME", KiB, "/proc/PID/smaps",
        ask |parts| {
            let line = parts.field(2, SmapsLine::ALL, SmapsLine::name)?;
            Ask::Smaps(parts.name(1)?, line)
        },
        value |on| line.bytes(&on.known.smaps(on.world, mm_of(on.world, name)?)) / 1024,
        of name;
    /// Minor faults of a process.
    Minflt(name: String) = "minflt.P", Count, "/proc/PID/stat",
        ask |parts| Ask::Minflt(parts.name(1)?),
        value |on| faults(on.world, name, TaskCounter::Minflt)?,
        of name;
    /// Major faults of a process.
    Majflt(name: String) = "majflt.P", Count, "/proc/PID/stat",
        ask |parts| Ask::Majflt(parts.name(1)?),
        value |on| faults(on.world, name, TaskCounter::Majflt)?,
        of name;
    /// Resident memory of a process.
    Rss(name: String) = "rss.P", Bytes, "/proc/PID/statm",
        ask |parts| Ask::Rss(parts.name(1)?),
        value |on| on.world.rest.virt.rss(mm_of(on.world, name)?) * PAGE_SIZE,
        of name;
    /// Areas of a process.
    Maps(name: String) = "maps.P", Count, "/proc/PID/maps",
        ask |parts| Ask::Maps(parts.name(1)?),
        value |on| on.world.rest.virt.mm_counter(mm_of(on.world, name)?, MmCounter::MapCount),
        of name;
    /// Length of the heap of a process.
    Brk(name: String) = "brk.P", Bytes, "brk(2)",
        ask |parts| Ask::Brk(parts.name(1)?),
        value |on| heap(on.world, mm_of(on.world, name)?),
        of name;
    /// The last signal of a process.
    Sig(name: String, field: SigField) = "sig.P.FIELD", Text, "siginfo_t",
        ask |parts| {
            let field = parts.field(2, SigField::ALL, SigField::name)?;
            Ask::Sig(parts.name(1)?, field)
        },
        value |on| signal(task(on.world, name)?, *field),
        of name;
    /// Whether a process lives.
    Alive(name: String) = "alive(P)", Count, "kill(2)",
        ask |parts| Ask::Alive(parts.arg_name(0)?),
        value |on| u64::from(task(on.world, name)?.alive),
        of name;
    /// Page-table pages of a process, the root included.
    Ptpages(name: String) = "ptpages(P)", Pages, "struct mm_struct",
        ask |parts| Ask::Ptpages(parts.arg_name(0)?),
        value |on| table_pages(on.world, mm_of(on.world, name)?),
        of name;
    /// A number of a zone.
    Zoneinfo(zone: ZoneId, field: ZoneField) = "zoneinfo.ZONE.FIELD", Pages, "/proc/zoneinfo",
        ask |parts| {
            let fields = ZoneField::fields(parts.world);
            let field = parts.line(2, fields, ZoneField::name, ZoneField::is_fixed)?;
            Ask::Zoneinfo(parts.zone(1)?, field)
        },
        value |on| field.value(on.world, *zone);
    /// Free blocks of a zone by order.
    Buddyinfo(zone: ZoneId, order: Option<Order>) = "buddyinfo.ZONE[O]", Count, "/proc/buddyinfo",
        ask |parts| Ask::Buddyinfo(parts.zone(1)?, parts.order_if_any(1)?),
        value |on| buddyinfo(on.world, *zone, *order);
    /// Fragmentation index of a zone, in thousandths.
    Extfrag(zone: ZoneId, order: Order) = "extfrag.ZONE[O]", Count, "/sys/kernel/debug/extfrag/extfrag_index",
        ask |parts| Ask::Extfrag(parts.zone(1)?, parts.order(1)?),
        value |on| i128::from(on.world.phys.frames.fragmentation_index(*zone, *order));
    /// Free memory that is useless to an order, in thousandths.
    Unusable(zone: ZoneId, order: Order) = "unusable.ZONE[O]", Count, "/sys/kernel/debug/extfrag/unusable_index",
        ask |parts| Ask::Unusable(parts.zone(1)?, parts.order(1)?),
        value |on| on.world.phys.frames.unusable_index(*zone, *order);
    /// Pageblocks of a migrate type in a zone.
    Blocks(zone: ZoneId, mt: MigrateType) = "blocks.ZONE.TYPE", Count, "/proc/pagetypeinfo",
        ask |parts| Ask::Blocks(parts.zone(1)?, parts.field(2, &MigrateType::ALL, MigrateType::name)?),
        value |on| pageblocks(on.world, *zone, *mt);
    /// A number of the per-CPU lists of a zone.
    Pcp(zone: ZoneId, field: PcpField) = "pcp.ZONE.FIELD", Pages, "/proc/zoneinfo",
        ask |parts| {
            let field = parts.field(2, PcpField::ALL, PcpField::name)?;
            Ask::Pcp(parts.zone(1)?, field)
        },
        value |on| pcp_field(on.world, *zone, *field);
    /// The frame behind an address.
    Pfn(of: Behind) = "pfn(P, VA)", Frame, "/proc/PID/pagemap",
        ask |parts| Ask::Pfn(parts.behind()?),
        value |on| match of {
            Behind::Frame(pfn) => Value::number(u64::from(pfn.0), Unit::Frame),
            Behind::Address(subject, va) => pfn(on.world, subject, *va)?,
        },
        of of.process()?;
    /// A field of the entry that maps an address.
    Pte(subject: Subject, va: VirtAddr, field: PteField) = "pte(P, VA).FIELD", Count, "page tables",
        ask |parts| {
            let field = parts.field(1, PteField::ALL, PteField::name)?;
            let (subject, va) = parts.place()?;
            Ask::Pte(subject, va, field)
        },
        value |on| pte(on.world, &walk_of(on.world, subject, *va)?, *field)?,
        of subject.process()?;
    /// A field of the walk of an address.
    Walk(subject: Subject, va: VirtAddr, field: WalkField) = "walk(P, VA).FIELD", Count, "page tables",
        ask |parts| {
            let field = parts.field(1, WalkField::ALL, WalkField::name)?;
            let (subject, va) = parts.place()?;
            Ask::Walk(subject, va, field)
        },
        value |on| walk_field(on.world, subject, *va, *field)?,
        of subject.process()?;
    /// A field of a page struct.
    Page(pfn: Pfn, field: PageField) = "page(PFN).FIELD", Count, "struct page",
        ask |parts| {
            let field = parts.field(1, PageField::ALL, PageField::name)?;
            Ask::Page(parts.arg_frame(0)?, field)
        },
        value |on| page(on.world, *pfn, *field)?;
    /// A number of a cache of small objects.
    Slab(name: String, field: SlabField) = "slab(C).FIELD", Count, "/proc/slabinfo, /sys/kernel/slab",
        ask |parts| {
            let field = parts.field(1, SlabField::ALL, SlabField::name)?;
            Ask::Slab(parts.arg_text(0)?, field)
        },
        value |on| slab(on.world, name, *field)?;
    /// Bytes that may be used of an object.
    Ksize(va: VirtAddr) = "ksize(L)", Bytes, "ksize()",
        ask |parts| Ask::Ksize(VirtAddr(parts.arg_number(0)?)),
        value |on| ksize(on.world, *va)?;
    /// Frames behind a label.
    Frames(name: String) = "frames(L)", Pages, "/proc/vmallocinfo, struct page",
        ask |parts| Ask::Frames(parts.arg_name(0)?),
        value |on| frames(on.world, name)?;
    /// A number of `vmalloc`.
    Vmalloc(field: VmallocField) = "vmalloc.FIELD", Pages, "/proc/vmallocinfo",
        ask |parts| Ask::Vmalloc(parts.field(1, VmallocField::ALL, VmallocField::name)?),
        value |on| vmalloc(on.world, *field);
    /// A counter of the translation caches.
    Tlb(counter: TlbCounter) = "tlb.FIELD", Count, "perf stat dTLB events",
        ask |parts| Ask::Tlb(parts.field(1, &TlbCounter::NAMES, |(_, name)| name)?.0),
        value |on| on.world.rest.virt.tlb.total(*counter);
    /// Simulated time of the last command.
    Time = "time(last)", Nanos, "model clock",
        ask |_parts| Ask::Time,
        value |on| on.known.trace().map_or(0, |trace| trace.now().0);
    /// Share of the last command's simulated time under a kernel function.
    Share(func: Func) = "share(FUNC)", Percent, "perf report --children",
        ask |parts| Ask::Share(parts.func(0)?),
        value |on| share(on.known, *func)?;
    /// A tunable.
    Sysctl(name: &'static str) = "sysctl.NAME", Count, "/proc/sys/vm",
        ask |parts| Ask::Sysctl(parts.field(1, &sysctl::of_proc().collect::<Vec<_>>(), |name| name)?),
        value |on| tunable(on.world, name)?;
    /// Size of the machine's page structs and of its memory.
    Mem(field: MemField) = "mem.FIELD", Count, "struct page",
        ask |parts| Ask::Mem(parts.field(1, MemField::ALL, MemField::name)?),
        value |on| mem(on.world, *field);
    /// A part of the kernel's addresses.
    Layout(band: BandKind, field: LayoutField) = "layout.BAND.FIELD", Bytes, "Documentation/x86/x86_64/mm.rst, pgtable_32_areas.h",
        ask |parts| {
            let band = parts.field(1, &BandKind::ALL, BandKind::name)?;
            Ask::Layout(band, parts.field(2, LayoutField::ALL, LayoutField::name)?)
        },
        value |on| layout(on.world, *band, *field)?;
    /// How many blocks a label stands for.
    Count(name: String) = "count(L)", Count, "script",
        ask |parts| Ask::Count(parts.arg_name(0)?),
        value |on| blocks_of(on.world, name)?;
    /// Address that a label stands for.
    Va(va: VirtAddr) = "va(L)", Address, "script",
        ask |parts| Ask::Va(VirtAddr(parts.arg_number(0)?)),
        value |_on| va.0;
    /// Physical address behind a label.
    Pa(va: VirtAddr) = "pa(L)", Address, "script",
        ask |parts| Ask::Pa(VirtAddr(parts.arg_number(0)?)),
        value |on| pa(on.world, *va)?;
    /// A label or an address itself.
    Label(va: VirtAddr) = "LABEL", Address, "script",
        ask |parts| Ask::Label(parts.label()?),
        value |_on| va.0;
}

impl Ask {
    /// Turns a quantity of a script into a question: labels become addresses here.
    ///
    /// # Errors
    /// When no quantity is written so, or a label in it has no value.
    pub fn resolve(quantity: &Quantity, world: &World) -> Result<Ask, Unknown> {
        let head = quantity.segments[0].name.as_str();
        let kind = Kind::ALL.iter().copied().find(|kind| kind.head() == head);
        let kind = kind.unwrap_or(Kind::Label);
        kind.ask(&Parts { kind, quantity, world })
    }

    /// Returns the question for a label's address.
    ///
    /// # Errors
    /// When the label has no value.
    pub fn label(name: &str, world: &World) -> Result<Ask, Unknown> {
        let value = world.label_value(name, None).ok_or_else(|| Unknown::Label(name.into()))?;
        Ok(Ask::Label(VirtAddr(value)))
    }

    /// Returns the cache that the question is about.
    pub fn cache(&self) -> Option<&str> {
        if let Ask::Slab(name, _) = self { Some(name) } else { None }
    }
}
