import { useEffect, useId, useState } from 'react';
import { common } from '../i18n/en/common.ts';
import { useTexts } from '../i18n/language.ts';
import { announce } from './announce.tsx';
import { Button } from './button.tsx';

/** Copies a text; whether the browser did. It may refuse, and without HTTPS it has no clipboard at all. */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** What the browser did not copy, ready to be copied by hand. */
export function NotCopied({ text }: { text: string }) {
  const t = useTexts(common);
  const id = useId();
  return (
    <div className="field not-copied">
      <p id={id} role="alert">
        {t.notCopied}
      </p>
      <input
        aria-labelledby={id}
        className="input"
        readOnly
        value={text}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
    </div>
  );
}

/** Copies a text, and says so; or gives it to be copied by hand. */
export function CopyButton({
  text,
  children,
  look = 'plain',
}: {
  text: string;
  children?: string;
  look?: 'plain' | 'main';
}) {
  const t = useTexts(common);
  const [done, setDone] = useState(false);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 4000);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => {
    const is = await copied(text);
    setDone(is);
    setFailed(!is);
    if (is) announce(t.copied);
  };
  return (
    <>
      <Button look={look} icon={done ? 'check' : 'copy'} onClick={copy}>
        {done ? t.copied : (children ?? t.copy)}
      </Button>
      {failed && <NotCopied text={text} />}
    </>
  );
}
