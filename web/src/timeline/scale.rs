//! From steps to pixels and back. A fold, not a zoom: calls that repeat get little room, the
//! one under the playhead gets much, and the whole command is always there.

use crate::model::Call;
use mm::units::index;
use std::collections::BTreeMap;

/// Room of a step that is not folded, at most, in pixels.
const STEP_MAX: f64 = 32.0;
/// Room of a folded step, at most.
const FOLDED_MAX: f64 = 4.0;
/// Share of the width that unfolded steps get when all is tight.
const OPEN_SHARE: f64 = 0.7;
/// Steps of one call alone, above which they fold.
const OWN_STEPS_MAX: u32 = 8;
/// Steps outside all calls that stay open together.
const NEAR: usize = 16;
/// Calls of one name by one caller, above which they fold.
const TWINS_MAX: usize = 3;
/// Calls on each side of the one under the playhead that stay open with it.
const OPEN_AROUND: usize = 1;

/// Where each step begins.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Scale {
    /// `edges[s]` is where step `s + 1` begins and step `s` ends.
    edges: Vec<f64>,
}

impl Scale {
    /// Lays `steps` steps out on `width` pixels around the step `focus`.
    pub(super) fn new(steps: u32, calls: &[Call], width: f64, focus: u32) -> Scale {
        let folded = folded(steps, calls, focus);
        let closed = folded.iter().filter(|is_folded| **is_folded).count();
        let (open, closed) = (f64::from(steps) - float(closed), float(closed));
        let (step, fold) = rooms(open, closed, width);
        let mut edge = 0.0;
        let mut edges = Vec::with_capacity(folded.len() + 1);
        edges.push(edge);
        for is_folded in folded {
            edge += if is_folded { fold } else { step };
            edges.push(edge);
        }
        Scale { edges }
    }

    /// Returns where `step` steps are done.
    pub(super) fn x(&self, step: u32) -> f64 {
        self.edges.get(index(step)).or(self.edges.last()).copied().unwrap_or(0.0)
    }

    /// Returns the middle of the step that was done last, 0 before the first.
    pub(super) fn middle(&self, step: u32) -> f64 {
        step.checked_sub(1).map_or(0.0, |before| (self.x(before) + self.x(step)) / 2.0)
    }

    /// Returns the step whose room contains `x`, counted from 1; 0 left of all.
    pub(super) fn step_at(&self, x: f64) -> u32 {
        if x <= 0.0 {
            return 0;
        }
        let at = self.edges.partition_point(|edge| *edge <= x);
        mm::units::count(at.min(self.edges.len() - 1))
    }
}

/// Room of an open and of a folded step.
fn rooms(open: f64, closed: f64, width: f64) -> (f64, f64) {
    let all = open * STEP_MAX + closed * FOLDED_MAX;
    if all <= width {
        // A short command fills the width: its last step ends where a long one's does.
        let stretch = width / all.max(1.0);
        return (STEP_MAX * stretch, FOLDED_MAX * stretch);
    }
    if closed == 0.0 {
        return (width / open, 0.0);
    }
    let even = width / all;
    let step = (even * STEP_MAX).max(width * OPEN_SHARE / open.max(1.0)).min(STEP_MAX);
    (step, (width - step * open).max(0.0) / closed)
}

/// Tells of each step whether it is folded.
fn folded(steps: u32, calls: &[Call], focus: u32) -> Vec<bool> {
    let mut folded = vec![false; index(steps)];
    let mut own: Vec<u32> = calls.iter().map(|call| call.end - call.first).collect();
    let mut stack: Vec<usize> = Vec::new();
    // The calls of the caller at each depth, so far.
    let mut siblings: Vec<Vec<usize>> = Vec::new();
    for (at, call) in calls.iter().enumerate() {
        let depth = index(call.depth);
        stack.truncate(depth);
        for ended in siblings.drain((depth + 1).min(siblings.len())..) {
            fold_twins(&mut folded, calls, &ended, focus);
        }
        siblings.resize(depth + 1, Vec::new());
        siblings[depth].push(at);
        if let Some(caller) = stack.last() {
            own[*caller] = own[*caller].saturating_sub(call.end - call.first);
        }
        stack.push(at);
    }
    for ended in &siblings {
        fold_twins(&mut folded, calls, ended, focus);
    }
    fold_own(&mut folded, calls, &own, focus);
    folded
}

