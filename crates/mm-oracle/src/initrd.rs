//! The initial RAM disk of a captured machine: the boot loader's matter, told by a log of the boot.

use mm::config::MachineConfig;
use mm::import::text::{DumpError, Expected};
use mm::phys::boot::initrd_max;
use mm::units::{Bytes, count};

use super::{Folder, Skipped, Stop};

/// Where logs of the boot are.
const LOGS: [&str; 3] = ["dmesg.txt", "facts/dmesg-mm.txt", "dmesg-mm.txt"];

impl Folder<'_> {
    /// Returns the machine with the RAM disk that a log tells of, if one does.
    ///
    /// # Errors
    /// The line of the log, when the machine has not that much RAM, or boots with less here.
    pub(super) fn with_initrd(&self, machine: MachineConfig) -> Result<MachineConfig, Stop> {
        let told = |name: &'static str| {
            let text = self.near(name)?;
            let (line, size) = text.lines().enumerate().find_map(|(at, line)| Some((at, size_of(line)?)))?;
            Some((name, count(line) + 1, size))
        };
        let Some((name, line, size)) = LOGS.into_iter().find_map(told) else { return Ok(machine) };
        if size > machine.ram {
            let damage = DumpError { line, expected: Expected::Machine };
            return Err(Stop::from(damage).in_file(name));
        }
        let most = initrd_max(&machine);
        if size > most {
            return Err(Skipped::LargeInitrd { file: name.to_owned(), line, most }.into());
        }
        Ok(MachineConfig { initrd: Some(size), ..machine })
    }
}

/// Reads `RAMDISK: [mem 0x...-0x...]` or `Freeing initrd memory: 3424K`.
fn size_of(line: &str) -> Option<Bytes> {
    if let Some((_, range)) = line.split_once("RAMDISK: [mem 0x") {
        let (start, end) = range.trim_end().strip_suffix(']')?.split_once("-0x")?;
        let [start, end] = [start, end].map(|at| u64::from_str_radix(at, 16).ok());
        return Some(Bytes(end?.checked_add(1)?.checked_sub(start?)?));
    }
    let (_, size) = line.split_once("Freeing initrd memory: ")?;
    let kib: u64 = size.trim_end().strip_suffix('K')?.parse().ok()?;
    Some(Bytes(kib.checked_mul(1024)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(log: &str) -> Result<Option<Bytes>, Stop> {
        let read = |name: &str| (name == "../dmesg.txt").then(|| log.to_owned());
        let folder = Folder { names: &[], read: &read };
        folder.with_initrd(MachineConfig::default()).map(|machine| machine.initrd)
    }

    #[test]
    fn a_log_tells_the_size() {
        assert_eq!(
            machine("Linux\n[ 0.01] RAMDISK: [mem 0x1fc88000-0x1ffdffff]\n"),
            Ok(Some(Bytes(3424 << 10)))
        );
        assert_eq!(machine("[ 0.98] Freeing initrd memory: 1040K\n"), Ok(Some(Bytes(1040 << 10))));
        for text in ["", "RAMDISK: [mem 0x9-0x1]", "RAMDISK: [mem 0x-", "Freeing initrd memory: K"] {
            assert_eq!(machine(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn a_disk_that_the_machine_cannot_hold_is_damage() {
        for size in ["0x1ffffffff", "0xffffffffffff", "0xfffffffffffffffe"] {
            let told = machine(&format!("Linux\nRAMDISK: [mem 0x0-{size}]"));
            let damage = DumpError { line: 2, expected: Expected::Machine };
            assert_eq!(told, Err(Stop::from(damage).in_file("dmesg.txt")), "{size}");
        }
    }

    #[test]
    fn a_disk_that_the_model_does_not_boot_with_is_told_as_that() {
        let most = initrd_max(&MachineConfig::default());
        let told = machine(&format!("Freeing initrd memory: {}K", (most.0 >> 10) + 4));
        let large = Skipped::LargeInitrd { file: "dmesg.txt".into(), line: 1, most };
        assert_eq!(told, Err(large.into()));
        let at_most = machine(&format!("Freeing initrd memory: {}K", most.0 >> 10));
        assert_eq!(at_most, Ok(Some(most)));
    }
}
