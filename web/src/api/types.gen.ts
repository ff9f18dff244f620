// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What a token may do, within what you may do yourself. Consent and accounts are not for programs. */
export type ApiTokenScope =
  /** `connections:read`: list connections and follow their health; not what people wrote in their requests. */
  | 'CONNECTIONS_READ'
  /** `connections:write`: make, rotate and withdraw connections. */
  | 'CONNECTIONS_WRITE'
  /** `members:read`: read organizations and their members. */
  | 'MEMBERS_READ'
  /** `members:write`: manage organizations, teams and members. */
  | 'MEMBERS_WRITE'
  /** `requests:read`: list and read requests, and follow their changes. */
  | 'REQUESTS_READ'
  /** `requests:write`: send, resend and delete requests. */
  | 'REQUESTS_WRITE';

/** Where an application stands. */
export type ApplicationState =
  /** The feature was switched on. */
  | 'APPROVED'
  /** Waits for an administrator of the instance. */
  | 'OPEN'
  /** It was refused. */
  | 'REFUSED';

/** Why a try ended without access, or why an item does not work. */
export type AttemptReason =
  /** The recipient did not agree at the app. */
  | 'CONSENT_CANCELLED'
  /** The app gave no access after the recipient agreed. */
  | 'EXCHANGE_FAILED'
  /** The access ended, and the app gives no way to renew it. */
  | 'EXPIRED'
  /**
   * The service was stopped while it fetched the access. Authorize again; the app may still list the first
   * access, where its owner can end it.
   */
  | 'INTERRUPTED'
  /** The app or its OAuth client is set up wrongly. */
  | 'MISCONFIGURED'
  /** The recipient had signed in to another account than the one that they meant. */
  | 'OTHER_ACCOUNT'
  /** The app refused the access that it had just given. */
  | 'PROBE_FAILED'
  /** The recipient left the organization, or was removed. */
  | 'RECIPIENT_LEFT'
  /** The app had renewed the access when the service was interrupted, and takes neither the old nor shows the new. */
  | 'REFRESH_INTERRUPTED'
  /** The app does not renew the access any more: it was ended there, or its owner changed something. */
  | 'REFRESH_REFUSED'
  /** The app refused the key or password. */
  | 'REFUSED'
  /** The item changed while the recipient was at the app. */
  | 'TOO_LATE'
  /** The app could not be reached. */
  | 'UNAVAILABLE'
  /** The recipient did not come back from the app within ten minutes. */
  | 'WINDOW_CLOSED'
  /** The answer named another sender than the app. */
  | 'WRONG_ISSUER';

/** How a field is typed. */
export type AuthFieldKind =
  /** A mail address. */
  | 'EMAIL'
  /** A host name. */
  | 'HOST'
  /** Several lines of text, such as a key file. */
  | 'MULTILINE'
  /** A port number. */
  | 'PORT'
  /** One line of text. */
  | 'TEXT'
  /** An address that begins with https://. */
  | 'URL';

/** What happened to a request. */
export type ChangeKind =
  /** Something about the account of a person; never delivered with a request. */
  | 'ACCOUNT_CHANGED'
  /** The team made a connection. */
  | 'CONNECTION_CREATED'
  /** A connection of the team has another token. */
  | 'CONNECTION_ROTATED'
  /** The team ended a connection. */
  | 'CONNECTION_WITHDRAWN'
  /** The mail to the recipient was taken, delayed or given up. */
  | 'DELIVERY_CHANGED'
  /** The recipient from outside accepted the invitation. */
  | 'INVITATION_ACCEPTED'
  /** The mail to the recipient is sent once more. */
  | 'INVITATION_RESENT'
  /** A try to authorize an item ended without access. */
  | 'ITEM_ATTEMPTED'
  /** An item was authorized. */
  | 'ITEM_AUTHORIZED'
  /** The access of an item works no more; only the recipient can mend it. */
  | 'ITEM_BROKEN'
  /** An item was declined. */
  | 'ITEM_DECLINED'
  /** The app of an item is hard to reach; it is tried again. */
  | 'ITEM_DEGRADED'
  /** An item does not work. */
  | 'ITEM_INVALID'
  /** The app of an item answers again. */
  | 'ITEM_RECOVERED'
  /** The secret of an item was replaced. */
  | 'ITEM_RENEWED'
  /** The access of an item was taken back. */
  | 'ITEM_REVOKED'
  /** An access waits for the recipient to confirm the account. */
  | 'ITEM_WAITS'
  /** The recipient left the organization, or was removed. */
  | 'RECIPIENT_LEFT'
  /** The request was sent. */
  | 'REQUEST_CREATED'
  /** The request was deleted. */
  | 'REQUEST_DELETED'
  /** The recipient was reminded. */
  | 'REQUEST_REMINDED'
  /** The app's answer to that is known. */
  | 'REVOCATION_FINISHED'
  /** The app is being told that an access ended. */
  | 'REVOCATION_QUEUED'
  /** An admin of the team resumed what was suspended. */
  | 'USE_RESUMED'
  /** An admin of the team suspended a connection, or all use of an access. */
  | 'USE_SUSPENDED';

/** A token for a program. */
export type CreateApiTokenInput = {
  /** After how many days it ends, 1 to 366. */
  readonly expiresInDays?: number;
  /** Its name, 1 to 128 characters. */
  readonly name: string;
  /** What it may do, within what you may do yourself. */
  readonly scopes: ReadonlyArray<ApiTokenScope>;
};

/** A new use of a credential. */
export type CreateConnectionInput = {
  /** The automation that will use it, 1 to 128 characters. */
  readonly consumer: string;
  /** Address of the automation. */
  readonly consumerUrl?: string | null | undefined;
  /** When its token shall stop to work. */
  readonly expiresAt?: string | null | undefined;
  /** The authorized item. */
  readonly itemId: string;
  /** Name, unique in the team, at most 128 characters; the item's connection name when absent. */
  readonly name?: string | null | undefined;
};

/** A request to send. Every problem is told at once, each at its field. */
export type CreateCredentialRequestInput = {
  /** You accept the terms. */
  readonly acceptTerms: boolean;
  /** Why, at most 256 characters; line breaks are allowed. */
  readonly description?: string | null | undefined;
  /** A key of your choice: a retry with the same key returns the first result and sends one mail. */
  readonly idempotencyKey?: string | null | undefined;
  /** The apps, 1 to 64. */
  readonly items: ReadonlyArray<RequestItemInput>;
  /** Name, 1 to 255 characters. */
  readonly name: string;
  /** Whom to ask. */
  readonly recipient: RecipientInput;
  /** The team that you work in; the request will belong to it. */
  readonly teamId: string;
};

/** Kind of a secret. */
export type CredentialKind =
  /** A key. */
  | 'API_KEY'
  /** User name and password. */
  | 'BASIC'
  /** A client that fetches its own tokens (OAuth 2.0 client credentials). */
  | 'CLIENT_CREDENTIALS'
  /** Fields that the app names. */
  | 'FIELDS'
  /** Sign-in at the app (OAuth 2.0 authorization code). */
  | 'OAUTH2_CODE';

/** Where a mail stands. */
export type DeliveryState =
  /** The mail server took it, and it came back. */
  | 'BOUNCED'
  /** Did not get through yet; will be tried again. */
  | 'DELAYED'
  /** Given up. */
  | 'FAILED'
  /** About to be sent. */
  | 'QUEUED'
  /** The mail server took it. */
  | 'SENT';

/** What something can do to an account. */
export type Effect =
  /** Changes settings and rights. */
  | 'ADMIN'
  /** Removes. */
  | 'DELETE'
  /** Sees. */
  | 'READ'
  /** Adds and changes. */
  | 'WRITE';

/** A field that you filled in. */
export type FieldInput = {
  /** Name, from the catalog. */
  readonly name: string;
  /** What you typed. */
  readonly value: string;
};

/** Whether calls with a credential can be expected to work. */
export type HealthState =
  /** The app is hard to reach or asked to wait. It is tried again, and does not become `INVALID` by this. */
  | 'DEGRADED'
  /** The access ended: revoked, declined, or its request deleted. */
  | 'ENDED'
  /** It works no more; only the recipient can mend it, by authorizing again. */
  | 'INVALID'
  /** Nothing is known against it. */
  | 'WORKING';

/** What somebody was for a request when they did something. */
export type HistoryActor =
  /** Consentry itself: mails, revocations, expiry. */
  | 'CONSENTRY'
  /** Who is asked. */
  | 'RECIPIENT'
  /** Who sent the request. */
  | 'REQUESTER'
  /** Somebody else of the team or the organization. */
  | 'TEAM';

/** What a link invites to. */
export type InvitationKind =
  /** To join an organization. */
  | 'MEMBERSHIP'
  /** To answer a request, as guest of the organization. */
  | 'REQUEST';

/** What can be done with a link. */
export type InvitationState =
  /** Its owner has accepted, or belonged to the organization all along. */
  | 'ACCEPTED'
  /** Too old; ask for a new request. */
  | 'EXPIRED'
  /** Waits for its owner to accept. */
  | 'OPEN';

/** Invites somebody to join an organization. */
export type InviteMemberInput = {
  /** Mail address. */
  readonly email: string;
  /** Name, 1 to 128 characters. */
  readonly name: string;
  /** The organization. */
  readonly organizationId: string;
  /** Role in the organization. Only owners can invite owners. */
  readonly role: OrganizationRole;
  /** A team to join. */
  readonly teamId?: string | null | undefined;
  /** Role in the team; `MEMBER` when absent. */
  readonly teamRole?: TeamRole | null | undefined;
};

/** Where an item stands. */
export type ItemState =
  /** Access is granted. */
  | 'AUTHORIZED'
  /** The recipient said no; final. */
  | 'DECLINED'
  /** The access does not work; may be repaired by authorizing again. */
  | 'INVALID'
  /** Waits for the recipient. */
  | 'PENDING'
  /** The recipient took the access back; may be given again. */
  | 'REVOKED';

/** A language of mails and pages. */
export type Language =
  /** German. */
  | 'DE'
  /** English. */
  | 'EN';

/** Where a claim of a mail domain stands. */
export type MailDomainState =
  /** The domain is the organization's: its OpenID provider signs in whoever has an address there. */
  | 'CONFIRMED'
  /** It was not confirmed, or is no more. */
  | 'REFUSED'
  /** Waits for an administrator of the instance. It does nothing yet. */
  | 'WAITING';

