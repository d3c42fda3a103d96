//! Caches of small objects against a real kernel: sizes, when slabs come and go, which object
//! comes next.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use mm::config::{Arch, CpuId, MachineConfig, NodeId};
use mm::gfp::Gfp;
use mm::slab::{CacheFlags, CacheId, Geometry, NodeCounter, SlabState, cpu_list, node_list};
use mm::trace::{Detail, Trace};
use mm::units::{Bytes, Pfn, VirtAddr, count, index};
use mm::world::World;

#[track_caller]
fn oracle(path: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle").join(path);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// Reads `key=value` words of a line.
fn numbers(line: &str) -> BTreeMap<&str, u64> {
    let pairs = line.split_whitespace().filter_map(|word| word.split_once('='));
    pairs.filter_map(|(key, value)| Some((key, value.parse().ok()?))).collect()
}

/// The numbers of a cache as `/sys/kernel/slab` calls them.
fn geometry_numbers(geometry: &Geometry) -> BTreeMap<&'static str, u64> {
    [
        ("object_size", geometry.object_size),
        ("slab_size", geometry.size),
        ("objs_per_slab", geometry.per_slab()),
        ("order", u32::from(geometry.order.get())),
        ("min_partial", geometry.min_partial),
        ("cpu_partial", geometry.cpu_partial),
        ("align", geometry.align),
    ]
    .into_iter()
    .map(|(name, value)| (name, u64::from(value)))
    .collect()
}

/// Machines whose caches were captured, with their processors.
const MACHINES: [(&str, Arch, u8); 13] = [
    ("96M-facts", Arch::X86_64, 1),
    ("128M-facts", Arch::X86_64, 1),
    ("256M-facts", Arch::X86_64, 1),
    ("512M-facts", Arch::X86_64, 1),
    ("1G-facts", Arch::X86_64, 1),
    ("2G-facts", Arch::X86_64, 1),
    ("4G-facts", Arch::X86_64, 1),
    ("6G-facts", Arch::X86_64, 1),
    ("8G-facts", Arch::X86_64, 1),
    ("1G-numa-2x512M", Arch::X86_64, 1),
    ("1G-facts-smp4", Arch::X86_64, 4),
    ("i386-1G-facts", Arch::I386, 1),
    ("i386-3G-facts", Arch::I386, 1),
];

#[test]
fn every_cache_of_every_capture_has_its_geometry() {
    let mut caches = 0;
    for (folder, arch, cpus) in MACHINES {
        for line in oracle(&format!("{folder}/facts/sys-kernel-slab.txt")).lines() {
            let captured = numbers(line);
            let (object, size, align) = (captured["object_size"], captured["slab_size"], captured["align"]);
            // The captures do not say which caches have a constructor or outlive a grace period.
            let flags = [false, true].map(|ctor| CacheFlags { ctor, ..CacheFlags::default() });
            let all = flags.map(|flags| Geometry::of(Bytes(object), Bytes(align), flags, arch, cpus));
            let fits = |geometry: &Geometry| u64::from(geometry.size) == size;
            // A merged cache may have grown beyond the first one's objects.
            let found = all.into_iter().flatten().find(fits);
            let geometry = found.or_else(|| Geometry::of_slab_size(Bytes(object), size, align, cpus));
            let modelled = geometry_numbers(&geometry.expect("a cache that exists"));
            for (name, value) in &modelled {
                let other = captured.get(name);
                assert!(other.is_none_or(|other| other == value), "{folder}: {name} {value}: {line}");
            }
            caches += 1;
            assert!(found.is_some() || line.starts_with(':'), "{folder}: size of {line}");
        }
    }
    assert!(caches > 1500, "{caches} caches");
}

#[test]
fn thirty_sizes_have_their_geometry() {
    let mut sizes = 0;
    for line in oracle("1G-slab/slab/sizes.txt").lines() {
        let captured = numbers(line);
        let size = Bytes(captured["size"]);
        let geometry = Geometry::of(size, Bytes(0), CacheFlags::default(), Arch::X86_64, 1);
        for (name, value) in geometry_numbers(&geometry.expect("a cache that exists")) {
            assert_eq!(captured[name], value, "{name}: {line}");
        }
        sizes += 1;
    }
    assert_eq!(sizes, 30);
}

/// A machine with one cache, driven as the probe drove the real one.
struct Probe {
    world: World,
    cache: CacheId,
    /// Objects held, and what the capture calls them.
    held: Vec<(VirtAddr, String)>,
    /// Names that the capture gives to objects, and to slabs.
    objects: BTreeMap<VirtAddr, String>,
    slabs: BTreeMap<Pfn, String>,
}

impl Probe {
    fn new(size: u64) -> Probe {
        let mut world = World::boot(MachineConfig { ram: Bytes(1 << 30), ..MachineConfig::default() });
        let mut tr = Trace::new(Detail::Full);
        let cache = world.slab_ctx(CpuId(0)).kmem_cache_create(
            "oracle",
            Bytes(size),
            Bytes(0),
            CacheFlags::default(),
            &mut tr,
        );
        Probe {
            world,
            cache: cache.expect("a new name"),
            held: Vec::new(),
            objects: BTreeMap::new(),
            slabs: BTreeMap::new(),
        }
    }

