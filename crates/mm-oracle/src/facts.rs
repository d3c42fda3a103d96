//! `/proc` and `/sys` text of a machine that has just started: the numbers that follow from
//! its size, and the form of the lines.
//!
//! What programs have done since then is not compared: a booted machine of ours has none. The
//! DMA zone is the exception, where nobody but the kernel has allocated from it.

use mm::config::NodeId;
use mm::phys::zone::{Zone, ZoneId, ZoneKind};
use mm::units::Order;
use mm::world::World;

use super::buddy::carried;
use super::{Capture, Class, Comparison, Part, Skipped, Stop, Tally, form, identities};
use mm_view::proc;
use mm_view::proc::boot_log::boot_log;

/// Free blocks by order.
pub const BUDDYINFO: Comparison = Comparison {
    kind: "buddyinfo",
    recognises: |capture| {
        !capture.text.is_empty() && capture.text.lines().all(|line| free_row(line).is_some())
    },
    compare: buddyinfo,
};

/// Free blocks by type, pageblocks by type.
pub const PAGETYPEINFO: Comparison = Comparison {
    kind: "pagetypeinfo",
    recognises: |capture| capture.text.starts_with("Page block order:"),
    compare: pagetypeinfo,
};

/// How fragmented zones are: both indexes behind their paths, or one in a file of its name.
pub const EXTFRAG: Comparison = Comparison {
    kind: "extfrag",
    recognises: |capture| {
        let rows = capture.text.lines().filter(|line| !line.starts_with("==> "));
        index_path(capture, 0).is_some() && rows.into_iter().all(|line| index_row(line).is_some())
    },
    compare: extfrag,
};

/// Sizes.
pub const MEMINFO: Comparison = Comparison {
    kind: "meminfo",
    recognises: |capture| capture.text.starts_with("MemTotal:"),
    compare: meminfo,
};

/// Tunables, `PATH=VALUE` a line.
pub const TUNABLES: Comparison = Comparison {
    kind: "tunables",
    recognises: |capture| {
        tunables_of(capture.text).any(|(_, path, _)| mm::sysctl::paths().any(|known| known == path))
    },
    compare: tunables,
};

/// One tunable in a file of its name.
pub const TUNABLE: Comparison = Comparison {
    kind: "tunable",
    recognises: |capture| path_of(capture.name).is_some() && capture.text.lines().count() == 1,
    compare: tunable,
};

/// Physical addresses: where RAM is, and what else there is.
pub const IOMEM: Comparison = Comparison {
    kind: "iomem",
    recognises: |capture| capture.text.lines().any(|line| line.trim_end().ends_with(" : System RAM")),
    compare: iomem,
};

/// What the kernel says when it starts: where zones lie, how much memory there is.
pub const DMESG: Comparison = Comparison {
    kind: "dmesg",
    recognises: |capture| capture.text.lines().any(|line| message(line).trim_end() == "Zone ranges:"),
    compare: dmesg,
};

/// Returns the class of a line that a booted machine prints: where it has no number it is form, where
/// all are zero a machine without anything prints it.
fn of_line(line: &str) -> Class {
    // `DMA32` is a name.
    let words = line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    let mut numbers = words.filter(|word| number(word)).peekable();
    if numbers.peek().is_none() {
        return Class::Form;
    }
    let is_zero = numbers.all(|number| number.chars().all(|c| c == '0'));
    if is_zero { Class::Unchanged } else { Class::Informative }
}

fn boot(capture: &Capture<'_>) -> Result<World, Stop> {
    Ok(World::boot(capture.folder.machine()?))
}

fn print(world: &World, path: &str) -> String {
    proc::text(world, path).unwrap_or_default()
}

/// Returns node, zone and the rest of a row `Node 0, zone      DMA ...`.
fn free_row(line: &str) -> Option<(u8, ZoneKind, &str)> {
    let (node, rest) = line.strip_prefix("Node ")?.split_once(", zone")?;
    let (kind, rest) = rest.trim_start().split_once(' ')?;
    let counts = rest.split_ascii_whitespace().filter(|word| word.parse::<u64>().is_ok()).count();
    let counts = counts == usize::from(Order::MAX.get()) + 1;
    let row = (node.trim().parse().ok()?, ZoneKind::from_name(kind.trim_end_matches(','))?, rest);
    counts.then_some(row)
}

/// Returns node and zone of a row `Node 0, zone      DMA -1.000 ...`.
fn index_row(line: &str) -> Option<(NodeId, ZoneKind)> {
    let (node, rest) = line.strip_prefix("Node ")?.split_once(", zone")?;
    let mut words = rest.split_ascii_whitespace();
    let kind = ZoneKind::from_name(words.next()?)?;
    let are_indexes = words.all(|word| word.contains('.') && word.parse::<f32>().is_ok());
    are_indexes.then_some((NodeId(node.trim().parse().ok()?), kind))
}

