import { expect, test } from 'vitest';
import type { Area } from './area.ts';
import { german } from './de/index.ts';

const areas = Object.values(
  import.meta.glob<Record<string, Area<string, unknown>>>('./en/*.ts', { eager: true }),
).flatMap((module) => Object.values(module));

/** Paths of all texts in a catalogue. */
function paths(words: unknown, path = ''): string[] {
  if (words === null || typeof words !== 'object') return [path];
  return Object.entries(words).flatMap(([name, value]) => paths(value, `${path}.${name}`));
}

test('every area of the page is there in German, text by text', () => {
  expect(areas.length).toBeGreaterThan(10);
  for (const { name, en } of areas) {
    const de = (german as Record<string, unknown>)[name];
    expect(de, name).toBeDefined();
    expect(paths(de, name).sort()).toEqual(paths(en, name).sort());
  }
});

test('what is written for people holds no exclamation mark and no “something went wrong”', () => {
  for (const { name, en } of areas) {
    for (const words of [en, (german as Record<string, unknown>)[name]]) {
      const said = JSON.stringify(words, (_, value) => (typeof value === 'function' ? String(value) : value));
      expect(said, name).not.toMatch(/[a-zäöüß]!["“`]|something went wrong|etwas ist schiefgelaufen/i);
    }
  }
});
