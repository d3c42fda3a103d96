//! Dumps that cannot be read say where; dumps that can become machines that the checker likes.

use super::freelists::FreelistsState;
use super::text::{DumpError, Expected};
use crate::check::phys::check;
use crate::phys::Phys;
use crate::rng::Rng;
use crate::units::{count, index64};

const DUMP: &str = include_str!("tests/dma.txt");

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
