//! `/proc/slabinfo`, 6.1 `mm/slab_common.c: cache_show`: the caches that the model has, the
//! youngest first.

use core::fmt::Write as _;

use mm::world::World;

const HEADER: &str = "slabinfo - version: 2.1
# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> \
<batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>
";

pub(super) fn slabinfo(world: &World) -> String {
    let mut out = HEADER.to_owned();
    for (_, cache) in world.rest.slabs.caches().rev() {
        let counts = world.rest.slabs.counts(&world.phys, cache);
        let geometry = &cache.geometry;
        let (per_slab, pages) = (geometry.per_slab(), geometry.order.pages());
        let _ = write!(out, "{:<17} {:>6} {:>6}", cache.name, counts.active_objects, counts.objects);
        let _ = write!(
            out,
            " {:>6} {per_slab:>4} {pages:>4} : tunables {:>4} {:>4} {:>4}",
            geometry.size, 0, 0, 0
        );
        let _ = writeln!(out, " : slabdata {:>6} {:>6} {:>6}", counts.slabs, counts.slabs, 0);
    }
    out
}
