import { useEffect, useState } from 'react';
import { common } from '../i18n/en/common.ts';
import { useTexts } from '../i18n/language.ts';
import { announce } from './announce.tsx';
import { Button } from './button.tsx';

/** Copies a text, and says so. */
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
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 4000);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    announce(t.copied);
  };
  return (
    <Button look={look} icon={done ? 'check' : 'copy'} onClick={copy}>
      {done ? t.copied : (children ?? t.copy)}
    </Button>
  );
}
