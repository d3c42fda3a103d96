//! Yew's hooks with what they are given behind a pointer: a hook is compiled for each closure and
//! type it is called with, of which the page has dozens. These are compiled once but for the call
//! of the closure and the comparison; they answer the same.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;
use yew::functional::TearDown;
use yew::prelude::*;

/// What a memo keeps: a [`Memo`].
type Slot = Rc<RefCell<Option<Rc<dyn Any>>>>;

struct Memo<D, T> {
    deps: D,
    made: Rc<T>,
}

/// Returns what `make` made last, and has it made anew when `deps` are others.
#[hook]
pub(crate) fn use_memo<D, T, F>(deps: D, make: F) -> Rc<T>
where
    D: PartialEq + 'static,
    T: 'static,
    F: FnOnce(&D) -> T,
{
    let slot = use_slot();
    let kept = slot.borrow().clone().and_then(|kept| kept.downcast::<Memo<D, T>>().ok());
    if let Some(kept) = kept.filter(|kept| kept.deps == deps) {
        return kept.made.clone();
    }
    let made = Rc::new(make(&deps));
    *slot.borrow_mut() = Some(Rc::new(Memo { deps, made: made.clone() }));
    made
}

#[hook]
fn use_slot() -> Slot {
    use_mut_ref(|| None)
}

/// What an effect depends on.
struct Deps {
    value: Rc<dyn Any>,
    is_same: fn(&dyn Any, &dyn Any) -> bool,
}

impl PartialEq for Deps {
    fn eq(&self, other: &Deps) -> bool {
        (self.is_same)(&*self.value, &*other.value)
    }
}

type End = Box<dyn FnOnce()>;

/// Runs `effect` after the picture is there, the first time and when `deps` are others; before it
/// runs again, and at the end, what it returned.
#[hook]
pub(crate) fn use_effect_with<D, T, F>(deps: D, effect: F)
where
    D: PartialEq + 'static,
    T: TearDown,
    F: FnOnce(&D) -> T + 'static,
{
    let value = Rc::new(deps);
    let is_same = |one: &dyn Any, other: &dyn Any| one.downcast_ref::<D>() == other.downcast_ref::<D>();
    let deps = Deps { value: value.clone(), is_same };
    let run = move || -> End {
        let end = effect(&value);
        Box::new(move || end.tear_down())
    };
    use_effect_of(deps, Box::new(run));
}

#[hook]
fn use_effect_of(deps: Deps, run: Box<dyn FnOnce() -> End>) {
    yew::functional::use_effect_with(deps, move |_| run());
}