/** Which modules: all of today, or some. */
export type ModulesInput =
  {   /** All that the version has today; must be `true`. */
  readonly all: boolean; readonly ids?: never; }
  |  { readonly all?: never;   /** Ids of modules. */
  readonly ids: ReadonlyArray<string>; };

/** Role in an organization. */
export type OrganizationRole =
  /** Administers it and all its teams. */
  | 'ADMIN'
  /** Joined only to answer requests. */
  | 'GUEST'
  /** Belongs to it. */
  | 'MEMBER'
  /** Owns the organization. */
  | 'OWNER';

/** Somebody from outside the organization. */
export type OutsideRecipientInput = {
  /** Mail address. */
  readonly email: string;
  /** Name, 1 to 128 characters. */
  readonly name: string;
};

/** An OAuth client of your own. */
export type OwnClientInput = {
  /** Client id. */
  readonly id: string;
  /** Client secret. */
  readonly secret?: string | null | undefined;
};

/** Whether the recipient brings the OAuth client. */
export type OwnClientRule =
  /** The instance's client is used. */
  | 'NO'
  /** The recipient's if given, else the instance's. */
  | 'OPTIONAL'
  /** There is no other than the recipient's. */
  | 'REQUIRED';

/**
 * What an organization has agreed on with the instance. `PARTNER` and `ENTERPRISE` make its people eligible for
 * sending requests.
 */
export type Plan =
  /** A large customer. */
  | 'ENTERPRISE'
  /** No agreement. */
  | 'FREE'
  /** A partner. */
  | 'PARTNER';

/** Whom to ask: somebody of the organization, or somebody from outside. */
export type RecipientInput =
  {   /** Id of somebody of the organization, from `recipients`. */
  readonly member: string; readonly outside?: never; }
  |  { readonly member?: never;   /** Somebody from outside. */
  readonly outside: OutsideRecipientInput; };

/** What a recipient is for the team that asks. */
export type RecipientRelation =
  /** A guest, or not in the organization. */
  | 'OUTSIDE'
  /** In the same organization, not in this team. */
  | 'SAME_ORGANIZATION'
  /** Works in the same team. */
  | 'SAME_TEAM';

/** Narrows a list of requests; everything given must hold. */
export type RequestFilter = {
  /** Asks for this app. */
  readonly app?: string | null | undefined;
  /** Addressed to this person. */
  readonly recipientId?: string | null | undefined;
  /** Sent by this person. */
  readonly requesterId?: string | null | undefined;
  /** One of these statuses. */
  readonly statuses?: ReadonlyArray<RequestStatus> | null | undefined;
  /** Name of the request, or name or address of the recipient, contains this. */
  readonly text?: string | null | undefined;
};

/** One app to ask for. */
export type RequestItemInput = {
  /** Id of the app. */
  readonly app: string;
  /** Name of the connection to be, at most 128 characters; one is made from app and recipient when absent. */
  readonly connectionName?: string | null | undefined;
  /** The modules. */
  readonly modules: ModulesInput;
  /** A word to the recipient about this app, at most 256 characters. */
  readonly note?: string | null | undefined;
  /** Id of its version; needed where there are several. */
  readonly version?: string | null | undefined;
};

/** Which list of requests. */
export type RequestListKind =
  /** Addressed to you, in all organizations. */
  | 'RECEIVED'
  /** Sent from a team, by anyone in it. */
  | 'SENT';

/** The order of a list of requests. */
export type RequestSort =
  /** By name, from A. */
  | 'NAME'
  /** Newest first. */
  | 'NEWEST'
  /** Oldest first. */
  | 'OLDEST';

/** Where a request stands: the first that holds. */
export type RequestStatus =
  /** Every item is authorized. */
  | 'AUTHORIZED'
  /** Every item is declined. */
  | 'DECLINED'
  /** At least one item waits for the recipient, or was taken back. */
  | 'INCOMPLETE'
  /** At least one item does not work. */
  | 'INVALID'
  /** Some items are authorized, the others declined. */
  | 'PARTIALLY_AUTHORIZED';

/** Outcome of telling an app that an access ended. Here it ended at once in any case. */
export type RevocationOutcome =
  /** The app did not confirm it after many tries; remove the access there by hand. */
  | 'FAILED'
  /** The app is being told. */
  | 'QUEUED'
  /** The app confirmed it. */
  | 'REVOKED'
  /** The app cannot be told; remove the access there by hand. */
  | 'UNSUPPORTED';

/** The OAuth client that an organization has registered at an app. */
export type SetOAuthClientInput = {
  /** Id of the app. */
  readonly app: string;
  /** Client id. */
  readonly clientId: string;
  /** Client secret; sealed like any secret, and never shown again. */
  readonly clientSecret?: string | null | undefined;
  /** The organization. */
  readonly organizationId: string;
};

/** The OpenID provider of an organization. */
export type SetSingleSignOnInput = {
  /** Client id. */
  readonly clientId: string;
  /**
   * Client secret; sealed like any secret, and never shown again. Asked for at every change, so that no
   * secret is sent to another provider than the one it was typed for.
   */
  readonly clientSecret: string;
  /** The issuer, exactly as its discovery document names it, such as `https://login.example.com`. */
  readonly issuer: string;
  /** What people call it, for a button; the issuer's host when absent. */
  readonly name?: string | null | undefined;
  /** The organization. */
  readonly organizationId: string;
};

/** Takes a new instance into service. */
export type SetUpInstanceInput = {
  /** Name of the first organization. */
  readonly organizationName: string;
  /** The code that the process printed at its start. */
  readonly setUpCode: string;
  /** Name of its first team. */
  readonly teamName: string;
};

/** Begins a sign-in at the app. */
export type StartAuthorizationInput = {
  /** An OAuth client of your own, where the app asks for it. */
  readonly client?: OwnClientInput | null | undefined;
  /**
   * Let the access count only once you have seen whose account it is: `waitingAccount`, then `confirmAccount`
   * or `rejectAccount`.
   */
  readonly confirmAccount?: boolean;
  /** The fields of the way to authenticate. */
  readonly fields?: ReadonlyArray<FieldInput>;
  /** The item. */
  readonly itemId: string;
  /** Id of a way to authenticate of kind `OAUTH2_CODE`. */
  readonly method: string;
};

/** Grants access by key, password or client credentials. */
export type SubmitCredentialInput = {
  /**
   * Let the access count only once you have seen whose account it is: `waitingAccount`, then `confirmAccount`
   * or `rejectAccount`.
   */
  readonly confirmAccount?: boolean;
  /** Its fields. */
  readonly fields: ReadonlyArray<FieldInput>;
  /** The item. */
  readonly itemId: string;
  /** Id of a way to authenticate of another kind than `OAUTH2_CODE`. */
  readonly method: string;
};

/** Role in a team. */
export type TeamRole =
  /** Administers the team. */
  | 'ADMIN'
  /** Joined only to answer requests. */
  | 'GUEST'
  /** Works in the team. */
  | 'MEMBER';

/** Name and settings; what is absent stays. */
export type UpdateOrganizationInput = {
  /** Recipients may decline without a reason. */
  readonly declineReasonOptional?: boolean | null | undefined;
  /** How long links in mails are valid, 1 to 8,760 hours; null for ever. */
  readonly linkLifetimeHours?: number | null | undefined;
  /** Its name, 1 to 128 characters. */
  readonly name?: string | null | undefined;
  /** The organization. */
  readonly organizationId: string;
  /** Recipients are reminded of requests that wait for them. */
  readonly reminders?: boolean | null | undefined;
  /** Tools that cannot use the broker may fetch access tokens. Only owners and admins may change it. */
  readonly tokenHandOut?: boolean | null | undefined;
};

/** Your name and language; what is absent stays. */
export type UpdateProfileInput = {
  /** Language of the mails that you get. */
  readonly language?: Language | null | undefined;
  /** Your name, 1 to 128 characters. */
  readonly name?: string | null | undefined;
  /** Your time zone, such as `Europe/Berlin`; reminders come by day. */
  readonly timeZone?: string | null | undefined;
};

/** How finely use is told. */
export type UsageBy =
  /** By the day in UTC; 92 days at most. Days are kept for 400 days. */
  | 'DAY'
  /** By the hour in UTC; a week at most. Hours are kept for 90 days. */
  | 'HOUR';

/** What was counted. */
export type UsageKind =
  /** Calls that went to the app. */
  | 'CALL'
  /** Access tokens that tools fetched. */
  | 'HAND_OUT'
  /**
   * Calls that were refused: the module was not consented to, or no module makes such a call, or the call could be
   * read in two ways, or the access was suspended, invalid or not authorized.
   */
  | 'REFUSED';

export type UpdateProfileMutationVariables = Exact<{
  input: UpdateProfileInput;
}>;


export type UpdateProfileMutation = { readonly updateProfile: { readonly viewer: { readonly id: string, readonly name: string, readonly language: Language, readonly timeZone: string } } };

export type SessionsQueryVariables = Exact<{ [key: string]: never; }>;


export type SessionsQuery = { readonly viewer: { readonly id: string, readonly sessions: ReadonlyArray<{ readonly id: string, readonly createdAt: string, readonly lastSeenAt: string, readonly userAgent: string | null, readonly isCurrent: boolean }> } | null };

export type EndSessionMutationVariables = Exact<{
  id: string;
}>;


export type EndSessionMutation = { readonly endSession: { readonly sessionId: string } };

export type TokensQueryVariables = Exact<{ [key: string]: never; }>;


export type TokensQuery = { readonly viewer: { readonly id: string, readonly apiTokens: ReadonlyArray<{ readonly id: string, readonly name: string, readonly scopes: ReadonlyArray<ApiTokenScope>, readonly createdAt: string, readonly expiresAt: string, readonly lastUsedAt: string | null }> } | null };

export type CreateTokenMutationVariables = Exact<{
  input: CreateApiTokenInput;
}>;


export type CreateTokenMutation = { readonly createApiToken: { readonly token: string, readonly apiToken: { readonly id: string } } };

export type RevokeTokenMutationVariables = Exact<{
  id: string;
}>;


export type RevokeTokenMutation = { readonly revokeApiToken: { readonly apiTokenId: string } };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { readonly viewer: { readonly id: string, readonly name: string, readonly email: string, readonly language: Language, readonly timeZone: string, readonly canCreateRequests: boolean, readonly isInstanceAdmin: boolean, readonly resumeAfter: string, readonly memberships: ReadonlyArray<{ readonly organizationId: string, readonly organizationName: string, readonly role: OrganizationRole, readonly teams: ReadonlyArray<{ readonly teamId: string, readonly teamName: string, readonly role: TeamRole | null }> }> } | null, readonly instance: { readonly isSetUp: boolean, readonly hasBuiltInMailbox: boolean, readonly termsVersion: string, readonly version: string, readonly singleSignOn: { readonly name: string, readonly url: string } | null } };

