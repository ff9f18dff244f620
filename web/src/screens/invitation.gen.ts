// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
import { text } from '../api/document.ts';
import type { AcceptMutation, AcceptMutationVariables, InvitationQuery, InvitationQueryVariables } from '../api/types.gen.ts';

export const InvitationDocument = text<InvitationQuery, InvitationQueryVariables>(
  "query Invitation($link:String!){invitation(link:$link){addressHint kind organizationName requestId state requestName inviterName inviterEmail teamName viewerReportedAt}}",
);
export const AcceptDocument = text<AcceptMutation, AcceptMutationVariables>(
  "mutation Accept($link:String!){acceptInvitation(input:{link:$link}){organization{id name}request{id}}}",
);
