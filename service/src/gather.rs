//! Reads that many ask for at the same moment, made together.
//!
//! Whoever asks gets what was read after they asked, never something kept: rights, grants and requests are as fresh
//! as with a read of one's own. While a read runs, what is asked meanwhile gathers, and the next read is one statement
//! for all of it. So a busy process asks its database less often for each caller, and an idle one waits for nothing.

use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};
use domain::id::{ConnectionId, EventId, RequestId, SessionId, TeamId, UserId};
use tokio::sync::oneshot;

use crate::broker::Grant;
use crate::db::entity::{credential_request, session};
use crate::error::{Error, Result};
use crate::events::{Feed, Told};
use crate::members::{ClientsFor, Place};
use crate::requests::{Beginning, Parts};

/// Reads that run at once.
const READS: usize = 2;
/// Callers who wait before another read begins beside one that runs: it costs as much for one caller as for many.
const MANY: usize = 16;
/// Keys of one read, at most: PostgreSQL takes 65,535 values in a statement and SQLite 32,766; far below that, a
/// longer read only lets the first who asked wait for the last.
pub(crate) const KEYS: usize = 500;

/// What is read so.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) places: Gather<(TeamId, UserId), Place>,
    pub(crate) beginnings: Gather<Beginning, Vec<credential_request::Model>>,
    pub(crate) requests: Gather<RequestId, credential_request::Model>,
    pub(crate) parts: Gather<RequestId, Parts>,
    /// Events by their ids.
    pub(crate) events: Gather<EventId, Told>,
    /// Events of a feed behind an event.
    pub(crate) behind: Gather<(Feed, EventId, bool), Vec<EventId>>,
    /// Sessions by the hashes of their tokens.
    pub(crate) sessions: Gather<[u8; 32], session::Model>,
    /// When sessions end.
    pub(crate) session_ends: Gather<SessionId, DateTime<Utc>>,
    pub(crate) grants: Gather<ConnectionId, Arc<Grant>>,
    /// Apps for which organizations have an OAuth client of their own.
    pub(crate) clients: Gather<ClientsFor, Arc<HashSet<String>>>,
}

/// What a read brought, by key; a key that is not in it is not there.
pub(crate) type Found<K, V> = Arc<HashMap<K, V>>;

/// One kind of read.
pub(crate) struct Gather<K, V>(Arc<Mutex<Waiting<K, V>>>);

struct Waiting<K, V> {
    askers: VecDeque<Asker<K, V>>,
    reads: usize,
}

struct Asker<K, V> {
    keys: Vec<K>,
    answer: oneshot::Sender<Result<Found<K, V>>>,
}

impl<K, V> Default for Gather<K, V> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Waiting { askers: VecDeque::new(), reads: 0 })))
    }
}

impl<K, V> Gather<K, V>
where
    K: Copy + Eq + Hash + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// What stands behind some keys, by a read of `source` that begins after this call.
    ///
    /// # Errors
    /// What `read` says, to everybody who waited for it.
    pub(crate) async fn ask<S, F, R>(&self, source: &S, keys: Vec<K>, read: F) -> Result<Found<K, V>>
    where
        S: Clone + Send + Sync + 'static,
        F: Fn(S, Vec<K>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<HashMap<K, V>>> + Send + 'static,
    {
        if keys.is_empty() {
            return Ok(Found::default());
        }
        let (answer, told) = oneshot::channel();
        let begins = {
            let mut waiting = lock(&self.0);
            waiting.askers.push_back(Asker { keys, answer });
            let begins = waiting.reads == 0 || (waiting.reads < READS && waiting.askers.len() >= MANY);
            waiting.reads += usize::from(begins);
            begins
        };
        if begins {
            // In a task of its own: a caller that gives up must not take the others with it.
            let turn = Turn { waiting: Arc::clone(&self.0), ended: false };
            tokio::spawn(run(turn, source.clone(), read));
        }
        told.await.unwrap_or_else(|_| Err(Error::Internal("a shared read broke off".to_owned())))
    }

    /// The same for one key.
    ///
    /// # Errors
    /// As [`Gather::ask`].
    pub(crate) async fn ask_one<S, F, R>(&self, source: &S, key: K, read: F) -> Result<Option<V>>
    where
        V: Clone,
        S: Clone + Send + Sync + 'static,
        F: Fn(S, Vec<K>) -> R + Send + Sync + 'static,
        R: Future<Output = Result<HashMap<K, V>>> + Send + 'static,
    {
        Ok(self.ask(source, vec![key], read).await?.get(&key).cloned())
    }
}

