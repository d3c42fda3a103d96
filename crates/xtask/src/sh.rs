//! Child processes: run one, read one, or watch a long one with a live last line.
//!
//! There is no shell in between, so nothing needs quoting and Windows works the same.

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::fmt;
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

/// How many of a failed command's last lines are shown.
const TAIL_LINES: usize = 60;
/// How often a watched command says that it is alive when nobody sits at a terminal.
const QUIET_SECONDS: u64 = 20;

/// A command line about to run.
pub(crate) struct Cmd {
    inner: Command,
    shown: String,
}

impl Cmd {
    pub(crate) fn new(program: &str) -> Cmd {
        Cmd { inner: Command::new(program), shown: program.to_owned() }
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Cmd {
        let arg = arg.as_ref();
        self.shown.push(' ');
        self.shown.push_str(&arg.to_string_lossy());
        self.inner.arg(arg);
        self
    }

    pub(crate) fn args<S: AsRef<OsStr>>(self, args: impl IntoIterator<Item = S>) -> Cmd {
        args.into_iter().fold(self, Cmd::arg)
    }

    pub(crate) fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Cmd {
        self.inner.env(key, value);
        self
    }

    pub(crate) fn cwd(mut self, dir: &Path) -> Cmd {
        self.inner.current_dir(dir);
        self
    }

    /// Runs to the end with our own output; an exit code other than 0 is an error.
    pub(crate) fn run(mut self) -> Result<()> {
        let status = self.inner.status().with_context(|| format!("cannot start `{self}`"))?;
        check(&self, status)
    }

    /// Runs to the end in silence and tells whether it succeeded.
    pub(crate) fn succeeds(mut self) -> bool {
        let quiet = self.inner.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        quiet.status().is_ok_and(|status| status.success())
    }

    /// What the command printed to stdout, without the white space around it.
    pub(crate) fn read(mut self) -> Result<String> {
        let output = self.inner.output().with_context(|| format!("cannot start `{self}`"))?;
        if !output.status.success() {
            bail!("`{self}` failed ({}): {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Runs a long command behind one live line, and shows its last lines if it fails.
    pub(crate) fn watch(mut self, label: &str) -> Result<()> {
        let mut progress = Progress::start(label);
        let mut log = Vec::new();
        let mut child = self.spawn_piped()?;
        let lines = pump(&mut child);
        loop {
            match lines.recv_timeout(Duration::from_secs(1)) {
                Ok(line) => {
                    progress.tick(&line);
                    log.push(line);
                }
                Err(RecvTimeoutError::Timeout) => progress.tick(""),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let status = child.wait()?;
        progress.finish();
        if !status.success() {
            let from = log.len().saturating_sub(TAIL_LINES);
            bail!("`{self}` failed ({status}); its last lines:\n{}", log[from..].join("\n"));
        }
        Ok(())
    }

    /// Runs with output passed on line by line, and gives every line to `seen` too.
    ///
    /// Returns whether the command succeeded.
    pub(crate) fn tee(mut self, mut seen: impl FnMut(&str)) -> Result<bool> {
        let mut child = self.spawn_piped()?;
        for line in pump(&mut child) {
            eprintln!("{line}");
            seen(&line);
        }
        Ok(child.wait()?.success())
    }

    /// Starts the command and leaves it running.
    pub(crate) fn spawn(mut self) -> Result<Child> {
        self.inner.spawn().with_context(|| format!("cannot start `{self}`"))
    }

    fn spawn_piped(&mut self) -> Result<Child> {
        let piped = self.inner.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        piped.spawn().with_context(|| format!("cannot start `{self}`"))
    }
}

impl fmt::Display for Cmd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

fn check(cmd: &Cmd, status: ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("`{cmd}` failed ({status})");
    }
    Ok(())
}

/// Lines of both output streams in the order of their arrival.
fn pump(child: &mut Child) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        forward(stdout, sender.clone());
    }
    if let Some(stderr) = child.stderr.take() {
        forward(stderr, sender);
    }
    receiver
}

fn forward(stream: impl Read + Send + 'static, lines: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n').map_while(|line| line.ok()) {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            if lines.send(line).is_err() {
                return;
            }
        }
    });
}

/// One line on stderr that says what runs, for how long, and what it said last.
struct Progress {
    label: String,
    since: Instant,
    last: String,
    shown_at: Instant,
}

impl Progress {
    fn start(label: &str) -> Progress {
        let now = Instant::now();
        if !std::io::stderr().is_terminal() {
            eprintln!("  {label}");
        }
        Progress { label: label.to_owned(), since: now, last: String::new(), shown_at: now }
    }

    fn tick(&mut self, line: &str) {
        if !line.trim().is_empty() {
            self.last = line.trim().chars().take(70).collect();
        }
        let seconds = self.since.elapsed().as_secs();
        let mut err = std::io::stderr();
        if err.is_terminal() {
            // A closed terminal is no reason to stop the work.
            let _ = write!(err, "\r\x1b[2K  {} {seconds:>4} s  {}", self.label, self.last);
            let _ = err.flush();
        } else if self.shown_at.elapsed().as_secs() >= QUIET_SECONDS {
            self.shown_at = Instant::now();
            eprintln!("  {seconds:>4} s  {}", self.last);
        }
    }

    fn finish(&self) {
        let seconds = self.since.elapsed().as_secs_f32();
        if std::io::stderr().is_terminal() {
            eprintln!("\r\x1b[2K  {} {seconds:>4.0} s", self.label);
        } else {
            eprintln!("  {seconds:>4.0} s  {}: ended", self.label);
        }
    }
}
