//! Numbers in an order, kept as runs of equal steps.
//!
//! The blocks and objects that a command gets by the million come in such runs: a label that
//! kept each of them would take more than the memory map does.

use crate::units::{Pfn, VirtAddr, count, low32};

/// What runs can be made of.
pub trait Number: Copy + Eq {
    /// Returns the number.
    fn get(self) -> u64;
    /// Returns what has this number.
    fn of(number: u64) -> Self;
}

impl Number for Pfn {
    fn get(self) -> u64 {
        u64::from(self.0)
    }

    fn of(number: u64) -> Pfn {
        Pfn(low32(number))
    }
}

impl Number for VirtAddr {
    fn get(self) -> u64 {
        self.0
    }

    fn of(number: u64) -> VirtAddr {
        VirtAddr(number)
    }
}

/// Numbers a step apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Run<T> {
    first: T,
    /// From each to the next, wrapping; of no meaning while there is only one.
    step: u64,
    /// Numbers in the runs before.
    before: u32,
}

/// Numbers in the order they were pushed. Equal numbers make equal runs.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Runs<T> {
    runs: Vec<Run<T>>,
    len: u32,
}

impl<T> Default for Runs<T> {
    fn default() -> Runs<T> {
        Runs { runs: Vec::new(), len: 0 }
    }
}

impl<T: Number> Runs<T> {
    /// Adds a number behind the others.
    pub fn push(&mut self, number: T) {
        let before = self.len;
        self.len += 1;
        if let Some(last) = self.runs.last_mut() {
            let within = before - last.before;
            let step = number.get().wrapping_sub(last.first.get());
            if within == 1 {
                last.step = step;
                return;
            }
            if step == last.step.wrapping_mul(u64::from(within)) {
                return;
            }
        }
        self.runs.push(Run { first: number, step: 0, before });
    }

    /// Returns how many there are.
    pub fn len(&self) -> u32 {
        self.len
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the number at a place, from 0.
    pub fn get(&self, at: u32) -> Option<T> {
        if at >= self.len {
            return None;
        }
        let run = &self.runs[self.runs.partition_point(|run| run.before <= at) - 1];
        let offset = run.step.wrapping_mul(u64::from(at - run.before));
        Some(T::of(run.first.get().wrapping_add(offset)))
    }

    /// Returns the first.
    pub fn first(&self) -> Option<T> {
        self.get(0)
    }

    /// Returns the first place where `number` is.
    pub fn position(&self, number: T) -> Option<u32> {
        self.runs.iter().enumerate().find_map(|(at, run)| {
            let len = self.runs.get(at + 1).map_or(self.len, |next| next.before) - run.before;
            let distance = number.get().wrapping_sub(run.first.get());
            let within = if distance == 0 { 0 } else { Runs::steps(run, distance)? };
            (within < u64::from(len)).then(|| run.before + low32(within))
        })
    }

    /// Returns in how many steps of `run` a distance is gone, if in whole ones.
    fn steps(run: &Run<T>, distance: u64) -> Option<u64> {
        let (step, distance) = if run.step >> 63 == 0 {
            (run.step, distance)
        } else {
            (run.step.wrapping_neg(), distance.wrapping_neg())
        };
        (step != 0 && distance.is_multiple_of(step)).then(|| distance / step)
    }

    /// Iterates over the numbers in order.
    pub fn iter(&self) -> impl Iterator<Item = T> {
        self.runs.iter().enumerate().flat_map(|(at, run)| {
            let end = self.runs.get(at + 1).map_or(self.len, |next| next.before);
            (0..end - run.before)
                .map(|offset| T::of(run.first.get().wrapping_add(run.step.wrapping_mul(u64::from(offset)))))
        })
    }

    /// Iterates over the numbers at places `first..end`.
    pub fn between(&self, first: u32, end: u32) -> impl Iterator<Item = T> {
        (first..end.min(self.len)).filter_map(|at| self.get(at))
    }

    /// Returns the bytes that the runs take.
    pub fn bytes(&self) -> u64 {
        u64::from(count(self.runs.len())) * 24
    }
}

impl<T: Number> FromIterator<T> for Runs<T> {
    fn from_iter<I: IntoIterator<Item = T>>(numbers: I) -> Runs<T> {
        let mut runs = Runs::default();
        for number in numbers {
            runs.push(number);
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::Rng;
    use crate::units::index;

    #[test]
    fn runs_are_the_numbers_pushed() {
        let mut rng = Rng::new(7);
        for _ in 0..200 {
            let mut numbers = Vec::new();
            let mut at = rng.below(1000);
            while numbers.len() < 300 {
                let step = rng.below(4).wrapping_sub(1).wrapping_mul(rng.below(3));
                for _ in 0..rng.below(9) {
                    numbers.push(VirtAddr(at));
                    at = at.wrapping_add(step);
                }
                at = at.wrapping_add(rng.below(50));
            }
            let runs: Runs<VirtAddr> = numbers.iter().copied().collect();
            assert!(runs.iter().eq(numbers.iter().copied()));
            assert_eq!(index(runs.len()), numbers.len());
            for (at, &number) in numbers.iter().enumerate() {
                assert_eq!(runs.get(count(at)), Some(number));
            }
            assert_eq!(runs.get(runs.len()), None);
            for number in 0..1200 {
                let place = numbers.iter().position(|&other| other == VirtAddr(number)).map(count);
                assert_eq!(runs.position(VirtAddr(number)), place);
            }
        }
    }

    #[test]
    fn a_million_neighbours_are_one_run() {
        let runs: Runs<Pfn> = (5..1 << 20).map(Pfn).collect();
        assert_eq!(runs.bytes(), 24);
    }
}
