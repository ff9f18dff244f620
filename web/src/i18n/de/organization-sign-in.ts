import type { Words } from '../area.ts';
import type { organizationSignIn as en } from '../en/organization-sign-in.ts';

export const organizationSignIn: Words<typeof en> = {
  title: 'OpenID-Anbieter',
  lead: 'Leute mit einer Adresse Ihrer Maildomains können sich dort anmelden, wo sie es auch sonst tun. Codes per Mail gehen daneben weiter, damit niemand ausgesperrt ist.',
  ownersOnly:
    'Das können nur Inhaber der Organisation ändern: Wer den Anbieter betreibt, kann sich als jeder aus den Domains anmelden.',
  none: 'Es ist kein Anbieter gesetzt.',
  steps: 'Was zu tun ist',
  step1:
    'Tragen Sie bei Ihrem Anbieter einen Client ein: Authorization-Code-Ablauf, mit Secret, und mit dieser Weiterleitungsadresse:',
  step2: 'Setzen Sie den Anbieter hier. Er wird gleich gefragt, so sehen Sie, was nicht passt.',
  step3:
    'Beanspruchen Sie unten Ihre Maildomains. Sie gelten, sobald ein Administrator dieser Instanz sie bestätigt hat.',
  set: 'Anbieter setzen',
  change: 'Ändern',
  remove: 'Entfernen',
  issuer: 'Issuer',
  issuerHelp: 'Genau wie in seinem Discovery-Dokument, etwa https://login.example.com',
  clientId: 'Client-ID',
  clientSecret: 'Client-Secret',
  clientSecretHelp: 'Versiegelt wie jedes Geheimnis, und nie wieder gezeigt. Bei jeder Änderung neu einzugeben.',
  name: 'Wie man ihn nennt',
  nameHelp: 'Steht auf dem Knopf. Bleibt es leer, ist es der Host des Issuers.',
  setSince: 'gesetzt',
  redirect: 'Weiterleitungsadresse',
  away: 'Der Anbieter hat dort nicht geantwortet. Prüfen Sie die Adresse; nichts wurde geändert.',
  unfit: (why) => `Der Anbieter hat geantwortet, aber es passt nicht: ${why}`,
  removeTitle: (name) => `${name} entfernen?`,
  removeText: 'Dann meldet man sich per Code an. Wer angemeldet ist, bleibt es.',
  idle: 'Der Anbieter meldet noch niemanden an: Keine Ihrer Maildomains ist bestätigt.',
  domains: 'Maildomains',
  domainsLead: 'Subdomains zählen für sich. Domains von Freemail-Anbietern gehören niemandem.',
  domainsNone: 'Noch keine beansprucht.',
  claim: 'Domain beanspruchen',
  domain: 'Domain',
  domainHelp: 'Was hinter dem @ steht, etwa northwind.example',
  release: 'Aufgeben',
  releaseTitle: (domain) => `${domain} aufgeben?`,
  releaseText:
    'Wer eine Adresse dieser Domain hat, meldet sich von da an per Code an, und eine andere Organisation kann sie beanspruchen.',
  states: { WAITING: 'Wartet auf Bestätigung', CONFIRMED: 'Bestätigt', REFUSED: 'Abgelehnt' },
  waitingHelp:
    'Sagen Sie denen, die diese Instanz verwalten, dass sie wartet. Vielleicht bitten sie Sie, ein paar Wörter in einen TXT-Eintrag der Domain zu schreiben, um zu sehen, dass sie Ihnen gehört.',
  refusedHelp: 'Beanspruchen Sie sie wieder, wenn das geklärt ist.',
  wrongDomain:
    'Das lässt sich nicht beanspruchen: Es ist keine Domain, eine eines Freemail-Anbieters oder eine, die sich über die Instanz anmeldet.',
};
