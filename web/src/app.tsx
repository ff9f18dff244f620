import { Component, type ReactNode, Suspense, useEffect, useState } from 'react';
import { Provider } from 'urql';
import { Route, Router, Switch } from 'wouter';
import { client } from './api/client.ts';
import { useLiveQuery } from './api/hooks.ts';
import { arrive, leaving, signedOut } from './api/session.ts';
import { useStore } from './api/store.ts';
import type { ViewerQuery } from './api/types.gen.ts';
import { ViewerDocument } from './api/viewer.gen.ts';
import { useKnown, ViewerProvider } from './api/viewer.tsx';
import { Bare } from './frames/bare.tsx';
import { going, whenLoaded } from './going.ts';
import { common } from './i18n/en/common.ts';
import { follow, useTexts } from './i18n/language.ts';
import { Announcer } from './parts/announce.tsx';
import { Button } from './parts/button.tsx';
import { later } from './parts/later.ts';
import { OfflineLine } from './parts/live.tsx';
import { Failed, Skeleton } from './parts/notice.tsx';
import { Opening } from './parts/opening.tsx';
import { SCREENS } from './routes.tsx';
import { SignedOut } from './signed-out.tsx';

const SignIn = later(() => import('./screens/sign-in.tsx'));
const Missing = later(() => import('./screens/missing.tsx'));

const waiting = (
  <Bare>
    <Skeleton heights={[72, 220, 220]} />
  </Bare>
);

function Guarded({ open, children }: { open: boolean; children: ReactNode }) {
  const { viewer } = useKnown();
  return viewer || open ? children : <SignIn />;
}

/** Who is here. A session that ends elsewhere does not take the screen away: one signs in over it. */
function useWhoever(data: ViewerQuery | undefined): ViewerQuery | undefined {
  const [last, setLast] = useState<ViewerQuery>();
  if (data?.viewer && data !== last) setLast(data);
  const id = data?.viewer?.id;
  const left = useStore(leaving);
  useEffect(() => {
    if (id !== undefined) arrive(id);
  }, [id]);
  const lost = data?.viewer === null && last !== undefined && !left;
  useEffect(() => {
    if (lost) signedOut.set(true);
  }, [lost]);
  return lost ? last : data;
}

function Known({ children }: { children: ReactNode }) {
  const { data: now, problems, refetch } = useLiveQuery({ query: ViewerDocument, variables: {} });
  const data = useWhoever(now);
  const language = data?.viewer?.language;
  useEffect(() => {
    if (language) void follow(language === 'DE' ? 'de' : 'en');
  }, [language]);
  if (!data) {
    return problems.length > 0 ? (
      <main id="content" className="alone">
        <Failed problems={problems} again={refetch} />
      </main>
    ) : (
      <div className="bare">
        <div className="topbar" />
        <main>
          <Skeleton heights={[72, 220, 220]} />
        </main>
      </div>
    );
  }
  return <ViewerProvider known={data}>{children}</ViewerProvider>;
}

/** The last net: a screen that throws becomes a sentence and a way on. */
class Net extends Component<{ children: ReactNode; crashed: (reload: () => void) => ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    return this.state.failed ? this.props.crashed(() => window.location.reload()) : this.props.children;
  }
}

export function App() {
  const t = useTexts(common);
  const isGoing = useStore(going);
  return (
    <Provider value={client}>
      <a className="skip" href="#content">
        {t.skip}
      </a>
      <OfflineLine />
      <Announcer />
      <Net
        crashed={(reload) => (
          <main id="content" className="alone">
            <div className="empty" role="alert">
              <h1>{t.crashedTitle}</h1>
              <p>{t.crashedText}</p>
              <Button look="main" onClick={reload}>
                {t.reload}
              </Button>
            </div>
          </main>
        )}
      >
        <Router aroundNav={whenLoaded}>
          <Known>
            {isGoing && <Opening />}
            <Suspense fallback={waiting}>
              <Switch>
                {SCREENS.map(({ path, open, Component }) => (
                  <Route key={path} path={path}>
                    <Guarded open={open ?? false}>
                      <Component />
                    </Guarded>
                  </Route>
                ))}
                <Route>
                  <Missing />
                </Route>
              </Switch>
            </Suspense>
            <SignedOut />
          </Known>
        </Router>
      </Net>
    </Provider>
  );
}
