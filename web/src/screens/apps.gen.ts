// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
import { text } from '../api/document.ts';
import type { AppQuery, AppQueryVariables, AppsQuery, AppsQueryVariables } from '../api/types.gen.ts';

export const AppsDocument = text<AppsQuery, AppsQueryVariables>(
  "query Apps($language:Language){apps{id name help(language:$language)isDefinedByOrganization versions{id name methods{id available ownClient}modules{id}}}}",
);
export const AppDocument = text<AppQuery, AppQueryVariables>(
  "query App($id:String!$language:Language){app(id:$id){id name help(language:$language)website isDefinedByOrganization versions{id name methods{id label(language:$language)help(language:$language)kind available ownClient signInHost}modules{id name(language:$language)description(language:$language)effect}permissions{scope words(language:$language)effect modules}}}}",
);
