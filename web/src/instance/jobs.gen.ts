// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
import { text } from '../api/document.ts';
import type { DeadJobsQuery, DeadJobsQueryVariables, DropJobMutation, DropJobMutationVariables, RetryJobMutation, RetryJobMutationVariables } from '../api/types.gen.ts';

export const DeadJobsDocument = text<DeadJobsQuery, DeadJobsQueryVariables>(
  "query DeadJobs($after:String){deadJobs(first:25 after:$after){totalCount pageInfo{hasNextPage endCursor}edges{cursor node{id kind attempts error createdAt givenUpAt requestId}}}}",
);
export const RetryJobDocument = text<RetryJobMutation, RetryJobMutationVariables>(
  "mutation RetryJob($id:ID!){retryJob(input:{jobId:$id}){jobId}}",
);
export const DropJobDocument = text<DropJobMutation, DropJobMutationVariables>(
  "mutation DropJob($id:ID!){dropJob(input:{jobId:$id}){jobId}}",
);
