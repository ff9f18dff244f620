import { connection } from '../i18n/en/connection.ts';
import { useTexts } from '../i18n/language.ts';
import { CopyButton } from '../parts/copy.tsx';

/** A line for a terminal that calls a door of ours; the token comes from where secrets are kept. */
function Line({ path, method }: { path: string; method?: 'POST' }) {
  const t = useTexts(connection);
  const line = `curl ${method ? `-X ${method} ` : ''}-H "Authorization: Bearer $CONSENTRY_TOKEN" '${window.location.origin}${path}'`;
  return (
    <>
      <pre className="token">
        <code>{line}</code>
      </pre>
      <div>
        <CopyButton text={line}>{t.copyCall}</CopyButton>
      </div>
    </>
  );
}

/** How a connection is called: through the broker (USE-2). */
export function Call({ id, path }: { id: string; path?: string | undefined }) {
  const t = useTexts(connection);
  return <Line path={`/broker/${id}${path ?? `/${t.callPath}`}`} />;
}

/** How a tool fetches a token of the app itself, where the recipient was told so (USE-4). */
export function HandOut({ id }: { id: string }) {
  return <Line method="POST" path={`/hand-out/${id}`} />;
}
