import type { Words } from '../area.ts';
import type { errors as en } from '../en/errors.ts';

export const errors: Words<typeof en> = {
  codes: {
    SIX_DIGITS: 'Der Code hat sechs Ziffern.',
    OFFLINE: 'Sie sind offline, deshalb wurde nichts gesendet. Versuchen Sie es wieder, wenn Sie zurück sind.',
    NO_ANSWER:
      'Es kam keine Antwort. Sie sind offline, oder der Dienst ist gerade nicht da. Versuchen Sie es noch einmal.',
    UNKNOWN_OUTCOME:
      'Es kam keine Antwort; wir wissen also nicht, ob es angekommen ist. Sehen Sie nach, wie es steht, bevor Sie es wieder versuchen.',
    ALREADY_IN_ORGANIZATION: 'Diese Adresse gehört jemandem aus Ihrer Organisation.',
    ALREADY_SET_UP: 'Diese Instanz ist schon eingerichtet. Melden Sie sich an.',
    CONFLICT: 'Das hat sich inzwischen geändert. Sie sehen den neuen Stand; entscheiden Sie noch einmal.',
    CREDENTIAL_REFUSED: 'Das wurde nicht angenommen. Prüfen Sie, ob Sie alles kopiert haben.',
    DUPLICATE: 'Das steht hier zweimal.',
    FEATURE_REQUIRED: 'Sie können noch keine Anfragen senden. Beantragen Sie es zuerst.',
    FORBIDDEN: 'Ihre Rolle erlaubt das nicht.',
    ILLEGAL_TRANSITION: 'Das geht nicht mehr. Sie sehen den neuen Stand.',
    INTERNAL:
      'Das hat nicht geklappt, und es liegt an uns. Nichts wurde geändert; versuchen Sie es später noch einmal.',
    INVALID_CHARACTERS: 'Hier stehen Zeichen, die nicht erlaubt sind.',
    INVALID_FORMAT: 'Das sieht nicht richtig aus. Prüfen Sie es auf Tippfehler.',
    INVALID_ID: 'Wählen Sie einen Eintrag aus der Liste.',
    LAST_OWNER: 'Eine Organisation braucht einen Inhaber. Machen Sie zuerst jemand anderen dazu.',
    LINK_EXPIRED: 'Dieser Link ist zu alt. Bitten Sie um einen neuen.',
    NOT_FOUND: 'Das gibt es nicht mehr, oder es ist nicht für Sie.',
    OAUTH_CLIENT_MISSING:
      'Die Anmeldung bei dieser App ist hier noch nicht eingerichtet. Sagen Sie es dem, der Sie fragt.',
    OUT_OF_RANGE: 'Diese Zahl ist zu klein oder zu groß.',
    PREVIEW_STALE: 'Die Liste hat sich inzwischen geändert. Sehen Sie sie noch einmal an.',
    PROVIDER_MISCONFIGURED:
      'Diese App ist hier nicht richtig eingerichtet. Es liegt nicht an Ihnen; sagen Sie es dem, der Sie fragt.',
    PROVIDER_UNAVAILABLE:
      'Die App hat nicht geantwortet. Über Ihre Eingabe sagt das nichts; versuchen Sie es in einer Minute noch einmal.',
    RATE_LIMITED: 'Das war etwas zu oft. Warten Sie ein wenig, dann versuchen Sie es noch einmal.',
    RECIPIENT_NOT_ALLOWED: 'Diese Person dürfen Sie von diesem Team aus nicht fragen.',
    REQUIRED: 'Das wird gebraucht.',
    SINGLE_SIGN_ON_REQUIRED: 'Diese Adresse meldet sich über die Anmeldung ihrer Organisation an.',
    TERMS_NOT_ACCEPTED: 'Nehmen Sie zuerst die Bedingungen an.',
    TOO_LONG: 'Das ist zu lang.',
    TOO_MANY: 'Das sind zu viele.',
    TOO_MANY_TRIES: 'Dieser Code wurde fünfmal versucht. Fordern Sie einen neuen an.',
    UNAUTHENTICATED: 'Sie sind abgemeldet. Melden Sie sich an, um weiterzumachen.',
    UNAVAILABLE: 'Der Dienst ist gerade nicht da. Nichts wurde geändert; versuchen Sie es noch einmal.',
    UNKNOWN_APP: 'Diese App steht nicht im Katalog.',
    UNKNOWN_MODULE: 'Das hat die App nicht mehr.',
    UNKNOWN_VERSION: 'Diese Version hat die App nicht.',
    VERSION_REQUIRED: 'Wählen Sie eine Version dieser App.',
    WRONG_ACCOUNT: 'Das ist für eine andere Adresse als die, mit der Sie angemeldet sind.',
    WRONG_CODE:
      'Dieser Code ist falsch, verbraucht oder zu alt. Tippen Sie ihn noch einmal, oder fordern Sie einen neuen an.',
    WRONG_SET_UP_CODE: 'Das ist nicht der Code, den das Programm beim Start ausgegeben hat.',
  },
  tooOften: (when) => `Das war etwas zu oft. Versuchen Sie es ${when} noch einmal.`,
  other: (code) => `Das wurde abgelehnt (${code}). Nichts wurde geändert.`,
};
