//! Organizations, teams and who belongs to them (ROLE-7, ROLE-8, GATE-4).

use kit::{Browser, CONNECT, Northwind, REMOVE, SHOW, SUBMIT_KEY};
use serde_json::{Value, json};

const INVITE: &str = "mutation($org: ID!, $email: String!, $role: OrganizationRole!, $team: ID, $teamRole: TeamRole) { inviteMember(input: {organizationId: $org, email: $email, name: \"Nora New\", role: $role, teamId: $team, teamRole: $teamRole}) { invitationId } }";
const ACCEPT: &str = "mutation($link: String!) { acceptInvitation(input: {link: $link}) { request { id } organization { id name role } } }";
const ROLE: &str = "mutation($org: ID!, $user: ID!, $role: OrganizationRole!) { setMemberRole(input: {organizationId: $org, userId: $user, role: $role}) { userId } }";
const LEAVE: &str = "mutation($org: ID!) { leaveOrganization(input: {organizationId: $org}) { userId } }";
const TEAM_ROLE: &str = "mutation($team: ID!, $user: ID!, $role: TeamRole!) { setTeamRole(input: {teamId: $team, userId: $user, role: $role}) { userId } }";
const LEAVE_TEAM: &str = "mutation($team: ID!) { leaveTeam(input: {teamId: $team}) { userId } }";
const REMOVE_FROM_TEAM: &str =
    "mutation($team: ID!, $user: ID!) { removeTeamMember(input: {teamId: $team, userId: $user}) { userId } }";
const MEMBERS: &str = "query($team: ID!) { teamMembers(teamId: $team) { totalCount edges { node { person { name } role teamRole hasFeature } } } }";
const IN_USE: &str = "query($org: ID!, $after: String) { organization(id: $org) { connections(first: 1, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { name consumer } } } } }";
const DELETE_TEAM: &str = "mutation($team: ID!, $name: String!) { deleteTeam(input: {teamId: $team, confirmName: $name}) { teamId } }";
const DELETE_ORGANIZATION: &str = "mutation($org: ID!, $name: String!) { deleteOrganization(input: {organizationId: $org, confirmName: $name}) { organizationId } }";

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// A request from `ana` to `ben`, authorized and in use: its id and its item.
async fn granted(world: &Northwind) -> (String, String) {
    let request = world.ana_asks_ben(1).await;
    let (id, item) = (text(&request["id"]).to_owned(), text(&request["items"][0]["id"]).to_owned());
    let ben = world.as_user("ben").await;
    ben.gql(SUBMIT_KEY, &[("item", &item), ("key", sandbox::API_KEY)]).await.ok();
    world.as_user("ana").await.gql(CONNECT, &[("item", &item)]).await.ok();
    world.app.settle().await;
    (id, item)
}

async fn remove(world: &Northwind, by: &str, whom: &str) -> kit::Answer {
    let (org, user) = (world.organization.to_string(), world.user_id(whom).await);
    world.as_user(by).await.gql(REMOVE, &[("org", &org), ("user", &user)]).await
}

/// How many accounts somebody shares with the organization, as its admin reads it before removing them.
async fn shares(world: &Northwind, whom: &str) -> i64 {
    let query = "query($org: ID!, $team: ID!) { organization(id: $org) { members(first: 100) { edges { node { person { email } sharedAccounts } } } } teamMembers(teamId: $team, first: 100) { edges { node { person { email } sharedAccounts } } } }";
    let (org, team) = (world.organization.to_string(), world.automation.to_string());
    let shown = world.as_user("admin").await.gql(query, &[("org", &org), ("team", &team)]).await.ok();
    let email = format!("{whom}@northwind.example");
    let of = |list: &Value| {
        let edges = list["edges"].as_array().expect("people");
        let found = edges.iter().find(|edge| edge["node"]["person"]["email"] == email.as_str());
        found.map(|edge| edge["node"]["sharedAccounts"].as_i64().expect("a number"))
    };
    let here = of(&shown["organization"]["members"]).expect("a member");
    assert!(of(&shown["teamMembers"]).is_none_or(|in_team| in_team == here), "their team says the same");
    here
}

