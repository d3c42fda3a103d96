use super::*;
use crate::black_box::{self, Place};
use mm::session::Budget;

const SCRIPT: &str = "boot\nspawn web\nweb: buf = mmap 16M\n";

fn ran(text: &str) -> State {
    let link = Link { source: Some(Source::Text(text.to_owned())), ..Link::default() };
    settle(State::open(&Start { link, ..Start::default() }))
}

/// Does the work that `effects` would do in slices.
fn settle(mut state: State) -> State {
    for _ in 0..10_000 {
        if !state.is_running() {
            return state;
        }
        let slice = work(&state.session, &state.run.running, 1000);
        state = state.after(Action::Sliced(slice, Picture::Kept));
    }
    panic!("never settles");
}

fn named(state: &State) -> Link {
    state.link().named(&state.session.borrow())
}

fn at(command: u32, step: u32) -> Position {
    Position { command, step }
}

#[test]
fn a_first_visit_opens_the_first_look_at_its_step() {
    let state = settle(State::open(&Start::default()));
    assert_eq!(state.document.script.name, Lesson::first().file);
    assert_eq!(named(&state).at, Lesson::first().place());
    assert!(state.document.errors.is_empty());
}

#[test]
fn the_stored_script_is_shown_when_the_link_has_none() {
    let start = Start { stored_script: Some(SCRIPT.to_owned()), ..Start::default() };
    assert_eq!(&*State::open(&start).document.script.text, SCRIPT);
    let unreadable = Link { source: Some(Source::Unreadable), ..Link::default() };
    let state = State::open(&Start { link: unreadable, ..start });
    assert_eq!(state.document.remark, Some(Remark::BadLink));
    assert_eq!(&*state.document.script.text, SCRIPT);
}

#[test]
fn steps_cross_commands_and_stop_at_both_ends() {
    let mut state = ran(SCRIPT);
    let end = state.position();
    state = state.after(Action::Move(Motion::Forward));
    assert_eq!(state.position(), end);
    let mut seen = vec![end];
    for _ in 0..2000 {
        state = state.after(Action::Move(Motion::Back));
        seen.push(state.position());
    }
    assert_eq!(state.position(), at(1, 0));
    for _ in 0..2000 {
        state = state.after(Action::Move(Motion::Forward));
    }
    assert_eq!(state.position(), end);
    seen.dedup();
    assert!(seen.windows(2).all(|pair| pair[0] > pair[1]));
}

#[test]
fn home_goes_to_the_command_and_then_to_the_script() {
    let state = ran(SCRIPT).after(Action::Move(Motion::First));
    assert_eq!(state.position(), at(3, 0));
    let state = state.after(Action::Move(Motion::First));
    assert_eq!(state.position(), at(1, 0));
    let state = state.after(Action::Move(Motion::Last)).after(Action::Move(Motion::Last));
    assert_eq!(state.position().command, 3);
}

#[test]
fn errors_leave_what_was_run() {
    let state = ran(SCRIPT);
    let end = state.position();
    let state = state.after(Action::Edit("boot\nfrobnicate\n".to_owned())).after(Action::Run);
    assert_eq!(state.document.errors.len(), 1);
    assert_eq!(state.document.errors[0].line, 2);
    assert_eq!(state.position(), end);
    assert!(!state.is_running() && state.is_edited());
}

#[test]
fn a_run_can_be_undone_and_redone() {
    let state = settle(ran(SCRIPT).after(Action::Append("cat /proc/buddyinfo".to_owned())));
    assert_eq!(state.position().command, 4);
    let state = settle(state.after(Action::Undo));
    assert_eq!(&*state.document.script.text, SCRIPT);
    assert_eq!(state.position().command, 3);
    let state = settle(state.after(Action::Undo));
    assert_eq!(&*state.document.script.text, SCRIPT);
    let state = settle(state.after(Action::Redo));
    assert_eq!(state.position().command, 4);
    let state = settle(state.after(Action::Redo));
    assert_eq!(state.position().command, 4);
}

