//! walk

/// Events of this subsystem.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {}
