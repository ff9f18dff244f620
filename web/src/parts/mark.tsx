import { initials } from '../i18n/format.ts';

/** Dark enough for white letters (4.5 to 1). */
const COLOURS = [
  '#b3261e',
  '#c2410c',
  '#0f766e',
  '#1d4ed8',
  '#6b21a8',
  '#3f6212',
  '#9d174d',
  '#0e7490',
  '#854d0e',
  '#374151',
];

function colour(id: string): string {
  let hash = 7;
  for (const letter of id) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 65_521;
  return COLOURS[hash % COLOURS.length] ?? '#374151';
}

/** An app's mark: its first letter on a colour of its own. Its name stands beside it. */
export function Mark({ id, name, small = false }: { id: string; name: string; small?: boolean }) {
  return (
    <span className={small ? 'mark small' : 'mark'} style={{ backgroundColor: colour(id) }} aria-hidden="true">
      {[...name][0]?.toUpperCase()}
    </span>
  );
}

/** The marks of some apps, named in words for those who do not see them. */
export function Marks({ apps }: { apps: readonly { id: string; name: string }[] }) {
  const shown = apps.slice(0, apps.length > 4 ? 3 : 4);
  const more = apps.length - shown.length;
  return (
    <span className="marks">
      {shown.map((app, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same app may stand twice, and the order never changes
        <Mark key={place} id={app.id} name={app.name} small />
      ))}
      {more > 0 && (
        <span className="mark small rest" aria-hidden="true">
          +{more}
        </span>
      )}
      <span className="unseen">{apps.map((app) => app.name).join(', ')}</span>
    </span>
  );
}

/** A person without a picture. */
export function Avatar({ name }: { name: string }) {
  return (
    <span className="avatar" aria-hidden="true">
      {initials(name)}
    </span>
  );
}
