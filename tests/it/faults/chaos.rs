//! What goes wrong, in an order that the seed decides. Each fault ends, and the next begins when the part that it hit
//! is back. Processes of ours and servers are hit side by side.

use std::time::Duration;

use futures_util::future::join_all;
use kit::{Postgres, Redis};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::dice::Dice;
use super::stage::{PATIENCE, Running, until};

/// One fault. Times are in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// `kill -9`, and started again after a while. 0 and 1 are APIs, 2 and 3 workers.
    Kill(usize, u64),
    /// SIGSTOP, and SIGCONT after a while.
    Freeze(usize, u64),
    /// `kill -9`, and started again empty.
    KillRedis(u64),
    FreezeRedis(u64),
    FlushRedis,
    /// No memory left for a while.
    FillRedis(u64),
    /// `kill -9` of all its processes.
    KillPostgres(u64),
    FreezePostgres(u64),
    /// The mail server drops or refuses so many mails.
    Mails(u64),
}

/// What is hit.
pub struct Parts {
    pub processes: Vec<Running>,
    pub postgres: Postgres,
    pub redis: Redis,
    pub mail_script: String,
    pub http: reqwest::Client,
}

/// A fault of a process, as chance wants it.
pub fn of_process(dice: &mut Dice) -> Fault {
    let which = usize::try_from(dice.between(0, 4)).expect("small");
    match dice.between(0, 2) {
        0 => Fault::Kill(which, dice.between(0, 3000)),
        // A worker may be away for longer than its leases last.
        _ if which >= 2 => Fault::Freeze(which, dice.between(500, 26_000)),
        _ => Fault::Freeze(which, dice.between(500, 6000)),
    }
}

/// A fault of a server, as chance wants it.
pub fn of_server(dice: &mut Dice) -> Fault {
    match dice.between(0, 7) {
        0 => Fault::KillRedis(dice.between(0, 3000)),
        1 => Fault::FreezeRedis(dice.between(500, 8000)),
        2 => Fault::FlushRedis,
        3 => Fault::FillRedis(dice.between(500, 4000)),
        4 => Fault::KillPostgres(dice.between(0, 3000)),
        5 => Fault::FreezePostgres(dice.between(500, 8000)),
        _ => Fault::Mails(dice.between(1, 9)),
    }
}

impl Parts {
    /// Lets faults happen until they are over, or until `enough`. Returns those that happened.
    pub async fn suffer(
        &mut self,
        processes: Vec<Fault>,
        servers: Vec<Fault>,
        enough: &CancellationToken,
    ) -> Vec<Fault> {
        let Self { processes: running, postgres, redis, mail_script, http } = self;
        let of_processes = async {
            let mut happened = Vec::new();
            for fault in processes {
                if enough.is_cancelled() {
                    break;
                }
                hit_process(running, fault).await;
                happened.push(fault);
            }
            happened
        };
        let of_servers = async {
            let mut happened = Vec::new();
            for fault in servers {
                if enough.is_cancelled() {
                    break;
                }
                hit_server(postgres, redis, (mail_script, http), fault).await;
                happened.push(fault);
            }
            happened
        };
        let (mut happened, of_servers) = tokio::join!(of_processes, of_servers);
        happened.extend(of_servers);
        happened
    }

    /// Waits until every process can do its work.
    pub async fn ready(&self) {
        join_all(self.processes.iter().map(Running::ready)).await;
    }
}

async fn lasts(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

async fn hit_process(running: &mut [Running], fault: Fault) {
    match fault {
        Fault::Kill(which, millis) => {
            running[which].kill().await;
            lasts(millis).await;
            running[which].restart();
        }
        Fault::Freeze(which, millis) => {
            running[which].signal("-STOP");
            lasts(millis).await;
            running[which].signal("-CONT");
        }
        other => panic!("{other:?} hits no process"),
    }
    // Whether it is ready depends on servers too, which are hit meanwhile; that it lives does not.
    let (Fault::Kill(which, _) | Fault::Freeze(which, _)) = fault else { return };
    let (http, url) = (reqwest::Client::new(), format!("{}/healthz", running[which].base()));
    until("the process is back", PATIENCE, async || {
        http.get(&url).send().await.is_ok_and(|answer| answer.status() == 200)
    })
    .await;
}

async fn hit_server(
    postgres: &mut Postgres,
    redis: &mut Redis,
    mail: (&str, &reqwest::Client),
    fault: Fault,
) {
    match fault {
        Fault::KillRedis(millis) => {
            redis.kill();
            lasts(millis).await;
            redis.restart();
        }
        Fault::FreezeRedis(millis) => {
            redis.freeze();
            lasts(millis).await;
            redis.thaw();
        }
        Fault::FlushRedis => {
            let () = redis.ask("FLUSHALL").await;
        }
        Fault::FillRedis(millis) => {
            let () = redis.ask("CONFIG SET maxmemory-policy noeviction").await;
            let () = redis.ask("CONFIG SET maxmemory 1").await;
            lasts(millis).await;
            let () = redis.ask("CONFIG SET maxmemory 0").await;
        }
        Fault::KillPostgres(millis) => {
            postgres.kill();
            lasts(millis).await;
            postgres.restart().await;
        }
        Fault::FreezePostgres(millis) => {
            postgres.freeze();
            lasts(millis).await;
            postgres.thaw();
        }
        Fault::Mails(count) => {
            let next: Vec<&str> =
                (0..count).map(|number| ["451", "drop", "connect-drop"][(number % 3) as usize]).collect();
            let sent = mail.1.post(mail.0).json(&json!({ "next": next })).send().await;
            assert!(sent.is_ok_and(|answer| answer.status().is_success()));
        }
        other => panic!("{other:?} hits no server"),
    }
    // A moment in which something can happen before the next one.
    lasts(500).await;
}
