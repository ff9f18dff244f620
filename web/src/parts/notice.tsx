import type { ReactNode } from 'react';
import type { Problem } from '../api/problem.ts';
import { useWords } from '../api/words.ts';
import { common } from '../i18n/en/common.ts';
import { useTexts } from '../i18n/language.ts';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';

/** A box that says one thing. */
export function Notice({
  tone = 'calm',
  icon,
  children,
}: {
  tone?: 'calm' | 'good' | 'warn' | 'bad';
  icon?: IconName;
  children: ReactNode;
}) {
  const own: Record<string, IconName> = { calm: 'shield', good: 'check', warn: 'warning', bad: 'warning' };
  return (
    <div className={`notice ${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon name={icon ?? own[tone] ?? 'shield'} />
      <div>{children}</div>
    </div>
  );
}

/** Problems that belong to no field, each in a sentence. */
export function Problems({ of, except = [] }: { of: readonly Problem[]; except?: readonly string[] }) {
  const words = useWords();
  const shown = of.filter(
    ({ field }) => field === undefined || !except.some((known) => field === known || field.startsWith(`${known}.`)),
  );
  const said = [...new Set(shown.map(words))];
  if (said.length === 0) return null;
  return (
    <Notice tone="bad">
      {said.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </Notice>
  );
}

/** Nothing is here: why, and the one next step. */
export function Empty({
  icon,
  title,
  children,
  action,
}: {
  icon: IconName;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="empty">
      <span className="empty-icon">
        <Icon name={icon} size={28} />
      </span>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action}
    </div>
  );
}

/** A part that could not be loaded; the rest of the page stays. */
export function Failed({ problems, again }: { problems: readonly Problem[]; again: () => void }) {
  const t = useTexts(common);
  const words = useWords();
  const [problem] = problems;
  return (
    <div className="empty" role="alert">
      <span className="empty-icon">
        <Icon name="warning" size={28} />
      </span>
      <h2>{problem?.code === 'FORBIDDEN' ? t.forbiddenTitle : t.failedTitle}</h2>
      {problem && <p>{problem.code === 'FORBIDDEN' ? t.forbiddenText : words(problem)}</p>}
      {problem && problem.code !== 'FORBIDDEN' && (
        <>
          <p className="small muted">{t.failedCode(problem.code)}</p>
          <Button onClick={again}>{t.tryAgain}</Button>
        </>
      )}
    </div>
  );
}

/** Boxes of what is coming, so that nothing jumps; unseen for the first moment. */
export function Skeleton({ heights }: { heights: readonly number[] }) {
  const t = useTexts(common);
  return (
    <div className="skeleton" role="status">
      <span className="unseen">{t.loading}</span>
      {heights.map((height, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: boxes without identity
        <div key={place} style={{ blockSize: `${height}px` }} />
      ))}
    </div>
  );
}