/// ROLE-7: a recipient who is removed, or leaves, has all they granted revoked; the requester is told.
#[tokio::test]
async fn role_7_a_recipient_who_goes_takes_the_access_along() {
    for leaves in [true, false] {
        let world = Northwind::start().await;
        let (id, item) = granted(&world).await;
        assert_eq!((shares(&world, "ben").await, shares(&world, "ana").await), (1, 0));
        let ben = world.as_user("ben").await;
        if leaves {
            ben.gql(LEAVE, &[("org", &world.organization.to_string())]).await.ok();
        } else {
            remove(&world, "admin", "ben").await.ok();
        }
        let show =
            "query($id: ID!) { request(id: $id) { status items { state revokeReason credential { id } } } }";
        for who in [&ben, &world.as_user("ana").await] {
            let shown = who.gql(show, &[("id", &id)]).await.ok()["request"].clone();
            assert_eq!(
                shown,
                json!({ "status": "INCOMPLETE", "items": [{ "state": "REVOKED", "revokeReason": "RECIPIENT_LEFT", "credential": null }] })
            );
        }
        world.app.settle().await;
        // There is nobody to mail who could answer.
        let ana = world.as_user("ana").await;
        for field in ["resendInvitation", "remindRecipient"] {
            let again =
                format!("mutation {{ {field}(input: {{requestId: \"{id}\"}}) {{ request {{ id }} }} }}");
            assert_eq!(ana.gql(&again, &[]).await.refusal(), "ILLEGAL_TRANSITION", "{field}");
        }
        let mail = world.app.mail_to("ana@northwind.example").await;
        assert!(mail.subject.contains("Ben Ito is no longer there"), "{}", mail.subject);
        assert!(mail.text.contains("no longer part of Northwind"), "{}", mail.text);
        // They cannot grant again unless they are back, and may delete what was theirs.
        let again = ben.gql(SUBMIT_KEY, &[("item", &item), ("key", sandbox::API_KEY)]).await;
        assert_eq!(again.refusal(), "FORBIDDEN");
        let team = world.automation.to_string();
        assert_eq!(ben.gql(MEMBERS, &[("team", &team)]).await.refusal(), "NOT_FOUND");
        let preview = ben.gql(kit::PREVIEW, &[("id", &id)]).await.ok();
        let token = text(&preview["deletionPreview"]["confirmationToken"]).to_owned();
        ben.gql(kit::DELETE, &[("id", &id), ("token", &token)]).await.ok();
    }
}

/// ROLE-7: a recipient who leaves only the team keeps control; a requester who leaves leaves the request there,
/// is told nothing more, and team admins act for them.
#[tokio::test]
async fn role_7_the_team_keeps_the_request_and_the_recipient_the_control() {
    let world = Northwind::start().await;
    let (id, item) = granted(&world).await;
    let (ana, ben, lead) =
        (world.as_user("ana").await, world.as_user("ben").await, world.as_user("lead").await);
    let team = world.automation.to_string();
    ben.gql(LEAVE_TEAM, &[("team", &team)]).await.ok();
    ana.gql(LEAVE_TEAM, &[("team", &team)]).await.ok();
    assert_eq!(ana.gql(SHOW, &[("id", &id)]).await.refusal(), "NOT_FOUND");
    let shown = lead.gql(SHOW, &[("id", &id)]).await.ok()["request"].clone();
    assert_eq!((text(&shown["status"]), text(&shown["requester"]["name"])), ("AUTHORIZED", "Ana Lopez"));
    let mails = world.app.mails().await.len();
    ben.gql(kit::REVOKE, &[("item", &item)]).await.ok();
    world.app.settle().await;
    assert_eq!(world.app.mails().await.len(), mails, "ROLE-6: who left is told nothing more");
    ben.gql(SUBMIT_KEY, &[("item", &item), ("key", sandbox::API_KEY)]).await.ok();
    let preview = lead.gql(kit::PREVIEW, &[("id", &id)]).await.ok();
    let token = text(&preview["deletionPreview"]["confirmationToken"]).to_owned();
    lead.gql(kit::DELETE, &[("id", &id), ("token", &token)]).await.ok();
}

