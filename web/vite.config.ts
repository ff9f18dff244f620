import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import optimizeLocales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin, type Rolldown } from 'vite';

/** Most bytes, compressed by gzip, that a first visit of a route may load: script and style, without lazy dialogs. */
const BUDGET = { recipient: 130_000, route: 180_000, style: 15_000 };
const RECIPIENT = 'src/screens/request.tsx';

/** Writes `.br` beside what compresses well, so that the server compresses nothing while it runs. */
function brotli(): Plugin {
  let folder = '';
  return {
    name: 'brotli',
    apply: 'build',
    configResolved: (config) => {
      folder = resolve(config.root, config.build.outDir, config.build.assetsDir);
    },
    writeBundle: () => {
      for (const name of readdirSync(folder).filter((name) => /\.(js|css)$/.test(name))) {
        // Quality 9 is within a tenth of the best, in a tenth of its time.
        const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
        writeFileSync(join(folder, `${name}.br`), brotliCompressSync(readFileSync(join(folder, name)), { params }));
      }
    },
  };
}

/** Fails the build when a route grew beyond its budget. */
function budget(): Plugin {
  return {
    name: 'budget',
    apply: 'build',
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((part): part is Rolldown.OutputChunk => part.type === 'chunk');
      const size = (part: Rolldown.OutputChunk | Rolldown.OutputAsset) =>
        gzipSync(part.type === 'chunk' ? part.code : part.source, { level: 9 }).length;
      const style = Object.values(bundle)
        .filter((part): part is Rolldown.OutputAsset => part.type === 'asset' && part.fileName.endsWith('.css'))
        .reduce((sum, part) => sum + size(part), 0);
      const load = (chunk: Rolldown.OutputChunk, seen = new Set<string>()): Set<string> => {
        if (seen.has(chunk.fileName)) return seen;
        seen.add(chunk.fileName);
        for (const name of chunk.imports) {
          const next = chunks.find((chunk) => chunk.fileName === name);
          if (next) load(next, seen);
        }
        return seen;
      };
      const entry = chunks.find((chunk) => chunk.isEntry);
      if (!entry) throw new Error('no entry');
      const over: string[] = style > BUDGET.style ? [`style: ${style} bytes of ${BUDGET.style}`] : [];
      for (const chunk of chunks.filter((chunk) => chunk.facadeModuleId?.includes('/src/screens/'))) {
        const files = load(chunk, load(entry));
        const script = chunks.filter((chunk) => files.has(chunk.fileName)).reduce((sum, chunk) => sum + size(chunk), 0);
        const most = chunk.facadeModuleId?.endsWith(RECIPIENT) ? BUDGET.recipient : BUDGET.route;
        const line = `${chunk.facadeModuleId?.split('/src/')[1]}: ${script + style} bytes of ${most}`;
        if (process.env['SIZES']) this.info(line);
        if (script + style > most) over.push(line);
      }
      if (over.length > 0) throw new Error(`Over the budget (gzip):\n  ${over.join('\n  ')}`);
    },
  };
}

const SCREEN = /screen\('(\/[^']*)', \(\) => import\('\.\/(screens\/[^']+)'\)/g;

/**
 * Lets a browser ask for the chunks of the screen that an address leads to together with the page's own, and not only
 * once those have run: one way to the server less before the screen shows.
 */
function early(): Plugin {
  return {
    name: 'early',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { bundle }) => {
        const chunks = Object.values(bundle ?? {}).filter(
          (part): part is Rolldown.OutputChunk => part.type === 'chunk',
        );
        const load = (name: string, seen: Set<string>): Set<string> => {
          const chunk = chunks.find(({ fileName }) => fileName === name);
          if (!chunk || seen.has(name)) return seen;
          seen.add(name);
          for (const next of chunk.imports) load(next, seen);
          return seen;
        };
        const of = (module: string) => chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(module))?.fileName;
        const entry = chunks.find(({ isEntry }) => isEntry);
        if (!entry) throw new Error('no entry');
        const known = load(entry.fileName, new Set());
        const files: string[] = [];
        const place = (file: string) => {
          const short = file.replace(/^assets\//, '');
          if (!files.includes(short)) files.push(short);
          return files.indexOf(short);
        };
        const routes = [...readFileSync('src/routes.tsx', 'utf8').matchAll(SCREEN)].map(([, path, module]) => {
          const file = of(`/src/${module}`);
          if (!path || !file) throw new Error(`no chunk for ${path}`);
          const needed = [...load(file, new Set())].filter((name) => !known.has(name));
          return [`^${path.replace(/:[a-z]+/g, '[^/]+')}/?$`, needed.map(place)];
        });
        if (routes.length === 0) throw new Error('no routes');
        const german = place(of('/src/i18n/de/index.ts') ?? '');
        const code = `(()=>{const F=${JSON.stringify(files)},ask=i=>{const l=document.createElement("link");l.rel="modulepreload";l.href="/assets/"+F[i];document.head.append(l)};for(const[p,f]of ${JSON.stringify(routes)})if(new RegExp(p).test(location.pathname)){f.forEach(ask);break}if(/^de/i.test(localStorage.getItem("consentry.language")??navigator.language))ask(${german})})()`;
        return [{ tag: 'script', attrs: { nonce: '__CSP_NONCE__' }, children: code, injectTo: 'head' }];
      },
    },
  };
}

/** What every screen needs. */
const BASE =
  /\/src\/(api\/(?!types)|frames\/|i18n\/[a-z]+\.ts|i18n\/en\/(common|errors|frames)|(theme|paths)\.ts|parts\/(ago|announce|badge|button|dialog|icon|idle|live|mark|notice|page)\.tsx?)/;
/** What forms and tables share. */
const PARTS = /\/src\/parts\/(combo|confirm|copy|field|form|menu|paged|person-cell|tab-links|table)\.tsx/;

/** The running program that the development server hands everything to that is not the page. */
const backend = process.env['BACKEND'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react(), optimizeLocales.vite({ locales: ['en-US', 'de-DE'] }), brotli(), budget(), early()],
  // React Aria reads the nonce for its two style rules from the page; the server fills in a fresh one.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // Many small files cost a phone more than some bytes that a screen does not need: most of what they share is one.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'base', test: BASE },
            { name: 'parts', test: PARTS },
          ],
        },
      },
    },
  },
  optimizeDeps: { entries: ['index.html'] },
  server: {
    proxy: Object.fromEntries(
      [
        '/graphql',
        '/oauth',
        '/demo/',
        '/sandbox',
        '/mailbox',
        '/broker/',
        '/hand-out/',
        '/i/',
        '/sign-in/',
        '/favicon.ico',
        '/style.css',
        '/outcome.js',
      ].map((path) => [path, { target: backend, ws: path === '/graphql' }]),
    ),
  },
});
