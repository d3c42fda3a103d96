//! Random scripts that ran on a real 6.1, as far as this folder's calls go.
//!
//! Each file of commands stands beside the kernel's answers. A replay ends at the first call
//! that the model does not have yet and that would have changed something.

mod virt_support;

use std::collections::BTreeMap;

use mm::config::MachineConfig;
use mm::errno::Errno;
use mm::units::{Bytes, VirtAddr};
use mm::virt::TaskId;
use mm::virt::area::mmap::{MmapRequest, Sharing};
use mm::virt::area::unmapped_area::Placement;
use mm::virt::area::vma::VmFlags;
use mm::virt::paging::walk::Access;
use mm::virt::task::Layout;
use virt_support::{Machine, NONE, R, RW, RX};

/// Where the script's own mappings begin: below lies the program, of another build.
const SCRIPT_BASE: u64 = 0x1000_0000;

struct Replay {
    m: Machine,
    web: TaskId,
    labels: BTreeMap<String, u64>,
}

/// What a command answered, as the captures write it; `None` for a call we do not have.
type Answer = Option<String>;

impl Replay {
    fn new() -> Replay {
        let mut m = Machine::boot(&MachineConfig::default());
        let web = m.spawn("web", Layout::Usual);
        Replay { m, web, labels: BTreeMap::new() }
    }

    fn value(&self, text: &str) -> u64 {
        text.split('+').map(|part| self.term(part)).sum()
    }

    fn term(&self, text: &str) -> u64 {
        if let Some(hex) = text.strip_prefix("0x") {
            return u64::from_str_radix(hex, 16).expect("a number");
        }
        if let Some(kib) = text.strip_suffix('K') {
            return kib.parse::<u64>().expect("a number") << 10;
        }
        text.parse().unwrap_or_else(|_| self.labels.get(text).copied().unwrap_or(0))
    }

    fn run(&mut self, command: &str) -> Answer {
        let (label, call) = match command.split_once(" = ") {
            Some((label, call)) => (Some(label), call),
            None => (None, command),
        };
        let words: Vec<&str> = call.split_whitespace().collect();
        let before = self.m.minflt(self.web);
        let result = match words[0] {
            "mmap" => self.mmap(&words[1..], label),
            "munmap" => {
                let (start, len) = (VirtAddr(self.value(words[1])), self.value(words[2]));
                answer(self.m.munmap(self.web, start, len))
            }
            "mprotect" => {
                let (start, len) = (VirtAddr(self.value(words[1])), self.value(words[2]));
                answer(self.m.mprotect(self.web, start, len, prot(words[3])))
            }
            "read" => self.accesses(&words[1..], Access::Read)?,
            "touch" | "write" => self.accesses(&words[1..], Access::Write)?,
            "munlock" | "madvise" if self.is_unmapped(&words[1..]) => "ENOMEM".to_string(),
            _ => return None,
        };
        Some(format!("{result} minflt +{}", self.m.minflt(self.web) - before))
    }

    fn is_unmapped(&self, words: &[&str]) -> bool {
        let (start, len) = (self.value(words[0]), self.value(words[1]));
        let mm = self.m.world.rest.virt.mm_of(self.web);
        self.m.world.rest.virt.find_vma(mm, VirtAddr(start)).is_none_or(|vma| vma.start.0 >= start + len)
    }

    fn mmap(&mut self, words: &[&str], label: Option<&str>) -> String {
        let mut req =
            MmapRequest { prot: prot(words[1]), ..MmapRequest::anonymous(Bytes(self.value(words[0]))) };
        for word in &words[2..] {
            let (key, value) = word.split_once('=').unwrap_or((word, "0"));
            let at = VirtAddr(self.value(value));
            match key {
                "shared" => req.sharing = Sharing::Shared,
                "noreserve" => req.flags = req.flags.with(VmFlags::NORESERVE),
                "populate" => req.populate = true,
                "fixed" => req.placement = Placement::Fixed(at),
                "noreplace" => req.placement = Placement::NoReplace(at),
                "hint" => req.placement = Placement::Hint(at),
                other => panic!("unknown option {other}"),
            }
        }
        match self.m.mmap(self.web, &req) {
            Ok(start) => {
                if let Some(label) = label {
                    self.labels.insert(label.to_string(), start.0);
                }
                format!("{:#x}", start.0)
            }
            Err(errno) => errno.name().to_string(),
        }
    }

