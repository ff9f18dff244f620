//! A small schema that does what the transport must bear: counts, waits, panics, streams.
#![allow(clippy::unused_async, reason = "resolvers are async by the macro's contract")]

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use async_graphql::{
    Context, Error, ErrorExtensions, ID, Object, Result, Schema, SchemaBuilder, SimpleObject, Subscription,
};
use futures_util::{Stream, StreamExt, stream};
use tokio::sync::{Notify, broadcast};
use tokio_stream::wrappers::BroadcastStream;

/// What tests look at and pull on.
pub struct Shop {
    /// Sum of what mutations added.
    pub sold: AtomicI64,
    /// What subscribers of `news` receive.
    pub news: broadcast::Sender<i32>,
    /// Told when `wait` has begun.
    pub waiting: Notify,
    /// Lets `wait` end.
    pub go: Notify,
}

impl Default for Shop {
    fn default() -> Self {
        let (sold, news) = (AtomicI64::new(0), broadcast::channel(16).0);
        Self { sold, news, waiting: Notify::new(), go: Notify::new() }
    }
}

/// Put into the session by `authenticate`.
pub struct Who(pub String);

#[derive(SimpleObject, Clone)]
pub struct Book {
    id: ID,
    title: String,
    pages: i32,
    authors: Vec<Author>,
}

#[derive(SimpleObject, Clone)]
pub struct Author {
    name: String,
    books: Vec<Book>,
}

fn book(n: i32) -> Book {
    let authors = (0..3).map(|n| Author { name: format!("Author {n}"), books: Vec::new() }).collect();
    Book { id: n.to_string().into(), title: format!("Book {n}"), pages: n, authors }
}

fn boom() -> i32 {
    panic!("the resolver panics")
}

/// Fails where it is asked to.
#[derive(Clone, Copy)]
pub struct Fragile;

#[Object]
impl Fragile {
    async fn optional(&self) -> Result<Option<i32>> {
        Err(Error::new("broken").extend_with(|_, extensions| extensions.set("code", "BROKEN")))
    }

    async fn required(&self) -> Result<i32> {
        Err(Error::new("broken").extend_with(|_, extensions| extensions.set("code", "BROKEN")))
    }

    async fn fine(&self) -> i32 {
        1
    }

    async fn child(&self) -> Fragile {
        Fragile
    }

    async fn maybe(&self) -> Option<Fragile> {
        Some(Fragile)
    }

    async fn children(&self) -> Vec<Fragile> {
        vec![Fragile; 2]
    }

    async fn maybes(&self) -> Vec<Option<Fragile>> {
        vec![Some(Fragile); 2]
    }
}

pub struct Query;

#[Object]
impl Query {
    async fn hello(&self, #[graphql(default = "world")] name: String) -> String {
        format!("hello {name}")
    }

    async fn whoami(&self, ctx: &Context<'_>) -> Option<String> {
        ctx.data_opt::<Who>().map(|who| who.0.clone())
    }

    async fn book(&self, id: ID) -> Option<Book> {
        id.parse().ok().map(book)
    }

    async fn books(&self, #[graphql(default = 10)] first: i32) -> Vec<Book> {
        (0..first.clamp(0, 100)).map(book).collect()
    }

    async fn sum(&self, numbers: Vec<i32>) -> i32 {
        numbers.iter().fold(0, |sum, number| sum.wrapping_add(*number))
    }

    async fn boom(&self) -> i32 {
        boom()
    }

    async fn refused(&self) -> Result<Option<i32>> {
        Err(Error::new("this book is not for you")
            .extend_with(|_, extensions| extensions.set("code", "FORBIDDEN")))
    }

    async fn fragile(&self) -> Fragile {
        Fragile
    }

    async fn leaky(&self) -> Result<Option<i32>> {
        Err(Error::new("connection to db.internal failed"))
    }

    async fn cookie(&self, ctx: &Context<'_>) -> bool {
        ctx.append_http_header("set-cookie", "a=1; HttpOnly");
        ctx.append_http_header("set-cookie", "b=2; HttpOnly");
        true
    }

    async fn sold(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(ctx.data::<Arc<Shop>>()?.sold.load(Ordering::SeqCst))
    }
}

pub struct Mutation;

#[Object]
impl Mutation {
    async fn sell(&self, ctx: &Context<'_>, books: i64) -> Result<i64> {
        Ok(ctx.data::<Arc<Shop>>()?.sold.fetch_add(books, Ordering::SeqCst) + books)
    }

    /// Ends when the test says so, and sells one book then.
    async fn wait(&self, ctx: &Context<'_>) -> Result<bool> {
        let shop = ctx.data::<Arc<Shop>>()?;
        shop.waiting.notify_one();
        shop.go.notified().await;
        shop.sold.fetch_add(1, Ordering::SeqCst);
        Ok(true)
    }
}

pub struct Subscriptions;

#[Subscription]
impl Subscriptions {
    async fn count(&self, to: i32) -> impl Stream<Item = i32> {
        stream::iter(1..=to)
    }

    async fn news(&self, ctx: &Context<'_>) -> Result<impl Stream<Item = i32>> {
        let receiver = ctx.data::<Arc<Shop>>()?.news.subscribe();
        Ok(BroadcastStream::new(receiver).filter_map(|item| async { item.ok() }))
    }

    /// Always has something to say.
    async fn noise(&self) -> impl Stream<Item = String> {
        stream::repeat_with(|| "x".repeat(16 * 1024))
    }

    async fn refused(&self) -> Result<impl Stream<Item = i32>> {
        let error =
            Error::new("not for you").extend_with(|_, extensions| extensions.set("code", "FORBIDDEN"));
        Err::<stream::Empty<i32>, _>(error)
    }

    async fn lost(&self) -> impl Stream<Item = Result<i32>> {
        let error = Error::new("gone").extend_with(|_, extensions| extensions.set("code", "NOT_FOUND"));
        stream::iter([Err(error), Ok(2)])
    }

    async fn boom(&self) -> impl Stream<Item = i32> {
        stream::iter(1..3).map(|n| if n == 2 { boom() } else { n })
    }
}

pub fn schema(shop: &Arc<Shop>) -> SchemaBuilder<Query, Mutation, Subscriptions> {
    Schema::build(Query, Mutation, Subscriptions).data(Arc::clone(shop))
}
