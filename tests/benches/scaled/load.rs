//! Calls without a pause over so many connections.

use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
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
    all(running, begun).await
}

/// The same request over and over, by a caller that costs next to nothing, as `pgbench` does: the request is written
/// once, and of the answer only status and length are looked at.
pub(crate) async fn plain(
    connections: usize,
    lasts: Duration,
    at: &str,
    request: &[u8],
    least: usize,
) -> Load {
    let mut running = JoinSet::new();
    let begun = Instant::now();
    for _ in 0..connections {
        let (at, request) = (at.to_owned(), request.to_vec());
        running.spawn(async move {
            let stream = TcpStream::connect(at).await.expect("the server listens");
            stream.set_nodelay(true).expect("TCP");
            let mut stream = BufReader::with_capacity(64 * 1024, stream);
            let (mut times, mut line, mut body) = (Vec::new(), String::new(), Vec::new());
            while begun.elapsed() < lasts {
                let start = Instant::now();
                stream.get_mut().write_all(&request).await.expect("a connection");
                let mut length = 0;
                while line != "\r\n" {
                    line.clear();
                    stream.read_line(&mut line).await.expect("a line");
                    assert!(
                        !line.is_empty() && (!line.starts_with("HTTP/") || line.contains(" 200 ")),
                        "{line}"
                    );
                    if let Some(told) = line.strip_prefix("content-length: ") {
                        length = told.trim().parse().expect("a length");
                    }
                }
                line.clear();
                assert!(length > least, "the whole answer");
                body.resize(length, 0);
                stream.read_exact(&mut body).await.expect("a body");
                times.push(start.elapsed());
            }
            times
        });
    }
    all(running, begun).await
}

async fn all(mut running: JoinSet<Vec<Duration>>, begun: Instant) -> Load {
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
