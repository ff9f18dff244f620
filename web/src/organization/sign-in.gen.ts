// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
import { text } from '../api/document.ts';
import type { ClaimMailDomainMutation, ClaimMailDomainMutationVariables, OrganizationSignInQuery, OrganizationSignInQueryVariables, ReleaseMailDomainMutation, ReleaseMailDomainMutationVariables, RemoveSingleSignOnMutation, RemoveSingleSignOnMutationVariables, SetSingleSignOnMutation, SetSingleSignOnMutationVariables } from '../api/types.gen.ts';

export const OrganizationSignInDocument = text<OrganizationSignInQuery, OrganizationSignInQueryVariables>(
  "query OrganizationSignIn($id:ID!){organization(id:$id){id signIn{redirectUri provider{issuer name clientId changedAt}mailDomains{id domain state refusal createdAt decidedAt}}}}",
);
export const SetSingleSignOnDocument = text<SetSingleSignOnMutation, SetSingleSignOnMutationVariables>(
  "mutation SetSingleSignOn($input:SetSingleSignOnInput!){setSingleSignOn(input:$input){organizationId}}",
);
export const RemoveSingleSignOnDocument = text<RemoveSingleSignOnMutation, RemoveSingleSignOnMutationVariables>(
  "mutation RemoveSingleSignOn($organizationId:ID!){removeSingleSignOn(input:{organizationId:$organizationId}){organizationId}}",
);
export const ClaimMailDomainDocument = text<ClaimMailDomainMutation, ClaimMailDomainMutationVariables>(
  "mutation ClaimMailDomain($organizationId:ID!$domain:String!){claimMailDomain(input:{organizationId:$organizationId domain:$domain}){mailDomainId}}",
);
export const ReleaseMailDomainDocument = text<ReleaseMailDomainMutation, ReleaseMailDomainMutationVariables>(
  "mutation ReleaseMailDomain($id:ID!){releaseMailDomain(input:{mailDomainId:$id}){mailDomainId}}",
);
