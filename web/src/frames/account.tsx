import { useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { useSend } from '../api/hooks.ts';
import { SignOutDocument } from '../api/viewer.gen.ts';
import { useKnown } from '../api/viewer.tsx';
import { common } from '../i18n/en/common.ts';
import { frames } from '../i18n/en/frames.ts';
import { useTexts } from '../i18n/language.ts';
import { Avatar } from '../parts/mark.tsx';
import { paths } from '../paths.ts';

/** Who is signed in, and the way out. A native disclosure: it costs a recipient's phone nothing. */
export function AccountMenu() {
  const t = useTexts(common);
  const f = useTexts(frames);
  const { viewer } = useKnown();
  const box = useRef<HTMLDetailsElement>(null);
  const [path] = useLocation();
  const leave = useSend(SignOutDocument);
  const close = (focus: boolean) => {
    if (!box.current?.open) return;
    box.current.open = false;
    if (focus) box.current.querySelector('summary')?.focus();
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: it closes when one has gone elsewhere
  useEffect(() => close(false), [path]);
  useEffect(() => {
    const outside = ({ target }: PointerEvent) => {
      if (target instanceof Node && !box.current?.contains(target)) close(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  });
  if (!viewer) return null;
  const signOut = async () => {
    if (await leave.run({})) window.location.assign(paths.home);
  };
  return (
    <details className="account" ref={box} onKeyDown={({ key }) => key === 'Escape' && close(true)}>
      <summary>
        <Avatar name={viewer.name} />
        <span className="unseen">
          {t.account}: {viewer.name}
        </span>
      </summary>
      <div className="account-menu">
        <div className="account-who">
          <strong>{viewer.name}</strong>
          <div className="small muted">{viewer.email}</div>
        </div>
        <ul>
          <li>
            <Link href={paths.received}>{t.allRequests}</Link>
          </li>
          <li>
            <Link href={paths.grants}>{t.shared}</Link>
          </li>
          <li>
            <Link href={paths.profile}>{t.profile}</Link>
          </li>
          <li>
            <Link href={paths.sessions}>{t.sessions}</Link>
          </li>
          <li>
            <Link href={paths.tokens}>{t.tokens}</Link>
          </li>
          {viewer.isInstanceAdmin && (
            <li>
              <Link href={paths.applications}>{f.instance}</Link>
            </li>
          )}
          <li>
            <button type="button" onClick={signOut}>
              {t.signOut}
            </button>
          </li>
        </ul>
      </div>
    </details>
  );
}
