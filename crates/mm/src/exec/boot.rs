//! `boot`: makes a machine and puts it in the place of the present one.

use super::{Job, Poll, Work, WorkUnit};
use crate::config::{Arch, MachineConfig};
use crate::errno::{Errno, Refusal};
use crate::host::{Host, HostState};
use crate::import::freelists::FreelistsState;
use crate::import::kernel_text::{TextKind, recognise};
use crate::import::text::{DumpError, Expected};
use crate::outcome::{Answer, Value};
use crate::phys::boot::{I386_RAM_MAX, RAM_MIN, initrd_max};
use crate::phys::zone::vmstat::ZoneStat;
use crate::preset::Preset;
use crate::script::{Boot, Switch};
use crate::shell::{self, NotBooted};
use crate::trace::Trace;
use crate::units::Bytes;
use crate::world::{Booting, World};

/// RAM that i386 with PAE can address.
const PAE_RAM_MAX: Bytes = Bytes(64 << 30);
/// RAM in which a page is pinned in each MB: the structs of all its pages are written.
const PINNED_RAM_MAX: Bytes = Bytes(32 << 30);

/// Makes the machine that `boot` describes.
pub(super) fn prepare(boot: &Boot, host: Host) -> Job {
    machine(boot, host).unwrap_or_else(|why| {
        let answer = Err(refusal_of(why)).into();
        Job::Answered(answer, shell::Event::NotBooted { why })
    })
}

/// 6.1 runs with PAE and the like; a state is the script's own matter, and so is its errno.
fn refusal_of(why: NotBooted) -> Refusal {
    match why {
        NotBooted::NoState => Errno::ENOENT.into(),
        NotBooted::Unreadable => Errno::EIO.into(),
        NotBooted::NoText { .. }
        | NotBooted::OtherText(_)
        | NotBooted::BadState(_)
        | NotBooted::StateIsFixed
        | NotBooted::TooMuchForI386
        | NotBooted::NodesOfI386 => Errno::EINVAL.into(),
        NotBooted::TooLittle => Errno::ENOMEM.into(),
        NotBooted::InitrdTooLarge { .. }
        | NotBooted::NeedsPae
        | NotBooted::Pae
        | NotBooted::Aslr
        | NotBooted::Cma
        | NotBooted::TooMuchToPin => Refusal::NotModelled,
    }
}

fn machine(boot: &Boot, host: Host) -> Result<Job, NotBooted> {
    // What these keys ask for is not modelled; refusing is better than ignoring.
    if boot.pae == Some(Switch::On) {
        return Err(NotBooted::Pae);
    }
    if boot.aslr == Some(Switch::On) {
        return Err(NotBooted::Aslr);
    }
    if boot.cma.is_some() {
        return Err(NotBooted::Cma);
    }
    match &boot.state {
        None => fresh(boot),
        Some(name) => captured(boot, name.as_str(), host),
    }
}

/// Returns the machine that the line describes: the preset's, changed by the other keys.
fn config_of(boot: &Boot) -> MachineConfig {
    let base = boot.preset.map_or_else(MachineConfig::default, Preset::config);
    MachineConfig {
        arch: boot.arch.unwrap_or(base.arch),
        ram: boot.ram.unwrap_or(base.ram),
        cpus: boot.cpus.unwrap_or(base.cpus),
        nodes: boot.nodes.unwrap_or(base.nodes),
        thp: boot.thp.or(base.thp),
        seed: boot.seed.unwrap_or(base.seed),
        movablecore: boot.movablecore.or(base.movablecore),
        kernelcore: boot.kernelcore.or(base.kernelcore),
        initrd: boot.initrd.or(base.initrd),
        ..base
    }
}

fn fresh(boot: &Boot) -> Result<Job, NotBooted> {
    let config = config_of(boot);
    if config.arch == Arch::I386 {
        fits_i386(&config)?;
    }
    if config.ram.0 / u64::from(config.nodes) < RAM_MIN.0 {
        return Err(NotBooted::TooLittle);
    }
    let most = initrd_max(&config);
    if config.initrd.is_some_and(|initrd| initrd > most) {
        return Err(NotBooted::InitrdTooLarge { most });
    }
    if config.pinned.is_some() && config.ram > PINNED_RAM_MAX {
        return Err(NotBooted::TooMuchToPin);
    }
    Ok(Job::Boot(BootJob::Booting(Box::new(Booting::new(config)))))
}

