//! Caches of small objects: their geometry, what `kmalloc` rounds to, and a walk through slabs
//! that come and go.

use std::collections::BTreeMap;

use mm::config::{CpuId, MachineConfig, NodeId};
use mm::gfp::Gfp;
use mm::slab::{CacheFlags, CacheId, Geometry, SlabState, cpu_list, frame_of, node_list, slab_at};
use mm::trace::{Detail, Trace};
use mm::units::{Bytes, PAGE_SIZE, Pfn, VirtAddr, count};
use mm::world::World;

use super::replay::state::of_number;
use super::{Capture, Class, Comparison, Part, Skipped, Stop, Tally};
use mm_view::proc;

/// Attributes of caches as `/sys/kernel/slab` has them, a cache a line.
pub const GEOMETRY: Comparison = Comparison {
    kind: "slab geometry",
    recognises: |capture| {
        let mut lines = capture.text.lines();
        let is_cache = |line: &str| {
            ["object_size", "slab_size", "order"].iter().all(|key| line.contains(&format!(" {key}=")))
        };
        !capture.text.is_empty() && lines.all(is_cache)
    },
    compare: geometry,
};

/// `/proc/slabinfo`.
pub const SLABINFO: Comparison = Comparison {
    kind: "slabinfo",
    recognises: |capture| capture.text.starts_with("slabinfo - version"),
    compare: slabinfo,
};

/// What `kmalloc` rounds sizes to.
pub const KSIZE: Comparison = Comparison {
    kind: "ksize",
    recognises: |capture| {
        !capture.text.is_empty() && capture.text.lines().all(|line| rounded(line).is_some())
    },
    compare: ksize,
};

/// Objects of one cache allocated and freed, with its attributes in between.
pub const WALK: Comparison =
    Comparison { kind: "slab walk", recognises: |capture| capture.text.starts_with("kc "), compare: walk };

/// Bytes of the largest block, which an object must fit.
const BLOCK_MAX: u64 = 4 << 20;

/// Reads `key=value` words of a line.
fn numbers(line: &str) -> BTreeMap<&str, u64> {
    let pairs = line.split_whitespace().filter_map(|word| word.split_once('='));
    pairs.filter_map(|(key, value)| Some((key, value.parse().ok()?))).collect()
}

/// Returns the numbers of a cache as `/sys/kernel/slab` calls them.
fn attributes(geometry: &Geometry) -> [(&'static str, u64); 7] {
    [
        ("object_size", geometry.object_size),
        ("slab_size", geometry.size),
        ("objs_per_slab", geometry.per_slab()),
        ("order", u32::from(geometry.order.get())),
        ("min_partial", geometry.min_partial),
        ("cpu_partial", geometry.cpu_partial),
        ("align", geometry.align),
    ]
    .map(|(name, value)| (name, u64::from(value)))
}

/// The machine of a folder; one with a processor where nothing tells.
fn machine(capture: &Capture<'_>) -> Result<MachineConfig, Stop> {
    match capture.folder.machine() {
        Err(Stop::Skipped(Skipped::NoMachine)) => Ok(MachineConfig::default()),
        machine => machine,
    }
}

fn geometry(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let MachineConfig { arch, cpus, .. } = machine(capture)?;
    let mut tally = Tally::default();
    for (number, line) in (1..).zip(capture.text.lines()) {
        let real = numbers(line);
        let of = |key| real.get(key).copied().unwrap_or(0);
        let (object, size, align) = (Bytes(of("object_size")), of("slab_size"), of("align"));
        // What no cache has.
        if !(align <= BLOCK_MAX && (align == 0 || align.is_power_of_two()) && size <= BLOCK_MAX) {
            tally.note(Class::Fitted, number, "cache", false, || (line.into(), "-".into()));
            continue;
        }
        // Nothing says whether a cache has a constructor, or whether a merged one has grown.
        let sizes = [false, true].map(|ctor| {
            Geometry::of(object, Bytes(align), CacheFlags { ctor, ..CacheFlags::default() }, arch, cpus)
        });
        let found = sizes.into_iter().flatten().find(|geometry| u64::from(geometry.size) == size);
        // The first follows from the object alone; another was chosen by the size that the file has.
        let follows = sizes[0].is_some_and(|geometry| u64::from(geometry.size) == size);
        let is_merged = line.starts_with(':');
        let geometry = found.or_else(|| {
            let grown = is_merged.then(|| Geometry::of_slab_size(object, size, align, cpus)).flatten();
            grown.or(sizes[0])
        });
        let Some(geometry) = geometry else {
            tally.note(Class::Fitted, number, "cache", false, || (line.into(), "-".into()));
            continue;
        };
        for (name, ours) in attributes(&geometry) {
            if let Some(real) = real.get(name) {
                let given = ["object_size", "align"].contains(&name);
                let class = if given || !follows { Class::Fitted } else { Class::Informative };
                tally.compare(of_number(class, *real), number, name, real, &ours);
            }
        }
    }
    Ok(tally)
}

/// The caches that every kernel makes for `kmalloc`, without what they hold: `NAME SIZE OBJECTS
/// PAGES`, with the numbers of lines.
fn kmalloc_caches(text: &str) -> Vec<(u32, String)> {
    let rows = (1..).zip(text.lines());
    let rows = rows.filter(|(_, line)| line.starts_with("kmalloc-") || line.starts_with("dma-kmalloc-"));
    rows.map(|(number, line)| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let fixed = words.iter().take(1).chain(words.iter().skip(3).take(3));
        (number, fixed.copied().collect::<Vec<_>>().join(" "))
    })
    .collect()
}

