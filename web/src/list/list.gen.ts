// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
import { text } from '../api/document.ts';
import type { AppNamesQuery, AppNamesQueryVariables, ListChangedSubscription, ListChangedSubscriptionVariables, ReceivedQuery, ReceivedQueryVariables, RemindMutation, RemindMutationVariables, RequestersQuery, RequestersQueryVariables, ResendMutation, ResendMutationVariables, SentQuery, SentQueryVariables, TeamPeopleQuery, TeamPeopleQueryVariables, TeamRecipientsQuery, TeamRecipientsQueryVariables } from '../api/types.gen.ts';

export const SentDocument = text<SentQuery, SentQueryVariables>(
  "query Sent($teamId:ID!$after:String$filter:RequestFilter$sort:RequestSort!){list:sentRequests(teamId:$teamId first:25 after:$after filter:$filter sort:$sort){totalCount pageInfo{hasNextPage endCursor}edges{cursor node{...Row}}}}fragment Row on CredentialRequest{id name createdAt changedAt status viewerCanDelete viewerIsRecipient link requester{id name}recipient{name email hasLeft userId}organization{id name}team{id name}items{id appId state app{id name}}}",
);
export const ReceivedDocument = text<ReceivedQuery, ReceivedQueryVariables>(
  "query Received($after:String$filter:RequestFilter$sort:RequestSort!){list:receivedRequests(first:25 after:$after filter:$filter sort:$sort){totalCount pageInfo{hasNextPage endCursor}edges{cursor node{...Row}}}}fragment Row on CredentialRequest{id name createdAt changedAt status viewerCanDelete viewerIsRecipient link requester{id name}recipient{name email hasLeft userId}organization{id name}team{id name}items{id appId state app{id name}}}",
);
export const ListChangedDocument = text<ListChangedSubscription, ListChangedSubscriptionVariables>(
  "subscription ListChanged($list:RequestListKind!$teamId:ID$after:ID){requestsChanged(list:$list teamId:$teamId after:$after){id kind requestId request{...Row}}}fragment Row on CredentialRequest{id name createdAt changedAt status viewerCanDelete viewerIsRecipient link requester{id name}recipient{name email hasLeft userId}organization{id name}team{id name}items{id appId state app{id name}}}",
);
export const AppNamesDocument = text<AppNamesQuery, AppNamesQueryVariables>(
  "query AppNames{apps{id name}}",
);
export const TeamPeopleDocument = text<TeamPeopleQuery, TeamPeopleQueryVariables>(
  "query TeamPeople($teamId:ID!){teamMembers(teamId:$teamId first:100){totalCount pageInfo{hasNextPage}edges{cursor node{person{id name email}hasFeature role teamRole}}}}",
);
export const TeamRecipientsDocument = text<TeamRecipientsQuery, TeamRecipientsQueryVariables>(
  "query TeamRecipients($teamId:ID!){recipients(teamId:$teamId first:100){totalCount edges{cursor node{relation person{id name email}}}}}",
);
export const RequestersDocument = text<RequestersQuery, RequestersQueryVariables>(
  "query Requesters{receivedRequests(first:100){totalCount edges{cursor node{id requester{id name}}}}}",
);
export const ResendDocument = text<ResendMutation, ResendMutationVariables>(
  "mutation Resend($id:ID!){resendInvitation(input:{requestId:$id}){request{id delivery{state detail at}}}}",
);
export const RemindDocument = text<RemindMutation, RemindMutationVariables>(
  "mutation Remind($id:ID!){remindRecipient(input:{requestId:$id}){request{id delivery{state detail at}}}}",
);