export type PlaceQueryVariables = Exact<{ [key: string]: never; }>;


export type PlaceQuery = { readonly viewer: { readonly id: string, readonly resumeAfter: string } | null };

export type WaitingQueryVariables = Exact<{ [key: string]: never; }>;


export type WaitingQuery = { readonly viewer: { readonly id: string, readonly openInvitations: ReadonlyArray<{ readonly link: string, readonly state: InvitationState }> } | null, readonly receivedRequests: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly recipient: { readonly hasLeft: boolean }, readonly items: ReadonlyArray<{ readonly id: string, readonly state: ItemState }> } }> } };

export type SignOutMutationVariables = Exact<{ [key: string]: never; }>;


export type SignOutMutation = { readonly endSession: { readonly sessionId: string } };

export type ReceivedChangedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type ReceivedChangedSubscription = { readonly requestsChanged: { readonly id: string, readonly kind: ChangeKind, readonly requestId: string | null, readonly request: { readonly id: string, readonly status: RequestStatus, readonly items: ReadonlyArray<{ readonly id: string, readonly state: ItemState }> } | null } };

export type ViewerChangedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type ViewerChangedSubscription = { readonly viewerChanged: { readonly id: string, readonly viewer: { readonly id: string, readonly canCreateRequests: boolean } } };

export type ConnectionByIdQueryVariables = Exact<{
  id: string;
}>;


export type ConnectionByIdQuery = { readonly node:
    | { readonly teamId: string, readonly id: string, readonly name: string, readonly appId: string, readonly consumer: string, readonly consumerUrl: string | null, readonly createdAt: string, readonly expiresAt: string | null, readonly lastUsedAt: string | null, readonly itemId: string, readonly requestId: string, readonly state: ItemState, readonly suspendedAt: string | null, readonly credentialSuspendedAt: string | null, readonly app: { readonly id: string, readonly name: string } | null, readonly account: { readonly label: string, readonly workspace: string | null } | null }
    | Record<PropertyKey, never>
   | null };

export type ConnectionAccountQueryVariables = Exact<{
  requestId: string;
  language?: Language | null | undefined;
}>;


export type ConnectionAccountQuery = { readonly request: { readonly id: string, readonly name: string, readonly tokenHandOut: boolean, readonly recipient: { readonly name: string }, readonly items: ReadonlyArray<{ readonly id: string, readonly appId: string, readonly state: ItemState, readonly invalidReason: AttemptReason | null, readonly connectionName: string, readonly app: { readonly id: string, readonly name: string } | null, readonly appVersion: { readonly id: string, readonly modules: ReadonlyArray<{ readonly id: string, readonly name: string }> } | null, readonly modules: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect, readonly calls: ReadonlyArray<{ readonly methods: ReadonlyArray<string>, readonly host: string | null, readonly path: string }> }>, readonly modulesNotCovered: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }>, readonly credential: { readonly id: string, readonly suspendedAt: string | null, readonly account: { readonly label: string, readonly workspace: string | null } | null, readonly health: { readonly state: HealthState, readonly failingSince: string | null } } | null }> } };

export type ConnectionUseQueryVariables = Exact<{
  id: string;
  from: string;
  to: string;
  by: UsageBy;
}>;


export type ConnectionUseQuery = { readonly connectionUsage: ReadonlyArray<{ readonly start: string, readonly kind: UsageKind, readonly moduleId: string | null, readonly calls: number, readonly lastStatusClass: number | null, readonly lastAt: string, readonly connectionId: string, readonly connectionName: string, readonly consumer: string, readonly withdrawn: boolean }> };

export type ConnectionRowFragment = { readonly id: string, readonly name: string, readonly appId: string, readonly consumer: string, readonly consumerUrl: string | null, readonly createdAt: string, readonly expiresAt: string | null, readonly lastUsedAt: string | null, readonly itemId: string, readonly requestId: string, readonly state: ItemState, readonly suspendedAt: string | null, readonly credentialSuspendedAt: string | null, readonly app: { readonly id: string, readonly name: string } | null, readonly account: { readonly label: string, readonly workspace: string | null } | null };

export type CredentialRowFragment = { readonly id: string, readonly requestId: string, readonly appId: string, readonly state: ItemState, readonly invalidReason: AttemptReason | null, readonly connectionName: string, readonly app: { readonly id: string, readonly name: string } | null, readonly credential: { readonly id: string, readonly expiresAt: string | null, readonly authorizedAt: string, readonly suspendedAt: string | null, readonly health: { readonly state: HealthState, readonly failingSince: string | null }, readonly account: { readonly label: string, readonly workspace: string | null } | null } | null };

export type ConnectionsQueryVariables = Exact<{
  teamId: string;
  after?: string | null | undefined;
}>;


export type ConnectionsQuery = { readonly connections: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly name: string, readonly appId: string, readonly consumer: string, readonly consumerUrl: string | null, readonly createdAt: string, readonly expiresAt: string | null, readonly lastUsedAt: string | null, readonly itemId: string, readonly requestId: string, readonly state: ItemState, readonly suspendedAt: string | null, readonly credentialSuspendedAt: string | null, readonly app: { readonly id: string, readonly name: string } | null, readonly account: { readonly label: string, readonly workspace: string | null } | null } }> } };

export type CredentialsQueryVariables = Exact<{
  teamId: string;
  after?: string | null | undefined;
}>;


export type CredentialsQuery = { readonly credentials: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly requestId: string, readonly appId: string, readonly state: ItemState, readonly invalidReason: AttemptReason | null, readonly connectionName: string, readonly app: { readonly id: string, readonly name: string } | null, readonly credential: { readonly id: string, readonly expiresAt: string | null, readonly authorizedAt: string, readonly suspendedAt: string | null, readonly health: { readonly state: HealthState, readonly failingSince: string | null }, readonly account: { readonly label: string, readonly workspace: string | null } | null } | null } }> } };

export type UsableQueryVariables = Exact<{
  teamId: string;
}>;


export type UsableQuery = { readonly credentials: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly requestId: string, readonly appId: string, readonly state: ItemState, readonly invalidReason: AttemptReason | null, readonly connectionName: string, readonly app: { readonly id: string, readonly name: string } | null, readonly credential: { readonly id: string, readonly expiresAt: string | null, readonly authorizedAt: string, readonly suspendedAt: string | null, readonly health: { readonly state: HealthState, readonly failingSince: string | null }, readonly account: { readonly label: string, readonly workspace: string | null } | null } | null } }> } };

export type HealthChangedSubscriptionVariables = Exact<{
  teamId: string;
  after?: string | null | undefined;
}>;


export type HealthChangedSubscription = { readonly connectionHealthChanged: { readonly id: string, readonly at: string, readonly item: { readonly id: string, readonly requestId: string, readonly appId: string, readonly state: ItemState, readonly invalidReason: AttemptReason | null, readonly connectionName: string, readonly app: { readonly id: string, readonly name: string } | null, readonly credential: { readonly id: string, readonly expiresAt: string | null, readonly authorizedAt: string, readonly suspendedAt: string | null, readonly health: { readonly state: HealthState, readonly failingSince: string | null }, readonly account: { readonly label: string, readonly workspace: string | null } | null } | null } } };

export type UseChangedSubscriptionVariables = Exact<{
  teamId: string;
  after?: string | null | undefined;
}>;


export type UseChangedSubscription = { readonly requestsChanged: { readonly id: string, readonly kind: ChangeKind } };

export type SuspendConnectionMutationVariables = Exact<{
  id: string;
}>;


export type SuspendConnectionMutation = { readonly suspendConnection: { readonly connection: { readonly id: string, readonly name: string, readonly appId: string, readonly consumer: string, readonly consumerUrl: string | null, readonly createdAt: string, readonly expiresAt: string | null, readonly lastUsedAt: string | null, readonly itemId: string, readonly requestId: string, readonly state: ItemState, readonly suspendedAt: string | null, readonly credentialSuspendedAt: string | null, readonly app: { readonly id: string, readonly name: string } | null, readonly account: { readonly label: string, readonly workspace: string | null } | null } } };

export type ResumeConnectionMutationVariables = Exact<{
  id: string;
}>;


export type ResumeConnectionMutation = { readonly resumeConnection: { readonly connection: { readonly id: string, readonly name: string, readonly appId: string, readonly consumer: string, readonly consumerUrl: string | null, readonly createdAt: string, readonly expiresAt: string | null, readonly lastUsedAt: string | null, readonly itemId: string, readonly requestId: string, readonly state: ItemState, readonly suspendedAt: string | null, readonly credentialSuspendedAt: string | null, readonly app: { readonly id: string, readonly name: string } | null, readonly account: { readonly label: string, readonly workspace: string | null } | null } } };

export type SuspendCredentialMutationVariables = Exact<{
  id: string;
}>;


export type SuspendCredentialMutation = { readonly suspendCredential: { readonly item: { readonly id: string, readonly requestId: string, readonly appId: string, readonly state: ItemState, readonly invalidReason: AttemptReason | null, readonly connectionName: string, readonly app: { readonly id: string, readonly name: string } | null, readonly credential: { readonly id: string, readonly expiresAt: string | null, readonly authorizedAt: string, readonly suspendedAt: string | null, readonly health: { readonly state: HealthState, readonly failingSince: string | null }, readonly account: { readonly label: string, readonly workspace: string | null } | null } | null } } };

export type ResumeCredentialMutationVariables = Exact<{
  id: string;
}>;


export type ResumeCredentialMutation = { readonly resumeCredential: { readonly item: { readonly id: string, readonly requestId: string, readonly appId: string, readonly state: ItemState, readonly invalidReason: AttemptReason | null, readonly connectionName: string, readonly app: { readonly id: string, readonly name: string } | null, readonly credential: { readonly id: string, readonly expiresAt: string | null, readonly authorizedAt: string, readonly suspendedAt: string | null, readonly health: { readonly state: HealthState, readonly failingSince: string | null }, readonly account: { readonly label: string, readonly workspace: string | null } | null } | null } } };

export type CreateConnectionMutationVariables = Exact<{
  input: CreateConnectionInput;
}>;