/// ROLE-8: the last owner can neither leave, nor be removed or demoted.
#[tokio::test]
async fn role_8_the_last_owner_stays() {
    let world = Northwind::start().await;
    let org = world.organization.to_string();
    let (owner, admin) = (world.as_user("owner").await, world.as_user("admin").await);
    let (owner_id, admin_id) = (world.user_id("owner").await, world.user_id("admin").await);
    let only = async |who: &Browser| {
        let viewer = who.gql("{ viewer { memberships { isOnlyOwner } } }", &[]).await.ok();
        viewer["viewer"]["memberships"][0]["isOnlyOwner"].clone()
    };
    assert_eq!((only(&owner).await, only(&admin).await), (json!(true), json!(false)), "said before they try");
    assert_eq!(owner.gql(LEAVE, &[("org", &org)]).await.refusal(), "LAST_OWNER");
    for role in ["ADMIN", "MEMBER", "GUEST"] {
        let demote = [("org", org.as_str()), ("user", owner_id.as_str()), ("role", role)];
        assert_eq!(owner.gql(ROLE, &demote).await.refusal(), "LAST_OWNER");
        assert_eq!(admin.gql(ROLE, &demote).await.refusal(), "FORBIDDEN");
    }
    assert_eq!(remove(&world, "admin", "owner").await.refusal(), "FORBIDDEN");
    let promote = [("org", org.as_str()), ("user", admin_id.as_str()), ("role", "OWNER")];
    assert_eq!(admin.gql(ROLE, &promote).await.refusal(), "FORBIDDEN");
    owner.gql(ROLE, &promote).await.ok();
    assert_eq!(only(&owner).await, false);
    // Two owners who both go at once: one of them stays.
    let which = [("org", org.as_str())];
    let (one, two) = tokio::join!(owner.gql(LEAVE, &which), admin.gql(LEAVE, &which));
    let stayed = [one, two]
        .iter()
        .filter(|answer| answer.json["errors"][0]["extensions"]["code"] == "LAST_OWNER")
        .count();
    assert_eq!(stayed, 1);
}

/// ROLE-1, ROLE-6: who may manage whom.
#[tokio::test]
async fn role_1_members_are_managed_by_admins_only() {
    let world = Northwind::start().await;
    let (org, team) = (world.organization.to_string(), world.automation.to_string());
    let olga = world.user_id("olga").await;
    let rows = [
        ("anonymous", "UNAUTHENTICATED", "UNAUTHENTICATED"),
        ("stranger", "NOT_FOUND", "NOT_FOUND"),
        ("guest", "FORBIDDEN", "FORBIDDEN"),
        ("ana", "FORBIDDEN", "FORBIDDEN"),
        ("lead", "FORBIDDEN", "ok"),
        ("admin", "ok", "ok"),
        ("owner", "ok", "ok"),
    ];
    let outcome = |answer: kit::Answer| {
        if answer.json.get("errors").is_some() { answer.refusal() } else { "ok".to_owned() }
    };
    for (who, in_organization, in_team) in rows {
        let me = world.as_user(who).await;
        let rename = format!(
            "mutation {{ updateOrganization(input: {{organizationId: \"{org}\", name: \"Northwind\"}}) {{ organization {{ name }} }} }}"
        );
        assert_eq!(outcome(me.gql(&rename, &[]).await), in_organization, "{who}");
        let role = [("org", org.as_str()), ("user", olga.as_str()), ("role", "MEMBER")];
        assert_eq!(outcome(me.gql(ROLE, &role).await), in_organization, "{who}");
        let role = [("team", team.as_str()), ("user", olga.as_str()), ("role", "MEMBER")];
        assert_eq!(outcome(me.gql(TEAM_ROLE, &role).await), in_team, "{who}");
        let rename = format!(
            "mutation {{ renameTeam(input: {{teamId: \"{team}\", name: \"Automation\"}}) {{ name }} }}"
        );
        assert_eq!(outcome(me.gql(&rename, &[]).await), in_team, "{who}");
    }
    let lead = world.as_user("lead").await;
    let members = lead.gql(MEMBERS, &[("team", &team)]).await.ok()["teamMembers"].clone();
    assert_eq!(members["totalCount"], 5, "olga is in now");
    lead.gql(REMOVE_FROM_TEAM, &[("team", &team), ("user", &olga)]).await.ok();
    let again = lead.gql(REMOVE_FROM_TEAM, &[("team", &team), ("user", &olga)]).await;
    assert_eq!(again.refusal(), "NOT_FOUND userId");
    let guest = world.user_id("guest").await;
    let role = [("team", team.as_str()), ("user", guest.as_str()), ("role", "ADMIN")];
    assert_eq!(lead.gql(TEAM_ROLE, &role).await.refusal(), "OUT_OF_RANGE role");
    let nobody =
        [("team", team.as_str()), ("user", "usr_00000000000000000000000000000001"), ("role", "ADMIN")];
    assert_eq!(lead.gql(TEAM_ROLE, &nobody).await.refusal(), "NOT_FOUND userId");
}