#[test]
fn an_edit_that_gives_way_to_another_script_is_reached_by_undo_and_redo() {
    let script = |text: &str| Script { name: format!("{text}.mm"), text: text.into() };
    let brought: [fn(Script) -> Action; 2] = [Action::Open, Action::Show];
    for bring in brought {
        let state = ran(SCRIPT).after(Action::Edit("boto".to_owned()));
        assert_eq!(state.kept(), (1, 2));
        let mut state = settle(state.after(bring(script("boot\n"))));
        assert_eq!((&*state.document.script.text, state.kept()), ("boot\n", (2, 3)));
        // An edit of what was brought is kept as well.
        state = state.after(Action::Edit("bo".to_owned()));
        let (last, all) = state.kept();
        let mut seen = vec![state.document.script.clone()];
        for _ in 0..last {
            state = settle(state.after(Action::Undo));
            seen.push(state.document.script.clone());
        }
        assert_eq!((state.kept(), &*state.document.script.text), ((0, all), SCRIPT));
        assert!(seen.iter().any(|script| &*script.text == "boto"), "{seen:?}");
        assert_eq!(seen[0].name, "boot\n.mm");
        for before in seen.iter().rev().skip(1) {
            state = settle(state.after(Action::Redo));
            assert_eq!(state.document.script, *before);
        }
        assert_eq!(state.after(Action::Redo).document.script, seen[0]);
    }
}

#[test]
fn an_edit_that_was_not_run_comes_back_as_one() {
    let ran_text = |state: &State| state.document.loaded.to_string();
    let state = ran(SCRIPT).after(Action::Edit("boot ram=1G\nexit\n".to_owned()));
    let state = settle(state.after(Action::Open(Script { name: String::new(), text: "boot\n".into() })));
    let state = state.after(Action::Undo);
    assert_eq!(&*state.document.script.text, "boot ram=1G\nexit\n");
    assert!(state.is_edited() && !state.is_running());
    assert_eq!((ran_text(&state).as_str(), state.position().command), ("boot\n", 1), "nothing of it ran");
    let before = settle(state.clone().after(Action::Undo));
    assert_eq!(
        (&*before.document.script.text, ran_text(&before).as_str()),
        (SCRIPT, SCRIPT),
        "what had run runs"
    );
    assert!(before.after(Action::Redo).is_edited());
    // Once it has run it is a run as any other.
    let state = settle(state.after(Action::Edit("boot ram=1G\n".to_owned())).after(Action::Run));
    assert!(!state.is_edited());
    let state = settle(state.after(Action::Append("boot\n".to_owned())).after(Action::Undo));
    assert_eq!((&*state.document.script.text, state.is_edited()), ("boot ram=1G\n", false));
}

/// A text too long to be read on the spot.
fn long(last: &str) -> String {
    format!("boot\n{}{last}", "sleep 1us # and a rest\n".repeat(2000))
}

#[test]
fn a_long_script_is_read_in_slices_and_an_edit_meanwhile_stays_one() {
    let text = long("spawn web\n");
    let mut state = ran(SCRIPT).after(Action::Edit(text.clone())).after(Action::Run);
    let mut slices = 0;
    while matches!(state.run.running, Running::Reading { .. }) {
        let slice = work(&state.session, &state.run.running, 100);
        assert_eq!(&*state.document.loaded, SCRIPT, "it is as before until all is read");
        state = state.after(Action::Sliced(slice, Picture::New));
        if let Some(Now::Lines(read, all)) = state.run.now {
            assert!(read <= all && all == 2002, "{read} of {all}");
            slices += 1;
        }
        if slices == 3 {
            state = state.after(Action::Edit("boot # typed\n".to_owned()));
        }
    }
    assert!(slices > 5, "{slices}");
    let state = settle(state);
    assert_eq!((&*state.document.loaded, &*state.document.script.text), (&*text, "boot # typed\n"));
    assert_eq!(state.position().command, 2002);
    let state = settle(state.after(Action::Undo));
    assert_eq!((&*state.document.script.text, state.is_edited()), (&*text, false));
}

