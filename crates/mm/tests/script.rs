//! The script language as its users meet it: the reference's examples, errors, limits.

use mm::anchor::Spot;
use mm::script::limits::{COMMANDS_MAX, ERRORS_MAX, LINE_BYTES_MAX, SCRIPT_BYTES_MAX};
use mm::script::registry::verbs;
use mm::script::{
    Command, Fails, Limit, Line, Mark, MemoryVerb, ParseError, Place, Script, Shape, Takes, Verb, VerbKind,
    Wanted, Who, parse,
};
use mm::units::index;

/// The reference for users.
const REFERENCE: &str = include_str!("../../../docs/script.md");

#[track_caller]
fn read(text: &str) -> Script {
    parse(text).unwrap_or_else(|rejected| panic!("{:#?}\nin {text}", rejected.errors))
}

#[track_caller]
fn errors(text: &str) -> Vec<ParseError> {
    parse(text).expect_err("an error").errors
}

/// Reads one command and holds its canonical text against `expected`.
#[track_caller]
fn check_print(text: &str, expected: &str) {
    let script = read(text);
    let printed: Vec<_> = script.commands.iter().map(Command::to_string).collect();
    assert_eq!(printed.join("; "), expected);
}

/// Reads one wrong line: `marks` has `^` under every offending character, `|` in front of
/// which something is missing.
#[track_caller]
fn check_error(line: &str, marks: &str, wanted: Wanted, nearest: Option<&str>) {
    let found = errors(line);
    let [error] = found.as_slice() else { panic!("one error, not {found:#?}") };
    let mut under = " ".repeat(index(error.column) - 1);
    under.push_str(&if error.len == 0 { "|".to_string() } else { "^".repeat(index(error.len)) });
    assert_eq!(
        (under.as_str(), error.wanted, error.nearest.as_deref()),
        (marks, wanted, nearest),
        "\n{line}"
    );
}

#[test]
fn the_reference_says_only_what_is_read() {
    let blocks: Vec<_> = REFERENCE.split("```mm\n").skip(1).collect();
    assert!(blocks.len() >= 8, "examples in the reference");
    for block in blocks {
        let (example, _) = block.split_once("```").expect("the end of the example");
        assert!(!read(example).commands.is_empty());
    }
}

#[test]
fn the_reference_names_every_verb_failure_and_limit() {
    let reference = REFERENCE.split_whitespace().collect::<Vec<_>>().join(" ");
    for spec in verbs() {
        assert!(
            REFERENCE.contains(&format!("\n## {}\n", spec.name))
                || REFERENCE.contains(&format!("\n### {}\n", spec.name))
        );
        assert!(reference.contains(spec.usage), "{}", spec.usage);
    }
    for failure in [Fails::Refused, Fails::Fault].into_iter().flat_map(Fails::all) {
        assert!(REFERENCE.contains(&format!("`!{}`", failure.name())), "{failure:?}");
    }
    let (_, limits) = REFERENCE.split_once("\n## Limits\n").expect("a section on limits");
    let said: Vec<&str> = limits.split([' ', ',', '%']).collect();
    for limit in Limit::ALL {
        let bound = limit.bound();
        let forms = [(0, ""), (10, "K"), (20, "M"), (40, "T")]
            .map(|(shift, suffix)| format!("{}{suffix}", bound >> shift));
        assert!(forms.iter().any(|form| said.contains(&form.as_str())), "{limit:?} is {bound}");
    }
    let budget = mm::session::Budget::default();
    for bytes in [budget.session_bytes, budget.checkpoint_bytes, budget.record_bytes] {
        assert!(said.contains(&format!("{}M", bytes >> 20).as_str()), "{bytes}");
    }
    assert!(said.contains(&budget.events.to_string().as_str()));
}

