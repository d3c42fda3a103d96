//! Text of `/proc` files against captures: the format of each line, and the numbers that a
//! machine and a capture have in common.

mod common;

use std::path::Path;

use mm::session::Session;
use mm_oracle::form::Form;
use mm_view::proc;

#[track_caller]
fn fact(path: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle").join(path);
    common::text(&file)
}

fn run(text: &str) -> Session {
    let mut session = Session::new(mm_view::HOST);
    session.load(mm::script::parse(text).expect("a script that reads"));
    session.run_all();
    assert_eq!(session.unexpected().count(), 0, "{text}");
    session
}

#[track_caller]
fn text(session: &Session, path: &str) -> String {
    proc::text(session.world(), path).unwrap_or_else(|| panic!("no {path}"))
}

/// Every line must stand in the capture, in this order; lines between may be missing.
#[track_caller]
fn assert_lines_in_order(printed: &str, captured: &str) {
    let mut rest = captured.lines();
    for line in printed.lines() {
        let ours = Form::of(line);
        assert!(
            rest.any(|other| ours.is_like(&Form::of(other))),
            "no such line, or not in this place: {line:?}"
        );
    }
}

#[test]
fn formats_are_those_of_6_1() {
    for (machine, folder, files) in [
        ("boot ram=512M", "512M-facts", &["buddyinfo", "meminfo", "pagetypeinfo", "vmstat"][..]),
        ("boot ram=1G nodes=2 cpus=2", "1G-numa-2x512M", &["buddyinfo", "pagetypeinfo"]),
        ("boot ram=1G arch=i386", "i386-1G-facts", &["buddyinfo", "meminfo", "pagetypeinfo", "vmstat"]),
    ] {
        let session = run(machine);
        for file in files {
            let printed = text(&session, &format!("/proc/{file}"));
            let captured = fact(&format!("{folder}/facts/{file}.txt"));
            assert_lines_in_order(&printed, &captured);
        }
    }
}

#[test]
fn zoneinfo_is_printed_as_captured() {
    for (machine, folder) in [
        ("boot ram=512M", "512M-facts"),
        ("boot ram=128M", "128M-facts"),
        ("boot ram=4G", "4G-facts"),
        ("boot ram=1G arch=i386", "i386-1G-facts"),
        ("boot ram=1G nodes=2", "1G-numa-2x512M"),
    ] {
        let session = run(machine);
        let printed = text(&session, "/proc/zoneinfo");
        let captured = fact(&format!("{folder}/facts/zoneinfo.txt"));
        assert_lines_in_order(&printed, &captured);
        // Geometry, marks and limits are equal to the letter.
        let fixed = |text: &str| -> Vec<String> {
            let words = [
                "spanned",
                "present",
                "managed",
                "cma",
                "protection",
                "high:",
                "batch",
                "threshold",
                "start_pfn",
            ];
            let keep = |line: &&str| words.iter().any(|word| line.contains(word));
            text.lines().filter(keep).map(str::to_owned).collect()
        };
        assert_eq!(fixed(&printed), fixed(&captured), "{folder}");
    }
}

#[test]
fn a_captured_state_prints_its_own_lists() {
    let session = run("boot state=512M-buddy");
    assert_eq!(
        text(&session, "/proc/buddyinfo"),
        "Node 0, zone      DMA      0      0      0      0      0      1      1      1      0      1      3 \n\
         Node 0, zone    DMA32      4      5      6      8      5      6      4      5      7      3     96 \n"
    );
    let printed = text(&session, "/proc/zoneinfo");
    for line in ["  pages free     102902", "              count: 455", "  vm stats threshold: 6"] {
        assert!(printed.lines().any(|other| other == line), "{line}");
    }
}

#[test]
fn pagetypeinfo_is_printed_as_captured() {
    for capture in ["128M-buddy", "512M-buddy"] {
        let session = run(&format!("boot state={capture}/15"));
        let printed = text(&session, "/proc/pagetypeinfo");
        let captured = fact(&format!("{capture}/buddy/pagetypeinfo-after.txt"));
        let blocks = |text: &str| -> Vec<String> {
            text.lines().skip_while(|line| !line.starts_with("Number of blocks")).map(str::to_owned).collect()
        };
        assert_eq!(blocks(&printed), blocks(&captured), "{capture}");
        assert_lines_in_order(&printed, &captured);
    }
}

#[test]
fn maps_and_status_of_a_process_are_those_captured() {
    // The captured program had mapped one area more, and touched one page of it.
    let session = run("boot ram=512M\nspawn t\nt: big = mmap 1028K");
    let captured = fact("512M-proc/proc/layout-static.txt");
    let is_map =
        |line: &&str| line.contains('-') && line.split(' ').nth(1).is_some_and(|rights| rights.len() == 4);
    let maps: String = captured.lines().filter(is_map).map(|line| format!("{line}\n")).collect();
    assert_eq!(text(&session, "/proc/t/maps"), maps);
    assert_eq!(text(&session, "/proc/100/maps"), maps);
    let status = text(&session, "/proc/t/status");
    let lines: Vec<&str> =
        status.lines().filter(|line| line.starts_with("Vm") || line.starts_with("Rss")).collect();
    for line in &lines {
        let same = captured.lines().any(|other| other.trim_start() == *line);
        // One page of the stack is there from the start, and its tables.
        assert!(same || line.starts_with("VmPTE"), "{line}");
    }
    assert_eq!(lines.first(), Some(&"VmPeak:\t    6604 kB"));
    assert!(status.starts_with("Name:\tt\nPid:\t100\n"));
}