fn slabinfo(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let world = World::boot(machine(capture)?);
    let ours = proc::text(&world, "/proc/slabinfo").unwrap_or_default();
    let mut tally = Tally::default();
    for (number, (real, ours)) in (1..).zip(capture.text.lines().zip(ours.lines())).take(2) {
        // That headings agree is no agreement of numbers.
        if real.trim_end() != ours.trim_end() {
            tally.compare_line(Class::Form, number, "heading", real, ours);
        }
    }
    let (real, ours) = (kmalloc_caches(capture.text), kmalloc_caches(&ours));
    tally.compare(Class::Informative, 0, "caches of kmalloc", &real.len(), &ours.len());
    for ((number, real), (_, ours)) in real.iter().zip(&ours) {
        tally.compare(Class::Informative, *number, "cache", real, ours);
    }
    for (number, line) in (1..).zip(capture.text.lines()).skip(2) {
        row(&mut tally, number, line, world.config.cpus);
    }
    tally.skipped.push(Part::named("active_objs, num_objs, slabdata").into());
    Ok(tally)
}

/// Compares a row with the rules: a slab's order follows from the size that the row has, and no more
/// objects are than slabs have room for.
fn row(tally: &mut Tally, number: u32, line: &str, cpus: u8) {
    let words: Vec<u64> = line.split_ascii_whitespace().filter_map(|word| word.parse().ok()).collect();
    let &[active, objects, size, per_slab, pages, _, _, _, active_slabs, slabs, _] = &words[..] else {
        return tally.note(Class::Form, number, "row", false, || (line.to_owned(), "a row".to_owned()));
    };
    let geometry = (size <= BLOCK_MAX).then(|| Geometry::of_slab_size(Bytes(size), size, 0, cpus)).flatten();
    let ours =
        geometry.map_or((0, 0), |geometry| (geometry.per_slab().into(), geometry.order.pages().into()));
    let shown = |(per_slab, pages): (u64, u64)| format!("{per_slab} {pages}");
    let real = (per_slab, pages);
    tally.note(Class::Fitted, number, "objperslab pagesperslab", real == ours, || (shown(real), shown(ours)));
    let fits = active <= objects && objects <= slabs.saturating_mul(per_slab) && active_slabs == slabs;
    let full = slabs.saturating_sub(1).saturating_mul(per_slab.min(1)) <= objects;
    tally.note(Class::Form, number, "objects in slabs", fits && full, || {
        (line.to_owned(), "fewer".to_owned())
    });
}

/// Reads `kmalloc FIRST..LAST -> USABLE`; without a last it goes up to what may be used.
fn rounded(line: &str) -> Option<(u64, u64, u64)> {
    let (range, usable) = line.strip_prefix("kmalloc ")?.split_once(" -> ")?;
    let (first, last) = range.split_once("..")?;
    let usable = usable.trim().parse().ok()?;
    let last = if last.is_empty() { usable } else { last.parse().ok()? };
    Some((first.parse().ok()?, last, usable))
}

