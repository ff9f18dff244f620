// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
import { text } from '../api/document.ts';
import type { AskCodeMutation, AskCodeMutationVariables, SignInMutation, SignInMutationVariables, SignInWayQuery, SignInWayQueryVariables } from '../api/types.gen.ts';

export const SignInWayDocument = text<SignInWayQuery, SignInWayQueryVariables>(
  "query SignInWay($email:String!){singleSignOn(email:$email){name url}}",
);
export const AskCodeDocument = text<AskCodeMutation, AskCodeMutationVariables>(
  "mutation AskCode($email:String!$language:Language){requestSignInCode(input:{email:$email language:$language}){expiresAt}}",
);
export const SignInDocument = text<SignInMutation, SignInMutationVariables>(
  "mutation SignIn($email:String!$code:String!){signIn(input:{email:$email code:$code}){viewer{id email}}}",
);
