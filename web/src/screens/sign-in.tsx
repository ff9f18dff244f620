import { useLocation } from 'wouter';
import { useKnown } from '../api/viewer.tsx';
import { Bare } from '../frames/bare.tsx';
import { signIn } from '../i18n/en/sign-in.ts';
import { useTexts } from '../i18n/language.ts';
import { ButtonLink } from '../parts/button.tsx';
import { Heading } from '../parts/page.tsx';
import { paths, wayBack } from '../paths.ts';
import { SignInForm } from '../sign-in/form.tsx';

/** R2. Also stands in for every screen that needs somebody signed in; the address stays, so it comes back there. */
export default function SignIn() {
  const t = useTexts(signIn);
  const { viewer } = useKnown();
  const [path] = useLocation();
  const back = wayBack(window.location);
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
            {/* A fresh page: nothing of who was here before stays in memory. Going to where one is would be none. */}
            <SignInForm
              onDone={() => (path === paths.signIn ? window.location.replace(back) : window.location.reload())}
            />
          </>
        )}
      </div>
    </Bare>
  );
}