fn ksize(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let mut world = World::boot(machine(capture)?);
    let mut tally = Tally::default();
    for (number, line) in (1..).zip(capture.text.lines()) {
        let Some((first, last, usable)) = rounded(line) else { continue };
        for bytes in [first, last] {
            let mut tr = Trace::new(Detail::Off);
            let mut ctx = world.ctx(CpuId(0));
            let object = ctx.kmalloc(bytes, Gfp::KERNEL, &mut tr).ok();
            let ours = object.and_then(|object| ctx.ksize(object)).unwrap_or(0);
            if let Some(object) = object {
                let freed = ctx.kfree(object, &mut tr).is_ok();
                tally.note(Class::Unchanged, number, "kfree", freed, || ("freed".into(), "refused".into()));
            }
            // Nothing is rounded by itself.
            let class = Class::against(&bytes, &usable);
            tally.compare(class, number, format_args!("kmalloc({bytes})"), &usable, &ours);
        }
        // The sizes on either side are of other classes.
        for bytes in [first.saturating_sub(1), last.saturating_add(1)] {
            let mut tr = Trace::new(Detail::Off);
            let mut ctx = world.ctx(CpuId(0));
            let Ok(object) = ctx.kmalloc(bytes, Gfp::KERNEL, &mut tr) else { continue };
            let other = ctx.ksize(object) != Some(usable);
            let freed = ctx.kfree(object, &mut tr).is_ok();
            tally.note(Class::Unchanged, number, format_args!("kmalloc({bytes})"), other && freed, || {
                (format!("not {usable}"), usable.to_string())
            });
        }
    }
    Ok(tally)
}

/// A machine with one cache, driven as the probe drove the real one.
struct Probe<'a> {
    world: World,
    cache: CacheId,
    /// Objects held, in the order in which they were allocated.
    held: Vec<VirtAddr>,
    /// What the capture calls objects and slabs that are there.
    objects: BTreeMap<VirtAddr, &'a str>,
    slabs: BTreeMap<Pfn, &'a str>,
    /// Attributes as the capture told them last.
    seen: BTreeMap<&'static str, u64>,
}

/// RAM of the machine, which a walk does not depend on.
const RAM: Bytes = Bytes(1 << 30);

impl<'a> Probe<'a> {
    fn new(size: Bytes) -> Option<Probe<'a>> {
        let mut world = World::boot(MachineConfig { ram: RAM, ..MachineConfig::default() });
        let mut ctx = world.ctx(CpuId(0));
        let flags = CacheFlags::default();
        let cache =
            ctx.kmem_cache_create("oracle", size, Bytes(0), flags, &mut Trace::new(Detail::Off)).ok()?;
        let (objects, slabs) = (BTreeMap::new(), BTreeMap::new());
        Some(Probe { world, cache, held: Vec::new(), objects, slabs, seen: BTreeMap::new() })
    }

    /// Allocates what the capture calls `name`. Which object of a slab comes first is chance in
    /// the kernel, and so is the frame; but one seen before must be the same one.
    fn alloc(&mut self, name: &'a str, line: u32, tally: &mut Tally) {
        let mut ctx = self.world.ctx(CpuId(0));
        let got = ctx.kmem_cache_alloc(self.cache, Gfp::KERNEL, &mut Trace::new(Detail::Off));
        let Ok(object) = got else {
            tally.note(Class::Informative, line, "object", false, || (name.into(), "ENOMEM".into()));
            return;
        };
        let frame = name.split('+').next().unwrap_or_default();
        let at = self.held.len();
        if let Some(slab) =
            frame_of(self.world.rest.virt.layout, object).and_then(|pfn| slab_at(&self.world.phys, pfn))
        {
            match self.slabs.get(&slab.0) {
                Some(known) => {
                    tally.compare(
                        Class::Informative,
                        line,
                        format_args!("slab of object {at}"),
                        frame,
                        known,
                    );
                }
                None => {
                    self.slabs.insert(slab.0, frame);
                    tally.input(line);
                }
            }
        }
        match self.objects.get(&object) {
            Some(known) => tally.compare(Class::Informative, line, format_args!("object {at}"), name, known),
            None => {
                self.objects.insert(object, name);
                tally.input(line);
            }
        }
        self.held.push(object);
    }

    /// Frees some of what is held; `None` when nobody knows which.
    fn free(&mut self, which: &str) -> Option<()> {
        let held = core::mem::take(&mut self.held);
        let goes = match which {
            "even" => {
                let even = held.iter().step_by(2).copied().collect();
                self.held = held.iter().skip(1).step_by(2).copied().collect();
                even
            }
            "all" => held,
            "rev" => held.into_iter().rev().collect::<Vec<_>>(),
            _ => return None,
        };
        for object in goes {
            let mut ctx = self.world.ctx(CpuId(0));
            ctx.kmem_cache_free(Some(self.cache), object, &mut Trace::new(Detail::Off)).ok()?;
        }
        self.forget_the_dead();
        Some(())
    }

    fn shrink(&mut self) {
        self.world.ctx(CpuId(0)).kmem_cache_shrink(self.cache, &mut Trace::new(Detail::Off));
        self.forget_the_dead();
    }

    /// A frame that went back may be another when it comes again.
    fn forget_the_dead(&mut self) {
        let (phys, layout) = (&self.world.phys, self.world.rest.virt.layout);
        self.slabs.retain(|&slab, _| slab_at(phys, slab).is_some());
        let lives = |object| frame_of(layout, object).is_some_and(|pfn| slab_at(phys, pfn).is_some());
        self.objects.retain(|&object, _| lives(object));
    }

    /// Returns what it says that an attribute agrees: the cache was made of its size.
    fn class_of(&self, name: &str, real: u64) -> Class {
        match self.seen.get(name) {
            Some(seen) => Class::against(seen, &real),
            None if name == "object_size" => Class::Fitted,
            None => of_number(Class::Informative, real),
        }
    }

    /// Returns what `/sys/kernel/slab/NAME` says.
    fn attributes(&self) -> Vec<(&'static str, u64)> {
        let (slabs, phys) = (&self.world.rest.slabs, &self.world.phys);
        let Some(cache) = slabs.cache(self.cache) else { return Vec::new() };
        let counts = slabs.counts(phys, cache);
        let inuse = |pfn| u64::from(SlabState::of(phys.frames.mem_map.page(pfn).owner()).inuse);
        let partial = phys.frames.mem_map.list(node_list(phys.lists(), cache, NodeId(0)));
        let reserve = phys.frames.mem_map.list(cpu_list(phys.lists(), cache, CpuId(0)));
        let mut all = attributes(&cache.geometry).to_vec();
        all.extend([
            ("objects", counts.active_objects),
            ("total_objects", counts.objects),
            ("slabs", counts.slabs),
            ("partial", counts.partial),
            ("objects_partial", partial.map(inuse).sum()),
            ("cpu_slabs", counts.cpu_slabs),
            ("slabs_cpu_partial", u64::from(count(reserve.count()))),
        ]);
        all
    }
}

