//! `/proc/zoneinfo`: geometry, marks and limits of a booted machine of this size.

use crate::replay::state::of_number;
use crate::replay::{Booted, booted_like};
use mm::config::{CpuId, MachineConfig, ThpMode};
use mm::import::freelists::{FreelistsState, ZoneState};
use mm::import::text::{DumpError, Expected};
use mm::import::zoneinfo::{ZoneInfo, ZoneInfos};
use mm::phys::Phys;
use mm::phys::boot::is_bootable;
use mm::phys::zone::vmstat::ZoneStat;
use mm::phys::zone::{Wmark, ZoneId};
use mm::trace::{Detail, Trace};
use mm::units::Pfn;
use mm::world::World;

use super::buddy::is_zone;
use super::facts::untouched;
use super::{Capture, Class, Comparison, Folder, Part, Skipped, Stop, Tally, form};

/// Zones as the kernel prints them.
pub const ZONEINFO: Comparison =
    Comparison { kind: "zoneinfo", recognises: |capture| is_zoneinfo(capture.text), compare };

/// Neighbours that are looked through for the machine.
const NEIGHBOURS_MAX: usize = 64;

fn is_zoneinfo(text: &str) -> bool {
    text.starts_with("Node ") && text.lines().any(|line| line.trim_start().starts_with("protection:"))
}

impl Folder<'_> {
    /// Returns the machine that the folder's files were printed on, as its zones tell: from
    /// their text, or from a dump of them, whatever those files are called.
    pub(super) fn machine(&self) -> Result<MachineConfig, Stop> {
        let read = |name| Some((name, (self.read)(name)?));
        let named = |part: &'static str, is_so: bool| {
            let names =
                self.names.iter().map(String::as_str).filter(move |name| name.contains(part) == is_so);
            names.take(NEIGHBOURS_MAX).filter_map(read)
        };
        // A log lies beside the folder of what was printed on the machine.
        let below = read("facts/zoneinfo.txt").into_iter();
        let texts = named("zoneinfo", true).chain(below).chain(named("zoneinfo", false));
        if let Some((name, text)) = texts.into_iter().find(|(_, text)| is_zoneinfo(text)) {
            return self.machine_of(&text).map_err(|stop| stop.in_file(name));
        }
        let states = named("freelists", true).chain(named("freelists", false));
        let mut damage = Skipped::NoMachine.into();
        for (name, text) in states.filter(|(_, text)| text.lines().any(is_zone)) {
            match machine_of_state(&text) {
                Ok(machine) => return self.with_initrd(machine),
                Err(error) => damage = Stop::from(error).in_file(name),
            }
        }
        Err(damage)
    }

    fn machine_of(&self, zoneinfo: &str) -> Result<MachineConfig, Stop> {
        let machine = ZoneInfos::parse(zoneinfo)?.machine()?;
        let word = self.boot_option("transparent_hugepage");
        let thp = ThpMode::ALL.into_iter().find(|mode| Some(mode.name()) == word.as_deref());
        self.with_initrd(MachineConfig { thp, ..machine })
    }
}

/// Returns the machine that a dump of free lists is of.
pub(super) fn machine_of_state(text: &str) -> Result<MachineConfig, DumpError> {
    let state = FreelistsState::parse(text)?;
    let machine = state.machine();
    let line = state.zones.first().map_or(1, |zone| zone.line);
    if is_bootable(&machine) { Ok(machine) } else { Err(DumpError { line, expected: Expected::Machine }) }
}

