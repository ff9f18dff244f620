import { useState } from 'react';
import { useSend } from '../api/hooks.ts';
import { at } from '../api/problem.ts';
import type { Plan } from '../api/types.gen.ts';
import { instance } from '../i18n/en/instance.ts';
import { organization } from '../i18n/en/organization.ts';
import { useTexts } from '../i18n/language.ts';
import { InstanceFrame } from '../instance/frame.tsx';
import {
  CreateOrganizationDocument,
  OrganizationsOfInstanceDocument,
  SetPlanDocument,
} from '../instance/instance.gen.ts';
import { Button } from '../parts/button.tsx';
import { Window } from '../parts/dialog.tsx';
import { TextField } from '../parts/field.tsx';
import { Form, typed } from '../parts/form.tsx';
import { Problems } from '../parts/notice.tsx';
import { Paged } from '../parts/paged.tsx';
import { Row, Table } from '../parts/table.tsx';

const PLANS: readonly Plan[] = ['FREE', 'PARTNER', 'ENTERPRISE'];

/** Organizations of the instance and their plans (GATE-2). */
export default function Organizations() {
  const t = useTexts(instance);
  const o = useTexts(organization);
  const [creating, setCreating] = useState(false);
  const plan = useSend(SetPlanDocument);
  const create = useSend(CreateOrganizationDocument);
  const names = [t.name, t.plan];
  return (
    <InstanceFrame lead={t.organizationsLead}>
      <div>
        <Button look="main" icon="plus" onClick={() => setCreating(true)}>
          {t.create}
        </Button>
      </div>
      <Problems of={plan.problems} />
      <Paged
        document={OrganizationsOfInstanceDocument}
        variables={{}}
        pick={(data) => data.organizations}
        empty={null}
        frame={(rows) => (
          <Table columns={names} caption={t.tabs.organizations}>
            {rows}
          </Table>
        )}
        row={(one) => (
          <Row
            key={one.id}
            names={names}
            cells={[
              <strong key="name">{one.name}</strong>,
              <select
                key="plan"
                className="input"
                aria-label={t.planFor(one.name)}
                value={one.plan}
                onChange={({ target }) =>
                  plan.run({ organizationId: one.id, plan: PLANS.find((each) => each === target.value) ?? 'FREE' })
                }
              >
                {PLANS.map((each) => (
                  <option key={each} value={each}>
                    {o.plans[each]}
                  </option>
                ))}
              </select>,
            ]}
          />
        )}
      />
      {creating && (
        <Window title={t.create} onClose={() => setCreating(false)}>
          <Form
            send={create}
            word={t.create}
            fields={['name']}
            read={(form) => ({ name: typed(form, 'name') })}
            onDone={() => setCreating(false)}
            onCancel={() => setCreating(false)}
          >
            <TextField
              label={t.name}
              help={t.createHelp}
              name="name"
              required
              maxLength={128}
              autoComplete="off"
              problem={at(create.problems, 'name')}
            />
          </Form>
        </Window>
      )}
    </InstanceFrame>
  );
}
