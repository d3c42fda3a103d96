//! What a real 6.1 has and the model has not is said so: no errno, no number, no similar word.

use std::fs;
use std::path::Path;

use mm::errno::{Errno, Refusal};
use mm::outcome::{Unexpected, Value};
use mm::quantity::Unknown;
use mm::script::Wanted;
use mm::session::Session;
use mm_view::words::{self, report};
use mm_view::{HOST, Lang};

fn captured(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[track_caller]
fn run(text: &str) -> Session {
    let script = mm::script::parse(text).unwrap_or_else(|rejected| panic!("{:?}", rejected.errors));
    let mut session = Session::new(HOST);
    session.load(script);
    session.run_all();
    session
}

fn last(session: &Session) -> (&Result<Value, Refusal>, &Option<Unexpected>) {
    let record = session.records().last().expect("a command");
    (&record.outcome.result, &record.outcome.unexpected)
}

/// Returns the paths that a capture of a machine has, as `PATH=VALUE` or behind `==>`, with what
/// stands behind the `=`.
fn paths(text: &str) -> Vec<(String, Option<String>)> {
    let path = |line: &str| match line.strip_prefix("==> ") {
        Some(path) => Some((path.trim().to_owned(), None)),
        None => line.split_once('=').map(|(path, value)| (path.to_owned(), Some(value.to_owned()))),
    };
    text.lines().filter_map(path).filter(|(path, _)| path.starts_with('/')).collect()
}

#[test]
fn every_path_of_a_real_machine_is_known() {
    for (machine, files) in [
        ("ram=512M", ["512M-facts/facts/sysctl-vm.txt", "512M-facts/facts/sys-kernel-mm.txt"]),
        ("ram=1G nodes=2", ["1G-numa-2x512M/facts/nodes.txt", "1G-facts/facts/sysctl-vm.txt"]),
    ] {
        for (path, value) in files.into_iter().flat_map(|file| paths(&captured(file))) {
            let session = run(&format!("boot {machine}\ncat {path}\n"));
            match last(&session).0 {
                Ok(Value::Text(_)) | Err(Refusal::NotModelled) => {}
                // Root could not read it there either.
                Err(Refusal::Errno(Errno::EACCES)) if value.as_deref() == Some("") => {}
                other => panic!("{path}: {other:?}"),
            }
        }
    }
}

/// Every line of these files is a number of the model, or is said to be none; never 0 by chance.
#[test]
fn every_line_of_a_real_machine_is_known() {
    let mut unmodelled = 0;
    for (kind, file) in [
        ("vmstat", "512M-facts/facts/vmstat.txt"),
        ("meminfo", "512M-facts/facts/meminfo.txt"),
        ("meminfo", "i386-1G-facts/facts/meminfo.txt"),
    ] {
        let arch = if file.starts_with("i386") { "arch=i386" } else { "" };
        let mut script = format!("boot {arch}\n");
        // A name with parentheses in it cannot be written as a quantity.
        let text = captured(file);
        let names = text.lines().filter_map(|line| line.split([':', ' ']).next());
        for name in names.filter(|name| !name.contains('(')) {
            script.push_str(&format!("expect {kind}.{name} >= 0\n"));
        }
        for record in run(&script).records().iter().skip(1) {
            match &record.outcome.result {
                Ok(Value::Holds { .. }) => {}
                Ok(Value::Unknown(Unknown::NotModelled(_))) => unmodelled += 1,
                other => panic!("{}: {other:?}", record.command),
            }
        }
    }
    assert!(unmodelled > 50, "{unmodelled} lines are not modelled");
}

#[test]
fn an_errno_that_a_line_expects_is_not_what_is_not_modelled() {
    for line in [
        "cat /proc/swaps !ENOENT",
        "echo 1 > /proc/sys/vm/drop_caches !EINVAL",
        "boot cma=16M !ENODEV",
        "boot ram=80M initrd=4M !EINVAL",
        "boot arch=i386 ram=36G !EINVAL",
        "boot arch=i386 pae=on !ENODEV",
        "spawn t; t: mmap 4K file=data !ENODEV",
        "spawn t; t: mmap 2M hugetlb !ENOMEM",
    ] {
        let session = run(line);
        let (result, unexpected) = last(&session);
        assert_eq!(*result, Err(Refusal::NotModelled), "{line}");
        assert!(matches!(unexpected, Some(Unexpected::RefusedOtherwise { .. })), "{line}");
    }
    // What 6.1 refuses is refused.
    for (line, errno) in [
        ("echo 201 > /proc/sys/vm/swappiness", Errno::EINVAL),
        ("cat /proc/sys/vm/swapiness", Errno::ENOENT),
        ("cat /proc/nobody/pagemap", Errno::ENOENT),
        ("cat /proc/sys/vm", Errno::EISDIR),
    ] {
        assert_eq!(*last(&run(line)).0, Err(errno.into()), "{line}");
    }
}

#[test]
fn a_known_word_is_told_and_never_replaced_by_a_similar_one() {
    for line in [
        "spawn t; t: malloc 100",
        "spawn t; t: mremap 0 4K",
        "swapon swap0 256M",
        "spawn t; t: madvise 0 4K free",
        "spawn t; t: mmap 4K stack",
        "boot levels=5",
        "boot arch=arm64",
    ] {
        let rejected = mm::script::parse(line).expect_err(line);
        let [error] = &rejected.errors[..] else { panic!("{line}: {:?}", rejected.errors) };
        assert!(matches!(error.wanted, Wanted::NotModelled(_)), "{line}: {error:?}");
        assert_eq!(error.nearest, None, "{line}");
    }
}

/// A refused `boot` names what is missing, and what was meant for that machine does not run.
#[test]
fn an_unexpected_refusal_of_boot_ends_a_script() {
    let session = run("boot ram=128M\nboot arch=i386 ram=36G\ncat /proc/buddyinfo\n");
    assert_eq!(session.records().len(), 2);
    let told = report::answer(&session.records()[1], session.world(), Lang::En);
    assert!(told.contains("needs PAE"), "{told}");
    assert_eq!(session.world().config.ram.0, 128 << 20, "the machine before stays");
    let session = run("boot ram=128M\nboot arch=i386 nodes=2 !EINVAL\ncat /proc/buddyinfo\n");
    assert_eq!(session.records().len(), 3);
}

#[test]
fn a_comparison_that_fails_shows_its_operator() {
    let session =
        run("boot\nexpect meminfo.MemTotal < 10\nexpect meminfo.MemTotal +4\nexpect vmstat.pswpin == 0\n");
    let told = |at: usize, lang| report::answer(&session.records()[at], session.world(), lang);
    assert!(told(1, Lang::En).contains("expected < 10 kB, got "), "{}", told(1, Lang::En));
    assert!(told(2, Lang::En).contains("expected +4 kB, got +0 kB"), "{}", told(2, Lang::En));
    assert!(
        told(3, Lang::En).contains("6.1 has `pswpin`, but nothing here can change it yet"),
        "{}",
        told(3, Lang::En)
    );
    assert!(told(1, Lang::Zh).contains("预期 < 10 kB"), "{}", told(1, Lang::Zh));
}

#[test]
fn flags_given_as_a_number_are_named() {
    let script = "boot\nkernel: a = alloc_pages gfp=0x2040d0\nkernel: b = alloc_pages gfp=0x24000c0/4.4\n\
                  kernel: c = kmalloc 64 gfp=0xcc0\n";
    let session = run(script);
    let told = |at: usize| report::answer(&session.records()[at], session.world(), Lang::En);
    assert!(told(1).contains("for a number of another kernel write gfp=0x2040d0/3.10"), "{}", told(1));
    assert!(told(2).contains("0x24000c0 of 4.4 is GFP_KERNEL in 6.1"), "{}", told(2));
    assert!(told(3).contains("0xcc0 is GFP_KERNEL in 6.1"), "{}", told(3));
    assert!(mm::script::parse("kernel: alloc_pages gfp=0x80000000/4.4").is_err());
    let patched = mm::script::parse("kernel: alloc_pages gfp=0xd0/2.6.32").expect("a patch of 2.6");
    assert_eq!(patched.commands[0].to_string(), "kernel: alloc_pages order=0 gfp=0xd0/2.6");
}

/// Text of a kernel's is one sentence, with its kernel; a script with mistakes stays one.
#[test]
fn kernel_text_in_the_place_of_a_script_is_named() {
    let told = |text: &str, lang| {
        let rejected = mm::script::parse(text).expect_err("no script");
        words::pasted(text, &rejected, lang)
    };
    let report = "[ 1.0] x: page allocation failure: order:4, mode:0x40dc0(GFP_KERNEL|__GFP_COMP)\n\
                  [ 1.0] CPU: 0 PID: 1 Comm: x Not tainted 5.4.0-42-generic #46\n[ 1.0] Mem-Info:\n";
    assert_eq!(
        told(report, Lang::En).as_deref(),
        Some(
            "this is no script but a page allocation failure report of a 5.4 kernel: reading it is not built yet"
        )
    );
    assert_eq!(
        told(report, Lang::Zh).as_deref(),
        Some("这不是脚本，而是 5.4 内核的页分配失败报告：尚不能读取")
    );
    assert_eq!(told("boot ram=512M\nspawn web\nweb: mmapp 4K\nMemTotal:  1 kB\n", Lang::En), None);
    assert_eq!(told("boott\n", Lang::En), None);
}
