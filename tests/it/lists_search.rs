//! What a list is searched by (LIST-1): the same requests are found whichever index leads to them.

use kit::profile::is_scaled;
use kit::{Browser, DELETE, Northwind, PREVIEW};
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Row as _};

const SENT: &str = "query($team: ID!, $filter: RequestFilter, $sort: RequestSort! = NEWEST, $after: String) { sentRequests(teamId: $team, filter: $filter, sort: $sort, first: 100, after: $after) { totalCount edges { node { name } } pageInfo { hasNextPage endCursor } } }";
const RECEIVED: &str = "query($filter: RequestFilter) { receivedRequests(filter: $filter) { totalCount edges { node { name } } } }";

fn names(list: &Value) -> Vec<String> {
    let edges = list["edges"].as_array().expect("edges");
    edges.iter().map(|edge| edge["node"]["name"].as_str().expect("a name").to_owned()).collect()
}

async fn ask(world: &Northwind, name: &str, items: usize) -> Value {
    let mut input = world.draft(json!({ "member": world.user_id("ben").await }), items);
    input["name"] = json!(name);
    let sent = world.as_user("ana").await.post(kit::CREATE, json!({ "input": input })).await.ok();
    world.app.advance(chrono::TimeDelta::seconds(1));
    sent["createCredentialRequest"]["request"].clone()
}

/// LIST-1: a text is found anywhere, in any case and script; nothing of it is a wildcard or an operator, and none
/// is too short.
#[tokio::test]
async fn list_1_a_text_is_only_a_text() {
    const WORDS: &str = "a\"b' AND x OR* (NEAR) -y ^z";
    const SIGNS: &str = r"100% sure_thing \ path";
    let world = Northwind::start().await;
    let all = ["Straße Ünïcödé", "Ключи от склада", "日本語の鍵", WORDS, SIGNS, "🜁🜂🜃🜄 elements"];
    for name in all {
        ask(&world, name, 1).await;
    }
    let (ana, ben) = (world.as_user("ana").await, world.as_user("ben").await);
    let newest: Vec<&str> = all.iter().rev().copied().collect();
    for (text, expected) in [
        ("traße ü", &["Straße Ünïcödé"][..]),
        ("STRASSE", &[]),
        ("ÜNÏCÖDÉ", &["Straße Ünïcödé"]),
        ("unicode", &[]),
        ("СКЛАДА", &["Ключи от склада"]),
        ("  от скл ", &["Ключи от склада"]),
        ("本語の", &["日本語の鍵"]),
        ("日本", &["日本語の鍵"]),
        ("鍵", &["日本語の鍵"]),
        ("🜂🜃🜄", &["🜁🜂🜃🜄 elements"]),
        ("🜄🜃🜂", &[]),
        ("B' and X", &[WORDS]),
        ("\"b'", &[WORDS]),
        ("\"", &[WORDS]),
        ("\"\"", &[]),
        ("\"\"\"", &[]),
        ("OR*", &[WORDS]),
        ("(near)", &[WORDS]),
        ("-y ^z", &[WORDS]),
        ("sure OR thing", &[]),
        ("sure*", &[]),
        ("NOT elements", &[]),
        ("NEAR(sure thing)", &[]),
        ("search_text:sure", &[]),
        ("ents", &["🜁🜂🜃🜄 elements"]),
        ("E_THI", &[SIGNS]),
        ("sure_%", &[]),
        ("e%t", &[]),
        ("e__thing", &[]),
        ("%", &[SIGNS]),
        ("0% s", &[SIGNS]),
        ("_", &[SIGNS]),
        ("\\", &[SIGNS]),
        ("\\ P", &[SIGNS]),
        ("\\\\", &[]),
        ("nts\u{0}", &[]),
        ("\u{0}", &[]),
        ("ito\nBEN@north", &newest),
        ("be", &newest),
        ("  ", &newest),
    ] {
        let filter = json!({ "text": text });
        let variables = json!({ "team": world.automation.to_string(), "filter": filter });
        let sent = ana.post(SENT, variables).await.ok()["sentRequests"].clone();
        let received = ben.post(RECEIVED, json!({ "filter": filter })).await.ok()["receivedRequests"].clone();
        for list in [sent, received] {
            assert_eq!(names(&list), expected, "{text:?}");
            assert_eq!(list["totalCount"], expected.len(), "{text:?}");
        }
    }
}