#[test]
fn mistakes_of_a_long_script_are_told_and_reading_can_be_given_up() {
    let state = settle(ran(SCRIPT).after(Action::Edit(long("frobnicate\n"))).after(Action::Run));
    assert_eq!(
        (state.document.errors.len(), state.document.errors[0].line, &*state.document.loaded),
        (1, 2002, SCRIPT)
    );
    let state = state.after(Action::Edit(long(""))).after(Action::Run);
    assert!(state.is_running());
    let state = state.after(Action::Cancel);
    assert!(!state.is_running() && state.is_edited());
    assert_eq!((state.position().command, &*state.document.loaded), (3, SCRIPT));
}

/// Commands that keep no steps, one after the other.
const COARSE: &str = "boot ram=512M thp=never\nspawn web\nweb: a = mmap 200M\nweb: touch a\nweb: munmap a\n\
                      web: b = mmap 200M\nweb: touch b\nsleep 1\n";

/// Goes on until the way to a position is gone; returns how many pictures told how far it was.
fn arrive(mut state: State) -> (State, u32) {
    let mut told = 0;
    while let Running::Seeking { .. } = state.run.running {
        let slice = work(&state.session, &state.run.running, 200);
        state = state.after(Action::Sliced(slice, Picture::New));
        told += u32::from(matches!(state.run.now, Some(Now::Way(_, Some(_)))));
    }
    (state, told)
}

fn thin() -> State {
    let state = ran("");
    let budget = Budget { checkpoint_bytes: 0, record_bytes: 0, ..Budget::default() };
    state.session.borrow_mut().set_budget(budget);
    settle(state.after(Action::Edit(COARSE.to_owned())).after(Action::Run))
}

#[test]
fn a_long_way_tells_how_far_it_is_and_can_be_given_up() {
    let state = thin();
    let end = state.position();
    let state = state.after(Action::Seek(at(5, u32::MAX)));
    assert!(matches!(state.run.running, Running::Seeking { .. }));
    assert_eq!(state.position(), end, "all is shown as it was");
    let slice = work(&state.session, &state.run.running, 100);
    let state = state.after(Action::Sliced(slice, Picture::New));
    assert!(matches!(state.run.now, Some(Now::Way(5, Some(_)))), "{:?}", state.run.now);
    let state = state.after(Action::Cancel);
    assert_eq!((state.position(), state.is_running(), state.run.now), (end, false, None));
    let (state, told) = arrive(state.after(Action::Seek(at(5, u32::MAX))));
    assert_eq!((state.position().command, state.run.now), (5, None));
    assert!(told > 3, "{told}");
}

#[test]
fn keys_pressed_on_the_way_move_its_end() {
    let mut state = thin();
    for _ in 0..3 {
        state = state.after(Action::Move(Motion::CommandBack));
    }
    assert!(matches!(state.run.running, Running::Seeking { goal, .. } if goal.command == 5), "back from 8");
    // Steps within the command that it leads to are gone when it has arrived.
    state = state.after(Action::Move(Motion::Back));
    let (state, _) = arrive(state);
    assert_eq!(state.position().command, 4);
    let (state, _) = arrive(state.after(Action::Move(Motion::Last)).after(Action::Move(Motion::Last)));
    assert_eq!(state.position(), state.session.borrow().end());
}

#[test]
fn a_run_goes_to_the_end_of_what_was_run_first() {
    let (state, _) = arrive(thin().after(Action::Seek(at(5, u32::MAX))));
    let state = settle(state.after(Action::Append("sleep 2".to_owned())));
    assert_eq!((state.position().command, state.session.borrow().unexpected().count()), (9, 0));
    // The other way round: what is not shared is left before the new text is taken over.
    let edited = COARSE.replace("web: munmap a", "web: munmap a 100M");
    let mut state = thin().after(Action::Edit(edited.clone())).after(Action::Run);
    assert!(matches!(state.run.running, Running::Reading { .. }), "it goes back");
    assert_eq!(state.position().command, 8);
    state = settle(state);
    assert_eq!((state.position().command, &*state.document.loaded), (8, &*edited));
}

