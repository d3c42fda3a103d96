//! Random commands for the laws: every form the printer can meet, from a seed.

use super::address::Places;
use super::parse::number_blocks;
use super::verbs::boot::ARCHES;
use super::*;
use crate::config::{Portion, ThpMode};
use crate::gfp::{AskedGfp, Gfp, GfpNumber};
use crate::preset::Preset;
use crate::rng::Rng;
use crate::slab::CacheFlags;
use crate::units::{Bytes, Order, low8, low32};

/// Texts that a careless reader would take for something else.
const TRICKY_NAMES: [&str; 12] =
    ["a", "_", "kernel", "max", "rw", "none", "K", "x4K", "expect", "GFP_KERNEL", "DMA32", "b0"];
const TRICKY_TEXTS: [&str; 12] =
    ["", "1", "always", "256 32", " 1", "a  b", "; exit", "# no", "a > b", "= 1", "!ENOMEM", "你好\t!"];

/// Makes a script of `len` commands whose blocks are numbered as the parser numbers them.
pub(super) fn script(rng: &mut Rng, len: usize) -> Vec<Command> {
    let mut commands: Vec<_> = (0..len).map(|_| command(rng)).collect();
    number_blocks(&mut commands);
    commands
}

pub(super) fn command(rng: &mut Rng) -> Command {
    let all: Vec<_> = registry::verbs().collect();
    let spec = *rng.pick(&all);
    let who = match spec.takes {
        Takes::Nobody => Who::Shell,
        Takes::Process => process(rng),
        Takes::Kernel => Who::Kernel { cpu: maybe(rng, cpu) },
        Takes::Anyone => match rng.below(3) {
            0 => Who::Shell,
            1 => Who::Kernel { cpu: maybe(rng, cpu) },
            _ => process(rng),
        },
    };
    let label = match spec.gives {
        Gives::Nothing => None,
        Gives::Range | Gives::Blocks | Gives::Cache | Gives::Objects => maybe(rng, name),
    };
    let failures = spec.fails.all();
    let expected = if failures.is_empty() { None } else { maybe(rng, |rng| *rng.pick(&failures)) };
    Command { who, label, verb: (spec.random)(rng), expected, at: Place::default() }
}

pub(super) fn boot(rng: &mut Rng) -> Boot {
    let captured = rng.below(2) == 0;
    Boot {
        ram: maybe(rng, |rng| Bytes(Limit::RamMin.bound() + rng.below(1 << 43))),
        arch: maybe(rng, |rng| *rng.pick(&ARCHES)),
        cpus: maybe(rng, |rng| low8(rng.below(Limit::Cpus.bound()) + 1)),
        nodes: maybe(rng, |rng| low8(rng.below(Limit::Nodes.bound()) + 1)),
        preset: maybe(rng, |rng| *rng.pick(&Preset::ALL)).filter(|_| !captured),
        state: maybe(rng, |rng| pick_text(rng, &["512M-buddy/13", "./my=state", "s"]))
            .filter(|_| captured)
            .and_then(Path::new),
        thp: maybe(rng, |rng| *rng.pick(&ThpMode::ALL)),
        aslr: maybe(rng, |rng| *rng.pick(&Switch::ALL)),
        seed: maybe(rng, word),
        movablecore: maybe(rng, portion),
        kernelcore: maybe(rng, portion),
        initrd: maybe(rng, |rng| Bytes(rng.below(1 << 43))),
        cma: maybe(rng, |rng| Bytes(rng.below(1 << 43))),
        pae: maybe(rng, |rng| *rng.pick(&Switch::ALL)),
    }
}

pub(super) fn portion(rng: &mut Rng) -> Portion {
    if rng.below(2) == 0 {
        Portion::Size(Bytes(rng.below(1 << 43)))
    } else {
        Portion::Percent(low8(rng.below(101)))
    }
}

pub(super) fn mmap(rng: &mut Rng) -> Mmap {
    let mut flag = || rng.below(4) == 0;
    let [noreserve, populate, locked, growsdown, hugetlb] = [flag(), flag(), flag(), flag(), flag()];
    Mmap {
        len: bytes(rng),
        prot: *rng.pick(&Prot::ALL),
        sharing: *rng.pick(&[Sharing::Private, Sharing::Shared]),
        place: match rng.below(5) {
            0 => Placement::Anywhere,
            1 => Placement::Aligned(Bytes(1 << rng.below(64))),
            2 => Placement::Hint(address(rng, Places::One)),
            3 => Placement::Fixed(address(rng, Places::One)),
            _ => Placement::NoReplace(address(rng, Places::One)),
        },
        file: maybe(rng, |rng| FileRange {
            name: Word::new(pick_text(rng, &["data.db", "lib-2.so", "0"])).expect("file names"),
            offset: bytes(rng),
        }),
        noreserve,
        populate,
        locked,
        growsdown,
        hugetlb,
    }
}