fn compare(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let mut zones = ZoneInfos::parse(capture.text)?;
    let config = capture.folder.machine_of(capture.text)?;
    let is_like = |phys: &Phys| zones.0.iter().all(|real| has_marks(phys, real));
    let Booted { phys, marks } = booted_like(&config, is_like);
    // Memory that somebody took, a balloon for one, is not managed: the rules hold for what is left.
    let left = if has_managed(&phys, &zones) { None } else { Some(with_managed(&zones, &config, is_like)) };
    let fits = Fits {
        marks: if left.is_some() { Class::Fitted } else { marks },
        sizes: if left.is_some() { Class::Fitted } else { Class::Informative },
    };
    let last = zones
        .0
        .iter()
        .filter(|zone| zone.number("spanned") > Some(0))
        .map(|zone| zone.number("start_pfn"))
        .max();
    let world = World { phys: left.clone().unwrap_or(phys), ..World::boot(config) };
    let mut tally = Tally::default();
    if left.is_some() {
        tally.skipped.push(Skipped::OtherManaged);
        // These are set when a processor starts, for the memory that was managed then.
        tally.skipped.push(Part::named("vm stats threshold, high, batch").into());
        for zone in &mut zones.0 {
            zone.numbers.retain(|(_, name, _)| *name != "threshold");
            zone.pagesets.clear();
        }
    }
    let untouched = untouched(capture, &world);
    for real in &zones.0 {
        match world.phys.find_zone(real.node, real.kind) {
            Some(zone) => {
                // Where the last zone ends the size of the machine is taken from.
                let is_last = Some(real.number("start_pfn")) == last;
                let end = if is_last { Class::Fitted } else { fits.sizes };
                compare_zone(&mut tally, &world.phys, zone, (real, &fits, end));
                // With more processors it is chance which of them holds a part.
                if untouched.contains(&zone) && world.phys.cpus() == 1 {
                    compare_free(&mut tally, &world.phys, zone, real);
                }
            }
            None => tally.compare(Class::Fitted, real.line, real.kind.name(), "a zone", "none"),
        }
    }
    let printed = mm_view::proc::text(&world, "/proc/zoneinfo").unwrap_or_default();
    form::compare(&mut tally, &printed, capture.text);
    tally.skipped.push(Part::named("free, boost, nr_*, numa_*, count").into());
    Ok(tally)
}

/// What numbers of a zone say that agree.
struct Fits {
    marks: Class,
    sizes: Class,
}

fn has_managed(phys: &Phys, zones: &ZoneInfos<'_>) -> bool {
    let is_equal = |real: &ZoneInfo<'_>| {
        let zone = phys.find_zone(real.node, real.kind);
        zone.is_none_or(|zone| real.number("managed") == Some(phys.zone(zone).managed.into()))
    };
    zones.0.iter().all(is_equal)
}

/// Makes a machine with the zones of the file, whatever their pages are used for, and marks by the
/// rules.
fn with_managed(zones: &ZoneInfos<'_>, config: &MachineConfig, is_like: impl Fn(&Phys) -> bool) -> Phys {
    let mut own: Vec<ZoneState> = Vec::new();
    for zone in zones.0.iter().filter_map(dumped) {
        // A zone that the file has twice is that of its first lines, and none lies in another.
        let is_new = own.iter().all(|other| {
            let is_apart =
                zone.start.0 >= other.start.0 + other.spanned || other.start.0 >= zone.start.0 + zone.spanned;
            (zone.node, zone.kind) != (other.node, other.kind) && is_apart
        });
        own.extend(is_new.then_some(zone));
    }
    let state = FreelistsState { zones: own, next_line: 1 };
    let mut phys = Phys::from_freelists(&state, config);
    let mut tr = Trace::new(Detail::Off);
    phys.recalculate_min_free_kbytes(&mut tr);
    phys.renew_lowmem_reserve(&mut tr);
    let without = phys.clone();
    phys.recommend_min_free_kbytes(&mut tr);
    if is_like(&without) { without } else { phys }
}

/// Returns a zone with memory as a dump has it, without lists.
fn dumped(real: &ZoneInfo<'_>) -> Option<ZoneState> {
    let number = |name| u32::try_from(real.number(name)?).ok();
    let spanned = number("spanned").filter(|&spanned| spanned > 0)?;
    let present = number("present")?.min(spanned);
    Some(ZoneState {
        line: real.line,
        node: real.node,
        kind: real.kind,
        start: Pfn(number("start_pfn")?),
        spanned,
        present,
        managed: number("managed")?.min(present),
        free: 0,
        diffs: Vec::new(),
        stat_threshold: 0,
        marks: [0; 3],
        boost: 0,
        lowmem_reserve: Vec::new(),
        highatomic: 0,
        flags: 0,
        free_lists: Vec::new(),
        cpus: Vec::new(),
        pageblocks: None,
    })
}

