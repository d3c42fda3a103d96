//! Random translations over 1 GiB: TLB and walk of the model against `OffsetPageTable`.

use std::hint::black_box;
use std::time::Duration;

use mm::config::CpuId;
use mm::rng::Rng;
use mm::session::{Host, Session};
use mm::trace::{Detail, Trace};
use mm::units::VirtAddr;
use mm::virt::paging::walk::Access;
use x86_64::structures::paging::{OffsetPageTable, PageTable, PageTableFlags, Translate};

use crate::timing::{time, versus};

const TRANSLATIONS: u64 = 1_000_000;
const BYTES: u64 = 1 << 30;
const BASE: u64 = 0x2000_0000_0000;

pub(crate) fn run() {
    let mut rng = Rng::new(5);
    let offsets: Vec<u64> = (0..TRANSLATIONS).map(|_| rng.below(BYTES)).collect();
    let mut session = Session::new(Host::BARE);
    session.set_detail(Detail::Off);
    let script = format!("boot ram=2G thp=never\nspawn p bare\np: a = mmap 1G fixed={BASE:#x}\np: touch a");
    session.load(mm::script::parse(&script).expect("a script that reads"));
    session.run_all();
    let mut world = session.world().clone();
    let mut peer = Peer::new();
    versus(
        "random translation over 1 GiB, TLB included, against `OffsetPageTable::translate_addr`",
        TRANSLATIONS,
        || ours(&mut world, &offsets),
        || peer.run(&offsets),
    );
}

fn ours(world: &mut mm::world::World, offsets: &[u64]) -> Duration {
    let task = world.rest.virt.task_named("p").expect("the process of the script");
    let mm = world.rest.virt.mm_of(task);
    let mut tr = Trace::new(Detail::Off);
    time(|| {
        let mut sum = 0_u64;
        for offset in offsets {
            let va = VirtAddr(BASE + offset);
            let pa = world.rest.virt.translate_access(CpuId(0), mm, va, Access::Read, &mut tr);
            sum = sum.wrapping_add(pa.map_or(0, |pa| pa.0));
        }
        black_box(sum);
    })
    .0
}

/// Tables of the peer: in its own memory, entries hold host addresses.
struct Peer {
    root: Box<PageTable>,
    _tables: Vec<Box<PageTable>>,
}

impl Peer {
    fn new() -> Peer {
        let flags = PageTableFlags::PRESENT | PageTableFlags::WRITABLE | PageTableFlags::USER_ACCESSIBLE;
        let address = |table: &PageTable| x86_64::PhysAddr::new(std::ptr::from_ref(table).addr() as u64);
        let mut tables = Vec::new();
        let mut pmd = Box::new(PageTable::new());
        for at in 0..512_usize {
            let mut pte = Box::new(PageTable::new());
            for page in 0..512_usize {
                let frame = ((at * 512 + page) as u64 + 0x1000) << 12;
                pte[page].set_addr(x86_64::PhysAddr::new(frame), flags);
            }
            pmd[at].set_addr(address(&pte), flags);
            tables.push(pte);
        }
        let mut pud = Box::new(PageTable::new());
        pud[0].set_addr(address(&pmd), flags);
        let mut root = Box::new(PageTable::new());
        root[64].set_addr(address(&pud), flags);
        tables.push(pmd);
        tables.push(pud);
        Peer { root, _tables: tables }
    }

    #[expect(unsafe_code, reason = "the peer reads its tables through raw addresses")]
    fn run(&mut self, offsets: &[u64]) -> Duration {
        // SAFETY: every entry holds the address of a table that `self` keeps alive, so physical
        // addresses are host addresses, at offset zero.
        let table = unsafe { OffsetPageTable::new(&mut self.root, x86_64::VirtAddr::zero()) };
        time(|| {
            let mut sum = 0_u64;
            for offset in offsets {
                let pa = table.translate_addr(x86_64::VirtAddr::new(BASE + offset));
                sum = sum.wrapping_add(pa.map_or(0, |pa| pa.as_u64()));
            }
            black_box(sum);
        })
        .0
    }
}
