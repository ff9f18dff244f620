//! What the organization of the stage has.

use std::collections::BTreeMap;

use kit::{Browser, Northwind};
use service::JobFailed;

use super::stage::{browser, text};
use crate::issuer::Issuer;
use crate::organization_sign_in::{claim, review, set_issuer};

/// An OAuth client, an invitation, an application; an OpenID provider with a mail domain that is confirmed and one
/// that waits.
pub async fn furnish(world: &Northwind, nobody: &Browser, words: &mut BTreeMap<&'static str, String>) {
    let admin = browser(world, nobody, "admin").await;
    let org = world.organization.to_string();
    let set = "mutation($org: ID!, $id: String!, $secret: String!) { setOAuthClient(input: {organizationId: $org, app: \"sandbox\", clientId: $id, clientSecret: $secret}) { app } }";
    let client = [("org", org.as_str()), ("id", sandbox::CLIENT_ID), ("secret", sandbox::CLIENT_SECRET)];
    admin.gql(set, &client).await.ok();
    let invite = "mutation($org: ID!) { inviteMember(input: {organizationId: $org, email: \"nora@northwind.example\", name: \"Nora\", role: MEMBER}) { invitationId } }";
    let invited = admin.gql(invite, &[("org", &org)]).await.ok();
    words.insert("{invitation}", text(&invited["inviteMember"]["invitationId"]));
    words.insert("{deadJob}", given_up(world).await);
    let apply = "mutation { applyForFeature(input: {company: \"c\", reason: \"r\"}) { application { id } } }";
    let applied = browser(world, nobody, "olga").await.gql(apply, &[]).await.ok();
    words.insert("{application}", text(&applied["applyForFeature"]["application"]["id"]));
    let issuer = Issuer::start().await;
    let owner = browser(world, nobody, "owner").await;
    set_issuer(&owner, &org, &issuer.url).await.ok();
    let confirmed = claim(&owner, &org, "northwind.example").await;
    review(&browser(world, nobody, "ivy").await, &confirmed, None).await.ok();
    words.insert("{mailDomain}", claim(&owner, &org, "second.example").await);
}

/// Gives up the one job that waits: the mail of the invitation.
async fn given_up(world: &Northwind) -> String {
    let service = &world.app.service;
    let waiting = service.claim_due_jobs().await.expect("claimed");
    let [(id, dispatch)] = waiting[..] else { panic!("one job waits: {waiting:?}") };
    let run = service.begin_job(id, dispatch).await.expect("asked").expect("begun");
    let failed = JobFailed { error: "refused".to_owned(), for_good: true, retry_after: None };
    service.job_failed(&run, &failed).await.expect("recorded");
    id.to_string()
}
