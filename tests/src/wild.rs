//! Wild scripts: any verb with any argument, on any machine, and what holds for all of them.
//!
//! [`crate::random`] writes what a user means; here stands what nobody does. Addresses have all of 64 bits,
//! sizes are near every edge, flags are joined blindly, letters are lost. Nothing of it may break the
//! model, and whatever it leads to can be looked at in every panel.

use core::fmt::Write;
use core::ops::Range;

use mm::rng::Rng;
use mm::script::registry::verbs;
use mm::script::{self, ProcessVerb, Script, Shape, VerbKind, VerbSpec};
use mm::session::{Position, Progress, SESSION_BYTES_MAX, Session};
use mm::units::{count, index, low8, low32};
use mm_view::panels::frames::{ColourBy, Detail, MapAsk};
use mm_view::panels::slab::SlabAsk;
use mm_view::panels::translate::TranslateAsk;
use mm_view::panels::zones::RequestAsk;
use mm_view::panels::{Moment, Thing, fill};
use mm_view::{Lang, words};

/// Units of work after which a command may be cancelled.
const SLICE: u32 = 20_000;
/// Machines whose every frame the checker looks at: it takes a millisecond for some megabytes.
const CHECKED_BYTES_MAX: u64 = 256 << 20;

const NAMES: &[&str] = &["a", "b", "c", "m", "x", "pinned", "buf"];
const PROCESSES: &[&str] = &["web", "db", "p", "t", "q0"];
const SPEAKERS: &[&str] = &["web", "db", "p@0", "p@1", "t@2", "q0@63", "kernel", "kernel@1", "kernel@63"];
const SIZES: &[&str] = &[
    "0",
    "1",
    "63",
    "4095",
    "4K",
    "4097",
    "8K",
    "64K",
    "1M",
    "2M",
    "2052K",
    "16M",
    "128M",
    "1G",
    "4G",
    "512G",
    "128T",
    "0x7fffffffffff",
    "0x8000000000000000",
    "0xfffffffffffff000",
    "18446744073709551615",
];
/// Where something ends: pages, tables, halves of the address space, the direct map, `vmalloc`.
const EDGES: &[u64] = &[
    0,
    1 << 12,
    0xc000_0000,
    1 << 32,
    0x7fff_ffff_f000,
    1 << 47,
    1 << 56,
    1 << 63,
    0xffff_8000_0000_0000,
    0xffff_8880_0000_0000,
    0xffff_c900_0000_0000,
    0xffff_ea00_0000_0000,
    0xffff_ffff_8000_0000,
    0,
];
const KEYS: &[&str] = &[
    "arch=i386",
    "arch=x86_64",
    "cpus=1",
    "cpus=2",
    "cpus=64",
    "nodes=1",
    "nodes=2",
    "nodes=8",
    "thp=always",
    "thp=never",
    "thp=madvise",
    "seed=7",
    "movablecore=25%",
    "movablecore=512M",
    "kernelcore=64M",
    "kernelcore=100%",
    "preset=fragmented",
    "preset=i386-4g",
    "preset=two-sockets",
    "preset=seed-76g",
    "preset=vm-8g",
    "state=512M-buddy",
    "pae=on",
    "cma=64M",
];
const RAM: &[&str] = &[
    "16M", "80M", "96M", "128M", "200M", "256M", "512M", "896M", "1G", "3G", "4G", "5G", "76G", "512G", "8T",
];
const FLAGS: &[&str] = &[
    "GFP_KERNEL",
    "GFP_ATOMIC",
    "GFP_DMA",
    "GFP_DMA32",
    "GFP_HIGHUSER_MOVABLE",
    "GFP_NOWAIT",
    "GFP_TRANSHUGE",
    "__GFP_HIGH",
    "__GFP_MOVABLE",
    "__GFP_RECLAIMABLE",
    "__GFP_NOWARN",
    "__GFP_NORETRY",
    "__GFP_NOFAIL",
    "__GFP_COMP",
    "__GFP_ZERO",
    "__GFP_THISNODE",
    "__GFP_HIGHMEM",
    "__GFP_DIRECT_RECLAIM",
    "__GFP_MEMALLOC",
    "__GFP_RETRY_MAYFAIL",
    "none",
];
const QUANTITIES: &[&str] = &[
    "vmstat.pgfault",
    "meminfo.MemFree",
    "status.web.VmPTE",
    "smaps.web.Rss",
    "minflt.web",
    "rss.p",
    "maps.p",
    "brk.p",
    "sig.p.code",
    "sig.p.addr",
    "alive(web)",
    "ptpages(web)",
    "zoneinfo.Normal.free",
    "zoneinfo.DMA@7.min",
    "buddyinfo.DMA32",
    "extfrag.Normal[10]",
    "unusable.DMA[9]",
    "blocks.DMA32.Movable",
    "pcp.DMA.count",
    "tlb.walk",
    "time(last)",
    "share(handle_mm_fault)",
    "mem.frames",
    "layout.vmalloc.start",
    "vmalloc.lazy",
    "slab(\"kmalloc-1k\").slabs",
];
const TEXTS: &[&str] = &[
    "",
    "0",
    "1",
    "-1",
    "0x10",
    "010",
    " 5 ",
    "1001",
    "4294967296",
    "99999999999999999999",
    "always",
    "256 32 0",
    "x",
];
const TIMES: &[&str] = &["0", "1ns", "100ms", "1s", "36s", "1h"];

