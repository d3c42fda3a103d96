//! What a file prints can be asked for, and what can be asked for is printed: one list, two readers.

use mm::quantity::{Counter, MeminfoLine, SmapsLine, StatusLine, ZoneField};
use mm::session::Session;
use mm_view::proc;

/// Machines in the middle of their work.
const MACHINES: &[&str] = &[
    "boot ram=128M thp=never\nspawn web\nweb: a = mmap 76M; touch a\n\
     web: madvise a+4K 12K dontneed stride=16K count=4864\n\
     kernel: big = alloc_pages order=9 gfp=GFP_TRANSHUGE; v = vmalloc 1M; k = kmalloc 5000 count=99",
    "boot ram=1G thp=always cpus=3 nodes=2\nspawn web\nweb@1: a = mmap 8M align=2M; touch a\n\
     web: s = mmap 1M shared; l = mmap 64K locked\n\
     kernel@2: c = kmem_cache_create inode size=600 reclaim; o = kmem_cache_alloc c count=500",
    "boot preset=i386-4g\nspawn web\nweb: a = mmap 8M; touch a; sleep 2s\n\
     kernel: h = alloc_pages order=2 gfp=GFP_HIGHUSER count=10",
];

fn run(script: &str) -> Session {
    let mut session = Session::new(mm_view::HOST);
    session.load(mm::script::parse(script).expect("a script that reads"));
    session.run_all();
    assert_eq!(session.unexpected().count(), 0, "{script}");
    session
}

fn text(session: &Session, path: &str) -> String {
    proc::text(session.world(), path).unwrap_or_else(|| panic!("no {path}"))
}

/// Asks on the machine that `script` makes whether each quantity has the value printed.
#[track_caller]
fn check(script: &str, printed: &[(String, String)]) {
    let asked: Vec<String> =
        printed.iter().map(|(quantity, value)| format!("expect {quantity} == {value}")).collect();
    assert!(asked.len() > 10, "hardly anything was printed: {asked:?}");
    run(&format!("{script}\n{}", asked.join("\n")));
}

/// Splits `Name:   12 kB` into name and number; what is not in kB is no such line.
fn kib(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.split_once(':')?;
    Some((name, rest.trim().strip_suffix(" kB")?))
}

#[track_caller]
fn assert_all_printed<'a>(text: &str, names: impl Iterator<Item = &'a str>) {
    let words: Vec<&str> = text.split([' ', '\n', ':', '\t']).collect();
    for name in names {
        assert!(words.contains(&name), "{name} can be asked for and is not printed");
    }
}

#[test]
fn meminfo_and_vmstat() {
    for script in MACHINES {
        let session = run(script);
        let meminfo = text(&session, "/proc/meminfo");
        let lines = meminfo.lines().map(|line| kib(line).expect("a line of meminfo"));
        let mut printed: Vec<_> =
            lines.map(|(name, value)| (format!("meminfo.{name}"), value.to_owned())).collect();
        let vmstat = text(&session, "/proc/vmstat");
        printed.extend(vmstat.lines().map(|line| {
            let (name, value) = line.split_once(' ').expect("a line of vmstat");
            (format!("vmstat.{name}"), value.to_owned())
        }));
        check(script, &printed);
        assert_all_printed(&meminfo, MeminfoLine::lines(session.world()).map(MeminfoLine::name));
        assert_all_printed(&vmstat, Counter::lines(session.world()).map(Counter::name));
    }
}

#[test]
fn status_and_smaps() {
    for script in MACHINES {
        let session = run(script);
        let status = text(&session, "/proc/web/status");
        let lines = status.lines().filter_map(kib);
        let mut printed: Vec<_> =
            lines.map(|(name, value)| (format!("status.web.{name}"), value.to_owned())).collect();
        let smaps = text(&session, "/proc/web/smaps");
        for line in SmapsLine::ALL {
            // Of all areas together; shares of a page are rounded once.
            let of_areas = smaps.lines().filter_map(kib).filter(|(name, _)| *name == line.name());
            let sum: u64 = of_areas.map(|(_, value)| value.parse::<u64>().expect("a number")).sum();
            printed.push((format!("smaps.web.{}", line.name()), sum.to_string()));
        }
        check(script, &printed);
        assert_all_printed(&status, StatusLine::ALL.iter().map(|line| line.name()));
        assert_all_printed(&smaps, SmapsLine::ALL.iter().map(|line| line.name()));
    }
}

/// Reads what is printed of each zone: `(quantity, value)`.
fn zones(zoneinfo: &str) -> Vec<(String, String)> {
    let mut printed = Vec::new();
    let mut zone = String::new();
    let (mut count, mut cpus) = (0, 0);
    for line in zoneinfo.lines().chain(["Node 0, zone none"]) {
        let words: Vec<&str> = line.split([' ', ':', ',']).filter(|word| !word.is_empty()).collect();
        if let ["Node", node, "zone", kind] = words[..] {
            if cpus > 0 {
                printed.push((format!("pcp.{zone}.count"), count.to_string()));
            }
            (zone, count, cpus) = (format!("{kind}@{node}"), 0, 0);
            continue;
        }
        match words[..] {
            ["per-node", "stats"] | ["pagesets"] => {}
            ["pages", "free", value] => printed.push((format!("zoneinfo.{zone}.free"), value.into())),
            ["cpu", _] => cpus += 1,
            ["count", value] => count += value.parse::<u64>().expect("a number"),
            [limit @ ("high" | "batch"), value] if cpus > 0 => {
                printed.push((format!("pcp.{zone}.{limit}"), value.into()));
            }
            ["vm", "stats", "threshold", value] => {
                printed.push((format!("zoneinfo.{zone}.threshold"), value.into()));
            }
            ["protection", ..] => {
                let (_, list) = line.split_once('(').expect("a list in parentheses");
                let list = list.trim_end_matches(')').replace(' ', "");
                printed.push((format!("zoneinfo.{zone}.protection"), list));
            }
            [name, value] => printed.push((format!("zoneinfo.{zone}.{name}"), value.into())),
            _ => panic!("what is this line? {line:?}"),
        }
    }
    printed
}

#[test]
fn zoneinfo() {
    for script in MACHINES {
        let session = run(script);
        let zoneinfo = text(&session, "/proc/zoneinfo");
        check(script, &zones(&zoneinfo));
        assert_all_printed(&zoneinfo, ZoneField::fields(session.world()).map(ZoneField::name));
    }
}

#[test]
fn what_is_not_modelled_says_so() {
    let ask = |quantity: &str| {
        let script = mm::script::parse(&format!("expect {quantity} == 0")).expect("a script that reads");
        let mut session = Session::new(mm_view::HOST);
        session.load(script);
        session.run_all();
        let record = session.records().last().expect("a record");
        format!("{:?}", mm_view::words::outcome(record, session.world(), mm_view::Lang::En))
    };
    for quantity in [
        "vmstat.pswpout",
        "vmstat.nr_mlock",
        "meminfo.Active(file)",
        "meminfo.Hugetlb",
        "zoneinfo.DMA.nr_dirty",
    ] {
        let said = ask(quantity);
        assert!(said.contains("6.1 has") && said.contains("not modelled"), "{quantity}: {said}");
    }
    for quantity in [
        "vmstat.pswpoutt",
        "vmstat.pgalloc_high",
        "vmstat.pgalloc_high",
        "meminfo.HighFree",
        "zoneinfo.DMA.fre",
    ] {
        let said = ask(quantity);
        assert!(said.contains("no field"), "{quantity}: {said}");
    }
}
