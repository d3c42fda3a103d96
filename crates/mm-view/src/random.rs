//! A script made by chance, for readers who want to poke at something they have not seen.
//!
//! Every command of it succeeds: regions that exist are touched, blocks that are held are
//! freed. The seed makes it, so a link to it shows the same to everybody.

use core::fmt::Write;

use mm::rng::Rng;

const MACHINES: &[&str] =
    &["ram=128M", "ram=512M", "ram=512M cpus=2", "ram=1G nodes=2", "ram=6G", "ram=512M arch=i386"];
const SIZES_KIB: &[u64] = &[16, 64, 132, 1024, 4096];
const GFPS: &[&str] = &["GFP_KERNEL", "GFP_HIGHUSER_MOVABLE", "GFP_DMA", "GFP_ATOMIC"];
const COMMANDS: u64 = 14;

/// Writes a script; equal seeds give equal scripts.
pub fn story(seed: u64) -> String {
    let mut rng = Rng::new(seed);
    let mut script = format!("# seed {seed}\nboot {} thp=never\nspawn a\nspawn b\n", rng.pick(MACHINES));
    let (mut regions, mut blocks) = (Vec::new(), Vec::new());
    for at in 0..COMMANDS {
        let line = command(&mut rng, at, &mut regions, &mut blocks);
        let _ = writeln!(script, "{line}");
    }
    script.push_str("cat /proc/buddyinfo\n");
    script
}

/// A region of a process: who, label number, size.
type Region = (char, u64, u64);

fn command(rng: &mut Rng, at: u64, regions: &mut Vec<Region>, blocks: &mut Vec<u64>) -> String {
    let choice = rng.below(6);
    if choice < 2 || regions.is_empty() {
        let region = (*rng.pick(&['a', 'b']), at, *rng.pick(SIZES_KIB));
        regions.push(region);
        return format!("{}: m{at} = mmap {}K", region.0, region.2);
    }
    let (who, label, kib) = *rng.pick(regions);
    let offset = rng.below(kib / 4) * 4;
    match choice {
        2 => format!("{who}: write m{label}+{offset}K"),
        3 => format!("{who}: touch m{label}"),
        4 => match blocks.pop() {
            Some(block) => format!("kernel: free_pages k{block}"),
            None => {
                blocks.push(at);
                format!("kernel: k{at} = alloc_pages order={} gfp={}", rng.below(6), rng.pick(GFPS))
            }
        },
        _ => format!("{who}: translate m{label}+{offset}K"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_command_of_a_story_succeeds() {
        for seed in 0..60 {
            let text = super::story(seed);
            let session = crate::tests::session(&text);
            let failed: Vec<_> = session.unexpected().map(|(record, _)| record.command.to_string()).collect();
            assert!(failed.is_empty(), "{failed:?} in\n{text}");
        }
    }
}
