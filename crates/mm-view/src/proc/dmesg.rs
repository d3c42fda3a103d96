//! What `dmesg` prints, without time stamps: what the kernel said when it started, then reports
//! of failed requests and of the OOM killer.
//!
//! Lines and fields as 6.1 prints them (`mm/page_alloc.c: warn_alloc`, `show_free_areas`,
//! `lib/show_mem.c`, `mm/oom_kill.c: dump_header`, `dump_tasks`, `__oom_kill_process`); those
//! of what is not modelled (call trace, pools of huge pages, poisoned pages) are left out.

use core::fmt::Write as _;

use super::boot_log::boot_log;
use mm::config::Arch;
use mm::gfp::Gfp;
use mm::klog::{AllocFailure, Asked, OutOfMemory, Record, SlabFailure, SlabNode, TaskState};
use mm::phys::zone::ZoneKind;
use mm::phys::zone::migratetype::MigrateType;
use mm::phys::zone::show_mem::{MemInfo, NodeMem, ZoneMem};
use mm::phys::zone::vmstat::{NodeStat, ZoneStat};
use mm::slab::kmem_cache::order_of;
use mm::slab::{Geometry, KmemCache};
use mm::world::World;

/// A report being written.
struct Report<'a> {
    world: &'a World,
    out: String,
}

/// Writes the whole log.
pub(super) fn dmesg(world: &World) -> String {
    let mut report = Report { world, out: boot_log(world) };
    for (_, record) in world.rest.log.iter() {
        match record {
            Record::AllocFailure(failure) => report.failure(failure),
            Record::OutOfMemory(oom) => report.out_of_memory(oom),
            Record::SlabFailure(failure) => report.slab_failure(failure),
            Record::UnexpectedGfp { invalid, fixed } => report.unexpected_gfp(*invalid, *fixed),
        }
    }
    report.out
}

macro_rules! line {
    ($report:expr, $($arg:tt)*) => { let _ = writeln!($report.out, $($arg)*); };
}

/// Converts pages to kilobytes.
const fn kb(pages: u64) -> u64 {
    pages * 4
}

/// Writes flags as `%#x(%pGg)`: no flag has no name there.
fn mode(gfp: Gfp) -> String {
    format!("{:#x}({})", gfp.bits(), names(gfp))
}

/// Writes flags as `%#x (%pGg)`.
fn spaced_mode(gfp: Gfp) -> String {
    format!("{:#x} ({})", gfp.bits(), names(gfp))
}

fn names(gfp: Gfp) -> String {
    if gfp == Gfp::NONE { String::new() } else { gfp.to_string() }
}

