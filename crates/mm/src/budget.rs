//! How much memory and work one script may take.
//!
//! What is counted are bytes of the model, equal on every host, not those of an allocator. Past
//! the soft limits the history gets thinner: going back takes longer, and old commands lose their
//! steps. When that is not enough, the command ends with a refusal of ours, and the machine
//! stays as it was before it.

/// Bytes that a session may take in all: the machine, its history and the command under way.
/// A page has 1 GB for it, and another machine of the largest size while it boots.
pub const SESSION_BYTES_MAX: u64 = 640 << 20;
/// Bytes of checkpoints past which they get sparser.
pub const CHECKPOINT_BYTES_MAX: u64 = 96 << 20;
/// Bytes of the steps, spans and deltas of all commands past which the oldest lose theirs.
pub const RECORD_BYTES_MAX: u64 = 128 << 20;
/// Events of all commands together: some minutes of work.
pub const EVENTS_MAX: u64 = 1 << 30;

/// How much memory and work a script may take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Budget {
    /// Bytes in all.
    pub session_bytes: u64,
    /// Bytes of checkpoints.
    pub checkpoint_bytes: u64,
    /// Bytes of records.
    pub record_bytes: u64,
    /// Events of all commands.
    pub events: u64,
}

impl Default for Budget {
    fn default() -> Budget {
        Budget {
            session_bytes: SESSION_BYTES_MAX,
            checkpoint_bytes: CHECKPOINT_BYTES_MAX,
            record_bytes: RECORD_BYTES_MAX,
            events: EVENTS_MAX,
        }
    }
}

/// What a script may take only so much of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Resource {
    /// Memory: bytes of the session.
    Memory,
    /// Work: events.
    Work,
}

/// A command that would have taken a script over its budget.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exceeded {
    /// Of what.
    pub resource: Resource,
    /// The limit, in bytes or events.
    pub limit: u64,
}