/// Writes a script of `lines` lines, some of which may be no commands; equal seeds give equal scripts.
pub fn text(seed: u64, lines: u32) -> String {
    let mut wild = Wild { rng: Rng::new(seed) };
    let mut out = format!("{}\nspawn web\nspawn p bare\n", wild.machine());
    for _ in 0..lines {
        let line = wild.line();
        let _ = writeln!(out, "{}", wild.damaged(line));
    }
    out
}

/// Reads a wild script; lines that are none are told of, in words, and left out.
pub fn script(text: &str) -> Script {
    let mut text = text.to_owned();
    loop {
        let rejected = match script::parse(&text) {
            Ok(script) => return script,
            Err(rejected) => rejected,
        };
        assert!(!rejected.errors.is_empty(), "refused without an error:\n{text}");
        for error in &rejected.errors {
            for lang in Lang::ALL {
                assert!(!words::parse_error(error, lang).is_empty(), "no words for {error:?}");
            }
        }
        let is_wrong = |line: usize| rejected.errors.iter().any(|error| index(error.line) == line);
        text = (1..)
            .zip(text.lines())
            .map(|(at, line)| if is_wrong(at) { "\n".into() } else { format!("{line}\n") })
            .collect();
    }
}

/// Runs a wild script as the page would, in slices, with cancelled commands and jumps in between, and looks
/// at everything that there is to see on the way.
///
/// # Panics
/// When the model breaks, or is left in a state that its checker does not accept.
pub fn run_and_look(seed: u64, lines: u32) {
    let mut wild = Wild { rng: Rng::new(!seed) };
    let mut session = Session::new(mm_view::HOST);
    session.load(script(&text(seed, lines)));
    while session.start_next() {
        let mut is_cancelled = false;
        while !is_cancelled && matches!(session.advance(SLICE), Progress::Running { .. }) {
            is_cancelled = wild.rng.below(40) == 0;
        }
        if is_cancelled {
            session.cancel();
            break;
        }
        let bytes = session.bytes();
        assert!(bytes <= SESSION_BYTES_MAX, "seed {seed}: {bytes} bytes at {:?}", session.position());
        if wild.rng.below(8) == 0 {
            look(&mut wild, &session);
        }
    }
    check(&session, seed);
    for _ in 0..4 {
        let command = low32(wild.rng.below(u64::from(session.end().command) + 1));
        session.seek(Position { command, step: low32(wild.rng.below(1 << 10)) });
        look(&mut wild, &session);
    }
    // Inside a command lists and counters may be on their way.
    session.seek(session.end_of(session.position().command));
    check(&session, seed);
}

