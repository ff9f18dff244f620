import { useState } from 'react';
import { Link } from 'wouter';
import { useLiveQuery } from '../api/hooks.ts';
import { Shell } from '../frames/shell.tsx';
import { apps } from '../i18n/en/apps.ts';
import { useTexts } from '../i18n/language.ts';
import { Icon } from '../parts/icon.tsx';
import { Mark } from '../parts/mark.tsx';
import { Empty, Failed, Skeleton } from '../parts/notice.tsx';
import { Heading } from '../parts/page.tsx';
import { paths } from '../paths.ts';
import { isReady } from '../request/ready.ts';
import { AppsDocument } from './apps.gen.ts';

/** B8: the catalog. */
export default function Apps() {
  const t = useTexts(apps);
  const { data, problems, refetch } = useLiveQuery({ query: AppsDocument, variables: {} });
  const [text, setText] = useState('');
  const wanted = text.trim().toLowerCase();
  const found = data?.apps.filter(({ name, help }) => `${name} ${help}`.toLowerCase().includes(wanted)) ?? [];
  return (
    <Shell>
      <div className="page-head">
        <Heading title={t.title} />
        <p className="lead">{t.lead}</p>
      </div>
      <search className="filters few">
        <div className="search-field">
          <Icon name="search" />
          <input
            className="input"
            type="search"
            aria-label={t.search}
            placeholder={t.search}
            value={text}
            onChange={({ target }) => setText(target.value)}
          />
        </div>
      </search>
      {!data &&
        (problems.length > 0 ? <Failed problems={problems} again={refetch} /> : <Skeleton heights={[96, 96, 96]} />)}
      {data && found.length === 0 && (
        <Empty icon="grid" title={t.empty}>
          {t.emptyText}
        </Empty>
      )}
      <ul className="app-grid">
        {found.map((app) => (
          <li key={app.id}>
            <Link href={paths.app(app.id)} className="card app-tile">
              <span className="card-head">
                <Mark id={app.id} name={app.name} />
                <span className="card-name">
                  <strong>{app.name}</strong>
                  <span className="small muted">{t.modules(app.versions.at(-1)?.modules.length ?? 0)}</span>
                </span>
              </span>
              <span className="small">{app.help}</span>
              {app.isDefinedByOrganization && <span className="badge part">{t.own}</span>}
              {app.versions.every(({ methods }) => !methods.some(isReady)) && (
                <span className="badge wait">{t.notReady}</span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </Shell>
  );
}
