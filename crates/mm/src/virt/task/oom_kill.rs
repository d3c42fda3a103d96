//! The OOM killer: when memory cannot be had in any other way, a process pays.
//!
//! The one whose death frees most is chosen. It dies when it next runs in user mode: one that
//! waits at once, for the allocator lets it run; the one that asks, after what it is doing
//! now, and until then it may use reserves. (The kernel's reaper would take memory from a
//! victim that does not die within two seconds: here every victim does.) Mirrors 6.1
//! `mm/oom_kill.c`: `out_of_memory`, `select_bad_process`, `oom_badness`, `oom_kill_process`.

use std::sync::Arc;

use crate::config::CpuId;
use crate::errno::{SiCode, Signal, Signo};
use crate::func::Func;
use crate::gfp::Gfp;
use crate::klog::{AllocFailure, Asked, OutOfMemory, Record, RecordId, TaskState};
use crate::phys::Phys;
use crate::phys::relief::{FailedAlloc, Kill, OomControl};
use crate::phys::zone::vmstat::VmEvent;
use crate::rest::{Ctx, Rest};
use crate::trace::Trace;
use crate::units::{Bytes, Order, VirtAddr, signed};
use crate::virt::task::Task;
use crate::virt::{MmCounter, TaskId, Virt};

/// What the OOM killer did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// It was called.
    Invoked {
        /// Process that asks for memory; `None` for the kernel itself.
        task: Option<TaskId>,
        /// Order wanted.
        order: Order,
        /// Flags of the request.
        gfp: Gfp,
    },
    /// The process that asks is dying already: its memory will come free.
    AlreadyDying {
        /// The process.
        task: TaskId,
    },
    /// Nobody is killed for a caller that may not call filesystems.
    LeftToOthers {
        /// Flags of the request.
        gfp: Gfp,
    },
    /// A process was weighed (`oom_badness`).
    Weighed {
        /// The process.
        task: TaskId,
        /// What counts against it; `None` for one that must be spared.
        points: Option<i64>,
        /// Its resident pages.
        rss: u64,
        /// Its pages in swap.
        swapents: u64,
        /// Pages of its tables.
        pgtables: u64,
        /// Its adjustment, in thousandths of memory.
        oom_score_adj: i16,
    },
    /// A process got `SIGKILL` (`mark_victim`).
    Killed {
        /// The process.
        task: TaskId,
        /// What counted against it.
        points: i64,
        /// Whether it is the one that asked.
        asked: bool,
    },
    /// No process may be killed: the kernel panics.
    NobodyToKill,
    /// A report went into the log: `dmesg` prints it.
    Logged {
        /// Its number.
        record: RecordId,
    },
}

/// Name under which the kernel itself asks.
const KERNEL_COMM: &str = "kernel";

impl Virt {
    /// Returns the process that runs on `cpu`; `None` while the kernel works for itself.
    pub fn current(&self, cpu: CpuId) -> Option<TaskId> {
        let pid = crate::units::low32(self.current.get(u32::from(cpu.0)));
        (pid != 0).then_some(TaskId(pid))
    }

    /// Lets `task` run on `cpu`, or the kernel itself.
    pub fn set_current(&mut self, cpu: CpuId, task: Option<TaskId>, tr: &mut Trace) {
        self.current.set(u32::from(cpu.0), task.map_or(0, |task| u64::from(task.0)), tr);
    }

    /// Returns whether a process was chosen to die and has not died yet (`tsk_is_oom_victim`).
    pub fn is_dying(&self, task: TaskId) -> bool {
        self.tasks.get(task).is_some_and(|task| task.alive && task.oom_victim)
    }

    fn asked(&self, cpu: CpuId, order: Order, gfp: Gfp) -> Asked {
        let task = self.current(cpu).and_then(|task| self.tasks.get(task));
        let comm = task.map_or_else(|| Arc::from(KERNEL_COMM), |task| Arc::clone(&task.name));
        Asked { comm, order, gfp }
    }

    /// Returns what reports say of a process.
    fn task_state(&self, id: TaskId, task: &Task) -> TaskState {
        let counter = |counter| self.mm_counter(task.mm, counter);
        TaskState {
            task: id,
            comm: Arc::clone(&task.name),
            total_vm: counter(MmCounter::TotalVm),
            rss: [MmCounter::AnonPages, MmCounter::FilePages, MmCounter::ShmemPages].map(counter),
            pgtables: Bytes(counter(MmCounter::PgtablesBytes)),
            swapents: counter(MmCounter::SwapEntries),
            oom_score_adj: task.oom_score_adj,
        }
    }

    /// Returns what counts against a living process on a machine of `total_pages`; `None` for
    /// one that must be spared (`oom_badness`).
    pub fn oom_badness(&self, id: TaskId, total_pages: u64) -> Option<i64> {
        let task = self.tasks.get(id).filter(|task| task.alive)?;
        self.task_state(id, task).badness(total_pages)
    }

