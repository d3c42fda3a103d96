//! Seeking in a script of 10 000 small commands.

use std::fmt::Write;
use std::time::Duration;

use mm::rng::Rng;
use mm::session::{Host, Position, Session};

use crate::timing::time;

const COMMANDS: u32 = 10_000;
const SEEKS: usize = 200;

pub(crate) fn run() {
    let mut session = Session::new(Host::BARE);
    session.load(mm::script::parse(&script()).expect("a script that reads"));
    let (ran, ()) = time(|| session.run_all());
    println!("| running a script of 10 000 small commands | {:.0} ms | | |", ran.as_secs_f64() * 1e3);
    let mut rng = Rng::new(3);
    let mut times: Vec<Duration> = (0..SEEKS)
        .map(|_| {
            let command = 1 + u32::try_from(rng.below(u64::from(session.end().command))).expect("a command");
            let step = u32::try_from(rng.below(u64::from(session.end_of(command).step) + 1)).expect("a step");
            time(|| session.seek(Position { command, step })).0
        })
        .collect();
    times.sort();
    let millis = |at: usize| times[at].as_secs_f64() * 1e3;
    println!("| seek to a random step of it, median | {:.2} ms | | |", millis(SEEKS / 2));
    println!("| seek to a random step of it, slowest of {SEEKS} | {:.2} ms | | |", millis(SEEKS - 1));
}

/// Small commands of all kinds, eight to a turn.
fn script() -> String {
    let mut text = String::from("boot ram=512M thp=never\nspawn p\np: a = mmap 64M\n");
    let mut rng = Rng::new(11);
    for turn in 0..COMMANDS / 8 {
        let page = rng.below(16_000) * 4;
        let _ = write!(
            text,
            "p: write a+{page}K 4K\np: read a+{page}K 8K\np: b{turn} = mmap 16K\np: touch b{turn}\n\
             kernel: k{turn} = alloc_pages order={} count=2\np: munmap b{turn}\nkernel: free_pages k{turn}\n\
             expect rss.p > 0\n",
            rng.below(4)
        );
    }
    text
}
