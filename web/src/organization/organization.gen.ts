// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
import { text } from '../api/document.ts';
import type { AuditExportQuery, AuditExportQueryVariables, AuditLogQuery, AuditLogQueryVariables, ClientsQuery, ClientsQueryVariables, CreateTeamMutation, CreateTeamMutationVariables, DefineAppMutation, DefineAppMutationVariables, DeleteOrganizationMutation, DeleteOrganizationMutationVariables, DeleteTeamMutation, DeleteTeamMutationVariables, InvitationsQuery, InvitationsQueryVariables, InviteMemberMutation, InviteMemberMutationVariables, OrganizationEndsQuery, OrganizationEndsQueryVariables, OrganizationSettingsQuery, OrganizationSettingsQueryVariables, PeopleQuery, PeopleQueryVariables, RemoveAppMutation, RemoveAppMutationVariables, RemoveClientMutation, RemoveClientMutationVariables, RemoveMemberMutation, RemoveMemberMutationVariables, SetClientMutation, SetClientMutationVariables, SetFeatureMutation, SetFeatureMutationVariables, SetMemberRoleMutation, SetMemberRoleMutationVariables, TeamEndsQuery, TeamEndsQueryVariables, UpdateOrganizationMutation, UpdateOrganizationMutationVariables, WithdrawInvitationMutation, WithdrawInvitationMutationVariables } from '../api/types.gen.ts';

export const OrganizationSettingsDocument = text<OrganizationSettingsQuery, OrganizationSettingsQueryVariables>(
  "query OrganizationSettings($id:ID!){organization(id:$id){id name role plan declineReasonOptional linkLifetimeHours reminders tokenHandOut}}",
);
export const UpdateOrganizationDocument = text<UpdateOrganizationMutation, UpdateOrganizationMutationVariables>(
  "mutation UpdateOrganization($input:UpdateOrganizationInput!){updateOrganization(input:$input){organization{id name declineReasonOptional linkLifetimeHours reminders tokenHandOut}}}",
);
export const CreateTeamDocument = text<CreateTeamMutation, CreateTeamMutationVariables>(
  "mutation CreateTeam($organizationId:ID!$name:String!){createTeam(input:{organizationId:$organizationId name:$name}){teamId name}}",
);
export const DeleteTeamDocument = text<DeleteTeamMutation, DeleteTeamMutationVariables>(
  "mutation DeleteTeam($teamId:ID!$confirmName:String!){deleteTeam(input:{teamId:$teamId confirmName:$confirmName}){teamId}}",
);
export const DeleteOrganizationDocument = text<DeleteOrganizationMutation, DeleteOrganizationMutationVariables>(
  "mutation DeleteOrganization($organizationId:ID!$confirmName:String!){deleteOrganization(input:{organizationId:$organizationId confirmName:$confirmName}){organizationId}}",
);
export const TeamEndsDocument = text<TeamEndsQuery, TeamEndsQueryVariables>(
  "query TeamEnds($teamId:ID!){connections(teamId:$teamId first:50){...Ending}}fragment Ending on ConnectionConnection{totalCount edges{cursor node{id name appId app{id name}consumer lastUsedAt}}}",
);
export const OrganizationEndsDocument = text<OrganizationEndsQuery, OrganizationEndsQueryVariables>(
  "query OrganizationEnds($id:ID!){organization(id:$id){id connections(first:50){...Ending}}}fragment Ending on ConnectionConnection{totalCount edges{cursor node{id name appId app{id name}consumer lastUsedAt}}}",
);
export const PeopleDocument = text<PeopleQuery, PeopleQueryVariables>(
  "query People($id:ID!$after:String){organization(id:$id){id members(first:50 after:$after){totalCount pageInfo{hasNextPage endCursor}edges{cursor node{hasFeature hasApplied sharedAccounts role person{id name email}}}}}}",
);
export const InvitationsDocument = text<InvitationsQuery, InvitationsQueryVariables>(
  "query Invitations($id:ID!){organization(id:$id){id invitations{id name email role createdAt expiresAt}}}",
);
export const InviteMemberDocument = text<InviteMemberMutation, InviteMemberMutationVariables>(
  "mutation InviteMember($input:InviteMemberInput!){inviteMember(input:$input){invitationId}}",
);
export const WithdrawInvitationDocument = text<WithdrawInvitationMutation, WithdrawInvitationMutationVariables>(
  "mutation WithdrawInvitation($id:ID!){withdrawMemberInvitation(input:{invitationId:$id}){invitationId}}",
);
export const SetMemberRoleDocument = text<SetMemberRoleMutation, SetMemberRoleMutationVariables>(
  "mutation SetMemberRole($organizationId:ID!$userId:ID!$role:OrganizationRole!){setMemberRole(input:{organizationId:$organizationId userId:$userId role:$role}){userId}}",
);
export const RemoveMemberDocument = text<RemoveMemberMutation, RemoveMemberMutationVariables>(
  "mutation RemoveMember($organizationId:ID!$userId:ID!){removeMember(input:{organizationId:$organizationId userId:$userId}){userId}}",
);
export const SetFeatureDocument = text<SetFeatureMutation, SetFeatureMutationVariables>(
  "mutation SetFeature($userId:ID!$on:Boolean!){setFeature(input:{userId:$userId on:$on}){userId}}",
);
export const ClientsDocument = text<ClientsQuery, ClientsQueryVariables>(
  "query Clients($id:ID!){organization(id:$id){id oauthClients{app clientId hasSecret changedAt}appDefinitions{app definition}}apps{id name isDefinedByOrganization versions{id methods{id kind}}}}",
);
export const SetClientDocument = text<SetClientMutation, SetClientMutationVariables>(
  "mutation SetClient($input:SetOAuthClientInput!){setOAuthClient(input:$input){app}}",
);
export const RemoveClientDocument = text<RemoveClientMutation, RemoveClientMutationVariables>(
  "mutation RemoveClient($organizationId:ID!$app:String!){removeOAuthClient(input:{organizationId:$organizationId app:$app}){app}}",
);
export const DefineAppDocument = text<DefineAppMutation, DefineAppMutationVariables>(
  "mutation DefineApp($organizationId:ID!$definition:String!){defineApp(input:{organizationId:$organizationId definition:$definition}){app}}",
);
export const RemoveAppDocument = text<RemoveAppMutation, RemoveAppMutationVariables>(
  "mutation RemoveApp($organizationId:ID!$app:String!){removeApp(input:{organizationId:$organizationId app:$app}){app}}",
);
export const AuditLogDocument = text<AuditLogQuery, AuditLogQueryVariables>(
  "query AuditLog($id:ID!$kinds:[String!]!$after:String){organization(id:$id){id auditLog(first:50 after:$after kinds:$kinds){totalCount pageInfo{hasNextPage endCursor}edges{cursor node{...LogRecord}}}}}fragment LogRecord on AuditRecord{seq at kind actorKind payload person{id name}subject{id name}teamName requestName appName inviteeEmail role teamRole}",
);
export const AuditExportDocument = text<AuditExportQuery, AuditExportQueryVariables>(
  "query AuditExport($id:ID!$kinds:[String!]!$after:String){organization(id:$id){id auditLog(first:100 after:$after kinds:$kinds){totalCount pageInfo{hasNextPage endCursor}edges{node{...LogRecord mac}}}}}fragment LogRecord on AuditRecord{seq at kind actorKind payload person{id name}subject{id name}teamName requestName appName inviteeEmail role teamRole}",
);
