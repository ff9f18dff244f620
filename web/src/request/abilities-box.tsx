import type { Effect } from '../api/types.gen.ts';
import { common } from '../i18n/en/common.ts';
import { useTexts } from '../i18n/language.ts';
import { Icon, type IconName } from '../parts/icon.tsx';
import { byEffect, cannotDelete } from './abilities.ts';

interface Module {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly effect: Effect;
  /** For who builds on it: what the broker passes on. */
  readonly calls?: readonly {
    readonly methods: readonly string[];
    readonly host: string | null;
    readonly path: string;
  }[];
}

const ICONS: Record<Effect, IconName> = { READ: 'eye', WRITE: 'pencil', DELETE: 'bin', ADMIN: 'gear' };

interface Own {
  modules: readonly Module[];
  level?: 4 | 3;
  /** Tools fetch tokens and call the app by themselves: nothing holds them to the list, so nothing is promised of it. */
  handOut?: boolean;
  /** Ids of modules that were asked for and will not work (REC-4). */
  without?: readonly string[];
}

/** What an app will let the other side do, to be read in seconds. */
export function Abilities({ modules, level = 4, handOut = false, without = [] }: Own) {
  const t = useTexts(common);
  const words: Record<Effect, string> = {
    READ: t.canSee,
    WRITE: t.canChange,
    DELETE: t.canDelete,
    ADMIN: t.canAdminister,
  };
  const Title = level === 4 ? 'h4' : 'h3';
  return (
    <div className="abilities">
      <div className="abilities-groups">
        {byEffect(modules).map(([effect, some]) => (
          <section key={effect} className={effect === 'DELETE' || effect === 'ADMIN' ? 'ability strong' : 'ability'}>
            <Title>
              <Icon name={ICONS[effect]} size={18} />
              {words[effect]}
            </Title>
            <ul>
              {some.map(({ id, name, description, calls = [] }) => (
                <li key={id}>
                  {without.includes(id) ? (
                    <>
                      <s>{name}</s> <b className="small warned">{t.notGranted}</b>
                    </>
                  ) : (
                    name
                  )}
                  <span className="small muted">{description}</span>
                  {calls.map(({ methods, host, path }) => (
                    <code key={`${methods} ${host} ${path}`} className="call">
                      {methods.join(', ')} {host}
                      {path}
                    </code>
                  ))}
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
      {!handOut && cannotDelete(modules) && (
        <p className="cannot">
          <Icon name="shield" size={18} />
          {t.cannotDelete}
        </p>
      )}
    </div>
  );
}