export type CreateConnectionMutation = { readonly createConnection: { readonly token: string, readonly connection: { readonly id: string, readonly name: string, readonly appId: string, readonly consumer: string, readonly consumerUrl: string | null, readonly createdAt: string, readonly expiresAt: string | null, readonly lastUsedAt: string | null, readonly itemId: string, readonly requestId: string, readonly state: ItemState, readonly suspendedAt: string | null, readonly credentialSuspendedAt: string | null, readonly app: { readonly id: string, readonly name: string } | null, readonly account: { readonly label: string, readonly workspace: string | null } | null } } };

export type RotateConnectionMutationVariables = Exact<{
  id: string;
}>;


export type RotateConnectionMutation = { readonly rotateConnection: { readonly token: string, readonly connection: { readonly id: string, readonly name: string, readonly appId: string, readonly consumer: string, readonly consumerUrl: string | null, readonly createdAt: string, readonly expiresAt: string | null, readonly lastUsedAt: string | null, readonly itemId: string, readonly requestId: string, readonly state: ItemState, readonly suspendedAt: string | null, readonly credentialSuspendedAt: string | null, readonly app: { readonly id: string, readonly name: string } | null, readonly account: { readonly label: string, readonly workspace: string | null } | null } } };

export type WithdrawConnectionMutationVariables = Exact<{
  id: string;
}>;


export type WithdrawConnectionMutation = { readonly withdrawConnection: { readonly connectionId: string } };

export type HealthRowFragment = { readonly itemId: string, readonly state: HealthState, readonly connectionCount: number, readonly lastUsedAt: string | null, readonly item: { readonly id: string, readonly requestId: string, readonly appId: string, readonly state: ItemState, readonly invalidReason: AttemptReason | null, readonly connectionName: string, readonly app: { readonly id: string, readonly name: string } | null, readonly credential: { readonly id: string, readonly suspendedAt: string | null, readonly account: { readonly label: string, readonly workspace: string | null } | null, readonly health: { readonly state: HealthState, readonly failingSince: string | null, readonly failures: number, readonly lastFailure: string | null, readonly expiresAt: string | null, readonly nextRefreshAt: string | null, readonly lastRefreshAt: string | null, readonly lastProbeAt: string | null, readonly nextProbeAt: string | null } } | null } };

export type HealthQueryVariables = Exact<{
  teamId: string;
  states?: ReadonlyArray<HealthState> | HealthState | null | undefined;
  after?: string | null | undefined;
}>;


export type HealthQuery = { readonly connectionHealth: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly itemId: string, readonly state: HealthState, readonly connectionCount: number, readonly lastUsedAt: string | null, readonly item: { readonly id: string, readonly requestId: string, readonly appId: string, readonly state: ItemState, readonly invalidReason: AttemptReason | null, readonly connectionName: string, readonly app: { readonly id: string, readonly name: string } | null, readonly credential: { readonly id: string, readonly suspendedAt: string | null, readonly account: { readonly label: string, readonly workspace: string | null } | null, readonly health: { readonly state: HealthState, readonly failingSince: string | null, readonly failures: number, readonly lastFailure: string | null, readonly expiresAt: string | null, readonly nextRefreshAt: string | null, readonly lastRefreshAt: string | null, readonly lastProbeAt: string | null, readonly nextProbeAt: string | null } } | null } } }> } };

export type HealthCountsQueryVariables = Exact<{
  teamId: string;
}>;


export type HealthCountsQuery = { readonly connectionHealthCounts: { readonly working: number, readonly degraded: number, readonly invalid: number, readonly ended: number } };

export type GrantsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type GrantsQuery = { readonly grants: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly authorizedAt: string, readonly endedAt: string | null, readonly lastUsedAt: string | null, readonly item: { readonly id: string, readonly appId: string, readonly state: ItemState, readonly connectionName: string, readonly requestId: string, readonly app: { readonly id: string, readonly name: string } | null, readonly credential: { readonly id: string, readonly account: { readonly label: string, readonly workspace: string | null } | null } | null }, readonly request: { readonly id: string, readonly name: string, readonly requester: { readonly id: string, readonly name: string }, readonly organization: { readonly id: string, readonly name: string } } } }> } };

export type GrantsChangedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type GrantsChangedSubscription = { readonly requestsChanged: { readonly id: string, readonly kind: ChangeKind, readonly requestId: string | null, readonly request: { readonly id: string, readonly items: ReadonlyArray<{ readonly id: string, readonly state: ItemState }> } | null } };

export type OnlyOwnerQueryVariables = Exact<{ [key: string]: never; }>;


export type OnlyOwnerQuery = { readonly viewer: { readonly id: string, readonly memberships: ReadonlyArray<{ readonly organizationId: string, readonly isOnlyOwner: boolean }> } | null };

export type LeavingOrganizationQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type LeavingOrganizationQuery = { readonly grants: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly item: { readonly id: string, readonly appId: string, readonly app: { readonly id: string, readonly name: string } | null, readonly credential: { readonly id: string, readonly account: { readonly label: string } | null } | null }, readonly request: { readonly id: string, readonly name: string } } }> } };

export type LeaveOrganizationMutationVariables = Exact<{
  id: string;
}>;


export type LeaveOrganizationMutation = { readonly leaveOrganization: { readonly userId: string } };

export type MailDomainsQueryVariables = Exact<{
  state?: MailDomainState | null | undefined;
  after?: string | null | undefined;
}>;


export type MailDomainsQuery = { readonly mailDomains: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly organizationId: string, readonly organizationName: string, readonly mailDomain: { readonly id: string, readonly domain: string, readonly state: MailDomainState, readonly refusal: string | null, readonly createdAt: string, readonly decidedAt: string | null } } }> } };

export type ReviewMailDomainMutationVariables = Exact<{
  id: string;
  confirm: boolean;
  refusal?: string | null | undefined;
}>;


export type ReviewMailDomainMutation = { readonly reviewMailDomain: { readonly mailDomainId: string } };

export type ApplicationsQueryVariables = Exact<{
  state?: ApplicationState | null | undefined;
  after?: string | null | undefined;
}>;


export type ApplicationsQuery = { readonly featureApplications: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly company: string, readonly reason: string, readonly state: ApplicationState, readonly refusal: string | null, readonly createdAt: string, readonly hasPlan: boolean, readonly hasCorporateAddress: boolean, readonly isEligible: boolean, readonly person: { readonly id: string, readonly name: string, readonly email: string } } }> } };

export type ReviewMutationVariables = Exact<{
  id: string;
  approve: boolean;
  refusal?: string | null | undefined;
}>;


export type ReviewMutation = { readonly reviewFeatureApplication: { readonly applicationId: string } };

export type OrganizationsOfInstanceQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type OrganizationsOfInstanceQuery = { readonly organizations: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly name: string, readonly plan: Plan } }> } };

export type SetPlanMutationVariables = Exact<{
  organizationId: string;
  plan: Plan;
}>;


export type SetPlanMutation = { readonly setOrganizationPlan: { readonly organizationId: string, readonly plan: Plan } };

export type CreateOrganizationMutationVariables = Exact<{
  name: string;
}>;


export type CreateOrganizationMutation = { readonly createOrganization: { readonly organization: { readonly id: string, readonly name: string } } };

export type SetUpMutationVariables = Exact<{
  input: SetUpInstanceInput;
}>;


export type SetUpMutation = { readonly setUpInstance: { readonly organizationId: string, readonly teamId: string } };

export type DeadJobsQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type DeadJobsQuery = { readonly deadJobs: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly kind: string, readonly attempts: number, readonly error: string | null, readonly createdAt: string, readonly givenUpAt: string, readonly requestId: string | null } }> } };

export type RetryJobMutationVariables = Exact<{
  id: string;
}>;


export type RetryJobMutation = { readonly retryJob: { readonly jobId: string } };

export type DropJobMutationVariables = Exact<{
  id: string;
}>;


export type DropJobMutation = { readonly dropJob: { readonly jobId: string } };

export type OpenInvitationsQueryVariables = Exact<{ [key: string]: never; }>;


export type OpenInvitationsQuery = { readonly viewer: { readonly id: string, readonly openInvitations: ReadonlyArray<{ readonly organizationName: string, readonly link: string, readonly kind: InvitationKind, readonly state: InvitationState, readonly sentAt: string }> } | null };

export type RowFragment = { readonly id: string, readonly name: string, readonly createdAt: string, readonly changedAt: string, readonly status: RequestStatus, readonly viewerCanDelete: boolean, readonly viewerIsRecipient: boolean, readonly link: string | null, readonly requester: { readonly id: string, readonly name: string }, readonly recipient: { readonly name: string, readonly email: string, readonly hasLeft: boolean, readonly userId: string | null }, readonly organization: { readonly id: string, readonly name: string }, readonly team: { readonly id: string, readonly name: string }, readonly items: ReadonlyArray<{ readonly id: string, readonly appId: string, readonly state: ItemState, readonly app: { readonly id: string, readonly name: string } | null }> };

export type SentQueryVariables = Exact<{
  teamId: string;
  after?: string | null | undefined;
  filter?: RequestFilter | null | undefined;
  sort: RequestSort;
}>;


export type SentQuery = { readonly list: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly name: string, readonly createdAt: string, readonly changedAt: string, readonly status: RequestStatus, readonly viewerCanDelete: boolean, readonly viewerIsRecipient: boolean, readonly link: string | null, readonly requester: { readonly id: string, readonly name: string }, readonly recipient: { readonly name: string, readonly email: string, readonly hasLeft: boolean, readonly userId: string | null }, readonly organization: { readonly id: string, readonly name: string }, readonly team: { readonly id: string, readonly name: string }, readonly items: ReadonlyArray<{ readonly id: string, readonly appId: string, readonly state: ItemState, readonly app: { readonly id: string, readonly name: string } | null }> } }> } };

export type ReceivedQueryVariables = Exact<{
  after?: string | null | undefined;
  filter?: RequestFilter | null | undefined;
  sort: RequestSort;
}>;


export type ReceivedQuery = { readonly list: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly name: string, readonly createdAt: string, readonly changedAt: string, readonly status: RequestStatus, readonly viewerCanDelete: boolean, readonly viewerIsRecipient: boolean, readonly link: string | null, readonly requester: { readonly id: string, readonly name: string }, readonly recipient: { readonly name: string, readonly email: string, readonly hasLeft: boolean, readonly userId: string | null }, readonly organization: { readonly id: string, readonly name: string }, readonly team: { readonly id: string, readonly name: string }, readonly items: ReadonlyArray<{ readonly id: string, readonly appId: string, readonly state: ItemState, readonly app: { readonly id: string, readonly name: string } | null }> } }> } };