/// One of the reads that may run, until nobody waits.
struct Turn<K, V> {
    waiting: Arc<Mutex<Waiting<K, V>>>,
    ended: bool,
}

impl<K, V> Turn<K, V> {
    /// The next who wait, those who came first before others; the turn ends where nobody does.
    fn take(&mut self) -> Vec<Asker<K, V>> {
        let mut waiting = lock(&self.waiting);
        let (mut askers, mut keys) = (Vec::new(), 0);
        while keys < KEYS
            && let Some(asker) = waiting.askers.pop_front()
        {
            keys += asker.keys.len();
            askers.push(asker);
        }
        if askers.is_empty() {
            waiting.reads -= 1;
            self.ended = true;
        }
        askers
    }
}

impl<K, V> Drop for Turn<K, V> {
    fn drop(&mut self) {
        if !self.ended {
            // A read that panicked. Whoever would wait for its next one is told so instead.
            let mut waiting = lock(&self.waiting);
            waiting.reads -= 1;
            waiting.askers.clear();
        }
    }
}

async fn run<K, V, S, F, R>(mut turn: Turn<K, V>, source: S, read: F)
where
    K: Copy + Eq + Hash,
    S: Clone,
    F: Fn(S, Vec<K>) -> R,
    R: Future<Output = Result<HashMap<K, V>>>,
{
    loop {
        // Those who were answered together ask for the next thing together: the first of them takes the others along.
        tokio::task::yield_now().await;
        let askers = turn.take();
        if askers.is_empty() {
            return;
        }
        let keys: HashSet<K> = askers.iter().flat_map(|asker| asker.keys.iter().copied()).collect();
        let found = read(source.clone(), keys.into_iter().collect()).await.map(Arc::new);
        // What cannot be read must not be in the way of those who asked for something else.
        let apart = askers.len() > 1 && matches!(found, Err(Error::Internal(_)));
        for asker in askers {
            let found =
                if apart { read(source.clone(), asker.keys).await.map(Arc::new) } else { found.clone() };
            // Who has gone does not mind.
            let _ = asker.answer.send(found);
        }
    }
}