/// Folds the calls of one caller whose name comes often, but for those around the playhead: an
/// access, its fault and its retry belong together.
fn fold_twins(folded: &mut [bool], calls: &[Call], siblings: &[usize], focus: u32) {
    if siblings.len() <= TWINS_MAX {
        return;
    }
    let mut often: BTreeMap<&str, usize> = BTreeMap::new();
    for sibling in siblings {
        *often.entry(calls[*sibling].name).or_default() += 1;
    }
    let center = siblings.partition_point(|sibling| calls[*sibling].end < focus);
    let open = center.saturating_sub(OPEN_AROUND)..=center + OPEN_AROUND;
    for (at, call) in siblings.iter().map(|sibling| calls[*sibling]).enumerate() {
        if often[call.name] > TWINS_MAX && !open.contains(&at) {
            folded[index(call.first)..index(call.end)].fill(true);
        }
    }
}

/// Folds the steps of a call that has many of its own.
fn fold_own(folded: &mut [bool], calls: &[Call], own: &[u32], focus: u32) {
    let mut innermost: Vec<Option<usize>> = vec![None; folded.len()];
    for (at, call) in calls.iter().enumerate() {
        innermost[index(call.first)..index(call.end)].fill(Some(at));
    }
    let alone = innermost.iter().filter(|call| call.is_none()).count();
    for (step, call) in innermost.into_iter().enumerate() {
        folded[step] |= match call {
            Some(call) => own[call] > OWN_STEPS_MAX,
            // Outside all calls nothing else tells what belongs together but nearness.
            None => alone > index(OWN_STEPS_MAX) && step / NEAR != index(focus) / NEAR,
        };
    }
}

/// Counts of steps are far below 2^53.
fn float(count: usize) -> f64 {
    f64::from(mm::units::count(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(name: &'static str, depth: u32, first: u32, end: u32) -> Call {
        Call { name, depth, first, end }
    }

    fn faults(count: u32) -> Vec<Call> {
        (0..count)
            .flat_map(|at| {
                [call("fault", 0, at * 20, at * 20 + 18), call("alloc", 1, at * 20 + 4, at * 20 + 16)]
            })
            .collect()
    }

    #[test]
    fn every_step_keeps_its_order_and_all_fit() {
        for (steps, calls, focus) in
            [(0, vec![], 0), (1, vec![], 1), (79, vec![call("a", 0, 3, 79)], 5), (10_000, faults(500), 4321)]
        {
            let scale = Scale::new(steps, &calls, 1120.0, focus);
            assert!(scale.x(steps) <= 1120.01, "{steps}");
            assert!((0..steps).all(|step| scale.x(step) <= scale.x(step + 1)));
        }
    }

    #[test]
    fn the_call_under_the_playhead_is_open_and_its_twins_are_folded() {
        let scale = Scale::new(10_000, &faults(500), 1120.0, 4321);
        let room = |step| scale.x(step + 1) - scale.x(step);
        assert!(room(4321) > 8.0);
        assert!(room(100) < 1.0);
    }

    #[test]
    fn a_click_in_the_room_of_a_step_finds_it() {
        let scale = Scale::new(79, &[], 1120.0, 1);
        for step in 1..=79 {
            assert_eq!(scale.step_at(scale.middle(step)), step);
        }
        assert_eq!((scale.step_at(-5.0), scale.step_at(9999.0)), (0, 79));
    }
}