export type ListChangedSubscriptionVariables = Exact<{
  list: RequestListKind;
  teamId?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type ListChangedSubscription = { readonly requestsChanged: { readonly id: string, readonly kind: ChangeKind, readonly requestId: string | null, readonly request: { readonly id: string, readonly name: string, readonly createdAt: string, readonly changedAt: string, readonly status: RequestStatus, readonly viewerCanDelete: boolean, readonly viewerIsRecipient: boolean, readonly link: string | null, readonly requester: { readonly id: string, readonly name: string }, readonly recipient: { readonly name: string, readonly email: string, readonly hasLeft: boolean, readonly userId: string | null }, readonly organization: { readonly id: string, readonly name: string }, readonly team: { readonly id: string, readonly name: string }, readonly items: ReadonlyArray<{ readonly id: string, readonly appId: string, readonly state: ItemState, readonly app: { readonly id: string, readonly name: string } | null }> } | null } };

export type AppNamesQueryVariables = Exact<{ [key: string]: never; }>;


export type AppNamesQuery = { readonly apps: ReadonlyArray<{ readonly id: string, readonly name: string }> };

export type TeamPeopleQueryVariables = Exact<{
  teamId: string;
}>;


export type TeamPeopleQuery = { readonly teamMembers: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean }, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly hasFeature: boolean, readonly role: OrganizationRole, readonly teamRole: TeamRole | null, readonly person: { readonly id: string, readonly name: string, readonly email: string } } }> } };

export type TeamRecipientsQueryVariables = Exact<{
  teamId: string;
}>;


export type TeamRecipientsQuery = { readonly recipients: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly relation: RecipientRelation, readonly person: { readonly id: string, readonly name: string, readonly email: string } } }> } };

export type RequestersQueryVariables = Exact<{ [key: string]: never; }>;


export type RequestersQuery = { readonly receivedRequests: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly requester: { readonly id: string, readonly name: string } } }> } };

export type ResendMutationVariables = Exact<{
  id: string;
}>;


export type ResendMutation = { readonly resendInvitation: { readonly request: { readonly id: string, readonly delivery: { readonly state: DeliveryState, readonly detail: string | null, readonly at: string } | null } } };

export type RemindMutationVariables = Exact<{
  id: string;
}>;


export type RemindMutation = { readonly remindRecipient: { readonly request: { readonly id: string, readonly delivery: { readonly state: DeliveryState, readonly detail: string | null, readonly at: string } | null } } };

export type RecipientsQueryVariables = Exact<{
  teamId: string;
  text?: string | null | undefined;
}>;


export type RecipientsQuery = { readonly recipients: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean }, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly relation: RecipientRelation, readonly person: { readonly id: string, readonly name: string, readonly email: string } } }> } };

export type CanAskOutsideQueryVariables = Exact<{
  teamId: string;
}>;


export type CanAskOutsideQuery = { readonly canAskOutside: boolean };

export type HandsOutQueryVariables = Exact<{
  id: string;
}>;


export type HandsOutQuery = { readonly organization: { readonly id: string, readonly tokenHandOut: boolean | null } };

export type AppChoicesQueryVariables = Exact<{
  language?: Language | null | undefined;
}>;


export type AppChoicesQuery = { readonly apps: ReadonlyArray<{ readonly id: string, readonly name: string, readonly help: string, readonly isDefinedByOrganization: boolean }> };

export type AppPartsQueryVariables = Exact<{
  id: string;
  language?: Language | null | undefined;
}>;


export type AppPartsQuery = { readonly app: { readonly id: string, readonly name: string, readonly website: string, readonly isDefinedByOrganization: boolean, readonly versions: ReadonlyArray<{ readonly id: string, readonly name: string, readonly modules: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }>, readonly permissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly methods: ReadonlyArray<{ readonly id: string, readonly label: string, readonly kind: CredentialKind, readonly available: boolean, readonly ownClient: OwnClientRule, readonly signInHost: string | null }> }> } | null };

export type CreateRequestMutationVariables = Exact<{
  input: CreateCredentialRequestInput;
}>;


export type CreateRequestMutation = { readonly createCredentialRequest: { readonly request: { readonly id: string, readonly viewerIsRecipient: boolean } } };

export type OrganizationSettingsQueryVariables = Exact<{
  id: string;
}>;


export type OrganizationSettingsQuery = { readonly organization: { readonly id: string, readonly name: string, readonly role: OrganizationRole, readonly plan: Plan | null, readonly declineReasonOptional: boolean | null, readonly linkLifetimeHours: number | null, readonly reminders: boolean | null, readonly tokenHandOut: boolean | null } };

export type UpdateOrganizationMutationVariables = Exact<{
  input: UpdateOrganizationInput;
}>;


export type UpdateOrganizationMutation = { readonly updateOrganization: { readonly organization: { readonly id: string, readonly name: string, readonly declineReasonOptional: boolean | null, readonly linkLifetimeHours: number | null, readonly reminders: boolean | null, readonly tokenHandOut: boolean | null } } };

export type CreateTeamMutationVariables = Exact<{
  organizationId: string;
  name: string;
}>;


export type CreateTeamMutation = { readonly createTeam: { readonly teamId: string, readonly name: string } };

export type DeleteTeamMutationVariables = Exact<{
  teamId: string;
  confirmName: string;
}>;


export type DeleteTeamMutation = { readonly deleteTeam: { readonly teamId: string } };

export type DeleteOrganizationMutationVariables = Exact<{
  organizationId: string;
  confirmName: string;
}>;


export type DeleteOrganizationMutation = { readonly deleteOrganization: { readonly organizationId: string } };

export type EndingFragment = { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly name: string, readonly appId: string, readonly consumer: string, readonly lastUsedAt: string | null, readonly app: { readonly id: string, readonly name: string } | null } }> };

export type TeamEndsQueryVariables = Exact<{
  teamId: string;
}>;


export type TeamEndsQuery = { readonly connections: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly name: string, readonly appId: string, readonly consumer: string, readonly lastUsedAt: string | null, readonly app: { readonly id: string, readonly name: string } | null } }> } };

export type OrganizationEndsQueryVariables = Exact<{
  id: string;
}>;


export type OrganizationEndsQuery = { readonly organization: { readonly id: string, readonly connections: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly name: string, readonly appId: string, readonly consumer: string, readonly lastUsedAt: string | null, readonly app: { readonly id: string, readonly name: string } | null } }> } } };

export type PeopleQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type PeopleQuery = { readonly organization: { readonly id: string, readonly members: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly hasFeature: boolean, readonly hasApplied: boolean, readonly sharedAccounts: number, readonly role: OrganizationRole, readonly person: { readonly id: string, readonly name: string, readonly email: string } } }> } } };

export type InvitationsQueryVariables = Exact<{
  id: string;
}>;


export type InvitationsQuery = { readonly organization: { readonly id: string, readonly invitations: ReadonlyArray<{ readonly id: string, readonly name: string, readonly email: string, readonly role: OrganizationRole, readonly createdAt: string, readonly expiresAt: string | null }> } };

export type InviteMemberMutationVariables = Exact<{
  input: InviteMemberInput;
}>;


export type InviteMemberMutation = { readonly inviteMember: { readonly invitationId: string } };

export type WithdrawInvitationMutationVariables = Exact<{
  id: string;
}>;


export type WithdrawInvitationMutation = { readonly withdrawMemberInvitation: { readonly invitationId: string } };

export type SetMemberRoleMutationVariables = Exact<{
  organizationId: string;
  userId: string;
  role: OrganizationRole;
}>;


export type SetMemberRoleMutation = { readonly setMemberRole: { readonly userId: string } };

export type RemoveMemberMutationVariables = Exact<{
  organizationId: string;
  userId: string;
}>;


export type RemoveMemberMutation = { readonly removeMember: { readonly userId: string } };

export type SetFeatureMutationVariables = Exact<{
  userId: string;
  on: boolean;
}>;


export type SetFeatureMutation = { readonly setFeature: { readonly userId: string } };

export type ClientsQueryVariables = Exact<{
  id: string;
}>;


export type ClientsQuery = { readonly organization: { readonly id: string, readonly oauthClients: ReadonlyArray<{ readonly app: string, readonly clientId: string, readonly hasSecret: boolean, readonly changedAt: string }>, readonly appDefinitions: ReadonlyArray<{ readonly app: string, readonly definition: string }> }, readonly apps: ReadonlyArray<{ readonly id: string, readonly name: string, readonly isDefinedByOrganization: boolean, readonly versions: ReadonlyArray<{ readonly id: string, readonly methods: ReadonlyArray<{ readonly id: string, readonly kind: CredentialKind }> }> }> };

export type SetClientMutationVariables = Exact<{
  input: SetOAuthClientInput;
}>;


export type SetClientMutation = { readonly setOAuthClient: { readonly app: string } };

export type RemoveClientMutationVariables = Exact<{
  organizationId: string;
  app: string;
}>;


export type RemoveClientMutation = { readonly removeOAuthClient: { readonly app: string } };

export type DefineAppMutationVariables = Exact<{
  organizationId: string;
  definition: string;
}>;


export type DefineAppMutation = { readonly defineApp: { readonly app: string } };

export type RemoveAppMutationVariables = Exact<{
  organizationId: string;
  app: string;
}>;


export type RemoveAppMutation = { readonly removeApp: { readonly app: string } };

export type LogRecordFragment = { readonly seq: number, readonly at: string, readonly kind: string, readonly actorKind: string, readonly payload: string, readonly teamName: string | null, readonly requestName: string | null, readonly appName: string | null, readonly inviteeEmail: string | null, readonly role: OrganizationRole | null, readonly teamRole: TeamRole | null, readonly person: { readonly id: string, readonly name: string } | null, readonly subject: { readonly id: string, readonly name: string } | null };

export type AuditLogQueryVariables = Exact<{
  id: string;
  kinds: ReadonlyArray<string> | string;
  after?: string | null | undefined;
}>;


export type AuditLogQuery = { readonly organization: { readonly id: string, readonly auditLog: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly seq: number, readonly at: string, readonly kind: string, readonly actorKind: string, readonly payload: string, readonly teamName: string | null, readonly requestName: string | null, readonly appName: string | null, readonly inviteeEmail: string | null, readonly role: OrganizationRole | null, readonly teamRole: TeamRole | null, readonly person: { readonly id: string, readonly name: string } | null, readonly subject: { readonly id: string, readonly name: string } | null } }> } } };

