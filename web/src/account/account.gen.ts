// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
import { text } from '../api/document.ts';
import type { CreateTokenMutation, CreateTokenMutationVariables, EndSessionMutation, EndSessionMutationVariables, RevokeTokenMutation, RevokeTokenMutationVariables, SessionsQuery, SessionsQueryVariables, TokensQuery, TokensQueryVariables, UpdateProfileMutation, UpdateProfileMutationVariables } from '../api/types.gen.ts';

export const UpdateProfileDocument = text<UpdateProfileMutation, UpdateProfileMutationVariables>(
  "mutation UpdateProfile($input:UpdateProfileInput!){updateProfile(input:$input){viewer{id name language timeZone}}}",
);
export const SessionsDocument = text<SessionsQuery, SessionsQueryVariables>(
  "query Sessions{viewer{id sessions{id createdAt lastSeenAt userAgent isCurrent}}}",
);
export const EndSessionDocument = text<EndSessionMutation, EndSessionMutationVariables>(
  "mutation EndSession($id:ID!){endSession(input:{sessionId:$id}){sessionId}}",
);
export const TokensDocument = text<TokensQuery, TokensQueryVariables>(
  "query Tokens{viewer{id apiTokens{id name scopes createdAt expiresAt lastUsedAt}}}",
);
export const CreateTokenDocument = text<CreateTokenMutation, CreateTokenMutationVariables>(
  "mutation CreateToken($input:CreateApiTokenInput!){createApiToken(input:$input){token apiToken{id}}}",
);
export const RevokeTokenDocument = text<RevokeTokenMutation, RevokeTokenMutationVariables>(
  "mutation RevokeToken($id:ID!){revokeApiToken(input:{apiTokenId:$id}){apiTokenId}}",
);
