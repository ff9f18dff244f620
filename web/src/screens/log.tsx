import { Link, useSearchParams } from 'wouter';
import type { LogRecordFragment } from '../api/types.gen.ts';
import { common } from '../i18n/en/common.ts';
import { history } from '../i18n/en/history.ts';
import { log } from '../i18n/en/log.ts';
import { happened } from '../i18n/happened.ts';
import { useTexts } from '../i18n/language.ts';
import { OrganizationFrame } from '../organization/frame.tsx';
import { about, concerning } from '../organization/log-about.ts';
import { LogKind } from '../organization/log-kind.tsx';
import { AuditLogDocument } from '../organization/organization.gen.ts';
import { TakeLog } from '../organization/take-log.tsx';
import { Ago } from '../parts/ago.tsx';
import { Paged } from '../parts/paged.tsx';
import { Row, Table } from '../parts/table.tsx';
import { paths } from '../paths.ts';

/** A4: the organization's audit log (SEC-4), in the words of a request's history. */
export default function Log() {
  const t = useTexts(log);
  const h = useTexts(history);
  const { roles } = useTexts(common);
  const words = (kind: string, own = true) => happened(kind, own, h, t.kinds);
  const said = ({ kind, person, subject }: LogRecordFragment) => words(kind, person?.id === subject?.id);
  const who = ({ person, actorKind }: LogRecordFragment) => {
    if (actorKind === 'CONSENTRY') return 'Consentry';
    if (actorKind === 'NOBODY') return t.nobody;
    return person?.name ?? t.somebody;
  };
  const names = [t.what, t.when, t.number];
  const [search] = useSearchParams();
  const chosen = search.get('kind');
  const kinds = chosen ? [chosen] : [];
  return (
    <OrganizationFrame>
      {(of) => (
        <div className="stack">
          <p className="muted">{t.lead}</p>
          <LogKind chosen={chosen} words={words} />
          <TakeLog organizationId={of.organizationId} kinds={kinds} words={said} />
          <Paged
            key={chosen}
            document={AuditLogDocument}
            variables={{ id: of.organizationId, kinds }}
            pick={(data) => data.organization.auditLog}
            empty={<p className="muted">{chosen ? t.emptyKind : t.empty}</p>}
            frame={(rows) => (
              <Table columns={names} caption={t.what}>
                {rows}
              </Table>
            )}
            row={(record) => {
              const { request, ids } = about(record.payload);
              return (
                <Row
                  key={record.seq}
                  names={names}
                  cells={[
                    <div key="what">
                      <strong>{who(record)}</strong> {said(record)}
                      {record.actorKind === 'TOKEN' && <span className="muted"> ({t.byProgram})</span>}
                      <div className="small muted">{concerning(record, { ...t, roles })}</div>
                    </div>,
                    <Ago key="when" at={record.at} />,
                    <details key="about" className="log-about">
                      <summary>
                        <span className="unseen">{t.details} </span>
                        {record.seq}
                      </summary>
                      <dl className="technical small">
                        {[['kind', record.kind] as const, ...ids].map(([name, id]) => (
                          <div key={name}>
                            <dt>{name}</dt>
                            <dd>
                              <code className="long">{id}</code>
                            </dd>
                          </div>
                        ))}
                      </dl>
                      {request && <Link href={paths.request(request)}>{t.look}</Link>}
                    </details>,
                  ]}
                />
              );
            }}
          />
        </div>
      )}
    </OrganizationFrame>
  );
}
