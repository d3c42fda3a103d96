//! `/proc/slabinfo` and the counters of slabs; what captures say of geometry and of slabs that
//! come and go is compared in `oracle.rs`.

use std::fs;
use std::path::Path;

use mm::session::Session;
use mm_view::proc;
use mmscope_tests::golden::run;

fn captured(path: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracle").join(path);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn row(session: &Session, file: &str, name: &str) -> Option<String> {
    let text = proc::text(session.world(), file).expect("the file");
    text.lines().find(|line| line.starts_with(name)).map(str::to_owned)
}

#[test]
fn slabinfo_prints_a_cache_to_the_byte() {
    let session = run("boot ram=1G
kernel: c = kmem_cache_create RAWv6 size=1216
kernel: kmem_cache_alloc c
kernel: d = kmem_cache_create bio-256 size=320
kernel: kmem_cache_alloc d count=36");
    let captured = captured("1G-facts/facts/slabinfo.txt");
    for name in ["RAWv6 ", "bio-256 "] {
        let real = captured.lines().find(|line| line.starts_with(name)).map(str::to_owned);
        assert!(real.is_some());
        assert_eq!(row(&session, "/proc/slabinfo", name), real);
    }
}

#[test]
fn pages_of_slabs_are_counted_by_kind() {
    let session = run("boot ram=1G
kernel: c = kmem_cache_create inode size=1000 reclaim
kernel: a = kmem_cache_alloc c count=200
kernel: x = kmalloc 100
kernel: y = kmalloc 1M gfp=GFP_ATOMIC
kernel: r = kmalloc 64 gfp=GFP_KERNEL|__GFP_RECLAIMABLE
expect meminfo.SReclaimable == 200; expect meminfo.SUnreclaim == 1028; expect meminfo.Slab == 1228
expect slab(inode).slabs +25; expect slab(\"kmalloc-rcl-64\").objs == 64");
    assert_eq!(session.unexpected().count(), 0);
    assert_eq!(row(&session, "/proc/meminfo", "KReclaimable:"), Some("KReclaimable:        200 kB".into()));
    // The page of the last kmalloc is still the processor's to tell.
    assert_eq!(
        row(&session, "/proc/vmstat", "nr_slab_unreclaimable"),
        Some("nr_slab_unreclaimable 257".into())
    );
}

#[test]
fn caches_are_limited_and_their_names_unique() {
    let session = run("boot ram=96M
kernel: c = kmem_cache_create inode size=100
kernel: kmem_cache_create inode size=200 !EEXIST
kernel: kmem_cache_create kmalloc-64 size=64 !EEXIST
kernel: kmem_cache_create huge size=5M !EINVAL
kernel: kmem_cache_create nothing size=0 !EINVAL
kernel: kmem_cache_destroy c; kmem_cache_shrink c !EINVAL
kernel: c = kmem_cache_create inode size=200
kernel: z = kmalloc 0; kfree z; kfree z
expect ksize(z) == 0; expect z == 16");
    assert_eq!(session.unexpected().count(), 0);
    let mut script = "boot ram=96M\n".to_owned();
    for cache in 0..=mm::slab::CACHES_MAX {
        script.push_str(&format!("kernel: kmem_cache_create c{cache} size=8\n"));
    }
    let session = run(&script);
    let caches = mm::units::count(session.world().rest.slabs.caches().count());
    assert_eq!(caches, u32::from(mm::slab::CACHES_MAX));
    assert!(session.unexpected().count() > 0);
}
