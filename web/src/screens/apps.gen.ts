// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
import { text } from '../api/document.ts';
import type { AppQuery, AppQueryVariables, AppsQuery, AppsQueryVariables } from '../api/types.gen.ts';

export const AppsDocument = text<AppsQuery, AppsQueryVariables>(
  "query Apps{apps{id name help isDefinedByOrganization versions{id name methods{id available ownClient}modules{id}}}}",
);
export const AppDocument = text<AppQuery, AppQueryVariables>(
  "query App($id:String!){app(id:$id){id name help website isDefinedByOrganization versions{id name methods{id label help kind available ownClient signInHost}modules{id name description effect}permissions{scope words effect modules}}}}",
);
