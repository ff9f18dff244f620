import { organization } from '../i18n/en/organization.ts';
import { useTexts } from '../i18n/language.ts';
import { OrganizationFrame } from '../organization/frame.tsx';
import { AuditLogDocument } from '../organization/organization.gen.ts';
import { Ago } from '../parts/ago.tsx';
import { Paged } from '../parts/paged.tsx';
import { Row, Table } from '../parts/table.tsx';

/** A4: the organization's audit log (SEC-4). */
export default function Log() {
  const t = useTexts(organization);
  const names = [t.what, t.who, t.when, ''];
  return (
    <OrganizationFrame>
      {(of) => (
        <div className="stack">
          <p className="muted">{t.logLead}</p>
          <Paged
            document={AuditLogDocument}
            variables={{ id: of.organizationId }}
            pick={(data) => data.organization.auditLog}
            empty={<p className="muted">{t.logEmpty}</p>}
            frame={(rows) => (
              <Table columns={names} caption={t.tabs.log}>
                {rows}
              </Table>
            )}
            row={({ seq, kind, at, actorKind, payload, person }) => (
              <Row
                key={seq}
                names={names}
                cells={[
                  <span key="what" className="named">
                    <span className="small muted">{seq}</span>
                    <strong className="small">{kind}</strong>
                  </span>,
                  <span key="who">
                    {person?.name} <span className="muted">{t.actors[actorKind]}</span>
                  </span>,
                  <Ago key="when" at={at} />,
                  <details key="about">
                    <summary>{t.details}</summary>
                    <code className="small">{payload}</code>
                  </details>,
                ]}
              />
            )}
          />
        </div>
      )}
    </OrganizationFrame>
  );
}
