import { type Cache, cacheExchange, type Data } from '@urql/exchange-graphcache';
import { Client, fetchExchange, mapExchange, subscriptionExchange } from 'urql';
import { forget as forgetDraft } from '../new-request/kept.ts';
import { forgetPlaces } from '../parts/kept-place.ts';
import { forgetAsked } from '../sign-in/asked.ts';
import { following } from './follow.ts';
import { live } from './live.ts';
import { arrive, leaving, signedOut } from './session.ts';
import { settling } from './settle.ts';
import { PlaceDocument } from './viewer.gen.ts';

/** Types without an id of their own: they live inside what holds them. */
const EMBEDDED = [
  'Account',
  'AffectedConnection',
  'AppVersion',
  'AuthField',
  'AuthMethod',
  'AuthorizationAttempt',
  'ConnectionHealth',
  'CredentialHealth',
  'Delivery',
  'DeletionPreview',
  'Grant',
  'HealthCounts',
  'Instance',
  'Invitation',
  'ItemCounts',
  'Member',
  'Module',
  'ModuleCall',
  'OrganizationOAuthClient',
  'AppDefinition',
  'PageInfo',
  'Permission',
  'Recipient',
  'RecipientChoice',
  'Revocation',
  'SingleSignOn',
  'TeamMembership',
  'Usage',
  'WaitingAccount',
  'AuditRecord',
  'MailDomainClaim',
  'OrganizationIssuer',
  'OrganizationSignIn',
];
/** Lists whose pages and entries are embedded too. */
const LISTS = [
  'AuditRecord',
  'Connection',
  'ConnectionHealth',
  'CredentialItem',
  'CredentialRequest',
  'DeadJob',
  'FeatureApplication',
  'Grant',
  'History',
  'MailDomain',
  'Member',
  'Organization',
  'RecipientChoice',
];

const nothing = () => null;
const keys = {
  ...Object.fromEntries(
    [...EMBEDDED, ...LISTS.flatMap((name) => [`${name}Connection`, `${name}Edge`])].map((name) => [name, nothing]),
  ),
  // Of whoever is signed in; nobody else's are shown.
  Membership: (data: Data) => String(data['organizationId']),
  OpenInvitation: (data: Data) => String(data['link']),
};

/** Makes the lists ask again that a change may have given or taken an entry. */
export function forgetLists(cache: Cache, ...names: string[]) {
  for (const { fieldName, fieldKey } of cache.inspectFields('Query')) {
    if (names.includes(fieldName)) cache.invalidate('Query', fieldKey);
  }
}

/** The same for lists that are narrowed: an entry may fit no more, or fit now. */
function forgetNarrowed(cache: Cache, ...names: string[]) {
  for (const { fieldName, fieldKey, arguments: given } of cache.inspectFields('Query')) {
    if (names.includes(fieldName) && given?.['filter']) cache.invalidate('Query', fieldKey);
  }
}

const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';

/** The page's socket. */
export const socket = live(`${scheme}://${window.location.host}/graphql`);

const settle = settling(socket.epoch);
const follow = following({
  socket: socket.client,
  place: async () => {
    const { error } = await client.query(PlaceDocument, {}, { requestPolicy: 'network-only' }).toPromise();
    if (error) throw error;
  },
  again: () => socket.epoch.set(socket.epoch.get() + 1),
  signedIn: (then) => {
    const stop = signedOut.subscribe(() => {
      if (signedOut.get()) return;
      stop();
      then();
    });
    return stop;
  },
});

/** Kinds after which an entry may have come into a list or gone from it. */
const MOVES = new Set(['REQUEST_CREATED', 'REQUEST_DELETED', 'INVITATION_ACCEPTED']);

function changed(change: unknown, cache: Cache, lists: readonly string[]) {
  const { kind } = change as { kind: string };
  settle.event();
  const forget = MOVES.has(kind) ? forgetLists : forgetNarrowed;
  forget(cache, ...lists);
}

/** What the screens of connections show: who may use what, and how it fares. */
const USE = ['credentials', 'connections', 'connectionHealth', 'connectionHealthCounts', 'node'];
/** Kinds that change it and are no change of health, which has a subscription of its own. */
const OF_USE = /^(CONNECTION|USE)_/;

/** Kinds after which one may share more or less. */
const OF_GRANTS = /^(ITEM_|REQUEST_DELETED$)/;

const forget =
  (...names: string[]) =>
  (_result: unknown, _args: unknown, cache: Cache) =>
    forgetLists(cache, ...names);