/// LIST-1: a request stands in the list of an app once, however many of its items are of that app.
#[tokio::test]
async fn list_1_an_app_lists_a_request_once() {
    let world = Northwind::start().await;
    for name in ["One", "Two"] {
        ask(&world, name, 3).await;
    }
    let (ana, ben) = (world.as_user("ana").await, world.as_user("ben").await);
    for more in [json!({}), json!({ "text": "w" }), json!({ "statuses": ["INCOMPLETE"] })] {
        let mut filter = more;
        filter["app"] = json!("sandbox");
        let variables = json!({ "team": world.automation.to_string(), "filter": filter });
        let sent = ana.post(SENT, variables).await.ok()["sentRequests"].clone();
        let received = ben.post(RECEIVED, json!({ "filter": filter })).await.ok()["receivedRequests"].clone();
        for list in [sent, received] {
            assert_eq!(names(&list), ["Two", "One"], "{filter}");
            assert_eq!(list["totalCount"], 2, "{filter}");
        }
    }
}

/// The file of the embedded profile, beside the program.
async fn file(world: &Northwind) -> SqliteConnection {
    let file = world.app.folder().join("data").join("consentry.sqlite");
    SqliteConnectOptions::new().filename(file).connect().await.expect("the file")
}

/// DEL-3: of a request that is gone, no index holds a piece. PostgreSQL keeps index and table alike in that.
#[tokio::test]
async fn del_3_no_index_holds_a_piece_of_a_deleted_request() {
    let world = Northwind::start().await;
    let request = ask(&world, "🜁🜂🜃🜄", 1).await;
    ask(&world, "🜁🜂 stays", 1).await;
    let ana = world.as_user("ana").await;
    let found = async |text: &str| {
        let variables = json!({ "team": world.automation.to_string(), "filter": { "text": text } });
        names(&ana.post(SENT, variables).await.ok()["sentRequests"])
    };
    let held = async || -> i64 {
        // A piece shares its beginning with the one before in the index, so the rest of one is looked for.
        let pieces = "SELECT count(*) FROM request_search_data WHERE instr(block, CAST('🜃🜄' AS BLOB)) > 0";
        sqlx::query(pieces).fetch_one(&mut file(&world).await).await.expect("an answer").get(0)
    };
    assert_eq!(found("🜂🜃🜄").await, ["🜁🜂🜃🜄"]);
    assert!(is_scaled() || held().await > 0);
    let id = request["id"].as_str().expect("an id");
    let preview = ana.gql(PREVIEW, &[("id", id)]).await.ok()["deletionPreview"].clone();
    let token = preview["confirmationToken"].as_str().expect("a token");
    ana.gql(DELETE, &[("id", id), ("token", token)]).await.ok();
    assert!(found("🜂🜃🜄").await.is_empty());
    world.app.settle().await;
    assert!(found("🜂🜃🜄").await.is_empty());
    assert_eq!(found("🜁🜂 s").await, ["🜁🜂 stays"]);
    if !is_scaled() {
        assert_eq!(held().await, 0);
        let rows = "SELECT count(*) FROM request_search_row";
        let rows: i64 = sqlx::query(rows).fetch_one(&mut file(&world).await).await.expect("rows").get(0);
        assert_eq!(rows, 1);
    }
}

