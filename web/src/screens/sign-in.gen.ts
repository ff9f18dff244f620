// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
import { text } from '../api/document.ts';
import type { AskCodeMutation, AskCodeMutationVariables, SignInMutation, SignInMutationVariables, SignInWayQuery, SignInWayQueryVariables, SignedInQuery, SignedInQueryVariables } from '../api/types.gen.ts';

export const SignInWayDocument = text<SignInWayQuery, SignInWayQueryVariables>(
  "query SignInWay($email:String!){singleSignOn(email:$email){name url}}",
);
export const SignedInDocument = text<SignedInQuery, SignedInQueryVariables>(
  "query SignedIn{viewer{id}}",
);
export const AskCodeDocument = text<AskCodeMutation, AskCodeMutationVariables>(
  "mutation AskCode($email:String!$language:Language$back:String){requestSignInCode(input:{email:$email language:$language return:$back}){expiresAt}}",
);
export const SignInDocument = text<SignInMutation, SignInMutationVariables>(
  "mutation SignIn($email:String!$code:String!){signIn(input:{email:$email code:$code}){viewer{id email}}}",
);
