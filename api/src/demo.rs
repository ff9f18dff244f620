//! `demo`: an instance filled with an example organization, requests in every state, and the sandbox
//! provider, so that the whole story works on one machine without an account anywhere (OPS-3).

use anyhow::Context as _;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use domain::actor::Actor;
use domain::clock::Clock;
use domain::credential::SecretText;
use domain::id::{RequestId, TeamId, UserId};
use domain::policy::{OrganizationRole, TeamRole};
use domain::request::{Draft, DraftItem, DraftRecipient, Modules};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use service::config::InstanceClient;
use service::{Callback, Config, Confirm, FieldValue, NewConnection, Service};

use crate::cli::say;
use crate::pages;
use crate::serve::{Running, Serving, listen};

/// Who can be signed in as by one click, and why one would.
const PEOPLE: [(&str, &str, &str); 4] = [
    (
        "dana",
        "dana@northwind.example",
        "Dana, organization owner: sends requests, also to people from outside",
    ),
    ("ben", "ben@northwind.example", "Ben, team member: answers requests and asks his team"),
    ("mia", "mia@harbor.example", "Mia, a client from outside: answers as guest"),
    ("olga", "olga@northwind.example", "Olga, in the organization but in another team"),
];

pub(crate) async fn run(mut config: Config) -> anyhow::Result<()> {
    anyhow::ensure!(
        crate::mailbox::is_served(&config),
        "demo is for this machine only: unset SMTP_URL, and let LISTEN_ADDR and PUBLIC_URL be addresses of it"
    );
    let listener = listen(&mut config).await?;
    let base = config.link("/sandbox");
    config.sandbox_url = Some(base.clone());
    config.allow_loopback_providers = true;
    config.oauth_clients.insert(
        "sandbox".to_owned(),
        InstanceClient {
            id: sandbox::CLIENT_ID.to_owned(),
            secret: Some(sandbox::CLIENT_SECRET.to_owned().into()),
        },
    );
    let serving = Serving::begin(listener);
    let service = Service::start(config, Clock::System).await.context("the demo does not start")?;
    let doors = Router::new().route("/demo/{name}", get(sign_in_as)).with_state(service.clone());
    let running = Running::start(service.clone(), serving, doors.nest("/sandbox", sandbox::routes(&base)))?;
    if service.is_set_up().await? {
        tracing::info!("the demo goes on with what is there");
    } else {
        fill(&service).await.context("the demo cannot be filled")?;
    }
    greet(&service);
    running.until_stopped().await
}

fn greet(service: &Service) {
    let link = |path: &str| service.config().link(path);
    say(&format!("Consentry demo: {}\n", link("/")));
    for (name, _, words) in PEOPLE {
        say(&format!("  {:<42} {words}", link(&format!("/demo/{name}"))));
    }
    say(&format!("\n  {:<42} the API with its documentation", link("/graphiql")));
    say(&format!("  {:<42} every mail that was sent\n", link("/mailbox")));
    say(
        "One browser is one person at a time: for both sides next to each other, open one in a private window.",
    );
    say(&format!(
        "Sandbox app: sign in at its page, or use key {}, or user {} with password {}.",
        sandbox::API_KEY,
        sandbox::USERNAME,
        sandbox::PASSWORD
    ));
    say("Ctrl-C ends it.");
}

/// Signs a person of the demo in, and opens the page. Only for who opens the address themself: a page of
/// another site signs nobody in (SEC-5).
async fn sign_in_as(
    State(service): State<Service>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    if let Err(refused) = crate::mailbox::refuse(&headers) {
        return refused;
    }
    let words = pages::Words::of(&headers);
    let own = |site: &HeaderValue| site == "none" || site == "same-origin";
    if !headers.get_all("sec-fetch-site").iter().all(own) {
        return pages::message(words, StatusCode::FORBIDDEN, words.open_yourself);
    }
    let Some((_, email, _)) = PEOPLE.iter().find(|(known, _, _)| *known == name) else {
        return pages::not_found(words);
    };
    match service.open_session(email).await {
        Ok(session) => {
            let start = match start(&service, email).await {
                Ok(start) => start,
                Err(error) => return pages::failed(words, &error),
            };
            let cookie = schema::context::Cookies::of(&service).session(&session, service.now());
            (StatusCode::SEE_OTHER, [(header::SET_COOKIE, cookie), (header::LOCATION, start)]).into_response()
        }
        Err(error) => pages::failed(words, &error),
    }
}

/// Where somebody begins: whom an invitation waits for, at the newest one.
async fn start(service: &Service, email: &str) -> Result<String, service::Error> {
    let mails = service.built_in_mails().await?;
    let mut links =
        mails.iter().filter(|mail| mail.to == email).filter_map(|mail| mail.text.split("/i/").nth(1));
    let newest = links.find_map(|rest| rest.split_whitespace().next());
    Ok(newest.map_or_else(|| "/".to_owned(), |link| format!("/invitations/{link}")))
}

/// A person of the demo, acting for themself.
#[derive(Clone, Copy)]
struct Person {
    actor: Actor,
    user: UserId,
}

async fn person(service: &Service, email: &str) -> anyhow::Result<Person> {
    let session = service.open_session(email).await?;
    Ok(Person { actor: Actor::User { user: session.user, session: session.id }, user: session.user })
}

fn item(note: &str, modules: &[&str]) -> DraftItem {
    DraftItem {
        app: "sandbox".to_owned(),
        modules: if modules.is_empty() {
            Modules::All
        } else {
            Modules::Ids(modules.iter().map(|id| (*id).to_owned()).collect())
        },
        note: Some(note.to_owned()),
        ..DraftItem::default()
    }
}

