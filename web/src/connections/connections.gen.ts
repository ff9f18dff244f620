// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
import { text } from '../api/document.ts';
import type { ConnectionsQuery, ConnectionsQueryVariables, CreateConnectionMutation, CreateConnectionMutationVariables, CredentialsQuery, CredentialsQueryVariables, HealthChangedSubscription, HealthChangedSubscriptionVariables, ResumeConnectionMutation, ResumeConnectionMutationVariables, ResumeCredentialMutation, ResumeCredentialMutationVariables, RotateConnectionMutation, RotateConnectionMutationVariables, SuspendConnectionMutation, SuspendConnectionMutationVariables, SuspendCredentialMutation, SuspendCredentialMutationVariables, UsableQuery, UsableQueryVariables, UseChangedSubscription, UseChangedSubscriptionVariables, WithdrawConnectionMutation, WithdrawConnectionMutationVariables } from '../api/types.gen.ts';

export const ConnectionsDocument = text<ConnectionsQuery, ConnectionsQueryVariables>(
  "query Connections($teamId:ID!$after:String){connections(teamId:$teamId first:25 after:$after){totalCount pageInfo{hasNextPage endCursor}edges{cursor node{...ConnectionRow}}}}fragment ConnectionRow on Connection{id name appId app{id name}account{label workspace}consumer consumerUrl createdAt expiresAt lastUsedAt itemId requestId state suspendedAt credentialSuspendedAt}",
);
export const CredentialsDocument = text<CredentialsQuery, CredentialsQueryVariables>(
  "query Credentials($teamId:ID!$after:String){credentials(teamId:$teamId first:25 after:$after){totalCount pageInfo{hasNextPage endCursor}edges{cursor node{...CredentialRow}}}}fragment CredentialRow on RequestItem{id requestId appId state invalidReason connectionName app{id name}credential{id expiresAt authorizedAt suspendedAt health{state failingSince}account{label workspace}}}",
);
export const UsableDocument = text<UsableQuery, UsableQueryVariables>(
  "query Usable($teamId:ID!){credentials(teamId:$teamId first:100){totalCount pageInfo{hasNextPage endCursor}edges{cursor node{...CredentialRow}}}}fragment CredentialRow on RequestItem{id requestId appId state invalidReason connectionName app{id name}credential{id expiresAt authorizedAt suspendedAt health{state failingSince}account{label workspace}}}",
);
export const HealthChangedDocument = text<HealthChangedSubscription, HealthChangedSubscriptionVariables>(
  "subscription HealthChanged($teamId:ID!$after:ID){connectionHealthChanged(teamId:$teamId after:$after){id at item{...CredentialRow}}}fragment CredentialRow on RequestItem{id requestId appId state invalidReason connectionName app{id name}credential{id expiresAt authorizedAt suspendedAt health{state failingSince}account{label workspace}}}",
);
export const UseChangedDocument = text<UseChangedSubscription, UseChangedSubscriptionVariables>(
  "subscription UseChanged($teamId:ID!$after:ID){requestsChanged(list:SENT teamId:$teamId after:$after){id kind}}",
);
export const SuspendConnectionDocument = text<SuspendConnectionMutation, SuspendConnectionMutationVariables>(
  "mutation SuspendConnection($id:ID!){suspendConnection(input:{connectionId:$id}){connection{...ConnectionRow}}}fragment ConnectionRow on Connection{id name appId app{id name}account{label workspace}consumer consumerUrl createdAt expiresAt lastUsedAt itemId requestId state suspendedAt credentialSuspendedAt}",
);
export const ResumeConnectionDocument = text<ResumeConnectionMutation, ResumeConnectionMutationVariables>(
  "mutation ResumeConnection($id:ID!){resumeConnection(input:{connectionId:$id}){connection{...ConnectionRow}}}fragment ConnectionRow on Connection{id name appId app{id name}account{label workspace}consumer consumerUrl createdAt expiresAt lastUsedAt itemId requestId state suspendedAt credentialSuspendedAt}",
);
export const SuspendCredentialDocument = text<SuspendCredentialMutation, SuspendCredentialMutationVariables>(
  "mutation SuspendCredential($id:ID!){suspendCredential(input:{itemId:$id}){item{...CredentialRow}}}fragment CredentialRow on RequestItem{id requestId appId state invalidReason connectionName app{id name}credential{id expiresAt authorizedAt suspendedAt health{state failingSince}account{label workspace}}}",
);
export const ResumeCredentialDocument = text<ResumeCredentialMutation, ResumeCredentialMutationVariables>(
  "mutation ResumeCredential($id:ID!){resumeCredential(input:{itemId:$id}){item{...CredentialRow}}}fragment CredentialRow on RequestItem{id requestId appId state invalidReason connectionName app{id name}credential{id expiresAt authorizedAt suspendedAt health{state failingSince}account{label workspace}}}",
);
export const CreateConnectionDocument = text<CreateConnectionMutation, CreateConnectionMutationVariables>(
  "mutation CreateConnection($input:CreateConnectionInput!){createConnection(input:$input){token connection{...ConnectionRow}}}fragment ConnectionRow on Connection{id name appId app{id name}account{label workspace}consumer consumerUrl createdAt expiresAt lastUsedAt itemId requestId state suspendedAt credentialSuspendedAt}",
);
export const RotateConnectionDocument = text<RotateConnectionMutation, RotateConnectionMutationVariables>(
  "mutation RotateConnection($id:ID!){rotateConnection(input:{connectionId:$id}){token connection{...ConnectionRow}}}fragment ConnectionRow on Connection{id name appId app{id name}account{label workspace}consumer consumerUrl createdAt expiresAt lastUsedAt itemId requestId state suspendedAt credentialSuspendedAt}",
);
export const WithdrawConnectionDocument = text<WithdrawConnectionMutation, WithdrawConnectionMutationVariables>(
  "mutation WithdrawConnection($id:ID!){withdrawConnection(input:{connectionId:$id}){connectionId}}",
);
