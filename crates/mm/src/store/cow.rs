//! A part of a store that copies share until one of them writes.

use std::rc::Rc;

/// A value on the heap: its owner's own, or shared by copies of its store.
///
/// Which of both it is stands beside the pointer, so that writing what is one's own costs no
/// look at a count.
#[derive(Clone, Debug)]
pub(super) enum Cow<T> {
    /// Of one store alone.
    Own(Box<T>),
    /// Of every store that was copied since it was last written.
    #[expect(
        clippy::redundant_allocation,
        reason = "what is shared stays where it is: a pointer moves, not the value"
    )]
    Shared(Rc<Box<T>>),
}

impl<T: Clone> Cow<T> {
    /// Returns the value.
    #[inline(always)]
    pub(super) fn get(&self) -> &T {
        match self {
            Cow::Own(value) => value,
            Cow::Shared(value) => value,
        }
    }

    /// Returns the value for writing: its owner's own from now on.
    #[inline(always)]
    pub(super) fn get_mut(&mut self) -> &mut T {
        if let Cow::Shared(_) = self {
            self.make_own();
        }
        match self {
            Cow::Own(value) => value,
            Cow::Shared(value) => Rc::<Box<T>>::make_mut(value),
        }
    }

    #[cold]
    fn make_own(&mut self) {
        if let Cow::Shared(value) = self {
            *self = Cow::Own(Box::clone(value));
        }
    }

    /// Lets copies made from now on share the value.
    pub(super) fn share(self) -> Cow<T> {
        match self {
            Cow::Own(value) => Cow::Shared(Rc::new(value)),
            Cow::Shared(value) => Cow::Shared(value),
        }
    }

    /// Returns whether copies may share it and it is not the value `older` in memory.
    pub(super) fn is_shared_beyond(&self, older: Option<&Cow<T>>) -> bool {
        match (self, older) {
            (Cow::Shared(value), Some(Cow::Shared(older))) => !Rc::ptr_eq(value, older),
            (Cow::Shared(_), _) => true,
            (Cow::Own(_), _) => false,
        }
    }

    /// Returns whether copies may share it.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self, Cow::Shared(_))
    }
}