/// Returns the file that a row stands in: the path above it, else what the capture is named after.
fn index_path<'a>(capture: &Capture<'a>, row: usize) -> Option<&'a str> {
    const PATHS: [&str; 2] =
        ["/sys/kernel/debug/extfrag/extfrag_index", "/sys/kernel/debug/extfrag/unusable_index"];
    let lines: Vec<&str> = capture.text.lines().take(row + 1).collect();
    let above = lines.into_iter().rev().find_map(|line| line.strip_prefix("==> "));
    let stem = capture.name.strip_suffix(".txt").unwrap_or(capture.name);
    above.map(str::trim).or_else(|| PATHS.into_iter().find(|path| path.ends_with(stem)))
}

/// Compares the rows of zones that are as boot left them; the others changed before the file was
/// printed.
fn extfrag(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let world = boot(capture)?;
    let untouched = untouched(capture, &world);
    let mut tally = Tally::default();
    let mut left_out = Vec::new();
    for (at, line) in capture.text.lines().enumerate() {
        let (Some((node, kind)), Some(path)) = (index_row(line), index_path(capture, at)) else { continue };
        if !world.phys.find_zone(node, kind).is_some_and(|zone| untouched.contains(&zone)) {
            left_out.push(kind.name());
            continue;
        }
        let printed = print(&world, path);
        let ours = printed.lines().find(|ours| index_row(ours) == Some((node, kind))).unwrap_or("-");
        let name = path.rsplit('/').next().unwrap_or(path);
        tally.compare_line(of_line(line), mm::units::count(at) + 1, name, line, ours);
    }
    left_out.sort_unstable();
    left_out.dedup();
    let left_out = Part::Named(left_out.join(", "));
    if tally.compared() == 0 {
        return Err(Skipped::from(left_out).into());
    }
    if left_out != Part::Named(String::new()) {
        tally.skipped.push(left_out.into());
    }
    Ok(tally)
}

/// Returns the zones of `world` from which nobody but the kernel at boot has allocated, as the
/// counters of the capture's folder tell.
pub(super) fn untouched(capture: &Capture<'_>, world: &World) -> Vec<ZoneId> {
    let Some(vmstat) = (capture.folder.read)("vmstat.txt") else { return Vec::new() };
    let ours = print(world, "/proc/vmstat");
    let allocated = |text: &str, kind: ZoneKind| -> Option<u64> {
        let name = format!("pgalloc_{} ", kind.name().to_lowercase());
        text.lines().find_map(|line| line.strip_prefix(name.as_str()))?.trim().parse().ok()
    };
    let is_untouched = |(_, zone): &(ZoneId, &Zone)| {
        let real = allocated(&vmstat, zone.kind);
        zone.is_populated() && real.is_some() && real == allocated(&ours, zone.kind)
    };
    world.phys.zones().iter().filter(is_untouched).map(|(id, _)| id).collect()
}

fn buddyinfo(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let world = boot(capture)?;
    let mut tally = Tally::default();
    let printed = print(&world, "/proc/buddyinfo");
    form::compare(&mut tally, &printed, capture.text);
    compare_untouched(&mut tally, capture, &world, &printed);
    Ok(tally)
}

fn pagetypeinfo(capture: &Capture<'_>) -> Result<Tally, Stop> {
    if let Some(tally) = pagetypeinfo_of_state(capture)? {
        return Ok(tally);
    }
    let world = boot(capture)?;
    let mut tally = Tally::default();
    let printed = print(&world, "/proc/pagetypeinfo");
    form::compare(&mut tally, &printed, capture.text);
    compare_untouched(&mut tally, capture, &world, &printed);
    Ok(tally)
}

/// Compares the rows of zones that are as boot left them.
fn compare_untouched(tally: &mut Tally, capture: &Capture<'_>, world: &World, printed: &str) {
    let untouched = untouched(capture, world);
    let zone_of = |line: &str| -> Option<ZoneId> {
        let (node, rest) = line.strip_prefix("Node ")?.split_once(", zone")?;
        let kind = ZoneKind::from_name(rest.split_ascii_whitespace().next()?.trim_end_matches(','))?;
        world.phys.find_zone(NodeId(node.trim().parse().ok()?), kind)
    };
    // A row is known by what stands before its counts.
    let head = |line: &str| line.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ').to_owned();
    let mut left_out = Vec::new();
    for (number, line) in (1..).zip(capture.text.lines()) {
        let Some(zone) = zone_of(line) else { continue };
        let kind = world.phys.zone(zone).kind.name();
        if untouched.contains(&zone) {
            let is_row = |ours: &&str| head(ours) == head(line) && same_length(ours, line);
            let ours = printed.lines().find(is_row).unwrap_or("-");
            tally.compare_line(of_line(line), number, kind, line, ours);
        } else if world.phys.zone(zone).is_populated() && !left_out.contains(&kind) {
            left_out.push(kind);
        }
    }
    if !left_out.is_empty() {
        tally.skipped.push(Part::Named(left_out.join(", ")).into());
    }
}