    /// Allocates as many objects as the capture did, and holds each against the one there: a
    /// slab or an object seen before must be the same in both.
    fn alloc(&mut self, names: &[&str]) {
        for name in names {
            let mut tr = Trace::new(Detail::Full);
            let ctx = &mut self.world.slab_ctx(CpuId(0));
            let address = ctx.kmem_cache_alloc(self.cache, Gfp::KERNEL, &mut tr).expect("memory");
            let slab = mm::slab::frame_of(self.world.virt.layout, address).expect("direct map");
            let frame = name.split_once('+').expect("PFN+OFFSET").0;
            let known = self.slabs.entry(slab).or_insert_with(|| frame.into());
            assert_eq!(known, frame, "slab of object {} ({name})", self.held.len());
            let known = self.objects.entry(address).or_insert_with(|| (*name).into());
            assert_eq!(known, name, "object {}", self.held.len());
            self.held.push((address, (*name).into()));
        }
    }

    fn free(&mut self, objects: Vec<(VirtAddr, String)>) {
        for (address, _) in objects {
            let mut tr = Trace::new(Detail::Full);
            let ctx = &mut self.world.slab_ctx(CpuId(0));
            assert_eq!(ctx.kmem_cache_free(Some(self.cache), address, &mut tr), Ok(()));
        }
    }

    /// Frees what the probe's command names, and returns how many objects are left.
    fn free_by(&mut self, which: &str) -> u32 {
        let held = core::mem::take(&mut self.held);
        match which {
            "even" => {
                let (even, odd): (Vec<_>, Vec<_>) =
                    held.into_iter().enumerate().partition(|(at, _)| at % 2 == 0);
                self.held = odd.into_iter().map(|(_, object)| object).collect();
                self.free(even.into_iter().map(|(_, object)| object).collect());
            }
            "all" => self.free(held),
            "rev" => self.free(held.into_iter().rev().collect()),
            other => panic!("kf {other}"),
        }
        self.forget_dead_slabs();
        count(self.held.len())
    }

    /// A frame that went back may be another's when it comes again.
    fn forget_dead_slabs(&mut self) {
        let world = &self.world;
        let lives = |pfn: Pfn| mm::slab::slab_at(&world.phys, pfn).is_some();
        self.slabs.retain(|&slab, _| lives(slab));
        let layout = world.virt.layout;
        self.objects.retain(|&object, _| mm::slab::frame_of(layout, object).is_some_and(lives));
    }

    fn shrink(&mut self) {
        let mut tr = Trace::new(Detail::Full);
        self.world.slab_ctx(CpuId(0)).kmem_cache_shrink(self.cache, &mut tr);
        self.forget_dead_slabs();
    }

    /// What `/sys/kernel/slab/NAME` says, as the probe prints it.
    fn attributes(&self) -> BTreeMap<&'static str, u64> {
        let (slabs, phys) = (&self.world.slabs, &self.world.phys);
        let cache = slabs.cache(self.cache).expect("the cache");
        let objects = cache.geometry.per_slab();
        let inuse = |pfn| u32::from(SlabState::of(phys.mem_map.page(pfn).owner()).inuse);
        let on_node: Vec<Pfn> = phys.mem_map.list(node_list(phys.lists(), cache, NodeId(0))).collect();
        let free: u32 = on_node.iter().map(|&slab| objects - inuse(slab)).sum();
        let in_reserve = count(phys.mem_map.list(cpu_list(phys.lists(), cache, CpuId(0))).count());
        let total = slabs.node_counter(cache, NodeId(0), NodeCounter::TotalObjects);
        let mut all = geometry_numbers(&cache.geometry);
        all.extend([
            ("objects", total - u64::from(free)),
            ("total_objects", total),
            ("slabs", slabs.node_counter(cache, NodeId(0), NodeCounter::NrSlabs)),
            ("partial", slabs.node_counter(cache, NodeId(0), NodeCounter::NrPartial)),
            ("objects_partial", on_node.iter().map(|&slab| u64::from(inuse(slab))).sum()),
            ("cpu_slabs", u64::from(slabs.cpu_slab(cache, CpuId(0)).is_some()) + u64::from(in_reserve)),
            ("slabs_cpu_partial", u64::from(in_reserve)),
        ]);
        all
    }
}

/// Reads the attributes of a line; `slabs_cpu_partial=56(7)` is kept as the 7 slabs.
fn captured_attributes(line: &str) -> BTreeMap<&str, u64> {
    let mut all = numbers(line);
    let (_, rest) = line.split_once("slabs_cpu_partial=").expect("the last attribute");
    let slabs = rest.split(['(', ')']).nth(1).expect("slabs in parentheses");
    all.insert("slabs_cpu_partial", slabs.parse().expect("a number"));
    all
}