const cache = () =>
  cacheExchange({
    keys,
    resolvers: {
      Query: {
        request: (_parent, { id }) => ({ __typename: 'CredentialRequest', id: String(id) }),
      },
    },
    updates: {
      Subscription: {
        requestChanged: ({ requestChanged }, _args, cache) =>
          changed(requestChanged, cache, ['sentRequests', 'receivedRequests']),
        requestsChanged: ({ requestsChanged }, { list }, cache) => {
          changed(requestsChanged, cache, [list === 'SENT' ? 'sentRequests' : 'receivedRequests']);
          const { kind } = requestsChanged as { kind: string };
          if (OF_USE.test(kind)) forgetLists(cache, ...USE);
          if (list === 'RECEIVED' && OF_GRANTS.test(kind)) forgetLists(cache, 'grants');
        },
        connectionHealthChanged: (_result, _args, cache) => {
          settle.event();
          forgetLists(cache, ...USE);
        },
      },
      Mutation: {
        createCredentialRequest: forget('sentRequests', 'receivedRequests'),
        deleteRequest: forget('sentRequests', 'receivedRequests', 'grants', 'credentials', 'connections'),
        acceptInvitation: forget('viewer', 'receivedRequests', 'invitation', 'organization'),
        reportRequest: forget('invitation'),
        revokeItem: forget('grants', 'credentials'),
        declineItem: forget('grants', 'credentials'),
        submitCredential: forget('grants', 'credentials'),
        confirmAccount: forget('grants', 'credentials'),
        createConnection: forget(...USE, 'deletionPreview'),
        withdrawConnection: forget('connections', 'connectionHealth', 'deletionPreview'),
        suspendCredential: forget(...USE),
        resumeCredential: forget(...USE),
        reviewFeatureApplication: forget('featureApplications', 'teamMembers', 'organization'),
        setFeature: forget('featureApplications', 'teamMembers', 'organization', 'viewer'),
        applyForFeature: forget('viewer', 'featureApplications', 'teamMembers', 'organization'),
        createApiToken: forget('viewer'),
        revokeApiToken: forget('viewer'),
        endSession: (_result, { input }, cache) => {
          // Who signs out here leaves no draft and no address to whoever comes next.
          if (!(input as { sessionId?: string | null }).sessionId) {
            forgetDraft();
            forgetAsked();
            forgetPlaces();
            leaving.set(true);
            arrive(undefined);
          }
          forgetLists(cache, 'viewer');
        },
        inviteMember: forget('organization'),
        withdrawMemberInvitation: forget('organization'),
        removeMember: forget('organization', 'teamMembers', 'recipients'),
        setMemberRole: forget('organization', 'teamMembers', 'viewer'),
        setTeamRole: forget('organization', 'teamMembers', 'viewer', 'recipients'),
        removeTeamMember: forget('teamMembers', 'viewer', 'recipients'),
        createTeam: forget('viewer', 'organization'),
        renameTeam: forget('viewer', 'organization'),
        deleteTeam: forget('viewer', 'organization', 'sentRequests'),
        createOrganization: forget('viewer', 'organizations'),
        deleteOrganization: forget('viewer', 'organizations', 'organization'),
        leaveOrganization: forget('viewer', 'organization', 'grants', 'receivedRequests'),
        leaveTeam: forget('viewer', 'organization', 'teamMembers'),
        setOrganizationPlan: forget('organizations', 'organization'),
        setOAuthClient: forget('organization', 'apps', 'app'),
        removeOAuthClient: forget('organization', 'apps', 'app'),
        defineApp: forget('organization', 'apps'),
        removeApp: forget('organization', 'apps'),
        setSingleSignOn: forget('organization'),
        removeSingleSignOn: forget('organization'),
        claimMailDomain: forget('organization', 'mailDomains'),
        releaseMailDomain: forget('organization', 'mailDomains'),
        reviewMailDomain: forget('organization', 'mailDomains'),
        retryJob: forget('deadJobs'),
        dropJob: forget('deadJobs'),
        setUpInstance: forget('viewer', 'instance'),
        updateOrganization: forget('viewer', 'organization'),
      },
    },
  });

/** The page's client. What it fetched stays in its cache and follows the subscriptions. */
export const client = new Client({
  url: '/graphql',
  preferGetMethod: false,
  exchanges: [
    mapExchange({
      onError: (error) => {
        if (error.graphQLErrors.some(({ extensions }) => extensions['code'] === 'UNAUTHENTICATED')) signedOut.set(true);
      },
    }),
    cache(),
    settle.exchange,
    follow.exchange,
    fetchExchange,
    subscriptionExchange({ forwardSubscription: follow.forward }),
  ],
});
