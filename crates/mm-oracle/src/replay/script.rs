//! The probe's scripts: allocations and frees by name or by the thousand, and dumps between.

use std::collections::BTreeMap;

use super::{Replay, compare_answer, stop};
use crate::{Class, Tally};
use mm::gfp::Gfp;
use mm::import::freelists::{CarriedTypes, parse_dump};
use mm::import::text::{DumpError, Expected, Line, lines, parse_number};
use mm::phys::zone::ZoneKind;
use mm::trace::Detail;
use mm::units::{Order, Pfn};

/// Replays one script of the probe. `types` are those that earlier files of the folder ended
/// with, and are brought up to date.
pub fn replay_script(text: &str, types: &mut CarriedTypes) -> Result<Tally, DumpError> {
    let mut rest = lines(text).peekable();
    let mut script: Option<Script> = None;
    let mut tally = Tally::default();
    while let Some(line) = rest.peek().copied() {
        if line.keyword() == "zone" {
            let mut state = parse_dump(&mut rest)?;
            match &script {
                Some(script) => script.replay.compare(&state, &mut tally),
                None => {
                    let first = state.zones.first().map_or(line.number, |zone| zone.line);
                    tally.touch(first..state.next_line);
                    types.learn(&state);
                    state.carry(types);
                    let replay = Replay::new(&state, Detail::Off);
                    script = Some(Script { replay, named: BTreeMap::new() });
                }
            }
            continue;
        }
        rest.next();
        let verb = line.keyword();
        if !matches!(verb, "a" | "f" | "aa" | "fa") {
            continue;
        }
        let script = script.as_mut().ok_or(line.lacks(Expected::State))?;
        let done = match verb {
            "a" => script.alloc_one(line, &mut tally),
            "f" => script.free_one(line, &mut tally),
            "fa" => script.free_many(line, &mut tally),
            _ if line.text.contains("gfp=") => {
                let total = rest.next().ok_or(line.lacks(Expected::Line("aa got=")))?;
                script.alloc_many(line, total, &mut tally)
            }
            _ => Ok(()),
        };
        if let Err(error) = done {
            stop(&mut tally, error)?;
            break;
        }
    }
    if let Some(script) = script {
        *types = script.replay.phys.pageblock_types();
    }
    Ok(tally)
}

fn gfp_by_bits(line: Line<'_>, bits: Option<&str>) -> Result<Gfp, DumpError> {
    let bits = bits.and_then(parse_number).and_then(|bits| u32::try_from(bits).ok());
    bits.and_then(Gfp::from_bits).ok_or(line.lacks(Expected::Gfp))
}

/// A machine that follows a script.
struct Script {
    replay: Replay,
    named: BTreeMap<String, Named>,
}

/// What a name of a script stands for.
struct Named {
    /// The model's block.
    pfn: Pfn,
    order: Order,
    /// The real one's.
    real: i64,
}

impl Script {
    /// `a NAME ORDER GFP PFN ZONE`
    fn alloc_one(&mut self, line: Line<'_>, tally: &mut Tally) -> Result<(), DumpError> {
        let word = |at| line.word(at).and_then(parse_number);
        let order = word(2).and_then(|n| Order::try_new(u64::try_from(n).ok()?));
        let order = order.ok_or(line.lacks(Expected::Order))?;
        let gfp = gfp_by_bits(line, line.word(3))?;
        let real = word(4).ok_or(line.lacks(Expected::Number("pfn")))?;
        let model = self.replay.alloc(order, gfp);
        tally.input(line.number);
        // A number that is no frame is none of ours.
        let frame = u32::try_from(real).map_or(Pfn(u32::MAX), Pfn);
        compare_answer(tally, line.number, (order, gfp), (real >= 0).then_some(frame), model);
        if let Some(pfn) = model {
            let phys = &self.replay.phys;
            let kind = phys.zone(phys.zone_of(pfn)).kind;
            if let Some(named) = line.word(5).and_then(ZoneKind::from_name) {
                tally.compare(
                    Class::Informative,
                    line.number,
                    "zone of the answer",
                    named.name(),
                    kind.name(),
                );
            }
            if let Some(name) = line.word(1) {
                self.named.insert(name.to_owned(), Named { pfn, order, real });
            }
        }
        Ok(())
    }

    /// `f NAME ORDER PFN`
    fn free_one(&mut self, line: Line<'_>, tally: &mut Tally) -> Result<(), DumpError> {
        let number = |at| line.word(at).and_then(parse_number);
        let known = line.word(1).and_then(|name| self.named.remove(name));
        // The line repeats what the allocation gave.
        let is_same =
            |named: &Named| number(2) == Some(i64::from(named.order.get())) && number(3) == Some(named.real);
        let Named { pfn, order, .. } = known.filter(is_same).ok_or(line.lacks(Expected::Name))?;
        tally.input(line.number);
        self.replay.free(line, pfn, order)
    }

    /// `aa order=O gfp=G: RUNS`, then `aa got=N of=M`
    fn alloc_many(&mut self, line: Line<'_>, total: Line<'_>, tally: &mut Tally) -> Result<(), DumpError> {
        let order = line.order()?;
        let gfp = gfp_by_bits(line, line.optional_field("gfp"))?;
        let real = line.runs(order)?;
        let wanted: usize = total.number("of")?;
        let got: Vec<Pfn> =
            (0..wanted.min(real.len() + 1)).map_while(|_| self.replay.alloc(order, gfp)).collect();
        tally.input(line.number);
        // Each answer counts for itself; a refusal too many or too few is one more.
        for at in 0..got.len().max(real.len()).max(1) {
            let answer = |pfns: &[Pfn]| pfns.get(at).copied();
            compare_answer(tally, line.number, (order, gfp), answer(&real), answer(&got));
        }
        let answers: usize = total.number("got")?;
        let class = Class::against(&0, &answers);
        tally.compare(class, total.number, "aa got", &answers, &got.len());
        Ok(())
    }

    /// `fa mode=M order=O: RUNS`
    fn free_many(&mut self, line: Line<'_>, tally: &mut Tally) -> Result<(), DumpError> {
        let order = line.order()?;
        for pfn in line.runs(order)? {
            tally.input(line.number);
            self.replay.free(line, pfn, order)?;
        }
        Ok(())
    }
}