impl Report<'_> {
    fn is_numa(&self) -> bool {
        self.world.config.arch == Arch::X86_64
    }

    fn failure(&mut self, failure: &AllocFailure) {
        let AllocFailure { asked: Asked { comm, order, gfp }, mem } = failure;
        let gfp = mode(*gfp);
        let allowed = self.mems_allowed();
        line!(self, "{comm}: page allocation failure: order:{order}, mode:{gfp}, nodemask=(null),{allowed}");
        self.mem_info(mem);
    }

    /// Writes that a cache got no slab, 6.1 `mm/slub.c: slab_out_of_memory`.
    fn slab_failure(&mut self, failure: &SlabFailure) {
        let KmemCache { name, geometry, .. } = &failure.cache;
        // No caller of ours asks for a node.
        line!(self, "SLUB: Unable to allocate memory on node -1, gfp={}", mode(failure.gfp));
        let Geometry { object_size, size, order, min_order, .. } = geometry;
        line!(
            self,
            "  cache: {name}, object size: {object_size}, buffer size: {size}, default order: {order}, min order: {min_order}"
        );
        if order_of(u64::from(*object_size)).is_some_and(|needed| *min_order > needed) {
            line!(self, "  {name} debugging increased min order, use slub_debug=O to disable.");
        }
        for SlabNode { node, slabs, objects, free } in &failure.nodes {
            line!(self, "  node {}: slabs: {slabs}, objs: {objects}, free: {free}", node.0);
        }
    }

    /// Writes which flags were left out, 6.1 `mm/slab_common.c: kmalloc_fix_flags`.
    fn unexpected_gfp(&mut self, invalid: Gfp, fixed: Gfp) {
        let [invalid, fixed] = [invalid, fixed].map(spaced_mode);
        line!(self, "Unexpected gfp: {invalid}. Fixing up to gfp: {fixed}. Fix your code!");
    }

    /// Writes which nodes tasks may use: a machine without cpusets has one for all.
    fn mems_allowed(&self) -> String {
        match self.world.phys.nodes().len() {
            1 => "cpuset=/,mems_allowed=0".into(),
            nodes => format!("cpuset=/,mems_allowed=0-{}", nodes - 1),
        }
    }

    fn out_of_memory(&mut self, oom: &OutOfMemory) {
        let OutOfMemory { asked: Asked { comm, order, gfp }, oom_score_adj, mem, tasks, victim } = oom;
        let gfp = mode(*gfp);
        line!(
            self,
            "{comm} invoked oom-killer: gfp_mask={gfp}, order={order}, oom_score_adj={oom_score_adj}"
        );
        self.mem_info(mem);
        line!(self, "Tasks state (memory values in pages):");
        line!(self, "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name");
        for task in tasks {
            self.task(task);
        }
        match victim {
            Some(victim) => self.killed(victim),
            None => {
                line!(self, "Out of memory and no killable processes...");
                line!(self, "Kernel panic - not syncing: System is deadlocked on memory");
            }
        }
    }

    fn task(&mut self, state: &TaskState) {
        let TaskState { task, comm, total_vm, pgtables, swapents, oom_score_adj, rss: _ } = state;
        let (pid, rss, pgtables) = (task.0, state.rss_pages(), pgtables.0);
        line!(
            self,
            "[{pid:>7}] {uid:>5} {pid:>5} {total_vm:>8} {rss:>8} {pgtables:>8} {swapents:>8}         {oom_score_adj:>5} {comm}",
            uid = 0
        );
    }

    fn killed(&mut self, victim: &TaskState) {
        let TaskState { task, comm, total_vm, rss, pgtables, oom_score_adj, swapents: _ } = victim;
        let (pid, allowed) = (task.0, self.mems_allowed());
        line!(
            self,
            "oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),{allowed},global_oom,task_memcg=/,task={comm},pid={pid},uid=0"
        );
        let [anon, file, shmem] = rss.map(kb);
        line!(
            self,
            "Out of memory: Killed process {pid} ({comm}) total-vm:{}kB, anon-rss:{anon}kB, file-rss:{file}kB, shmem-rss:{shmem}kB, UID:0 pgtables:{}kB oom_score_adj:{oom_score_adj}",
            kb(*total_vm),
            pgtables.0 >> 10
        );
    }

    fn mem_info(&mut self, mem: &MemInfo) {
        line!(self, "Mem-Info:");
        self.totals(mem);
        for node in &mem.nodes {
            self.node(node);
        }
        for zone in &mem.zones {
            self.zone(zone);
        }
        for zone in &mem.zones {
            self.free_blocks(zone);
        }
        let all = |item| -> u64 { mem.nodes.iter().map(|node| node.get(item)).sum() };
        line!(self, "{} total pagecache pages", all(NodeStat::NrFilePages));
        line!(self, "{} pages in swap cache", all(NodeStat::NrSwapcached));
        line!(self, "Free swap  = 0kB\nTotal swap = 0kB");
        let present: u64 = mem.zones.iter().map(|zone| zone.present).sum();
        let managed: u64 = mem.zones.iter().map(|zone| zone.managed).sum();
        let high = mem.zones.iter().filter(|zone| self.is_high(zone.kind)).map(|zone| zone.present);
        let high: u64 = high.sum();
        line!(self, "{present} pages RAM\n{high} pages HighMem/MovableOnly");
        line!(self, "{} pages reserved", present - managed);
    }

    /// Returns whether a zone's pages have no permanent kernel address.
    fn is_high(&self, kind: ZoneKind) -> bool {
        let has_high = self.world.phys.kinds().contains(&ZoneKind::HighMem);
        has_high && matches!(kind, ZoneKind::HighMem | ZoneKind::Movable)
    }

    fn totals(&mut self, mem: &MemInfo) {
        let node = |item| -> u64 { mem.nodes.iter().map(|node| node.get(item)).sum() };
        let zone = |item| -> u64 { mem.zones.iter().map(|zone| zone.get(item)).sum() };
        let free_pcp: u64 = mem.zones.iter().map(|zone| zone.free_pcp).sum();
        line!(
            self,
            "active_anon:{} inactive_anon:{} isolated_anon:{}\n active_file:{} inactive_file:{} isolated_file:{}\n \
             unevictable:{} dirty:{} writeback:{}\n slab_reclaimable:{} slab_unreclaimable:{}\n \
             mapped:{} shmem:{} pagetables:{}\n sec_pagetables:{} bounce:{}\n \
             kernel_misc_reclaimable:{}\n free:{} free_pcp:{} free_cma:{}",
            node(NodeStat::NrActiveAnon),
            node(NodeStat::NrInactiveAnon),
            node(NodeStat::NrIsolatedAnon),
            node(NodeStat::NrActiveFile),
            node(NodeStat::NrInactiveFile),
            node(NodeStat::NrIsolatedFile),
            node(NodeStat::NrUnevictable),
            node(NodeStat::NrDirty),
            node(NodeStat::NrWriteback),
            node(NodeStat::NrSlabReclaimable),
            node(NodeStat::NrSlabUnreclaimable),
            node(NodeStat::NrMapped),
            node(NodeStat::NrShmem),
            node(NodeStat::NrPageTablePages),
            node(NodeStat::NrSecPageTablePages),
            zone(ZoneStat::NrBounce),
            node(NodeStat::NrKernelMiscReclaimable),
            zone(ZoneStat::NrFreePages),
            free_pcp,
            zone(ZoneStat::NrFreeCma),
        );
    }

    fn node(&mut self, node: &NodeMem) {
        let pages = |item| kb(node.get(item));
        line!(
            self,
            "Node {} active_anon:{}kB inactive_anon:{}kB active_file:{}kB inactive_file:{}kB unevictable:{}kB \
             isolated(anon):{}kB isolated(file):{}kB mapped:{}kB dirty:{}kB writeback:{}kB shmem:{}kB shmem_thp: {}kB shmem_pmdmapped: {}kB anon_thp: {}kB \
             writeback_tmp:{}kB kernel_stack:{}kB pagetables:{}kB sec_pagetables:{}kB all_unreclaimable? no",
            node.node.0,
            pages(NodeStat::NrActiveAnon),
            pages(NodeStat::NrInactiveAnon),
            pages(NodeStat::NrActiveFile),
            pages(NodeStat::NrInactiveFile),
            pages(NodeStat::NrUnevictable),
            pages(NodeStat::NrIsolatedAnon),
            pages(NodeStat::NrIsolatedFile),
            pages(NodeStat::NrMapped),
            pages(NodeStat::NrDirty),
            pages(NodeStat::NrWriteback),
            pages(NodeStat::NrShmem),
            pages(NodeStat::NrShmemHugepages),
            pages(NodeStat::NrShmemPmdmapped),
            pages(NodeStat::NrAnonTransparentHugepages),
            pages(NodeStat::NrWritebackTemp),
            node.get(NodeStat::NrKernelStack),
            pages(NodeStat::NrPageTablePages),
            pages(NodeStat::NrSecPageTablePages),
        );
    }

    /// Writes how a line about a zone begins: a kernel without nodes names none.
    fn zone_name(&self, zone: &ZoneMem) -> String {
        let name = zone.kind.name();
        if self.is_numa() { format!("Node {} {name}", zone.node.0) } else { name.into() }
    }

    fn zone(&mut self, zone: &ZoneMem) {
        let name = self.zone_name(zone);
        let [min, low, high] = zone.marks.map(kb);
        let pages = |item| kb(zone.get(item));
        line!(
            self,
            "{name} free:{}kB boost:{}kB min:{min}kB low:{low}kB high:{high}kB reserved_highatomic:{}KB \
             active_anon:{}kB inactive_anon:{}kB active_file:{}kB inactive_file:{}kB unevictable:{}kB \
             writepending:{}kB present:{}kB managed:{}kB mlocked:{}kB bounce:{}kB free_pcp:{}kB \
             local_pcp:{}kB free_cma:{}kB",
            pages(ZoneStat::NrFreePages),
            kb(zone.boost),
            kb(zone.highatomic),
            pages(ZoneStat::NrZoneActiveAnon),
            pages(ZoneStat::NrZoneInactiveAnon),
            pages(ZoneStat::NrZoneActiveFile),
            pages(ZoneStat::NrZoneInactiveFile),
            pages(ZoneStat::NrZoneUnevictable),
            pages(ZoneStat::NrZoneWritePending),
            kb(zone.present),
            kb(zone.managed),
            pages(ZoneStat::NrMlock),
            pages(ZoneStat::NrBounce),
            kb(zone.free_pcp),
            kb(zone.local_pcp),
            pages(ZoneStat::NrFreeCma),
        );
        let reserve: String = zone.reserve.iter().map(|pages| format!(" {pages}")).collect();
        line!(self, "lowmem_reserve[]:{reserve}");
    }

    /// Writes the free blocks by order, with a letter for each type among them.
    fn free_blocks(&mut self, zone: &ZoneMem) {
        let _ = write!(self.out, "{}: ", self.zone_name(zone));
        let mut total = 0;
        for ((count, types), size) in zone.free.iter().zip((0..).map(|order| 4u64 << order)) {
            let _ = write!(self.out, "{count}*{size}kB ");
            total += count * size;
            if *count > 0 {
                let letters: String = types.iter().copied().map(letter).collect();
                let _ = write!(self.out, "({letters}) ");
            }
        }
        line!(self, "= {total}kB");
    }
}

