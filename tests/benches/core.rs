//! Figures of the core (docs/performance.md): status fold, policy, sealing, the list query, and how long a
//! change takes from the mutation to a subscriber.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};

use criterion::{Criterion, criterion_group, criterion_main};
use domain::actor::Actor;
use domain::item::{Counts, State};
use domain::policy::{Action, Facts, Standing, check};
use domain::request::{Draft, DraftItem, DraftRecipient, Modules};
use futures_util::StreamExt as _;
use kit::Northwind;
use service::{NewConnection, PageAsk, RequestFilter, RequestList, RequestSort};
use tokio::runtime::Runtime;

/// Requests in the database of the list query.
const REQUESTS: u32 = 2_000;

fn pure(bench: &mut Criterion) {
    let states: Vec<State> = State::ALL.into_iter().cycle().take(64).collect();
    bench.bench_function("status fold of 64 items", |b| {
        b.iter(|| black_box(&states).iter().copied().collect::<Counts>().status());
    });
    let facts = Facts { standing: Standing::TeamMember, is_recipient: false, is_requester: true };
    bench.bench_function("policy check", |b| {
        b.iter(|| check(black_box(Action::DeleteRequest), black_box(&facts)));
    });
    let folder = tempfile::tempdir().expect("a folder");
    let keys =
        service::Keyring::open(&folder.path().join("keys.json"), true, kit::beginning()).expect("keys");
    let place = service::Belongs::Credential { id: uuid::Uuid::nil(), version: 1 };
    let secret = [7u8; 1024];
    bench.bench_function("seal 1 KiB", |b| b.iter(|| keys.seal(place, black_box(&secret)).expect("sealed")));
    let sealed = keys.seal(place, &secret).expect("sealed");
    bench
        .bench_function("open 1 KiB", |b| b.iter(|| keys.unseal(place, black_box(&sealed)).expect("opened")));
}

struct World {
    northwind: Northwind,
    ana: Actor,
    ben: Actor,
    item: domain::id::ItemId,
    request: domain::id::RequestId,
}

async fn world() -> World {
    let northwind = Northwind::start().await;
    let service = &northwind.app.service;
    let actor = async |email: &str| {
        let session = service.open_session(email).await.expect("a person");
        Actor::User { user: session.user, session: session.id }
    };
    let (ana, ben) = (actor("ana@northwind.example").await, actor("ben@northwind.example").await);
    let draft = Draft {
        name: "Follow-up".to_owned(),
        description: None,
        recipient: Some(DraftRecipient::Member(ben.user().expect("a person"))),
        items: vec![
            DraftItem { app: "sandbox".to_owned(), modules: Modules::All, ..DraftItem::default() };
            3
        ],
        accept_terms: true,
    };
    let mut request = None;
    for _ in 0..REQUESTS {
        request = Some(service.create_request(ana, northwind.automation, &draft, None).await.expect("sent"));
    }
    let request = request.expect("at least one");
    let item = service.request(ben, request).await.expect("seen").items.first().expect("an item").id;
    World { northwind, ana, ben, item, request }
}

fn database(bench: &mut Criterion) {
    let runtime = Runtime::new().expect("a runtime");
    let world = runtime.block_on(world());
    let service = &world.northwind.app.service;
    let (filter, page) = (RequestFilter::default(), PageAsk { first: 20, ..PageAsk::default() });
    bench.bench_function("page of 20 requests with 60 items", |b| {
        b.to_async(&runtime).iter(|| async {
            let list = RequestList::Sent(world.northwind.automation);
            service.requests(world.ana, list, &filter, RequestSort::Newest, &page).await.expect("a page")
        });
    });
    let key = service::FieldValue { name: "key".to_owned(), value: sandbox::API_KEY.into() };
    runtime
        .block_on(service.submit_credential(world.ben, world.item, "api_key", &[key], service::Confirm::No))
        .expect("granted");
    let schema = schema::build(service.clone());
    let caller = schema::context::Caller { actor: world.ana, ..schema::context::Caller::ANONYMOUS };
    let query = format!(
        "subscription {{ requestChanged(id: \"{}\") {{ kind request {{ status }} }} }}",
        world.request
    );
    let mut changes = Box::pin(schema.execute_stream(async_graphql::Request::new(query).data(caller)));
    // The stream begins when it is asked for the first time.
    assert!(runtime.block_on(async { futures_util::poll!(changes.next()) }).is_pending());
    let count = AtomicU64::new(0);
    bench.bench_function("change to subscriber, write included", |b| {
        b.iter(|| {
            runtime.block_on(async {
                let new = NewConnection {
                    name: Some(format!("use {}", count.fetch_add(1, Ordering::Relaxed))),
                    consumer: "bench".to_owned(),
                    consumer_url: None,
                    expires_at: None,
                };
                let (_, change) =
                    tokio::join!(service.create_connection(world.ana, world.item, &new), changes.next());
                change.expect("a change")
            })
        });
    });
}

criterion_group!(benches, pure, database);
criterion_main!(benches);
