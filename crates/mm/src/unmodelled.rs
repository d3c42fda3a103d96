//! What 6.1 has and the model has not: its files, calls, options and counters, by name.
//!
//! Whoever asks for one of them must not get the kernel's errno for something that is not there,
//! nor a similar word that means another thing. This is data; the sentence is `mm-view`'s. What
//! the model learns is found before anybody looks here, so that a name may stay.

mod files;
mod words;

use core::ops::RangeInclusive;

use crate::config::Arch;
use crate::errno::{Errno, Refusal};
use crate::sysctl::ints;
use crate::virt::TaskId;
use crate::world::World;

pub use words::{Origin, arch_origin, is_advice, is_boot_key, is_mmap_word, is_smaps_line, verb_origin};

/// What a path that nothing in the model reads is to 6.1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PathKind {
    /// A file.
    File,
    /// A directory.
    Directory,
    /// Nothing.
    Absent,
}

/// Returns what 6.1 has at `path` on a machine like this.
pub fn path_kind(world: &World, path: &str) -> PathKind {
    let (path, is_slashed) = match path.strip_suffix('/') {
        Some(path) => (path, true),
        None => (path, false),
    };
    let known = task_path(world, path).unwrap_or_else(|| machine_path(world.config.arch, path));
    let known = if is_of_no_node(world, path) { PathKind::Absent } else { known };
    match known {
        // `/proc/meminfo/` is no file.
        PathKind::File if is_slashed => PathKind::Absent,
        PathKind::File | PathKind::Directory | PathKind::Absent => known,
    }
}

/// Returns whether 6.1 has a tunable of this name in `/proc/sys/vm`.
pub fn is_tunable(arch: Arch, name: &str) -> bool {
    machine_path(arch, &format!("/proc/sys/vm/{name}")) == PathKind::File
}

/// Returns what comes of writing to a path that nothing in the model writes: 6.1's own errno where
/// it is known, such as for a value that the tunable does not take.
pub fn write(world: &World, path: &str, text: &str) -> Refusal {
    match path_kind(world, path) {
        PathKind::Directory => Errno::EISDIR.into(),
        PathKind::Absent => Errno::ENOENT.into(),
        PathKind::File => {
            let taken = || range(path).map_or(Ok(()), |range| ints::one(text.trim(), range).map(|_| ()));
            let refused = refusal_of(files::READ_ONLY, path).or_else(|| taken().err());
            refused.map_or(Refusal::NotModelled, Refusal::from)
        }
    }
}

/// Returns what comes of reading a file of 6.1 that nothing in the model reads: the errno of one
/// that can only be written, which root does not get around either.
pub fn read(path: &str) -> Refusal {
    refusal_of(files::WRITE_ONLY, path).map_or(Refusal::NotModelled, Refusal::from)
}

/// Looks for a file in folders that answer alike.
fn refusal_of(folders: &[(&str, &str, Errno)], path: &str) -> Option<Errno> {
    let is_there = |folder: &str, names: &str| match within(folder, path) {
        Within::At(name) => has(names, name),
        Within::Above | Within::Elsewhere => false,
    };
    folders.iter().find(|(folder, names, _)| is_there(folder, names)).map(|&(.., errno)| errno)
}

/// Returns the numbers that 6.1 takes for a tunable, where it asks for more than a number.
fn range(path: &str) -> Option<RangeInclusive<i32>> {
    let name = path.strip_prefix("/proc/sys/vm/")?;
    let known = files::RANGES.iter().find(|(names, ..)| has(names, name));
    known.map(|&(_, first, last)| first..=last)
}

/// Tests whether a list of words has one.
fn has(list: &str, name: &str) -> bool {
    list.split_ascii_whitespace().any(|word| word == name)
}

/// Returns what a path under `/proc/PID` is; `None` for one that is not of a process.
fn task_path(world: &World, path: &str) -> Option<PathKind> {
    let rest = path.strip_prefix("/proc/")?;
    let (who, file) = rest.split_once('/').unwrap_or((rest, ""));
    let task = match who.parse() {
        Ok(pid) => Some(TaskId(pid)),
        Err(_) => world.rest.virt.task_named(who),
    };
    let lives = |task| world.rest.virt.tasks.get(task).is_some_and(|task| task.alive);
    let is_there = ["self", "thread-self"].contains(&who) || task.is_some_and(lives);
    let of_process = |file| match file {
        "" => PathKind::Directory,
        file if has(files::OF_PROCESS, file) => PathKind::File,
        file => below(files::OF_PROCESS, file),
    };
    is_there.then(|| of_process(file))
}

/// Returns whether one of `names` lies below the directory `name`.
fn below(names: &str, name: &str) -> PathKind {
    let is_in = |path: &str| path.strip_prefix(name).is_some_and(|rest| rest.starts_with('/'));
    if names.split_ascii_whitespace().any(is_in) { PathKind::Directory } else { PathKind::Absent }
}

/// Returns whether a path is of a node that the machine does not have.
fn is_of_no_node(world: &World, path: &str) -> bool {
    let rest = path.strip_prefix("/sys/devices/system/node/node");
    let number = rest.and_then(|rest| rest.split('/').next()?.parse::<usize>().ok());
    rest.is_some() && number.is_none_or(|number| number >= world.phys.nodes().len())
}

fn machine_path(arch: Arch, path: &str) -> PathKind {
    let mut kind = PathKind::Absent;
    for (on, folder, names) in files::OF_MACHINE {
        if on.is_some_and(|on| on != arch) {
            continue;
        }
        match within(folder, path) {
            Within::Above => kind = PathKind::Directory,
            // Whether there is something of this name only its files tell.
            Within::At("") if folder.ends_with('*') => {}
            Within::At("") => kind = PathKind::Directory,
            Within::At(name) if has(names, name) => return PathKind::File,
            Within::At(name) if below(names, name) == PathKind::Directory => kind = PathKind::Directory,
            Within::At(_) | Within::Elsewhere => {}
        }
    }
    kind
}

/// How a path stands to a folder.
enum Within<'a> {
    /// The path leads to it.
    Above,
    /// The path lies in it under this name; an empty one is the folder itself.
    At(&'a str),
    /// Neither.
    Elsewhere,
}

/// Compares a path with a folder, part by part; `*` in the folder stands for any one name, what
/// stands before it included: `node*`.
fn within<'a>(folder: &str, path: &'a str) -> Within<'a> {
    let mut rest = path;
    for part in folder.split('/').skip(1) {
        let Some(below) = rest.strip_prefix('/') else {
            return if rest.is_empty() { Within::Above } else { Within::Elsewhere };
        };
        let end = below.find('/').unwrap_or(below.len());
        let (found, after) = below.split_at(end);
        let fits = match part.split_once('*') {
            Some((start, _)) => found.strip_prefix(start).is_some_and(|name| !name.is_empty()),
            None => found == part,
        };
        if !fits {
            return Within::Elsewhere;
        }
        rest = after;
    }
    match rest.strip_prefix('/') {
        Some(name) => Within::At(name),
        None => Within::At(""),
    }
}

#[cfg(test)]
mod tests;