    /// Accesses one byte a page; `None` where shared memory would have to answer.
    fn accesses(&mut self, words: &[&str], access: Access) -> Option<String> {
        let (start, len) = (self.value(words[0]), words.get(1).map_or(1, |len| self.value(len)));
        let mut at = start;
        while at < start + len {
            if let Err(signal) = self.m.access(self.web, VirtAddr(at), access) {
                if signal.signo == mm::errno::Signo::Sigbus {
                    return None;
                }
                let (code, addr) = (signal.code.number(), signal.addr.0);
                return Some(format!("{} si_code={code} addr={addr:#x}", signal.signo.name()));
            }
            at = (at & !0xfff) + 4096;
        }
        Some("0".to_string())
    }

    fn maps(&self) -> Vec<String> {
        self.m.maps(self.web).iter().filter(|row| in_script(row)).map(|row| without_inode(row)).collect()
    }

    fn pages(&self, words: &[&str]) -> Vec<String> {
        let (start, len) = (self.value(words[0]), self.value(words[1]));
        let runs = self.m.pages(self.web, VirtAddr(start), len);
        runs.iter().map(|(at, pages, what)| format!("{at:x}+{pages} {}", what.name())).collect()
    }
}

fn answer(result: Result<(), Errno>) -> String {
    match result {
        Ok(()) => "0".to_string(),
        Err(errno) => errno.name().to_string(),
    }
}

fn prot(word: &str) -> VmFlags {
    match word {
        "none" => NONE,
        "r" => R,
        "rw" => RW,
        "rx" => RX,
        "rwx" => RW.with(VmFlags::EXEC),
        other => panic!("unknown rights {other}"),
    }
}

fn in_script(row: &str) -> bool {
    let start = row.split('-').next().expect("bounds");
    u64::from_str_radix(start, 16).expect("an address") >= SCRIPT_BASE
}

/// Inodes of `/dev/zero` come from one counter of the whole run.
fn without_inode(row: &str) -> String {
    let words: Vec<&str> = row.split_whitespace().collect();
    [&words[..4], &words[5..]].concat().join(" ")
}

/// Replays a script; returns how many commands agreed before the end or the first unknown one.
#[track_caller]
fn replay(name: &str, answers: &str) -> u32 {
    let mut replay = Replay::new();
    let mut lines = answers.lines().peekable();
    let mut commands = 0;
    while let Some(line) = lines.next() {
        let command = line.strip_prefix("> ").unwrap_or_else(|| panic!("{name}: no command: {line}"));
        let result =
            lines.next().expect("an answer").strip_prefix("=").expect("an answer").trim().to_string();
        let mut rows = Vec::new();
        while let Some(row) = lines.next_if(|line| !line.starts_with("> ")) {
            rows.push(row.trim().to_string());
        }
        commands += 1;
        if command == "cat /proc/web/maps" {
            let rows: Vec<String> =
                rows.iter().filter(|row| in_script(row)).map(|row| without_inode(row)).collect();
            assert_eq!(replay.maps(), rows, "{name}, command {commands}: {command}");
        } else if let Some(call) = command.strip_prefix("web: pages ") {
            let words: Vec<&str> = call.split_whitespace().collect();
            assert_eq!(replay.pages(&words), rows, "{name}, command {commands}: {command}");
        } else if let Some(call) = command.strip_prefix("web: ") {
            let Some(answer) = replay.run(call) else { return commands - 1 };
            assert_eq!(answer, result, "{name}, command {commands}: {command}");
            replay.m.check();
        }
    }
    commands
}

macro_rules! scripts {
    ($($test:ident: $file:literal, $least:literal;)*) => {
        $(#[test]
        fn $test() {
            let answers = include_str!(concat!("../../../tests/oracle/512M-script/script/", $file, ".out"));
            let commands = replay($file, answers);
            assert!(commands >= $least, "{} commands of {} agreed", commands, $file);
        })*
    };
}

scripts! {
    vma_1: "vma-1", 28;
    vma_2: "vma-2", 16;
    vma_3: "vma-3", 5;
    fault_1: "fault-1", 8;
    fault_2: "fault-2", 10;
    fault_3: "fault-3", 10;
}

