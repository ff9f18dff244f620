//! The scaled profile, measured on PostgreSQL and Redis that share the machine (docs/performance.md): pages of a team
//! with 100,000 requests, subscribers, the broker, renewals, health, and memory under load. What it is compared with
//! runs in turn with it.
//!
//! `scripts/bench.sh` starts the servers. Names of parts run those alone: `cargo bench --bench scaled -- broker`.

#![allow(clippy::indexing_slicing, clippy::print_stdout, reason = "a benchmark panics to fail, and prints")]

mod broker;
mod fan_out;
#[path = "../lists/fill.rs"]
mod fill;
mod health;
mod load;
mod memory;
mod page;
mod program;
#[expect(dead_code, reason = "tests use more of it")]
#[path = "../../it/scripted.rs"]
mod scripted;
#[path = "../lists/serve.rs"]
mod serve;

#[tokio::main]
async fn main() {
    assert!(kit::profile::is_scaled(), "run scripts/bench.sh, which starts PostgreSQL and Redis");
    let asked: Vec<String> = std::env::args().skip(1).filter(|name| !name.starts_with('-')).collect();
    let is_asked = |part: &str| asked.is_empty() || asked.iter().any(|name| name == part);
    if is_asked("page") {
        page::measure().await;
    }
    if is_asked("migrate") {
        page::migrate().await;
    }
    if is_asked("fan-out") {
        fan_out::measure().await;
    }
    if is_asked("health") {
        health::measure().await;
    }
    if is_asked("broker") {
        broker::measure().await;
    }
    if is_asked("memory") {
        memory::measure().await;
    }
}
