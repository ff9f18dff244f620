import { useState } from 'react';
import { CreateTokenDocument, RevokeTokenDocument, TokensDocument } from '../account/account.gen.ts';
import { AccountFrame } from '../account/frame.tsx';
import { useLiveQuery, useSend } from '../api/hooks.ts';
import { at } from '../api/problem.ts';
import type { ApiTokenScope, CreateTokenMutationVariables } from '../api/types.gen.ts';
import { TokenWindow } from '../connections/token.tsx';
import { account } from '../i18n/en/account.ts';
import { day } from '../i18n/format.ts';
import { useLanguage, useTexts } from '../i18n/language.ts';
import { Ago } from '../parts/ago.tsx';
import { Button } from '../parts/button.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Window } from '../parts/dialog.tsx';
import { Choice, SelectField, TextField } from '../parts/field.tsx';
import { Form, typed } from '../parts/form.tsx';
import { Empty, Failed, Skeleton } from '../parts/notice.tsx';
import { Row, Table } from '../parts/table.tsx';

const DAYS = [30, 90, 180, 366];

/** A9: tokens with which programs act for one (INV-5). */
export default function Tokens() {
  const t = useTexts(account);
  const language = useLanguage();
  const { data, problems, refetch } = useLiveQuery({ query: TokensDocument, variables: {} });
  const [creating, setCreating] = useState(false);
  const [token, setToken] = useState<string>();
  const [revoking, setRevoking] = useState<{ id: string; name: string }>();
  const [missing, setMissing] = useState(false);
  const create = useSend(CreateTokenDocument);
  const revoke = useSend(RevokeTokenDocument);
  const tokens = data?.viewer?.apiTokens ?? [];
  const names = [t.tokenName, t.may, t.expires, t.lastUse];
  const scopes = Object.keys(t.scopes) as ApiTokenScope[];
  return (
    <AccountFrame>
      <div className="stack">
        <div className="row apart">
          <p className="muted grow">{t.tokensLead}</p>
          <Button look="main" icon="plus" onClick={() => setCreating(true)}>
            {t.create}
          </Button>
        </div>
        {!data &&
          (problems.length > 0 ? <Failed problems={problems} again={refetch} /> : <Skeleton heights={[56, 56]} />)}
        {data && tokens.length === 0 && (
          <Empty icon="key" title={t.tokensEmpty}>
            {t.tokensEmptyText}
          </Empty>
        )}
        {tokens.length > 0 && (
          <Table columns={[...names, '']} caption={t.tabs.tokens}>
            {tokens.map((one) => (
              <Row
                key={one.id}
                names={names}
                cells={[
                  <strong key="name">{one.name}</strong>,
                  one.scopes.map((scope) => t.scopes[scope]).join('; '),
                  day(one.expiresAt, language),
                  one.lastUsedAt ? <Ago key="use" at={one.lastUsedAt} /> : t.neverUsed,
                ]}
                menu={
                  <Button look="quiet" aria-label={`${t.revoke}: ${one.name}`} onClick={() => setRevoking(one)}>
                    {t.revoke}
                  </Button>
                }
              />
            ))}
          </Table>
        )}
      </div>
      {creating && (
        <Window title={t.create} onClose={() => setCreating(false)}>
          <Form
            send={{
              ...create,
              run: async (variables: CreateTokenMutationVariables) => {
                setMissing(variables.input.scopes.length === 0);
                return variables.input.scopes.length === 0 ? undefined : create.run(variables);
              },
            }}
            word={t.create}
            fields={['name', 'scopes', 'expiresInDays']}
            read={(form) => ({
              input: {
                name: typed(form, 'name'),
                scopes: scopes.filter((scope) => form.has(scope)),
                expiresInDays: Number(typed(form, 'days')),
              },
            })}
            onDone={({ createApiToken }) => {
              setCreating(false);
              setToken(createApiToken.token);
            }}
            onCancel={() => setCreating(false)}
          >
            <TextField
              label={t.tokenName}
              name="name"
              required
              maxLength={128}
              autoComplete="off"
              problem={at(create.problems, 'name')}
            />
            <fieldset>
              <legend>{t.may}</legend>
              {scopes.map((scope) => (
                <Choice
                  key={scope}
                  type="checkbox"
                  name={scope}
                  label={t.scopes[scope]}
                  onChange={() => setMissing(false)}
                />
              ))}
              {(missing || at(create.problems, 'scopes')) && (
                <p className="problem" role="alert">
                  {t.chooseScope}
                </p>
              )}
            </fieldset>
            <SelectField label={t.days} name="days" defaultValue="90" problem={at(create.problems, 'expiresInDays')}>
              {DAYS.map((count) => (
                <option key={count} value={count}>
                  {t.dayCount(count)}
                </option>
              ))}
            </SelectField>
          </Form>
        </Window>
      )}
      {token && (
        <TokenWindow token={token} title={t.tokenTitle} text={t.tokenText} onClose={() => setToken(undefined)} />
      )}
      {revoking && (
        <Confirm
          title={t.revokeTitle(revoking.name)}
          word={t.revoke}
          send={revoke}
          variables={{ id: revoking.id }}
          onClose={() => setRevoking(undefined)}
          onDone={() => setRevoking(undefined)}
        >
          <p>{t.revokeText}</p>
        </Confirm>
      )}
    </AccountFrame>
  );
}
