//! What a text is that a kernel printed: a report of its log, a file of `/proc`, a trace.
//!
//! People bring these with whatever stood in front of them (syslog, the journal, `dmesg -T`,
//! `logread`), cut, and not always in UTF-8. A kind is known by lines that nothing else prints;
//! what reads a kind is its own reader.

use crate::script::Rejected;
use crate::units::count;

/// A text that a kernel printed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct KernelText {
    /// What it is.
    pub kind: TextKind,
    /// Which kernel says so of itself, if it does.
    pub release: Option<Release>,
    /// The first line that tells, counted from 1.
    pub line: u32,
    /// Lines that tell.
    pub lines: u32,
}

/// First two numbers of a kernel's release.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Release {
    /// As 6 of 6.1.
    pub major: u8,
    /// As 1 of 6.1.
    pub minor: u8,
}

/// Bytes that are no text in UTF-8.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotUtf8 {
    /// The line of the first bad byte, counted from 1.
    pub line: u32,
    /// What they are all the same.
    pub text: Option<KernelText>,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What a kernel prints. Of several in one text the first of this list is meant.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum TextKind { $($(#[$doc])* $name),* }

        impl TextKind {
            /// Every kind.
            pub const ALL: &[TextKind] = &[$(TextKind::$name),*];
        }
    };
}

kinds! {
    /// The report of the OOM killer.
    OutOfMemory,
    /// The report of a request for pages that failed.
    AllocFailure,
    /// The report of a slab cache that got no pages.
    SlabFailure,
    /// What those reports say of memory, without their heads.
    MemInfo,
    /// Zones with their free lists, as `boot state=` takes them.
    FreeLists,
    /// `/proc/pagetypeinfo`.
    Pagetypeinfo,
    /// `/proc/zoneinfo`.
    Zoneinfo,
    /// `/proc/buddyinfo`.
    Buddyinfo,
    /// `/proc/meminfo`.
    Meminfo,
    /// `/proc/vmstat`.
    Vmstat,
    /// `/proc/slabinfo`.
    Slabinfo,
    /// `/proc/PID/smaps`.
    Smaps,
    /// `/proc/PID/maps`.
    Maps,
    /// `/proc/PID/status`.
    Status,
    /// What `sysctl` prints of tunables.
    Sysctl,
    /// A trace of events.
    Ftrace,
    /// Other lines of the log.
    Log,
}

/// Recognises a text; `None` for one that no kernel prints. Comments of a script do not count.
pub fn recognise(text: &str) -> Option<KernelText> {
    let mut found: Option<KernelText> = None;
    let mut release = None;
    for (number, line) in (1..).zip(text.lines()) {
        release = release.or_else(|| release_in(line));
        let Some(kind) = kind_of(line) else { continue };
        match &mut found {
            None => found = Some(KernelText { kind, release: None, line: number, lines: 1 }),
            Some(known) => {
                known.lines += 1;
                known.line = if kind < known.kind { number } else { known.line };
                known.kind = known.kind.min(kind);
            }
        }
    }
    found.map(|text| KernelText { release, ..text })
}

/// Recognises a rejected script; `None` for one that has more commands than lines of a kernel's.
pub fn instead_of_script(text: &str, rejected: &Rejected) -> Option<KernelText> {
    recognise(text).filter(|found| found.lines > count(rejected.script.commands.len()))
}

/// Takes bytes for text.
///
/// # Errors
/// Where they are none, and what they are.
pub fn in_utf8(bytes: &[u8]) -> Result<&str, NotUtf8> {
    str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = count(before.iter().filter(|&&byte| byte == b'\n').count()) + 1;
        NotUtf8 { line, text: recognise(&String::from_utf8_lossy(bytes)) }
    })
}

