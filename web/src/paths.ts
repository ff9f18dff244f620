/** Every address of the page, in one place. Links in mails lead to `request`, and by `/i/…` to `invitation`. */
export const paths = {
  home: '/',
  signIn: (back?: string) => (back ? `/sign-in?return=${encodeURIComponent(back)}` : '/sign-in'),
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