    /// Returns what the killer thinks of a process in thousandths of memory, moved up and down to stay above 0;
    /// 0 for one that it spares (6.1 `fs/proc/base.c: proc_oom_score`).
    pub fn oom_score(&self, id: TaskId, total_pages: u64) -> i64 {
        self.oom_badness(id, total_pages)
            .map_or(0, |points| (1000 + points * 1000 / signed(total_pages)) * 2 / 3)
    }
}

impl Rest {
    /// Writes the report of a request that failed.
    pub(crate) fn log_failure(&mut self, phys: &Phys, failed: FailedAlloc, tr: &mut Trace) {
        let FailedAlloc { order, gfp, cpu } = failed;
        tr.span(Func::WarnAlloc, |tr| {
            let asked = self.virt.asked(cpu, order, gfp);
            let failure = AllocFailure { asked, mem: phys.show_mem(cpu) };
            self.print(Record::AllocFailure(Box::new(failure)), tr);
        });
    }
}

impl Ctx<'_> {
    /// Finds somebody to kill for a request.
    pub(crate) fn out_of_memory(&mut self, control: OomControl, tr: &mut Trace) -> Kill {
        tr.span(Func::OutOfMemory, |tr| self.find_victim(control, tr))
    }

    fn find_victim(&mut self, control: OomControl, tr: &mut Trace) -> Kill {
        let OomControl { order, gfp, cpu, node: _ } = control;
        let virt = &self.rest.virt;
        let current = virt.current(cpu);
        if let Some(task) = current.filter(|&task| virt.is_dying(task)) {
            tr.emit(Event::AlreadyDying { task });
            return Kill::Victim;
        }
        if !gfp.contains(Gfp::FS) {
            tr.emit(Event::LeftToOthers { gfp });
            return Kill::LeftToOthers;
        }
        tr.emit(Event::Invoked { task: current, order, gfp });
        let living = virt.tasks.iter().filter(|(_, task)| task.alive);
        let tasks: Vec<TaskState> = living.map(|(id, task)| virt.task_state(id, task)).collect();
        let chosen = select(self.phys, &tasks, tr);
        let adj = current.and_then(|task| virt.tasks.get(task)).map_or(0, |task| task.oom_score_adj);
        let report = OutOfMemory {
            asked: virt.asked(cpu, order, gfp),
            oom_score_adj: adj,
            mem: self.phys.show_mem(cpu),
            victim: chosen.map(|(at, _)| tasks[at].clone()),
            tasks,
        };
        let victim = report.victim.as_ref().map(|victim| victim.task);
        self.rest.print(Record::OutOfMemory(Box::new(report)), tr);
        let (Some(victim), Some((_, points))) = (victim, chosen) else {
            tr.emit(Event::NobodyToKill);
            return Kill::Nobody;
        };
        self.kill(victim, points, tr);
        Kill::Victim
    }

    /// Kills a process: at once, unless it is the one that runs.
    fn kill(&mut self, victim: TaskId, points: i64, tr: &mut Trace) {
        tr.span(Func::OomKillProcess, |tr| {
            self.phys.count(VmEvent::OomKill, 1, tr);
            self.rest.virt.tasks.update(victim, tr, |task| {
                task.oom_victim = true;
                task.last_signal = Some(SIGKILL);
            });
            let asked = self.rest.virt.current(self.cpu) == Some(victim);
            tr.emit(Event::Killed { task: victim, points, asked });
            if !asked {
                self.exit(victim, tr);
            }
        });
    }

    /// Lets a process that was chosen to die do so, now that it returns to user mode; returns
    /// the signal that ended it.
    pub fn deliver_kill(&mut self, task: TaskId, tr: &mut Trace) -> Option<Signal> {
        if !self.rest.virt.is_dying(task) {
            return None;
        }
        self.exit(task, tr);
        Some(SIGKILL)
    }
}

/// What a victim gets.
const SIGKILL: Signal =
    Signal { signo: Signo::Sigkill, code: SiCode::SiKernel, addr: VirtAddr(0), error_code: 0 };

/// Weighs the processes; returns the place and the points of the worst, the newest of equals.
fn select(phys: &Phys, tasks: &[TaskState], tr: &mut Trace) -> Option<(usize, i64)> {
    let total = phys.managed_pages();
    let mut worst: Option<(usize, i64)> = None;
    for (at, task) in tasks.iter().enumerate() {
        let points = task.badness(total);
        tr.emit(Event::Weighed {
            task: task.task,
            points,
            rss: task.rss_pages(),
            swapents: task.swapents,
            pgtables: task.pgtables.pages_up(),
            oom_score_adj: task.oom_score_adj,
        });
        if let Some(points) = points
            && worst.is_none_or(|(_, most)| points >= most)
        {
            worst = Some((at, points));
        }
    }
    worst
}
