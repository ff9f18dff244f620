import { useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { useSearchParams } from 'wouter';
import type { RequestListKind } from '../api/types.gen.ts';
import { common } from '../i18n/en/common.ts';
import { requests } from '../i18n/en/requests.ts';
import { useLanguage, useTexts } from '../i18n/language.ts';
import { Icon } from '../parts/icon.tsx';
import { choices } from './filter.ts';
import { AppNamesDocument, RequestersDocument, TeamPeopleDocument, TeamRecipientsDocument } from './list.gen.ts';

/** What narrows a list; it stands in the address, and Back takes it back. */
export function Filters({ kind, teamId }: { kind: RequestListKind; teamId: string | undefined }) {
  const t = useTexts(requests);
  const c = useTexts(common);
  const [search, setSearch] = useSearchParams();
  const [{ data: apps }] = useQuery({ query: AppNamesDocument, variables: {} });
  const [{ data: people }] = useQuery({
    query: TeamPeopleDocument,
    variables: { teamId: teamId ?? '' },
    pause: kind !== 'SENT' || !teamId,
  });
  const [{ data: asked }] = useQuery({
    query: TeamRecipientsDocument,
    variables: { teamId: teamId ?? '' },
    pause: kind !== 'SENT' || !teamId,
  });
  const [{ data: received }] = useQuery({ query: RequestersDocument, variables: {}, pause: kind === 'SENT' });
  const senders =
    kind === 'SENT'
      ? people?.teamMembers.edges.map(({ node }) => node.person)
      : received?.receivedRequests.edges.map(({ node }) => node.requester);
  const recipients = asked?.recipients.edges.map(({ node }) => node.person);
  const language = useLanguage();
  const options = (some: typeof senders, name: string) =>
    choices(some ?? [], search.get(name), language).map(({ id, name }) => [id, name] as const);
  const [text, setText] = useState(search.get('text') ?? '');
  const set = (name: string, value: string, replace = false) =>
    setSearch(
      (now) => {
        const next = new URLSearchParams(now);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace },
    );
  const inAddress = search.get('text') ?? '';
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed leads to a change of the address
  useEffect(() => {
    if (text.trim() === inAddress) return;
    const timer = setTimeout(() => set('text', text.trim(), true), 300);
    return () => clearTimeout(timer);
  }, [text]);
  // Back or "clear" changed the address.
  const [known, setKnown] = useState(inAddress);
  if (known !== inAddress) {
    setKnown(inAddress);
    if (inAddress !== text.trim()) setText(inAddress);
  }
  const select = (
    name: string,
    label: string,
    all: string | undefined,
    options: readonly (readonly [string, string])[],
  ) => (
    <select
      className="input"
      aria-label={label}
      value={search.get(name) ?? ''}
      onChange={({ target }) => set(name, target.value)}
    >
      {all && <option value="">{all}</option>}
      {options.map(([value, words]) => (
        <option key={value} value={value}>
          {words}
        </option>
      ))}
    </select>
  );
  const words = kind === 'RECEIVED' ? c.statusForYou : c.status;
  return (
    <search className={kind === 'SENT' ? 'filters many' : 'filters'}>
      <div className="search-field">
        <Icon name="search" />
        <input
          className="input"
          type="search"
          aria-label={t.search}
          title={t.searchHint}
          placeholder={t.search}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </div>
      {select('status', t.status, t.anyStatus, Object.entries(words))}
      {select('app', t.app, t.anyApp, apps?.apps.map(({ id, name }) => [id, name] as const) ?? [])}
      {select('by', t.by, t.anyone, options(senders, 'by'))}
      {kind === 'SENT' && select('to', t.recipient, t.anyRecipient, options(recipients, 'to'))}
      {select('sort', t.sort, undefined, [
        ['', t.sorts.NEWEST],
        ['OLDEST', t.sorts.OLDEST],
        ['NAME', t.sorts.NAME],
      ])}
    </search>
  );
}