#[test]
fn commands_print_in_one_form() {
    check_print("boot ram=0x20000000 cpus=02", "boot ram=512M cpus=2");
    check_print("web:a=mmap 4096 shared rx", "web: a = mmap 4K rx shared");
    check_print("web: mmap 5000 rw fixed=4096+0+0x123-4096", "web: mmap 5000 fixed=0x1000+0+0x123-4K");
    check_print(
        "web: touch m0+80K+744 4096 count=2 stride=1M",
        "web: touch m0+80K+0x2e8 4K stride=1M count=2",
    );
    check_print("kernel: alloc_pages", "kernel: alloc_pages order=0 gfp=GFP_KERNEL");
    check_print(
        "kernel@1: b=alloc_pages count=1 gfp=__GFP_ZERO|GFP_NOFS|__GFP_FS",
        "kernel@1: b = alloc_pages order=0 gfp=GFP_KERNEL|__GFP_ZERO",
    );
    check_print("kernel: alloc_pages gfp=none", "kernel: alloc_pages order=0 gfp=none");
    check_print(
        "echo  256   32 >/proc/sys/vm/lowmem_reserve_ratio",
        "echo 256 32 > /proc/sys/vm/lowmem_reserve_ratio",
    );
    check_print("echo > /proc/x", "echo \"\" > /proc/x");
    check_print("sleep 1500ms; sleep 2m", "sleep 1500ms; sleep 120s");
    check_print(
        "expect zoneinfo.Normal.low-zoneinfo.Normal.min>30000",
        "expect zoneinfo.Normal.low - zoneinfo.Normal.min > 30000",
    );
    check_print("expect b==a -16K", "expect b == a-16K");
    check_print("expect rss.t   -16384K", "expect rss.t -16M");
    check_print("expect x == 64 ", "expect x == 64");
    check_print("expect x == 64, 0x10", "expect x == 64,16");
    check_print("expect pfn( kernel,a )!=0x6", "expect pfn(kernel, a) != 0x6");
}

#[test]
fn the_speaker_carries_over_on_its_line_only() {
    let script = read("web@1: touch a; cat /proc/x; read a; db: read a; exit\ntranslate 0x10");
    let who: Vec<_> = script.commands.iter().map(|command| command.who.to_string()).collect();
    assert_eq!(who, ["web@1: ", "", "web@1: ", "db: ", "db: ", ""]);
    assert_eq!(read("web: cat /proc/x").commands[0].who, Who::Shell);
}

#[test]
fn commands_and_lines_know_their_places() {
    let script = read("boot\n\n  web: touch a ;; 	exit   # over; #@5\n#@3 note\nweb: exit #@12 step");
    let places: Vec<_> = script.commands.iter().map(|command| command.at).collect();
    assert_eq!(
        places,
        [
            Place { line: 1, part: 1, column: 1, len: 4 },
            Place { line: 3, part: 1, column: 3, len: 12 },
            Place { line: 3, part: 2, column: 20, len: 4 },
            Place { line: 5, part: 1, column: 1, len: 9 },
        ]
    );
    let lines = [(0..1, None), (1..1, None), (1..3, None), (3..3, Some(3)), (3..4, Some(12))];
    let mark = |lesson| Mark { lesson: Some(lesson), range: None };
    assert_eq!(script.lines, lines.map(|(commands, lesson)| Line { commands, mark: lesson.map(mark) }));
}

#[test]
fn a_mark_names_spots_and_any_other_comment_is_none() {
    let spot = |text: &str| text.parse::<Spot>().expect("a spot");
    for (comment, mark) in [
        ("@3", Some((Some(3), None))),
        ("@3 note", Some((Some(3), None))),
        ("@3:fault.raised#2", Some((Some(3), Some(("fault.raised#2", "fault.raised#2"))))),
        ("@fault.raised..end why", Some((None, Some(("fault.raised#1", "end"))))),
        ("@start..end", Some((None, Some(("start", "end"))))),
        ("@", None),
        ("@ 3", None),
        ("@3x", None),
        ("@3:", None),
        ("@note", None),
        ("@fault.raised#0", None),
        ("@99999999999", None),
        ("mail a@b.c", None),
    ] {
        let script = read(&format!("boot #{comment}"));
        let mark = mark
            .map(|(lesson, range)| Mark { lesson, range: range.map(|(from, to)| (spot(from), spot(to))) });
        assert_eq!(script.lines[0].mark, mark, "{comment}");
    }
}

