// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
import { text } from '../api/document.ts';
import type { OpenInvitationsQuery, OpenInvitationsQueryVariables } from '../api/types.gen.ts';

export const OpenInvitationsDocument = text<OpenInvitationsQuery, OpenInvitationsQueryVariables>(
  "query OpenInvitations{viewer{id openInvitations{organizationName link kind state sentAt}}}",
);
