//! The same everywhere: laws and golden traces, held in the browser.
#![cfg(target_arch = "wasm32")]

use mmscope_tests::allocator::{self, Blocks, Checked, machine};
use mmscope_tests::{golden, laws};
use wasm_bindgen_test::wasm_bindgen_test;

/// Seeds; fewer and shorter than natively, the page is a single thread without optimisation here.
const SEEDS: core::ops::Range<u64> = 100..103;
const COMMANDS: u32 = 25;

#[wasm_bindgen_test]
fn laws_hold() {
    SEEDS.for_each(|seed| laws::all(seed, COMMANDS));
}

/// The same numbers of operations as natively.
#[wasm_bindgen_test]
fn the_allocator_agrees_with_a_bitmap() {
    allocator::run::<Blocks>(|seed| machine::tiny(256, seed), 11, 40_000, Checked::Always);
    allocator::run::<Blocks>(|seed| machine::tiny(4096, seed), 12, 4_000, Checked::Always);
    allocator::run::<Blocks>(machine::booted, 13, 156_000, Checked::Every(1000));
}

macro_rules! scenarios {
    ($($name:literal),* $(,)?) => {
        const SCENARIOS: &[(&str, &str, &str)] = &[$((
            $name,
            include_str!(concat!("../../../tests/scenarios/", $name, ".mm")),
            include_str!(concat!("../../../tests/scenarios/", $name, ".trace")),
        )),*];
    };
}

scenarios! {
    "first-touch", "zero-page-then-write", "segv-accerr", "munmap-frees-tables", "buddy-split-and-merge",
    "two-level-walk", "steal-pageblock", "shootdown",
}

#[wasm_bindgen_test]
fn traces_are_those_of_every_other_host() {
    for (name, script, trace) in SCENARIOS {
        assert_eq!(&golden::trace(&golden::run(script)), trace, "{name}");
    }
}