/// Returns what a line alone tells.
fn kind_of(line: &str) -> Option<TextKind> {
    let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
    let start = line.trim_start();
    let starts = |words: &[&str]| words.iter().any(|word| start.starts_with(word));
    match () {
        () if starts(&["# tracer:", "# entries-in-buffer/"]) => Some(TextKind::Ftrace),
        () if start.starts_with('#') => None,
        () if has(&["invoked oom-killer:", "Out of memory: Kill", "emory cgroup out of memory"]) => {
            Some(TextKind::OutOfMemory)
        }
        () if has(&["page allocation failure", "page allocation stalls for "])
            && has(&["order:", "mode:"]) =>
        {
            Some(TextKind::AllocFailure)
        }
        () if has(&[
            "SLUB: Unable to allocate memory on node",
            "SLAB: Unable to allocate memory on node",
        ]) =>
        {
            Some(TextKind::SlabFailure)
        }
        () if has(&["Mem-Info:", "lowmem_reserve[]:", " free_pcp:"]) || is_zone_of_report(line) => {
            Some(TextKind::MemInfo)
        }
        () if starts(&["zone node="]) => Some(TextKind::FreeLists),
        () if starts(&[
            "Page block order:",
            "Free pages count per migrate type",
            "Number of blocks type",
        ]) =>
        {
            Some(TextKind::Pagetypeinfo)
        }
        () if starts(&["pages free ", "protection: (", "vm stats threshold:"]) => Some(TextKind::Zoneinfo),
        () if starts(&["Node "]) => row_of_node(start),
        () if starts(&["slabinfo - version"]) => Some(TextKind::Slabinfo),
        () if is_size(start, &["MemTotal:", "MemFree:", "MemAvailable:", "SwapTotal:", "Slab:"]) => {
            Some(TextKind::Meminfo)
        }
        () if is_size(start, &["Rss:", "Pss:", "Private_Dirty:", "KernelPageSize:"]) => Some(TextKind::Smaps),
        () if is_size(start, &["VmPeak:", "VmSize:", "VmRSS:", "VmData:"]) => Some(TextKind::Status),
        () if is_counter(start) => Some(TextKind::Vmstat),
        () if is_area(start) => Some(TextKind::Maps),
        () if starts(&["vm."]) && has(&["="]) => Some(TextKind::Sysctl),
        () if has(&[": mm_page_", ": mm_vmscan_", ": mm_compaction_"]) => Some(TextKind::Ftrace),
        () if has(&["Linux version "]) || is_logged(start) || has(&[" kernel: ["]) => Some(TextKind::Log),
        () => None,
    }
}

/// `Node 0 DMA free:15888kB min:0kB ...`, or without the node.
fn is_zone_of_report(line: &str) -> bool {
    line.contains(" free:") && line.contains("kB min:") && line.contains("kB low:")
}