fn same_length(a: &str, b: &str) -> bool {
    a.split_ascii_whitespace().count() == b.split_ascii_whitespace().count()
}

/// Compares a file that was printed right after the last state of its folder: the types of
/// pageblocks; free blocks have come and gone since then.
fn pagetypeinfo_of_state(capture: &Capture<'_>) -> Result<Option<Tally>, Stop> {
    let Some(stem) = capture.name.strip_prefix("pagetypeinfo-") else { return Ok(None) };
    let is_state = |name: &&String| name.as_str() != capture.name && name.ends_with(stem);
    let last = capture.folder.names.iter().rfind(is_state);
    let Some((name, text)) = last.and_then(|name| Some((name, (capture.folder.read)(name)?))) else {
        return Ok(None);
    };
    let state = Capture { name, text: &text, folder: capture.folder };
    let in_state = |stop: Stop| stop.in_file(name);
    let mut states =
        mm::import::freelists::FreelistsState::parse_all(&text).map_err(|error| in_state(error.into()))?;
    let Some(mut last) = states.pop() else { return Ok(None) };
    last.carry(&carried(&state).map_err(in_state)?);
    let machine = last.machine();
    let world = World::from_freelists(&last, machine);
    let printed = print(&world, "/proc/pagetypeinfo");
    let mut tally = Tally::default();
    form::compare(&mut tally, &printed, capture.text);
    let is_head = |line: &str| line.starts_with("Number of blocks");
    let blocks = |text: &str| -> Vec<(u32, String)> {
        let lines = (1..).zip(text.lines().map(str::to_owned));
        lines.skip_while(|(_, line)| !is_head(line)).collect()
    };
    let (ours, real) = (blocks(&printed), blocks(capture.text));
    for (at, (number, line)) in real.iter().enumerate() {
        let ours = ours.get(at).map_or("-", |(_, line)| line.as_str());
        // What is printed of a state is in it, whatever is done.
        tally.compare_line(Class::Unchanged, *number, "pageblocks", line, ours);
    }
    tally.skipped.push(Part::named("Free pages count").into());
    Ok(Some(tally))
}

