//! The worker as a process of its own, for the scaled profile.

use std::process::ExitCode;

use service::{Config, config::ConfigProblem};

fn main() -> ExitCode {
    match Config::load() {
        // The embedded profile has one process, which brings its worker along.
        Ok(_) => {
            complain(&["the embedded profile runs its worker inside `consentry serve`; this program is for PostgreSQL and Redis".to_owned()])
        }
        Err(problems) => complain(&problems.iter().map(ConfigProblem::to_string).collect::<Vec<_>>()),
    }
}

#[expect(clippy::print_stderr, reason = "the operator reads it before any log exists")]
fn complain(lines: &[String]) -> ExitCode {
    for line in lines {
        eprintln!("{line}");
    }
    ExitCode::FAILURE
}
