import { useSend } from '../api/hooks.ts';
import { connect } from '../i18n/en/connect.ts';
import { useTexts } from '../i18n/language.ts';
import { Button } from '../parts/button.tsx';
import { Window } from '../parts/dialog.tsx';
import { Problems } from '../parts/notice.tsx';
import { RevokeDocument } from './request.gen.ts';

interface Own {
  item: { readonly id: string; readonly appId: string; readonly app: { readonly name: string } | null };
  request: { readonly requester: { readonly name: string }; readonly organization: { readonly name: string } };
  onClose: () => void;
}

/** R10: taking access back, in two presses (REC-6). */
export default function Remove({ item, request, onClose }: Own) {
  const t = useTexts(connect);
  const revoke = useSend(RevokeDocument);
  const remove = async () => {
    if (await revoke.run({ itemId: item.id })) onClose();
  };
  return (
    <Window title={t.removeTitle(item.app?.name ?? item.appId)} onClose={onClose} alert>
      <p>{t.removeLead(request.requester.name, request.organization.name)}</p>
      <p>{t.removeBack}</p>
      <Problems of={revoke.problems} />
      <div className="actions even">
        <Button look="danger" onClick={remove} pending={revoke.pending}>
          {t.remove}
        </Button>
        <Button onClick={onClose}>{t.keep}</Button>
      </div>
    </Window>
  );
}