#[test]
fn what_is_shown_waits_to_be_run() {
    let state = ran(SCRIPT);
    let end = state.position();
    let state = state.after(Action::Show(Script { name: "a.mm".to_owned(), text: "boot\n".into() }));
    assert!(state.is_edited() && !state.is_running());
    assert_eq!(state.position(), end);
    assert_eq!(settle(state.after(Action::Run)).position().command, 1);
}

#[test]
fn a_cancelled_run_leaves_its_finished_commands() {
    let mut state = ran(SCRIPT).after(Action::Append("web: touch buf".to_owned()));
    let slice = work(&state.session, &state.run.running, 1);
    assert_eq!(slice, Slice::Running);
    state = state.after(Action::Sliced(slice, Picture::Kept)).after(Action::Cancel);
    assert!(!state.is_running());
    assert_eq!(state.position().command, 3);
}

#[test]
fn what_a_coarse_command_did_is_taken_back_in_slices() {
    let begun = || {
        let mut state = thin().after(Action::Append("web: munmap b".to_owned()));
        // So far that it has given up its detail.
        while !matches!(state.run.now, Some(Now::Command(9, Some(work))) if work.done > 40_000) {
            let slice = work(&state.session, &state.run.running, 1000);
            state = state.after(Action::Sliced(slice, Picture::New));
        }
        state
    };
    let digest = thin().session.borrow().world().digest();
    let mut state = begun().after(Action::Cancel);
    assert!(state.run.running == Running::TakingBack && state.run.cancelled.is_some());
    state = state.after(Action::Sliced(Slice::Running, Picture::New));
    assert!(matches!(state.run.now, Some(Now::Way(8, Some(_)))), "{:?}", state.run.now);
    state = settle(state);
    assert_eq!((state.position().command, state.session.borrow().world().digest()), (8, digest));
    // Another script meanwhile waits for it, too.
    let state = settle(begun().after(Action::Edit(COARSE.to_owned())).after(Action::Run));
    assert_eq!((state.position().command, state.session.borrow().world().digest()), (8, digest));
}

#[test]
fn the_link_of_a_state_opens_it_again() {
    let state = ran(SCRIPT).after(Action::Seek(at(2, 3))).after(Action::TogglePanel(PanelId::Proc));
    let link = Link { source: Some(Source::of(&state.document.script.text)), ..named(&state) };
    let link = Link::parse(&link.to_string());
    let again = settle(State::open(&Start { link, ..Start::default() }));
    assert_eq!(again.position(), at(2, 3));
    assert_eq!(again.view.panels, state.view.panels);
    assert_eq!(&*again.document.script.text, SCRIPT);
}

#[test]
fn play_at_the_end_starts_the_command_again() {
    let state = ran(SCRIPT).after(Action::TogglePlay);
    assert_eq!((state.position(), state.run.playback), (at(3, 0), Playback::Playing));
    let state = state.after(Action::Tick(1));
    assert_eq!(state.position(), at(3, 1));
    let mut state = state;
    for _ in 0..20 {
        state = state.after(Action::Tick(2));
    }
    assert_eq!(state.run.playback, Playback::Paused);
}

#[test]
fn escape_closes_first_and_clears_then() {
    let frame = Thing::from_key("frame:1");
    let state = ran(SCRIPT).after(Action::Select(frame.clone())).after(Action::ToggleDrawer(Drawer::Keys));
    let state = state.after(Action::Escape);
    assert_eq!((state.view.drawer, &state.view.selection), (None, &frame));
    assert_eq!(state.after(Action::Escape).view.selection, None);
}