fn lock<T>(waiting: &Mutex<T>) -> MutexGuard<'_, T> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures_util::future::join_all;
    use tokio::sync::Semaphore;

    use super::*;

    /// Keys from which on nothing is there, and that make a read fail or break.
    const NOT_THERE: u32 = 5000;
    const AWAY: u32 = 6000;
    const UNREADABLE: u32 = 6500;
    const BROKEN: u32 = 7000;

    /// Reads that wait until they are let go, count themselves, and answer with the time at which they began.
    #[derive(Clone)]
    struct Source {
        time: Arc<AtomicU32>,
        reads: Arc<AtomicU32>,
        gate: Arc<Semaphore>,
    }

    impl Source {
        fn new() -> Self {
            Self { time: Arc::default(), reads: Arc::default(), gate: Arc::new(Semaphore::new(0)) }
        }

        async fn read(self, keys: Vec<u32>) -> Result<HashMap<u32, u32>> {
            self.reads.fetch_add(1, Ordering::SeqCst);
            let began = self.time.load(Ordering::SeqCst);
            self.gate.acquire().await.expect("open").forget();
            if keys.contains(&AWAY) {
                return Err(Error::Unavailable(sea_orm::DbErr::RecordNotInserted));
            }
            if keys.contains(&UNREADABLE) {
                return Err(Error::corrupt("row"));
            }
            assert!(!keys.contains(&BROKEN), "a read that breaks");
            Ok(keys.into_iter().filter(|key| *key < NOT_THERE).map(|key| (key, began)).collect())
        }
    }

    type Asked = tokio::task::JoinHandle<Result<Option<u32>>>;

    /// One who asks, in a task of their own.
    fn asked(gather: &Arc<Gather<u32, u32>>, source: &Source, key: u32) -> Asked {
        let (gather, source) = (Arc::clone(gather), source.clone());
        tokio::spawn(async move { gather.ask_one(&source, key, Source::read).await })
    }

    async fn settled() {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }

    /// A read that runs, and who asked for it.
    async fn reading() -> (Arc<Gather<u32, u32>>, Source, Asked) {
        let (gather, source) = (Arc::new(Gather::default()), Source::new());
        let first = asked(&gather, &source, 1);
        settled().await;
        (gather, source, first)
    }

    #[tokio::test]
    async fn many_share_reads_that_begin_after_each_of_them_asked() {
        let (gather, source, early) = reading().await;
        let ask = |key| asked(&gather, &source, key);
        source.time.store(7, Ordering::SeqCst);
        let mut late = vec![ask(2)];
        settled().await;
        assert_eq!(source.reads.load(Ordering::SeqCst), 1, "a few wait for the one that runs");
        late.extend((1..=300).map(ask));
        settled().await;
        assert_eq!(source.reads.load(Ordering::SeqCst), 2, "many do not");
        source.gate.add_permits(10);
        assert_eq!(early.await.expect("ended").expect("read"), Some(0));
        for late in join_all(late).await {
            assert_eq!(late.expect("ended").expect("read"), Some(7), "nothing from before it was asked for");
        }
        assert_eq!(source.reads.load(Ordering::SeqCst), 2, "all who waited shared one");
    }

    #[tokio::test]
    async fn who_gives_up_and_who_asks_for_nothing_leave_the_others_alone() {
        let (gather, source, first) = reading().await;
        let ask = |key| asked(&gather, &source, key);
        first.abort();
        let others = [ask(2), ask(3), ask(NOT_THERE)];
        settled().await;
        source.gate.add_permits(10);
        let answers = join_all(others).await.into_iter().map(|told| told.expect("ended").expect("read"));
        assert_eq!(answers.collect::<Vec<_>>(), [Some(0), Some(0), None]);
        assert!(gather.ask(&source, Vec::new(), Source::read).await.expect("nothing").is_empty());
    }

    #[tokio::test]
    async fn a_failure_is_told_to_all_who_waited_and_ends_nothing() {
        let (gather, source) = (Gather::<u32, u32>::default(), Source::new());
        source.gate.add_permits(10);
        let (away, broken) = (
            gather.ask_one(&source, AWAY, Source::read).await,
            gather.ask_one(&source, BROKEN, Source::read).await,
        );
        assert!(matches!(away, Err(Error::Unavailable(_))) && matches!(broken, Err(Error::Internal(_))));
        for _ in 0..2 * READS {
            assert!(gather.ask_one(&source, BROKEN, Source::read).await.is_err());
        }
        assert_eq!(gather.ask_one(&source, 1, Source::read).await.expect("read"), Some(0));
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_in_the_way_of_who_asked_for_it_only() {
        let (gather, source, first) = reading().await;
        let ask = |key| asked(&gather, &source, key);
        let others = [ask(2), ask(UNREADABLE), ask(3)];
        settled().await;
        source.gate.add_permits(10);
        assert_eq!(first.await.expect("ended").expect("read"), Some(0));
        let [two, unreadable, three] = others;
        assert_eq!(two.await.expect("ended").expect("read"), Some(0));
        assert!(matches!(unreadable.await.expect("ended"), Err(Error::Internal(_))));
        assert_eq!(three.await.expect("ended").expect("read"), Some(0));
        assert_eq!(source.reads.load(Ordering::SeqCst), 5, "one, one for three, and one for each of those");
    }

    #[tokio::test]
    async fn a_read_has_so_many_keys() {
        let (gather, source) = (Arc::new(Gather::<u32, u32>::default()), Source::new());
        let ask = |from: u32| {
            let (gather, source) = (Arc::clone(&gather), source.clone());
            tokio::spawn(async move {
                let keys = (from..from + 300).collect();
                gather.ask(&source, keys, Source::read).await.expect("read").len()
            })
        };
        let mut all = vec![ask(100)];
        settled().await;
        all.extend([ask(100), ask(400), ask(100), ask(700)]);
        settled().await;
        source.gate.add_permits(10);
        for told in join_all(all).await {
            assert!(told.expect("ended") >= 300);
        }
        assert_eq!(source.reads.load(Ordering::SeqCst), 3, "one, and then four callers in twos");
    }
}
