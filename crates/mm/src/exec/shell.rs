//! `cat`, `echo`, `dmesg`, `sleep`: files as the host writes them, tunables, and time.

use super::compact::CompactJob;
use super::read::ReadJob;
use super::sleep::SleepJob;
use super::{Job, looked, refused};
use crate::errno::Errno;
use crate::host::{Host, HostFile};
use crate::outcome::{Answer, Value};
use crate::script::{Command, ShellCommand, Verb};
use crate::shell;
use crate::sysctl;
use crate::trace::Trace;
use crate::units::count;
use crate::unmodelled;
use crate::world::World;

pub(super) fn start(call: &ShellCommand, world: &World, host: Host) -> Job {
    let path = match call {
        ShellCommand::Cat(path) => path.as_str(),
        ShellCommand::Dmesg => shell::LOG,
        ShellCommand::Echo(_) | ShellCommand::Sleep(_) => return restart(call),
    };
    match (host.file)(world, path) {
        HostFile::Text(text) => Job::Read(ReadJob::of(text)),
        HostFile::Areas { task, print } => Job::Read(ReadJob::by_areas(task, print, world)),
        HostFile::Directory => refused(Errno::EISDIR),
        HostFile::NotModelled => refused(unmodelled::read(path)),
        HostFile::Absent => refused(Errno::ENOENT),
    }
}

/// Takes a command up for the state that it leaves.
pub(super) fn restart(call: &ShellCommand) -> Job {
    match call {
        ShellCommand::Echo(echo) if echo.path.as_str() == sysctl::COMPACT_MEMORY => {
            Job::Compact(CompactJob::default())
        }
        ShellCommand::Echo(_) => Job::Whole,
        ShellCommand::Sleep(time) => Job::Sleep(SleepJob::new(*time)),
        ShellCommand::Cat(path) if sysctl::reading_renews(path.as_str()) => Job::Read(ReadJob::default()),
        ShellCommand::Cat(_) | ShellCommand::Dmesg => looked(),
    }
}

/// Answers with the text of a file, and does the little that reading it changes.
pub(super) fn read(world: &mut World, command: &Command, text: String, tr: &mut Trace) -> Answer {
    if let Verb::Shell(ShellCommand::Cat(path)) = &command.verb {
        sysctl::after_reading(world, path.as_str(), tr);
    }
    tr.emit(shell::Event::Read { bytes: u64::from(count(text.len())) });
    Ok(Value::Text(text)).into()
}

pub(super) fn whole(world: &mut World, call: &ShellCommand, tr: &mut Trace) -> Answer {
    let ShellCommand::Echo(echo) = call else { unreachable!("has a job of its own") };
    let (path, text) = (echo.path.as_str(), echo.text.as_str());
    match sysctl::write(world, path, text, tr) {
        Ok(()) => {
            tr.emit(shell::Event::Wrote);
            Ok(Value::Nothing)
        }
        // What the model has not at this path, 6.1 may have.
        Err(Errno::ENOENT) => Err(unmodelled::write(world, path, text)),
        Err(errno) => Err(errno.into()),
    }
    .into()
}
