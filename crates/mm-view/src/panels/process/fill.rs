//! An address space, its areas and counters.

use mm::label::Label;
use mm::units::{VirtAddr, count, index64};
use mm::virt::area::maps::{MapName, MapRow};
use mm::virt::area::vma::VmFlags;
use mm::virt::{MmCounter, MmId, TaskCounter};
use mm::world::World;

use crate::panels::Moment;
use crate::panels::fill::{choose, processes};
use crate::panels::process::{
    Counter, CounterName, ProcessDetail, ProcessView, Role, Segment, VmaRow, weight,
};
use mm::sort::sort_by_number;

/// One of so many areas is one of the highest, where not all are shown.
const HIGHEST: usize = 6;
/// Parts of the bar that a gap takes.
const GAP_WEIGHT: u32 = 4;

/// Fills the view of a process, of the youngest without a name. Counters are compared with
/// `before`, what [`counters`] gave before the command.
pub fn process(at: Moment<'_>, name: Option<&str>, before: &[(CounterName, u64)]) -> ProcessView {
    process_to(at, name, before, usize::MAX)
}

/// The same with about `most` areas, of more than that the lowest and a few of the highest.
pub fn process_to(
    at: Moment<'_>,
    name: Option<&str>,
    before: &[(CounterName, u64)],
    most: usize,
) -> ProcessView {
    let world = at.world;
    let detail = choose(world, name).map(|(process, _, mm)| {
        let all = index64(world.rest.virt.mm_counter(mm, MmCounter::MapCount));
        let high = if all <= most { 0 } else { most / HIGHEST };
        let low = all.min(most) - high;
        let highest: Vec<VmaRow> = areas(at, mm).rev().take(high).collect();
        let areas: Vec<VmaRow> = areas(at, mm).take(low).chain(highest.into_iter().rev()).collect();
        let layout = world.rest.virt.layout;
        let wide = world.rest.virt.mode.address_bits == 64;
        ProcessDetail {
            left_out: count(all - areas.len()),
            left_out_after: count(low),
            user_end: layout.task_size,
            kernel_start: world.rest.virt.kernel_half(),
            last: if wide { u64::MAX } else { u64::from(u32::MAX) },
            digits: if wide { 12 } else { 8 },
            bar: bar(&areas),
            counters: counters(world, &process.name)
                .into_iter()
                .map(|(name, value)| {
                    let old = before.iter().find(|(other, _)| *other == name);
                    Counter { name, value, before: old.map_or(value, |&(_, value)| value) }
                })
                .collect(),
            areas,
            process,
        }
    });
    ProcessView { processes: processes(world), process: detail }
}

/// Returns the counters of a process, none when there is no such process.
pub fn counters(world: &World, name: &str) -> Vec<(CounterName, u64)> {
    let Some((process, task, mm)) = choose(world, Some(name)) else { return Vec::new() };
    if process.name != name {
        return Vec::new();
    }
    let virt = &world.rest.virt;
    let kb = |pages: u64| pages << 2;
    let brk = virt.mms.get(mm).map_or(0, |mm| mm.brk.0);
    vec![
        (CounterName::MinorFaults, virt.task_counter(task, TaskCounter::Minflt)),
        (CounterName::MajorFaults, virt.task_counter(task, TaskCounter::Majflt)),
        (CounterName::Rss, kb(virt.rss(mm))),
        (CounterName::PageTables, virt.mm_counter(mm, MmCounter::PgtablesBytes) >> 10),
        (CounterName::Size, kb(virt.mm_counter(mm, MmCounter::TotalVm))),
        (CounterName::Brk, brk),
    ]
}

/// Fills the rows of `maps`.
pub(in crate::panels) fn areas<'a>(
    at: Moment<'a>,
    mm: MmId,
) -> impl DoubleEndedIterator<Item = VmaRow> + use<'a> {
    let written = at.overwritten();
    at.world.rest.virt.areas(mm).map(move |vma| {
        let row = at.world.rest.virt.map_row(mm, vma);
        let slot = at.world.rest.virt.vmas.slot(mm, row.start);
        VmaRow {
            start: row.start.0,
            end: row.end.0,
            perms: perms(row.flags),
            offset: row.offset,
            name: row.name.text().unwrap_or_default().to_owned(),
            role: role(&row),
            labels: labels(at.world, row.start, row.end),
            changed: slot.is_some_and(|slot| written.contains_key(&slot)),
        }
    })
}

fn perms(flags: VmFlags) -> String {
    let bit = |flag: VmFlags, letter: char| if flags.contains(flag) { letter } else { '-' };
    let shared = if flags.contains(VmFlags::SHARED) { 's' } else { 'p' };
    [bit(VmFlags::READ, 'r'), bit(VmFlags::WRITE, 'w'), bit(VmFlags::EXEC, 'x'), shared].iter().collect()
}

pub(in crate::panels) fn role(row: &MapRow<'_>) -> Role {
    match row.name {
        MapName::None | MapName::DevZero => Role::Anon,
        MapName::Heap => Role::Heap,
        MapName::Stack => Role::Stack,
        MapName::Special(_) => Role::Vdso,
        MapName::File(_) => Role::Image,
    }
}

pub(in crate::panels) fn labels(world: &World, start: VirtAddr, end: VirtAddr) -> Vec<(String, u64)> {
    let inside = world.labels.iter().filter_map(|(name, label)| match label {
        Label::Range { start: at, .. } if (start..end).contains(at) => {
            Some((name.to_owned(), at.0 - start.0))
        }
        Label::Range { .. } | Label::Blocks { .. } | Label::Cache(_) | Label::Objects { .. } => None,
    });
    let mut labels: Vec<(String, u64)> = inside.collect();
    sort_by_number(&mut labels, |&(_, offset)| offset);
    labels
}

/// Areas and gaps; gaps take the same room whatever their size.
fn bar(areas: &[VmaRow]) -> Vec<Segment> {
    let mut bar = Vec::new();
    let mut at = 0;
    for (number, area) in areas.iter().enumerate() {
        if area.start > at {
            bar.push(Segment { start: at, end: area.start, area: None, weight: GAP_WEIGHT });
        }
        let weight = 2 * weight(area.end - area.start);
        bar.push(Segment { start: area.start, end: area.end, area: Some(number), weight });
        at = area.end;
    }
    bar
}