fn meminfo(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let world = boot(capture)?;
    let printed = print(&world, "/proc/meminfo");
    let mut tally = Tally::default();
    form::compare(&mut tally, &printed, capture.text);
    let value = |text: &str, name: &str| -> Option<String> {
        let line = text.lines().find(|line| line.split(':').next() == Some(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let is_zero = |name| value(capture.text, name).is_none_or(|text| text.starts_with('0'));
    let mut names = vec!["MemTotal", "HighTotal", "LowTotal", "VmallocTotal", "VmallocChunk", "DirectMap1G"];
    if value(capture.text, "DirectMap4M").is_some() {
        names.extend(["DirectMap4k", "DirectMap4M"]);
    }
    if is_zero("SwapTotal") && is_zero("HugePages_Total") {
        names.push("CommitLimit");
    }
    for name in names {
        let Some(real) = value(capture.text, name) else { continue };
        let line = capture.text.lines().take_while(|line| line.split(':').next() != Some(name)).count();
        let ours = value(&printed, name).unwrap_or_else(|| "-".into());
        tally.compare(of_line(&real), mm::units::count(line) + 1, name, &real, &ours);
    }
    identities::compare(&mut tally, (1..).zip(capture.text.lines()));
    small_leaves(&mut tally, &value, &printed, capture.text);
    tally.skipped.push(Part::Programs.into());
    Ok(tally)
}

/// Compares the memory that is mapped by leaves of 4 kB and 2 MB: how many of the latter the
/// kernel has split by now depends on where its first programs' pages lie.
fn small_leaves(tally: &mut Tally, value: &dyn Fn(&str, &str) -> Option<String>, ours: &str, real: &str) {
    let kib = |text: &str, name: &str| -> Option<u64> {
        value(text, name)?.strip_suffix(" kB").and_then(|number| number.trim().parse().ok())
    };
    let sum = |text: &str| Some(kib(text, "DirectMap4k")?.saturating_add(kib(text, "DirectMap2M")?));
    if let Some(sum_of_real) = sum(real) {
        let number = real.lines().take_while(|line| !line.starts_with("DirectMap4k")).count();
        let ours = sum(ours).unwrap_or(0);
        let number = mm::units::count(number) + 1;
        tally.compare(Class::Informative, number, "DirectMap4k+2M", &sum_of_real, &ours);
        tally.skipped.push(Part::SplitLeaves.into());
    }
}

/// Iterates over `PATH=VALUE` lines with their numbers.
fn tunables_of(text: &str) -> impl Iterator<Item = (u32, &str, &str)> {
    let is_path = |path: &str| ["/proc/sys/", "/sys/kernel/"].iter().any(|root| path.starts_with(root));
    (1..).zip(text.lines()).filter_map(move |(number, line)| {
        let (path, value) = line.split_once('=')?;
        is_path(path).then_some((number, path, value))
    })
}

fn tunables(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let world = boot(capture)?;
    let mut tally = Tally::default();
    let mut left_out = 0_u32;
    for (number, path, value) in tunables_of(capture.text) {
        match proc::text(&world, path) {
            Some(ours) => tally.compare(of_line(value), number, path, value.trim(), ours.trim()),
            None => left_out += 1,
        }
    }
    if tally.compared() == 0 {
        return Err(Skipped::NoComparison.into());
    }
    if left_out > 0 {
        tally.skipped.push(Part::Tunables(left_out).into());
    }
    Ok(tally)
}

/// Returns the path of the tunable that a file is named after.
fn path_of(name: &str) -> Option<&'static str> {
    let stem = name.strip_suffix(".txt").unwrap_or(name);
    mm::sysctl::paths().find(|path| path.rsplit('/').next() == Some(stem))
}

fn tunable(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let world = boot(capture)?;
    let path = path_of(capture.name).ok_or(Skipped::NoComparison)?;
    let mut tally = Tally::default();
    let class = of_line(capture.text);
    tally.compare(class, 1, path, capture.text.trim(), print(&world, path).trim());
    Ok(tally)
}

fn iomem(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let world = boot(capture)?;
    let mut tally = Tally::default();
    let printed = print(&world, "/proc/iomem");
    let mut ours = printed.lines();
    for (number, line) in (1..).zip(capture.text.lines()) {
        tally.compare_line(Class::Informative, number, "a range", line, ours.next().unwrap_or("-"));
    }
    tally.compare(Class::Unchanged, 0, "ranges beyond those", &0, &ours.count());
    Ok(tally)
}

/// Returns a line of the log without its time.
fn message(line: &str) -> &str {
    let rest = line.strip_prefix('[').and_then(|rest| rest.split_once("] "));
    rest.map_or(line, |(_, message)| message)
}

/// How lines of the log begin that follow from the machine.
const SAID: [&str; 14] = [
    "Zone ranges:",
    "  DMA ",
    "  DMA32 ",
    "  Normal ",
    "  HighMem ",
    "  Device ",
    "Movable zone start for each node",
    "  Node ",
    "Early memory node ranges",
    "  node ",
    "Initmem setup node ",
    "Fallback order for Node ",
    "Built ",
    "Policy zone: ",
];
/// How those end that begin with a number.
const SAID_ENDS: [&str; 2] = ["MB HIGHMEM available.", "MB LOWMEM available."];

/// Returns the place of a line of the log in [`SAID`] and [`SAID_ENDS`].
fn said(message: &str) -> Option<usize> {
    let start = SAID.iter().position(|start| message.starts_with(start));
    let end = || SAID_ENDS.iter().position(|end| message.trim_end().ends_with(end));
    start.or_else(|| end().map(|at| SAID.len() + at))
}

fn dmesg(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let world = boot(capture)?;
    let mut tally = Tally::default();
    let printed = boot_log(&world);
    let mut ours: Vec<Vec<&str>> = vec![Vec::new(); SAID.len() + SAID_ENDS.len()];
    for line in printed.lines().rev() {
        if let Some(at) = said(line) {
            ours[at].push(line);
        }
    }
    for (number, line) in (1..).zip(capture.text.lines()) {
        let message = message(line);
        if let Some(at) = said(message) {
            let ours = ours[at].pop().unwrap_or("-");
            tally.compare_line(of_line(message), number, "a line of the log", message, ours);
        }
        let memory = message.strip_prefix("Memory: ").and_then(|rest| rest.split_once("K/"));
        if let Some((total, _)) = memory.and_then(|(_, rest)| rest.split_once('K')) {
            let present = (world.present_pages() * 4).to_string();
            tally.compare(Class::Informative, number, "Memory", total, &present);
        }
        let pool = message.strip_prefix("DMA: preallocated ").and_then(|rest| rest.split_once(" KiB "));
        if let Some((kib, _)) = pool {
            let pool = (u64::from(world.phys.dma_pool_order().pages()) * 4).to_string();
            tally.compare(Class::Informative, number, "DMA pool", kib, &pool);
        }
    }
    tally.skipped.push(Part::Rest.into());
    Ok(tally)
}
