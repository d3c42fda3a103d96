//! Figures of the model beside its peers, in one process and interleaved: ratios hold where
//! absolute times drift. `cargo xtask bench` runs this; nothing here is a test.

#![expect(clippy::print_stdout, reason = "the report is what this program is for")]

mod allocation;
mod boot;
mod seek;
mod timing;
mod translation;

fn main() {
    println!("| what | model | peer | ratio |");
    println!("|---|---|---|---|");
    allocation::run();
    translation::run();
    boot::run();
    seek::run();
}