#[test]
fn an_address_of_the_kernel_opens_its_walk() {
    let state = ran(SCRIPT).after(Action::OnlyPanel(PanelId::Proc));
    let state = state.after(Action::Select(Thing::from_key("address:web/7ffff7ff5000")));
    assert_eq!(state.view.panels, [PanelId::Proc]);
    let state = state.after(Action::Select(Thing::from_key("address:kernel/ffff888004203000")));
    assert_eq!(state.view.panels, [PanelId::Proc, PanelId::Translate]);
}

fn broken(place: Place) -> State {
    let text = format!("{SCRIPT}web: write buf\n");
    let mut notes = Notes::default();
    notes.add(black_box::Note { digest: black_box::digest(&text), place });
    let start = Start { stored_script: Some(text), notes, ..Start::default() };
    settle(State::open(&start))
}

fn is_noted(state: &State) -> bool {
    state.document.notes.of(black_box::digest(&state.document.script.text)).is_some()
}

#[test]
fn a_script_that_broke_stops_before_its_command() {
    let state = broken(Place::Running(4));
    assert_eq!(state.position().command, 3);
    assert_eq!(state.document.remark, Some(Remark::Broke(Place::Running(4))));
    assert_eq!(
        &*state.document.loaded, &*state.document.script.text,
        "it is loaded, and its next command can be run"
    );
    assert!(is_noted(&state), "a later visit stops there too");
    let state = settle(state.after(Action::Move(Motion::Forward)));
    assert_eq!(state.position().command, 4, "the reader said so");
}

#[test]
fn a_script_that_broke_again_runs_only_when_the_reader_says_so() {
    let state = broken(Place::Anywhere);
    assert_eq!((state.position(), state.is_edited()), (Position::default(), true));
    let state = settle(state.after(Action::Run));
    assert_eq!(state.position().command, 4);
    assert_eq!(state.document.remark, None);
    assert!(!is_noted(&state), "it went well: no more is held against it");
}

#[test]
fn a_step_that_could_not_be_shown_is_not_gone_to_again() {
    let there = ran(&format!("{SCRIPT}web: write buf\n")).position();
    let state = broken(Place::Shown(there));
    assert_eq!(state.position(), at(4, there.step - 1));
    assert!(is_noted(&state));
    assert_eq!(
        settle(state.after(Action::Run)).position(),
        there,
        "a run goes to the end, also of what has run"
    );
}

#[test]
fn a_link_to_a_script_that_broke_is_held_up_as_well() {
    let state = broken(Place::Running(2));
    let text = state.document.script.text.to_string();
    let other = Script { name: String::new(), text: "boot ram=1G\nspawn db\n".into() };
    let state = settle(state.after(Action::Open(other)));
    assert_eq!(state.position().command, 2);
    let link = Link { source: Some(Source::Text(text)), at: "4:end".parse().ok(), ..Link::default() };
    let state = settle(state.after(Action::Follow(link)));
    assert_eq!(state.position().command, 1);
}

#[test]
fn a_step_that_is_not_there_opens_at_its_command_and_says_so() {
    for (text, to, remark) in [
        ("at=3:mmap.charged#1", None, None),
        ("at=3:mmap.charged#9", Some(at(3, 0)), Some(Remark::OtherModel)),
        ("at=3:fault.raised", Some(at(3, 0)), Some(Remark::OtherModel)),
        ("at=3.2", Some(at(3, 0)), Some(Remark::OtherModel)),
        ("at=3:start", Some(at(3, 0)), None),
    ] {
        let source = Some(Source::Text(SCRIPT.to_owned()));
        let link = Link { source, ..Link::parse(text) };
        let opened = settle(State::open(&Start { link: link.clone(), ..Start::default() }));
        let followed =
            [ran("boot\n"), ran(SCRIPT)].map(|state| settle(state.after(Action::Follow(link.clone()))));
        for state in [opened].into_iter().chain(followed) {
            assert_eq!(state.document.remark, remark, "{text}");
            assert_eq!(&*state.document.script.text, SCRIPT, "{text}");
            match to {
                Some(to) => assert_eq!(state.position(), to, "{text}"),
                None => assert_eq!(named(&state).at, link.at, "{text}"),
            }
        }
    }
}
