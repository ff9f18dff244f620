import type { Words } from '../area.ts';
import type { instance as en } from '../en/instance.ts';

export const instance: Words<typeof en> = {
  title: 'Instanz',
  tabs: { applications: 'Anträge', organizations: 'Organisationen' },
  forbidden: 'Das ist für Administratoren der Instanz.',
  applicationsLead:
    'Wer Zugriffsanfragen senden möchte. Die Prüfung zeigt, ob Tarif und Adresse passen; Sie entscheiden.',
  show: 'Zeigen',
  states: { OPEN: 'Wartet', APPROVED: 'Genehmigt', REFUSED: 'Abgelehnt' },
  all: 'Alle',
  none: 'Niemand wartet auf eine Antwort',
  noneText: 'Das ist eine gute Nachricht.',
  hasPlan: 'Tarif passt',
  noPlan: 'Kein passender Tarif',
  corporate: 'Adresse einer Firma',
  notCorporate: 'Adresse eines Freemail-Anbieters',
  company: 'Firma',
  reason: 'Wofür',
  approve: 'Genehmigen',
  refuse: 'Ablehnen',
  forWhom: (word, name) => `${word}: ${name}`,
  refuseTitle: (name) => `Antrag von ${name} ablehnen?`,
  refusal: 'Warum',
  refusalHelp: 'Die Person liest es in einer Mail.',
  wasRefused: 'Abgelehnt',
  organizationsLead:
    'Organisationen dieser Instanz. Mit den Tarifen „Partner“ und „Enterprise“ kommen ihre Leute für das Senden von Anfragen in Frage.',
  name: 'Name',
  plan: 'Tarif',
  create: 'Organisation anlegen',
  createHelp: 'Sie werden ihr Inhaber.',
  planFor: (name) => `Tarif von ${name}`,
  setUpTitle: 'Diese Instanz in Betrieb nehmen',
  setUpLead:
    'Noch verwaltet sie niemand. Das Programm hat beim Start einen Code ausgegeben; wer ihn hat, wird Administrator und Inhaber der ersten Organisation.',
  code: 'Einrichtungscode',
  organizationName: 'Name Ihrer Organisation',
  teamName: 'Name ihres ersten Teams',
  setUp: 'Beginnen',
  isSetUp: 'Diese Instanz ist schon in Betrieb',
};
