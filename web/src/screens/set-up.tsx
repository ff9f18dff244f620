import { UpdateProfileDocument } from '../account/account.gen.ts';
import { useSend } from '../api/hooks.ts';
import { at } from '../api/problem.ts';
import type { SetUpMutationVariables } from '../api/types.gen.ts';
import { useKnown } from '../api/viewer.tsx';
import { Bare } from '../frames/bare.tsx';
import { common } from '../i18n/en/common.ts';
import { instance } from '../i18n/en/instance.ts';
import { useTexts } from '../i18n/language.ts';
import { SetUpDocument } from '../instance/instance.gen.ts';
import { ButtonLink } from '../parts/button.tsx';
import { TextField } from '../parts/field.tsx';
import { Form, typed } from '../parts/form.tsx';
import { Heading } from '../parts/page.tsx';
import { paths } from '../paths.ts';

/** A12: who has the code from the program's start takes the instance into service (OPS-7). */
export default function SetUp() {
  const t = useTexts(instance);
  const c = useTexts(common);
  const { instance: known, viewer } = useKnown();
  const send = useSend(SetUpDocument);
  const profile = useSend(UpdateProfileDocument);
  const wrong = send.problems.find(({ code }) => code === 'WRONG_SET_UP_CODE');
  return (
    <Bare narrow>
      <div className="card">
        {known.isSetUp ? (
          <>
            <Heading title={t.isSetUp} />
            <div>
              <ButtonLink look="main" to={paths.home}>
                {c.missingBack}
              </ButtonLink>
            </div>
          </>
        ) : (
          <>
            <Heading title={t.setUpTitle} />
            <p className="muted">{t.setUpLead}</p>
            <Form
              send={{
                ...send,
                problems: [...profile.problems, ...send.problems].filter((problem) => problem !== wrong),
                run: async ({ name, ...variables }: SetUpMutationVariables & { name: string }) =>
                  (await profile.run({ input: { name } })) ? send.run(variables) : undefined,
              }}
              word={t.setUp}
              fields={['name', 'setUpCode', 'organizationName', 'teamName']}
              read={(form) => ({
                name: typed(form, 'name'),
                input: {
                  setUpCode: typed(form, 'setUpCode'),
                  organizationName: typed(form, 'organizationName'),
                  teamName: typed(form, 'teamName'),
                },
              })}
              onDone={() => window.location.replace(paths.home)}
            >
              <TextField
                label={t.code}
                name="setUpCode"
                required
                autoComplete="off"
                spellCheck={false}
                problem={wrong ?? at(send.problems, 'setUpCode')}
              />
              <TextField
                label={t.yourName}
                help={t.yourNameHelp}
                name="name"
                required
                maxLength={128}
                autoComplete="name"
                defaultValue={viewer?.name ?? ''}
                problem={at(profile.problems, 'name')}
              />
              <TextField
                label={t.organizationName}
                name="organizationName"
                required
                maxLength={128}
                autoComplete="organization"
                problem={at(send.problems, 'organizationName')}
              />
              <TextField
                label={t.teamName}
                name="teamName"
                required
                maxLength={128}
                autoComplete="off"
                problem={at(send.problems, 'teamName')}
              />
            </Form>
          </>
        )}
      </div>
    </Bare>
  );
}
