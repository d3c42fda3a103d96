//! The page allocator against a real one: captures under `tests/oracle/` replayed, and the
//! numbers of booted machines held against captured `/proc/zoneinfo`.

use std::fmt::Write as _;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use mm::config::{Arch, CpuId, MachineConfig, NodeId};
use mm::import::freelists::CarriedTypes;
use mm::import::replay::{Verdict, replay_script, replay_trace};
use mm::phys::Phys;
use mm::phys::zone::{Wmark, ZoneKind};
use mm::units::{Bytes, Order};

fn oracle(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle").join(path)
}

/// Reads a capture, or its `.gz`.
#[track_caller]
fn read(path: &str) -> String {
    let file = oracle(path);
    if file.exists() {
        return fs::read_to_string(file).expect("a readable capture");
    }
    let packed = fs::read(oracle(&format!("{path}.gz"))).expect("a capture or its .gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(&packed[..]).read_to_string(&mut text).expect("a gzipped text");
    text
}

/// Lists the files of a folder whose names satisfy `wanted`, in the order of their names.
fn files(folder: &str, wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let entries = fs::read_dir(oracle(folder)).expect("a folder of captures");
    let names = entries.map(|entry| entry.expect("a file").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| wanted(name)).collect();
    names.sort();
    names.into_iter().map(|name| format!("{folder}/{name}")).collect()
}

/// Adds a line to `report`, and a complaint unless everything agreed.
fn judge(report: &mut String, name: &str, verdict: &Verdict) -> bool {
    let Verdict { operations, dumps, compared, exact, first, violations } = verdict;
    let _ = writeln!(report, "{name}: {operations} operations, {dumps} dumps, exact {exact} of {compared}");
    if let Some(first) = first {
        let _ = writeln!(report, "    first difference: {first:?}");
    }
    if let Some(violation) = violations.first() {
        let _ = writeln!(report, "    {} violations, first: {violation:?}", violations.len());
    }
    verdict.is_exact()
}

#[track_caller]
fn assert_scripts_exact(files: &[String]) {
    let mut types = CarriedTypes::default();
    let mut report = String::new();
    let mut exact = !files.is_empty();
    for file in files {
        let verdict = replay_script(&read(file), &mut types).expect("a capture in the probe's language");
        exact &= judge(&mut report, file, &verdict);
    }
    assert!(exact, "the model differs:\n{report}");
}

#[track_caller]
fn assert_traces_exact(traces: &[(&[&str], &str)]) {
    let mut report = String::new();
    let mut exact = true;
    for (states, trace) in traces {
        let states: String = states.iter().map(|state| read(state)).collect();
        let verdict = replay_trace(&states, &read(trace)).expect("a trace between two states");
        exact &= judge(&mut report, trace, &verdict);
    }
    assert!(exact, "the model differs:\n{report}");
}

#[test]
fn buddy_scripts_on_128_mb() {
    assert_scripts_exact(&files("128M-buddy/buddy", |name| name.starts_with(char::is_numeric)));
}

#[test]
fn buddy_scripts_on_512_mb() {
    assert_scripts_exact(&files("512M-buddy/buddy", |name| name.starts_with(char::is_numeric)));
}

#[test]
fn buddy_scripts_on_6_gb() {
    assert_scripts_exact(&files("6G-buddy/buddy", |name| name.starts_with(char::is_numeric)));
}

#[test]
fn random_buddy_scripts() {
    assert_scripts_exact(&files("512M-script/script", |name| name.starts_with("buddy-")));
}

#[test]
fn touch_traces() {
    assert_traces_exact(&[
        (&["512M-touch/touch/state.txt"], "512M-touch/touch/trace.txt"),
        (&["512M-touch/touch/thp-state.txt"], "512M-touch/touch/thp-trace.txt"),
        (
            &["512M-touch/touch/life-before.txt", "512M-touch/touch/life-after.txt"],
            "512M-touch/touch/life-trace.txt",
        ),
    ]);
}

#[test]
fn mixed_workloads() {
    assert_traces_exact(&[
        (&["512M-work/work/before.txt", "512M-work/work/after.txt"], "512M-work/work/events.txt"),
        (&["6G-work/work/before.txt", "6G-work/work/after.txt"], "6G-work/work/events.txt"),
    ]);
}

// ---- booted machines

const MB: u64 = 1 << 20;

fn machine(folder: &str) -> MachineConfig {
    let ram = |size: &str| {
        let (number, unit) = size.split_at(size.len() - 1);
        let number: u64 = number.parse().expect("a size such as 512M");
        Bytes(number * if unit == "G" { 1024 * MB } else { MB })
    };
    let name = folder.trim_start_matches("i386-");
    let arch = if folder.starts_with("i386-") { Arch::I386 } else { Arch::X86_64 };
    let cpus = if folder.ends_with("smp4") { 4 } else { 1 };
    let nodes = if folder.contains("numa") { 2 } else { 1 };
    let size = name.split('-').next().expect("a size");
    MachineConfig { arch, ram: ram(size), cpus, nodes, ..MachineConfig::default() }
}

/// A zone of a captured zoneinfo: its numbers by name.
struct ZoneFacts {
    node: u8,
    kind: ZoneKind,
    numbers: Vec<(String, u64)>,
    protection: Vec<u64>,
}

fn parse_zoneinfo(text: &str) -> Vec<ZoneFacts> {
    let mut zones: Vec<ZoneFacts> = Vec::new();
    let mut in_pageset = false;
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let ["Node", node, "zone", name] = words[..] {
            let node = node.trim_end_matches(',').parse().expect("a node");
            let kind = ZoneKind::from_name(name).expect("a zone of 6.1");
            zones.push(ZoneFacts { node, kind, numbers: Vec::new(), protection: Vec::new() });
            in_pageset = false;
            continue;
        }
        let zone = zones.last_mut().expect("a zone line first");
        in_pageset |= words.first() == Some(&"cpu:");
        match words[..] {
            ["protection:", ..] => {
                let list = line.split_once('(').expect("a list").1.trim_end_matches(')');
                zone.protection = list.split(", ").map(|n| n.parse().expect("a number")).collect();
            }
            ["vm", "stats", "threshold:", n] => {
                zone.numbers.push(("threshold".into(), n.parse().expect("a number")));
            }
            [name, n] if n.parse::<u64>().is_ok() => {
                let name = if in_pageset { format!("pcp {name}") } else { name.to_owned() };
                zone.numbers.push((name, n.parse().expect("a number")));
            }
            _ => {}
        }
    }
    zones
}

