//! What a request would meet now: the zones it may use, in order, and their marks.
//!
//! A question without an effect: nothing is taken, nothing is counted. The rules are those of
//! [`super::page_alloc`] and [`crate::phys::zone::watermark`]; reclaim and compaction, which could help a
//! request that finds nothing, are not asked.

use crate::phys::Phys;
use crate::phys::alloc::page_alloc::AllocRequest;
use crate::phys::zone::migratetype::MigrateType;
use crate::phys::zone::node::highest_class;
use crate::phys::zone::watermark::{Operands, Privileges, Query, Verdict};
use crate::phys::zone::{Wmark, ZoneId, ZoneKind};

/// What a request would meet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outlook {
    /// Highest zone that its flags allow.
    pub highest: ZoneKind,
    /// Class of that zone: whose `lowmem_reserve` counts.
    pub class: u8,
    /// Type of the blocks wanted.
    pub mt: MigrateType,
    /// Zones of the zonelist, in order.
    pub tries: Vec<Try>,
    /// The zone that would serve it, an index into `tries`, and the mark that let it.
    pub served: Option<(usize, Wmark)>,
}

/// A zone of the zonelist.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Try {
    /// The zone.
    pub zone: ZoneId,
    /// Its tests, `None` where the flags of the request leave it out.
    pub tests: Option<Tests>,
}

/// The two tests of a zone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tests {
    /// Against the low mark: the first round.
    pub low: (Verdict, Operands),
    /// Against the minimum mark, less what the request may go below: the slow path.
    pub min: (Verdict, Operands),
}

impl Phys {
    /// Looks at the zones as a request would, without taking anything.
    pub fn outlook(&self, req: AllocRequest) -> Outlook {
        let class = highest_class(req.gfp, self.kinds());
        let test = |zone, level, privileges| {
            self.frames.watermark_look(zone, Query { order: req.order, level, class, privileges })
        };
        let look = |&zone: &ZoneId| {
            let allowed = self.frames.zones.get(zone).class <= class;
            let tests = allowed.then(|| Tests {
                low: test(zone, Wmark::Low, Privileges::default()),
                min: test(zone, Wmark::Min, Privileges::of(req.gfp)),
            });
            Try { zone, tests }
        };
        let tries: Vec<Try> =
            self.nodes[usize::from(req.node.0)].zonelist(req.gfp).iter().map(look).collect();
        let first = |passes: fn(&Tests) -> Verdict, level| {
            let at =
                tries.iter().position(|one| one.tests.is_some_and(|tests| passes(&tests) == Verdict::Ok));
            at.map(|at| (at, level))
        };
        let served =
            first(|tests| tests.low.0, Wmark::Low).or_else(|| first(|tests| tests.min.0, Wmark::Min));
        Outlook {
            highest: self.kinds()[usize::from(class)],
            class,
            mt: MigrateType::of_request(req.gfp),
            tries,
            served,
        }
    }
}
