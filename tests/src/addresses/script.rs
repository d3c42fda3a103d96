//! Random commands and claims about random addresses.

use core::fmt::Write;

use mm::quantity::{PageField, PteField, WalkField};
use mm::rng::Rng;

use super::{address, distance};

const MACHINES: &[&str] = &["ram=80M", "ram=96M thp=always cpus=2", "ram=96M arch=i386 thp=always"];
const ADVICE: &[&str] = &["dontneed", "hugepage", "nohugepage", "random", "dontfork", "dodump"];
const RIGHTS: &[&str] = &["r", "rw", "none", "rwx"];
const ACCESSES: &[&str] = &["touch", "read", "write", "exec"];
/// The bare process has no areas of its own, `nobody` is none, `unset` is a label without a value.
const SUBJECTS: &[&str] = &["web", "web", "bare", "kernel", "nobody"];
const LABELS: &[&str] = &["a", "a", "big", "v", "blk", "blk[1]", "blk[9]", "obj", "m", "cache", "unset"];
const TUNABLES: &[&str] = &[
    "/proc/sys/vm/min_free_kbytes",
    "/proc/sys/vm/watermark_scale_factor",
    "/proc/sys/vm/watermark_boost_factor",
    "/proc/sys/vm/percpu_pagelist_high_fraction",
    "/proc/sys/vm/extfrag_threshold",
    "/proc/sys/vm/compaction_proactiveness",
    "/proc/web/oom_score_adj",
];
/// Pages that one access may reach into here: more takes long and finds nothing new.
const PAGES_MAX: u64 = 64;

/// Writes a script of `commands` random commands; equal seeds give equal scripts.
pub fn script(seed: u64, commands: u32) -> String {
    let mut rng = Rng::new(seed);
    let mut out = format!("boot {} seed={seed}\n", rng.pick(MACHINES));
    out.push_str(
        "spawn web\nspawn bare bare\nweb: a = mmap 64K; touch a; big = mmap 8M noreserve; touch big 4K\n\
         bare: mmap 16K fixed=0x200000 populate\nkernel: v = vmalloc 20K; blk = alloc_pages order=2 count=2\n\
         kernel: cache = kmem_cache_create things size=600; obj = kmem_cache_alloc cache; m = kmap blk\n",
    );
    for _ in 0..commands {
        let line = match rng.below(12) {
            0..4 => claim(&mut rng),
            4 => number(&mut rng),
            _ => command(&mut rng),
        };
        let _ = writeln!(out, "{line}");
    }
    out
}

/// An address as a script writes it.
fn place(rng: &mut Rng) -> String {
    let mut text = match rng.below(3) {
        0 => (*rng.pick(LABELS)).to_owned(),
        _ => format!("{:#x}", address(rng)),
    };
    for _ in 0..rng.below(3) {
        let _ = write!(text, "{}{:#x}", rng.pick(&["+", "-"]), distance(rng));
    }
    // Most calls ask for the start of a page.
    match text.strip_prefix("0x").and_then(|hex| u64::from_str_radix(hex, 16).ok()) {
        Some(number) if rng.below(2) == 0 => format!("{:#x}", number & !0xfff),
        Some(_) | None => text,
    }
}

fn repeat(rng: &mut Rng) -> String {
    if rng.below(4) > 0 {
        return String::new();
    }
    let count = 1 + rng.below(4);
    format!(" stride={:#x} count={count}", address(rng) / count)
}

fn command(rng: &mut Rng) -> String {
    let (at, len) = (place(rng), distance(rng));
    let who = *rng.pick(&["web", "web", "bare"]);
    match rng.below(16) {
        0..4 => {
            let verb = *rng.pick(ACCESSES);
            let len = len % (PAGES_MAX << 12);
            format!("{who}: {verb} {at} {len}{}", repeat(rng))
        }
        4 => format!("{who}: {} {at}", rng.pick(&["write", "exec", "touch", "read", "pages"])),
        5 => format!("{who}: pages {at} {len:#x}"),
        6 => format!("{}: translate {at}", rng.pick(&["web", "bare", "kernel"])),
        7 => format!("translate {at}"),
        8 => format!("{who}: munmap {at} {len:#x}{}", repeat(rng)),
        9 | 10 => format!("{who}: mprotect {at} {len:#x} {}", rng.pick(RIGHTS)),
        11 | 12 => format!("{who}: madvise {at} {len:#x} {}{}", rng.pick(ADVICE), repeat(rng)),
        13 => {
            let place = *rng.pick(&["fixed", "noreplace", "hint"]);
            let flag = *rng.pick(&["", " noreserve", " populate", " growsdown", " locked"]);
            format!(
                "{who}: x = mmap {:#x} {place}={at}{}",
                len.min(1 << 40),
                if len > 1 << 20 { " none" } else { flag }
            )
        }
        14 => match rng.below(4) {
            0 => format!("{who}: mmap {:#x} align={}", rng.word() >> rng.below(64), 1_u64 << rng.below(64)),
            1 => format!("kernel: w = vmalloc {:#x}", rng.word() >> rng.below(64)),
            2 => format!("kernel: kmalloc {:#x}", rng.word() >> rng.below(64)),
            _ => format!("{who}: mmap {:#x}", rng.word() >> rng.below(64)),
        },
        _ => format!("kernel: vfree {at}"),
    }
}

/// A command whose number is a size, a count or a tunable.
fn number(rng: &mut Rng) -> String {
    let (any, small) = (address(rng), rng.below(12));
    match rng.below(9) {
        0 => format!("kernel: n = kmem_cache_create n{small} size={any}"),
        1 => format!("kernel: n = kmem_cache_create n{small} size={small} align={}", 1_u64 << rng.below(64)),
        2 => format!("kernel: kmem_cache_alloc n count={}", 1 + small),
        3 => format!("kernel: free_pages blk[{}]", any % (1 << 26)),
        4 => format!("echo {any} > {}", rng.pick(TUNABLES)),
        5 => format!("echo {small} > {}", rng.pick(TUNABLES)),
        6 => format!("echo \"{any} {small} 1\" > /proc/sys/vm/lowmem_reserve_ratio"),
        7 => format!("sleep {}ns", any % 86_400_000_000_000),
        _ => format!("boot ram=96M movablecore={} kernelcore={small}M seed={any}", any % (8 << 40)),
    }
}

fn claim(rng: &mut Rng) -> String {
    let (at, subject) = (place(rng), *rng.pick(SUBJECTS));
    let quantity = match rng.below(9) {
        0 => format!("pfn({subject}, {at})"),
        1 => format!("pte({subject}, {at}).{}", rng.pick(PteField::ALL).name()),
        2 | 3 => format!("walk({subject}, {at}).{}", rng.pick(WalkField::ALL).name()),
        4 => format!("page({at}).{}", rng.pick(PageField::ALL).name()),
        5 => format!("pa({at})"),
        6 => format!("va({at}) + {at}"),
        7 => format!("ksize({at})"),
        _ => format!("page(pfn({subject}, {at})).{}", rng.pick(PageField::ALL).name()),
    };
    let value = address(rng);
    match rng.below(3) {
        0 => format!("expect {quantity} +{value}"),
        1 => format!("expect {quantity} -{value}"),
        _ => format!("expect {quantity} >= {value:#x}"),
    }
}
