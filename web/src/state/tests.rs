use super::*;

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
        let slice = work(&state.session, 1000);
        state = state.after(Action::Sliced(slice));
    }
    panic!("never settles");
}

fn at(command: u32, step: u32) -> Position {
    Position { command, step }
}

#[test]
fn a_first_visit_opens_the_first_look_at_its_step() {
    let state = settle(State::open(&Start::default()));
    assert_eq!(state.script.name, Lesson::first().file);
    assert_eq!(state.position(), Lesson::first().at);
    assert!(state.errors.is_empty());
}

#[test]
fn the_stored_script_is_shown_when_the_link_has_none() {
    let start = Start { stored_script: Some(SCRIPT.to_owned()), ..Start::default() };
    assert_eq!(&*State::open(&start).script.text, SCRIPT);
    let unreadable = Link { source: Some(Source::Unreadable), ..Link::default() };
    let state = State::open(&Start { link: unreadable, ..start });
    assert!(state.is_bad_link);
    assert_eq!(&*state.script.text, SCRIPT);
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
    assert_eq!(state.errors.len(), 1);
    assert_eq!(state.errors[0].line, 2);
    assert_eq!(state.position(), end);
    assert!(!state.is_running() && state.is_edited());
}

#[test]
fn a_run_can_be_undone_and_redone() {
    let state = settle(ran(SCRIPT).after(Action::Append("cat /proc/buddyinfo".to_owned())));
    assert_eq!(state.position().command, 4);
    let state = settle(state.after(Action::Undo));
    assert_eq!(&*state.script.text, SCRIPT);
    assert_eq!(state.position().command, 3);
    let state = settle(state.after(Action::Undo));
    assert_eq!(&*state.script.text, SCRIPT);
    let state = settle(state.after(Action::Redo));
    assert_eq!(state.position().command, 4);
    let state = settle(state.after(Action::Redo));
    assert_eq!(state.position().command, 4);
}

#[test]
fn a_cancelled_run_leaves_its_finished_commands() {
    let mut state = ran(SCRIPT).after(Action::Append("web: touch buf".to_owned()));
    let slice = work(&state.session, 1);
    assert!(matches!(slice, Slice::Running { .. }));
    state = state.after(Action::Sliced(slice)).after(Action::Cancel);
    assert!(!state.is_running());
    assert_eq!(state.position().command, 3);
}

#[test]
fn the_link_of_a_state_opens_it_again() {
    let state = ran(SCRIPT).after(Action::Seek(at(2, 3))).after(Action::TogglePanel(PanelId::Proc));
    let link = Link { source: Some(Source::of(&state.script.text)), ..state.view() };
    let link = Link::parse(&link.to_string());
    let again = settle(State::open(&Start { link, ..Start::default() }));
    assert_eq!(again.position(), at(2, 3));
    assert_eq!(again.panels, state.panels);
    assert_eq!(&*again.script.text, SCRIPT);
}

#[test]
fn play_at_the_end_starts_the_command_again() {
    let state = ran(SCRIPT).after(Action::TogglePlay);
    assert_eq!((state.position(), state.playback), (at(3, 0), Playback::Playing));
    let state = state.after(Action::Tick(1));
    assert_eq!(state.position(), at(3, 1));
    let mut state = state;
    for _ in 0..20 {
        state = state.after(Action::Tick(2));
    }
    assert_eq!(state.playback, Playback::Paused);
}

#[test]
fn escape_closes_first_and_clears_then() {
    let frame = Thing::from_key("frame:1");
    let state = ran(SCRIPT).after(Action::Select(frame.clone())).after(Action::ToggleDrawer(Drawer::Keys));
    let state = state.after(Action::Escape);
    assert_eq!((state.drawer, &state.selection), (None, &frame));
    assert_eq!(state.after(Action::Escape).selection, None);
}

#[test]
fn an_address_of_the_kernel_opens_its_walk() {
    let state = ran(SCRIPT).after(Action::OnlyPanel(PanelId::Proc));
    let state = state.after(Action::Select(Thing::from_key("address:web/7ffff7ff5000")));
    assert_eq!(state.panels, [PanelId::Proc]);
    let state = state.after(Action::Select(Thing::from_key("address:kernel/ffff888004203000")));
    assert_eq!(state.panels, [PanelId::Proc, PanelId::Translate]);
}
