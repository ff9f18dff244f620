// Types of the operations, from the checked-in schema: `node codegen.mjs`; `--check` compares and writes nothing.
//
// Operations stand in `.graphql` files beside their screens. Each gets a `.gen.ts` with its documents as
// text, so that a screen brings its own operations and no others; all types are in `src/api/types.gen.ts`.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import {
  buildSchema,
  concatAST,
  Kind,
  parse,
  print,
  specifiedRules,
  stripIgnoredCharacters,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';

const NOTE = '// Written by codegen.mjs from the schema and the .graphql files; `make gen` writes it anew.\n';
const TYPES = 'src/api/types.gen.ts';
const RULES = specifiedRules.filter((rule) => rule.name !== 'NoUnusedFragmentsRule');

const under = (ending) =>
  readdirSync('src', { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => join('src', name))
    .sort();

const schema = buildSchema(readFileSync('../schema/schema.graphql', 'utf8'));
const files = under('.graphql').map((location) => ({ location, document: parse(readFileSync(location, 'utf8')) }));
const all = concatAST(files.map((file) => file.document));
const problems = validate(schema, all, RULES);
if (problems.length > 0) {
  console.error(
    problems
      .map((problem) => `${problem.message}\n${problem.locations?.map(({ line }) => `  line ${line}`)}`)
      .join('\n'),
  );
  process.exit(1);
}
const lossy = all.definitions.filter(
  ({ operation, variableDefinitions: of }) =>
    operation === 'subscription' && !of.some(({ variable }) => variable.name.value === 'after'),
);
if (lossy.length > 0) {
  console.error(`Subscriptions take $after (src/api/follow.ts): ${lossy.map(({ name }) => name.value).join(', ')}`);
  process.exit(1);
}
const at = new TypeInfo(schema);
const silent = [];
visit(
  all,
  visitWithTypeInfo(at, {
    Field({ name, arguments: given }) {
      const takes = at.getFieldDef()?.args.some((argument) => argument.name === 'language');
      if (takes && !given.some((argument) => argument.name.value === 'language')) {
        silent.push(`${at.getParentType()}.${name.value}`);
      }
    },
  }),
);
if (silent.length > 0) {
  console.error(`Texts are asked for in the page's language, by (language: $language): ${silent.join(', ')}`);
  process.exit(1);
}
const fragments = new Map(
  all.definitions
    .filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
    .map((fragment) => [fragment.name.value, fragment]),
);

/// The fragments that a definition spreads, however deep.
function spreads(definition, found = new Set()) {
  visit(definition, {
    FragmentSpread({ name }) {
      if (found.has(name.value)) return;
      found.add(name.value);
      spreads(fragments.get(name.value), found);
    },
  });
  return found;
}

const types = await codegen({
  filename: TYPES,
  schema: parse(readFileSync('../schema/schema.graphql', 'utf8')),
  documents: files,
  plugins: [{ typescriptOperations: {} }],
  pluginMap: { typescriptOperations },
  config: {
    enumType: 'string-literal',
    scalars: { ID: 'string', DateTime: 'string' },
    skipTypename: true,
    immutableTypes: true,
    skipDocumentsValidation: true,
  },
});

const written = new Map([[TYPES, `${NOTE}${types}`]]);
for (const { location, document } of files) {
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  if (operations.length === 0) continue;
  const lines = operations.map((operation) => {
    const { value: name } = operation.name;
    const type = name + operation.operation[0].toUpperCase() + operation.operation.slice(1);
    const parts = [operation, ...[...spreads(operation)].map((fragment) => fragments.get(fragment))];
    const text = stripIgnoredCharacters(parts.map(print).join(' '));
    return {
      type,
      line: `export const ${name}Document = text<${type}, ${type}Variables>(\n  ${JSON.stringify(text)},\n);`,
    };
  });
  const from = (path) => {
    const way = relative(dirname(location), path);
    return way.startsWith('.') ? way : `./${way}`;
  };
  const names = lines.flatMap(({ type }) => [type, `${type}Variables`]).sort();
  const head = `import { text } from '${from('src/api/document.ts')}';\nimport type { ${names.join(', ')} } from '${from(TYPES)}';\n`;
  const path = `${dirname(location)}/${basename(location, '.graphql')}.gen.ts`;
  written.set(path, `${NOTE}${head}\n${lines.map(({ line }) => line).join('\n')}\n`);
}

const check = process.argv.includes('--check');
const stale = [...written].filter(([path, content]) => !existsSync(path) || readFileSync(path, 'utf8') !== content);
const left = under('.gen.ts').filter((path) => !written.has(path));
if (check && stale.length + left.length > 0) {
  console.error(
    `Stale, run \`make gen\`:\n${[...stale.map(([path]) => `  ${path}`), ...left.map((path) => `  ${path}: nothing writes it`)].join('\n')}`,
  );
  process.exit(1);
}
if (!check) for (const [path, content] of stale) writeFileSync(path, content);
