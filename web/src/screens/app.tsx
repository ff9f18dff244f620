import { Link, useParams } from 'wouter';
import { useLiveQuery } from '../api/hooks.ts';
import { useTeam, useViewer } from '../api/viewer.tsx';
import { Shell } from '../frames/shell.tsx';
import { apps } from '../i18n/en/apps.ts';
import { useTexts } from '../i18n/language.ts';
import { Begin } from '../new-request/begin.tsx';
import { blank, blankItem } from '../new-request/draft.ts';
import { Icon } from '../parts/icon.tsx';
import { Mark } from '../parts/mark.tsx';
import { Failed, Skeleton } from '../parts/notice.tsx';
import { Heading } from '../parts/page.tsx';
import { paths } from '../paths.ts';
import { Abilities } from '../request/abilities-box.tsx';
import { isReady } from '../request/ready.ts';
import { AppDocument } from './apps.gen.ts';
import Missing from './missing.tsx';

/** B8: one app of the catalog. */
export default function App() {
  const t = useTexts(apps);
  const { id = '' } = useParams();
  const viewer = useViewer();
  const { team } = useTeam();
  const { data, problems, refetch } = useLiveQuery({ query: AppDocument, variables: { id } });
  if (data && !data.app) return <Missing />;
  const app = data?.app;
  return (
    <Shell>
      <p className="crumb">
        <Link href={paths.apps}>
          <Icon name="left" size={16} />
          {t.back}
        </Link>
      </p>
      {!app ? (
        problems.length > 0 ? (
          <Failed problems={problems} again={refetch} />
        ) : (
          <Skeleton heights={[80, 260]} />
        )
      ) : (
        <>
          <div className="page-head">
            <div className="title">
              <Mark id={app.id} name={app.name} />
              <Heading title={app.name} />
              {app.isDefinedByOrganization && <span className="badge part">{t.own}</span>}
            </div>
            {team && viewer.canCreateRequests && (
              <Begin look="main" icon="plus" draft={() => ({ ...blank(), items: [blankItem(id)] })}>
                {t.ask(app.name)}
              </Begin>
            )}
            <p className="lead">
              {app.help}{' '}
              <a href={app.website} target="_blank" rel="noreferrer noopener">
                {t.website}
              </a>
            </p>
          </div>
          <div className="stack wide">
            {app.versions.map((version) => (
              <section key={version.id} className="card" aria-labelledby={`v-${version.id}`}>
                <h2 id={`v-${version.id}`}>{app.versions.length > 1 ? t.version(version.name) : t.can}</h2>
                <Abilities modules={version.modules} level={3} />
                {version.permissions.length > 0 && (
                  <details>
                    <summary>
                      {t.permissions} ({version.permissions.length})
                    </summary>
                    <ul className="small muted stack tight">
                      {version.permissions.map(({ scope, words }) => (
                        <li key={scope}>
                          {words} <code>{scope}</code>
                        </li>
                      ))}
                    </ul>
                  </details>
                )}
                <h3>{t.ways}</h3>
                <ul className="stack">
                  {version.methods.map((method) => (
                    <li key={method.id}>
                      <strong>{method.label}</strong>{' '}
                      <span className={`badge ${isReady(method) ? 'good' : 'wait'}`}>
                        {isReady(method) ? t.ready : t.notReady}
                      </span>
                      <p className="small muted">
                        {t.kinds[method.kind]}. {method.help} {!isReady(method) && t.notReadyHint}
                      </p>
                    </li>
                  ))}
                </ul>
              </section>
            ))}
          </div>
        </>
      )}
    </Shell>
  );
}