pub(super) fn alloc_pages(rng: &mut Rng) -> AllocPages {
    AllocPages {
        order: Order::try_new(rng.below(11)).expect("below the limit"),
        gfp: gfp(rng),
        node: maybe(rng, |rng| low8(rng.below(Limit::Node.bound() + 1))),
        cpu: maybe(rng, cpu),
        count: many(rng),
    }
}

pub(super) fn cache_create(rng: &mut Rng) -> KmemCacheCreate {
    let mut flag = || rng.below(4) == 0;
    let [ctor, rcu, reclaim, hwcache_align] = [flag(), flag(), flag(), flag()];
    let flags = CacheFlags { ctor, rcu, reclaim, hwcache_align, dma: false };
    KmemCacheCreate {
        name: Word::new(pick_text(rng, &["inode", "kmalloc-1k", "size.64", "0"])).expect("cache names"),
        size: bytes(rng),
        align: maybe(rng, |rng| Bytes(1 << rng.below(64))),
        flags,
    }
}

pub(super) fn gfp(rng: &mut Rng) -> AskedGfp {
    let bits = low32(rng.word()) & low32(rng.word()) & Gfp::ALL.bits();
    let releases = [None, Some((2, 6)), Some((4, 4)), Some((4, 12)), Some((4, 19)), Some((6, 18))];
    let number = GfpNumber { bits, release: *rng.pick(&releases) };
    match (rng.below(2), number.flags()) {
        (0, Some(gfp)) => AskedGfp { gfp, number: Some(number) },
        (_, _) => Gfp::from_bits(bits).expect("known bits").into(),
    }
}

pub(super) fn many(rng: &mut Rng) -> Count {
    match rng.below(3) {
        0 => Count::Exactly(1),
        1 => Count::Exactly(low32(rng.below(Limit::Count.bound()) + 1)),
        _ => Count::Max,
    }
}

pub(super) fn expectation(rng: &mut Rng) -> Expectation {
    let mut left = sum(rng, 0);
    let check = match rng.below(3) {
        0 => Check::Change { sign: sign(rng), by: literal(rng) },
        _ => Check::Compare { op: *rng.pick(&CompareOp::ALL), with: comparand(rng) },
    };
    if matches!(check, Check::Change { .. }) {
        // A change is read as a term first, and counts as one.
        left.terms.truncate(limits::TERMS_MAX - 1);
    }
    Expectation { block: 0, left, check }
}

pub(super) fn comparand(rng: &mut Rng) -> Comparand {
    match rng.below(5) {
        0 => Comparand::Word(name(rng)),
        1 => Comparand::Text(text(rng)),
        2 => Comparand::List((0..2 + rng.below(5)).map(|_| word(rng)).collect()),
        3 => Comparand::Share(low32(rng.below(101))),
        _ => match sum(rng, 0) {
            // A lone name is a word by definition.
            sum if sum.as_quantity().is_some_and(|quantity| quantity.as_name().is_some()) => {
                Comparand::Share(0)
            }
            sum => Comparand::Sum(sum),
        },
    }
}

pub(super) fn sum(rng: &mut Rng, depth: u64) -> Sum {
    // Long sums at the outside only, so that a line keeps within its limit.
    let longest = if depth == 0 { Limit::Terms.bound() } else { 2 };
    let len = if rng.below(2) == 0 { 1 } else { 1 + rng.below(longest) };
    let terms = (0..len).map(|_| (sign(rng), term(rng, depth))).collect();
    Sum { terms }
}

pub(super) fn term(rng: &mut Rng, depth: u64) -> Term {
    if rng.below(3) == 0 {
        return Term::Literal(literal(rng));
    }
    let segments = (0..=rng.below(3)).map(|_| segment(rng, depth)).collect();
    Term::Quantity(Quantity { segments })
}

pub(super) fn segment(rng: &mut Rng, depth: u64) -> Segment {
    let with_args = depth < Limit::Depth.bound() && rng.below(4) == 0;
    let args = with_args.then(|| (0..rng.below(3)).map(|_| arg(rng, depth + 1)).collect());
    Segment {
        name: name(rng),
        node: maybe(rng, |rng| low8(rng.below(Limit::Node.bound() + 1))),
        args,
        pick: maybe(rng, pick),
    }
}

