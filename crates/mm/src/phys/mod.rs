//! Physical memory.

pub mod buddy;
pub mod page_alloc;
pub mod pcp;
pub mod watermark;