/// ROLE-7: who is demoted to guest is a guest in the teams too, and sees no members any more.
#[tokio::test]
async fn role_7_a_demoted_member_is_a_guest_everywhere() {
    let world = Northwind::start().await;
    let (org, team) = (world.organization.to_string(), world.automation.to_string());
    let (lead, lead_id) = (world.as_user("lead").await, world.user_id("lead").await);
    let role = [("org", org.as_str()), ("user", lead_id.as_str()), ("role", "GUEST")];
    world.as_user("admin").await.gql(ROLE, &role).await.ok();
    assert_eq!(lead.gql(MEMBERS, &[("team", &team)]).await.refusal(), "FORBIDDEN");
    let back = [("org", org.as_str()), ("user", lead_id.as_str()), ("role", "MEMBER")];
    world.as_user("admin").await.gql(ROLE, &back).await.ok();
    assert_eq!(
        lead.gql(MEMBERS, &[("team", &team)]).await.refusal(),
        "FORBIDDEN",
        "a guest of the team still"
    );
}

pub async fn link_to(world: &Northwind, email: &str) -> String {
    world.app.settle().await;
    let mail = world.app.mail_to(email).await;
    let link = mail.text.split_whitespace().find_map(|word| word.split_once("/i/")).expect("a link").1;
    link.to_owned()
}

/// INV-1 to INV-3: an invitation to join is accepted by the invited address only, once, and changes nothing
/// before.
#[tokio::test]
async fn inv_2_an_invitation_to_join_is_for_its_address() {
    let world = Northwind::start().await;
    let (org, team) = (world.organization.to_string(), world.automation.to_string());
    let admin = world.as_user("admin").await;
    let invite = [
        ("org", org.as_str()),
        ("email", "nora@northwind.example"),
        ("role", "MEMBER"),
        ("team", team.as_str()),
    ];
    admin.gql(INVITE, &invite).await.ok();
    let first = link_to(&world, "nora@northwind.example").await;
    admin.gql(INVITE, &invite).await.ok();
    let link = link_to(&world, "nora@northwind.example").await;
    let show = "query($link: String!) { invitation(link: $link) { kind state organizationName addressHint requestId } }";
    let gone = world.app.browser().gql(show, &[("link", &first)]).await;
    assert_eq!(gone.refusal(), "NOT_FOUND", "the second took the place of the first");
    assert_eq!(
        world.app.browser().gql(show, &[("link", &link)]).await.ok()["invitation"],
        json!({ "kind": "MEMBERSHIP", "state": "OPEN", "organizationName": "Northwind", "addressHint": "n***@northwind.example", "requestId": null })
    );
    let other = world.as_user("stranger").await.gql(ACCEPT, &[("link", &link)]).await;
    assert_eq!(other.refusal(), "WRONG_ACCOUNT");
    let nora = world.app.sign_in("nora@northwind.example").await;
    assert_eq!(nora.gql(MEMBERS, &[("team", &team)]).await.refusal(), "NOT_FOUND");
    for _ in 0..2 {
        let joined = nora.gql(ACCEPT, &[("link", &link)]).await.ok()["acceptInvitation"].clone();
        assert_eq!(
            joined,
            json!({ "request": null, "organization": { "id": org, "name": "Northwind", "role": "MEMBER" } })
        );
    }
    nora.gql(MEMBERS, &[("team", &team)]).await.ok();
    let name = nora.gql("{ viewer { name } }", &[]).await.ok()["viewer"]["name"].clone();
    assert_eq!(name, "Nora New", "as she was invited, since she has told no name");
    assert_eq!(admin.gql(INVITE, &invite).await.refusal(), "ALREADY_IN_ORGANIZATION email");
    let owner = [("org", org.as_str()), ("email", "x@northwind.example"), ("role", "OWNER")];
    assert_eq!(admin.gql(INVITE, &owner).await.refusal(), "FORBIDDEN");
    let bad = [
        ("org", org.as_str()),
        ("email", "x"),
        ("role", "GUEST"),
        ("team", team.as_str()),
        ("teamRole", "ADMIN"),
    ];
    assert_eq!(admin.gql(INVITE, &bad).await.refusals(), ["INVALID_FORMAT email", "OUT_OF_RANGE teamRole"]);
}

