// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
import { text } from '../api/document.ts';
import type { ConnectionAccountQuery, ConnectionAccountQueryVariables, ConnectionByIdQuery, ConnectionByIdQueryVariables, ConnectionUseQuery, ConnectionUseQueryVariables } from '../api/types.gen.ts';

export const ConnectionByIdDocument = text<ConnectionByIdQuery, ConnectionByIdQueryVariables>(
  "query ConnectionById($id:ID!){node(id:$id){...on Connection{...ConnectionRow teamId}}}fragment ConnectionRow on Connection{id name appId app{id name}account{label workspace}consumer consumerUrl createdAt expiresAt lastUsedAt itemId requestId state suspendedAt credentialSuspendedAt}",
);
export const ConnectionAccountDocument = text<ConnectionAccountQuery, ConnectionAccountQueryVariables>(
  "query ConnectionAccount($requestId:ID!$language:Language){request(id:$requestId){id name tokenHandOut recipient{name}items{id appId state invalidReason connectionName app{id name}appVersion{id modules{id name(language:$language)}}modules{...ModuleWords calls{methods host path}}modulesNotCovered{...ModuleWords}credential{id suspendedAt account{label workspace}health{state failingSince}}}}}fragment ModuleWords on Module{id name(language:$language)description(language:$language)effect}",
);
export const ConnectionUseDocument = text<ConnectionUseQuery, ConnectionUseQueryVariables>(
  "query ConnectionUse($id:ID!$from:DateTime!$to:DateTime!$by:UsageBy!){connectionUsage(connectionId:$id from:$from to:$to by:$by){start kind moduleId calls lastStatusClass lastAt connectionId connectionName consumer withdrawn}}",
);