#[test]
fn columns_count_characters() {
    let found = errors("echo 你好 > /proc/x; 你好: x; frob");
    let places: Vec<_> = found.iter().map(|error| (error.column, error.len, error.found.as_str())).collect();
    assert_eq!(places, [(20, 3, "你好:"), (27, 4, "frob")]);
}

#[test]
fn neighbouring_expects_form_a_block() {
    let script = read("expect a +1; expect b +1\n# note\n\nexpect c == 1\nboot\ncat /x\nexpect d +1");
    let blocks: Vec<_> = script
        .commands
        .iter()
        .filter_map(|command| {
            if let Verb::Expect(expectation) = &command.verb { Some(expectation.block) } else { None }
        })
        .collect();
    assert_eq!(blocks, [0, 0, 0, 1]);
}

#[test]
fn wrong_verbs_and_speakers_are_told() {
    check_error("mmpa 4K", "^^^^", Wanted::Verb, Some("mmap"));
    check_error("web:", "    |", Wanted::Verb, None);
    check_error("web: a = ", "        |", Wanted::Verb, None);
    check_error("mmap 4K", "^^^^", Wanted::Who(Takes::Process), None);
    check_error("kernel: exit", "        ^^^^", Wanted::Who(Takes::Process), None);
    check_error("web: a = alloc_pages", "         ^^^^^^^^^^^", Wanted::Who(Takes::Kernel), None);
    check_error("p@64: exit", "  ^^", Wanted::AtMost(Limit::Cpu), None);
    check_error("p@x: exit", "  ^", Wanted::Argument(Shape::Cpu), None);
    check_error("web: a = exit", "     ^", Wanted::NoLabel, None);
    check_error("web: exit now", "          ^^^", Wanted::End, None);
    check_error("spawn kernel", "      ^^^^^^", Wanted::Argument(Shape::ProcessName), None);
    check_error("spawn my-app", "      ^^^^^^", Wanted::Argument(Shape::ProcessName), None);
}

#[test]
fn wrong_failures_are_told() {
    check_error("web: exit !ENOMAN", "           ^^^^^^", Wanted::Failure(Fails::Refused), Some("ENOMEM"));
    check_error("web: exit !", "           |", Wanted::Failure(Fails::Refused), None);
    check_error("web: exit !FAULT", "           ^^^^^", Wanted::Failure(Fails::Refused), Some("EFAULT"));
    check_error("translate 0 !SIGSEGV", "             ^^^^^^^", Wanted::Failure(Fails::Fault), None);
    check_error("sleep 1s !EINTR", "          ^^^^^", Wanted::Failure(Fails::Never), None);
}

#[test]
fn wrong_options_are_told() {
    let boot = Wanted::OptionOf(VerbKind::Boot);
    check_error("boot rma=1G", "     ^^^", boot, Some("ram="));
    check_error("boot ram 1G", "     ^^^", boot, Some("ram="));
    check_error("boot verbose=1", "     ^^^^^^^", boot, None);
    check_error("boot ram=1G ram=2G", "            ^^^", Wanted::Once, None);
    check_error("boot preset=vm-8g state=y", "                        ^", Wanted::Without("preset"), None);
    check_error("boot preset=vm8g", "            ^^^^", Wanted::Argument(Shape::Preset), Some("vm-8g"));
    check_error("web: mmap 4K r rw", "               ^^", Wanted::Once, None);
    check_error(
        "web: mmap 4K shard",
        "             ^^^^^",
        Wanted::OptionOf(VerbKind::Memory(MemoryVerb::Mmap)),
        Some("shared"),
    );
    check_error("web: mmap 4K fixed=1 hint=2", "                          ^", Wanted::Without("fixed"), None);
    check_error("web: mmap 4K offset=4K", "                    ^^", Wanted::With("file"), None);
    check_error("web: touch a stride=4K", "                    ^^", Wanted::With("count"), None);
    check_error("web: touch a 4K count=2", "                      ^", Wanted::With("stride"), None);
    check_error("boot arch=amd64", "          ^^^^^", Wanted::Argument(Shape::Arch), None);
    check_error("boot thp=allways", "         ^^^^^^^", Wanted::Argument(Shape::Thp), Some("always"));
    check_error(
        "kernel: alloc_pages gfp=GFP_KERNEL|GFP_ZERO",
        "                                   ^^^^^^^^",
        Wanted::Argument(Shape::Gfp),
        Some("__GFP_ZERO"),
    );
}