/// An invitation that was withdrawn opens nothing; a guest who is invited as member becomes one.
#[tokio::test]
async fn inv_1_invitations_are_listed_withdrawn_and_lift_guests() {
    let world = Northwind::start().await;
    let org = world.organization.to_string();
    let admin = world.as_user("admin").await;
    admin.gql(INVITE, &[("org", &org), ("email", "nora@northwind.example"), ("role", "ADMIN")]).await.ok();
    let link = link_to(&world, "nora@northwind.example").await;
    let list = "query($org: ID!) { organization(id: $org) { invitations { id email role } members { totalCount } } }";
    let listed = admin.gql(list, &[("org", &org)]).await.ok()["organization"].clone();
    assert_eq!(listed["members"]["totalCount"], 7);
    let id = text(&listed["invitations"][0]["id"]).to_owned();
    assert_eq!(world.as_user("ana").await.gql(list, &[("org", &org)]).await.refusals()[0], "FORBIDDEN");
    let withdraw =
        "mutation($id: ID!) { withdrawMemberInvitation(input: {invitationId: $id}) { invitationId } }";
    assert_eq!(world.as_user("ana").await.gql(withdraw, &[("id", &id)]).await.refusal(), "FORBIDDEN");
    admin.gql(withdraw, &[("id", &id)]).await.ok();
    assert_eq!(admin.gql(withdraw, &[("id", &id)]).await.refusal(), "NOT_FOUND");
    let nora = world.app.sign_in("nora@northwind.example").await;
    assert_eq!(nora.gql(ACCEPT, &[("link", &link)]).await.refusal(), "NOT_FOUND");
    admin.gql(INVITE, &[("org", &org), ("email", "guest@northwind.example"), ("role", "MEMBER")]).await.ok();
    let link = link_to(&world, "guest@northwind.example").await;
    let joined = world.as_user("guest").await.gql(ACCEPT, &[("link", &link)]).await.ok();
    assert_eq!(joined["acceptInvitation"]["organization"]["role"], "MEMBER");
}

