//! Calls without a pause over so many connections.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

/// What the calls came to.
pub(crate) struct Load {
    /// Calls a second.
    pub(crate) rate: f64,
    times: Vec<Duration>,
}

impl Load {
    /// The time below which so large a part of the calls lies.
    pub(crate) fn part(&self, part: f64) -> Duration {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            clippy::cast_sign_loss,
            reason = "an index of a list"
        )]
        let index = ((self.times.len() - 1) as f64 * part) as usize;
        self.times[index]
    }
}

/// Calls over `connections` connections for so long; each has a client of its own. What a call panics of ends it.
pub(crate) async fn load<F, C>(connections: usize, lasts: Duration, call: F) -> Load
where
    F: Fn(reqwest::Client, usize) -> C + Clone + Send + 'static,
    C: Future<Output = ()> + Send,
{
    let mut running = JoinSet::new();
    let begun = Instant::now();
    for number in 0..connections {
        let call = call.clone();
        let http = reqwest::Client::builder().no_proxy().tcp_nodelay(true).build().expect("a client");
        running.spawn(async move {
            let mut times = Vec::new();
            while begun.elapsed() < lasts {
                let start = Instant::now();
                call(http.clone(), number).await;
                times.push(start.elapsed());
            }
            times
        });
    }
    let mut times = Vec::new();
    while let Some(ended) = running.join_next().await {
        times.extend(ended.expect("every call was answered well"));
    }
    let elapsed = begun.elapsed();
    times.sort_unstable();
    #[expect(clippy::cast_precision_loss, reason = "far below 2⁵³")]
    let rate = times.len() as f64 / elapsed.as_secs_f64();
    Load { rate, times }
}

/// The one in the middle.
pub(crate) fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}