export type AuditExportQueryVariables = Exact<{
  id: string;
  kinds: ReadonlyArray<string> | string;
  after?: string | null | undefined;
}>;


export type AuditExportQuery = { readonly organization: { readonly id: string, readonly auditLog: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly node: { readonly mac: string, readonly seq: number, readonly at: string, readonly kind: string, readonly actorKind: string, readonly payload: string, readonly teamName: string | null, readonly requestName: string | null, readonly appName: string | null, readonly inviteeEmail: string | null, readonly role: OrganizationRole | null, readonly teamRole: TeamRole | null, readonly person: { readonly id: string, readonly name: string } | null, readonly subject: { readonly id: string, readonly name: string } | null } }> } } };

export type OrganizationSignInQueryVariables = Exact<{
  id: string;
}>;


export type OrganizationSignInQuery = { readonly organization: { readonly id: string, readonly signIn: { readonly redirectUri: string, readonly provider: { readonly issuer: string, readonly name: string, readonly clientId: string, readonly changedAt: string } | null, readonly mailDomains: ReadonlyArray<{ readonly id: string, readonly domain: string, readonly state: MailDomainState, readonly refusal: string | null, readonly createdAt: string, readonly decidedAt: string | null }> } } };

export type SetSingleSignOnMutationVariables = Exact<{
  input: SetSingleSignOnInput;
}>;


export type SetSingleSignOnMutation = { readonly setSingleSignOn: { readonly organizationId: string } };

export type RemoveSingleSignOnMutationVariables = Exact<{
  organizationId: string;
}>;


export type RemoveSingleSignOnMutation = { readonly removeSingleSignOn: { readonly organizationId: string } };

export type ClaimMailDomainMutationVariables = Exact<{
  organizationId: string;
  domain: string;
}>;


export type ClaimMailDomainMutation = { readonly claimMailDomain: { readonly mailDomainId: string } };

export type ReleaseMailDomainMutationVariables = Exact<{
  id: string;
}>;


export type ReleaseMailDomainMutation = { readonly releaseMailDomain: { readonly mailDomainId: string } };

export type PermissionWordsFragment = { readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> };

export type ModuleWordsFragment = { readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect };

export type AccountWordsFragment = { readonly id: string | null, readonly label: string, readonly workspace: string | null };

export type ItemDetailsFragment = { readonly id: string, readonly requestId: string, readonly appId: string, readonly state: ItemState, readonly allModules: boolean, readonly note: string | null, readonly connectionName: string, readonly declineReason: string | null, readonly invalidReason: AttemptReason | null, readonly revokeReason: AttemptReason | null, readonly changedAt: string, readonly viewerIsRecipient: boolean, readonly app: { readonly id: string, readonly name: string, readonly help: string, readonly website: string, readonly isDefinedByOrganization: boolean } | null, readonly appVersion: { readonly id: string, readonly name: string, readonly methods: ReadonlyArray<{ readonly id: string, readonly label: string, readonly help: string, readonly kind: CredentialKind, readonly available: boolean, readonly ownClient: OwnClientRule, readonly signInHost: string | null, readonly fields: ReadonlyArray<{ readonly name: string, readonly label: string, readonly help: string, readonly helpUrl: string | null, readonly kind: AuthFieldKind, readonly secret: boolean, readonly required: boolean, readonly default: string | null, readonly example: string | null, readonly maxLength: number }> }> } | null, readonly modules: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }>, readonly permissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly missingPermissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly modulesNotCovered: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }>, readonly credential: { readonly id: string, readonly suspendedAt: string | null, readonly kind: CredentialKind, readonly method: string, readonly authorizedAt: string, readonly expiresAt: string | null, readonly version: number, readonly health: { readonly state: HealthState, readonly failingSince: string | null }, readonly account: { readonly id: string | null, readonly label: string, readonly workspace: string | null } | null } | null, readonly waitingAccount: { readonly expiresAt: string, readonly account: { readonly id: string | null, readonly label: string, readonly workspace: string | null } | null, readonly missingPermissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly modulesNotCovered: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }> } | null, readonly attempts: ReadonlyArray<{ readonly at: string, readonly method: string, readonly reason: AttemptReason, readonly detail: string | null }>, readonly revocation: { readonly outcome: RevocationOutcome, readonly finishedAt: string | null } | null };

export type RequestDetailsFragment = { readonly id: string, readonly name: string, readonly description: string | null, readonly createdAt: string, readonly changedAt: string, readonly status: RequestStatus, readonly viewerCanDelete: boolean, readonly viewerIsRecipient: boolean, readonly viewerReportedAt: string | null, readonly tokenHandOut: boolean, readonly link: string | null, readonly declineReasonRequired: boolean, readonly counts: { readonly authorized: number, readonly declined: number, readonly invalid: number, readonly pending: number, readonly revoked: number }, readonly requester: { readonly id: string, readonly name: string, readonly email: string }, readonly recipient: { readonly name: string, readonly email: string, readonly fromOutside: boolean, readonly hasLeft: boolean, readonly userId: string | null }, readonly organization: { readonly id: string, readonly name: string }, readonly team: { readonly id: string, readonly name: string }, readonly delivery: { readonly state: DeliveryState, readonly detail: string | null, readonly at: string } | null, readonly items: ReadonlyArray<{ readonly id: string, readonly requestId: string, readonly appId: string, readonly state: ItemState, readonly allModules: boolean, readonly note: string | null, readonly connectionName: string, readonly declineReason: string | null, readonly invalidReason: AttemptReason | null, readonly revokeReason: AttemptReason | null, readonly changedAt: string, readonly viewerIsRecipient: boolean, readonly app: { readonly id: string, readonly name: string, readonly help: string, readonly website: string, readonly isDefinedByOrganization: boolean } | null, readonly appVersion: { readonly id: string, readonly name: string, readonly methods: ReadonlyArray<{ readonly id: string, readonly label: string, readonly help: string, readonly kind: CredentialKind, readonly available: boolean, readonly ownClient: OwnClientRule, readonly signInHost: string | null, readonly fields: ReadonlyArray<{ readonly name: string, readonly label: string, readonly help: string, readonly helpUrl: string | null, readonly kind: AuthFieldKind, readonly secret: boolean, readonly required: boolean, readonly default: string | null, readonly example: string | null, readonly maxLength: number }> }> } | null, readonly modules: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }>, readonly permissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly missingPermissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly modulesNotCovered: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }>, readonly credential: { readonly id: string, readonly suspendedAt: string | null, readonly kind: CredentialKind, readonly method: string, readonly authorizedAt: string, readonly expiresAt: string | null, readonly version: number, readonly health: { readonly state: HealthState, readonly failingSince: string | null }, readonly account: { readonly id: string | null, readonly label: string, readonly workspace: string | null } | null } | null, readonly waitingAccount: { readonly expiresAt: string, readonly account: { readonly id: string | null, readonly label: string, readonly workspace: string | null } | null, readonly missingPermissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly modulesNotCovered: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }> } | null, readonly attempts: ReadonlyArray<{ readonly at: string, readonly method: string, readonly reason: AttemptReason, readonly detail: string | null }>, readonly revocation: { readonly outcome: RevocationOutcome, readonly finishedAt: string | null } | null }> };

export type RequestQueryVariables = Exact<{
  id: string;
  language?: Language | null | undefined;
}>;


export type RequestQuery = { readonly request: { readonly id: string, readonly name: string, readonly description: string | null, readonly createdAt: string, readonly changedAt: string, readonly status: RequestStatus, readonly viewerCanDelete: boolean, readonly viewerIsRecipient: boolean, readonly viewerReportedAt: string | null, readonly tokenHandOut: boolean, readonly link: string | null, readonly declineReasonRequired: boolean, readonly counts: { readonly authorized: number, readonly declined: number, readonly invalid: number, readonly pending: number, readonly revoked: number }, readonly requester: { readonly id: string, readonly name: string, readonly email: string }, readonly recipient: { readonly name: string, readonly email: string, readonly fromOutside: boolean, readonly hasLeft: boolean, readonly userId: string | null }, readonly organization: { readonly id: string, readonly name: string }, readonly team: { readonly id: string, readonly name: string }, readonly delivery: { readonly state: DeliveryState, readonly detail: string | null, readonly at: string } | null, readonly items: ReadonlyArray<{ readonly id: string, readonly requestId: string, readonly appId: string, readonly state: ItemState, readonly allModules: boolean, readonly note: string | null, readonly connectionName: string, readonly declineReason: string | null, readonly invalidReason: AttemptReason | null, readonly revokeReason: AttemptReason | null, readonly changedAt: string, readonly viewerIsRecipient: boolean, readonly app: { readonly id: string, readonly name: string, readonly help: string, readonly website: string, readonly isDefinedByOrganization: boolean } | null, readonly appVersion: { readonly id: string, readonly name: string, readonly methods: ReadonlyArray<{ readonly id: string, readonly label: string, readonly help: string, readonly kind: CredentialKind, readonly available: boolean, readonly ownClient: OwnClientRule, readonly signInHost: string | null, readonly fields: ReadonlyArray<{ readonly name: string, readonly label: string, readonly help: string, readonly helpUrl: string | null, readonly kind: AuthFieldKind, readonly secret: boolean, readonly required: boolean, readonly default: string | null, readonly example: string | null, readonly maxLength: number }> }> } | null, readonly modules: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }>, readonly permissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly missingPermissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly modulesNotCovered: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }>, readonly credential: { readonly id: string, readonly suspendedAt: string | null, readonly kind: CredentialKind, readonly method: string, readonly authorizedAt: string, readonly expiresAt: string | null, readonly version: number, readonly health: { readonly state: HealthState, readonly failingSince: string | null }, readonly account: { readonly id: string | null, readonly label: string, readonly workspace: string | null } | null } | null, readonly waitingAccount: { readonly expiresAt: string, readonly account: { readonly id: string | null, readonly label: string, readonly workspace: string | null } | null, readonly missingPermissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly modulesNotCovered: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }> } | null, readonly attempts: ReadonlyArray<{ readonly at: string, readonly method: string, readonly reason: AttemptReason, readonly detail: string | null }>, readonly revocation: { readonly outcome: RevocationOutcome, readonly finishedAt: string | null } | null }> } };

export type RequestChangedSubscriptionVariables = Exact<{
  id: string;
  after?: string | null | undefined;
  language?: Language | null | undefined;
}>;


