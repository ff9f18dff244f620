import { UpdateProfileDocument } from '../account/account.gen.ts';
import { AccountFrame } from '../account/frame.tsx';
import { useSend } from '../api/hooks.ts';
import { at } from '../api/problem.ts';
import { useStore } from '../api/store.ts';
import type { Language } from '../api/types.gen.ts';
import { useViewer } from '../api/viewer.tsx';
import { keysOn, switchKeys } from '../frames/keys.ts';
import { account } from '../i18n/en/account.ts';
import { common } from '../i18n/en/common.ts';
import { shortcuts } from '../i18n/en/shortcuts.ts';
import { choose, useTexts } from '../i18n/language.ts';
import { Choice, SelectField, TextField } from '../parts/field.tsx';
import { Form, typed } from '../parts/form.tsx';
import { type Theme, theme, wear } from '../theme.ts';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

/** A7: name, language, time zone, and the look of this device. */
export default function Profile() {
  const t = useTexts(account);
  const c = useTexts(common);
  const viewer = useViewer();
  const s = useTexts(shortcuts);
  const worn = useStore(theme);
  const keys = useStore(keysOn);
  const update = useSend(UpdateProfileDocument);
  const zones = Intl.supportedValuesOf('timeZone');
  const known = zones.includes(viewer.timeZone) ? zones : [viewer.timeZone, ...zones];
  return (
    <AccountFrame>
      <div className="stack wide">
        <section className="card narrow-card">
          <p>
            <span className="small muted">{t.email}</span>
            <br />
            {viewer.email}
          </p>
          <Form
            send={update}
            word={c.save}
            stays
            fields={['name', 'timeZone', 'language']}
            read={(form) => ({
              input: {
                name: typed(form, 'name'),
                language: (typed(form, 'language') === 'DE' ? 'DE' : 'EN') as Language,
                timeZone: typed(form, 'timeZone'),
              },
            })}
            onDone={({ updateProfile }) => void choose(updateProfile.viewer.language === 'DE' ? 'de' : 'en')}
          >
            <TextField
              label={t.name}
              help={t.nameHelp}
              name="name"
              required
              maxLength={128}
              autoComplete="name"
              defaultValue={viewer.name}
              problem={at(update.problems, 'name')}
            />
            <SelectField label={t.language} name="language" defaultValue={viewer.language}>
              <option value="EN" lang="en">
                {t.languages.EN}
              </option>
              <option value="DE" lang="de">
                {t.languages.DE}
              </option>
            </SelectField>
            <SelectField
              label={t.timeZone}
              help={t.timeZoneHelp}
              name="timeZone"
              defaultValue={viewer.timeZone}
              problem={at(update.problems, 'timeZone')}
            >
              {known.map((zone) => (
                <option key={zone} value={zone}>
                  {zone.replaceAll('_', ' ')}
                </option>
              ))}
            </SelectField>
          </Form>
        </section>
        <section className="card narrow-card">
          <SelectField
            label={t.theme}
            value={worn}
            onChange={({ target }) => wear(THEMES.find((each) => each === target.value) ?? 'system')}
          >
            {THEMES.map((each) => (
              <option key={each} value={each}>
                {t.themes[each]}
              </option>
            ))}
          </SelectField>
          <Choice
            type="checkbox"
            label={s.on}
            help={t.keysHelp}
            checked={keys}
            onChange={({ target }) => switchKeys(target.checked)}
          />
        </section>
      </div>
    </AccountFrame>
  );
}