/// Reads the attributes of a line; of `slabs_cpu_partial=56(7)` the slabs count, not the guess
/// at their objects.
fn captured(line: &str) -> BTreeMap<&str, u64> {
    let mut all = numbers(line);
    let reserve = line.split_once("slabs_cpu_partial=").and_then(|(_, rest)| rest.split(['(', ')']).nth(1));
    if let Some(slabs) = reserve.and_then(|slabs| slabs.parse().ok()) {
        all.insert("slabs_cpu_partial", slabs);
    }
    all
}

fn walk(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let mut tally = Tally::default();
    let mut probe: Option<Probe<'_>> = None;
    let lines: Vec<&str> = capture.text.lines().collect();
    for (number, (at, line)) in (1..).zip(lines.iter().enumerate()) {
        if line.starts_with("kc ") {
            // The line after it says what was made.
            let size = lines.get(at + 1).and_then(|next| numbers(next).get("object_size").copied());
            probe = size.filter(|&size| size <= 2 * PAGE_SIZE).and_then(|size| Probe::new(Bytes(size)));
        }
        let done = probe.as_mut().and_then(|probe| step(probe, line, number, &mut tally));
        if done.is_none() {
            tally
                .skipped
                .push(Skipped::NotModelled { line: number, what: (*line).chars().take(40).collect() });
            break;
        }
    }
    Ok(tally)
}

/// Does what a line says; `None` when nobody knows what that is.
fn step<'a>(probe: &mut Probe<'a>, line: &'a str, number: u32, tally: &mut Tally) -> Option<()> {
    if let Some(objects) = line.strip_prefix("ka: ") {
        objects.split_whitespace().for_each(|name| probe.alloc(name, number, tally));
    } else if let Some(total) = line.strip_prefix("ka total=") {
        tally.compare(Class::Form, number, "objects held", total, &probe.held.len().to_string());
    } else if let Some(free) = line.strip_prefix("kf ") {
        let (which, left) = free.split_once(" left=")?;
        probe.free(which)?;
        tally.compare(Class::Form, number, "objects held", left, &probe.held.len().to_string());
    } else if line == "shrink" {
        probe.shrink();
    } else if line.starts_with("object_size=") {
        let real = captured(line);
        for (name, ours) in probe.attributes() {
            if let Some(real) = real.get(name) {
                tally.compare(probe.class_of(name, *real), number, name, real, &ours);
                probe.seen.insert(name, *real);
            }
        }
    } else if line == "kd" {
        let mut ctx = probe.world.ctx(CpuId(0));
        let gone = ctx.kmem_cache_destroy(probe.cache, &mut Trace::new(Detail::Off)).is_ok();
        tally
            .note(Class::Unchanged, number, "kmem_cache_destroy", gone, || ("gone".into(), "refused".into()));
    } else if !line.starts_with("kc ") {
        return None;
    }
    let violations = mm::check::slab::check(&probe.world.phys, &probe.world.rest.slabs);
    tally.note(Class::Unchanged, number, "check", violations.is_empty(), || {
        ("-".into(), format!("{:?}", violations.first()))
    });
    Some(())
}