/// Returns the letter of a migrate type (`show_migration_types`).
const fn letter(mt: MigrateType) -> char {
    match mt {
        MigrateType::Unmovable => 'U',
        MigrateType::Movable => 'M',
        MigrateType::Reclaimable => 'E',
        MigrateType::HighAtomic => 'H',
        MigrateType::Cma => 'C',
        MigrateType::Isolate => 'I',
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use mm::config::MachineConfig;
    use mm::units::{Bytes, Order};
    use mm::virt::TaskId;

    use super::*;

    /// What a real 6.1 printed when a process had filled 320 MB; the call trace is left out.
    const REAL: &str = "\
t invoked oom-killer: gfp_mask=0x140dca(GFP_HIGHUSER_MOVABLE|__GFP_COMP|__GFP_ZERO), order=0, oom_score_adj=0
Mem-Info:
active_anon:14 inactive_anon:15788 isolated_anon:0
 active_file:4 inactive_file:1 isolated_file:0
 unevictable:3128 dirty:0 writeback:0
 slab_reclaimable:2632 slab_unreclaimable:1619
 mapped:607 shmem:0 pagetables:49
 sec_pagetables:0 bounce:0
 kernel_misc_reclaimable:0
 free:831 free_pcp:27 free_cma:0
Node 0 active_anon:56kB inactive_anon:63152kB active_file:16kB inactive_file:4kB unevictable:12512kB isolated(anon):0kB isolated(file):0kB mapped:2428kB dirty:0kB writeback:0kB shmem:0kB shmem_thp: 0kB shmem_pmdmapped: 0kB anon_thp: 0kB writeback_tmp:0kB kernel_stack:784kB pagetables:196kB sec_pagetables:0kB all_unreclaimable? yes
Node 0 DMA free:1076kB boost:0kB min:116kB low:144kB high:172kB reserved_highatomic:0KB active_anon:0kB inactive_anon:12624kB active_file:0kB inactive_file:0kB unevictable:36kB writepending:0kB present:15992kB managed:15360kB mlocked:0kB bounce:0kB free_pcp:0kB local_pcp:0kB free_cma:0kB
lowmem_reserve[]: 0 241 241 241 241
Node 0 DMA32 free:2248kB boost:2048kB min:4008kB low:4496kB high:4984kB reserved_highatomic:0KB active_anon:56kB inactive_anon:50532kB active_file:16kB inactive_file:4kB unevictable:12456kB writepending:0kB present:311168kB managed:258496kB mlocked:0kB bounce:0kB free_pcp:108kB local_pcp:108kB free_cma:0kB
lowmem_reserve[]: 0 0 0 0 0
Node 0 DMA: 1*4kB (M) 0*8kB 1*16kB (U) 1*32kB (U) 0*64kB 2*128kB (UM) 1*256kB (M) 1*512kB (M) 0*1024kB 0*2048kB 0*4096kB = 1076kB
Node 0 DMA32: 2*4kB (UM) 0*8kB 4*16kB (U) 6*32kB (UM) 13*64kB (UM) 9*128kB (UM) 0*256kB 0*512kB 0*1024kB 0*2048kB 0*4096kB = 2248kB
3133 total pagecache pages
0 pages in swap cache
Free swap  = 0kB
Total swap = 0kB
81790 pages RAM
0 pages HighMem/MovableOnly
13326 pages reserved
Tasks state (memory values in pages):
[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name
[     95]     0    95      565      400    28672        0             0 init
[    193]     0   193    23922    15938   163840        0             0 t
oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/,task=t,pid=193,uid=0
Out of memory: Killed process 193 (t) total-vm:95688kB, anon-rss:63032kB, file-rss:720kB, shmem-rss:0kB, UID:0 pgtables:160kB oom_score_adj:0
";

    fn state(pid: u32, comm: &str, total_vm: u64, rss: [u64; 3], pgtables: u64) -> TaskState {
        let (task, comm, pgtables) = (TaskId(pid), Arc::from(comm), Bytes(pgtables));
        TaskState { task, comm, total_vm, rss, pgtables, swapents: 0, oom_score_adj: 0 }
    }

    /// Puts one sign for each number and each set of type letters, so that forms can be compared.
    fn form(line: &str) -> String {
        let mut form = String::new();
        for word in line.split(' ').filter(|word| !word.starts_with('(')) {
            let digits = word.replace(|c: char| c.is_ascii_digit(), "#");
            let mut last = ' ';
            let once = digits.chars().filter(|&c| core::mem::replace(&mut last, c) != '#' || c != '#');
            form.extend(once.chain([' ']));
        }
        form.replace("? yes", "? no")
    }

    #[test]
    fn a_report_has_the_lines_that_a_real_one_has() {
        let world = World::boot(MachineConfig { ram: Bytes(320 << 20), ..MachineConfig::default() });
        let init = state(95, "init", 565, [0, 400, 0], 28672);
        let t = state(193, "t", 23922, [15758, 180, 0], 163_840);
        let gfp = Gfp::HIGHUSER_MOVABLE | Gfp::COMP | Gfp::ZERO;
        let oom = OutOfMemory {
            asked: Asked { comm: Arc::from("t"), order: Order::ZERO, gfp },
            oom_score_adj: 0,
            mem: world.phys.show_mem(mm::config::CpuId(0)),
            tasks: vec![init, t.clone()],
            victim: Some(t),
        };
        let mut report = Report { world: &world, out: String::new() };
        report.out_of_memory(&oom);
        let forms = |text: &str| -> Vec<String> { text.lines().map(form).collect() };
        assert_eq!(forms(&report.out), forms(REAL));
        // What names processes and the machine has the very numbers.
        let fixed = |line: &&str| {
            ["t invoked", "[", "oom-kill", "Out of", "lowmem"].iter().any(|start| line.starts_with(start))
                || line.ends_with("RAM")
        };
        let [ours, real] = [&report.out, REAL].map(|text| text.lines().filter(fixed).collect::<Vec<_>>());
        assert_eq!(ours, real);
    }
}
