//! What the slow path decides, as events with the operands of each decision.

use crate::config::NodeId;
use crate::phys::alloc::kswapd::NodeState;
use crate::phys::compaction::{CompactPriority, CompactResult};
use crate::phys::zone::watermark::{Privileges, Verdict};
use crate::phys::zone::{ZoneId, ZoneKind};
use crate::units::Order;

/// What the slow path decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// The flags say what the request may do below the minimum mark (`gfp_to_alloc_flags`).
    Rights {
        /// Half of the mark, another quarter and the reserve of urgent blocks.
        privileges: Privileges,
        /// Whether kswapd may be called.
        calls_kswapd: bool,
    },
    /// kswapd of a node was called.
    WakeKswapd {
        /// The node.
        node: NodeId,
        /// Order wanted.
        order: Order,
        /// Highest zone that the request may use.
        highest: ZoneKind,
        /// What it would find there.
        state: NodeState,
    },
    /// The request may use reserves, because it frees memory or its process is dying.
    Reserves {
        /// Order wanted.
        order: Order,
        /// How far.
        extent: Reserve,
    },
    /// The caller reclaimed for itself.
    DirectReclaim {
        /// Order wanted.
        order: Order,
        /// Pages that became free.
        freed: u32,
    },
    /// The caller had memory compacted for itself.
    DirectCompact {
        /// Order wanted.
        order: Order,
        /// How hard it tried.
        priority: CompactPriority,
        /// What came of it.
        result: CompactResult,
    },
    /// Would the request succeed in a zone if all that can be reclaimed were free?
    RetryZone {
        /// The zone.
        zone: ZoneId,
        /// Order wanted.
        order: Order,
        /// Pages that reclaim could free.
        reclaimable: u32,
        /// Those and the free ones.
        available: u32,
        /// The minimum mark.
        min: u32,
        /// Rounds so far that freed nothing.
        no_progress_loops: u32,
        /// What the test says.
        verdict: Verdict,
    },
    /// Shall compaction be tried once more?
    RetryCompact {
        /// Order wanted.
        order: Order,
        /// How hard it tried.
        priority: CompactPriority,
        /// What came of it.
        result: CompactResult,
        /// Tries so far that made a block.
        retries: u32,
        /// Tries there may be.
        max: u32,
        /// Whether it goes on.
        again: bool,
    },
    /// Nobody is killed for this request.
    NoKill {
        /// Order wanted.
        order: Order,
        /// Why not.
        why: NoKill,
    },
    /// A request that must not fail gets at reserves.
    NoFail {
        /// Order wanted.
        order: Order,
        /// How far.
        extent: Reserve,
    },
    /// The request is given up.
    GiveUp {
        /// Order wanted.
        order: Order,
        /// Why.
        why: GiveUp,
    },
}

/// What is held back, and may be taken all the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reserve {
    /// Everything: no mark counts (`ALLOC_NO_WATERMARKS`).
    All,
    /// Half of the minimum mark: the process is about to die and frees more (`ALLOC_OOM`).
    Dying,
    /// A quarter of the minimum mark (`ALLOC_HARDER`).
    Harder,
}

/// Why nobody is killed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoKill {
    /// Killing frees frames, not large blocks.
    CostlyOrder,
    /// The caller can do without (`__GFP_RETRY_MAYFAIL`).
    MayFail,
    /// A victim's memory may lie on other nodes (`__GFP_THISNODE`).
    ThisNode,
    /// A victim's memory hardly lies in low zones.
    LowZone,
}

/// Why a request is given up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GiveUp {
    /// The caller must not wait.
    NoWait,
    /// `__GFP_NORETRY`, and compaction did not even start.
    NoCompaction,
    /// `__GFP_NORETRY` and `__GFP_THISNODE`: compaction did not help, and other nodes may have a block.
    ThisNode,
    /// `__GFP_NORETRY`.
    NoRetry,
    /// Too large a block to insist on without `__GFP_RETRY_MAYFAIL`.
    CostlyOrder,
    /// Nothing is left to try.
    Exhausted,
    /// The process is dying and has had its reserves.
    Dying,
    /// No process is left to kill: the kernel would panic.
    Panic,
    /// The kernel would go on trying until somebody else frees memory.
    Endless,
}