/// ROLE-7: deleting a team or an organization deletes its requests in cascade; both sides are told.
#[tokio::test]
async fn role_7_deleting_a_team_or_an_organization_deletes_its_requests() {
    for whole in [false, true] {
        let world = Northwind::start().await;
        let (id, item) = granted(&world).await;
        let (org, team) = (world.organization.to_string(), world.automation.to_string());
        let (query, key, value, name) = if whole {
            (DELETE_ORGANIZATION, "org", &org, "Northwind")
        } else {
            (DELETE_TEAM, "team", &team, "Automation")
        };
        let refusals = [("ana", "FORBIDDEN"), ("stranger", "NOT_FOUND")];
        for (who, refusal) in refusals {
            let user = world.as_user(who).await;
            let answer = user.gql(query, &[(key, value), ("name", name)]).await;
            assert_eq!(answer.refusal(), refusal, "{who}");
            assert_eq!(user.gql(IN_USE, &[("org", &org)]).await.refusal(), refusal, "{who}");
        }
        // What would stop is listed first, of all teams.
        let owner = world.as_user("owner").await;
        world.as_user("ana").await.gql(CONNECT, &[("item", &item)]).await.ok();
        let first = owner.gql(IN_USE, &[("org", &org)]).await.ok()["organization"]["connections"].clone();
        assert_eq!((&first["totalCount"], &first["pageInfo"]["hasNextPage"]), (&json!(2), &json!(true)));
        let cursor = text(&first["pageInfo"]["endCursor"]);
        let rest = owner.gql(IN_USE, &[("org", &org), ("after", cursor)]).await.ok();
        let rest = &rest["organization"]["connections"];
        assert_eq!(rest["pageInfo"]["hasNextPage"], false);
        assert_ne!(first["edges"][0]["node"]["name"], rest["edges"][0]["node"]["name"]);
        let wrong = owner.gql(query, &[(key, value), ("name", "Sales")]).await;
        assert_eq!(wrong.refusal(), "INVALID_FORMAT confirmName");
        owner.gql(query, &[(key, value), ("name", name)]).await.ok();
        assert_eq!(world.as_user("ben").await.gql(SHOW, &[("id", &id)]).await.refusal(), "NOT_FOUND");
        assert_eq!(owner.gql(MEMBERS, &[("team", &team)]).await.refusal(), "NOT_FOUND");
        world.app.settle().await;
        for to in ["ana@northwind.example", "ben@northwind.example"] {
            let mail = world.app.mail_to(to).await;
            assert!(mail.subject.contains("deleted"), "{}", mail.subject);
        }
        world.app.settle_patiently(10).await;
        for (table, count) in world.app.service.row_counts().await.expect("counts") {
            assert_eq!(count, 0, "{table}");
        }
        let purged = world.app.service.purge().await.expect("purged");
        assert!(
            purged > u64::from(whole) * 2,
            "the team, and the organization with its two, are gone: {purged}"
        );
    }
}

async fn names(me: &Browser) -> Vec<String> {
    let viewer = me.gql("{ viewer { memberships { organizationName } } }", &[]).await.ok();
    let memberships = viewer["viewer"]["memberships"].as_array().expect("memberships").clone();
    memberships.iter().map(|row| text(&row["organizationName"]).to_owned()).collect()
}

/// Organizations are made by administrators of the instance; one person may belong to many.
#[tokio::test]
async fn organizations_are_made_by_administrators_of_the_instance() {
    let world = Northwind::start().await;
    let create = "mutation($name: String!) { createOrganization(input: {name: $name}) { organization { id role plan } } }";
    let owner = world.as_user("owner").await;
    assert_eq!(owner.gql(create, &[("name", "Second")]).await.refusal(), "FORBIDDEN");
    world.app.service.appoint_instance_admin("owner@northwind.example").await.expect("appointed");
    assert_eq!(owner.gql(create, &[("name", " ")]).await.refusal(), "REQUIRED name");
    let made =
        owner.gql(create, &[("name", "Second")]).await.ok()["createOrganization"]["organization"].clone();
    assert_eq!((text(&made["role"]), text(&made["plan"])), ("OWNER", "FREE"));
    let all = "query($after: String) { organizations(first: 2, after: $after) { totalCount pageInfo { endCursor } edges { node { name } } } }";
    let first = owner.gql(all, &[]).await.ok()["organizations"].clone();
    assert_eq!(first["totalCount"], 3);
    let after = text(&first["pageInfo"]["endCursor"]);
    let rest = owner.gql(all, &[("after", after)]).await.ok()["organizations"]["edges"].clone();
    let listed: Vec<&str> = [&first["edges"], &rest]
        .iter()
        .flat_map(|edges| edges.as_array().expect("edges"))
        .map(|edge| text(&edge["node"]["name"]))
        .collect();
    assert_eq!(listed, ["Elsewhere", "Northwind", "Second"]);
    assert_eq!(world.as_user("admin").await.gql(all, &[]).await.refusal(), "FORBIDDEN");
    assert_eq!(names(&owner).await, ["Northwind", "Second"]);
    let team =
        "mutation($org: ID!) { createTeam(input: {organizationId: $org, name: \"First\"}) { teamId name } }";
    owner.gql(team, &[("org", text(&made["id"]))]).await.ok();
    assert_eq!(
        world.as_user("admin").await.gql(team, &[("org", text(&made["id"]))]).await.refusal(),
        "NOT_FOUND"
    );
}
