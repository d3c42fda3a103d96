//! Questions of panels and links about random addresses and numbers.

use mm::rng::Rng;
use mm::session::Session;
use mm::units::{index, low8, low32};
use mm_view::navigate;
use mm_view::panels::frames::{ColourBy, Detail, MapAsk};
use mm_view::panels::slab::SlabAsk;
use mm_view::panels::translate::{Access, CpuMode, TranslateAsk};
use mm_view::panels::zones::RequestAsk;
use mm_view::panels::{Moment, Thing, fill};

use super::{address, distance};

const SPACES: &[&str] = &["web", "bare", "kernel", "nobody"];
const LABELS: &[&str] = &["a", "v", "blk", "blk[9]", "obj", "cache", "unset", ""];

/// Asks every panel something.
pub fn ask(session: &Session, rng: &mut Rng) {
    let at = Moment::from(session);
    let va = address(rng);
    let expression = match rng.below(3) {
        0 => format!("{va:#x}"),
        1 => va.to_string(),
        _ => format!("{}{}{}", rng.pick(LABELS), rng.pick(&["+", "-", ""]), distance(rng)),
    };
    let maybe = |rng: &mut Rng| rng.below(2) == 0;
    let ask = TranslateAsk {
        process: maybe(rng).then(|| (*rng.pick(SPACES)).to_owned()),
        expression: maybe(rng).then(|| expression.clone()),
        access: maybe(rng).then(|| *rng.pick(&Access::ALL)),
        mode: maybe(rng).then(|| *rng.pick(&[CpuMode::User, CpuMode::Kernel])),
    };
    let view = fill::translate(at, &ask);
    assert!(view.is_some() || at.world.rest.virt.tasks.iter().all(|(_, task)| !task.alive), "{ask:?}");
    let found = navigate::find(at.world, &expression);
    let thing = thing(rng);
    assert_eq!(Thing::from_key(&thing.key()).as_ref(), Some(&thing), "a link says what was put in");
    for thing in found.into_iter().chain([thing]) {
        let _ = fill::inspect(at, Some(&thing));
        for way in navigate::Way::ALL {
            let _ = navigate::neighbour(at.world, &thing, way);
        }
    }
    others(at, rng);
}

/// The panels that are asked by number.
fn others(at: Moment<'_>, rng: &mut Rng) {
    let number = |rng: &mut Rng| low32(address(rng));
    let zone = (low8(rng.below(5)), low8(address(rng)));
    let _ = fill::process(at, Some(*rng.pick(SPACES)), &[]);
    let _ = fill::vmalloc(at, Some(address(rng)));
    let _ = fill::buddy(at, Some(zone));
    let _ = fill::compaction(at, Some(zone), Some(low8(rng.word())));
    let gfp = index(number(rng));
    let _ = fill::zones(at, RequestAsk { gfp, order: low8(rng.word()), node: low8(rng.word()) });
    let slab = SlabAsk {
        slab: Some(number(rng)),
        object: Some(number(rng)),
        bytes: address(rng),
        from: number(rng),
        ..SlabAsk::default()
    };
    let _ = fill::slab(at, &slab);
    let map = MapAsk {
        first: number(rng),
        count: number(rng),
        detail: *rng.pick(&[Detail::Shares, Detail::Blocks]),
        by: ColourBy::Kind,
    };
    let _ = fill::map(at, MapAsk { count: map.count % 8, ..map }, &mut fill::AgeBook::default());
    let _ = fill::strip(at.world, number(rng));
}

/// A thing as a link may name it, there or not.
fn thing(rng: &mut Rng) -> Thing {
    let (va, process) = (address(rng), (*rng.pick(SPACES)).to_owned());
    let (number, other) = (low32(address(rng)), low32(distance(rng)));
    match rng.below(12) {
        0 => Thing::Frame(number),
        1 => Thing::Entry { table: number, index: other },
        2 => Thing::Vma { process, start: va },
        3 | 4 => Thing::Address { process, address: va },
        5 => Thing::Process(process),
        6 => Thing::Zone { node: low8(va), zone: low8(distance(rng)) },
        7 => Thing::Node(low8(va)),
        8 => Thing::Pageblock(number),
        9 => Thing::Slab(number),
        10 => Thing::Object { slab: number, index: other },
        _ => Thing::VmapArea(va),
    }
}