export type RequestChangedSubscription = { readonly requestChanged: { readonly id: string, readonly kind: ChangeKind, readonly itemId: string | null, readonly requestId: string | null, readonly request: { readonly id: string, readonly name: string, readonly description: string | null, readonly createdAt: string, readonly changedAt: string, readonly status: RequestStatus, readonly viewerCanDelete: boolean, readonly viewerIsRecipient: boolean, readonly viewerReportedAt: string | null, readonly tokenHandOut: boolean, readonly link: string | null, readonly declineReasonRequired: boolean, readonly counts: { readonly authorized: number, readonly declined: number, readonly invalid: number, readonly pending: number, readonly revoked: number }, readonly requester: { readonly id: string, readonly name: string, readonly email: string }, readonly recipient: { readonly name: string, readonly email: string, readonly fromOutside: boolean, readonly hasLeft: boolean, readonly userId: string | null }, readonly organization: { readonly id: string, readonly name: string }, readonly team: { readonly id: string, readonly name: string }, readonly delivery: { readonly state: DeliveryState, readonly detail: string | null, readonly at: string } | null, readonly items: ReadonlyArray<{ readonly id: string, readonly requestId: string, readonly appId: string, readonly state: ItemState, readonly allModules: boolean, readonly note: string | null, readonly connectionName: string, readonly declineReason: string | null, readonly invalidReason: AttemptReason | null, readonly revokeReason: AttemptReason | null, readonly changedAt: string, readonly viewerIsRecipient: boolean, readonly app: { readonly id: string, readonly name: string, readonly help: string, readonly website: string, readonly isDefinedByOrganization: boolean } | null, readonly appVersion: { readonly id: string, readonly name: string, readonly methods: ReadonlyArray<{ readonly id: string, readonly label: string, readonly help: string, readonly kind: CredentialKind, readonly available: boolean, readonly ownClient: OwnClientRule, readonly signInHost: string | null, readonly fields: ReadonlyArray<{ readonly name: string, readonly label: string, readonly help: string, readonly helpUrl: string | null, readonly kind: AuthFieldKind, readonly secret: boolean, readonly required: boolean, readonly default: string | null, readonly example: string | null, readonly maxLength: number }> }> } | null, readonly modules: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }>, readonly permissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly missingPermissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly modulesNotCovered: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }>, readonly credential: { readonly id: string, readonly suspendedAt: string | null, readonly kind: CredentialKind, readonly method: string, readonly authorizedAt: string, readonly expiresAt: string | null, readonly version: number, readonly health: { readonly state: HealthState, readonly failingSince: string | null }, readonly account: { readonly id: string | null, readonly label: string, readonly workspace: string | null } | null } | null, readonly waitingAccount: { readonly expiresAt: string, readonly account: { readonly id: string | null, readonly label: string, readonly workspace: string | null } | null, readonly missingPermissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly modulesNotCovered: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }> } | null, readonly attempts: ReadonlyArray<{ readonly at: string, readonly method: string, readonly reason: AttemptReason, readonly detail: string | null }>, readonly revocation: { readonly outcome: RevocationOutcome, readonly finishedAt: string | null } | null }> } | null } };

export type StartAuthorizationMutationVariables = Exact<{
  input: StartAuthorizationInput;
}>;


export type StartAuthorizationMutation = { readonly startAuthorization: { readonly url: string, readonly expiresAt: string } };

export type SubmitCredentialMutationVariables = Exact<{
  input: SubmitCredentialInput;
  language?: Language | null | undefined;
}>;


export type SubmitCredentialMutation = { readonly submitCredential: { readonly item: { readonly id: string, readonly requestId: string, readonly appId: string, readonly state: ItemState, readonly allModules: boolean, readonly note: string | null, readonly connectionName: string, readonly declineReason: string | null, readonly invalidReason: AttemptReason | null, readonly revokeReason: AttemptReason | null, readonly changedAt: string, readonly viewerIsRecipient: boolean, readonly app: { readonly id: string, readonly name: string, readonly help: string, readonly website: string, readonly isDefinedByOrganization: boolean } | null, readonly appVersion: { readonly id: string, readonly name: string, readonly methods: ReadonlyArray<{ readonly id: string, readonly label: string, readonly help: string, readonly kind: CredentialKind, readonly available: boolean, readonly ownClient: OwnClientRule, readonly signInHost: string | null, readonly fields: ReadonlyArray<{ readonly name: string, readonly label: string, readonly help: string, readonly helpUrl: string | null, readonly kind: AuthFieldKind, readonly secret: boolean, readonly required: boolean, readonly default: string | null, readonly example: string | null, readonly maxLength: number }> }> } | null, readonly modules: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }>, readonly permissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly missingPermissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly modulesNotCovered: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }>, readonly credential: { readonly id: string, readonly suspendedAt: string | null, readonly kind: CredentialKind, readonly method: string, readonly authorizedAt: string, readonly expiresAt: string | null, readonly version: number, readonly health: { readonly state: HealthState, readonly failingSince: string | null }, readonly account: { readonly id: string | null, readonly label: string, readonly workspace: string | null } | null } | null, readonly waitingAccount: { readonly expiresAt: string, readonly account: { readonly id: string | null, readonly label: string, readonly workspace: string | null } | null, readonly missingPermissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly modulesNotCovered: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }> } | null, readonly attempts: ReadonlyArray<{ readonly at: string, readonly method: string, readonly reason: AttemptReason, readonly detail: string | null }>, readonly revocation: { readonly outcome: RevocationOutcome, readonly finishedAt: string | null } | null } } };

export type ConfirmAccountMutationVariables = Exact<{
  itemId: string;
  language?: Language | null | undefined;
}>;


export type ConfirmAccountMutation = { readonly confirmAccount: { readonly item: { readonly id: string, readonly requestId: string, readonly appId: string, readonly state: ItemState, readonly allModules: boolean, readonly note: string | null, readonly connectionName: string, readonly declineReason: string | null, readonly invalidReason: AttemptReason | null, readonly revokeReason: AttemptReason | null, readonly changedAt: string, readonly viewerIsRecipient: boolean, readonly app: { readonly id: string, readonly name: string, readonly help: string, readonly website: string, readonly isDefinedByOrganization: boolean } | null, readonly appVersion: { readonly id: string, readonly name: string, readonly methods: ReadonlyArray<{ readonly id: string, readonly label: string, readonly help: string, readonly kind: CredentialKind, readonly available: boolean, readonly ownClient: OwnClientRule, readonly signInHost: string | null, readonly fields: ReadonlyArray<{ readonly name: string, readonly label: string, readonly help: string, readonly helpUrl: string | null, readonly kind: AuthFieldKind, readonly secret: boolean, readonly required: boolean, readonly default: string | null, readonly example: string | null, readonly maxLength: number }> }> } | null, readonly modules: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }>, readonly permissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly missingPermissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly modulesNotCovered: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }>, readonly credential: { readonly id: string, readonly suspendedAt: string | null, readonly kind: CredentialKind, readonly method: string, readonly authorizedAt: string, readonly expiresAt: string | null, readonly version: number, readonly health: { readonly state: HealthState, readonly failingSince: string | null }, readonly account: { readonly id: string | null, readonly label: string, readonly workspace: string | null } | null } | null, readonly waitingAccount: { readonly expiresAt: string, readonly account: { readonly id: string | null, readonly label: string, readonly workspace: string | null } | null, readonly missingPermissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly modulesNotCovered: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }> } | null, readonly attempts: ReadonlyArray<{ readonly at: string, readonly method: string, readonly reason: AttemptReason, readonly detail: string | null }>, readonly revocation: { readonly outcome: RevocationOutcome, readonly finishedAt: string | null } | null } } };

export type RejectAccountMutationVariables = Exact<{
  itemId: string;
  language?: Language | null | undefined;
}>;


export type RejectAccountMutation = { readonly rejectAccount: { readonly item: { readonly id: string, readonly requestId: string, readonly appId: string, readonly state: ItemState, readonly allModules: boolean, readonly note: string | null, readonly connectionName: string, readonly declineReason: string | null, readonly invalidReason: AttemptReason | null, readonly revokeReason: AttemptReason | null, readonly changedAt: string, readonly viewerIsRecipient: boolean, readonly app: { readonly id: string, readonly name: string, readonly help: string, readonly website: string, readonly isDefinedByOrganization: boolean } | null, readonly appVersion: { readonly id: string, readonly name: string, readonly methods: ReadonlyArray<{ readonly id: string, readonly label: string, readonly help: string, readonly kind: CredentialKind, readonly available: boolean, readonly ownClient: OwnClientRule, readonly signInHost: string | null, readonly fields: ReadonlyArray<{ readonly name: string, readonly label: string, readonly help: string, readonly helpUrl: string | null, readonly kind: AuthFieldKind, readonly secret: boolean, readonly required: boolean, readonly default: string | null, readonly example: string | null, readonly maxLength: number }> }> } | null, readonly modules: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }>, readonly permissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly missingPermissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly modulesNotCovered: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }>, readonly credential: { readonly id: string, readonly suspendedAt: string | null, readonly kind: CredentialKind, readonly method: string, readonly authorizedAt: string, readonly expiresAt: string | null, readonly version: number, readonly health: { readonly state: HealthState, readonly failingSince: string | null }, readonly account: { readonly id: string | null, readonly label: string, readonly workspace: string | null } | null } | null, readonly waitingAccount: { readonly expiresAt: string, readonly account: { readonly id: string | null, readonly label: string, readonly workspace: string | null } | null, readonly missingPermissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly modulesNotCovered: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }> } | null, readonly attempts: ReadonlyArray<{ readonly at: string, readonly method: string, readonly reason: AttemptReason, readonly detail: string | null }>, readonly revocation: { readonly outcome: RevocationOutcome, readonly finishedAt: string | null } | null } } };

export type DeclineMutationVariables = Exact<{
  itemId: string;
  reason?: string | null | undefined;
  language?: Language | null | undefined;
}>;


