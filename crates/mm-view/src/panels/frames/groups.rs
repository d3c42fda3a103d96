//! The groups that the map tells frames apart by.

use mm::identity::Identity;
use std::collections::BTreeMap;

use mm::phys::zone::migratetype::MigrateType;
use mm::slab::SlabState;
use mm::store::PageState;
use mm::units::{MAX_ORDER, Pfn, count};
use mm::virt::MmId;
use mm::world::World;

use super::ages::AgeBook;
use crate::panels::buddy::MigrateName;
use crate::panels::fill::{migrate, process_of, zone_name};
use crate::panels::frames::{Age, AreaName, ColourBy, Group, GroupKey, KindCount};
use crate::panels::{FrameKind, Moment};

/// Groups at most; what comes after them is [`GroupKey::Others`].
const GROUPS_MAX: usize = 48;

/// The groups so far, and what is needed to find the group of a block.
pub(in crate::panels) struct Groups<'a> {
    by: ColourBy,
    world: &'a World,
    book: &'a AgeBook,
    list: Vec<Group>,
    places: BTreeMap<GroupKey, u8>,
    areas: BTreeMap<MmId, Vec<Area>>,
    /// Owner of the block before: neighbours mostly have the same.
    last: Option<(MmId, u64, u64, u8)>,
}

struct Area {
    start: u64,
    end: u64,
    name: AreaName,
}

impl<'a> Groups<'a> {
    /// Starts with the groups that the machine has as a whole, counted.
    pub(in crate::panels) fn new(
        at: Moment<'a>,
        by: ColourBy,
        kinds: &[KindCount],
        book: &'a AgeBook,
    ) -> Groups<'a> {
        let world = at.world;
        let list = match by {
            ColourBy::Kind => FrameKind::ALL.map(|kind| Group::of(GroupKey::Kind(kind), kinds)).to_vec(),
            ColourBy::Type => types(world),
            ColourBy::Order => orders(world, kinds),
            ColourBy::Zone => zones(world),
            ColourBy::Owner => Vec::new(),
            ColourBy::Age => {
                Age::ALL.into_iter().map(|age| Group { key: GroupKey::Age(age), frames: 0 }).collect()
            }
        };
        let mut places = BTreeMap::new();
        places.extend((0..).zip(&list).map(|(place, group)| (group.key.clone(), place)));
        Groups { by, world, book, list, places, areas: BTreeMap::new(), last: None }
    }

    /// Returns the place of the group that a block belongs to, `state` being that of its `head`.
    pub(in crate::panels) fn of(&mut self, head: Pfn, state: PageState) -> u8 {
        let kind = FrameKind::from(state.kind());
        match self.by {
            ColourBy::Kind => mm::units::low8(u64::from(count(kind.index()))),
            ColourBy::Type => self.world.phys.pageblock_type(head).code(),
            ColourBy::Order if kind == FrameKind::Free => self.place(GroupKey::Order(state.order().get())),
            ColourBy::Order => self.place(GroupKey::Kind(kind)),
            ColourBy::Zone => match self.world.phys.zones().containing(head) {
                Some(id) => {
                    let zone = zone_name(self.world, id);
                    self.place(GroupKey::Zone { node: zone.node, zone: zone.zone, name: zone.name })
                }
                None => self.place(GroupKey::Others),
            },
            ColourBy::Owner => self.owner(head, state),
            ColourBy::Age => self.place(GroupKey::Age(self.book.age(head.0))),
        }
    }

    /// Returns the place of the group of frames that are no RAM.
    pub(in crate::panels) fn hole(&mut self, at: Pfn) -> u8 {
        match self.by {
            ColourBy::Kind | ColourBy::Order | ColourBy::Owner => self.place(GroupKey::Kind(FrameKind::Hole)),
            ColourBy::Type => self.world.phys.pageblock_type(at).code(),
            ColourBy::Zone => self.place(GroupKey::Others),
            ColourBy::Age => self.place(GroupKey::Age(Age::SinceBoot)),
        }
    }

    /// Counts frames that are in sight, where the legend counts those.
    pub(in crate::panels) fn count(&mut self, place: u8, frames: u32) {
        if self.by.counts_what_is_seen() {
            self.list[usize::from(place)].frames += u64::from(frames);
        }
    }

    /// Returns the groups, and those of them that the legend shows.
    pub(in crate::panels) fn finish(self, kinds: &[KindCount]) -> (Vec<Group>, Vec<u8>) {
        let is_shown = |group: &Group| match (&group.key, self.by) {
            (GroupKey::Kind(FrameKind::Hole), _) => false,
            (GroupKey::Kind(kind), ColourBy::Kind) => kinds.iter().any(|count| count.kind == *kind),
            _ => group.frames > 0,
        };
        let shown = (0..).zip(&self.list).filter(|(_, group)| is_shown(group));
        let legend = shown.map(|(place, _)| place).collect();
        (self.list, legend)
    }

    fn place(&mut self, key: GroupKey) -> u8 {
        if let Some(&place) = self.places.get(&key) {
            return place;
        }
        let key = if self.list.len() < GROUPS_MAX { key } else { GroupKey::Others };
        if let Some(&place) = self.places.get(&key) {
            return place;
        }
        let place = mm::units::low8(u64::from(count(self.list.len())));
        self.list.push(Group { key: key.clone(), frames: 0 });
        self.places.insert(key, place);
        place
    }

    fn owner(&mut self, head: Pfn, state: PageState) -> u8 {
        let kind = GroupKey::Kind(state.kind().into());
        match Identity::of(&self.world.phys.frames.mem_map.page(head)) {
            Identity::Anon { mm, va } => self.area(mm, va.0),
            Identity::Table { mm, .. } => {
                let process = process_of(self.world, mm);
                self.place(
                    process
                        .map_or(kind, |process| GroupKey::Tables { id: process.id, process: process.name }),
                )
            }
            Identity::Slab(SlabState { cache: id, .. }) => {
                let cache = self.world.rest.slabs.cache(id);
                self.place(
                    cache.map_or(kind, |cache| GroupKey::Cache { id: id.0, name: cache.name.to_string() }),
                )
            }
            Identity::Nobody
            | Identity::Reserved
            | Identity::Unknown
            | Identity::Kernel
            | Identity::Kmalloc { .. }
            | Identity::Vmalloc { .. }
            | Identity::File => self.place(kind),
        }
    }

    fn area(&mut self, mm: MmId, va: u64) -> u8 {
        if let Some((last, start, end, place)) = self.last
            && last == mm
            && (start..end).contains(&va)
        {
            return place;
        }
        let Some(process) = process_of(self.world, mm) else {
            return self.place(GroupKey::Kind(FrameKind::Anon));
        };
        let areas = self.areas.entry(mm).or_insert_with(|| areas(self.world, mm));
        let (start, end, area) = match areas.iter().find(|area| (area.start..area.end).contains(&va)) {
            Some(area) => (area.start, area.end, area.name.clone()),
            None => (va, va + 1, AreaName::Gone),
        };
        let place = self.place(GroupKey::Area { id: process.id, process: process.name, area });
        self.last = Some((mm, start, end, place));
        place
    }
}

