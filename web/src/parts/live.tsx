import { useEffect, useState, useSyncExternalStore } from 'react';
import { socket } from '../api/client.ts';
import { useStore } from '../api/store.ts';
import { common } from '../i18n/en/common.ts';
import { useTexts } from '../i18n/language.ts';

/** Tells quietly whether changes show by themselves. */
export function LiveDot() {
  const t = useTexts(common);
  const socketIs = useStore(socket.liveness);
  const online = useOnline();
  // A socket hears late, or never, that the network is gone.
  const liveness = online ? socketIs : 'retrying';
  const [shown, setShown] = useState(liveness);
  useEffect(() => {
    // A socket that is back within a second is not worth a word.
    const timer = setTimeout(() => setShown(liveness), liveness === 'live' ? 0 : 1000);
    return () => clearTimeout(timer);
  }, [liveness]);
  return (
    <span className="live-dot" data-live={shown} title={shown === 'live' ? t.liveHint : undefined}>
      {shown === 'live' ? t.live : shown === 'retrying' ? t.reconnecting : t.connecting}
    </span>
  );
}

function follow(listener: () => void) {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}

const useOnline = () => useSyncExternalStore(follow, () => navigator.onLine);

/** The quiet line while there is no network. */
export function OfflineLine() {
  const t = useTexts(common);
  const online = useOnline();
  return online ? null : (
    <p className="offline" role="status">
      {t.offline}
    </p>
  );
}
