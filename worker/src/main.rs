//! `consentry-worker`: the same as `consentry worker`.

use std::process::ExitCode;

use service::Config;
use service::config::ConfigProblem;

fn main() -> ExitCode {
    // One TLS provider for everything in the process; a second call means that it is set already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return complain(&[format!("the runtime does not start: {error}")]),
    };
    {
        let _inside = runtime.enter();
        service::telemetry::init();
    }
    let config = match Config::load() {
        Ok(config) => config,
        Err(problems) => return complain(&problems.iter().map(ConfigProblem::to_string).collect::<Vec<_>>()),
    };
    let ended = runtime.block_on(async {
        let ended = worker::process::run(config).await;
        service::trace::finish().await;
        ended
    });
    // What had to end has ended; threads that wait for something are not waited for.
    runtime.shutdown_background();
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&[format!("{error:#}")]),
    }
}

#[expect(clippy::print_stderr, reason = "the operator reads it before any log exists")]
fn complain(lines: &[String]) -> ExitCode {
    for line in lines {
        eprintln!("{line}");
    }
    ExitCode::FAILURE
}
