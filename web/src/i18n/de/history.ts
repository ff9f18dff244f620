import type { Words } from '../area.ts';
import type { history as en } from '../en/history.ts';

export const history: Words<typeof en> = {
  kinds: {
    REQUEST_CREATED: 'hat die Anfrage gesendet',
    REQUEST_REMINDED: 'hat den Empfänger erinnert',
    RECIPIENT_LEFT: 'hat die Organisation verlassen',
    REQUEST_DELETED: 'hat die Anfrage gelöscht',
    REQUEST_CLEARED: 'hat geräumt, was von einer gelöschten Anfrage blieb',
    INVITATION_ACCEPTED: 'hat die Einladung angenommen',
    INVITATION_RESENT: 'hat die Mail noch einmal gesendet',
    DELIVERY_CHANGED: 'hat Neues von der Zustellung',
    ITEM_ATTEMPTED: 'hat es versucht, es endete ohne Zugriff',
    ITEM_AUTHORIZED: 'hat freigegeben',
    ITEM_DECLINED: 'hat abgelehnt',
    ITEM_WAITS: 'soll das Konto bestätigen',
    ITEM_INVALID: 'wollte freigeben; es hat nicht funktioniert',
    ITEM_DEGRADED: 'erreicht die App nicht und versucht es weiter',
    ITEM_RECOVERED: 'erreicht die App wieder',
    ITEM_BROKEN: 'hat bemerkt, dass der Zugriff nicht mehr funktioniert',
    USE_SUSPENDED: 'hat die Nutzung angehalten',
    USE_RESUMED: 'hat die Nutzung fortgesetzt',
    ITEM_RENEWED: 'hat den Zugriff ersetzt',
    ITEM_REVOKED: 'hat den Zugriff zurückgenommen',
    REVOCATION_QUEUED: 'sagt der App, dass der Zugriff beendet ist',
    REVOCATION_FINISHED: 'hat die Antwort der App darauf',
    CONNECTION_CREATED: 'hat eine Verbindung eingerichtet',
    CONNECTION_ROTATED: 'hat das Token einer Verbindung ersetzt',
    CONNECTION_WITHDRAWN: 'hat eine Verbindung beendet',
    ACCOUNT_CHANGED: 'hat ein Konto geändert',
  },
  notByRecipient: {
    ITEM_INVALID: 'hat bemerkt, dass das Freigeben nicht funktioniert hat',
    RECIPIENT_LEFT: 'hat den Empfänger aus der Organisation entfernt',
    ITEM_REVOKED: 'hat damit den Zugriff beendet',
  },
};
