// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
import { text } from './document.ts';
import type { PlaceQuery, PlaceQueryVariables, ReceivedChangedSubscription, ReceivedChangedSubscriptionVariables, SignOutMutation, SignOutMutationVariables, ViewerChangedSubscription, ViewerChangedSubscriptionVariables, ViewerQuery, ViewerQueryVariables, WaitingQuery, WaitingQueryVariables } from './types.gen.ts';

export const ViewerDocument = text<ViewerQuery, ViewerQueryVariables>(
  "query Viewer{viewer{id name email language timeZone canCreateRequests isInstanceAdmin resumeAfter memberships{organizationId organizationName role teams{teamId teamName role}}}instance{isSetUp hasBuiltInMailbox termsVersion version singleSignOn{name url}}}",
);
export const PlaceDocument = text<PlaceQuery, PlaceQueryVariables>(
  "query Place{viewer{id resumeAfter}}",
);
export const WaitingDocument = text<WaitingQuery, WaitingQueryVariables>(
  "query Waiting{viewer{id openInvitations{link state}}receivedRequests(first:50 filter:{statuses:[INCOMPLETE INVALID]}){totalCount edges{cursor node{id recipient{hasLeft}items{id state}}}}}",
);
export const SignOutDocument = text<SignOutMutation, SignOutMutationVariables>(
  "mutation SignOut{endSession(input:{}){sessionId}}",
);
export const ReceivedChangedDocument = text<ReceivedChangedSubscription, ReceivedChangedSubscriptionVariables>(
  "subscription ReceivedChanged($after:ID){requestsChanged(list:RECEIVED after:$after){id kind requestId request{id status items{id state}}}}",
);
export const ViewerChangedDocument = text<ViewerChangedSubscription, ViewerChangedSubscriptionVariables>(
  "subscription ViewerChanged($after:ID){viewerChanged(after:$after){id viewer{id canCreateRequests}}}",
);
