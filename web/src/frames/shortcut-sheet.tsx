import { useStore } from '../api/store.ts';
import { common } from '../i18n/en/common.ts';
import { shortcuts } from '../i18n/en/shortcuts.ts';
import { useTexts } from '../i18n/language.ts';
import { Button } from '../parts/button.tsx';
import { Window } from '../parts/dialog.tsx';
import { Choice } from '../parts/field.tsx';
import { keysOn, switchKeys } from './keys.ts';

/** The keys, each with what it does, and the switch for all of them. */
export default function ShortcutSheet({ onClose }: { onClose: () => void }) {
  const t = useTexts(shortcuts);
  const c = useTexts(common);
  const on = useStore(keysOn);
  const rows: [readonly string[], string][] = [
    [['c'], t.create],
    [['/'], t.search],
    [['g', 'r'], t.requests],
    [['?'], t.help],
  ];
  return (
    <Window title={t.title} onClose={onClose}>
      <dl className="keys">
        {rows.map(([keys, words]) => (
          <div key={words}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <Choice
        type="checkbox"
        label={t.on}
        help={t.onHelp}
        checked={on}
        onChange={({ target }) => switchKeys(target.checked)}
      />
      <div className="actions">
        <Button onClick={onClose}>{c.close}</Button>
      </div>
    </Window>
  );
}
