//! German.

use domain::ErrorCode;
use domain::language::Language;
use service::Error;

use super::{Titles, Words};

pub(super) static WORDS: Words = Words {
    language: Language::De,
    home: "Zu Ihren Anfragen",
    go_on: "Weiter",
    request_waits: "Eine Anfrage wartet auf",
    membership_waits: "Eine Einladung wartet auf",
    answer_by_sign_in: "Um sie zu beantworten, melden Sie sich mit dieser Adresse an. Wer diese Seite öffnet, gibt noch nichts frei.",
    link_expired: |organization| format!("Dieser Link ist zu alt. Bitten Sie {organization} um einen neuen."),
    use_the_code: (
        "Nehmen Sie den Code",
        "Dieser Link geht nur in dem Browser, in dem Sie ihn angefordert haben. Tippen Sie dort die sechs Ziffern aus der Mail ein.",
    ),
    signed_in: (
        "Sie sind angemeldet",
        "Machen Sie in dem Fenster weiter, in dem Sie angefangen haben, oder hier.",
    ),
    not_found: (
        "Hier ist nichts",
        "Die Adresse ist vertippt, oder was sie nannte, gibt es nicht mehr oder ist nicht für Sie.",
    ),
    away: ("Gerade nicht da", "Der Dienst ist im Moment nicht da. Versuchen Sie es noch einmal."),
    fault: ("Das hat nicht geklappt", |id| {
        format!("Bei uns ist etwas schiefgegangen; im Protokoll steht es unter {id}.")
    }),
    for_apps: (
        "Diese Adresse ist für Apps",
        "Apps schicken Browser nach einer Anmeldung hierher. Fangen Sie bei der Anfrage an.",
    ),
    almost_done: (
        "Fast fertig",
        "Gehen Sie zurück zur Anfrage und bestätigen Sie, dass es das richtige Konto ist. Vorher gilt nichts.",
    ),
    done: (
        "Fertig",
        "Der Zugriff ist freigegeben. Sie können dieses Fenster schließen; die Anfrage zeigt es schon.",
    ),
    broke_off: (
        "Das hat nicht geklappt",
        "Bei uns ist etwas schiefgegangen. Fangen Sie bei der Anfrage noch einmal an.",
    ),
    back: "Zurück zur Anfrage",
    close_window: "Sie können dieses Fenster schließen und zur Anfrage zurückgehen.",
    misused: (
        "Diese Anmeldung geht nicht",
        "In der Adresse fehlt etwas, oder etwas steht doppelt da. Fangen Sie die Anmeldung noch einmal an.",
    ),
    leads_nowhere: (
        "Diese Adresse führt nirgendwohin",
        "Die Seite, zu der sie zurückführen soll, ist keine von uns. Fangen Sie die Anmeldung noch einmal an.",
    ),
    open_yourself: (
        "Öffnen Sie diese Adresse selbst",
        "Eine andere Seite hat hierhergeführt. Fügen Sie die Adresse in ein neues Fenster ein, um sich anzumelden.",
    ),
    titles: Titles {
        sign_in_first: "Melden Sie sich zuerst an",
        no_sign_in: "Diese Anmeldung geht nicht",
        changed: "Das hat sich inzwischen geändert",
        nothing_shared: "Nichts wurde freigegeben",
        wait: "Bitte warten Sie",
        no_account: "Mit diesem Konto geht es nicht",
        not_signed_in: "Sie sind nicht angemeldet",
        provider_away: "Die Anmeldung ist gerade nicht da",
    },
    sentence,
};

/// A refusal by its code: the service's own words are English.
fn sentence(error: &Error) -> String {
    let words = match error {
        Error::RateLimited { seconds } => {
            return format!("Zu viele Versuche. Warten Sie {seconds} Sekunden.");
        }
        Error::Refused(code, _) => refused(*code),
        _ => "Das ging so nicht. Fangen Sie noch einmal von vorn an.",
    };
    words.to_owned()
}

const fn refused(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::Unauthenticated => "Sie sind abgemeldet. Melden Sie sich an, um weiterzumachen.",
        ErrorCode::Forbidden => "Dieses Konto darf das nicht.",
        ErrorCode::InvalidState => {
            "Diese Anmeldung wurde nicht in diesem Browser begonnen, schon benutzt, oder sie ist zu alt. Fangen Sie noch einmal an."
        }
        ErrorCode::Conflict => "Das hat sich inzwischen geändert. Sehen Sie in der Anfrage nach.",
        ErrorCode::IllegalTransition => "Das geht nicht mehr. Die Anfrage zeigt den neuen Stand.",
        ErrorCode::CredentialRefused => "Die Anmeldung wurde dort abgebrochen oder nicht angenommen.",
        ErrorCode::ProviderUnavailable => {
            "Es kam keine Antwort von dort. Versuchen Sie es in einer Minute noch einmal."
        }
        ErrorCode::ProviderMisconfigured => {
            "Die Anmeldung ist nicht richtig eingerichtet. Es liegt nicht an Ihnen."
        }
        ErrorCode::WrongCode => "Der Code ist falsch, verbraucht oder älter als zehn Minuten.",
        ErrorCode::TooManyTries => "Dieser Code wurde zu oft versucht. Fordern Sie einen neuen an.",
        ErrorCode::SingleSignOnRequired => {
            "Diese Adresse meldet sich über die Anmeldung ihrer Organisation an, nicht mit einem Code."
        }
        _ => "Das ging so nicht. Fangen Sie noch einmal von vorn an.",
    }
}