#[test]
fn booted_zones_have_the_captured_numbers() {
    let mut report = String::new();
    let (mut compared, mut exact) = (0, 0);
    for folder in files("", |name| name.contains("-facts") || name.contains("numa")) {
        let folder = folder.trim_start_matches('/');
        let phys = Phys::boot(&machine(folder));
        for facts in parse_zoneinfo(&read(&format!("{folder}/facts/zoneinfo.txt"))) {
            let id = phys.find_zone(NodeId(facts.node), facts.kind).expect("every zone of zoneinfo");
            let (zone, zones, cpu) = (phys.zone(id), phys.zones(), CpuId(0));
            let mut compare = |name: &str, model: u64, real: u64| {
                compared += 1;
                exact += u32::from(model == real);
                if model != real {
                    let _ = writeln!(report, "{folder} {:?} {name}: model {model}, real {real}", facts.kind);
                }
            };
            for (name, real) in &facts.numbers {
                let model = match name.as_str() {
                    "min" => zones.watermark(id, Wmark::Min),
                    "low" => zones.watermark(id, Wmark::Low),
                    "high" => zones.watermark(id, Wmark::High),
                    "spanned" => u64::from(zone.spanned),
                    "present" => u64::from(zone.present),
                    "managed" => u64::from(zone.managed),
                    "start_pfn:" | "pcp start_pfn:" => u64::from(zone.start.0),
                    "threshold" => phys.vmstat.threshold(id),
                    "pcp high:" => phys.pcp().high(id, cpu),
                    "pcp batch:" => phys.pcp().batch(id, cpu),
                    _ => continue,
                };
                compare(name, model, *real);
            }
            for (class, &real) in (0..).zip(&facts.protection) {
                compare("protection", zones.lowmem_reserve(id, class), real);
            }
        }
        assert_eq!(mm::check::phys::check(&phys), []);
    }
    assert!(compared > 500 && exact == compared, "exact {exact} of {compared}:\n{report}");
}

#[test]
fn booted_dma_zones_have_the_captured_free_blocks() {
    let mut report = String::new();
    // On 96 MB programs have begun to use the DMA zone.
    let folders = files("", |name| name.contains("-facts") && !name.starts_with("96M"));
    for folder in folders {
        let folder = folder.trim_start_matches('/');
        let phys = Phys::boot(&machine(folder));
        let zone = phys.find_zone(NodeId(0), ZoneKind::Dma).expect("a DMA zone");
        let model: Vec<u64> = Order::ZERO.and_up().map(|order| phys.nr_free(zone, order)).collect();
        let text = read(&format!("{folder}/facts/buddyinfo.txt"));
        let row = text.lines().find(|line| line.contains(" DMA ")).expect("a row for DMA");
        let real: Vec<u64> = row.split_whitespace().skip(4).map(|n| n.parse().expect("a count")).collect();
        if model != real {
            let _ = writeln!(report, "{folder}: model {model:?}, real {real:?}");
        }
    }
    assert!(report.is_empty(), "{report}");
}
