import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useTeam, useViewer } from '../api/viewer.tsx';
import { useWaiting } from '../api/waiting.ts';
import { Shell } from '../frames/shell.tsx';
import { frames } from '../i18n/en/frames.ts';
import { requests } from '../i18n/en/requests.ts';
import { useTexts } from '../i18n/language.ts';
import { ButtonLink } from '../parts/button.tsx';
import { LiveDot } from '../parts/live.tsx';
import { Heading } from '../parts/page.tsx';
import { paths } from '../paths.ts';

/** Sent and received, side by side; who works in no team has only the second. */
export function RequestTabs({ current, children }: { current: 'sent' | 'received'; children: ReactNode }) {
  const t = useTexts(requests);
  const viewer = useViewer();
  const { team } = useTeam();
  const f = useTexts(frames);
  const waiting = useWaiting();
  const tab = (name: 'sent' | 'received', to: string, words: string, count = 0) => (
    <Link href={to} aria-current={name === current ? 'page' : undefined}>
      {words}
      {count > 0 && (
        <span className="count">
          {count}
          <span className="unseen"> {f.waiting(count)}</span>
        </span>
      )}
    </Link>
  );
  return (
    <Shell>
      <div className="page-head">
        <div className="title">
          <Heading title={t.title} name={`${current === 'sent' ? t.sent : t.received} · ${t.title}`} />
          <LiveDot />
        </div>
        {team &&
          (viewer.canCreateRequests ? (
            <ButtonLink look="main" icon="plus" to={paths.newRequest}>
              {t.create}
            </ButtonLink>
          ) : (
            <ButtonLink to={paths.apply}>{t.apply}</ButtonLink>
          ))}
      </div>
      {team && (
        <nav className="tabs" aria-label={t.title}>
          {tab('sent', paths.sent, t.sent)}
          {tab('received', paths.received, t.received, waiting)}
        </nav>
      )}
      {children}
    </Shell>
  );
}
