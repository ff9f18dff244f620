import { account } from './account.ts';
import { apps } from './apps.ts';
import { common } from './common.ts';
import { connect } from './connect.ts';
import { connection } from './connection.ts';
import { connections } from './connections.ts';
import { errors } from './errors.ts';
import { frames } from './frames.ts';
import { grants } from './grants.ts';
import { health } from './health.ts';
import { history } from './history.ts';
import { instance } from './instance.ts';
import { invitation } from './invitation.ts';
import { log } from './log.ts';
import { newRequest } from './new-request.ts';
import { organization } from './organization.ts';
import { organizationSignIn } from './organization-sign-in.ts';
import { recipient } from './recipient.ts';
import { report } from './report.ts';
import { requests } from './requests.ts';
import { shortcuts } from './shortcuts.ts';
import { signIn } from './sign-in.ts';
import { team } from './team.ts';
import { usage } from './usage.ts';
import { used } from './used.ts';

/** Every area in German, loaded as one when somebody speaks it. */
export const german = {
  account,
  apps,
  common,
  connect,
  connection,
  connections,
  errors,
  frames,
  grants,
  health,
  history,
  instance,
  invitation,
  log,
  newRequest,
  organization,
  organizationSignIn,
  recipient,
  report,
  requests,
  shortcuts,
  signIn,
  team,
  usage,
  used,
};
