//! The naive model of a page allocator: one bit a frame, and a search for free runs.

use mm::units::{Order, Pfn, index};

/// Which frames are taken.
#[derive(Clone, Debug)]
pub struct Bitmap {
    taken: Vec<bool>,
}

impl Bitmap {
    /// Makes a bitmap in which every frame below `end` is taken.
    pub fn full(end: Pfn) -> Bitmap {
        Bitmap { taken: vec![true; index(end.0)] }
    }

    /// Marks a block as free.
    ///
    /// # Panics
    /// When a frame of it is free already.
    pub fn free(&mut self, pfn: Pfn, order: Order) {
        let block = self.block(pfn, order);
        assert!(block.iter().all(|&taken| taken), "{pfn:?} of {order:?} is freed twice");
        block.fill(false);
    }

    /// Marks a block as taken.
    ///
    /// # Panics
    /// When a frame of it is taken already, or the block does not start at a multiple of its
    /// size.
    pub fn take(&mut self, pfn: Pfn, order: Order) {
        assert!(pfn.0.is_multiple_of(order.pages()), "{pfn:?} of {order:?} lies askew");
        let block = self.block(pfn, order);
        assert!(block.iter().all(|&taken| !taken), "{pfn:?} of {order:?} is handed out twice");
        block.fill(true);
    }

    /// Returns whether some aligned run of free frames holds a block of this order.
    pub fn has_room(&self, order: Order) -> bool {
        // What is left over at the end is no whole block.
        self.taken.chunks_exact(index(order.pages())).any(|block| block.iter().all(|&taken| !taken))
    }

    /// Returns how many frames are free.
    pub fn free_frames(&self) -> u64 {
        mm::units::count(self.taken.iter().filter(|&&taken| !taken).count()).into()
    }

    fn block(&mut self, pfn: Pfn, order: Order) -> &mut [bool] {
        let start = index(pfn.0);
        &mut self.taken[start..start + index(order.pages())]
    }
}
