import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import { useQuery } from 'urql';
import { useSend } from '../api/hooks.ts';
import { at, type Problem } from '../api/problem.ts';
import { useKnown } from '../api/viewer.tsx';
import { signIn } from '../i18n/en/sign-in.ts';
import { useLanguage, useTexts } from '../i18n/language.ts';
import { announce } from '../parts/announce.tsx';
import { Button } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';
import { Problems } from '../parts/notice.tsx';
import { wayBack } from '../paths.ts';
import { AskCodeDocument, SignInDocument, SignInWayDocument } from '../screens/sign-in.gen.ts';
import { forgetAsked, keepAsked, keptAsked } from './asked.ts';
import { isSignedIn } from './since.ts';

/** Seconds until another code may be asked for: mail needs about that long. */
const PATIENCE = 30;

/** Counts down to zero from each new start. */
function useCountdown(start: number | undefined): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (start === undefined) return;
    const tick = () => setLeft(Math.max(0, PATIENCE - Math.floor((Date.now() - start) / 1000)));
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [start]);
  return left;
}

/** Looks, whenever somebody comes back to this window, whether the link in the mail has signed them in meanwhile. */
function useNews(awaited: boolean, onDone: () => void) {
  const done = useRef(onDone);
  done.current = onDone;
  useEffect(() => {
    if (!awaited) return;
    // One look at a time: both events come at once.
    let looking = false;
    let over = false;
    const look = async () => {
      if (looking || document.visibilityState === 'hidden') return;
      looking = true;
      const isIn = await isSignedIn();
      looking = false;
      if (isIn && !over) done.current();
    };
    document.addEventListener('visibilitychange', look);
    window.addEventListener('focus', look);
    return () => {
      over = true;
      document.removeEventListener('visibilitychange', look);
      window.removeEventListener('focus', look);
    };
  }, [awaited]);
}

const SHORT: Problem = { code: 'SIX_DIGITS', message: '', extensions: {} };

/** Address, then code. The answer is the same for every address, and so are the words (INV-4). */
export function SignInForm({ email: first = '', onDone }: { email?: string; onDone: () => void }) {
  const t = useTexts(signIn);
  const language = useLanguage() === 'de' ? 'DE' : 'EN';
  const { instance } = useKnown();
  const ask = useSend(AskCodeDocument);
  const enter = useSend(SignInDocument);
  const [kept] = useState(() => keptAsked(first));
  const [email, setEmail] = useState(kept?.email ?? first);
  const [code, setCode] = useState('');
  const [short, setShort] = useState(false);
  // An organization may sign its people in by a provider of its own: known once the address is typed.
  const [whole, setWhole] = useState(email);
  const [{ data }] = useQuery({ query: SignInWayDocument, variables: { email: whole }, pause: !whole.includes('@') });
  const way = (whole.includes('@') && data?.singleSignOn) || instance.singleSignOn;
  const [asked, setAsked] = useState(kept?.at);
  const left = useCountdown(asked);
  const codeField = useRef<HTMLInputElement>(null);

  const send = async () => {
    if (await ask.run({ email, language, back: wayBack(window.location) })) {
      enter.clear();
      if (asked !== undefined) announce(t.sentAgain);
      const now = Date.now();
      setAsked(now);
      keepAsked({ email, at: now });
      setCode('');
      setShort(false);
    }
  };
  const begins = asked === undefined;
  useEffect(() => {
    if (!begins) codeField.current?.focus();
  }, [begins]);
  const done = () => {
    forgetAsked();
    onDone();
  };
  useNews(!begins, done);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (asked === undefined) return send();
    const digits = code.replace(/\D/g, '');
    // A slip of the finger is no try.
    setShort(digits.length !== 6);
    if (digits.length === 6 && (await enter.run({ email, code: digits }))) done();
  };
  const fromMail = instance.hasBuiltInMailbox && (
    <p className="small muted">
      {t.mailbox}{' '}
      <a href="/mailbox" target="_blank" rel="noreferrer">
        {t.mailboxLink}
      </a>
    </p>
  );
  return (
    <form className="stack" onSubmit={submit} noValidate>
      {begins ? (
        <>
          <TextField
            label={t.email}
            type="email"
            name="email"
            autoComplete="email"
            inputMode="email"
            required
            value={email}
            onChange={({ target }) => setEmail(target.value)}
            onBlur={() => setWhole(email.trim())}
            problem={at(ask.problems, 'email')}
          />
          <Problems of={ask.problems} except={['email']} />
          <Button type="submit" look="main" pending={ask.pending}>
            {t.send}
          </Button>
          {way && (
            <>
              <p className="or muted">{t.or}</p>
              <a className="button plain" href={`${way.url}?return=${encodeURIComponent(wayBack(window.location))}`}>
                {t.sso(way.name)}
              </a>
            </>
          )}
        </>
      ) : (
        <>
          <p>{t.codeLead(email)}</p>
          <TextField
            ref={codeField}
            label={t.code}
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            pattern="[0-9 ]*"
            maxLength={11}
            required
            value={code}
            onChange={({ target }) => {
              setCode(target.value);
              setShort(false);
            }}
            problem={
              (short ? SHORT : undefined) ??
              at(enter.problems, 'code') ??
              enter.problems.find(({ code }) => code === 'WRONG_CODE' || code === 'TOO_MANY_TRIES')
            }
          />
          <Problems
            of={enter.problems.filter(({ code }) => code !== 'WRONG_CODE' && code !== 'TOO_MANY_TRIES')}
            except={['code']}
          />
          <Button type="submit" look="main" pending={enter.pending}>
            {t.confirm}
          </Button>
          <div className="stack tight">
            <p className="small muted">{t.notArriving}</p>
            {fromMail}
            <div className="row">
              {left > 0 ? (
                <p className="small muted">{t.againIn(left)}</p>
              ) : (
                <Button look="quiet" onClick={send} pending={ask.pending}>
                  {t.again}
                </Button>
              )}
              <Button
                look="quiet"
                onClick={() => {
                  setAsked(undefined);
                  forgetAsked();
                  enter.clear();
                }}
              >
                {t.other}
              </Button>
            </div>
            <Problems of={ask.problems} />
          </div>
        </>
      )}
    </form>
  );
}