fn fits_i386(config: &MachineConfig) -> Result<(), NotBooted> {
    match () {
        () if config.ram > PAE_RAM_MAX => Err(NotBooted::TooMuchForI386),
        () if config.ram > I386_RAM_MAX => Err(NotBooted::NeedsPae),
        () if config.nodes > 1 => Err(NotBooted::NodesOfI386),
        () => Ok(()),
    }
}

fn captured(boot: &Boot, name: &str, host: Host) -> Result<Job, NotBooted> {
    // The capture says what the machine is made of.
    let made_of = [
        boot.ram.is_some(),
        boot.arch.is_some(),
        boot.cpus.is_some(),
        boot.nodes.is_some(),
        boot.movablecore.is_some(),
        boot.kernelcore.is_some(),
        boot.initrd.is_some(),
    ];
    if made_of.contains(&true) {
        return Err(NotBooted::StateIsFixed);
    }
    let state = match (host.state)(name) {
        HostState::Text(text) => read_state(&text)?,
        HostState::Bytes { text, line } => {
            return Err(recognise(&text).map_or(NotBooted::NoText { line }, NotBooted::OtherText));
        }
        HostState::Unreadable => return Err(NotBooted::Unreadable),
        HostState::Absent => return Err(NotBooted::NoState),
    };
    let machine = state.machine();
    let config = MachineConfig { thp: boot.thp, seed: boot.seed.unwrap_or(machine.seed), ..machine };
    Ok(Job::Boot(BootJob::Ready(Box::new(World::from_freelists(&state, config)))))
}

/// Reads the first dump of a text, which another one may follow.
fn read_state(text: &str) -> Result<FreelistsState, NotBooted> {
    let other = recognise(text).filter(|found| found.kind != TextKind::FreeLists);
    match FreelistsState::parse(text) {
        Ok(state) => match cut(text, &state) {
            None => Ok(state),
            Some(error) => Err(NotBooted::BadState(error)),
        },
        Err(error) => Err(other.map_or(NotBooted::BadState(error), NotBooted::OtherText)),
    }
}

/// Tells where a text ends within its dump: a part of the zones makes another machine.
fn cut(text: &str, state: &FreelistsState) -> Option<DumpError> {
    let last = text.lines().last().unwrap_or_default().trim();
    let is_cut = crate::units::count(text.lines().count()) < state.next_line && last != "end";
    is_cut.then_some(DumpError { line: state.next_line, expected: Expected::Line("end") })
}

/// A machine on its way.
#[derive(Debug)]
pub enum BootJob {
    /// It boots.
    Booting(Box<Booting>),
    /// It is ready to replace the present one.
    Ready(Box<World>),
}

impl BootJob {
    pub(super) fn advance(&mut self, world: &mut World, units: u32, tr: &mut Trace) -> Poll {
        match self {
            BootJob::Booting(booting) => match booting.go_on(units) {
                Some(machine) => *self = BootJob::Ready(machine),
                None => {
                    let (done, total) = booting.frames();
                    let blocks = |frames: u64| frames >> PAGEBLOCK_SHIFT;
                    return Poll::Pending(Work::new(WorkUnit::Pageblocks, blocks(done), blocks(total)));
                }
            },
            BootJob::Ready(_) => {}
        }
        match self {
            BootJob::Ready(machine) => Poll::Ready(replace(world, machine, tr)),
            BootJob::Booting(_) => unreachable!("it has booted"),
        }
    }
}

/// Binary logarithm of the frames of a pageblock, each counted twice.
const PAGEBLOCK_SHIFT: u32 = 10;

/// Puts the new machine in place.
fn replace(world: &mut World, machine: &mut World, tr: &mut Trace) -> Answer {
    core::mem::swap(world, machine);
    let (managed, present) = (world.managed_pages(), world.present_pages());
    let zones = world.phys.zones().iter().map(|(id, _)| id);
    let free = zones.map(|zone| world.phys.frames.vmstat.zone(zone, ZoneStat::NrFreePages)).sum();
    tr.emit(shell::Event::Booted { managed, present, free });
    Answer { result: Ok(Value::Booted { managed, present }), booted: true }
}
