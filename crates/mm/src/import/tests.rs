//! Dumps that cannot be read say where; dumps that can become machines that the checker likes.

use super::freelists::{CarriedTypes, FreelistsState};
use super::replay::{Verdict, replay_script};
use super::text::{DumpError, Expected};
use crate::check::phys::check;
use crate::phys::Phys;
use crate::rng::Rng;
use crate::units::{count, index64};

const DUMP: &str = "\
zone node=0 name=DMA start_pfn=1 spanned=4095 present=3998 managed=3840 free=3808 min=22 low=27 high=32 boost=0 \
lowmem_reserve=0,431,431,431,431 highatomic=0 flags=0x0 diff=-2, stat_threshold=2
 free order=1 mt=U: 290
 free order=2 mt=U: 292
 free order=3 mt=U: 296
 free order=4 mt=U: 304
 free order=6 mt=U: 320
 free order=7 mt=U: 384
 free order=9 mt=M: 512
 free order=10 mt=M: 1024+3
 pcp cpu=0 count=1 high=27 batch=1 free_factor=0
 pcplist cpu=0 index=0 order=0 mt=U: 289
 pageblocks order=9 first_pfn=0 types=UMMMMMMM
end
";

#[test]
fn a_dump_becomes_a_machine() {
    let state = FreelistsState::parse(DUMP).expect("a dump");
    let phys = Phys::from_freelists(&state, &state.machine());
    assert_eq!(check(&phys), []);
    assert_eq!(state.zones[0].listed_pages(), 3807);
}

#[track_caller]
fn assert_refused(from: &str, to: &str, line: u32, expected: Expected) {
    assert!(DUMP.contains(from), "{from} is in the dump");
    let text = DUMP.replacen(from, to, 1);
    assert_eq!(FreelistsState::parse(&text), Err(DumpError { line, expected }), "{to}");
}

#[test]
fn a_wrong_dump_says_where() {
    assert_refused("zone node=0", "note node=0", 1, Expected::State);
    assert_refused("name=DMA", "name=DNA", 1, Expected::ZoneName);
    assert_refused("min=22 ", "", 1, Expected::Field("min"));
    assert_refused("min=22", "min=many", 1, Expected::Number("min"));
    assert_refused("min=22", "min=-1", 1, Expected::Number("min"));
    assert_refused("managed=3840", "managed=3999", 1, Expected::Number("managed"));
    assert_refused("order=10", "order=11", 9, Expected::Order);
    assert_refused("mt=M: 512", "mt=X: 512", 8, Expected::MigrateType);
    assert_refused("1024+3", "1025+3", 9, Expected::Runs);
    assert_refused("1024+3", "1024+4", 9, Expected::Runs);
    assert_refused("1024+3", "1024+", 9, Expected::Runs);
    assert_refused("types=UM", "types=UX", 12, Expected::MigrateType);
    assert_refused("index=0", "index=14", 11, Expected::Number("index"));
    assert_refused("index=0", "index=3", 1, Expected::Order);
    assert_refused("mt=U: 289", "mt=U: 290", 1, Expected::DisjointBlocks);
    assert_refused("mt=U: 290", "mt=U: 290 290", 1, Expected::DisjointBlocks);
    assert_refused("count=1", "count=9", 1, Expected::Number("count"));
    assert_refused("free_factor=0", "free_factor=9", 1, Expected::Number("free_factor"));
}

#[test]
fn no_text_is_too_strange() {
    let words: Vec<&str> = DUMP.split_inclusive([' ', '\n', '=', ':', ',']).collect();
    let mut rng = Rng::new(3);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..4000 {
        let mut text = words.clone();
        for _ in 0..1 + rng.below(3) {
            let at = index64(rng.below(u64::from(count(text.len()))));
            text[at] = *rng.pick(&words);
        }
        match FreelistsState::parse(&text.concat()) {
            Ok(state) => {
                Phys::from_freelists(&state, &state.machine());
                read += 1;
            }
            Err(_) => refused += 1,
        }
    }
    assert!(read > 100 && refused > 100, "{read} read, {refused} refused");
}

/// Replays what was done from [`DUMP`] on.
fn replay(done: &str) -> Result<Verdict, DumpError> {
    replay_script(&format!("{DUMP}{done}"), &mut CarriedTypes::default())
}

#[test]
fn answers_are_held_against_pfn_zone_and_number() {
    let exact = |done: &str| replay(done).map(|verdict| (verdict.exact, verdict.compared));
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
        let verdict = replay(&DUMP.replacen(from, to, 1)).expect("two dumps");
        assert!(!verdict.is_exact(), "{to}");
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
    let verdict = replay("a n1 0 0x2001 291 DMA\nfa mode=fifo order=0: 290\n").expect("a difference");
    assert_eq!((verdict.stopped_at, verdict.first.is_some()), (Some(15), true));
}
