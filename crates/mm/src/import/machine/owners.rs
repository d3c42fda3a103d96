//! A machine made from a dump that tells what every frame is used for, and what compaction
//! remembers.
//!
//! Blocks in use get the kind, flags and counts of their class, and name it as their owner:
//! whoever moves them looks there what they belong to.

use super::present;
use crate::config::MachineConfig;
use crate::import::compaction::{CompactionState, FrameClass, FrameUse, PageMapping};
use crate::phys::Phys;
use crate::phys::boot::partition::blocks;
use crate::phys::compaction::NodeField;
use crate::store::page::Owner;
use crate::store::{Kind, PageFlags, PageState};
use crate::trace::{Detail, Trace};
use crate::units::{Pfn, Span, count};

impl Phys {
    /// Makes the machine that `state` was dumped from, as [`Phys::from_freelists`] does, with
    /// the use of every frame and the memory of compaction.
    ///
    /// # Panics
    /// As [`Phys::from_freelists`].
    pub fn from_compaction(state: &CompactionState, config: &MachineConfig) -> Phys {
        let mut tr = Trace::new(Detail::Off);
        let mut phys = Phys::of_lists(&state.lists, config, &mut tr);
        phys.take_frames(state, &present(&state.lists, config), &mut tr);
        phys.take_memory(state, &mut tr);
        phys
    }

    /// Returns the class of a page that was in use when the machine was dumped and has not been freed
    /// since, wherever it is now: its place in [`CompactionState::classes`].
    pub fn captured_class(&self, pfn: Pfn) -> Option<usize> {
        let word = self.frames.mem_map.page(pfn).owner().word();
        usize::try_from(word.checked_sub(1)?).ok()
    }

    fn take_frames(&mut self, state: &CompactionState, ram: &[Span], tr: &mut Trace) {
        let mut frames =
            state.frames.iter().take_while(|(pfn, _)| *pfn < self.frames.mem_map.end()).peekable();
        let mut found: Vec<(Span, usize)> = Vec::new();
        while let Some((pfn, class)) = frames.next() {
            let usage = state.classes[class].usage;
            let goes_on = |next: FrameUse| match usage {
                FrameUse::Reserved => next == FrameUse::Reserved,
                FrameUse::Kernel | FrameUse::Inner => next == FrameUse::Inner,
                FrameUse::Hole
                | FrameUse::Free
                | FrameUse::Pcp
                | FrameUse::Slab
                | FrameUse::Compound
                | FrameUse::Tail
                | FrameUse::Lru
                | FrameUse::Movable => false,
            };
            let mut end = pfn.add(1);
            while frames
                .next_if(|&(next, class)| next == end && goes_on(state.classes[class].usage))
                .is_some()
            {
                end = end.add(1);
            }
            found.push((Span { start: pfn, end }, class));
        }
        for (span, class) in found {
            for span in ram.iter().map(|ram| ram.within(span)).filter(|part| part.pages() > 0) {
                self.take_frame(span, class, &state.classes[class], tr);
            }
        }
        for &pfn in &state.batch {
            if pfn < self.frames.mem_map.end() && self.captured_class(pfn).is_some() {
                let state = self.frames.mem_map.state(pfn);
                self.frames.mem_map.set_state(
                    pfn,
                    state.with_flags(state.flags().with(PageFlags::LRU_BATCH)),
                    tr,
                );
            }
        }
    }

    fn take_frame(&mut self, span: Span, at: usize, class: &FrameClass, tr: &mut Trace) {
        let kind = match class.usage {
            // Lists have these.
            FrameUse::Hole | FrameUse::Free | FrameUse::Pcp | FrameUse::Tail => return,
            FrameUse::Reserved => return self.fill(span, Kind::Reserved, tr),
            FrameUse::Slab => Kind::Slab,
            FrameUse::Compound | FrameUse::Movable => Kind::Kernel,
            FrameUse::Kernel | FrameUse::Inner => Kind::Kernel,
            FrameUse::Lru => match class.mapping {
                PageMapping::None | PageMapping::Anon | PageMapping::SwapCache => Kind::Anon,
                PageMapping::Migrates | PageMapping::Stays => Kind::File,
            },
        };
        let owner = Owner::of_word(u64::from(count(at)) + 1);
        let is_block = span.pages() > 1;
        let parts = if is_block { blocks(span).collect() } else { vec![(span.start, class.order)] };
        for (pfn, order) in parts {
            let state = PageState::head(kind, order).with_flags(class.flags);
            self.frames.mem_map.set_counted(pfn, state, class.refcount.max(1), class.mappings, tr);
            self.frames.mem_map.set_owner(pfn, owner, tr);
        }
    }

    fn take_memory(&mut self, state: &CompactionState, tr: &mut Trace) {
        for &(tunable, value) in &state.settings {
            self.compaction.set_tunable(tunable, value, tr);
        }
        let nodes = self.nodes().len();
        for node in state.nodes.iter().filter(|node| usize::from(node.node.0) < nodes) {
            self.compaction.set_node(node.node, NodeField::MaxOrder, node.max_order, tr);
            self.compaction.set_node(node.node, NodeField::Classes, node.highest_class + 1, tr);
            self.compaction.set_node(node.node, NodeField::ProactiveTrigger, node.proactive_trigger, tr);
        }
        let size = self.pageblock_order().pages();
        for memory in &state.zones {
            let Some(zone) = self.find_zone(memory.node, memory.kind) else { continue };
            for &(field, value) in &memory.fields {
                self.compaction.set_zone(zone, field, value, tr);
            }
            let end = self.zone(zone).end();
            let blocks = (memory.first.0..end.0).step_by(crate::units::index(size)).map(Pfn);
            for (pfn, _) in blocks.zip(&memory.skips).filter(|(_, skips)| **skips) {
                self.compaction.set_skip(pfn, tr);
            }
        }
    }
}
