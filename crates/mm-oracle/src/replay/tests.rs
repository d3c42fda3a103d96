use mm::import::freelists::CarriedTypes;
use mm::import::text::{DumpError, Expected};

use super::replay_script;
use crate::{Skipped, Tally};

const DUMP: &str = include_str!("../../../mm/src/import/tests/dma.txt");

/// Replays what was done from [`DUMP`] on.
fn replay(done: &str) -> Result<Tally, DumpError> {
    replay_script(&format!("{DUMP}{done}"), &mut CarriedTypes::default())
}

#[test]
fn answers_are_held_against_pfn_zone_and_number() {
    let exact = |done: &str| replay(done).map(|tally| (tally.counts.all().exact, tally.compared()));
    assert_eq!(exact("a n1 0 0x2001 289 DMA\n"), Ok((2, 2)));
    assert_eq!(exact("a n1 0 0x2001 288 DMA\n"), Ok((1, 2)));
    assert_eq!(exact("a n1 0 0x2001 289 DMA32\n"), Ok((1, 2)));
    assert_eq!(exact("aa order=0 gfp=0x2001: 289 290+1\naa got=2 of=2\n"), Ok((3, 3)));
    assert_eq!(exact("aa order=0 gfp=0x2001: 289 290+1\naa got=3 of=2\n"), Ok((2, 3)));
}

#[test]
fn a_later_dump_differs_by_any_number() {
    for (from, to) in [
        ("spanned=4095", "spanned=4096"),
        ("present=3998", "present=3999"),
        ("min=22", "min=23"),
        ("high=32", "high=33"),
        ("lowmem_reserve=0,431", "lowmem_reserve=0,432"),
        ("highatomic=0", "highatomic=512"),
        ("stat_threshold=2", "stat_threshold=3"),
        ("types=UMMMMMMM", "types=UMMMMUMM"),
    ] {
        let tally = replay(&DUMP.replacen(from, to, 1)).expect("two dumps");
        assert!(!tally.is_exact(), "{to}");
    }
    assert!(replay(DUMP).expect("two dumps").is_exact());
}

#[test]
fn what_cannot_be_freed_is_refused() {
    let line = 14;
    let in_use = Err(DumpError { line, expected: Expected::FrameInUse });
    // Beyond memory, free already, and not the head of such a block.
    for done in
        ["fa mode=fifo order=0: 99999\n", "fa mode=fifo order=0: 512\n", "fa mode=fifo order=2: 257\n"]
    {
        assert_eq!(replay(done), in_use, "{done}");
    }
    let done = "a n1 0 0x2001 289 DMA\nf n1 0 290\n";
    assert_eq!(replay(done), Err(DumpError { line: 15, expected: Expected::Name }));
    // Where the answers differ already, it is no damage that a frame is free.
    let tally = replay("a n1 0 0x2001 291 DMA\nfa mode=fifo order=0: 290\n").expect("a difference");
    assert_eq!((tally.first.is_some(), tally.skipped), (true, vec![Skipped::Diverged { line: 15 }]));
}
