//! Independent invariants: the truth derived from scratch and held against the state.
//!
//! Each file checks one area, shares no code with the algorithms that maintain it, and
//! returns typed violations. Tests run all of it after every command.

pub mod phys;
pub mod slab;
pub mod virt;
pub mod vmalloc;

use crate::world::World;

/// A fact that does not fit the state, by area.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Violation {
    /// Frames, zones, lists.
    Phys(phys::Violation),
    /// Caches of small objects.
    Slab(slab::Violation),
    /// Tables, areas, caches.
    Virt(virt::Violation),
    /// The kernel's own mappings.
    Vmalloc(vmalloc::Violation),
}

/// Checks the whole machine; empty when everything fits.
pub fn all(world: &World) -> Vec<Violation> {
    let phys = phys::check(&world.phys).into_iter().map(Violation::Phys);
    let slab = slab::check(&world.phys, &world.rest.slabs).into_iter().map(Violation::Slab);
    let virt = virt::check(&world.phys, &world.rest.virt).into_iter().map(Violation::Virt);
    let vmalloc = vmalloc::check(&world.phys, &world.rest.virt).into_iter().map(Violation::Vmalloc);
    phys.chain(slab).chain(virt).chain(vmalloc).collect()
}
