import { Suspense } from 'react';
import { useClient } from 'urql';
import { socket } from './api/client.ts';
import { arrive, signedOut } from './api/session.ts';
import { useStore } from './api/store.ts';
import { ViewerDocument } from './api/viewer.gen.ts';
import { useKnown } from './api/viewer.tsx';
import { forget } from './new-request/kept.ts';
import { later } from './parts/later.ts';

const Window = later(() => import('./sign-in/window.tsx'));

/** When the session ended meanwhile: sign in over the page, and go on where one was. */
export function SignedOut() {
  const out = useStore(signedOut);
  const { viewer } = useKnown();
  const client = useClient();
  if (!out || !viewer) return null;
  const back = async () => {
    const { data } = await client.query(ViewerDocument, {}, { requestPolicy: 'network-only' }).toPromise();
    // Somebody else: nothing of the page before may stay.
    if (data?.viewer?.id !== viewer.id) {
      forget();
      return window.location.reload();
    }
    arrive(viewer.id);
    signedOut.set(false);
    // The socket still speaks for the session that ended; what is followed is fetched anew.
    socket.client.terminate();
  };
  return (
    <Suspense>
      <Window email={viewer.email} onDone={back} />
    </Suspense>
  );
}
