//! The SDL, its descriptions, and the error codes.

/// API-1: what is checked in is what is served; `make gen` writes it anew.
#[test]
fn api_1_the_schema_file_is_current() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/schema.graphql");
    let known = std::fs::read_to_string(file).expect("schema.graphql is checked in");
    assert!(known == schema::sdl(), "schema/schema.graphql is stale; run `make gen`");
}

/// API-1: every type, field, argument and enum value has a description.
#[tokio::test]
async fn api_1_everything_is_described() {
    let schema = schema::builder().finish();
    let query = "{ __schema { types { name kind description fields { name description args { name description } } inputFields { name description } enumValues { name description } } } }";
    let data = serde_json::to_value(schema.execute(query).await.data).expect("JSON");
    let mut bare = Vec::new();
    let note = |path: String, of: &serde_json::Value, bare: &mut Vec<String>| {
        if of["description"].as_str().unwrap_or_default().trim().is_empty() {
            bare.push(path);
        }
    };
    for of in data["__schema"]["types"].as_array().expect("types") {
        let name = of["name"].as_str().expect("a name");
        // `ID` is the specification's own.
        if name.starts_with("__") || name == "ID" {
            continue;
        }
        note(name.to_owned(), of, &mut bare);
        for list in ["fields", "inputFields", "enumValues"] {
            for member in of[list].as_array().into_iter().flatten() {
                let path = format!("{name}.{}", member["name"].as_str().expect("a name"));
                for arg in member["args"].as_array().into_iter().flatten() {
                    note(format!("{path}({})", arg["name"].as_str().expect("a name")), arg, &mut bare);
                }
                note(path, member, &mut bare);
            }
        }
    }
    assert!(bare.is_empty(), "without description: {bare:#?}");
}

/// API-2: the codes of the transport are codes of the list.
#[test]
fn api_2_every_code_of_the_transport_is_in_the_list() {
    for code in gql::Code::ALL {
        assert!(domain::ErrorCode::parse(code.as_str()).is_some(), "{}", code.as_str());
        assert!(
            schema::sdl().contains(&format!("\n\t{}\n", code.as_str())),
            "{} is not in the SDL",
            code.as_str()
        );
    }
}

/// REQ-7: nothing edits a request that was sent; whoever adds a mutation decides on its name here.
#[tokio::test]
async fn req_7_a_sent_request_is_not_edited() {
    let schema = schema::builder().finish();
    let data =
        serde_json::to_value(schema.execute("{ __schema { mutationType { fields { name } } } }").await.data);
    let data = data.expect("JSON");
    let fields = data["__schema"]["mutationType"]["fields"].as_array().expect("fields").clone();
    let mut names: Vec<&str> = fields.iter().map(|field| field["name"].as_str().expect("a name")).collect();
    names.sort_unstable();
    let known = [
        "acceptInvitation",
        "applyForFeature",
        "claimMailDomain",
        "confirmAccount",
        "createApiToken",
        "createConnection",
        "createCredentialRequest",
        "createOrganization",
        "createTeam",
        "declineItem",
        "defineApp",
        "deleteOrganization",
        "deleteRequest",
        "deleteTeam",
        "dropJob",
        "endSession",
        "inviteMember",
        "leaveOrganization",
        "leaveTeam",
        "rejectAccount",
        "releaseMailDomain",
        "remindRecipient",
        "removeApp",
        "removeMember",
        "removeOAuthClient",
        "removeSingleSignOn",
        "removeTeamMember",
        "renameTeam",
        "reportRequest",
        "requestSignInCode",
        "resendInvitation",
        "resumeConnection",
        "resumeCredential",
        "retryJob",
        "reviewFeatureApplication",
        "reviewMailDomain",
        "revokeApiToken",
        "revokeItem",
        "rotateConnection",
        "setFeature",
        "setMemberRole",
        "setOAuthClient",
        "setOrganizationPlan",
        "setSingleSignOn",
        "setTeamRole",
        "setUpInstance",
        "signIn",
        "startAuthorization",
        "submitCredential",
        "suspendConnection",
        "suspendCredential",
        "updateOrganization",
        "updateProfile",
        "withdrawConnection",
        "withdrawMemberInvitation",
    ];
    assert_eq!(names, known);
}

/// INV-5: what a token needs is decided for every root field, and for nothing else.
#[tokio::test]
async fn inv_5_every_root_field_says_what_a_token_needs() {
    let query = "{ __schema { queryType { fields { name } } mutationType { fields { name } } subscriptionType { fields { name } } } }";
    let data = serde_json::to_value(schema::builder().finish().execute(query).await.data).expect("JSON");
    let mut fields: Vec<&str> = ["queryType", "mutationType", "subscriptionType"]
        .iter()
        .flat_map(|root| data["__schema"][root]["fields"].as_array().expect("fields"))
        .map(|field| field["name"].as_str().expect("a name"))
        .collect();
    fields.sort_unstable();
    let mut rows: Vec<&str> = schema::scopes::TABLE.iter().map(|(name, _)| *name).collect();
    rows.sort_unstable();
    assert_eq!(fields, rows);
}
