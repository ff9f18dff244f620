import { Fragment, Suspense, useEffect, useRef, useState } from 'react';
import type { RequestDetailsFragment } from '../api/types.gen.ts';
import { useViewer } from '../api/viewer.tsx';
import { Bare } from '../frames/bare.tsx';
import { recipient } from '../i18n/en/recipient.ts';
import { used } from '../i18n/en/used.ts';
import { useTexts } from '../i18n/language.ts';
import { Button } from '../parts/button.tsx';
import { whenIdle } from '../parts/idle.ts';
import { later } from '../parts/later.ts';
import { LiveDot } from '../parts/live.tsx';
import { Notice } from '../parts/notice.tsx';
import { Opened } from '../parts/opened.tsx';
import { Opening } from '../parts/opening.tsx';
import { Heading } from '../parts/page.tsx';
import { isAnswered, waitingFirst } from './abilities.ts';
import { SameAgain } from './again.tsx';
import { Card, type Step } from './card.tsx';
import { next } from './next.ts';
import { Who } from './who.tsx';

const load = {
  connect: () => import('./connect.tsx'),
  decline: () => import('./decline.tsx'),
  remove: () => import('./remove.tsx'),
  end: () => import('./end.tsx'),
  report: () => import('./report.tsx'),
};
const WINDOWS = { connect: later(load.connect), decline: later(load.decline), remove: later(load.remove) };
const End = later(load.end);
const Report = later(load.report);
const History = later(async () => ({ default: (await import('./history.tsx')).History }));
whenIdle(load.connect, load.decline, load.remove);

/**
 * A window gives the focus back to the button that opened it. What was done in it may have taken that button away;
 * then the heading of its card is the nearest place, and not the top of the page.
 */
function refocus(item: string) {
  const wait = (frames: number) => {
    if (frames > 0) return requestAnimationFrame(() => wait(frames - 1));
    const at = document.activeElement;
    if (at === null || at === document.body) document.getElementById(`${item}-name`)?.focus();
  };
  // The window is gone in the first frame, and gives the focus back in the next.
  wait(3);
}

/** R5: one job on one page. */
export function RecipientView({ request, onEnded }: { request: RequestDetailsFragment; onEnded: () => void }) {
  const t = useTexts(recipient);
  const u = useTexts(used);
  const viewer = useViewer();
  const [open, setOpen] = useState<{ step: Step; item: string }>();
  const [ending, setEnding] = useState(false);
  const [reporting, setReporting] = useState(false);
  // Frozen for the visit: no card jumps away under a finger.
  const order = useRef(waitingFirst(request.items).map(({ id }) => id));
  const items = [...request.items].sort((a, b) => order.current.indexOf(a.id) - order.current.indexOf(b.id));
  const left = request.recipient.hasLeft;
  const waiting = left ? [] : items.filter((item) => !isAnswered(item) || item.waitingAccount);
  const answered = items.length - waiting.length;
  const shares = items.some(({ credential, state }) => credential !== null && state !== 'REVOKED');
  const self = request.requester.id === viewer.id;
  const first = request.requester.name;
  const title = left
    ? t.titleLeft(request.organization.name)
    : self
      ? t.titleSelf(items.length)
      : answered === items.length
        ? shares
          ? t.titleDone(first)
          : t.titleNothing
        : t.title(first, items.length);

  const jump = (id: string) => {
    const heading = document.getElementById(`${id}-name`);
    heading?.focus({ preventScroll: true });
    document.getElementById(id)?.scrollIntoView({ block: 'start' });
  };
  // Pressing the bar's button takes the focus there, so it is remembered in which card it was.
  const focused = useRef<string>(undefined);
  const review = () => {
    const ids = items.map(({ id }) => id);
    const to = next(ids, new Set(waiting.map(({ id }) => id)), focused.current);
    if (to) jump(to);
  };
  const begin = useRef(window.location.hash.slice(1));
  useEffect(() => {
    // Back from the app in the same window, or from a mail about one account (R14).
    if (begin.current) jump(begin.current);
  });
  useEffect(() => {
    begin.current = '';
  }, []);
  const close = () => {
    if (open) refocus(open.item);
    setOpen(undefined);
  };
  const found = open && items.find(({ id }) => id === open.item);
  const Window = open && WINDOWS[open.step];
  return (
    <Bare>
      <div className="request-head">
        <p className="eyebrow">{t.eyebrow(request.organization.name)}</p>
        <Heading title={title} name={request.name} />
        <p className="muted lead">{request.name}</p>
      </div>
      <div className="request-columns">
        <Who request={request} onReport={self ? undefined : () => setReporting(true)} />
        <section
          className="stack"
          aria-labelledby="accounts"
          onFocus={({ target }) => {
            focused.current = target.closest('.account-card')?.id;
          }}
        >
          <div className="progress-head">
            <h2 id="accounts">{t.accounts}</h2>
            {!left && <span className="muted">{t.progress(answered, items.length)}</span>}
            <LiveDot />
          </div>
          {!left && (
            <progress
              className="progress"
              max={items.length}
              value={answered}
              aria-label={t.progress(answered, items.length)}
            />
          )}
          {left && (
            <Notice tone="warn">
              <p>{t.leftNotice(request.organization.name)}</p>
            </Notice>
          )}
          {answered === items.length && !self && !left && (
            <Notice tone="good">
              <p>{items.every(({ state }) => state === 'REVOKED') ? t.allRemoved(first) : t.allDone(first)}</p>
            </Notice>
          )}
          {request.tokenHandOut && (
            <Notice tone="warn">
              <p>{u.handOut(request.organization.name)}</p>
            </Notice>
          )}
          {items.map((item) => (
            <Fragment key={item.id}>
              <SameAgain item={item} />
              <Card item={item} request={request} onStep={(step, { id }) => setOpen({ step, item: id })} />
            </Fragment>
          ))}
          <Opened className="card past" title={t.history} heights={[24, 24]}>
            <History request={request} />
          </Opened>
          {request.viewerCanDelete && (
            <div className="request-end">
              <p className="small muted">{t.endHint(first)}</p>
              <Button look="quiet" onClick={() => setEnding(true)}>
                {t.end}
              </Button>
            </div>
          )}
        </section>
      </div>
      {waiting.length > 0 && (
        <div className="next-bar">
          <span>{t.waiting(waiting.length)}</span>
          <Button look="main" onClick={review}>
            {t.next}
          </Button>
        </div>
      )}
      <Suspense fallback={<Opening />}>
        {found && Window && <Window item={found} request={request} onClose={close} />}
        {reporting && (
          <Report
            id={request.id}
            organization={request.organization.name}
            requester={request.requester.name}
            waiting={waiting}
            onClose={() => setReporting(false)}
            onDecline={({ id }) => {
              setReporting(false);
              setOpen({ step: 'decline', item: id });
            }}
          />
        )}
        {ending && <End request={request} onClose={() => setEnding(false)} onEnded={onEnded} />}
      </Suspense>
    </Bare>
  );
}