/// Compares what a zone has free that is as boot left it.
fn compare_free(tally: &mut Tally, phys: &Phys, id: ZoneId, real: &ZoneInfo<'_>) {
    let place = format!("node {} {}", real.node.0, real.kind.name());
    let free = phys.frames.vmstat.zone(id, ZoneStat::NrFreePages);
    for &(line, name, number) in &real.numbers {
        if ["free", "nr_free_pages"].contains(&name) {
            tally.compare(
                of_number(Class::Informative, number),
                line,
                format_args!("{place} {name}"),
                &number,
                &free,
            );
        }
    }
    for set in &real.pagesets {
        let count = phys.pcp().count(id, CpuId(set.cpu));
        let class = of_number(Class::Informative, set.count);
        tally.compare(class, set.line, format_args!("{place} cpu {} count", set.cpu), &set.count, &count);
    }
}

fn has_marks(phys: &Phys, real: &ZoneInfo<'_>) -> bool {
    let Some(zone) = phys.find_zone(real.node, real.kind) else { return false };
    let marks = [("min", Wmark::Min), ("low", Wmark::Low), ("high", Wmark::High)];
    let boost = real.number("boost").unwrap_or(0);
    let is_equal = |(name, mark)| {
        real.number(name).is_some_and(|real| real.saturating_sub(boost) == phys.zones().watermark(zone, mark))
    };
    let classes = (0..phys.zones().per_node()).zip(&real.protection.1);
    let mut reserves = classes.map(|(class, &pages)| phys.zones().lowmem_reserve(zone, class) == pages);
    marks.into_iter().all(is_equal) && reserves.all(|is_equal| is_equal)
}

fn compare_zone(tally: &mut Tally, phys: &Phys, id: ZoneId, real: (&ZoneInfo<'_>, &Fits, Class)) {
    let (real, fits, end) = real;
    let (zone, zones) = (phys.zone(id), phys.zones());
    let place = format!("node {} {}", real.node.0, real.kind.name());
    // What is added for now to each mark is the workload's.
    let boost = real.number("boost").unwrap_or(0);
    for &(line, name, number) in &real.numbers {
        let is_mark = ["min", "low", "high"].contains(&name);
        let number = if is_mark { number.saturating_sub(boost) } else { number };
        let (class, model) = match name {
            "min" => (fits.marks, zones.watermark(id, Wmark::Min)),
            "low" => (fits.marks, zones.watermark(id, Wmark::Low)),
            "high" => (fits.marks, zones.watermark(id, Wmark::High)),
            "spanned" => (end, u64::from(zone.spanned)),
            "present" => (fits.sizes, u64::from(zone.present)),
            "managed" => (fits.sizes, u64::from(zone.managed)),
            "start_pfn" => (fits.sizes, u64::from(zone.start.0)),
            "threshold" => (Class::Informative, phys.frames.vmstat.threshold(id)),
            _ => continue,
        };
        tally.compare(of_number(class, number), line, format_args!("{place} {name}"), &number, &model);
    }
    for (class, &pages) in (0..).zip(&real.protection.1) {
        let model = if class < zones.per_node() { zones.lowmem_reserve(id, class) } else { 0 };
        let what = format_args!("{place} protection[{class}]");
        tally.compare(of_number(fits.marks, pages), real.protection.0, what, &pages, &model);
    }
    for set in &real.pagesets {
        let cpu = CpuId(set.cpu);
        let (high, batch) = (phys.pcp().high(id, cpu), phys.pcp().batch(id, cpu));
        for (name, real, ours) in [("high", set.high, high), ("batch", set.batch, batch)] {
            let what = format_args!("{place} cpu {} {name}", set.cpu);
            tally.compare(of_number(Class::Informative, real), set.line, what, &real, &ours);
        }
    }
}
