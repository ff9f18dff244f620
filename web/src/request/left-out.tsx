import type { ReactNode } from 'react';
import { recipient } from '../i18n/en/recipient.ts';
import { list } from '../i18n/format.ts';
import { useLanguage, useTexts } from '../i18n/language.ts';
import { Notice } from '../parts/notice.tsx';

interface Own {
  permissions: readonly { readonly words: string }[];
  modules: readonly { readonly name: string }[];
  /** What one can do about it. */
  children: ReactNode;
}

/** What was asked for and not granted, and what does not work without it (REC-4). */
export function LeftOut({ permissions, modules, children }: Own) {
  const t = useTexts(recipient);
  const language = useLanguage();
  if (permissions.length === 0) return null;
  const words = permissions.map(({ words }) => words);
  const names = modules.map(({ name }) => name);
  return (
    <Notice>
      <p>
        {t.missing(list(words, language))} {names.length > 0 && t.missingModules(list(names, language))}
      </p>
      <p>{children}</p>
    </Notice>
  );
}
