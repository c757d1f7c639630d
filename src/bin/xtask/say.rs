//! How tasks speak: numbered stages with times, and failures that carry their mend.

use std::fmt::Display;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// What could not be done, and what the person at the keyboard can do about it.
pub struct Failure {
    pub what: String,
    pub mend: String,
}

pub type Outcome<T> = Result<T, Failure>;

/// Makes a failure; both halves are sentences without a full stop.
pub fn fail<T>(what: impl Into<String>, mend: impl Into<String>) -> Outcome<T> {
    Err(Failure { what: what.into(), mend: mend.into() })
}

/// What failed at a place, as a failure: for `map_err`.
pub fn failed_at<E: Display>(path: &Path, mend: &str) -> impl Fn(E) -> Failure {
    move |error| Failure { what: format!("{}: {error}", path.display()), mend: mend.to_owned() }
}

/// A numbered run of stages; remembers how long each took.
pub struct Stages {
    total: usize,
    started: Instant,
    stage_started: Instant,
    done: Vec<(String, u64)>,
    current: Option<String>,
}

impl Stages {
    /// Starts counting; `total` is what is printed after the slash.
    pub fn new(total: usize) -> Stages {
        let now = Instant::now();
        Stages { total, started: now, stage_started: now, done: Vec::new(), current: None }
    }

    /// Closes the stage before and opens the next.
    pub fn next(&mut self, name: &str) {
        self.close();
        println!("\n=== [{}/{}] {name} (after {})", self.done.len() + 1, self.total, minutes(self.started.elapsed().as_secs()));
        self.stage_started = Instant::now();
        self.current = Some(name.to_owned());
    }

    fn close(&mut self) {
        if let Some(name) = self.current.take() {
            self.done.push((name, self.stage_started.elapsed().as_secs()));
        }
    }

    /// Prints the time of each stage and of the whole.
    pub fn summary(&mut self) {
        self.close();
        println!("\n=== time");
        for (name, seconds) in &self.done {
            println!("  {:>9}  {name}", minutes(*seconds));
        }
        println!("  {:>9}  in all", minutes(self.started.elapsed().as_secs()));
    }
}

fn minutes(seconds: u64) -> String {
    format!("{}m {:02}s", seconds / 60, seconds % 60)
}

/// Runs a program with its output shown; a program that is missing or fails is a failure with this mend.
pub fn run(command: &mut Command, mend: &str) -> Outcome<()> {
    let shown = shown(command);
    println!("$ {shown}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => fail(format!("`{shown}` ended with {status}"), mend),
        Err(error) => fail(format!("`{shown}` could not be started: {error}"), mend),
    }
}

/// Runs a program and returns what it printed, or nothing where it is missing or fails.
pub fn output_of(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    if !output.status.success() {
        return None;
    }
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn shown(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    text
}
