//! What a token needs for each root field (INV-5). Whoever adds a field adds a row: a test compares the table with
//! the schema, and a field without a row is refused to tokens.

use domain::actor::Actor;
use domain::code::ErrorCode;
use domain::scope::Scope;
use service::Error;

/// What a caller with a token needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: it is no secret, or about the caller alone.
    Nothing,
    /// A scope.
    Scope(Scope),
    /// A signed-in person: consent, accounts and tokens are not for programs.
    Person,
}

/// Root fields of queries, mutations and subscriptions, with what a token needs for each.
pub const TABLE: &[(&str, Needs)] = &[
    // Queries
    ("app", Needs::Nothing),
    ("apps", Needs::Nothing),
    ("canAskOutside", Needs::Scope(Scope::RequestsWrite)),
    ("connectionHealth", Needs::Scope(Scope::ConnectionsRead)),
    ("connectionHealthCounts", Needs::Scope(Scope::ConnectionsRead)),
    ("connectionUsage", Needs::Scope(Scope::ConnectionsRead)),
    ("connections", Needs::Scope(Scope::ConnectionsRead)),
    ("credentials", Needs::Scope(Scope::ConnectionsRead)),
    ("deadJobs", Needs::Person),
    ("deletionPreview", Needs::Scope(Scope::RequestsWrite)),
    ("featureApplications", Needs::Person),
    ("grants", Needs::Person),
    ("instance", Needs::Nothing),
    ("invitation", Needs::Nothing),
    ("itemUsage", Needs::Scope(Scope::RequestsRead)),
    ("mailDomains", Needs::Person),
    // By what it names; see the resolver.
    ("node", Needs::Nothing),
    ("organization", Needs::Scope(Scope::MembersRead)),
    ("organizations", Needs::Person),
    ("receivedRequests", Needs::Scope(Scope::RequestsRead)),
    ("recipients", Needs::Scope(Scope::RequestsWrite)),
    ("request", Needs::Scope(Scope::RequestsRead)),
    ("sentRequests", Needs::Scope(Scope::RequestsRead)),
    ("singleSignOn", Needs::Nothing),
    ("teamMembers", Needs::Scope(Scope::MembersRead)),
    ("viewer", Needs::Nothing),
    // Mutations
    ("acceptInvitation", Needs::Person),
    ("applyForFeature", Needs::Person),
    ("claimMailDomain", Needs::Person),
    ("confirmAccount", Needs::Person),
    ("createApiToken", Needs::Person),
    ("createConnection", Needs::Scope(Scope::ConnectionsWrite)),
    ("createCredentialRequest", Needs::Scope(Scope::RequestsWrite)),
    ("createOrganization", Needs::Person),
    ("createTeam", Needs::Scope(Scope::MembersWrite)),
    ("declineItem", Needs::Person),
    ("defineApp", Needs::Person),
    ("deleteOrganization", Needs::Person),
    ("deleteRequest", Needs::Scope(Scope::RequestsWrite)),
    ("deleteTeam", Needs::Person),
    ("dropJob", Needs::Person),
    ("endSession", Needs::Person),
    ("inviteMember", Needs::Scope(Scope::MembersWrite)),
    ("leaveOrganization", Needs::Person),
    ("leaveTeam", Needs::Person),
    ("rejectAccount", Needs::Person),
    ("releaseMailDomain", Needs::Person),
    ("remindRecipient", Needs::Scope(Scope::RequestsWrite)),
    ("rotateConnection", Needs::Scope(Scope::ConnectionsWrite)),
    ("removeApp", Needs::Person),
    ("removeMember", Needs::Scope(Scope::MembersWrite)),
    ("removeOAuthClient", Needs::Person),
    ("removeSingleSignOn", Needs::Person),
    ("removeTeamMember", Needs::Scope(Scope::MembersWrite)),
    ("renameTeam", Needs::Scope(Scope::MembersWrite)),
    ("reportRequest", Needs::Person),
    ("requestSignInCode", Needs::Nothing),
    ("resendInvitation", Needs::Scope(Scope::RequestsWrite)),
    ("reviewFeatureApplication", Needs::Person),
    ("reviewMailDomain", Needs::Person),
    ("resumeConnection", Needs::Scope(Scope::ConnectionsWrite)),
    ("resumeCredential", Needs::Scope(Scope::ConnectionsWrite)),
    ("retryJob", Needs::Person),
    ("revokeApiToken", Needs::Person),
    ("revokeItem", Needs::Person),
    ("setFeature", Needs::Person),
    ("setMemberRole", Needs::Scope(Scope::MembersWrite)),
    ("setOAuthClient", Needs::Person),
    ("setOrganizationPlan", Needs::Person),
    ("setSingleSignOn", Needs::Person),
    ("setTeamRole", Needs::Scope(Scope::MembersWrite)),
    ("setUpInstance", Needs::Person),
    ("signIn", Needs::Person),
    ("startAuthorization", Needs::Person),
    ("submitCredential", Needs::Person),
    ("suspendConnection", Needs::Scope(Scope::ConnectionsWrite)),
    ("suspendCredential", Needs::Scope(Scope::ConnectionsWrite)),
    ("updateOrganization", Needs::Person),
    ("updateProfile", Needs::Person),
    ("withdrawConnection", Needs::Scope(Scope::ConnectionsWrite)),
    ("withdrawMemberInvitation", Needs::Scope(Scope::MembersWrite)),
    // Subscriptions
    ("connectionHealthChanged", Needs::Scope(Scope::ConnectionsRead)),
    ("requestChanged", Needs::Scope(Scope::RequestsRead)),
    ("requestsChanged", Needs::Scope(Scope::RequestsRead)),
    ("viewerChanged", Needs::Person),
];

/// Whether a caller with a token has a scope; people need none.
pub(crate) fn check_scope(actor: Actor, scope: Scope) -> Result<(), Error> {
    match actor {
        Actor::Token { scopes, .. } if !scopes.contains(scope) => Err(Error::refused(
            ErrorCode::InsufficientScope,
            format!("this token lacks the scope {}", scope.as_str()),
        )),
        _ => Ok(()),
    }
}

/// Whether the caller may use a root field; people may use all, and the rules of the product decide.
pub(crate) fn check(actor: Actor, field: &str) -> Result<(), Error> {
    if !matches!(actor, Actor::Token { .. }) {
        return Ok(());
    }
    let needs = TABLE.iter().find(|(name, _)| *name == field).map_or(Needs::Person, |(_, needs)| *needs);
    match needs {
        Needs::Nothing => Ok(()),
        Needs::Scope(scope) => check_scope(actor, scope),
        Needs::Person => {
            Err(Error::refused(ErrorCode::InsufficientScope, "only a signed-in person can do this"))
        }
    }
}