/// Tells the files with rows of zones apart.
fn row_of_node(line: &str) -> Option<TextKind> {
    let (_, rest) = line.split_once(", zone")?;
    if rest.contains(", type") {
        return Some(TextKind::Pagetypeinfo);
    }
    let mut words = rest.split_ascii_whitespace();
    words.next()?;
    let are_counts = words.clone().all(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    match words.count() {
        0 => Some(TextKind::Zoneinfo),
        7.. if are_counts => Some(TextKind::Buddyinfo),
        _ => None,
    }
}

/// `NAME:   1234 kB`
fn is_size(line: &str, names: &[&str]) -> bool {
    let rest = names.iter().find_map(|name| line.strip_prefix(name));
    rest.and_then(|rest| rest.trim_end().strip_suffix(" kB")).is_some_and(|number| is_number(number.trim()))
}

/// `nr_free_pages 1234`
fn is_counter(line: &str) -> bool {
    const STARTS: [&str; 9] =
        ["nr_", "pg", "numa_", "workingset_", "compact_", "thp_", "allocstall", "pswp", "unevictable_pgs_"];
    let Some((name, number)) = line.trim_end().split_once(' ') else { return false };
    is_number(number) && STARTS.iter().any(|start| name.starts_with(start))
}

/// `55d0c1a00000-55d0c1a21000 rw-p 00000000 00:00 0`
fn is_area(line: &str) -> bool {
    let words: Vec<&str> = line.split_ascii_whitespace().take(5).collect();
    let [range, rights, offset, device, inode] = words[..] else { return false };
    let is_hex = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let are_rights = rights.len() == 4
        && rights.bytes().zip(["r-", "w-", "x-", "ps"]).all(|(c, of)| of.contains(char::from(c)));
    range.split_once('-').is_some_and(|(start, end)| is_hex(start) && is_hex(end))
        && are_rights
        && is_hex(offset)
        && device.split_once(':').is_some_and(|(major, minor)| is_hex(major) && is_hex(minor))
        && is_number(inode)
}

/// `[  795.398379] ...`, `[  +0.000003] ...`, `[Wed Oct 31 10:41:44 2018] ...`
fn is_logged(line: &str) -> bool {
    let stamp = line.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    stamp.is_some_and(|(stamp, _)| {
        let number = stamp.trim().trim_start_matches('+');
        let is_time = number.split_once('.').is_some_and(|(s, us)| is_number(s) && is_number(us));
        is_time || stamp.split(':').count() == 3
    })
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns the release that a line tells: `Linux version 6.1.0-...`, `Not tainted 4.18.0-553.el8`,
/// `Tainted: G    OE   4.4.0-116-generic`.
fn release_in(line: &str) -> Option<Release> {
    let (_, rest) = line.split_once("Linux version ").or_else(|| line.split_once("ainted"))?;
    rest.split_ascii_whitespace().find_map(|word| {
        let (major, rest) = word.split_once('.')?;
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        Some(Release { major: major.parse().ok()?, minor: rest[..end].parse().ok()? })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, kind: Option<TextKind>, release: Option<(u8, u8)>) {
        let found = recognise(text);
        assert_eq!(found.map(|found| found.kind), kind, "{text}");
        let release = release.map(|(major, minor)| Release { major, minor });
        assert_eq!(found.and_then(|found| found.release), release, "{text}");
    }

    #[test]
    fn reports_are_known_behind_any_prefix() {
        let failure = "kworker/0:1: page allocation failure: order:3, mode:0x40dc0(GFP_KERNEL|__GFP_COMP)\n";
        let head = "CPU: 0 PID: 7 Comm: kworker/0:1 Kdump: loaded Not tainted 4.18.0-553.el8.x86_64 #1\n";
        for prefix in [
            "",
            "[ 2161.623563] ",
            "[  +0.000003] ",
            "[Wed Oct 31 10:41:44 2018] ",
            "Jan  2 03:04:05 host kernel: ",
            "Jan  2 03:04:05 host kernel: [85531.010995] ",
            "Sat Jan 27 00:14:32 2024 kern.warn kernel: [  795.398379] ",
            "<4>",
        ] {
            let text = format!("{prefix}{failure}{prefix}{head}");
            check(&text, Some(TextKind::AllocFailure), Some((4, 18)));
            let oom =
                format!("{prefix}cc1plus invoked oom-killer: gfp_mask=0x42d0, order=3, oom_score_adj=0\n");
            check(&(oom + failure), Some(TextKind::OutOfMemory), None);
            let zone = "Node 0 DMA free:15888kB min:0kB low:12kB high:24kB present:15976kB managed:15892kB\n";
            check(&format!("{prefix}{zone}"), Some(TextKind::MemInfo), None);
        }
        check("sh: page allocation failure. order:4, mode:0x20\n", Some(TextKind::AllocFailure), None);
        let old = "Pid: 1553, comm: sh Tainted: G           OE   3.2.0-4-686-pae #1\n";
        check(
            &format!("sh: page allocation failure: order:4, mode:0x20\n{old}"),
            Some(TextKind::AllocFailure),
            Some((3, 2)),
        );
        let lossy = "[    1.5] d\u{fffd}\u{fffd}lvl+0x48/0x60\n[    1.6] Mem-Info:#012 active_anon:1\n";
        check(lossy, Some(TextKind::MemInfo), None);
        check("[    0.000000] Linux version 6.12.1 (a@b)\n", Some(TextKind::Log), Some((6, 12)));
    }

    #[test]
    fn files_are_known_by_their_rows() {
        for (text, kind) in [
            (
                "Node 0, zone      DMA      0      0      0      0      0      0      0      0      1      1      3\n",
                TextKind::Buddyinfo,
            ),
            ("Page block order: 9\nPages per block:  512\n", TextKind::Pagetypeinfo),
            ("Node    0, zone      DMA, type    Unmovable      0      0      0 \n", TextKind::Pagetypeinfo),
            ("Node 0, zone      DMA\n  pages free     3840\n        min      26\n", TextKind::Zoneinfo),
            ("MemTotal:       16384000 kB\nMemFree:         1234 kB\n", TextKind::Meminfo),
            ("nr_free_pages 123\nnr_zone_inactive_anon 5\n", TextKind::Vmstat),
            ("slabinfo - version: 2.1\n# name            <active_objs>\n", TextKind::Slabinfo),
            ("7ffe1000-7ffe3000 rw-p 00000000 00:00 0          [stack]\n", TextKind::Maps),
            ("7ffe1000-7ffe3000 rw-p 00000000 00:00 0\nSize:  8 kB\nRss:        8 kB\n", TextKind::Smaps),
            ("Name:\tcat\nVmRSS:\t    1024 kB\n", TextKind::Status),
            ("vm.swappiness = 60\nvm.zone_reclaim_mode = 0\n", TextKind::Sysctl),
            ("# tracer: nop\n#\n", TextKind::Ftrace),
            ("zone node=0 name=DMA start_pfn=1\n", TextKind::FreeLists),
        ] {
            check(text, Some(kind), None);
        }
    }

    #[test]
    fn a_script_is_no_kernel_text() {
        for text in [
            "",
            "boot ram=512M\nspawn web\nweb: buf = mmap 16M; touch buf\n",
            "# Node 0, zone      DMA      0      0      0      0      0      0      0      0\nboot\n",
            "cat /proc/meminfo\nexpect meminfo.MemFree > 10\nexpect buddyinfo.DMA == \"0 0 0 0 0 1 1 1 0 1 3\"\n",
            "kernel: alloc_pages order=3 gfp=GFP_KERNEL # page allocation\n",
            "dear reader,\nthis is a letter\n",
        ] {
            check(text, None, None);
        }
    }
}
