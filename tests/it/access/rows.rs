//! The rows: what is asked. Words in braces such as `{item}` are filled in by the stage.

/// A root field with its arguments.
pub struct Root {
    /// `Query`, `Mutation` or `Subscription`.
    pub kind: &'static str,
    /// The field, and behind a space what tells its rows apart.
    pub name: &'static str,
    /// Arguments as a document has them.
    pub arguments: &'static str,
    /// What it does spoils the world for the rows behind it.
    pub spends: bool,
}

const fn root(kind: &'static str, name: &'static str, arguments: &'static str, spends: bool) -> Root {
    Root { kind, name, arguments, spends }
}

const fn query(name: &'static str, arguments: &'static str) -> Root {
    root("Query", name, arguments, false)
}

/// A mutation that leaves what the other rows need.
const fn adds(name: &'static str, arguments: &'static str) -> Root {
    root("Mutation", name, arguments, false)
}

/// A mutation after which the world is another one.
const fn ends(name: &'static str, arguments: &'static str) -> Root {
    root("Mutation", name, arguments, true)
}

const fn follow(name: &'static str, arguments: &'static str) -> Root {
    root("Subscription", name, arguments, false)
}

/// Queries, and subscriptions from the first event on.
pub const READS: &[Root] = &[
    query("app", "id: \"sandbox\""),
    query("apps", "text: \"sandbox\""),
    query("canAskOutside", "teamId: \"{team}\""),
    query("connectionHealth", "teamId: \"{team}\", first: 5"),
    query("connectionHealthCounts", "teamId: \"{team}\""),
    query(
        "connectionUsage",
        "connectionId: \"{connection}\", from: \"2027-01-15T00:00:00Z\", to: \"2027-01-16T00:00:00Z\"",
    ),
    query("connections", "teamId: \"{team}\", first: 5"),
    query("credentials", "teamId: \"{team}\", first: 5"),
    query("deadJobs", "first: 5"),
    query("deletionPreview", "requestId: \"{request}\""),
    query("featureApplications", "first: 5"),
    query("grants", "first: 5"),
    query("instance", ""),
    query("invitation", "link: \"{link}\""),
    query("itemUsage", "itemId: \"{item}\", from: \"2027-01-15T00:00:00Z\", to: \"2027-01-16T00:00:00Z\""),
    query("mailDomains", "first: 5"),
    query("node (a request)", "id: \"{request}\""),
    query("node (an item)", "id: \"{item}\""),
    query("node (a connection)", "id: \"{connection}\""),
    query("node (yourself)", "id: \"{me}\""),
    query("node (another person)", "id: \"{vera}\""),
    query("node (a team)", "id: \"{team}\""),
    query("node (an organization)", "id: \"{organization}\""),
    query("node (a session of yours)", "id: \"{mySession}\""),
    query("organization", "id: \"{organization}\""),
    query("organizations", "first: 5"),
    query("receivedRequests", "first: 5"),
    query("recipients", "teamId: \"{team}\", first: 5"),
    query("request", "id: \"{request}\""),
    query("sentRequests", "teamId: \"{team}\", first: 5"),
    query("singleSignOn", "email: \"nobody@northwind.example\""),
    query("teamMembers", "teamId: \"{team}\", first: 5"),
    query("viewer", ""),
    follow("connectionHealthChanged", "teamId: \"{team}\", after: \"{start}\""),
    follow("requestChanged", "id: \"{request}\", after: \"{start}\""),
    follow("requestsChanged (sent)", "list: SENT, teamId: \"{team}\", after: \"{start}\""),
    follow("requestsChanged (received)", "list: RECEIVED, after: \"{start}\""),
];