#[test]
fn wrong_arguments_are_told() {
    check_error("web: mmap", "         |", Wanted::Argument(Shape::Size), None);
    check_error("web: mmap 4k", "          ^^", Wanted::Argument(Shape::Size), Some("4K"));
    check_error("web: mmap r", "          ^", Wanted::Argument(Shape::Size), None);
    check_error("web: mmap 4K align=3M", "                   ^^", Wanted::Argument(Shape::PowerOfTwo), None);
    check_error(
        "web: mmap 4K fixed=b[0..9]",
        "                    ^^^^^^",
        Wanted::Argument(Shape::Address),
        None,
    );
    check_error("web: touch +4K", "           ^", Wanted::Argument(Shape::Addresses), None);
    check_error("web: touch a+b", "             ^", Wanted::Argument(Shape::Size), None);
    check_error("web: touch a*2", "            ^", Wanted::Argument(Shape::Addresses), None);
    check_error("web: touch b[9..3]", "             ^^^^", Wanted::Argument(Shape::Index), None);
    check_error("web: touch b[3", "              |", Wanted::Closing(']'), None);
    check_error("kernel: free_pages b+4K", "                   ^^^^", Wanted::Argument(Shape::Blocks), None);
    check_error("web: mprotect a 4K", "                  |", Wanted::Argument(Shape::Prot), None);
    check_error("web: mprotect a 4K wr", "                   ^^", Wanted::Argument(Shape::Prot), Some("rw"));
    check_error("cat buddyinfo", "    ^^^^^^^^^", Wanted::Argument(Shape::Path), None);
    check_error("echo 1", "      |", Wanted::Argument(Shape::Path), None);
    check_error("echo \"1 > /x", "     ^^^^^^^", Wanted::Closing('"'), None);
    check_error("sleep soon", "      ^^^^", Wanted::Argument(Shape::Duration), None);
    check_error(
        "kernel: alloc_pages count=0",
        "                          ^",
        Wanted::Argument(Shape::CountOrMax),
        None,
    );
}

#[test]
fn wrong_expectations_are_told() {
    check_error("expect", "      |", Wanted::Argument(Shape::Quantity), None);
    check_error("expect rss.t", "            |", Wanted::Operator, None);
    check_error("expect rss.t = 1", "             ^", Wanted::Operator, Some("=="));
    check_error("expect a+4K", "           |", Wanted::Operator, None);
    check_error("expect rss. == 1", "           ^", Wanted::Argument(Shape::Quantity), None);
    check_error("expect rss.t ==", "               |", Wanted::Argument(Shape::Value), None);
    check_error("expect pfn(a, b == 1", "                ^", Wanted::Closing(')'), None);
    check_error("expect x == 1 2", "              ^", Wanted::End, None);
    check_error("expect x == \"1", "            ^^", Wanted::Closing('"'), None);
    check_error("expect x > 101%", "           ^^^", Wanted::AtMost(Limit::Share), None);
    check_error(
        "expect slab(kmalloc-1k).slabs == 1",
        "                    ^^",
        Wanted::Argument(Shape::Number),
        Some("1K"),
    );
    check_error("expect x +1 !EINVAL", "             ^^^^^^", Wanted::Failure(Fails::Never), None);
}

