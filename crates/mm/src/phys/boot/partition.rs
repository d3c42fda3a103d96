//! Cutting memory into blocks.
//!
//! At every moment all present frames lie in aligned blocks of 2^order frames, and only a
//! block's head is written.

use crate::phys::Phys;
use crate::store::{Kind, PageState};
use crate::trace::Trace;
use crate::units::{Order, Pfn, Span, low8};

/// Cuts a span into aligned blocks as large as the buddy keeps, lowest first.
pub fn blocks(span: Span) -> impl Iterator<Item = (Pfn, Order)> {
    let mut at = span.start;
    core::iter::from_fn(move || {
        let left = span.end.0.checked_sub(at.0).filter(|&left| left > 0)?;
        let aligned = at.0.trailing_zeros().min(u32::from(Order::MAX.get()));
        let order = Order::new(low8(u64::from(aligned.min(left.ilog2()))));
        let pfn = at;
        at = at.add(order.pages());
        Some((pfn, order))
    })
}

impl Phys {
    /// Makes `span` blocks of `kind`.
    pub(crate) fn fill(&mut self, span: Span, kind: Kind, tr: &mut Trace) {
        for (pfn, order) in blocks(span) {
            self.frames.mem_map.set_state(pfn, PageState::head(kind, order), tr);
        }
    }

    /// Makes a block of its own of `order` frames at `pfn` within a larger block in use: its
    /// other parts become blocks of the same kind, flags and references. A block that has this
    /// size already stays as it is.
    ///
    /// Returns `false`, having done nothing, when no block in use contains all of the frames.
    pub fn split_in_use(&mut self, pfn: Pfn, order: Order, tr: &mut Trace) -> bool {
        if pfn >= self.frames.mem_map.end() || pfn.align_down(order) != pfn {
            return false;
        }
        let Some((head, state)) = self.frames.mem_map.block_of(pfn) else {
            return false;
        };
        if matches!(state.kind(), Kind::Hole | Kind::Free | Kind::Pcp) || state.order() < order {
            return false;
        }
        let mut size = state.order();
        let mut head = head;
        while size > order {
            size = size.down();
            let upper = head.add(size.pages());
            self.frames.mem_map.set_state(head, state.with_order(size), tr);
            self.frames.mem_map.set_state(upper, state.with_order(size), tr);
            if pfn >= upper {
                head = upper;
            }
        }
        true
    }
}
