import { type SubmitEvent, useState } from 'react';
import { useLiveQuery, useSend } from '../api/hooks.ts';
import { at } from '../api/problem.ts';
import { common } from '../i18n/en/common.ts';
import { connections } from '../i18n/en/connections.ts';
import { useTexts } from '../i18n/language.ts';
import { Button } from '../parts/button.tsx';
import { Window } from '../parts/dialog.tsx';
import { SelectField, TextField } from '../parts/field.tsx';
import { Failed, Problems, Skeleton } from '../parts/notice.tsx';
import { CreateConnectionDocument, UsableDocument } from './connections.gen.ts';

interface Own {
  teamId: string;
  /** The account to begin with. */
  item?: string | undefined;
  onClose: () => void;
  onToken: (token: string, connection: string) => void;
}

/** A new use of an account (USE-1). */
export function NewConnection({ teamId, item = '', onClose, onToken }: Own) {
  const t = useTexts(connections);
  const c = useTexts(common);
  const { data, problems, refetch } = useLiveQuery({ query: UsableDocument, variables: { teamId } });
  const create = useSend(CreateConnectionDocument);
  const [chosen, setChosen] = useState(item);
  const usable = data?.credentials.edges.map(({ node }) => node).filter(({ state }) => state === 'AUTHORIZED') ?? [];
  const submit = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    const ends = text('ends');
    const done = await create.run({
      input: {
        itemId: chosen,
        consumer: text('consumer'),
        consumerUrl: text('consumerUrl') || null,
        name: text('name') || null,
        expiresAt: ends ? new Date(`${ends}T23:59:59`).toISOString() : null,
      },
    });
    if (done) onToken(done.createConnection.token, done.createConnection.connection.id);
  };
  return (
    <Window title={t.newTitle} onClose={onClose}>
      {!data ? (
        problems.length > 0 ? (
          <Failed problems={problems} again={refetch} />
        ) : (
          <Skeleton heights={[70, 70, 70]} />
        )
      ) : usable.length === 0 ? (
        <>
          <p>{t.noneUsable}</p>
          <div className="actions">
            <Button onClick={onClose}>{c.close}</Button>
          </div>
        </>
      ) : (
        <form className="stack" onSubmit={submit}>
          <SelectField
            label={t.which}
            required
            value={chosen}
            onChange={({ target }) => setChosen(target.value)}
            problem={at(create.problems, 'itemId')}
          >
            <option value="">{t.chooseOne}</option>
            {usable.map(({ id, connectionName, credential }) => (
              <option key={id} value={id}>
                {connectionName}
                {credential?.account && ` · ${credential.account.label}`}
              </option>
            ))}
          </SelectField>
          <TextField
            label={t.consumer}
            help={t.consumerHelp}
            name="consumer"
            required
            maxLength={128}
            autoComplete="off"
            problem={at(create.problems, 'consumer')}
          />
          <TextField
            label={t.consumerUrl}
            name="consumerUrl"
            type="url"
            optional
            autoComplete="off"
            placeholder="https://"
            problem={at(create.problems, 'consumerUrl')}
          />
          <TextField
            label={t.name}
            help={t.nameHelp}
            name="name"
            optional
            maxLength={128}
            autoComplete="off"
            problem={at(create.problems, 'name')}
          />
          <TextField
            label={t.ends}
            name="ends"
            type="date"
            optional
            problem={at(create.problems, 'expiresAt') && t.endsPast}
          />
          <Problems of={create.problems} except={['itemId', 'consumer', 'consumerUrl', 'name', 'expiresAt']} />
          <div className="actions">
            <Button type="submit" look="main" pending={create.pending}>
              {t.makeIt}
            </Button>
            <Button onClick={onClose}>{c.cancel}</Button>
          </div>
        </form>
      )}
    </Window>
  );
}
