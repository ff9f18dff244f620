import { CopyButton } from './copy.tsx';

/** The address that an OAuth client has to know at its app, to be copied there; `words` say so. */
export function RedirectAddress({ words }: { words: string }) {
  const address = new URL('/oauth/callback', window.location.href).href;
  return (
    <div className="row">
      <span className="small muted">
        {words} <code>{address}</code>
      </span>
      <CopyButton text={address} />
    </div>
  );
}