fn check(session: &Session, seed: u64) {
    if session.world().config.ram.0 <= CHECKED_BYTES_MAX {
        let violations = mm::check::all(session.world());
        let (count, first) = (violations.len(), violations.first());
        assert!(count == 0, "seed {seed} at {:?}: {count} violations, {first:?}", session.position());
    }
}

/// Asks for every panel, for things by chance, and for every file.
fn look(wild: &mut Wild, session: &Session) {
    let at = Moment::from(session);
    let world = session.world();
    for lang in Lang::ALL {
        for record in session.records().iter().rev().take(2) {
            words::outcome(record, world, lang);
        }
    }
    let zone = Some((low8(wild.rng.below(9)), low8(wild.rng.below(6))));
    fill::buddy(at, zone);
    fill::buddy(at, None);
    fill::compaction(at, zone, Some(low8(wild.rng.below(12))));
    fill::slab(
        at,
        &SlabAsk { slab: Some(wild.frame()), bytes: wild.word(), from: wild.frame(), ..SlabAsk::default() },
    );
    fill::vmalloc(at, Some(wild.word()));
    fill::zones(
        at,
        RequestAsk {
            node: low8(wild.rng.below(9)),
            order: low8(wild.rng.below(12)),
            ..RequestAsk::default()
        },
    );
    fill::strip(world, 256);
    let ask = MapAsk { first: wild.frame(), count: 64, detail: Detail::Blocks, by: ColourBy::Owner };
    fill::map(at, ask, &mut fill::AgeBook::default());
    fill::process(at, Some(wild.pick(PROCESSES)), &[]);
    let expression = Some(wild.address());
    fill::translate(
        at,
        &TranslateAsk { process: Some(wild.pick(PROCESSES).into()), expression, ..TranslateAsk::default() },
    );
    for _ in 0..6 {
        let key = wild.key();
        fill::inspect(at, Thing::from_key(&key).as_ref());
    }
    for path in mm_view::proc::files(world) {
        assert!(mm_view::proc::text(world, &path).is_some(), "{path} is listed and not there");
    }
}

struct Wild {
    rng: Rng,
}

