// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
import { text } from '../api/document.ts';
import type { HealthCountsQuery, HealthCountsQueryVariables, HealthQuery, HealthQueryVariables } from '../api/types.gen.ts';

export const HealthDocument = text<HealthQuery, HealthQueryVariables>(
  "query Health($teamId:ID!$states:[HealthState!]$after:String){connectionHealth(teamId:$teamId states:$states first:25 after:$after){totalCount pageInfo{hasNextPage endCursor}edges{cursor node{...HealthRow}}}}fragment HealthRow on ConnectionHealth{itemId state connectionCount lastUsedAt item{id requestId appId state invalidReason connectionName app{id name}credential{id suspendedAt account{label workspace}health{state failingSince failures lastFailure expiresAt nextRefreshAt lastRefreshAt lastProbeAt nextProbeAt}}}}",
);
export const HealthCountsDocument = text<HealthCountsQuery, HealthCountsQueryVariables>(
  "query HealthCounts($teamId:ID!){connectionHealthCounts(teamId:$teamId){working degraded invalid ended}}",
);
