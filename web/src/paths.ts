/** Every address of the page, in one place. Links in mails lead to `request`, and by `/i/…` to `invitation`. */
export const paths = {
  home: '/',
  signIn: '/sign-in',
  setUp: '/set-up',
  invitation: (link: string) => `/invitations/${encodeURIComponent(link)}`,
  sent: '/requests/sent',
  received: '/requests/received',
  newRequest: '/requests/new',
  request: (id: string) => `/requests/${encodeURIComponent(id)}`,
  wasSent: (id: string) => `/requests/${encodeURIComponent(id)}/sent`,
  grants: '/grants',
  connections: '/connections',
  health: '/connections/health',
  connection: (id: string) => `/connections/${encodeURIComponent(id)}`,
  team: '/team',
  apps: '/apps',
  app: (id: string) => `/apps/${encodeURIComponent(id)}`,
  apply: '/apply',
  organization: '/organization',
  people: '/organization/people',
  clients: '/organization/clients',
  organizationSignIn: '/organization/sign-in',
  log: '/organization/log',
  leave: (id: string) => `/leave/${encodeURIComponent(id)}`,
  applications: '/instance/applications',
  organizations: '/instance/organizations',
  domains: '/instance/domains',
  jobs: '/instance/jobs',
  profile: '/profile',
  sessions: '/profile/sessions',
  tokens: '/profile/tokens',
} as const;

/** A path of this page that may be gone back to: never another host. */
export function safeReturn(path: string | null): string {
  return path && /^\/(?![/\\])/.test(path) && !path.startsWith('/sign-in') ? path : '/';
}

/** Longest way back that the server takes; pages need far less. */
const LONGEST = 1000;

/** Where a sign-in leads back to: the page that one is on, all of its address, or what `/sign-in` was told. */
export function wayBack({ pathname, search, hash }: Pick<Location, 'pathname' | 'search' | 'hash'>): string {
  if (pathname === paths.signIn) return safeReturn(new URLSearchParams(search).get('return'));
  // Browsers read `\` as `/`, so the server takes none.
  const whole = `${pathname}${search}${hash}`.replaceAll('\\', '%5C');
  return safeReturn(whole.length > LONGEST ? pathname : whole);
}
