//! Where a reader who types a frame, an address, a label or a process is taken to.

use mm::script::{self, AccessCommand, Command, Script, Verb};
use mm::units::VirtAddr;
use mm::world::World;

use crate::panels::Thing;

/// Looks for what a reader typed: a frame's number, an address, a label with an offset, or the
/// name of a process.
pub fn find(world: &World, text: &str) -> Option<Thing> {
    let text = text.trim();
    if let Ok(pfn) = text.parse::<u32>() {
        return (pfn < world.phys.frames.mem_map.end().0).then_some(Thing::Frame(pfn));
    }
    if let Some(task) = world.rest.virt.task_named(text) {
        return world.rest.virt.tasks.get(task).map(|task| Thing::Process(task.name.to_string()));
    }
    place(world, address(world, text)?)
}

/// Reads an address as the language does, by reading a command that takes one; `None` for
/// anything else and for a label without a value.
pub(crate) fn address(world: &World, text: &str) -> Option<VirtAddr> {
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let Script { commands, .. } = script::parse(&format!("translate {text}")).ok()?;
    let [Command { verb: Verb::Access(AccessCommand::Translate(address)), expected: None, .. }] =
        commands.as_slice()
    else {
        return None;
    };
    world.address(address)
}

/// Names an address: in its own half the kernel's, else one of the process that has an area
/// there, of the first process where none has.
fn place(world: &World, va: VirtAddr) -> Option<Thing> {
    if is_kernel_half(world, va) {
        return Some(Thing::of_kernel(va.0));
    }
    let mut tasks = world.rest.virt.tasks.iter().map(|(_, task)| task);
    let first = tasks.next()?;
    let has_area = |mm| world.rest.virt.find_vma(mm, va).is_some_and(|area| area.contains(va));
    let owner =
        if has_area(first.mm) { first } else { tasks.find(|task| has_area(task.mm)).unwrap_or(first) };
    Some(Thing::Address { process: owner.name.to_string(), address: va.0 })
}

/// Returns whether an address lies in the kernel's half.
pub(crate) fn is_kernel_half(world: &World, va: VirtAddr) -> bool {
    world.rest.virt.mode.is_canonical(va) && va.0 >= world.rest.virt.kernel_half()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::session;

    #[test]
    fn things_are_found_by_what_they_are_called() {
        let session = session("boot ram=128M\nspawn web\nweb: buf = mmap 64K\nweb: touch buf\n");
        assert_eq!(find(session.world(), " 100 "), Some(Thing::Frame(100)));
        assert_eq!(find(session.world(), "web"), Some(Thing::Process("web".to_owned())));
        let area = find(session.world(), "buf+0x1000");
        assert!(matches!(&area, Some(Thing::Address { process, .. }) if process == "web"), "{area:?}");
        for kernel in ["0xffff888004203000", "0xffffffffffffffff", "0xffffc90000000000"] {
            assert!(find(session.world(), kernel).is_some_and(|thing| thing.is_of_kernel()), "{kernel}");
        }
        for nobodys in ["0x8000000000000000", "0x2000000000000", "buf-17T"] {
            let found = find(session.world(), nobodys);
            assert!(matches!(&found, Some(Thing::Address { process, .. }) if process == "web"), "{found:?}");
        }
        for nobody in ["", "99999999", "buf+", "nobody", "a b", "; exit"] {
            assert_eq!(find(session.world(), nobody), None, "{nobody}");
        }
    }
}
