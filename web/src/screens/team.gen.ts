// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
import { text } from '../api/document.ts';
import type { ApplicationChangedSubscription, ApplicationChangedSubscriptionVariables, ApplicationQuery, ApplicationQueryVariables, ApplyMutation, ApplyMutationVariables, LeaveTeamMutation, LeaveTeamMutationVariables, RemoveTeamMemberMutation, RemoveTeamMemberMutationVariables, RenameTeamMutation, RenameTeamMutationVariables, SetTeamRoleMutation, SetTeamRoleMutationVariables, TeamMembersQuery, TeamMembersQueryVariables } from '../api/types.gen.ts';

export const TeamMembersDocument = text<TeamMembersQuery, TeamMembersQueryVariables>(
  "query TeamMembers($teamId:ID!$after:String){teamMembers(teamId:$teamId first:50 after:$after){totalCount pageInfo{hasNextPage endCursor}edges{cursor node{hasFeature hasApplied sharedAccounts role teamRole person{id name email}}}}}",
);
export const SetTeamRoleDocument = text<SetTeamRoleMutation, SetTeamRoleMutationVariables>(
  "mutation SetTeamRole($teamId:ID!$userId:ID!$role:TeamRole!){setTeamRole(input:{teamId:$teamId userId:$userId role:$role}){userId}}",
);
export const RemoveTeamMemberDocument = text<RemoveTeamMemberMutation, RemoveTeamMemberMutationVariables>(
  "mutation RemoveTeamMember($teamId:ID!$userId:ID!){removeTeamMember(input:{teamId:$teamId userId:$userId}){userId}}",
);
export const LeaveTeamDocument = text<LeaveTeamMutation, LeaveTeamMutationVariables>(
  "mutation LeaveTeam($teamId:ID!){leaveTeam(input:{teamId:$teamId}){userId}}",
);
export const RenameTeamDocument = text<RenameTeamMutation, RenameTeamMutationVariables>(
  "mutation RenameTeam($teamId:ID!$name:String!){renameTeam(input:{teamId:$teamId name:$name}){teamId name}}",
);
export const ApplicationDocument = text<ApplicationQuery, ApplicationQueryVariables>(
  "query Application{viewer{id canCreateRequests featureApplication{id state company reason refusal createdAt}}}",
);
export const ApplyDocument = text<ApplyMutation, ApplyMutationVariables>(
  "mutation Apply($company:String!$reason:String!){applyForFeature(input:{company:$company reason:$reason}){application{id state}}}",
);
export const ApplicationChangedDocument = text<ApplicationChangedSubscription, ApplicationChangedSubscriptionVariables>(
  "subscription ApplicationChanged($after:ID){viewerChanged(after:$after){id viewer{id canCreateRequests featureApplication{id state company reason refusal createdAt}}}}",
);