/// `vma.txt`: each `##` section shows the areas after the step it names.
#[test]
fn areas_of_the_captured_walk() {
    let text = include_str!("../../../tests/oracle/512M-proc/proc/vma.txt");
    let sections: BTreeMap<&str, Vec<String>> = text
        .split("## ")
        .filter_map(|section| section.split_once('\n'))
        .map(|(title, rows)| {
            let rows = rows.lines().filter(|row| row.contains("-") && !row.contains('='));
            (title, rows.map(|row| row.split_whitespace().collect::<Vec<_>>().join(" ")).collect())
        })
        .collect();
    let mut m = Machine::boot(&MachineConfig::default());
    let t = m.spawn("t", Layout::Usual);
    let agree = |m: &Machine, title: &str| assert_eq!(m.maps(t), sections[title], "{title}");
    agree(&m, "start");
    let page = |base: VirtAddr, pages: u64| VirtAddr(base.0 + pages * 4096);
    let a = m.anon(t, 4 * 4096);
    agree(&m, "a = mmap 4 pages anon rw");
    let b = m.anon(t, 4 * 4096);
    agree(&m, "b = mmap 4 pages anon rw (next to it, merged)");
    m.write(t, b).expect("a page");
    let c = m.mmap(t, &MmapRequest { prot: R, ..MmapRequest::anonymous(Bytes(4 * 4096)) }).expect("room");
    agree(&m, "c = mmap 4 pages anon r (other prot: not merged)");
    m.mprotect(t, c, 4 * 4096, RW).expect("an area");
    agree(&m, "mprotect c rw (merges)");
    m.mprotect(t, page(b, 1), 2 * 4096, R).expect("an area");
    agree(&m, "mprotect the middle 2 pages of b r (splits in 3)");
    m.mprotect(t, page(b, 1), 2 * 4096, RW).expect("an area");
    agree(&m, "mprotect it back rw (merges again)");
    m.munmap(t, page(a, 1), 4096).expect("an area");
    agree(&m, "munmap page 1 of a (hole)");
    assert_eq!(m.anon(t, 4096), page(a, 1));
    agree(&m, "d = mmap 1 page (where does it go?)");
    m.anon(t, 4096);
    agree(&m, "e = mmap 1 page");
    let at = Placement::Fixed(VirtAddr(0x1000_0000));
    m.mmap(t, &virt_support::request(4 * 4096, RW, at)).expect("room");
    agree(&m, "f = mmap at 0x10000000");
    m.check();
}

/// Four areas of the kernel's own test leave two.
#[test]
fn areas_of_the_kernels_own_test() {
    let mut m = Machine::boot(&MachineConfig::default());
    let t = m.spawn("t", Layout::Bare);
    for start in [0x30_0000, 0x25_0000, 0x30_3000, 0x24_d000] {
        let at = Placement::Fixed(VirtAddr(start));
        m.mmap(t, &virt_support::request(0x3000, RW, at)).expect("room");
    }
    let areas: Vec<(u64, u64, u64)> = m
        .world
        .rest
        .virt
        .areas(m.world.rest.virt.mm_of(t))
        .map(|vma| (vma.start.0, vma.end.0, vma.pgoff))
        .collect();
    assert_eq!(areas, [(0x24_d000, 0x25_3000, 0x24d), (0x30_0000, 0x30_6000, 0x300)]);
    m.check();
}

/// The `errors:` line of `vma.txt`.
#[test]
fn errors_of_the_captured_walk() {
    let mut m = Machine::boot(&MachineConfig::default());
    let t = m.spawn("t", Layout::Usual);
    let fixed = |at: u64| Placement::Fixed(VirtAddr(at));
    let mmap = |m: &mut Machine, len, placement| m.mmap(t, &virt_support::request(len, R, placement)).err();
    assert_eq!(mmap(&mut m, 4096, fixed(0)), None);
    assert_eq!(mmap(&mut m, 4096, Placement::NoReplace(VirtAddr(0x40_0000))), Some(Errno::EEXIST));
    assert_eq!(mmap(&mut m, 0, Placement::Anywhere), Some(Errno::EINVAL));
    assert_eq!(mmap(&mut m, 4096, fixed(0x1000_0001)), Some(Errno::EINVAL));
    assert_eq!(mmap(&mut m, 1 << 47, Placement::Anywhere), Some(Errno::ENOMEM));
    assert_eq!(m.mmap(t, &MmapRequest::anonymous(Bytes(8 << 30))), Err(Errno::ENOMEM));
    assert_eq!(m.munmap(t, VirtAddr(0x1000_0001), 4096), Err(Errno::EINVAL));
    let a = m.anon(t, 8 * 4096);
    m.munmap(t, VirtAddr(a.0 + 4096), 4096).expect("an area");
    assert_eq!(m.mprotect(t, a, 8 * 4096, R), Err(Errno::ENOMEM));
    assert_eq!(m.mprotect(t, VirtAddr(0x7fff_f7ff_9000), 4096, RW), Err(Errno::EACCES));
    m.check();
}