#[test]
fn limits_are_answered() {
    check_error("boot ram=16T", "         ^^^", Wanted::AtMost(Limit::Ram), None);
    check_error("boot ram=8M", "         ^^", Wanted::AtLeast(Limit::RamMin), None);
    check_error("boot cpus=65", "          ^^", Wanted::AtMost(Limit::Cpus), None);
    check_error("boot nodes=9", "           ^", Wanted::AtMost(Limit::Nodes), None);
    check_error(
        "kernel: alloc_pages node=8",
        "                         ^",
        Wanted::AtMost(Limit::Node),
        None,
    );
    check_error(
        "kernel: alloc_pages order=11",
        "                          ^^",
        Wanted::AtMost(Limit::Order),
        None,
    );
    check_error(
        "kernel: alloc_pages count=64M",
        "                          ^^^",
        Wanted::Argument(Shape::CountOrMax),
        None,
    );
    check_error(
        "kernel: alloc_pages count=67108865",
        "                          ^^^^^^^^",
        Wanted::AtMost(Limit::Count),
        None,
    );
    check_error("sleep 25000m", "      ^^^^^^", Wanted::AtMost(Limit::Sleep), None);
    check_error("web: mmap 16777216T", "          ^^^^^^^^^", Wanted::AtMost(Limit::Number), None);
    check_error("web: touch a 4T", "           ^^^^", Wanted::AtMost(Limit::Accesses), None);
    check_error(
        "web: touch a 4K stride=1T count=20000000",
        "                       ^^",
        Wanted::AtMost(Limit::Number),
        None,
    );
    check_error(
        "web: touch a+1+1+1+1+1+1+1+1+1",
        "           ^^^^^^^^^^^^^^^^^^^",
        Wanted::AtMost(Limit::Terms),
        None,
    );
    check_error("expect f(1,2,3,4,5) == 1", "                 ^", Wanted::AtMost(Limit::Args), None);
    check_error(
        "expect a.a.a.a.a.a.a.a.a == 1",
        "                       ^",
        Wanted::AtMost(Limit::Segments),
        None,
    );
    check_error(
        "expect f(f(f(f(f(f(f(f(f(1",
        "                        ^",
        Wanted::AtMost(Limit::Depth),
        None,
    );
    let list = ["1"; 65].join(",");
    let marks = format!("{}^", " ".repeat(12 + 128));
    check_error(&format!("expect x == {list}"), &marks, Wanted::AtMost(Limit::List), None);
}

#[test]
fn large_texts_are_answered() {
    let long_line = "#".repeat(LINE_BYTES_MAX + 1);
    assert_eq!(errors(&long_line)[0].wanted, Wanted::AtMost(Limit::LineBytes));
    let long_script = "boot\n".repeat(SCRIPT_BYTES_MAX / 5 + 1);
    assert_eq!(errors(&long_script)[0].wanted, Wanted::AtMost(Limit::ScriptBytes));

    let many = "boot\n".repeat(COMMANDS_MAX + 10);
    let rejected = parse(&many).expect_err("too many commands");
    assert_eq!(rejected.script.commands.len(), COMMANDS_MAX);
    assert_eq!((rejected.errors.len(), rejected.errors[0].wanted), (1, Wanted::AtMost(Limit::Commands)));

    let wrong = errors(&"x\n".repeat(ERRORS_MAX * 2));
    assert_eq!(wrong.len(), ERRORS_MAX);
    assert_eq!(wrong[ERRORS_MAX - 1].wanted, Wanted::AtMost(Limit::Errors));
}

#[test]
fn all_errors_are_collected_beside_what_could_be_read() {
    let rejected = parse("boot\nweb: frob; touch a; mmap\n\ncat /x\nsleep").expect_err("three errors");
    let places: Vec<_> = rejected.errors.iter().map(|error| (error.line, error.column)).collect();
    assert_eq!(places, [(2, 6), (2, 25), (5, 6)]);
    assert_eq!(rejected.script.commands.len(), 3);
    assert_eq!(rejected.script.lines[1].commands, 1..2);
}