export type DeclineMutation = { readonly declineItem: { readonly item: { readonly id: string, readonly requestId: string, readonly appId: string, readonly state: ItemState, readonly allModules: boolean, readonly note: string | null, readonly connectionName: string, readonly declineReason: string | null, readonly invalidReason: AttemptReason | null, readonly revokeReason: AttemptReason | null, readonly changedAt: string, readonly viewerIsRecipient: boolean, readonly app: { readonly id: string, readonly name: string, readonly help: string, readonly website: string, readonly isDefinedByOrganization: boolean } | null, readonly appVersion: { readonly id: string, readonly name: string, readonly methods: ReadonlyArray<{ readonly id: string, readonly label: string, readonly help: string, readonly kind: CredentialKind, readonly available: boolean, readonly ownClient: OwnClientRule, readonly signInHost: string | null, readonly fields: ReadonlyArray<{ readonly name: string, readonly label: string, readonly help: string, readonly helpUrl: string | null, readonly kind: AuthFieldKind, readonly secret: boolean, readonly required: boolean, readonly default: string | null, readonly example: string | null, readonly maxLength: number }> }> } | null, readonly modules: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }>, readonly permissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly missingPermissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly modulesNotCovered: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }>, readonly credential: { readonly id: string, readonly suspendedAt: string | null, readonly kind: CredentialKind, readonly method: string, readonly authorizedAt: string, readonly expiresAt: string | null, readonly version: number, readonly health: { readonly state: HealthState, readonly failingSince: string | null }, readonly account: { readonly id: string | null, readonly label: string, readonly workspace: string | null } | null } | null, readonly waitingAccount: { readonly expiresAt: string, readonly account: { readonly id: string | null, readonly label: string, readonly workspace: string | null } | null, readonly missingPermissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly modulesNotCovered: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }> } | null, readonly attempts: ReadonlyArray<{ readonly at: string, readonly method: string, readonly reason: AttemptReason, readonly detail: string | null }>, readonly revocation: { readonly outcome: RevocationOutcome, readonly finishedAt: string | null } | null } } };

export type RevokeMutationVariables = Exact<{
  itemId: string;
  language?: Language | null | undefined;
}>;


export type RevokeMutation = { readonly revokeItem: { readonly item: { readonly id: string, readonly requestId: string, readonly appId: string, readonly state: ItemState, readonly allModules: boolean, readonly note: string | null, readonly connectionName: string, readonly declineReason: string | null, readonly invalidReason: AttemptReason | null, readonly revokeReason: AttemptReason | null, readonly changedAt: string, readonly viewerIsRecipient: boolean, readonly app: { readonly id: string, readonly name: string, readonly help: string, readonly website: string, readonly isDefinedByOrganization: boolean } | null, readonly appVersion: { readonly id: string, readonly name: string, readonly methods: ReadonlyArray<{ readonly id: string, readonly label: string, readonly help: string, readonly kind: CredentialKind, readonly available: boolean, readonly ownClient: OwnClientRule, readonly signInHost: string | null, readonly fields: ReadonlyArray<{ readonly name: string, readonly label: string, readonly help: string, readonly helpUrl: string | null, readonly kind: AuthFieldKind, readonly secret: boolean, readonly required: boolean, readonly default: string | null, readonly example: string | null, readonly maxLength: number }> }> } | null, readonly modules: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }>, readonly permissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly missingPermissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly modulesNotCovered: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }>, readonly credential: { readonly id: string, readonly suspendedAt: string | null, readonly kind: CredentialKind, readonly method: string, readonly authorizedAt: string, readonly expiresAt: string | null, readonly version: number, readonly health: { readonly state: HealthState, readonly failingSince: string | null }, readonly account: { readonly id: string | null, readonly label: string, readonly workspace: string | null } | null } | null, readonly waitingAccount: { readonly expiresAt: string, readonly account: { readonly id: string | null, readonly label: string, readonly workspace: string | null } | null, readonly missingPermissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }>, readonly modulesNotCovered: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }> } | null, readonly attempts: ReadonlyArray<{ readonly at: string, readonly method: string, readonly reason: AttemptReason, readonly detail: string | null }>, readonly revocation: { readonly outcome: RevocationOutcome, readonly finishedAt: string | null } | null } } };

export type DeletionPreviewQueryVariables = Exact<{
  id: string;
}>;


export type DeletionPreviewQuery = { readonly deletionPreview: { readonly requestId: string, readonly confirmationToken: string, readonly connections: ReadonlyArray<{ readonly id: string, readonly name: string, readonly consumer: string, readonly lastUsedAt: string | null, readonly itemId: string }> } };

export type ReportMutationVariables = Exact<{
  id: string;
  comment?: string | null | undefined;
}>;


export type ReportMutation = { readonly reportRequest: { readonly reportedAt: string, readonly request: { readonly id: string, readonly viewerReportedAt: string | null } | null } };

export type DeleteRequestMutationVariables = Exact<{
  id: string;
  token: string;
}>;


export type DeleteRequestMutation = { readonly deleteRequest: { readonly requestId: string } };

export type HistoryQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type HistoryQuery = { readonly request: { readonly id: string, readonly history: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly at: string, readonly actor: HistoryActor, readonly kind: ChangeKind, readonly itemId: string | null, readonly person: { readonly id: string, readonly name: string } | null } }> } } };

export type ItemUsageQueryVariables = Exact<{
  itemId: string;
  from: string;
  to: string;
  by: UsageBy;
  language?: Language | null | undefined;
}>;


export type ItemUsageQuery = { readonly itemUsage: ReadonlyArray<{ readonly start: string, readonly connectionId: string, readonly connectionName: string, readonly consumer: string, readonly kind: UsageKind, readonly moduleId: string | null, readonly calls: number, readonly lastStatusClass: number | null, readonly lastAt: string, readonly withdrawn: boolean }>, readonly node:
    | { readonly id: string, readonly appVersion: { readonly id: string, readonly modules: ReadonlyArray<{ readonly id: string, readonly name: string }> } | null }
    | Record<PropertyKey, never>
   | null };

export type AppsQueryVariables = Exact<{
  language?: Language | null | undefined;
}>;


export type AppsQuery = { readonly apps: ReadonlyArray<{ readonly id: string, readonly name: string, readonly help: string, readonly isDefinedByOrganization: boolean, readonly versions: ReadonlyArray<{ readonly id: string, readonly name: string, readonly methods: ReadonlyArray<{ readonly id: string, readonly available: boolean, readonly ownClient: OwnClientRule }>, readonly modules: ReadonlyArray<{ readonly id: string }> }> }> };

export type AppQueryVariables = Exact<{
  id: string;
  language?: Language | null | undefined;
}>;


export type AppQuery = { readonly app: { readonly id: string, readonly name: string, readonly help: string, readonly website: string, readonly isDefinedByOrganization: boolean, readonly versions: ReadonlyArray<{ readonly id: string, readonly name: string, readonly methods: ReadonlyArray<{ readonly id: string, readonly label: string, readonly help: string, readonly kind: CredentialKind, readonly available: boolean, readonly ownClient: OwnClientRule, readonly signInHost: string | null }>, readonly modules: ReadonlyArray<{ readonly id: string, readonly name: string, readonly description: string, readonly effect: Effect }>, readonly permissions: ReadonlyArray<{ readonly scope: string, readonly words: string, readonly effect: Effect, readonly modules: ReadonlyArray<string> }> }> } | null };

export type InvitationQueryVariables = Exact<{
  link: string;
}>;


export type InvitationQuery = { readonly invitation: { readonly addressHint: string, readonly kind: InvitationKind, readonly organizationName: string, readonly requestId: string | null, readonly state: InvitationState, readonly requestName: string | null, readonly inviterName: string | null, readonly inviterEmail: string | null, readonly teamName: string | null, readonly viewerReportedAt: string | null } };

export type AcceptMutationVariables = Exact<{
  link: string;
}>;


export type AcceptMutation = { readonly acceptInvitation: { readonly organization: { readonly id: string, readonly name: string }, readonly request: { readonly id: string } | null } };

export type SignInWayQueryVariables = Exact<{
  email: string;
}>;


export type SignInWayQuery = { readonly singleSignOn: { readonly name: string, readonly url: string } | null };

export type SignedInQueryVariables = Exact<{ [key: string]: never; }>;


export type SignedInQuery = { readonly viewer: { readonly id: string } | null };

export type AskCodeMutationVariables = Exact<{
  email: string;
  language?: Language | null | undefined;
  back?: string | null | undefined;
}>;


export type AskCodeMutation = { readonly requestSignInCode: { readonly expiresAt: string } };

export type SignInMutationVariables = Exact<{
  email: string;
  code: string;
}>;


export type SignInMutation = { readonly signIn: { readonly viewer: { readonly id: string, readonly email: string } } };

export type TeamMembersQueryVariables = Exact<{
  teamId: string;
  after?: string | null | undefined;
}>;


export type TeamMembersQuery = { readonly teamMembers: { readonly totalCount: number, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null }, readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly hasFeature: boolean, readonly hasApplied: boolean, readonly sharedAccounts: number, readonly role: OrganizationRole, readonly teamRole: TeamRole | null, readonly person: { readonly id: string, readonly name: string, readonly email: string } } }> } };

export type SetTeamRoleMutationVariables = Exact<{
  teamId: string;
  userId: string;
  role: TeamRole;
}>;


export type SetTeamRoleMutation = { readonly setTeamRole: { readonly userId: string } };

export type RemoveTeamMemberMutationVariables = Exact<{
  teamId: string;
  userId: string;
}>;


export type RemoveTeamMemberMutation = { readonly removeTeamMember: { readonly userId: string } };

export type LeaveTeamMutationVariables = Exact<{
  teamId: string;
}>;


export type LeaveTeamMutation = { readonly leaveTeam: { readonly userId: string } };

export type RenameTeamMutationVariables = Exact<{
  teamId: string;
  name: string;
}>;


export type RenameTeamMutation = { readonly renameTeam: { readonly teamId: string, readonly name: string } };

export type ApplicationQueryVariables = Exact<{ [key: string]: never; }>;


export type ApplicationQuery = { readonly viewer: { readonly id: string, readonly canCreateRequests: boolean, readonly featureApplication: { readonly id: string, readonly state: ApplicationState, readonly company: string, readonly reason: string, readonly refusal: string | null, readonly createdAt: string } | null } | null };

export type ApplyMutationVariables = Exact<{
  company: string;
  reason: string;
}>;


export type ApplyMutation = { readonly applyForFeature: { readonly application: { readonly id: string, readonly state: ApplicationState } } };

export type ApplicationChangedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type ApplicationChangedSubscription = { readonly viewerChanged: { readonly id: string, readonly viewer: { readonly id: string, readonly canCreateRequests: boolean, readonly featureApplication: { readonly id: string, readonly state: ApplicationState, readonly company: string, readonly reason: string, readonly refusal: string | null, readonly createdAt: string } | null } } };