/// Copies the one request of a team until there are so many, named by number; every second also asks for GitHub,
/// and their statuses take turns.
async fn multiply(world: &Northwind, count: u32) {
    let mut db = file(world).await;
    let columns = "SELECT name FROM pragma_table_info('credential_request')";
    let columns = sqlx::query(columns).fetch_all(&mut db).await.expect("columns");
    let columns: Vec<String> = columns.iter().map(|row| row.get(0)).collect();
    let time = "strftime('%Y-%m-%dT%H:%M:%S+00:00', 1799913600 + i, 'unixepoch')";
    let values: Vec<String> = columns
        .iter()
        .map(|column| match column.as_str() {
            "id" => "unhex(printf('%032x', i))".to_owned(),
            "name" => "printf('Copy %04d', i)".to_owned(),
            "search_text" => "printf('copy %04d', i)".to_owned(),
            "status" => {
                STATUSES.iter().enumerate().fold("CASE i % 3".to_owned(), |all, (n, status)| {
                    format!("{all} WHEN {n} THEN '{status}'")
                }) + " END"
            }
            "created_at" => time.to_owned(),
            other => format!("t.{other}"),
        })
        .collect();
    let numbers =
        format!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})");
    let (columns, values) = (columns.join(", "), values.join(", "));
    for statement in [
        format!(
            "{numbers} INSERT INTO credential_request ({columns}) SELECT {values} FROM n \
             JOIN (SELECT * FROM credential_request LIMIT 1) t"
        ),
        "INSERT INTO request_app SELECT c.id, a.app, c.team_id, c.created_at FROM credential_request c \
             JOIN (SELECT 'sandbox' AS app UNION ALL SELECT 'github') a \
             ON a.app = 'sandbox' OR substr(c.name, -1) IN ('0', '2', '4', '6', '8') WHERE c.name LIKE 'Copy%'"
        .to_owned(),
    ] {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut db).await.expect("copies");
    }
}

const STATUSES: [&str; 3] = ["INCOMPLETE", "AUTHORIZED", "DECLINED"];

/// The names on all pages of a list, and its total on every one.
async fn walk(ana: &Browser, world: &Northwind, filter: &Value, sort: &str) -> Vec<String> {
    let (mut all, mut after, mut totals) = (Vec::new(), Value::Null, Vec::new());
    loop {
        let variables = json!({
            "team": world.automation.to_string(), "filter": filter, "sort": sort, "after": after,
        });
        let page = ana.post(SENT, variables).await.ok()["sentRequests"].clone();
        all.extend(names(&page));
        totals.push(page["totalCount"].as_u64().expect("a total"));
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert!(totals.iter().all(|total| *total == all.len() as u64), "{filter} {sort}: {totals:?}");
    all
}

/// LIST-1: texts and apps of few requests and of many lead to the same pages in every order, whatever else the
/// list is narrowed to. SQLite is told which index to use; PostgreSQL chooses by itself, so there is nothing to
/// tell apart there.
#[tokio::test]
async fn list_1_few_and_many_are_the_same_list() {
    const MANY: u32 = 620;
    if is_scaled() {
        return;
    }
    let world = Northwind::start().await;
    ask(&world, "The first", 1).await;
    multiply(&world, MANY).await;
    let ana = world.as_user("ana").await;
    let ben = world.user_id("ben").await;
    for text in ["", "copy", "opy 05", "nowhere"] {
        for app in [None, Some("sandbox"), Some("github")] {
            for statuses in [&[][..], &["DECLINED"], &["DECLINED", "AUTHORIZED", "INVALID"]] {
                let mut filter = json!({ "text": text, "statuses": statuses, "app": app });
                if statuses.len() == 1 {
                    filter["recipientId"] = json!(ben);
                }
                let mut expected: Vec<(u32, String)> =
                    (1..=MANY).map(|i| (i, format!("Copy {i:04}"))).collect();
                expected.retain(|(i, name)| {
                    let status = STATUSES.iter().cycle().nth(*i as usize).expect("endless");
                    name.to_lowercase().contains(text)
                        && (statuses.is_empty() || statuses.contains(status))
                        && (app != Some("github") || i % 2 == 0)
                });
                let mut expected: Vec<String> = expected.into_iter().map(|(_, name)| name).collect();
                let has_first =
                    text.is_empty() && statuses.is_empty() && app.is_none_or(|app| app == "sandbox");
                for sort in ["OLDEST", "NAME", "NEWEST"] {
                    if sort == "NEWEST" {
                        expected.reverse();
                    }
                    let mut found = walk(&ana, &world, &filter, sort).await;
                    found.retain(|name| name != "The first" || !has_first);
                    assert_eq!(found, expected, "{filter} {sort}");
                }
            }
        }
    }
}
