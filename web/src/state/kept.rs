//! Scripts that Undo and Redo go through: no text of the reader's is lost to another. No browser in here.

use super::{Script, State};
use std::rc::Rc;

/// A script with what became of it.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Kept {
    script: Script,
    /// It was run; else it is an edit, which stays one when it comes back.
    is_run: bool,
}

/// Scripts that are kept.
const UNDO_MAX: usize = 50;

impl State {
    /// Returns which script Undo and Redo count from, and how many there are. An edit that is not
    /// among them would be once either is chosen.
    pub(crate) fn kept(&self) -> (usize, usize) {
        let (scripts, at) = &self.document.runs;
        let edit = usize::from(!self.is_kept());
        ((at + edit).min(scripts.len()), scripts.len() + edit)
    }

    /// Puts another script into the editor, and keeps the one that was there.
    pub(super) fn replace(&mut self, script: Script) {
        self.keep();
        self.document.script = script;
    }

    pub(super) fn undo(mut self) -> State {
        self.keep();
        match self.document.runs.1.checked_sub(1) {
            Some(before) => self.show(before),
            None => self,
        }
    }

    pub(super) fn redo(mut self) -> State {
        self.keep();
        let after = self.document.runs.1 + 1;
        self.show(after)
    }

    /// Keeps the script that runs now; those that would be redone give way to it. What was typed
    /// while it was read is an edit of it.
    pub(super) fn keep_run(&mut self, run: &Script) {
        let newer = std::mem::replace(&mut self.document.script, run.clone());
        if !self.is_kept() {
            let (scripts, at) = &mut self.document.runs;
            scripts.truncate(*at + 1);
            self.keep();
        }
        let (scripts, at) = &mut self.document.runs;
        scripts[*at].is_run = true;
        self.document.script = newer;
    }

    fn show(mut self, at: usize) -> State {
        let Some(Kept { script, is_run }) = self.document.runs.0.get(at).cloned() else { return self };
        self.document.runs.1 = at;
        self.document.script = script;
        if is_run {
            return self.run(None);
        }
        (self.document.remark, self.document.errors) = (None, Rc::default());
        self
    }

    fn is_kept(&self) -> bool {
        let (scripts, at) = &self.document.runs;
        let now = &self.document.script.text;
        let is_it = |kept: &Rc<str>| Rc::ptr_eq(kept, now) || kept == now;
        scripts.get(*at).is_some_and(|kept| is_it(&kept.script.text))
    }

    fn keep(&mut self) {
        if self.is_kept() {
            return;
        }
        let (scripts, at) = &mut self.document.runs;
        *at = (*at + 1).min(scripts.len());
        scripts.insert(*at, Kept { script: self.document.script.clone(), is_run: false });
        if scripts.len() > UNDO_MAX {
            scripts.remove(0);
            *at -= 1;
        }
    }
}