pub(super) fn arg(rng: &mut Rng, depth: u64) -> Arg {
    if rng.below(4) == 0 { Arg::Text(text(rng)) } else { Arg::Sum(sum(rng, depth)) }
}

pub(super) fn literal(rng: &mut Rng) -> Literal {
    let notation = *rng.pick(&[Notation::Decimal, Notation::Hex, Notation::Bytes]);
    let value = match notation {
        Notation::Decimal | Notation::Hex => word(rng),
        Notation::Bytes => (word(rng) >> 10) << 10,
    };
    Literal { value, notation }
}

pub(super) fn pieces(rng: &mut Rng, places: Places) -> Pieces {
    let repeat = maybe(rng, |rng| {
        let count = low32(rng.below(1000) + 1);
        Repeat { stride: Bytes(word(rng) / u64::from(count)), count }
    });
    let len =
        maybe(rng, |rng| if places == Places::Several { Bytes(rng.below(1 << 24)) } else { bytes(rng) });
    Pieces { first: Extent { at: address(rng, places), len }, repeat }
}

/// Makes what a label stands for, or some of it.
pub(super) fn picked(rng: &mut Rng) -> Picked {
    Picked { label: name(rng), pick: maybe(rng, pick) }
}

/// Makes an address; several places only where a command takes them.
pub(super) fn address(rng: &mut Rng, places: Places) -> Address {
    let base = match rng.below(3) {
        0 => Base::Number(word(rng)),
        1 => Base::Label(Picked { label: name(rng), pick: None }),
        _ => {
            let pick = pick(rng);
            let pick = match pick {
                Pick::Range { first, .. } if places == Places::One => Pick::One(first),
                Pick::One(_) | Pick::Range { .. } => pick,
            };
            Base::Label(Picked { label: name(rng), pick: Some(pick) })
        }
    };
    let terms = (0..rng.below(Limit::Terms.bound() + 1)).map(|_| (sign(rng), word(rng))).collect();
    Address { base, terms }
}

pub(super) fn pick(rng: &mut Rng) -> Pick {
    let first = low32(rng.below(Limit::Count.bound()));
    if rng.below(2) == 0 {
        return Pick::One(first);
    }
    Pick::Range { first, last: first + low32(rng.below(Limit::Count.bound() - u64::from(first) + 1)) }
}

pub(super) fn process(rng: &mut Rng) -> Who {
    Who::Process { name: process_name(rng), cpu: maybe(rng, cpu) }
}

pub(super) fn process_name(rng: &mut Rng) -> Name {
    let name = name(rng);
    if name.as_str() == KERNEL { Name::new("web").expect("a name") } else { name }
}

pub(super) fn cpu(rng: &mut Rng) -> u8 {
    low8(rng.below(Limit::Cpu.bound() + 1))
}

pub(super) fn name(rng: &mut Rng) -> Name {
    Name::new(pick_text(rng, &TRICKY_NAMES)).expect("names")
}

pub(super) fn text(rng: &mut Rng) -> Text {
    Text::new(pick_text(rng, &TRICKY_TEXTS)).expect("texts")
}

pub(super) fn path(rng: &mut Rng) -> Path {
    Path::new(pick_text(rng, &["/", "/proc/buddyinfo", "/sys/kernel/slab/:0000128/order"])).expect("paths")
}

pub(super) fn sign(rng: &mut Rng) -> Sign {
    *rng.pick(&[Sign::Plus, Sign::Minus])
}

pub(super) fn bytes(rng: &mut Rng) -> Bytes {
    Bytes(word(rng))
}

/// Returns a number of any magnitude, round ones often.
pub(super) fn word(rng: &mut Rng) -> u64 {
    let magnitude = rng.below(65);
    let word = rng.word().checked_shr(low32(magnitude)).unwrap_or(0);
    if rng.below(2) == 0 { word } else { (word >> 12) << 12 }
}

/// Picks one of some texts.
pub(super) fn pick_text(rng: &mut Rng, texts: &[&'static str]) -> &'static str {
    rng.pick::<&str>(texts)
}

pub(super) fn maybe<T>(rng: &mut Rng, make: impl FnOnce(&mut Rng) -> T) -> Option<T> {
    if rng.below(3) == 0 { Some(make(rng)) } else { None }
}
