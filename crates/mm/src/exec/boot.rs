//! `boot`: makes a machine and puts it in the place of the present one.

use super::Job;
use crate::config::{Arch, MachineConfig};
use crate::errno::Errno;
use crate::import::freelists::FreelistsState;
use crate::outcome::{Answer, Value};
use crate::phys::boot::RAM_MIN;
use crate::phys::vmstat::ZoneStat;
use crate::preset::Preset;
use crate::script::{Boot, Switch};
use crate::session::Host;
use crate::shell::{self, NotBooted};
use crate::trace::Trace;
use crate::units::Bytes;
use crate::world::World;

/// RAM in which a page is pinned in each MB: a quarter of a million pages.
const PINNED_RAM_MAX: Bytes = Bytes(256 << 30);
/// RAM that i386 without PAE can address.
const I386_RAM_MAX: Bytes = Bytes(4 << 30);

/// Makes the machine that `boot` describes.
pub(super) fn prepare(boot: &Boot, host: Host) -> Job {
    machine(boot, host).unwrap_or_else(|why| {
        let answer = Err(errno_of(why).into()).into();
        Job::Answered(answer, shell::Event::NotBooted { why })
    })
}

fn errno_of(why: NotBooted) -> Errno {
    match why {
        NotBooted::NoState => Errno::ENOENT,
        NotBooted::BadState
        | NotBooted::StateIsFixed
        | NotBooted::TooMuchForI386
        | NotBooted::TooMuchToPin => Errno::EINVAL,
        NotBooted::TooLittle => Errno::ENOMEM,
        NotBooted::Pae | NotBooted::Aslr | NotBooted::Cma => Errno::ENODEV,
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
        ..base
    }
}

fn fresh(boot: &Boot) -> Result<Job, NotBooted> {
    let config = config_of(boot);
    if config.arch == Arch::I386 && (config.ram > I386_RAM_MAX || config.nodes > 1) {
        return Err(NotBooted::TooMuchForI386);
    }
    if config.ram.0 / u64::from(config.nodes) < RAM_MIN.0 {
        return Err(NotBooted::TooLittle);
    }
    if config.pinned.is_some() && config.ram > PINNED_RAM_MAX {
        return Err(NotBooted::TooMuchToPin);
    }
    Ok(Job::Boot(Box::new(World::boot(config))))
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
    ];
    if made_of.contains(&true) {
        return Err(NotBooted::StateIsFixed);
    }
    let text = (host.state)(name).ok_or(NotBooted::NoState)?;
    let state = FreelistsState::parse(&text).map_err(|_| NotBooted::BadState)?;
    let machine = state.machine();
    let config = MachineConfig { thp: boot.thp, seed: boot.seed.unwrap_or(machine.seed), ..machine };
    Ok(Job::Boot(Box::new(World::from_freelists(&state, config))))
}

/// Puts the new machine in place.
pub(super) fn replace(world: &mut World, machine: &mut World, tr: &mut Trace) -> Answer {
    core::mem::swap(world, machine);
    let (managed, present) = (world.managed_pages(), world.present_pages());
    let zones = world.phys.zones().iter().map(|(id, _)| id);
    let free = zones.map(|zone| world.phys.vmstat.zone(zone, ZoneStat::NrFreePages)).sum();
    tr.emit(shell::Event::Booted { managed, present, free });
    Answer { result: Ok(Value::Booted { managed, present }), booted: true }
}
