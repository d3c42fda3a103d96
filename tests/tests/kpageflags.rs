//! Flags of `/proc/kpageflags` against what a real kernel said of every frame after its boot.

use std::collections::{BTreeMap, BTreeSet};
mod common;

use std::path::Path;

use mm::phys::kpageflags::{KpageFlags, kpage_flags};
use mm::session::Session;
use mm::store::Kind;
use mm::units::Pfn;
use mm::world::World;

/// Machines whose frames were captured, with the `boot` that makes them.
const CAPTURES: [(&str, &str); 4] = [
    ("96M-facts", "boot ram=96M"),
    ("512M-facts", "boot ram=512M"),
    ("1G-facts", "boot ram=1G"),
    ("4G-facts", "boot ram=4G"),
];

fn run(text: &str) -> Session {
    let mut session = Session::new(mm_view::HOST);
    session.load(mm::script::parse(text).expect("a script that reads"));
    session.run_all();
    assert_eq!(session.unexpected().count(), 0, "{text}");
    session
}

/// Runs of frames with the flags that the capture kept, in its short names.
fn captured(name: &str) -> Vec<(u32, u32, Vec<KpageFlags>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle").join(name).join("facts/frames.txt");
    let text = common::text(&path);
    let lines = text.lines().map(|line| {
        let mut words = line.split_whitespace();
        let (first, last) = words.next().and_then(|run| run.split_once('-')).expect("a run of frames");
        let number = |text: &str| text.parse().expect("a frame");
        (number(first), number(last), words.map(flag).collect())
    });
    lines.collect()
}

fn flag(short: &str) -> KpageFlags {
    let name = match short {
        "unevict" => "unevictable",
        "zero" => "zero_page",
        name => name,
    };
    let known = KpageFlags::NAMES.iter().find(|(_, known)| *known == name);
    known.unwrap_or_else(|| panic!("no flag {short}")).0
}

fn says(world: &World, pfn: u32, flag: KpageFlags) -> bool {
    kpage_flags(&world.phys.frames.mem_map, Pfn(pfn)).is_some_and(|flags| flags.contains(flag))
}

#[test]
fn page_structs_exist_where_the_kernel_has_them() {
    for (name, boot) in CAPTURES {
        let session = run(boot);
        for (first, last, flags) in captured(name) {
            let none = flags.contains(&KpageFlags::NOPAGE);
            for pfn in first..=last {
                assert_eq!(says(session.world(), pfn, KpageFlags::NOPAGE), none, "{name}: frame {pfn}");
            }
        }
    }
}

#[test]
fn what_firmware_and_the_image_hold_is_reserved() {
    for (name, boot) in CAPTURES {
        let session = run(boot);
        for (first, last, flags) in captured(name) {
            let reserved = flags.contains(&KpageFlags::RESERVED);
            for pfn in first..=last {
                assert_eq!(says(session.world(), pfn, KpageFlags::RESERVED), reserved, "{name}: frame {pfn}");
            }
        }
    }
}

#[test]
fn a_frame_is_what_its_use_makes_it() {
    let session = run("boot ram=512M thp=never
spawn p
p: b = mmap 64K
p: touch b
kernel: c = kmem_cache_create inode size=600
kernel: o = kmem_cache_alloc c
kernel: k = alloc_pages order=2 gfp=GFP_KERNEL
kernel: f = alloc_pages order=3 gfp=GFP_KERNEL
kernel: free_pages f
");
    let world = session.world();
    let map = &world.phys.frames.mem_map;
    let mut seen: BTreeMap<(Kind, bool), BTreeSet<String>> = BTreeMap::new();
    for pfn in (0..map.end().0).map(Pfn) {
        let Some((head, state)) = map.block_of(pfn) else { continue };
        let flags = kpage_flags(map, pfn).expect("a boot explains every frame");
        let names = flags.names().collect::<Vec<_>>().join(" ");
        seen.entry((state.kind(), head == pfn)).or_default().insert(names);
    }
    let text = |kind, head| seen[&(kind, head)].iter().map(String::as_str).collect::<Vec<_>>().join("; ");
    assert_eq!(text(Kind::Free, true), "buddy");
    assert_eq!(text(Kind::Free, false), "buddy");
    assert_eq!(text(Kind::Pcp, true), "", "the buddy does not have it");
    assert_eq!(text(Kind::PageTable, true), "pgtable");
    assert_eq!(text(Kind::Kernel, true), "");
    assert_eq!(text(Kind::Slab, false), "slab compound_tail");
    let anon = &seen[&(Kind::Anon, true)];
    assert!(
        anon.iter().any(|names| names.starts_with("uptodate lru mmap anon swapbacked")),
        "sixteen pages fill the CPU's batch of 15: {anon:?}"
    );
}
