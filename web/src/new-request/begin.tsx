import { type ReactNode, useState } from 'react';
import { useLocation } from 'wouter';
import { useViewer } from '../api/viewer.tsx';
import { requests } from '../i18n/en/requests.ts';
import { useTexts } from '../i18n/language.ts';
import { Button } from '../parts/button.tsx';
import { Window } from '../parts/dialog.tsx';
import type { IconName } from '../parts/icon.tsx';
import { paths } from '../paths.ts';
import { type Draft, isBegun, keep, keptDraft } from './draft.ts';

interface Own {
  /** What the new request begins with. */
  draft: () => Draft;
  children: ReactNode;
  look?: 'main';
  icon?: IconName;
  label?: string;
}

/** Begins a request; one that was begun before is not overwritten unasked. */
export function Begin({ draft, children, look, icon, label }: Own) {
  const t = useTexts(requests);
  const viewer = useViewer();
  const [, go] = useLocation();
  const [unsent, setUnsent] = useState<Draft>();
  const begin = () => {
    keep(draft(), viewer.id);
    go(paths.newRequest);
  };
  return (
    <>
      <Button
        {...(look && { look })}
        {...(icon && { icon })}
        aria-label={label}
        onClick={() => {
          const kept = keptDraft(viewer.id);
          if (isBegun(kept)) setUnsent(kept);
          else begin();
        }}
      >
        {children}
      </Button>
      {unsent && (
        <Window title={t.unsentTitle} onClose={() => setUnsent(undefined)} alert>
          <p>{t.unsentText(unsent.name.trim())}</p>
          <div className="actions even">
            <Button look="main" onClick={() => go(paths.newRequest)}>
              {t.unsentGoOn}
            </Button>
            <Button look="danger" onClick={begin}>
              {t.unsentAnew}
            </Button>
          </div>
        </Window>
      )}
    </>
  );
}
