import { signIn } from '../i18n/en/sign-in.ts';
import { useTexts } from '../i18n/language.ts';
import { Window } from '../parts/dialog.tsx';
import { SignInForm } from './form.tsx';

export default function SignInWindow({ email, onDone }: { email: string; onDone: () => void }) {
  const t = useTexts(signIn);
  return (
    <Window title={t.outTitle} onClose={() => undefined} firm>
      <p>{t.outLead}</p>
      <SignInForm email={email} onDone={onDone} />
    </Window>
  );
}
