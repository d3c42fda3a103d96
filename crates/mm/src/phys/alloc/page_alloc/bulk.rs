//! Single pages by the handful: one look at a zone's mark, then the processor's list until the
//! wish is met. Mirrors 6.1 `mm/page_alloc.c: __alloc_pages_bulk`.

use super::{AllocRequest, Context};
use crate::func::Func;
use crate::phys::Phys;
use crate::phys::buddy::fallback::Fragment;
use crate::phys::buddy::pcp::PcpRequest;
use crate::phys::relief::Relief;
use crate::phys::zone::vmstat::ZoneStat;
use crate::phys::zone::watermark::{Privileges, Query, Verdict};
use crate::phys::zone::{Wmark, ZoneId};
use crate::trace::Trace;
use crate::units::{Order, Pfn, count};

/// A refill by the handful may split any block, and wakes nobody.
const FRAGMENT: Fragment = Fragment { whole_blocks_only: false, wakes_kswapd: false };

/// What a request for many pages came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bulk {
    /// Pages added to the list.
    pub got: u32,
    /// The zone whose processor list they are from; `None` when the ordinary way was gone for
    /// a single page.
    pub zone: Option<ZoneId>,
}

impl Phys {
    /// Allocates up to `wanted` single pages, `req` without its order, and puts them at the end
    /// of `pages`. Where no zone can give all of them and keep its low mark, it is one page, by
    /// the ordinary way.
    pub fn alloc_pages_bulk(
        &mut self,
        req: AllocRequest,
        wanted: u32,
        pages: &mut Vec<Pfn>,
        relief: &mut dyn Relief,
        tr: &mut Trace,
    ) -> Bulk {
        tr.span(Func::AllocPagesBulk, |tr| {
            let req = AllocRequest { order: Order::ZERO, ..req };
            self.bulk_from_list(req, wanted, pages, tr).unwrap_or_else(|| {
                let page = self.alloc_pages(req, relief, tr);
                pages.extend(page);
                Bulk { got: u32::from(page.is_some()), zone: None }
            })
        })
    }

    fn bulk_from_list(
        &mut self,
        req: AllocRequest,
        wanted: u32,
        pages: &mut Vec<Pfn>,
        tr: &mut Trace,
    ) -> Option<Bulk> {
        if wanted < 2 {
            return None;
        }
        let ctx = self.context(req);
        let zone = self.bulk_zone(&ctx, wanted)?;
        let want = PcpRequest { zone, cpu: req.cpu, order: Order::ZERO, mt: ctx.mt, fragment: FRAGMENT };
        let before = pages.len();
        while count(pages.len() - before) < wanted
            && let Some(pfn) = self.pcp.next(&mut self.frames, &want, tr)
        {
            self.count_allocation(&ctx, zone, tr);
            pages.push(pfn);
        }
        let got = count(pages.len() - before);
        (got > 0).then_some(Bulk { got, zone: Some(zone) })
    }

    /// Returns the first zone of the request's node that keeps its low mark when `wanted` pages
    /// are gone.
    fn bulk_zone(&self, ctx: &Context, wanted: u32) -> Option<ZoneId> {
        let list = self.nodes[usize::from(ctx.req.node.0)].zonelist(ctx.req.gfp);
        let allowed = list.iter().copied().filter(|&zone| self.frames.zones.get(zone).class <= ctx.class);
        let privileges = Privileges::default();
        let query = Query { order: Order::ZERO, level: Wmark::Low, class: ctx.class, privileges };
        allowed.take_while(|&zone| !self.is_remote(zone, ctx)).find(|&zone| {
            let mark = self.frames.zones.watermark(zone, Wmark::Low) + self.frames.zones.boost(zone);
            let free = self.frames.vmstat.zone(zone, ZoneStat::NrFreePages);
            self.frames.watermark_test(zone, query, mark + u64::from(wanted), free).0 == Verdict::Ok
        })
    }
}
