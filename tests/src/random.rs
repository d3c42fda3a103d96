//! Random scripts: sequences of commands that a user could type, many of them refused.

use core::fmt::Write;

use mm::rng::Rng;

/// Sizes that sit at the edges of pages, tables and blocks.
const SIZES: &[&str] = &["1", "4K", "8K", "20K", "64K", "132K", "1M", "2M", "2052K", "4M"];
/// Sizes of objects: several to a slab, one to a slab, none.
const OBJECTS: &[&str] = &["8", "24", "100", "256", "700", "2000", "4096", "10000", "70000", "5M"];
/// Sizes of areas: a page, a list of frames of more than a page, more than may wait for a flush.
const AREAS: &[&str] = &["1", "4K", "60K", "200K", "3M", "34M", "121M", "1G"];
const CACHES: &[&str] = &["", " ctor", " rcu reclaim", " hwcache_align", " align=256"];
const RIGHTS: &[&str] = &["", " r", " none", " rx", " populate", " align=2M", " noreserve"];
const GFPS: &[&str] = &[
    "GFP_KERNEL",
    "GFP_USER",
    "GFP_HIGHUSER_MOVABLE",
    "GFP_HIGHUSER",
    "GFP_DMA",
    "GFP_ATOMIC",
    "__GFP_RECLAIMABLE|__GFP_NOWARN",
];

/// Machines small enough for the checker to look at all of them after each command.
const MACHINES: &[&str] = &[
    "ram=96M",
    "ram=128M cpus=2 thp=always",
    "ram=80M",
    "ram=96M arch=i386 thp=always",
    "ram=256M nodes=2",
    "ram=160M thp=always",
];
/// Advice about memory.
const ADVICE: &[&str] = &["dontneed", "dontneed", "hugepage", "nohugepage", "random", "normal", "dontfork"];
/// Settings of huge pages.
const THP: &[&str] = &[
    "echo always > /sys/kernel/mm/transparent_hugepage/enabled",
    "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled",
    "echo never > /sys/kernel/mm/transparent_hugepage/enabled",
    "echo 1 > /sys/kernel/mm/transparent_hugepage/use_zero_page",
    "echo defer+madvise > /sys/kernel/mm/transparent_hugepage/defrag",
    "echo always > /sys/kernel/mm/transparent_hugepage/defrag",
    "echo never > /sys/kernel/mm/transparent_hugepage/defrag",
];

/// Writes a script of `commands` random commands; equal seeds give equal scripts.
pub fn script(seed: u64, commands: u32) -> String {
    let mut rng = Rng::new(seed);
    let mut out = String::new();
    let _ = writeln!(out, "boot {} seed={}", rng.pick(MACHINES), rng.below(1000));
    let mut writer =
        Writer { out, rng, processes: 0, labels: 0, blocks: 0, caches: 0, objects: 0, areas: 0, mapped: 0 };
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
    caches: u64,
    objects: u64,
    areas: u64,
    mapped: u64,
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
        let line = match self.rng.below(42) {
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
            23 => {
                self.spawn();
                "cat /proc/buddyinfo".into()
            }
            24..27 => format!("p{process}: madvise {address} {size} {}", self.rng.pick(ADVICE)),
            27 => (*self.rng.pick(THP)).into(),
            28..32 => self.vmalloc(),
            _ => self.slab(),
        };
        let _ = writeln!(self.out, "{line}");
    }

    /// The kernel's own mappings, on one of the first two processors.
    fn vmalloc(&mut self) -> String {
        let kernel = *self.rng.pick(&["kernel", "kernel@0", "kernel@1"]);
        let area = self.rng.below(self.areas.max(1));
        let blocks = self.rng.below(self.blocks.max(1));
        match self.rng.below(10) {
            0..4 => {
                let label = self.areas;
                self.areas += 1;
                format!("{kernel}: a{label} = vmalloc {}", self.rng.pick(AREAS))
            }
            4..6 => format!("{kernel}: vfree a{area}"),
            6 => format!("{kernel}: vm_unmap_aliases"),
            7 => {
                let label = self.mapped;
                self.mapped += 1;
                format!("{kernel}: m{label} = kmap b{blocks}")
            }
            8 => format!("{kernel}: kunmap b{blocks}"),
            _ => format!("kernel: translate a{area}+{}K", 4 * self.rng.below(20)),
        }
    }

    /// Caches and objects, on one of the first two processors.
    fn slab(&mut self) -> String {
        let kernel = *self.rng.pick(&["kernel", "kernel@0", "kernel@1"]);
        let cache = self.rng.below(self.caches.max(1));
        let object = self.rng.below(self.objects.max(1));
        let size = *self.rng.pick(OBJECTS);
        let gfp = *self.rng.pick(GFPS);
        let count = 1 + self.rng.below(70);
        match self.rng.below(10) {
            0..2 => {
                let (label, flags) = (self.caches, *self.rng.pick(CACHES));
                self.caches += 1;
                format!("kernel: c{label} = kmem_cache_create k{label} size={size}{flags}")
            }
            2..5 => {
                let label = self.objects;
                self.objects += 1;
                format!("{kernel}: o{label} = kmem_cache_alloc c{cache} gfp={gfp} count={count}")
            }
            5 => {
                let label = self.objects;
                self.objects += 1;
                format!("{kernel}: o{label} = kmalloc {size} gfp={gfp} count={count}")
            }
            6 => format!("{kernel}: kmem_cache_free o{object}"),
            7 => format!("{kernel}: kmem_cache_free o{object}[{}..{}]", count / 4, count / 2),
            8 => format!("{kernel}: kfree o{object}"),
            _ if count < 20 => format!("kernel: kmem_cache_destroy c{cache}"),
            _ => format!("{kernel}: kmem_cache_shrink c{cache}"),
        }
    }
}
