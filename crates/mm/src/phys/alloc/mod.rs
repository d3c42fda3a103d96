//! Who asks for frames: the entry point, what is tried when no zone can give, and the reserves.

mod highatomic;
pub mod kswapd;
pub mod outlook;
pub mod page_alloc;
pub mod pin;
pub mod slowpath;