impl Wild {
    fn pick(&mut self, of: &[&'static str]) -> &'static str {
        self.rng.pick::<&str>(of)
    }

    /// Writes `text` in one of `of` cases, nothing else.
    fn maybe(&mut self, of: u64, text: impl FnOnce(&mut Wild) -> String) -> String {
        if self.rng.below(of) == 0 { format!(" {}", text(self)) } else { String::new() }
    }

    /// A number near an edge or of any magnitude.
    fn word(&mut self) -> u64 {
        match self.rng.below(3) {
            0 => self.rng.word() >> self.rng.below(64),
            1 => self.rng.word(),
            _ => {
                let near = self.rng.below(3) * self.rng.below(1 << 13);
                let edge = *self.rng.pick(EDGES);
                if self.rng.below(2) == 0 { edge.wrapping_add(near) } else { edge.wrapping_sub(near) }
            }
        }
    }

    fn frame(&mut self) -> u32 {
        low32(self.word() >> self.rng.below(40))
    }

    fn address(&mut self) -> String {
        let base =
            if self.rng.below(2) == 0 { format!("{:#x}", self.word()) } else { self.pick(NAMES).into() };
        let pick = if self.rng.below(8) == 0 { format!("[{}]", self.rng.below(20)) } else { String::new() };
        match self.rng.below(4) {
            0 => base,
            1 => format!("{base}{pick}+{}K", self.rng.below(4000)),
            2 => format!("{base}-{:#x}", self.word()),
            _ => format!("{base}+{:#x}", self.word() >> self.rng.below(64)),
        }
    }

    /// The key of a thing that need not be there.
    fn key(&mut self) -> String {
        let (process, number) = (self.pick(PROCESSES), self.frame());
        match self.rng.below(10) {
            0 => format!("entry:{number}/{}", self.rng.below(1100)),
            1 => format!("vma:{process}/{:x}", self.word()),
            2 => format!("address:{process}/{:x}", self.word()),
            3 => format!("process:{process}"),
            4 => format!("zone:{}/{}", self.rng.below(9), self.rng.below(6)),
            5 => format!("pageblock:{number}"),
            6 => format!("slab:{number}"),
            7 => format!("object:{number}/{}", self.rng.below(600)),
            8 => format!("vmap:{:x}", self.word()),
            _ => format!("frame:{number}"),
        }
    }

    fn machine(&mut self) -> String {
        let mut keys = format!("boot ram={}", self.pick(RAM));
        for _ in 0..self.rng.below(4) {
            let _ = write!(keys, " {}", self.pick(KEYS));
        }
        keys
    }

    fn size(&mut self) -> String {
        match self.rng.below(4) {
            0 => format!("{:#x}", self.word()),
            _ => self.pick(SIZES).into(),
        }
    }

    fn how_many(&mut self) -> String {
        match self.rng.below(6) {
            0 => "max".into(),
            1 => (1 + self.rng.below(1 << 20)).to_string(),
            _ => (1 + self.rng.below(40)).to_string(),
        }
    }

    fn gfp(&mut self) -> String {
        let flags: Vec<_> = (0..=self.rng.below(3)).map(|_| self.pick(FLAGS)).collect();
        flags.join("|")
    }

    fn some_of(&mut self) -> String {
        let name = self.pick(NAMES);
        match self.rng.below(4) {
            0 => format!("{name}[{}]", self.rng.below(40)),
            1 => format!("{name}[{}..{}]", self.rng.below(4), self.rng.below(40)),
            _ => name.into(),
        }
    }

    fn path(&mut self) -> String {
        let tasks = ["maps", "smaps", "status", "oom_score_adj", "nothing"];
        match self.rng.below(3) {
            0 => format!("/proc/{}/{}", self.pick(PROCESSES), self.pick(&tasks)),
            1 => (*self.rng.pick(&mm::sysctl::paths().collect::<Vec<_>>())).into(),
            _ => self
                .pick(&[
                    "/proc/buddyinfo",
                    "/proc/pagetypeinfo",
                    "/proc/zoneinfo",
                    "/proc/slabinfo",
                    "/proc/sys/vm/compact_memory",
                    "/x",
                ])
                .into(),
        }
    }

    fn quantity(&mut self) -> String {
        let (process, address) = (self.pick(PROCESSES), self.address());
        match self.rng.below(8) {
            0 => format!("pfn({process}, {address})"),
            1 => format!("pte({process}, {address}).raw"),
            2 => format!("walk({process}, {address}).idx"),
            3 => format!("page({:#x}).kind", self.word()),
            4 => format!("va({}) + pa({})", self.pick(NAMES), self.pick(NAMES)),
            5 => format!("count({})", self.pick(NAMES)),
            _ => self.pick(QUANTITIES).into(),
        }
    }

    fn line(&mut self) -> String {
        let all: Vec<&VerbSpec> = verbs().collect();
        let spec = *self.rng.pick(&all);
        let who = self.maybe(1, |wild| format!("{}:", wild.pick(SPEAKERS)));
        let label = self.maybe(2, |wild| format!("{} =", wild.pick(NAMES)));
        // Machines and processes live for some lines.
        if spec.kind == VerbKind::Boot {
            let process = self.pick(PROCESSES);
            return if self.rng.below(6) > 0 { format!("spawn {process}") } else { self.machine() };
        }
        if spec.kind == VerbKind::Process(ProcessVerb::Exit) && self.rng.below(4) > 0 {
            return format!("{who} touch {}", self.address());
        }
        format!("{who}{label} {}{}{}", spec.name, self.arguments(spec), self.options(spec))
    }

    /// What a verb takes by position; a length may be left out where its usage says so.
    fn arguments(&mut self, spec: &VerbSpec) -> String {
        let mut out = String::new();
        for &shape in spec.args {
            let may_lack = shape == Shape::Size && spec.usage.contains("[LEN]");
            if !may_lack || self.rng.below(2) == 0 {
                let _ = write!(out, " {}", self.argument(shape));
            }
        }
        for (key, shape) in spec.keys.iter().filter(|(key, _)| is_required(spec.usage, key)) {
            let _ = write!(out, " {key}={}", self.argument(*shape));
        }
        out
    }

    /// Some of what a verb's usage has in brackets.
    fn options(&mut self, spec: &VerbSpec) -> String {
        let mut out = String::new();
        for group in spec.usage.split('[').skip(1).filter_map(|group| group.split_once(']')) {
            if self.rng.below(4) > 0 {
                continue;
            }
            let between = if group.0.contains('=') { " | " } else { "|" };
            let choices: Vec<&str> = group.0.split(between).collect();
            for word in self.pick(&choices).split(' ') {
                let key = word.split('=').next().unwrap_or_default();
                if let Some((key, shape)) = spec.keys.iter().find(|(known, _)| *known == key) {
                    let _ = write!(out, " {key}={}", self.argument(*shape));
                } else if spec.words.contains(&word) {
                    let _ = write!(out, " {word}");
                }
            }
        }
        out
    }

    fn argument(&mut self, shape: Shape) -> String {
        match shape {
            Shape::Size | Shape::Portion => self.size(),
            Shape::PowerOfTwo => self.pick(&["8", "64", "4096", "2M", "0x8000000000000000"]).into(),
            Shape::Number => self.word().to_string(),
            Shape::Count => (1 + self.rng.below(400)).to_string(),
            Shape::CountOrMax => self.how_many(),
            Shape::Order => self.rng.below(11).to_string(),
            Shape::Gfp => self.gfp(),
            Shape::Cpu => self.rng.below(64).to_string(),
            Shape::Node => self.rng.below(8).to_string(),
            Shape::Address | Shape::Addresses => self.address(),
            Shape::Blocks | Shape::Objects => self.some_of(),
            Shape::Cache => self.pick(NAMES).into(),
            Shape::CacheName => format!("n{}", self.rng.below(8)),
            Shape::Index => self.rng.below(40).to_string(),
            Shape::ProcessName => self.pick(PROCESSES).into(),
            Shape::FileName => "data.db".into(),
            Shape::State => "512M-buddy".into(),
            Shape::Path => self.path(),
            Shape::Text => format!("\"{}\" >", self.pick(TEXTS)),
            Shape::Duration => self.pick(TIMES).into(),
            Shape::Quantity => self.quantity(),
            Shape::Value => format!(">= {}", self.rng.below(100)),
            Shape::Prot | Shape::Advice | Shape::Preset | Shape::Arch | Shape::Thp | Shape::Switch => {
                self.pick(&shape.choices()).into()
            }
        }
    }

    /// Loses, doubles or swaps a few bytes of a line, seldom.
    fn damaged(&mut self, line: String) -> String {
        if self.rng.below(10) > 0 {
            return line;
        }
        let mut letters: Vec<char> = line.chars().collect();
        for _ in 0..=self.rng.below(3) {
            let at = index(low32(self.rng.below(u64::from(count(letters.len())) + 1)));
            match self.rng.below(3) {
                0 if at < letters.len() => {
                    letters.remove(at);
                }
                1 => letters
                    .insert(at, *self.rng.pick(&['0', '9', '=', '+', '!', '"', '#', ';', '\u{feff}', '内'])),
                _ => letters.truncate(at),
            }
        }
        letters.into_iter().collect()
    }
}

/// Returns whether a key stands in a usage line outside of all brackets.
fn is_required(usage: &str, key: &str) -> bool {
    let before = usage.split_once(&format!(" {key}=")).map(|(before, _)| before);
    before.is_some_and(|before| before.matches('[').count() == before.matches(']').count())
}

/// Runs the wild scripts of some seeds.
pub fn all(seeds: Range<u64>, lines: u32) {
    seeds.for_each(|seed| run_and_look(seed, lines));
}