#[test]
fn every_file_that_is_listed_can_be_read_and_no_other() {
    let session = run("boot ram=128M\nspawn web\nspawn db\ndb: exit\nkernel: vmalloc 4K");
    let files = proc::files(session.world());
    assert!(files.contains(&"/proc/web/maps".to_owned()));
    for path in &files {
        assert!(text(&session, path).ends_with('\n'), "{path}");
    }
    for path in
        ["/proc/db/maps", "/proc/nobody/maps", "/proc/mtrr", "/proc/101/maps", "", "/proc/", "buddyinfo"]
    {
        assert_eq!(proc::text(session.world(), path), None, "{path}");
    }
}

#[test]
fn areas_of_vmalloc_are_printed_as_the_kernel_prints_them() {
    let session = run("boot ram=128M\nkernel: a = vmalloc 8K\nkernel: vmalloc 3M\nkernel: vfree a");
    let expected = "0xffffc90000003000-0xffffc90000304000 3149824 pages=768 vmalloc vpages N0=768\n\
         0xffffc90000304000-0xffffc90000307000   12288 pages=2 vmalloc N0=2\n\
         0xffffc90000000000-0xffffc90000003000   12288 unpurged vm_area\n";
    assert_eq!(text(&session, "/proc/vmallocinfo"), expected);
    let session = run("boot ram=1G arch=i386\nkernel: vmalloc 4K");
    // The form of the captured line, less its caller.
    let form = |line: &str| -> String {
        let range = line.replace("(ptrval)", "00000000");
        range.chars().map(|c| if c.is_ascii_hexdigit() { '0' } else { c }).collect()
    };
    let captured = "0x(ptrval)-0x(ptrval)    8192 pages=1 vmalloc\n";
    assert_eq!(form(&text(&session, "/proc/vmallocinfo")), form(captured));
}

#[test]
fn tunables_read_as_the_kernel_prints_them() {
    let session = run("boot ram=1G\necho never > /sys/kernel/mm/transparent_hugepage/enabled\n\
         echo 8192 > /proc/sys/vm/min_free_kbytes");
    assert_eq!(text(&session, "/sys/kernel/mm/transparent_hugepage/enabled"), "always madvise [never]\n");
    assert_eq!(text(&session, "/proc/sys/vm/min_free_kbytes"), "8192\n");
    assert_eq!(text(&session, "/proc/sys/vm/watermark_scale_factor"), "10\n");
}

#[test]
fn the_log_has_what_the_slab_allocator_prints() {
    let session = run("boot ram=1G thp=never\n\
         kernel: all = alloc_pages gfp=GFP_DMA|__GFP_NOWARN|__GFP_NORETRY count=max\n\
         kernel: kmalloc 512 gfp=GFP_DMA !ENOMEM\n\
         kernel: kmalloc 512 gfp=GFP_DMA|__GFP_NOWARN !ENOMEM\n\
         kernel: a = kmalloc 16K gfp=GFP_DMA32; b = kmalloc 16K gfp=GFP_KERNEL|__GFP_HIGHMEM");
    let log = text(&session, mm::shell::LOG);
    let printed: Vec<&str> = log.lines().skip_while(|line| !line.starts_with("SLUB:")).collect();
    assert_eq!(
        printed,
        [
            "SLUB: Unable to allocate memory on node -1, gfp=0x1(GFP_DMA)",
            "  cache: dma-kmalloc-512, object size: 512, buffer size: 512, default order: 0, min order: 0",
            "  node 0: slabs: 0, objs: 0, free: 0",
            "Unexpected gfp: 0x4 (GFP_DMA32). Fixing up to gfp: 0x0 (). Fix your code!",
            "Unexpected gfp: 0x2 (__GFP_HIGHMEM). Fixing up to gfp: 0xcc0 (GFP_KERNEL). Fix your code!",
        ]
    );
}

#[test]
fn soft_dirty_marks_are_there_on_64_bits_only() {
    for (arch, marked) in [("x86_64", true), ("i386", false)] {
        let session = run(&format!("boot arch={arch}\nspawn w; spawn b bare\nw: mmap 8K; b: mmap 8K"));
        for name in ["w", "b"] {
            let smaps = text(&session, &format!("/proc/{name}/smaps"));
            let flags = || smaps.lines().filter(|line| line.starts_with("VmFlags:"));
            assert_eq!(flags().any(|line| line.contains(" sd")), marked, "{arch} {name}");
        }
    }
}