impl Group {
    fn of(key: GroupKey, kinds: &[KindCount]) -> Group {
        let count = kinds.iter().find(|count| GroupKey::Kind(count.kind) == key);
        Group { frames: count.map_or(0, |count| count.frames), key }
    }
}

/// Names of the areas of an address space: a label in it, what `maps` prints, what it is for.
fn areas(world: &World, mm: MmId) -> Vec<Area> {
    let rows = world.rest.virt.maps(mm).map(|row| {
        let labels = crate::panels::process::fill::labels(world, row.start, row.end);
        let name = match (labels.into_iter().next(), row.name.text()) {
            (Some((label, _)), _) => AreaName::Named(label),
            (None, Some(name)) if !name.is_empty() => AreaName::Named(name.to_owned()),
            (None, _) => AreaName::Role(crate::panels::process::fill::role(&row)),
        };
        Area { start: row.start.0, end: row.end.0, name }
    });
    rows.collect()
}

/// Pageblocks by type, in frames.
fn types(world: &World) -> Vec<Group> {
    let map = &world.phys.frames.mem_map;
    let frames = map.pageblock_order().pages();
    let mut groups: Vec<Group> =
        MigrateName::ALL.iter().map(|&name| Group { key: GroupKey::Type(name), frames: 0 }).collect();
    let blocks = map.end().0.div_ceil(frames);
    for (group, blocks) in groups.iter_mut().zip(world.phys.pageblock_types_in(0, blocks)) {
        group.frames = u64::from(blocks) * u64::from(frames);
    }
    // The last pageblock may end before its frames do.
    if let Some(last) = blocks.checked_sub(1) {
        let code = usize::from(map.pageblock_type(Pfn(last * frames)));
        groups[code].frames -= u64::from(blocks * frames - map.end().0);
    }
    debug_assert_eq!(migrate(MigrateType::from_code(0)), MigrateName::ALL[0], "places are codes");
    groups
}

/// Free frames by order, then the other kinds.
fn orders(world: &World, kinds: &[KindCount]) -> Vec<Group> {
    let phys = &world.phys;
    let free = |order: u8| {
        let zones = phys.zones().iter().map(|(id, _)| phys.nr_free(id, mm::units::Order::new(order)));
        zones.sum::<u64>() << order
    };
    let orders = (0..mm::units::low8(u64::from(count(MAX_ORDER)))).rev();
    let mut groups: Vec<Group> =
        orders.map(|order| Group { key: GroupKey::Order(order), frames: free(order) }).collect();
    let used = FrameKind::ALL.into_iter().filter(|&kind| kind != FrameKind::Free);
    groups.extend(used.map(|kind| Group::of(GroupKey::Kind(kind), kinds)));
    groups
}

fn zones(world: &World) -> Vec<Group> {
    let populated = world.phys.zones().iter().filter(|(_, zone)| zone.is_populated());
    let group = |zone: &mm::phys::zone::Zone| Group {
        key: GroupKey::Zone { node: zone.node.0, zone: zone.class, name: zone.kind.name() },
        frames: u64::from(zone.present),
    };
    populated.map(|(_, zone)| group(zone)).collect()
}