#[test]
fn slabs_come_and_go_as_captured() {
    let walk = oracle("1G-slab/slab/walk.txt");
    let mut probe = Probe::new(256);
    let mut lines = 0;
    for line in walk.lines() {
        if let Some(objects) = line.strip_prefix("ka: ") {
            probe.alloc(&objects.split_whitespace().collect::<Vec<_>>());
        } else if let Some(total) = line.strip_prefix("ka total=") {
            assert_eq!(total.parse(), Ok(probe.held.len()));
        } else if let Some(free) = line.strip_prefix("kf ") {
            let (which, left) = free.split_once(" left=").expect("kf WHICH left=N");
            assert_eq!(left.parse(), Ok(probe.free_by(which)));
        } else if line == "shrink" {
            probe.shrink();
        } else if line.starts_with("object_size=") {
            let captured = captured_attributes(line);
            for (name, value) in probe.attributes() {
                assert_eq!(captured.get(name), Some(&value), "{name} at line {}: {line}", lines + 1);
            }
        } else if line == "kd" {
            let mut tr = Trace::new(Detail::Full);
            assert_eq!(probe.world.slab_ctx(CpuId(0)).kmem_cache_destroy(probe.cache, &mut tr), Ok(()));
        } else {
            assert_eq!(line, "kc oracle_256 ok");
        }
        assert_eq!(mm::check::all(&probe.world), [], "after: {line:.60}");
        lines += 1;
    }
    assert_eq!(lines, walk.lines().count());
    assert!(lines > 30);
}

#[test]
fn usable_sizes_are_those_of_the_capture() {
    let mut world = World::boot(MachineConfig { ram: Bytes(1 << 30), ..MachineConfig::default() });
    let mut ksize = |bytes: u64| {
        let mut tr = Trace::new(Detail::Full);
        let mut ctx = world.slab_ctx(CpuId(0));
        let address = ctx.kmalloc(bytes, Gfp::KERNEL, &mut tr).expect("memory");
        let usable = ctx.ksize(address).expect("what was just allocated");
        assert_eq!(ctx.kfree(address, &mut tr), Ok(()));
        usable
    };
    let mut lines = 0;
    for line in oracle("1G-slab/slab/kmalloc-ksize.txt").lines() {
        let (range, usable) =
            line.strip_prefix("kmalloc ").and_then(|line| line.split_once(" -> ")).expect("a row");
        let (first, last) = range.split_once("..").expect("a range");
        let usable: u64 = usable.parse().expect("a size");
        let last = if last.is_empty() { usable } else { last.parse().expect("a size") };
        assert_eq!((ksize(first.parse().expect("a size")), ksize(last)), (usable, usable), "{line}");
        lines += 1;
    }
    assert_eq!(lines, 15);
    let used: u32 = world.phys.mem_map.total_counts()[index(9)];
    assert!(used > 0 && mm::check::all(&world).is_empty());
}

/// The caches of `kmalloc`, without what they hold: `name objsize objperslab pagesperslab`.
fn kmalloc_caches(slabinfo: &str) -> Vec<Vec<&str>> {
    let rows =
        slabinfo.lines().filter(|line| line.starts_with("kmalloc-") || line.starts_with("dma-kmalloc-"));
    rows.map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        [&words[..1], &words[3..6]].concat()
    })
    .collect()
}

#[test]
fn slabinfo_lists_the_caches_of_kmalloc_as_captured() {
    for (machine, folder) in
        [("ram=1G", "1G-facts"), ("ram=1G cpus=4", "1G-facts-smp4"), ("ram=1G arch=i386", "i386-1G-facts")]
    {
        let session = mmscope_tests::golden::run(&format!("boot {machine}"));
        let printed = mm_view::proc::text(session.world(), "/proc/slabinfo").expect("the file");
        let captured = oracle(&format!("{folder}/facts/slabinfo.txt"));
        assert_eq!(kmalloc_caches(&printed), kmalloc_caches(&captured), "{folder}");
        let head = |text: &str| text.lines().take(2).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(head(&printed), head(&captured));
    }
}

#[test]
fn slabinfo_prints_a_cache_to_the_byte() {
    let script = "boot ram=1G
kernel: c = kmem_cache_create RAWv6 size=1216
kernel: kmem_cache_alloc c
kernel: d = kmem_cache_create bio-256 size=320
kernel: kmem_cache_alloc d count=36";
    let session = mmscope_tests::golden::run(script);
    let printed = mm_view::proc::text(session.world(), "/proc/slabinfo").expect("the file");
    let captured = oracle("1G-facts/facts/slabinfo.txt");
    let row = |text: &str, name: &str| text.lines().find(|line| line.starts_with(name)).map(str::to_owned);
    for name in ["RAWv6 ", "bio-256 "] {
        assert!(row(&captured, name).is_some());
        assert_eq!(row(&printed, name), row(&captured, name));
    }
}
