// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
import { text } from '../api/document.ts';
import type { AppChoicesQuery, AppChoicesQueryVariables, AppPartsQuery, AppPartsQueryVariables, CanAskOutsideQuery, CanAskOutsideQueryVariables, CreateRequestMutation, CreateRequestMutationVariables, HandsOutQuery, HandsOutQueryVariables, RecipientsQuery, RecipientsQueryVariables } from '../api/types.gen.ts';

export const RecipientsDocument = text<RecipientsQuery, RecipientsQueryVariables>(
  "query Recipients($teamId:ID!$text:String){recipients(teamId:$teamId first:20 text:$text){totalCount pageInfo{hasNextPage}edges{cursor node{relation person{id name email}}}}}",
);
export const CanAskOutsideDocument = text<CanAskOutsideQuery, CanAskOutsideQueryVariables>(
  "query CanAskOutside($teamId:ID!){canAskOutside(teamId:$teamId)}",
);
export const HandsOutDocument = text<HandsOutQuery, HandsOutQueryVariables>(
  "query HandsOut($id:ID!){organization(id:$id){id tokenHandOut}}",
);
export const AppChoicesDocument = text<AppChoicesQuery, AppChoicesQueryVariables>(
  "query AppChoices($language:Language){apps{id name help(language:$language)isDefinedByOrganization}}",
);
export const AppPartsDocument = text<AppPartsQuery, AppPartsQueryVariables>(
  "query AppParts($id:String!$language:Language){app(id:$id){id name website isDefinedByOrganization versions{id name modules{id name(language:$language)description(language:$language)effect}permissions{scope words(language:$language)effect modules}methods{id label(language:$language)kind available ownClient signInHost}}}}",
);
export const CreateRequestDocument = text<CreateRequestMutation, CreateRequestMutationVariables>(
  "mutation CreateRequest($input:CreateCredentialRequestInput!){createCredentialRequest(input:$input){request{id viewerIsRecipient}}}",
);
