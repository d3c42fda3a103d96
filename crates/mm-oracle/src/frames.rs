//! What each frame is used for after boot (`frames`): runs of equal flags of `/proc/kpageflags`.
//!
//! Programs and caches lie where chance has it. Which frames have a page struct and which the
//! kernel took before there was an allocator follows from the machine.

use mm::phys::kpageflags::{KpageFlags, kpage_flags};
use mm::units::Pfn;
use mm::world::World;

use super::{Capture, Class, Comparison, Part, Stop, Tally};

/// Frames as the kernel uses them.
pub const FRAMES: Comparison = Comparison { kind: "frames", recognises: is_frames, compare };

/// The flags that follow from the machine, by the names of the file.
const FLAGS: [(&str, KpageFlags); 2] = [("nopage", KpageFlags::NOPAGE), ("reserved", KpageFlags::RESERVED)];
/// Frames of a section.
const SECTION: u32 = 1 << 15;
/// Frames that a file may tell of: 1 TB.
const FRAMES_MAX: u32 = 1 << 28;

/// Reads `FIRST-LAST FLAG...`.
fn run(line: &str) -> Option<(u32, u32, Vec<&str>)> {
    let mut words = line.split_ascii_whitespace();
    let (first, last) = words.next()?.split_once('-')?;
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last && last < FRAMES_MAX).then(|| (first, last, words.collect()))
}

fn is_frames(capture: &Capture<'_>) -> bool {
    let mut lines = capture.text.lines();
    let is_first = lines.next().and_then(run).is_some_and(|(first, _, _)| first == 0);
    is_first && lines.take(16).all(|line| run(line).is_some()) && capture.text.contains("reserved")
}

fn compare(capture: &Capture<'_>) -> Result<Tally, Stop> {
    let world = World::boot(capture.folder.machine()?);
    let end = world.phys.zones().iter().map(|(_, zone)| zone.end().0).max().unwrap_or(0);
    let mut tally = Tally::default();
    let mut next = 0;
    for (number, line) in (1..).zip(capture.text.lines()) {
        let Some((first, last, flags)) = run(line) else {
            tally.note(Class::Form, number, "a run of frames", false, || {
                (line.to_owned(), "FIRST-LAST FLAGS".into())
            });
            continue;
        };
        tally.compare(Class::Form, number, "first frame of a run", &first, &next);
        if first != next {
            continue;
        }
        next = last + 1;
        // Behind the last section all frames are alike.
        let frames = first..=last.min(end.next_multiple_of(SECTION));
        let mut wrong = [None; FLAGS.len()];
        for pfn in frames {
            let ours = kpage_flags(&world.phys.frames.mem_map, Pfn(pfn)).unwrap_or_default();
            for (wrong, (name, flag)) in wrong.iter_mut().zip(FLAGS) {
                if wrong.is_none() && ours.contains(flag) != flags.contains(&name) {
                    *wrong = Some(pfn);
                }
            }
        }
        for (wrong, (name, _)) in wrong.into_iter().zip(FLAGS) {
            let words = |is: bool| if is { name.to_owned() } else { format!("not {name}") };
            let real = flags.contains(&name);
            let class = Class::against(&false, &real);
            let what = format_args!("frame {}", wrong.unwrap_or(first));
            tally.note(class, number, what, wrong.is_none(), || (words(real), words(!real)));
        }
    }
    tally.note(Class::Form, 0, "the last frame", next >= end, || (next.to_string(), end.to_string()));
    tally.skipped.push(Part::ProgramFlags.into());
    Ok(tally)
}
