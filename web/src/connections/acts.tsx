import { useSend } from '../api/hooks.ts';
import { connection } from '../i18n/en/connection.ts';
import { connections } from '../i18n/en/connections.ts';
import { useTexts } from '../i18n/language.ts';
import { Confirm } from '../parts/confirm.tsx';
import {
  ResumeConnectionDocument,
  ResumeCredentialDocument,
  RotateConnectionDocument,
  SuspendConnectionDocument,
  SuspendCredentialDocument,
  WithdrawConnectionDocument,
} from './connections.gen.ts';

/** Something to be done with a connection, or with all use of an account: then `id` is the item's. */
export interface Doing {
  readonly what: 'rotate' | 'withdraw' | 'suspend' | 'resume' | 'suspendAll' | 'resumeAll';
  readonly id: string;
  readonly name: string;
}

/** What can be done with one use, each asked for once more before it happens. */
export function Act({
  doing: { what, id, name },
  onClose,
  onToken,
  onEnded = onClose,
}: {
  doing: Doing;
  onClose: () => void;
  onToken: (token: string) => void;
  onEnded?: () => void;
}) {
  const t = useTexts(connections);
  const o = useTexts(connection);
  const rotate = useSend(RotateConnectionDocument);
  const withdraw = useSend(WithdrawConnectionDocument);
  const suspend = useSend(SuspendConnectionDocument);
  const resume = useSend(ResumeConnectionDocument);
  const suspendAll = useSend(SuspendCredentialDocument);
  const resumeAll = useSend(ResumeCredentialDocument);
  const common = { variables: { id }, onClose };
  switch (what) {
    case 'rotate':
      return (
        <Confirm
          {...common}
          title={t.rotateTitle(name)}
          word={t.rotate}
          send={rotate}
          onDone={(data) => onToken(data.rotateConnection.token)}
        >
          <p>{t.rotateText}</p>
        </Confirm>
      );
    case 'withdraw':
      return (
        <Confirm {...common} title={t.withdrawTitle(name)} word={t.withdraw} send={withdraw} onDone={onEnded}>
          <p>{t.withdrawText}</p>
        </Confirm>
      );
    case 'suspend':
      return (
        <Confirm {...common} title={o.suspendTitle(name)} word={o.suspend} send={suspend} onDone={onClose}>
          <p>{o.suspendText}</p>
          <p className="muted">{o.told}</p>
        </Confirm>
      );
    case 'resume':
      return (
        <Confirm {...common} title={o.resumeTitle(name)} word={o.resume} send={resume} onDone={onClose} danger={false}>
          <p>{o.resumeText}</p>
          <p className="muted">{o.told}</p>
        </Confirm>
      );
    case 'suspendAll':
      return (
        <Confirm {...common} title={o.suspendAllTitle(name)} word={o.suspendAll} send={suspendAll} onDone={onClose}>
          <p>{o.suspendAllText}</p>
          <p className="muted">{o.told}</p>
        </Confirm>
      );
    case 'resumeAll':
      return (
        <Confirm
          {...common}
          title={o.resumeAllTitle(name)}
          word={o.resumeAll}
          send={resumeAll}
          onDone={onClose}
          danger={false}
        >
          <p>{o.resumeAllText}</p>
          <p className="muted">{o.told}</p>
        </Confirm>
      );
  }
}
