//! Failpoints: named places at which a test lets a process die or freeze, so that each gap of a delivery is reached
//! on purpose and not by luck (REL-1). They are in debug builds only: the module is not compiled otherwise, and
//! [`failpoint!`](crate::failpoint!) expands to nothing.
//!
//! `FAILPOINTS="mail.answer=exit(1);queue.claim=freeze(3)"` lets the process die when the first mail was taken by the
//! server, and freeze when it takes dispatches for the third time. By `panic` what runs there panics, and the process
//! goes on; `pass` only says that it was there. Whoever reaches a place that is named writes a line to standard error.

use std::io::Write as _;
use std::process::Command;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// All places; docs/faults.md says what lies behind each.
pub const POINTS: [&str; 20] = [
    "commit.before",
    "commit.after",
    "relay.claim",
    "relay.dispatch",
    "queue.claim",
    "job.claim",
    "mail.call",
    "mail.answer",
    "mail.commit",
    "revocation.call",
    "revocation.answer",
    "revocation.commit",
    "authorization.answer",
    "refresh.due",
    "refresh.claim",
    "refresh.answer",
    "refresh.commit",
    "refresh.refused",
    "refresh.discard",
    "queue.acknowledge",
];

/// What happens at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Action {
    /// The process ends on the spot, without destructors, as by `kill -9`.
    Exit,
    /// The process stops (SIGSTOP) until somebody lets it go on (SIGCONT).
    Freeze,
    /// What runs there panics; the process goes on.
    Panic,
    /// Nothing.
    Pass,
}

#[derive(Debug)]
struct Armed {
    name: &'static str,
    action: Action,
    /// The how manieth time counts, from 1.
    nth: u32,
    reached: AtomicU32,
}

#[expect(clippy::disallowed_methods, reason = "not a setting of the program: a debug build's only")]
static ARMED: LazyLock<Vec<Armed>> = LazyLock::new(|| {
    let text = std::env::var("FAILPOINTS").unwrap_or_default();
    // A test whose place does not exist must not pass.
    read(&text).unwrap_or_else(|problem| {
        say(&format!("FAILPOINTS: {problem}"));
        std::process::abort()
    })
});

/// Called by [`failpoint!`](crate::failpoint!) only.
#[doc(hidden)]
pub fn reach(name: &str) {
    for armed in ARMED.iter().filter(|armed| armed.name == name) {
        if armed.reached.fetch_add(1, Ordering::SeqCst) + 1 != armed.nth {
            continue;
        }
        say(&format!("failpoint {name} reached"));
        match armed.action {
            Action::Exit => std::process::abort(),
            Action::Freeze => {
                // Blocks this thread on purpose: nothing behind the place may run before the process has stopped.
                let id = this_thread().unwrap_or_else(|| std::process::id().to_string());
                if let Err(error) = Command::new("kill").args(["-STOP", &id]).status() {
                    say(&format!("failpoint {name}: {error}"));
                    std::process::abort();
                }
            }
            Action::Pass => {}
            Action::Panic => panic!("failpoint {name}"),
        }
    }
}

/// Linux gives a signal that is sent to this id to this thread, which then stops all. Sent to the process, another may
/// take it, and stop this one a moment after it has gone on.
fn this_thread() -> Option<String> {
    let path = std::fs::read_link("/proc/thread-self").ok()?;
    Some(path.file_name()?.to_str()?.to_owned())
}

fn say(line: &str) {
    // Whoever does not listen misses it.
    let _ = writeln!(std::io::stderr(), "{line}");
}

fn read(text: &str) -> Result<Vec<Armed>, String> {
    text.split(';').map(str::trim).filter(|part| !part.is_empty()).map(read_one).collect()
}

fn read_one(part: &str) -> Result<Armed, String> {
    let problem = || format!("{part:?} is not like mail.answer=exit(1)");
    let (name, rest) = part.split_once('=').ok_or_else(problem)?;
    let (action, nth) = rest.strip_suffix(')').and_then(|rest| rest.split_once('(')).ok_or_else(problem)?;
    let name = POINTS.into_iter().find(|known| *known == name).ok_or_else(|| format!("no place {name:?}"))?;
    let action = match action {
        "exit" => Action::Exit,
        "freeze" => Action::Freeze,
        "pass" => Action::Pass,
        "panic" => Action::Panic,
        _ => return Err(problem()),
    };
    let nth = nth.parse().ok().filter(|nth| *nth > 0).ok_or_else(problem)?;
    Ok(Armed { name, action, nth, reached: AtomicU32::new(0) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_armed_is_read_or_refused() {
        let armed = read("mail.answer=exit(1); queue.claim=freeze(3);mail.call=panic(2)").expect("readable");
        let armed: Vec<_> = armed.iter().map(|one| (one.name, one.action, one.nth)).collect();
        assert_eq!(
            armed,
            [
                ("mail.answer", Action::Exit, 1),
                ("queue.claim", Action::Freeze, 3),
                ("mail.call", Action::Panic, 2)
            ]
        );
        assert!(read("").expect("readable").is_empty());
        for wrong in
            ["mail.answer", "mail.answer=exit", "mail.answer=exit(0)", "mail=exit(1)", "mail.call=stop(1)"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
