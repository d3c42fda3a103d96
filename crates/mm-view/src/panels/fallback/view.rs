//! A fallback as the decision that it is: what was asked, what was tried, what was taken and why.

use serde::Serialize;

use crate::Lang;
use crate::panels::buddy::MigrateName;

/// One theft from another migrate type, as far as it has gone at the step shown.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Fallback {
    /// Step that chose the block.
    pub step: u32,
    /// Whether the step shown belongs to it.
    pub is_now: bool,
    /// Type asked for.
    pub asked: MigrateName,
    /// Order asked for.
    pub order: u8,
    /// Types that may be taken from, best first.
    pub tried: Vec<MigrateName>,
    /// Type of the list that the block was on.
    pub from: MigrateName,
    /// First frame of the block.
    pub block: u32,
    /// Order of the block.
    pub block_order: u8,
    /// How much changes hands.
    pub extent: Extent,
    /// Order from which a block brings its pageblock along: half a pageblock's.
    pub threshold: u8,
    /// The weighing of the pageblock, once it is done.
    pub weighed: Option<Weighed>,
    /// Pageblocks that changed their type, with the new one.
    pub retyped: Vec<(u32, MigrateName)>,
    /// The boost of the watermarks: before, after, its cap.
    pub boost: Option<(u32, u32, u32)>,
}

/// How much a theft takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum Extent {
    /// The block.
    Block,
    /// Every free block of its pageblock, perhaps the pageblock.
    Pageblock,
    /// Whole pageblocks.
    Pageblocks,
}

/// What a pageblock was found to hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Weighed {
    /// Its first frame.
    pub first: u32,
    /// Free frames.
    pub free: u32,
    /// Frames in use that suit the new type.
    pub alike: u32,
    /// What both together must reach.
    pub needed: u32,
}

impl Weighed {
    /// Whether the pageblock changes its type.
    pub const fn is_enough(self) -> bool {
        self.free + self.alike >= self.needed
    }
}

impl Fallback {
    /// Says why more than the block, or no more, may be taken.
    pub fn reach(&self, lang: Lang) -> String {
        let (order, threshold) = (self.block_order, self.threshold);
        let asked = self.asked.word().text(lang);
        match (self.extent, lang) {
            (Extent::Pageblocks, Lang::En) => {
                format!("order {order}: the block is whole pageblocks, all of it changes type")
            }
            (Extent::Pageblocks, Lang::Zh) => format!("{order} 阶：整块就是页块，全部改换类型"),
            (Extent::Pageblock, Lang::En) if order >= threshold => {
                format!("order {order} ≥ {threshold}, half a pageblock's: its other free blocks come along")
            }
            (Extent::Pageblock, Lang::Zh) if order >= threshold => {
                format!("{order} 阶 ≥ {threshold}（页块阶的一半）：页块里其他空闲块一起走")
            }
            (Extent::Pageblock, Lang::En) => {
                format!("asked for {asked}: the pageblock's other free blocks come along")
            }
            (Extent::Pageblock, Lang::Zh) => format!("请求的是{asked}：页块里其他空闲块一起走"),
            (Extent::Block, Lang::En) => format!("order {order} < {threshold} and {asked}: the block alone"),
            (Extent::Block, Lang::Zh) => format!("{order} 阶 < {threshold} 且为{asked}：只取这一块"),
        }
    }

    /// Says what the pageblock holds and what follows; `None` before it was weighed.
    pub fn verdict(&self, lang: Lang) -> Option<String> {
        let Weighed { free, alike, needed, .. } = self.weighed?;
        let (sum, letter) = (free + alike, self.asked.letter());
        let is_enough = self.weighed.is_some_and(Weighed::is_enough);
        Some(match (is_enough, lang) {
            (true, Lang::En) => {
                format!("free {free} + alike {alike} = {sum} ≥ {needed}: the pageblock becomes {letter}")
            }
            (true, Lang::Zh) => format!("空闲 {free} + 同类 {alike} = {sum} ≥ {needed}：页块改为 {letter}"),
            (false, Lang::En) => {
                format!(
                    "free {free} + alike {alike} = {sum} < {needed}: the pageblock stays {}",
                    self.from.letter()
                )
            }
            (false, Lang::Zh) => {
                format!("空闲 {free} + 同类 {alike} = {sum} < {needed}：页块仍为 {}", self.from.letter())
            }
        })
    }
}