/// Requests, items, connections.
pub const WORK: &[Root] = &[
    adds(
        "createCredentialRequest (same team)",
        "input: {teamId: \"{team}\", name: \"n\", recipient: {member: \"{vera}\"}, items: [{app: \"sandbox\", modules: {all: true}}], acceptTerms: true}",
    ),
    adds(
        "createCredentialRequest (same organization)",
        "input: {teamId: \"{team}\", name: \"n\", recipient: {member: \"{olga}\"}, items: [{app: \"sandbox\", modules: {all: true}}], acceptTerms: true}",
    ),
    adds(
        "createCredentialRequest (outside)",
        "input: {teamId: \"{team}\", name: \"n\", recipient: {outside: {name: \"N\", email: \"n@harbor.example\"}}, items: [{app: \"sandbox\", modules: {all: true}}], acceptTerms: true}",
    ),
    adds("createConnection", "input: {itemId: \"{item}\", name: \"Second\", consumer: \"x\"}"),
    adds("resendInvitation", "input: {requestId: \"{request}\"}"),
    adds("remindRecipient", "input: {requestId: \"{request}\"}"),
    adds("reportRequest", "input: {requestId: \"{request}\", comment: \"n\"}"),
    adds("rotateConnection", "input: {connectionId: \"{connection}\"}"),
    adds("suspendConnection", "input: {connectionId: \"{connection}\"}"),
    adds("suspendCredential", "input: {itemId: \"{item}\"}"),
    adds("resumeConnection", "input: {connectionId: \"{connection}\"}"),
    adds("resumeCredential", "input: {itemId: \"{item}\"}"),
    adds("startAuthorization", "input: {itemId: \"{pending}\", method: \"oauth\"}"),
    ends("acceptInvitation", "input: {link: \"{link}\"}"),
    ends("confirmAccount", "input: {itemId: \"{waiting}\"}"),
    ends("rejectAccount", "input: {itemId: \"{waiting}\"}"),
    ends(
        "submitCredential",
        "input: {itemId: \"{pending}\", method: \"api_key\", fields: [{name: \"key\", value: \"{key}\"}]}",
    ),
    ends("declineItem", "input: {itemId: \"{pending}\", reason: \"no\"}"),
    ends("revokeItem", "input: {itemId: \"{item}\"}"),
    ends("withdrawConnection", "input: {connectionId: \"{connection}\"}"),
    ends("deleteRequest", "input: {requestId: \"{request}\", confirmationToken: \"{confirmation}\"}"),
];

/// Organizations, teams, people, accounts, the instance.
pub const PEOPLE: &[Root] = &[
    adds("applyForFeature", "input: {company: \"c\", reason: \"r\"}"),
    adds("createApiToken", "input: {name: \"n\", scopes: [MEMBERS_WRITE]}"),
    adds("createOrganization", "input: {name: \"Third\"}"),
    adds("createTeam", "input: {organizationId: \"{organization}\", name: \"Third\"}"),
    adds(
        "inviteMember",
        "input: {organizationId: \"{organization}\", email: \"m@harbor.example\", name: \"M\", role: MEMBER}",
    ),
    adds(
        "inviteMember (as owner)",
        "input: {organizationId: \"{organization}\", email: \"o@harbor.example\", name: \"O\", role: OWNER}",
    ),
    adds("defineApp", "input: {organizationId: \"{organization}\", definition: \"x = 1\"}"),
    adds("removeApp", "input: {organizationId: \"{organization}\", app: \"nothing\"}"),
    adds("renameTeam", "input: {teamId: \"{team}\", name: \"Automation\"}"),
    adds("requestSignInCode", "input: {email: \"new@harbor.example\"}"),
    adds("setFeature", "input: {userId: \"{vera}\", on: true}"),
    adds(
        "setOAuthClient",
        "input: {organizationId: \"{organization}\", app: \"hubspot\", clientId: \"c\", clientSecret: \"s\"}",
    ),
    adds("setOrganizationPlan", "input: {organizationId: \"{organization}\", plan: PARTNER}"),
    // Nobody answers there: whoever may, learns that.
    adds(
        "setSingleSignOn",
        "input: {organizationId: \"{organization}\", issuer: \"http://127.0.0.1:1\", clientId: \"c\", clientSecret: \"s\"}",
    ),
    adds("claimMailDomain", "input: {organizationId: \"{organization}\", domain: \"third.example\"}"),
    adds("setUpInstance", "input: {setUpCode: \"wrong\", organizationName: \"o\", teamName: \"t\"}"),
    adds("signIn", "input: {email: \"new@harbor.example\", code: \"000000\"}"),
    adds("updateOrganization", "input: {organizationId: \"{organization}\", name: \"Northwind\"}"),
    adds("updateProfile", "input: {name: \"Another Name\"}"),
    adds("revokeApiToken (yours)", "input: {apiTokenId: \"{myToken}\"}"),
    adds("revokeApiToken (another's)", "input: {apiTokenId: \"{verasToken}\"}"),
    adds("endSession (yours)", "input: {sessionId: \"{mySession}\"}"),
    adds("endSession (another's)", "input: {sessionId: \"{verasSession}\"}"),
    adds("reviewFeatureApplication", "input: {applicationId: \"{application}\", approve: true}"),
    ends("retryJob", "input: {jobId: \"{deadJob}\"}"),
    ends("dropJob", "input: {jobId: \"{deadJob}\"}"),
    adds("withdrawMemberInvitation", "input: {invitationId: \"{invitation}\"}"),
    adds("removeOAuthClient", "input: {organizationId: \"{organization}\", app: \"sandbox\"}"),
    adds("setTeamRole", "input: {teamId: \"{team}\", userId: \"{vera}\", role: ADMIN}"),
    adds("setMemberRole", "input: {organizationId: \"{organization}\", userId: \"{vera}\", role: ADMIN}"),
    ends(
        "setMemberRole (as owner)",
        "input: {organizationId: \"{organization}\", userId: \"{vera}\", role: OWNER}",
    ),
    ends("reviewMailDomain", "input: {mailDomainId: \"{mailDomain}\", confirm: true}"),
    ends("releaseMailDomain", "input: {mailDomainId: \"{mailDomain}\"}"),
    ends("removeSingleSignOn", "input: {organizationId: \"{organization}\"}"),
    ends("removeTeamMember", "input: {teamId: \"{team}\", userId: \"{vera}\"}"),
    ends("removeMember", "input: {organizationId: \"{organization}\", userId: \"{vera}\"}"),
    ends("leaveTeam", "input: {teamId: \"{team}\"}"),
    ends("leaveOrganization", "input: {organizationId: \"{organization}\"}"),
    ends("deleteTeam", "input: {teamId: \"{team}\", confirmName: \"Automation\"}"),
    ends("deleteOrganization", "input: {organizationId: \"{organization}\", confirmName: \"Northwind\"}"),
];

