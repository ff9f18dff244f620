import { EndSessionDocument, SessionsDocument } from '../account/account.gen.ts';
import { browserName } from '../account/browser-name.ts';
import { AccountFrame } from '../account/frame.tsx';
import { useLiveQuery, useSend } from '../api/hooks.ts';
import { account } from '../i18n/en/account.ts';
import { useTexts } from '../i18n/language.ts';
import { Ago } from '../parts/ago.tsx';
import { Button } from '../parts/button.tsx';
import { Failed, Problems, Skeleton } from '../parts/notice.tsx';

/** A8: browsers in which one is signed in (INV-4). */
export default function Sessions() {
  const t = useTexts(account);
  const { data, problems, refetch } = useLiveQuery({
    query: SessionsDocument,
    variables: {},
  });
  const end = useSend(EndSessionDocument);
  const sessions = data?.viewer?.sessions ?? [];
  const others = sessions.filter(({ isCurrent }) => !isCurrent);
  const endAll = async () => {
    for (const { id } of others) {
      if (!(await end.run({ id }))) return;
    }
  };
  return (
    <AccountFrame>
      <div className="stack">
        <div className="row apart">
          <p className="muted grow">{t.sessionsLead}</p>
          {others.length > 1 && (
            <Button pending={end.pending} onClick={endAll}>
              {t.endOthers}
            </Button>
          )}
        </div>
        <Problems of={end.problems} />
        {!data &&
          (problems.length > 0 ? <Failed problems={problems} again={refetch} /> : <Skeleton heights={[76, 76]} />)}
        <ul className="stack">
          {sessions.map(({ id, userAgent, lastSeenAt, createdAt, isCurrent }) => {
            const name = browserName(userAgent) ?? t.unknownBrowser;
            return (
              <li key={id} className="card row apart">
                <span>
                  <strong>{name}</strong> {isCurrent && <span className="badge good">{t.thisOne}</span>}
                  <span className="small muted session-when">
                    {t.lastSeen} <Ago at={lastSeenAt} />, {t.since} <Ago at={createdAt} />
                  </span>
                </span>
                {!isCurrent && (
                  <Button aria-label={t.endFor(name)} pending={end.pending} onClick={() => end.run({ id })}>
                    {t.end}
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      </div>
    </AccountFrame>
  );
}
