//! `consentry`: see `consentry help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    api::cli::main()
}
