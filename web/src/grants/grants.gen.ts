// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
import { text } from '../api/document.ts';
import type { GrantsChangedSubscription, GrantsChangedSubscriptionVariables, GrantsQuery, GrantsQueryVariables, LeaveOrganizationMutation, LeaveOrganizationMutationVariables, LeavingOrganizationQuery, LeavingOrganizationQueryVariables, OnlyOwnerQuery, OnlyOwnerQueryVariables } from '../api/types.gen.ts';

export const GrantsDocument = text<GrantsQuery, GrantsQueryVariables>(
  "query Grants($after:String){grants(first:100 after:$after){totalCount pageInfo{hasNextPage endCursor}edges{cursor node{authorizedAt endedAt lastUsedAt item{id appId state connectionName requestId app{id name}credential{id account{label workspace}}}request{id name requester{id name}organization{id name}}}}}}",
);
export const GrantsChangedDocument = text<GrantsChangedSubscription, GrantsChangedSubscriptionVariables>(
  "subscription GrantsChanged($after:ID){requestsChanged(list:RECEIVED after:$after){id kind requestId request{id items{id state}}}}",
);
export const OnlyOwnerDocument = text<OnlyOwnerQuery, OnlyOwnerQueryVariables>(
  "query OnlyOwner{viewer{id memberships{organizationId isOnlyOwner}}}",
);
export const LeavingOrganizationDocument = text<LeavingOrganizationQuery, LeavingOrganizationQueryVariables>(
  "query LeavingOrganization($id:ID!$after:String){grants(organizationId:$id stands:true first:100 after:$after){totalCount pageInfo{hasNextPage endCursor}edges{cursor node{item{id appId app{id name}credential{id account{label}}}request{id name}}}}}",
);
export const LeaveOrganizationDocument = text<LeaveOrganizationMutation, LeaveOrganizationMutationVariables>(
  "mutation LeaveOrganization($id:ID!){leaveOrganization(input:{organizationId:$id}){userId}}",
);