/// Makes people and requests through the same operations that the API uses.
async fn fill(service: &Service) -> anyhow::Result<()> {
    let automation = people(service).await?;
    let dana = person(service, "dana@northwind.example").await?;
    let ben = person(service, "ben@northwind.example").await?;
    let ask_ben = async |name: &str, items| {
        send(service, dana, automation, name, DraftRecipient::Member(ben.user), items).await
    };
    let list = |note| vec![item(note, &["search_contacts"])];

    ask_ben(
        "New-customer follow-up",
        vec![item("For the welcome mail.", &[]), item("For the archive.", &["search_contacts"])],
    )
    .await?;
    let done = ask_ben("Newsletter list", list("Names and addresses.")).await?;
    grant(service, ben, done).await?;
    connect(service, dana, done).await?;
    let declined = ask_ben("Old shop export", list("One time only.")).await?;
    decline(service, ben, declined, 0).await?;
    let partly =
        ask_ben("Quarterly report", vec![item("Figures.", &["search_contacts"]), item("Corrections.", &[])])
            .await?;
    grant(service, ben, partly).await?;
    decline(service, ben, partly, 1).await?;
    let revoked = ask_ben("Summer campaign", list("Until September.")).await?;
    grant(service, ben, revoked).await?;
    let items = service.request(ben.actor, revoked).await?.items;
    service.revoke_item(ben.actor, items.first().context("one item")?.id).await?;
    let broken = ask_ben("Stock alerts", list("Hourly.")).await?;
    fail(service, ben, broken).await?;
    let mia = DraftRecipient::Outside { name: "Mia Berg".to_owned(), email: "mia@harbor.example".to_owned() };
    let items =
        vec![item("To show daily orders.", &["search_contacts"]), item("To file new customers.", &[])];
    send(service, dana, automation, "Order data for the bakery dashboard", mia, items).await?;
    Ok(())
}

/// Makes two organizations and their people; returns the team that asks.
async fn people(service: &Service) -> anyhow::Result<TeamId> {
    let northwind = service.found_organization("Northwind").await?;
    let automation = service.found_team(northwind, "Automation").await?;
    let sales = service.found_team(northwind, "Sales").await?;
    let harbor = service.found_organization("Harbor Bakery").await?;
    let (admin, member) = ([(automation, TeamRole::Admin)], [(automation, TeamRole::Member)]);
    service.enrol("dana@northwind.example", "Dana Kim", northwind, OrganizationRole::Owner, &admin).await?;
    service.enrol("ben@northwind.example", "Ben Ito", northwind, OrganizationRole::Member, &member).await?;
    service
        .enrol(
            "olga@northwind.example",
            "Olga Petrova",
            northwind,
            OrganizationRole::Member,
            &[(sales, TeamRole::Member)],
        )
        .await?;
    service.enrol("mia@harbor.example", "Mia Berg", harbor, OrganizationRole::Owner, &[]).await?;
    service.appoint_instance_admin("dana@northwind.example").await?;
    Ok(automation)
}

async fn send(
    service: &Service,
    from: Person,
    team: TeamId,
    name: &str,
    recipient: DraftRecipient,
    items: Vec<DraftItem>,
) -> anyhow::Result<RequestId> {
    let draft = Draft {
        name: name.to_owned(),
        description: Some(format!("We set up “{name}” and need your contacts for it.")),
        recipient: Some(recipient),
        items,
        accept_terms: true,
    };
    Ok(service.create_request(from.actor, team, &draft, None).await?)
}

async fn grant(service: &Service, by: Person, request: RequestId) -> anyhow::Result<()> {
    let items = service.request(by.actor, request).await?.items;
    let key = FieldValue { name: "key".to_owned(), value: SecretText::from(sandbox::API_KEY) };
    service
        .submit_credential(by.actor, items.first().context("an item")?.id, "api_key", &[key], Confirm::No)
        .await?;
    Ok(())
}

async fn connect(service: &Service, by: Person, request: RequestId) -> anyhow::Result<()> {
    let items = service.request(by.actor, request).await?.items;
    let new = NewConnection {
        name: None,
        consumer: "Newsletter import".to_owned(),
        consumer_url: None,
        expires_at: None,
    };
    service.create_connection(by.actor, items.first().context("an item")?.id, &new).await?;
    Ok(())
}

async fn decline(service: &Service, by: Person, request: RequestId, index: usize) -> anyhow::Result<()> {
    let items = service.request(by.actor, request).await?.items;
    service
        .decline_item(
            by.actor,
            items.get(index).context("an item")?.id,
            Some("This account is closing soon."),
        )
        .await?;
    Ok(())
}

/// Leaves an item that does not work: the app says that the client may not ask for this.
async fn fail(service: &Service, by: Person, request: RequestId) -> anyhow::Result<()> {
    let items = service.request(by.actor, request).await?.items;
    let start = service
        .start_authorization(by.actor, items.first().context("an item")?.id, "oauth", None, &[], Confirm::No)
        .await?;
    let url = url::Url::parse(&start.url)?;
    let state = url
        .query_pairs()
        .find(|(name, _)| name == "state")
        .map(|(_, value)| value.into_owned())
        .context("a state")?;
    let callback = Callback {
        state,
        error: Some("invalid_scope".to_owned()),
        iss: Some(service.config().link("/sandbox")),
        ..Callback::default()
    };
    // It is meant to fail; what counts is that it is written down.
    match service.finish_authorization(by.actor, &callback).await {
        Ok(_) => anyhow::bail!("an error of the app was taken for a success"),
        Err(_) => Ok(()),
    }
}
