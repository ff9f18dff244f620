// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
import { text } from '../api/document.ts';
import type { MailDomainsQuery, MailDomainsQueryVariables, ReviewMailDomainMutation, ReviewMailDomainMutationVariables } from '../api/types.gen.ts';

export const MailDomainsDocument = text<MailDomainsQuery, MailDomainsQueryVariables>(
  "query MailDomains($state:MailDomainState$after:String){mailDomains(state:$state first:25 after:$after){totalCount pageInfo{hasNextPage endCursor}edges{cursor node{organizationId organizationName mailDomain{id domain state refusal createdAt decidedAt}}}}}",
);
export const ReviewMailDomainDocument = text<ReviewMailDomainMutation, ReviewMailDomainMutationVariables>(
  "mutation ReviewMailDomain($id:ID!$confirm:Boolean!$refusal:String){reviewMailDomain(input:{mailDomainId:$id confirm:$confirm refusal:$refusal}){mailDomainId}}",
);
