//! Random scripts: sequences of commands that a user could type, many of them refused.

use core::fmt::Write;

use mm::rng::Rng;

/// Sizes that sit at the edges of pages, tables and blocks.
const SIZES: &[&str] = &["1", "4K", "8K", "20K", "64K", "132K", "1M", "2M", "2052K", "4M"];
const RIGHTS: &[&str] = &["", " r", " none", " rx", " populate", " align=2M", " noreserve"];
const GFPS: &[&str] = &[
    "GFP_KERNEL",
    "GFP_USER",
    "GFP_HIGHUSER_MOVABLE",
    "GFP_DMA",
    "GFP_ATOMIC",
    "__GFP_RECLAIMABLE|__GFP_NOWARN",
];

/// Machines small enough for the checker to look at all of them after each command.
const MACHINES: &[&str] =
    &["ram=96M", "ram=128M cpus=2", "ram=80M", "ram=96M arch=i386", "ram=256M nodes=2", "ram=160M thp=never"];

/// Writes a script of `commands` random commands; equal seeds give equal scripts.
pub fn script(seed: u64, commands: u32) -> String {
    let mut rng = Rng::new(seed);
    let mut out = String::new();
    let _ = writeln!(out, "boot {} seed={}", rng.pick(MACHINES), rng.below(1000));
    let mut writer = Writer { out, rng, processes: 0, labels: 0, blocks: 0 };
    writer.spawn();
    for _ in 0..commands {
        writer.command();
    }
    writer.out
}

struct Writer {
    out: String,
    rng: Rng,
    processes: u64,
    labels: u64,
    blocks: u64,
}

impl Writer {
    fn spawn(&mut self) {
        let bare = if self.rng.below(3) == 0 { " bare" } else { "" };
        let _ = writeln!(self.out, "spawn p{}{bare}", self.processes);
        self.processes += 1;
    }

    fn process(&mut self) -> u64 {
        self.rng.below(self.processes)
    }

    fn address(&mut self) -> String {
        let pages = self.rng.below(40) * 4;
        match self.rng.below(12) {
            0 => format!("{:#x}", self.rng.word() >> self.rng.below(40)),
            1 => "0x7ffffffdd000".into(),
            _ => format!("v{}+{pages}K", self.rng.below(self.labels.max(1))),
        }
    }

    fn command(&mut self) {
        let process = self.process();
        let size = *self.rng.pick(SIZES);
        let address = self.address();
        let line = match self.rng.below(24) {
            0..4 => {
                let label = self.labels;
                self.labels += 1;
                let rights = *self.rng.pick(RIGHTS);
                format!("p{process}: v{label} = mmap {size}{rights}")
            }
            4 => format!("p{process}: mmap {size} fixed={address}"),
            5..9 => format!("p{process}: touch {address} {size}"),
            9..11 => format!("p{process}: read {address} {size}"),
            11 => format!("p{process}: exec {address}"),
            12..14 => format!("p{process}: munmap {address} {size}"),
            14 => {
                let rights = *self.rng.pick(&["r", "rw", "none", "rwx"]);
                format!("p{process}: mprotect {address} {size} {rights}")
            }
            15..18 => {
                let (order, gfp, count) = (self.rng.below(11), *self.rng.pick(GFPS), 1 + self.rng.below(8));
                let label = self.blocks;
                self.blocks += 1;
                format!("kernel: b{label} = alloc_pages order={order} gfp={gfp} count={count}")
            }
            18..20 => format!("kernel: free_pages b{}", self.rng.below(self.blocks.max(1))),
            20 => "kernel: drain_all_pages".into(),
            21 => format!("p{process}: exit"),
            22 => format!("p{process}: translate {address}"),
            _ => {
                self.spawn();
                "cat /proc/buddyinfo".into()
            }
        };
        let _ = writeln!(self.out, "{line}");
    }
}
