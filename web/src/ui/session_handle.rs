//! A shared session that Yew can compare: same session, same revision, same picture.

use crate::model::Session;
use std::cell::{Ref, RefCell, RefMut};
use std::rc::Rc;

/// The session and a counter that goes up whenever its state changes.
///
/// A panel borrows it, asks `mm-view`, and drops the borrow before it returns or dispatches.
#[derive(Clone)]
pub(crate) struct SessionHandle {
    session: Rc<RefCell<Session>>,
    revision: u32,
}

impl SessionHandle {
    /// Wraps a session.
    pub(crate) fn new(session: Session) -> SessionHandle {
        SessionHandle { session: Rc::new(RefCell::new(session)), revision: 0 }
    }

    /// Borrows the session to read.
    pub(crate) fn borrow(&self) -> Ref<'_, Session> {
        self.session.borrow()
    }

    /// Borrows the session to change it; the caller then shows a [`SessionHandle::changed`] handle.
    pub(crate) fn borrow_mut(&self) -> RefMut<'_, Session> {
        self.session.borrow_mut()
    }

    /// Returns the handle of the changed session.
    pub(crate) fn changed(&self) -> SessionHandle {
        SessionHandle { session: self.session.clone(), revision: self.revision.wrapping_add(1) }
    }

    /// Returns the counter.
    pub(crate) fn revision(&self) -> u32 {
        self.revision
    }
}

impl PartialEq for SessionHandle {
    fn eq(&self, other: &SessionHandle) -> bool {
        Rc::ptr_eq(&self.session, &other.session) && self.revision == other.revision
    }
}
