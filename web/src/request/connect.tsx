import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { useSend } from '../api/hooks.ts';
import type { StartAuthorizationInput } from '../api/types.gen.ts';
import { connect } from '../i18n/en/connect.ts';
import { recipient } from '../i18n/en/recipient.ts';
import { useTexts } from '../i18n/language.ts';
import { Button } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { Window } from '../parts/dialog.tsx';
import { Choice } from '../parts/field.tsx';
import { Notice, Problems } from '../parts/notice.tsx';
import { paths } from '../paths.ts';
import { appName } from './abilities.ts';
import { wayAgain } from './again.tsx';
import type { Item } from './card.tsx';
import { ConfirmAccount } from './confirm.tsx';
import { ClientFields, fieldsOf, isAtSecret, MethodFields } from './fields.tsx';
import { StartAuthorizationDocument, SubmitCredentialDocument } from './request.gen.ts';
import { insideApp, opensHere, RETURN } from './surroundings.ts';

interface Started {
  readonly url: string;
  /** Null when the browser opened no window. */
  readonly window: object | null;
  /** The newest try before this one, to tell a new one from it. */
  readonly attempt: string | undefined;
}

/** R6, R7 and R8: choose the way, go there or type, and say whether it is the right account. */
export default function Connect({ item, onClose }: { item: Item; onClose: () => void }) {
  const t = useTexts(connect);
  const r = useTexts(recipient);
  const app = appName(item);
  const methods = (item.appVersion?.methods ?? []).filter(({ available }) => available);
  const [chosen, setChosen] = useState((wayAgain(item) ?? methods[0])?.id);
  const [started, setStarted] = useState<Started>();
  const [failed, setFailed] = useState<string>();
  const start = useSend(StartAuthorizationDocument);
  const submit = useSend(SubmitCredentialDocument);
  const method = methods.find(({ id }) => id === chosen);
  const oauth = method?.kind === 'OAUTH2_CODE';
  const here = opensHere();

  const [attempt] = item.attempts;
  useEffect(() => {
    // The end is learnt from the server, never from the other window: it may hide from us (COOP).
    if (!started || !attempt || attempt.at === started.attempt) return;
    setStarted(undefined);
    setFailed(r.reasons[attempt.reason]?.(app) ?? t.nothingShared);
  }, [started, attempt, app, r, t]);

  const begin = async (input: StartAuthorizationInput) => {
    // In the press itself, else browsers block it; the address comes when the server has answered.
    const opened = here ? null : window.open('', 'consentry-app', 'popup,width=620,height=760');
    const done = await start.run({ input });
    if (!done) return opened?.close();
    const { url } = done.startAuthorization;
    if (here) {
      window.sessionStorage.setItem(RETURN, `${paths.request(item.requestId)}#${item.id}`);
      window.location.assign(url);
      return;
    }
    if (opened) opened.location.href = url;
    setStarted({ url, window: opened, attempt: attempt?.at });
  };
  const go = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!method) return;
    setFailed(undefined);
    const { fields, client } = fieldsOf(new FormData(event.currentTarget), method);
    const input = { itemId: item.id, method: method.id, fields, confirmAccount: true };
    if (oauth) await begin({ ...input, ...(client ? { client } : {}) });
    else await submit.run({ input });
  };

  // What worked before is begun by the press that opened this (HEALTH-4); a second try is made by hand.
  const again = useRef(item.waitingAccount ? undefined : wayAgain(item));
  useEffect(() => {
    const way = again.current;
    again.current = undefined;
    if (way && !insideApp()) void begin({ itemId: item.id, method: way.id, fields: [], confirmAccount: true });
  });
  const waited = useRef(false);
  useEffect(() => {
    // It counts meanwhile: the same account as before, or confirmed in another window.
    if (waited.current && !item.waitingAccount && item.state === 'AUTHORIZED') onClose();
    waited.current = Boolean(item.waitingAccount);
  }, [item.waitingAccount, item.state, onClose]);

  if (item.waitingAccount) {
    return <ConfirmAccount item={item} waiting={item.waitingAccount} onDone={onClose} onClose={onClose} />;
  }
  if (started) {
    return (
      <Window title={t.waitingTitle(app)} onClose={onClose} firm>
        <Waiting app={app} started={started} onStop={() => setStarted(undefined)} />
      </Window>
    );
  }
  const host = method?.signInHost ?? t.pageOf(app);
  const problems = oauth ? start.problems : submit.problems;
  return (
    <Window title={t.title(app)} onClose={onClose} firm={submit.pending}>
      {methods.length === 0 ? (
        <Notice tone="warn">
          <p>{t.unavailable}</p>
        </Notice>
      ) : (
        <form className="stack" onSubmit={go}>
          {failed && (
            <Notice tone="warn">
              <p role="alert">{failed}</p>
            </Notice>
          )}
          {methods.length > 1 && (
            <fieldset>
              <legend>{t.how}</legend>
              {methods.map(({ id, label, help }) => (
                <Choice
                  key={id}
                  type="radio"
                  name="method"
                  value={id}
                  label={label}
                  help={help}
                  checked={id === chosen}
                  onChange={() => {
                    setChosen(id);
                    start.clear();
                    submit.clear();
                  }}
                />
              ))}
            </fieldset>
          )}
          {oauth && insideApp() && (
            <Notice tone="warn">
              <p>{t.inApp}</p>
              <div>
                <CopyButton text={window.location.href}>{t.copyLink}</CopyButton>
              </div>
            </Notice>
          )}
          {oauth && (
            <ol className="steps">
              {(here ? t.stepsHere : t.steps)(app, host).map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
          )}
          {method && <MethodFields key={method.id} method={method} problems={problems} />}
          {method && method.ownClient !== 'NO' && (
            <ClientFields app={app} required={method.ownClient === 'REQUIRED'} problems={problems} />
          )}
          <Problems
            of={problems.filter((problem) => !method || !isAtSecret(method, problem))}
            except={method ? [...method.fields.map((_, place) => `fields.${place}`), 'client'] : []}
          />
          {submit.pending && <Slow app={app} />}
          <div className="actions">
            <Button type="submit" look="main" pending={oauth ? start.pending : submit.pending}>
              {oauth ? t.continue(app) : t.test}
            </Button>
            <Cancel onClose={onClose} />
          </div>
        </form>
      )}
      {methods.length === 0 && <Cancel onClose={onClose} />}
    </Window>
  );
}

function Cancel({ onClose }: { onClose: () => void }) {
  const t = useTexts(connect);
  return <Button onClick={onClose}>{t.cancel}</Button>;
}

/** After three seconds a word, so that nobody presses twice. */
function Slow({ app }: { app: string }) {
  const t = useTexts(connect);
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 3000);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p className="small muted" role="status">
      {slow && t.testing(app)}
    </p>
  );
}

/** Nothing here is ever marked failed because a window seems closed. */
function Waiting({ app, started, onStop }: { app: string; started: Started; onStop: () => void }) {
  const t = useTexts(connect);
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), 60_000);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="stack">
      {started.window ? <p role="status">{long ? t.still : t.waiting}</p> : <p role="alert">{t.blocked}</p>}
      <div className="actions">
        <a
          className={started.window ? 'button plain' : 'button main'}
          href={started.url}
          target="consentry-app"
          rel="opener"
        >
          {started.window ? t.openAgain : t.openIt(app)}
        </a>
        <Button onClick={onStop}>{t.closedIt}</Button>
      </div>
    </div>
  );
}
