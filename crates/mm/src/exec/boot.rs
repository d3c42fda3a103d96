//! `boot`: makes a machine and puts it in the place of the present one.

use super::{Job, refused};
use crate::config::{Arch, MachineConfig};
use crate::errno::Errno;
use crate::import::freelists::FreelistsState;
use crate::outcome::{Answer, Value};
use crate::phys::boot::RAM_MIN;
use crate::phys::vmstat::ZoneStat;
use crate::script::Boot;
use crate::session::Host;
use crate::shell;
use crate::trace::Trace;
use crate::units::Bytes;
use crate::world::World;

/// RAM that i386 without PAE can address.
const I386_RAM_MAX: Bytes = Bytes(4 << 30);

/// Makes the machine that `boot` describes.
pub(super) fn prepare(boot: &Boot, host: Host) -> Job {
    // What these keys ask for is not modelled; refusing is better than ignoring.
    if boot.preset.is_some() || boot.movablecore.is_some() || boot.kernelcore.is_some() || boot.cma.is_some()
    {
        return refused(Errno::ENODEV);
    }
    if [boot.pae, boot.aslr].contains(&Some(crate::script::Switch::On)) {
        return refused(Errno::ENODEV);
    }
    match &boot.state {
        None => fresh(boot),
        Some(name) => captured(boot, name.as_str(), host),
    }
}

fn config_of(boot: &Boot) -> MachineConfig {
    let default = MachineConfig::default();
    MachineConfig {
        arch: boot.arch.unwrap_or(default.arch),
        ram: boot.ram.unwrap_or(default.ram),
        cpus: boot.cpus.unwrap_or(default.cpus),
        nodes: boot.nodes.unwrap_or(default.nodes),
        thp: boot.thp,
        seed: boot.seed.unwrap_or(default.seed),
    }
}

fn fresh(boot: &Boot) -> Job {
    let config = config_of(boot);
    if config.arch == Arch::I386 && (config.ram > I386_RAM_MAX || config.nodes > 1) {
        return refused(Errno::EINVAL);
    }
    if config.ram.0 / u64::from(config.nodes) < RAM_MIN.0 {
        return refused(Errno::ENOMEM);
    }
    Job::Boot(Box::new(World::boot(config)))
}

fn captured(boot: &Boot, name: &str, host: Host) -> Job {
    // The capture says what the machine is made of.
    let fixed = boot.ram.is_some() || boot.arch.is_some() || boot.cpus.is_some() || boot.nodes.is_some();
    if fixed {
        return refused(Errno::EINVAL);
    }
    let Some(text) = (host.state)(name) else {
        return refused(Errno::ENOENT);
    };
    let Ok(state) = FreelistsState::parse(&text) else {
        return refused(Errno::EINVAL);
    };
    let machine = state.machine();
    let config = MachineConfig { thp: boot.thp, seed: boot.seed.unwrap_or(machine.seed), ..machine };
    Job::Boot(Box::new(World::from_freelists(&state, config)))
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
