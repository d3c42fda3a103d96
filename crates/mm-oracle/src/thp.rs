//! Huge pages in faults: experiments of one program, each with its faults and counters (`thp.txt`).
//!
//! A line says the mode, where memory begins within 2 MB, how it is used and whether it was
//! advised; the model does the same in a process of its own. The program takes 4 MB more than it
//! uses and begins at the first multiple of 2 MB; a length of 0K is one byte. Lines with blanks in
//! front go on with the memory of the line above. Resident sizes lag in a real kernel and are left out.

use mm::config::{CpuId, MachineConfig};
use mm::phys::zone::vmstat::VmEvent;
use mm::sysctl;
use mm::trace::{Detail, Trace};
use mm::units::{Bytes, PAGE_SIZE, VirtAddr};
use mm::virt::area::madvise::Advice;
use mm::virt::area::mmap::MmapRequest;
use mm::virt::area::vma::VmFlags;
use mm::virt::paging::walk::Access;
use mm::virt::task::Layout;
use mm::virt::{TaskCounter, TaskId};
use mm::world::World;

use super::{Capture, Class, Comparison, Skipped, Stop, Tally};

/// Experiments with huge pages.
pub const THP: Comparison = Comparison { kind: "huge pages", recognises: is_thp, compare };

const CPU: CpuId = CpuId(0);
/// Memory that the program maps beyond what it uses.
const SPARE: u64 = 4 << 20;
/// RAM of the machine: any amount from which huge pages are on by themselves does the same.
const RAM: Bytes = Bytes(1 << 30);

fn is_thp(capture: &Capture<'_>) -> bool {
    capture.text.lines().any(|line| line.starts_with("thp=") && line.contains(" kind="))
}

/// The words `name=value` of a line.
struct Fields<'a>(&'a str);

impl<'a> Fields<'a> {
    fn word(&self, name: &str) -> Option<&'a str> {
        self.0.split_whitespace().find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.word(name)?.trim_end_matches('K').parse().ok()
    }

    /// Returns the counters that moved, as the capture writes them.
    fn counters(&self) -> String {
        let moved = self.0.split_whitespace().filter(|word| word.starts_with("thp_"));
        moved.collect::<Vec<_>>().join(" ")
    }
}

/// A program with its memory.
struct Program {
    task: TaskId,
    start: VirtAddr,
}

struct Lab {
    world: World,
    tr: Trace,
    huge: u64,
    before: Vec<u64>,
    /// Kilobytes in huge pages, as the capture told last of this program.
    last_huge: u64,
}

fn compare(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let world = World::boot(MachineConfig { ram: RAM, ..MachineConfig::default() });
    let huge = world.rest.virt.mode.huge_size();
    let mut lab = Lab { world, tr: Trace::new(Detail::Off), huge, before: Vec::new(), last_huge: 0 };
    let mut tally = Tally::default();
    let mut program: Option<Program> = None;
    for (line, text) in (1..).zip(capture.text.lines()) {
        if let Some(done) = text.strip_prefix(' ').map(str::trim_start) {
            let Some(program) = &program else { continue };
            if !lab.go_on(program, (line, done), &mut tally) {
                tally.skipped.push(Skipped::NotModelled { line, what: done.to_owned() });
                break;
            }
        } else if text.starts_with("thp=") {
            if let Some(old) = program.take() {
                lab.world.ctx(CPU).exit(old.task, &mut lab.tr);
            }
            program = lab.experiment((line, text), &mut tally);
            if program.is_none() {
                tally.skipped.push(Skipped::NotModelled { line, what: text.to_owned() });
                break;
            }
        } else if tally.compared() > 0 {
            tally.skipped.push(Skipped::NotModelled { line, what: text.to_owned() });
            break;
        }
    }
    Ok(tally)
}

impl Lab {
    /// Does what a line says; `None` when the model does not do that.
    fn experiment(&mut self, (line, text): (u32, &str), tally: &mut Tally) -> Option<Program> {
        let fields = Fields(text);
        let kib = |name| fields.number(name).filter(|&kib| kib <= RAM.0 >> 10).map(|kib| kib << 10);
        let (kind, len) = (fields.word("kind")?, kib("len")?.max(1));
        sysctl::write(&mut self.world, sysctl::THP_ENABLED, fields.word("thp")?, &mut self.tr).ok()?;
        let task = self.world.ctx(CPU).spawn("t", Layout::Usual, &mut self.tr).ok()?;
        let as_given = kind == "as-mmap-gave";
        let mapped = Bytes(if as_given { len } else { len + SPARE });
        let at = self.world.ctx(CPU).mmap(task, &MmapRequest::anonymous(mapped), &mut self.tr).ok()?;
        let first = if as_given { at.0 } else { at.0.next_multiple_of(self.huge) };
        let start = VirtAddr(first + kib("off")?);
        let (off, real) = (fields.number("off")?, fields.number("mod2M")?);
        tally.compare(Class::against(&off, &real), line, "mod2M", &real, &((start.0 % self.huge) >> 10));
        self.last_huge = 0;
        self.before = self.counters();
        if fields.number("madv")? == 1 {
            self.world.ctx(CPU).madvise(task, start, Bytes(len), Advice::Hugepage, &mut self.tr).ok()?;
        }
        let faults = match kind {
            "touch1" => self.access(task, start, 1, Access::Write),
            "read-then-write" => self.access(task, start, 1, Access::Read),
            "memset" | "as-mmap-gave" | "mprotect-middle" | "munmap-middle" | "dontneed-middle" => {
                self.access(task, start, len, Access::Write)
            }
            _ => return None,
        };
        self.judge(task, faults, (line, kind, &fields), tally);
        Some(Program { task, start })
    }

