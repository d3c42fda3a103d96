//! Tunables that belong to no single subsystem, and writing to tunables by their paths.
//!
//! A path of `/proc/sys/vm` or `/sys/kernel/mm` is written as `echo` would; what the kernel
//! refuses is an errno. Reading them is text, and text is the host's.

use crate::config::ThpMode;
use crate::errno::Errno;
use crate::store::{Digest, Journal, Table, TableId};
use crate::trace::Trace;
use crate::units::count;
use crate::world::World;

/// Where the mode of transparent huge pages stands.
pub const THP_ENABLED: &str = "/sys/kernel/mm/transparent_hugepage/enabled";
/// Where the size of the emergency reserve stands.
pub const MIN_FREE_KBYTES: &str = "/proc/sys/vm/min_free_kbytes";
/// Where the distance of the marks stands.
pub const WATERMARK_SCALE_FACTOR: &str = "/proc/sys/vm/watermark_scale_factor";
/// Where the boost after mixing pageblocks stands.
pub const WATERMARK_BOOST_FACTOR: &str = "/proc/sys/vm/watermark_boost_factor";

/// Every path that can be written.
pub const PATHS: &[&str] = &[THP_ENABLED, MIN_FREE_KBYTES, WATERMARK_SCALE_FACTOR, WATERMARK_BOOST_FACTOR];

/// Largest distance of the marks, a tenth of a zone in 1/10000 (6.1 `kernel/sysctl.c`: 3000 since
/// 6.1 allows 30 %).
const SCALE_FACTOR_MAX: u64 = 3000;

const THP: u32 = 0;

/// Tunables as journaled words.
#[derive(Clone, Debug)]
pub struct Sysctl {
    words: Table,
}

impl Sysctl {
    /// Makes tunables with this mode of transparent huge pages.
    pub fn new(thp: ThpMode) -> Sysctl {
        let mut words = Table::new(TableId::Sysctl, 1);
        words.restore(u64::from(THP), thp_code(thp));
        Sysctl { words }
    }

    /// Returns the mode of transparent huge pages.
    pub fn thp(&self) -> ThpMode {
        ThpMode::ALL[crate::units::index64(self.words.get(THP))]
    }

    fn set_thp(&mut self, mode: ThpMode, journal: &mut Journal) {
        self.words.set(THP, thp_code(mode), journal);
    }

    /// Puts back a word without recording it: for undo and redo only.
    pub fn restore(&mut self, index: u64, value: u64) {
        self.words.restore(index, value);
    }

    /// Mixes the state into `digest`.
    pub fn digest(&self, digest: &mut Digest) {
        self.words.digest(digest);
    }
}

fn thp_code(mode: ThpMode) -> u64 {
    let at = ThpMode::ALL.iter().position(|&other| other == mode);
    u64::from(count(at.expect("every mode is listed")))
}

/// Writes `text` to the file at `path`.
///
/// # Errors
/// `ENOENT` for a file that is not modelled, `EINVAL` for a value the kernel does not take.
pub fn write(world: &mut World, path: &str, text: &str, tr: &mut Trace) -> Result<(), Errno> {
    let text = text.trim();
    match path {
        THP_ENABLED => write_thp(world, text, tr),
        MIN_FREE_KBYTES => {
            world.phys.set_min_free_kbytes(number(text, u64::from(u32::MAX >> 1))?, tr);
            Ok(())
        }
        WATERMARK_SCALE_FACTOR => {
            let factor = number(text, SCALE_FACTOR_MAX)?;
            if factor == 0 {
                return Err(Errno::EINVAL);
            }
            world.phys.set_watermark_scale_factor(factor, tr);
            Ok(())
        }
        WATERMARK_BOOST_FACTOR => {
            world.phys.set_watermark_boost_factor(number(text, u64::from(u32::MAX >> 1))?, tr);
            Ok(())
        }
        _ => Err(Errno::ENOENT),
    }
}

fn number(text: &str, most: u64) -> Result<u64, Errno> {
    let value: u64 = text.parse().map_err(|_| Errno::EINVAL)?;
    if value > most { Err(Errno::EINVAL) } else { Ok(value) }
}

/// Turning huge pages on raises the reserve to what khugepaged recommends; turning them off
/// puts back what the size of memory gives. 6.1 `mm/khugepaged.c: set_recommended_min_free_kbytes`.
fn write_thp(world: &mut World, text: &str, tr: &mut Trace) -> Result<(), Errno> {
    let mode = ThpMode::ALL.into_iter().find(|mode| mode.name() == text).ok_or(Errno::EINVAL)?;
    let was = world.sysctl.thp();
    world.sysctl.set_thp(mode, tr);
    match (was, mode) {
        (ThpMode::Never, ThpMode::Always | ThpMode::Madvise) => world.phys.recommend_min_free_kbytes(tr),
        (ThpMode::Always | ThpMode::Madvise, ThpMode::Never) => world.phys.recalculate_min_free_kbytes(tr),
        (ThpMode::Never, ThpMode::Never)
        | (ThpMode::Always | ThpMode::Madvise, ThpMode::Always | ThpMode::Madvise) => {}
    }
    Ok(())
}
