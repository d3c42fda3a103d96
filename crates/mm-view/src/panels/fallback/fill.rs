//! The last fallback of the command in a zone, from its events.

use mm::event::Event;
use mm::phys::buddy::fallback::{self, fallbacks};
use mm::phys::zone::ZoneId;
use mm::trace::Step;
use mm::units::Pfn;

use crate::panels::Moment;
use crate::panels::fallback::{Extent, Fallback, Weighed};
use crate::panels::fill::migrate;

/// Fills the fallback that the command chose last, up to the step shown; `None` without one.
pub(in crate::panels) fn fallback(at: Moment<'_>, id: ZoneId) -> Option<Fallback> {
    let done = at.done();
    let chosen = |step: &Step| matches!(step.event, Event::Fallback(fallback::Event::Steal { zone, .. }) if zone == id);
    let place = done.iter().rposition(chosen)?;
    let Event::Fallback(fallback::Event::Steal { order, block_order, mt, from, pfn, extent, .. }) =
        done[place].event
    else {
        return None;
    };
    let threshold = at.world.phys.pageblock_order().get() / 2;
    let mut found = Fallback {
        step: mm::units::count(place) + 1,
        is_now: done[place..].iter().all(|step| step.span == done[place].span),
        asked: migrate(mt),
        order: order.get(),
        tried: fallbacks(mt).iter().copied().map(migrate).collect(),
        from: migrate(from),
        block: pfn.0,
        block_order: block_order.get(),
        extent: match extent {
            fallback::Extent::Block => Extent::Block,
            fallback::Extent::Pageblock => Extent::Pageblock,
            fallback::Extent::Pageblocks => Extent::Pageblocks,
        },
        threshold,
        weighed: None,
        retyped: Vec::new(),
        boost: None,
    };
    for step in &done[place + 1..] {
        if let Event::Fallback(event) = step.event {
            note(&mut found, event, at.world.phys.zones().get(id));
        }
    }
    Some(found)
}

fn note(found: &mut Fallback, event: fallback::Event, zone: &mm::phys::zone::Zone) {
    match event {
        fallback::Event::Weigh { first: Pfn(first), free, alike, needed } => {
            found.weighed = Some(Weighed { first, free, alike, needed });
        }
        fallback::Event::Retype { first, to, .. } if zone.contains(first) => {
            found.retyped.push((first.0, migrate(to)));
        }
        fallback::Event::Boost { from, to, max, .. } => found.boost = Some((from, to, max)),
        fallback::Event::Steal { .. } | fallback::Event::Retype { .. } => {}
    }
}