    /// Goes on with a program's memory as a line says; returns whether the model does that.
    fn go_on(&mut self, program: &Program, (line, text): (u32, &str), tally: &mut Tally) -> bool {
        let Some((what, result)) = text.split_once(':') else { return false };
        let Program { task, start } = *program;
        let page = Bytes(PAGE_SIZE);
        let (inside, next) = (VirtAddr(start.0 + PAGE_SIZE), VirtAddr(start.0 + self.huge));
        let (tr, huge) = (&mut self.tr, Bytes(self.huge));
        let mut faults = 0;
        let done = match what {
            "then write" => {
                faults = self.access(task, start, 1, Access::Write);
                Ok(())
            }
            "mprotect 1 page in huge #0" => {
                self.world.ctx(CPU).mprotect(task, inside, page, VmFlags::READ, tr)
            }
            "mprotect exactly huge #1" => self.world.ctx(CPU).mprotect(task, next, huge, VmFlags::READ, tr),
            "munmap 1 page" => self.world.ctx(CPU).munmap(task, inside, page, tr),
            "munmap a whole huge page" => self.world.ctx(CPU).munmap(task, next, huge, tr),
            "MADV_DONTNEED 1 page" => self.world.ctx(CPU).madvise(task, inside, page, Advice::Dontneed, tr),
            "MADV_DONTNEED rest of it" => {
                self.world.ctx(CPU).madvise(task, start, huge, Advice::Dontneed, tr)
            }
            _ => return false,
        };
        if done.is_ok() {
            self.judge(task, faults, (line, what, &Fields(result)), tally);
        }
        done.is_ok()
    }

    /// Accesses each page of a range; returns the faults that took.
    fn access(&mut self, task: TaskId, start: VirtAddr, len: u64, access: Access) -> u64 {
        let before = self.world.rest.virt.task_counter(task, TaskCounter::Minflt);
        let mut at = start.0;
        while at < start.0 + len {
            if self.world.ctx(CPU).access(task, VirtAddr(at), access, &mut self.tr).is_err() {
                break;
            }
            at = (at & !(PAGE_SIZE - 1)) + PAGE_SIZE;
        }
        self.world.rest.virt.task_counter(task, TaskCounter::Minflt) - before
    }

    /// Compares what a line tells with what has happened since the line before.
    fn judge(&mut self, task: TaskId, faults: u64, line: (u32, &str, &Fields<'_>), tally: &mut Tally) {
        let (line, what, fields) = line;
        if let Some(real) = fields.number("minflt") {
            let class = Class::against(&0, &real);
            tally.compare(class, line, format_args!("minflt of {what}"), &real, &faults);
        }
        if let Some(real) = fields.number("AnonHuge") {
            let mm = self.world.rest.virt.mm_of(task);
            let sizes = self
                .world
                .rest
                .virt
                .areas(mm)
                .map(|vma| self.world.rest.virt.mem_size(&self.world.phys, mm, vma));
            let ours: u64 = sizes.map(|size| size.anon_huge >> 10).sum();
            let class = Class::against(&self.last_huge, &real);
            tally.compare(class, line, format_args!("AnonHuge of {what}"), &real, &ours);
            self.last_huge = real;
        }
        let now = self.counters();
        let moved = VmEvent::ALL
            .iter()
            .zip(self.before.iter().zip(&now))
            .filter(|(event, (then, now))| event.name().starts_with("thp_") && now > then);
        let ours: Vec<String> =
            moved.map(|(event, (then, now))| format!("{}+{}", event.name(), now - then)).collect();
        let real = fields.counters();
        let class = Class::against("", real.as_str());
        tally.compare(class, line, format_args!("counters of {what}"), &real, &ours.join(" "));
        self.before = now;
    }

    fn counters(&self) -> Vec<u64> {
        VmEvent::ALL.iter().map(|&event| self.world.phys.frames.vmstat.event(event)).collect()
    }
}
