// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.
import { text } from '../api/document.ts';
import type { ItemUsageQuery, ItemUsageQueryVariables } from '../api/types.gen.ts';

export const ItemUsageDocument = text<ItemUsageQuery, ItemUsageQueryVariables>(
  "query ItemUsage($itemId:ID!$from:DateTime!$to:DateTime!$by:UsageBy!$language:Language){itemUsage(itemId:$itemId from:$from to:$to by:$by){start connectionId connectionName consumer kind moduleId calls lastStatusClass lastAt withdrawn}node(id:$itemId){...on RequestItem{id appVersion{id modules{id name(language:$language)}}}}}",
);
