//! `consentry`, built beside the tests.

use std::process::ExitCode;

fn main() -> ExitCode {
    api::cli::main()
}
