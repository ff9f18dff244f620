import { connection as texts } from '../i18n/en/connection.ts';
import { connections } from '../i18n/en/connections.ts';
import { useTexts } from '../i18n/language.ts';
import { Button } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { Window } from '../parts/dialog.tsx';
import { Call } from './call.tsx';

/** A token, shown this once; it closes only by saying that it was stored. */
export function TokenWindow({
  token,
  title,
  text,
  connection,
  onClose,
}: {
  token: string;
  title?: string;
  text?: string;
  /** Id of the connection that it is for, where it is for one. */
  connection?: string;
  onClose: () => void;
}) {
  const t = useTexts(connections);
  const o = useTexts(texts);
  return (
    <Window title={title ?? t.tokenTitle} onClose={onClose} firm>
      <p>{text ?? t.tokenText}</p>
      <code className="token" data-token>
        {token}
      </code>
      {!text && <p className="small muted">{t.tokenLost}</p>}
      {connection && (
        <details>
          <summary>{o.call}</summary>
          <div className="stack folded">
            <p className="small muted">{o.callToken}</p>
            <Call id={connection} />
          </div>
        </details>
      )}
      <div className="actions">
        <CopyButton look="main" text={token} />
        <Button onClick={onClose}>{t.stored}</Button>
      </div>
    </Window>
  );
}
