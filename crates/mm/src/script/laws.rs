//! Laws of the language, over random commands and over broken texts.

use super::arbitrary::pick_text;
use super::*;
use crate::rng::Rng;
use crate::units::{count, index, index64};

/// Broken texts that one ordinary test run tries.
const MUTANTS: u32 = 100_000;
/// Threads that share them.
const THREADS: u32 = 4;
/// Environment variable: try broken texts for so many seconds instead.
const SECONDS: &str = "MMSCOPE_FUZZ_SECONDS";

/// Lines to break: one of each kind that lessons have.
const LINES: &[&str] = &[
    "boot ram=512M arch=x86_64 cpus=2 nodes=1 thp=never  # a machine",
    "boot state=256M-frag/defer/fragmented aslr=off seed=7 movablecore=64M",
    "spawn t bare; spawn web",
    "web: buf = mmap 16M rwx shared noreserve align=2M   #@1",
    "t: a = mmap 4T fixed=0x200000000000 file=data.db offset=16K",
    "web: munmap buf+4M 1M stride=2M count=3",
    "p@1: touch m0+80K-744 4K stride=1G count=8; read b[0..9]; exec b[3] !SIGSEGV",
    "kernel: blk = alloc_pages order=3 gfp=GFP_KERNEL|__GFP_ZERO node=1 count=max !ENOMEM",
    "kernel: free_pages blk[0..9]; drain_all_pages",
    "web: mprotect b+4K 8K rw; pages buf 16M; translate 0x7fffdeadbeef",
    "translate 0x02ea !FAULT",
    "echo always > /sys/kernel/mm/transparent_hugepage/enabled; cat /proc/web/maps",
    "echo \"a ; b\" > /proc/x !EINVAL; sleep 100ms",
    "expect vmstat.pgfault +4096; expect rss.t -16M",
    "expect page(pfn(db, own+4K)).mapcount == 1",
    "expect zoneinfo.Normal.low - zoneinfo.DMA32@1.min > 30000",
    "expect va(d) == 0xffff888000000000 + pa(d)",
    "expect walk(t, a+0x7000).idx == 64,0,0,7; expect share(compact_zone) >= 50%",
    "expect buddyinfo.DMA[0] != \"0 0 1\"; expect flush(last) == all",
    "web: exit; kernel@0: x = alloc_pages",
];

fn text_of(commands: &[Command]) -> String {
    commands.iter().map(|command| format!("{}\n", print(command))).collect()
}

/// Holds what prints of `commands` against them.
fn assert_reads_back(commands: &[Command], origin: &str) {
    let text = text_of(commands);
    let read =
        parse(&text).unwrap_or_else(|rejected| panic!("{:?} in\n{text}\nfrom\n{origin}", rejected.errors));
    assert_eq!(read.commands.len(), commands.len(), "{text}");
    for (read, command) in read.commands.iter().zip(commands) {
        assert!(read.same_as(command), "{read:?}\nis not\n{command:?}\n{}", print(command));
    }
}

#[test]
fn every_command_prints_to_a_text_that_reads_back() {
    let mut rng = Rng::new(1);
    for _ in 0..2000 {
        assert_reads_back(&arbitrary::script(&mut rng, 10), "the generator");
    }
}

#[test]
fn blanks_and_comments_change_nothing() {
    let mut rng = Rng::new(2);
    for _ in 0..500 {
        let commands = arbitrary::script(&mut rng, 10);
        let mut text = String::new();
        for command in &commands {
            spread(&print(command), &mut rng, &mut text);
            text.push_str(pick_text(
                &mut rng,
                &["\n", "\r\n", " # comment; exit\n", "#@7\n\n", "  \n# \"\n", ";;\n"],
            ));
        }
        let read = parse(&text).expect("the same with more blanks").commands;
        assert!(read.len() == commands.len() && read.iter().zip(&commands).all(|(a, b)| a.same_as(b)));
    }
}

