//! The 76 GB machine: boot, and the memory of its page structs.

use mm::config::MachineConfig;
use mm::gfp::Gfp;
use mm::phys::{AllocRequest, NoRelief, Phys};
use mm::trace::{Detail, Trace};
use mm::units::{Bytes, Order};

use crate::timing::{alone, time};

const RAM: Bytes = Bytes(76 << 30);

pub(crate) fn run() {
    let config = MachineConfig { ram: RAM, ..MachineConfig::default() };
    alone("boot of the 76 GB machine", || time(|| Phys::boot(&config)).0);
    let mut phys = Phys::boot(&config);
    println!(
        "| page structs of the 76 GB machine after boot | {} KiB | | |",
        phys.frames.mem_map.host_bytes() / 1024
    );
    let mut tr = Trace::new(Detail::Off);
    let request = AllocRequest::new(Order::ZERO, Gfp::HIGHUSER_MOVABLE);
    let mut allocated = 0_usize;
    let (took, ()) = time(|| {
        while phys.alloc_pages(request, &mut NoRelief, &mut tr).is_some() {
            allocated += 1;
        }
    });
    let bytes = phys.frames.mem_map.host_bytes();
    println!("| all of it in order-0 pages ({allocated}) | {:.2} s | | |", took.as_secs_f64());
    #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
    let each = bytes as f64 / allocated as f64;
    println!("| bytes a frame then | {each:.2} | | |");
}
