import { area } from '../area.ts';

/** What happened, said behind who did it: of a request, and of an organization. */
export const history = area('history', {
  kinds: {
    REQUEST_CREATED: 'sent the request',
    REQUEST_REMINDED: 'reminded the recipient',
    RECIPIENT_LEFT: 'left the organization',
    REQUEST_DELETED: 'deleted the request',
    REQUEST_CLEARED: 'cleared what was left of a deleted request',
    INVITATION_ACCEPTED: 'accepted the invitation',
    INVITATION_RESENT: 'sent the mail again',
    DELIVERY_CHANGED: 'updated the mail’s delivery',
    ITEM_ATTEMPTED: 'tried, and it ended without access',
    ITEM_AUTHORIZED: 'authorized',
    ITEM_DECLINED: 'declined',
    ITEM_WAITS: 'is to confirm the account',
    ITEM_INVALID: 'tried to authorize; it did not work',
    ITEM_DEGRADED: 'cannot reach the app, and goes on trying',
    ITEM_RECOVERED: 'reaches the app again',
    ITEM_BROKEN: 'found that the access works no more',
    USE_SUSPENDED: 'suspended the use',
    USE_RESUMED: 'resumed the use',
    ITEM_RENEWED: 'replaced the access',
    ITEM_REVOKED: 'took the access back',
    REVOCATION_QUEUED: 'is telling the app that the access ended',
    REVOCATION_FINISHED: 'has the app’s answer to that',
    CONNECTION_CREATED: 'created a connection',
    CONNECTION_ROTATED: 'replaced the token of a connection',
    CONNECTION_WITHDRAWN: 'ended a connection',
    ACCOUNT_CHANGED: 'changed an account',
  } as Record<string, string>,
  /** Where the recipient did not do it themselves. */
  notByRecipient: {
    ITEM_INVALID: 'noticed that authorizing did not work',
    RECIPIENT_LEFT: 'removed the recipient from the organization',
    ITEM_REVOKED: 'ended the access by that',
  } as Record<string, string>,
});