/// Copies a line with more blanks wherever one stands outside quotes.
fn spread(line: &str, rng: &mut Rng, text: &mut String) {
    text.push_str(pick_text(rng, &["", "  ", "\t"]));
    let mut quoted = false;
    for c in line.chars() {
        quoted ^= c == '"';
        if c == ' ' && !quoted {
            text.push_str(pick_text(rng, &[" ", "  ", " \t"]));
        } else {
            text.push(c);
        }
    }
    text.push_str(pick_text(rng, &["", " "]));
}

#[test]
fn broken_texts_are_answered() {
    let end = deadline();
    std::thread::scope(|scope| {
        for seed in 0..THREADS {
            scope.spawn(move || {
                let mut rng = Rng::new(u64::from(seed));
                let mut mutants = 0;
                while end.map_or(mutants < MUTANTS / THREADS, |end| !end.passed()) {
                    assert_answered(&mutant(&mut rng));
                    mutants += 1;
                }
            });
        }
    });
}

#[test]
fn lines_end_as_everywhere() {
    for text in ["", "\n", "boot", "boot\r\n\nboot #\r", "\u{feff}boot\n\n", "\u{feff}", "\r\n"] {
        let script = match parse(text) {
            Ok(script) => script,
            Err(rejected) => rejected.script,
        };
        let lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines().count();
        assert_eq!(script.lines.len(), lines, "{text:?}");
    }
}

/// Reads any text: its errors mark what they quote, its commands print to texts that read back.
fn assert_answered(text: &str) {
    let (script, errors) = match parse(text) {
        Ok(script) => (script, Vec::new()),
        Err(Rejected { script, errors }) => (script, errors),
    };
    for error in &errors {
        assert_marks_its_line(error, text);
    }
    let mut slices = Reading::default();
    while !slices.go_on(text, 1) {}
    let (script_of_slices, errors_of_slices) = match slices.finish() {
        Ok(script) => (script, Vec::new()),
        Err(Rejected { script, errors }) => (script, errors),
    };
    assert_eq!((&script, &errors), (&script_of_slices, &errors_of_slices), "{text:?}");
    assert_reads_back(&script.commands, text);
}

/// Breaks a line, or two, in a few places.
fn mutant(rng: &mut Rng) -> String {
    let mut bytes = Vec::new();
    for _ in 0..=rng.below(5) / 4 {
        bytes.extend_from_slice(pick_text(rng, LINES).as_bytes());
        bytes.push(b'\n');
    }
    for _ in 0..=rng.below(4) {
        let [at, other] = [0; 2].map(|_| index64(rng.below(u64::from(count(bytes.len())))));
        match rng.below(5) {
            0 if bytes.len() > 1 => drop(bytes.remove(at)),
            1 => bytes.insert(at, *rng.pick(b"\"#;!=+-.,()[]@:|>%K0x9\n \xe4\xb8\x80\xff")),
            2 => bytes[at] = *rng.pick(b"\"#;!=+-.,()[]@:|>%K0x9\n \xe4\xb8\x80\xff"),
            3 => bytes.swap(at, other),
            _ => {
                let piece = bytes[at..bytes.len().min(at + 20)].to_vec();
                bytes.splice(at..at, piece);
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn assert_marks_its_line(error: &ParseError, text: &str) {
    let line = text.lines().nth(index(error.line) - 1).expect("the line of the error");
    let marked: String = line.chars().skip(index(error.column) - 1).take(index(error.len)).collect();
    assert!(index(error.column) <= line.chars().count() + 1, "{error:?} in {text:?}");
    assert!(marked.starts_with(&error.found), "{error:?} in {text:?}");
    assert_eq!(error.len == 0, error.found.is_empty(), "{error:?} in {text:?}");
}

#[derive(Clone, Copy)]
struct Deadline(std::time::Instant);

impl Deadline {
    fn passed(self) -> bool {
        now() >= self.0
    }
}

fn deadline() -> Option<Deadline> {
    let seconds = std::env::var(SECONDS).ok()?.parse().ok()?;
    Some(Deadline(now() + std::time::Duration::from_secs(seconds)))
}

#[expect(clippy::disallowed_methods, reason = "only a long hunt for panics asks for the time")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}
