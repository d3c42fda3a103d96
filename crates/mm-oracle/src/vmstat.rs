//! `/proc/vmstat` of a machine that has just started: names and order, and what holds of its numbers
//! whatever programs ran.
//!
//! A page that was freed was handed out before, or given at boot; pages of programs are on lists; what
//! nothing caused has not happened. Counters of one file are of one moment but for what CPUs hold back.

use std::collections::BTreeMap;

use mm::world::World;

use super::{Capture, Class, Comparison, Part, Stop, Tally, form};

/// Counters: their names and order, and their sums.
pub const VMSTAT: Comparison = Comparison {
    kind: "vmstat",
    recognises: |capture| {
        let is_counter =
            |line: &str| line.split_once(' ').is_some_and(|(_, n)| n.trim_end().parse::<i64>().is_ok());
        capture.text.starts_with("nr_free_pages ") && capture.text.lines().all(is_counter)
    },
    compare,
};

/// What has not happened where its causes have not, by how their names begin.
const CAUSES: [(&[&str], &[&str]); 4] = [
    (&["pgscan_"], &["pgsteal_", "workingset_", "pginodesteal", "kswapd_inodesteal"]),
    (
        &["thp_fault_alloc", "thp_collapse_alloc", "thp_file_alloc", "thp_zero_page_alloc"],
        &["thp_split_", "thp_deferred_split", "thp_migration_", "thp_swpout", "nr_anon_transparent"],
    ),
    (&["compact_migrate_scanned"], &["compact_isolated", "compact_daemon_migrate"]),
    (&["nr_dirtied"], &["nr_written"]),
];
/// What needs another node.
const OF_NODES: [&str; 7] =
    ["numa_miss", "numa_foreign", "numa_other", "numa_pte", "numa_huge", "numa_hint", "numa_pages"];
/// What needs a swap area.
const OF_SWAP: [&str; 4] = ["pswp", "swap_ra", "nr_swapcached", "thp_swpout"];
/// Lists of pages that processes and files have.
const LISTS: [&str; 5] =
    ["nr_inactive_anon", "nr_active_anon", "nr_inactive_file", "nr_active_file", "nr_unevictable"];
/// Batches of a CPU from which pages go to those lists, and their pages.
const BATCHES: i64 = 6 * 15;

/// The counters of a file with their lines.
struct Counters<'a>(BTreeMap<&'a str, (u32, i64)>);

impl<'a> Counters<'a> {
    fn of(text: &'a str) -> Counters<'a> {
        let rows = (1..).zip(text.lines());
        let counters = rows.filter_map(|(line, text)| {
            let (name, value) = text.split_once(' ')?;
            Some((name, (line, value.trim().parse().ok()?)))
        });
        Counters(counters.collect())
    }

    fn value(&self, name: &str) -> i64 {
        self.0.get(name).map_or(0, |(_, value)| *value)
    }

    fn line(&self, name: &str) -> u32 {
        self.0.get(name).map_or(0, |(line, _)| *line)
    }

    fn like(&self, start: &str) -> impl Iterator<Item = (&'a str, u32, i64)> {
        let start = start.to_owned();
        let all = self.0.iter().map(|(name, (line, value))| (*name, *line, *value));
        all.filter(move |(name, _, _)| name.starts_with(&start))
    }

    fn sum(&self, starts: &[&str]) -> i64 {
        let values = starts.iter().flat_map(|start| self.like(start)).map(|(_, _, value)| value);
        values.fold(0, i64::saturating_add)
    }
}

fn compare(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let world = World::boot(capture.folder.machine()?);
    let mut tally = Tally::default();
    let printed = mm_view::proc::text(&world, "/proc/vmstat").unwrap_or_default();
    form::compare(&mut tally, &printed, capture.text);
    let counters = Counters::of(capture.text);
    absent(&mut tally, capture, &counters, &world);
    sums(&mut tally, &counters, &world);
    tally.skipped.push(Part::Programs.into());
    Ok(tally)
}

/// Compares what cannot have happened.
fn absent(tally: &mut Tally, capture: &Capture<'_>, counters: &Counters<'_>, world: &World) {
    let mut effects: Vec<&str> = Vec::new();
    for (causes, caused) in CAUSES {
        if counters.sum(causes) == 0 {
            effects.extend(caused);
        }
    }
    if world.phys.nodes().len() == 1 {
        effects.extend(OF_NODES);
    }
    let meminfo = (capture.folder.read)("meminfo.txt").unwrap_or_default();
    let mut swap = meminfo.lines().filter_map(|line| line.strip_prefix("SwapTotal:"));
    if swap.any(|total| total.trim() == "0 kB") {
        effects.extend(OF_SWAP);
    }
    for (name, line, value) in effects.iter().flat_map(|effect| counters.like(effect)) {
        tally.compare(Class::Unchanged, line, name, &value, &0);
    }
}

/// Compares sums that must be those of others, as far as CPUs' own parts let them.
fn sums(tally: &mut Tally, counters: &Counters<'_>, world: &World) {
    let (phys, cpus) = (&world.phys, i64::from(world.phys.cpus()));
    let mut held = 0;
    let mut lists = 0;
    for (zone, _) in phys.zones().iter() {
        held += i64::try_from(phys.frames.vmstat.threshold(zone)).unwrap_or(0) * cpus;
        let high = (0..phys.cpus()).map(|cpu| phys.pcp().high(zone, mm::config::CpuId(cpu)));
        lists += i64::try_from(high.sum::<u64>()).unwrap_or(0);
    }
    let mut near = |name: &str, real: i64, expected: i64, [below, above]: [i64; 2]| {
        let by = real.saturating_sub(expected);
        let is_near = -below <= by && by <= above;
        tally.note(Class::Form, counters.line(name), name, is_near, || {
            (real.to_string(), expected.to_string())
        });
    };
    // Freed and not handed out again: free, or on a list of a CPU.
    let freed = counters.value("pgfree").saturating_sub(counters.sum(&["pgalloc_"]));
    near("pgfree", freed, counters.value("nr_free_pages"), [held, lists + held]);
    let on_lists = LISTS.iter().map(|name| counters.value(name)).fold(0, i64::saturating_add);
    let owned = counters.value("nr_file_pages").saturating_add(counters.value("nr_anon_pages"));
    near("nr_file_pages", owned, on_lists, [held, BATCHES * cpus + held]);
    for name in LISTS {
        let of_zones = name.replacen("nr_", "nr_zone_", 1);
        near(&of_zones, counters.value(&of_zones), counters.value(name), [held, held]);
    }
    let placed = ["numa_hit", "numa_miss"].map(|name| counters.value(name));
    let from = ["numa_local", "numa_other"].map(|name| counters.value(name));
    let sum = |pair: [i64; 2]| pair[0].saturating_add(pair[1]);
    near("numa_hit", sum(placed), sum(from), [held, held]);
    near("numa_interleave", counters.value("numa_interleave"), 0, [0, sum(placed).max(0)]);
    let managed = mm::units::signed(phys.managed_pages());
    for name in ["nr_free_pages", "nr_mapped", "nr_dirty_threshold"] {
        near(name, counters.value(name), 0, [0, managed]);
    }
    near("pgfault", counters.sum(&["pgmajfault", "pgreuse"]), 0, [0, counters.value("pgfault").max(0)]);
}