/// A field that needs rights of its own, with the way to it; other rows leave it out.
pub struct Apart {
    /// The field, such as `Organization.members`.
    pub field: &'static str,
    /// The way to it; `$` stands for the field with its selection.
    pub way: &'static str,
    /// Where its object is in the answer (RFC 6901).
    pub at: &'static str,
}

const fn apart(field: &'static str, way: &'static str, at: &'static str) -> Apart {
    Apart { field, way, at }
}

/// An item of the team's credentials, for which connections are read and requests are not.
const CREDENTIALS: &str = "credentials(teamId: \"{team}\", first: 5) { edges { node { $ } } }";
/// The same, live.
const HEALTH: &str = "connectionHealthChanged(teamId: \"{team}\", after: \"{start}\") { item { $ } }";

/// Fields that need more than their object does.
pub const APART: &[Apart] = &[
    apart("CredentialRequest.delivery", "request(id: \"{request}\") { $ }", "/request"),
    apart("CredentialRequest.history", "request(id: \"{request}\") { $ }", "/request"),
    apart("CredentialRequest.link", "request(id: \"{request}\") { $ }", "/request"),
    apart("Organization.appDefinitions", "organization(id: \"{organization}\") { $ }", "/organization"),
    apart("Organization.auditLog", "organization(id: \"{organization}\") { $ }", "/organization"),
    apart("Organization.connections", "organization(id: \"{organization}\") { $ }", "/organization"),
    apart("Organization.invitations", "organization(id: \"{organization}\") { $ }", "/organization"),
    apart("Organization.members", "organization(id: \"{organization}\") { $ }", "/organization"),
    apart("Organization.oauthClients", "organization(id: \"{organization}\") { $ }", "/organization"),
    apart("Organization.signIn", "organization(id: \"{organization}\") { $ }", "/organization"),
    apart("RequestItem.attempts", CREDENTIALS, "/credentials/edges/0/node"),
    apart("RequestItem.attempts", HEALTH, "/connectionHealthChanged/item"),
    apart("RequestItem.attempts", "node(id: \"{item}\") { ... on RequestItem { $ } }", "/node"),
    apart("RequestItem.declineReason", CREDENTIALS, "/credentials/edges/0/node"),
    apart("RequestItem.declineReason", HEALTH, "/connectionHealthChanged/item"),
    apart("RequestItem.declineReason", "node(id: \"{item}\") { ... on RequestItem { $ } }", "/node"),
    apart("RequestItem.note", CREDENTIALS, "/credentials/edges/0/node"),
    apart("RequestItem.note", HEALTH, "/connectionHealthChanged/item"),
    apart("RequestItem.note", "node(id: \"{item}\") { ... on RequestItem { $ } }", "/node"),
    apart("RequestItem.waitingAccount", CREDENTIALS, "/credentials/edges/0/node"),
    apart("RequestItem.credential", "node(id: \"{item}\") { ... on RequestItem { $ } }", "/node"),
    apart("RequestItem.waitingAccount", "node(id: \"{waiting}\") { ... on RequestItem { $ } }", "/node"),
    apart("User.apiTokens", "viewer { $ }", "/viewer"),
    apart("User.featureApplication", "viewer { $ }", "/viewer"),
    apart("User.openInvitations", "viewer { $ }", "/viewer"),
    apart("User.memberships", "viewer { $ }", "/viewer"),
    apart("User.sessions", "viewer { $ }", "/viewer"),
];
