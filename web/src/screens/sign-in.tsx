import { useLocation, useSearch } from 'wouter';
import { useKnown } from '../api/viewer.tsx';
import { Bare } from '../frames/bare.tsx';
import { signIn } from '../i18n/en/sign-in.ts';
import { useTexts } from '../i18n/language.ts';
import { ButtonLink } from '../parts/button.tsx';
import { Heading } from '../parts/page.tsx';
import { paths, safeReturn } from '../paths.ts';
import { SignInForm } from '../sign-in/form.tsx';

/** R2. Also stands in for every screen that needs somebody signed in; the address stays, so it comes back there. */
export default function SignIn() {
  const t = useTexts(signIn);
  const { viewer } = useKnown();
  const [path] = useLocation();
  const search = new URLSearchParams(useSearch());
  const back = path.startsWith('/sign-in') ? safeReturn(search.get('return')) : path;
  return (
    <Bare narrow>
      <div className="card">
        <Heading title={t.title} />
        {viewer ? (
          <>
            <p>{t.already(viewer.email)}</p>
            <ButtonLink look="main" to={back === '/' ? paths.home : back}>
              {t.goOn}
            </ButtonLink>
          </>
        ) : (
          <>
            <p className="muted">{t.lead}</p>
            {/* A fresh page: nothing of who was here before stays in memory. */}
            <SignInForm onDone={() => window.location.replace(back)} />
          </>
        )}
      </div>
    </Bare>
  );
}
