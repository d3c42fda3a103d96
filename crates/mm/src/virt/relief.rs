//! How virtual memory helps the page allocator when memory is short.

use super::Virt;
use crate::config::CpuId;
use crate::phys::Phys;
use crate::phys::relief::{Relief, Unmovable};
use crate::trace::Trace;
use crate::units::Pfn;

impl Relief for Virt {
    fn migrate_page(
        &mut self,
        _phys: &mut Phys,
        _from: Pfn,
        _to: Pfn,
        _cpu: CpuId,
        _tr: &mut Trace,
    ) -> Result<(), Unmovable> {
        Err(Unmovable::Kind)
    }
}
