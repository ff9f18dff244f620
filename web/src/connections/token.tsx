import { connections } from '../i18n/en/connections.ts';
import { useTexts } from '../i18n/language.ts';
import { Button } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { Window } from '../parts/dialog.tsx';

/** A token, shown this once; it closes only by saying that it was stored. */
export function TokenWindow({
  token,
  title,
  text,
  onClose,
}: {
  token: string;
  title?: string;
  text?: string;
  onClose: () => void;
}) {
  const t = useTexts(connections);
  return (
    <Window title={title ?? t.tokenTitle} onClose={onClose} firm>
      <p>{text ?? t.tokenText}</p>
      <code className="token" data-token>
        {token}
      </code>
      {!text && <p className="small muted">{t.tokenLost}</p>}
      <div className="actions">
        <CopyButton look="main" text={token} />
        <Button onClick={onClose}>{t.stored}</Button>
      </div>
    </Window>
  );
}
