//! English.

use domain::language::Language;
use service::Error;

use super::{Titles, Words};

pub(super) static WORDS: Words = Words {
    language: Language::En,
    go_on: "Continue",
    home: "To your requests",
    request_waits: "A request is waiting for",
    membership_waits: "An invitation to join is waiting for",
    answer_by_sign_in: "To answer it, sign in with that address. Nothing is shared by opening this page.",
    link_expired: |organization| format!("This link is too old. Ask {organization} for a new one."),
    use_the_code: (
        "Use the code instead",
        "This link works only in the browser in which you asked for it. Type the six digits from the mail there.",
    ),
    signed_in: ("You are signed in", "Go on in the window where you began, or here."),
    not_found: ("There is nothing here", "The address is mistyped, or what it named is gone or not for you."),
    away: ("Not available", "The service is away for a moment. Try again."),
    fault: ("This did not work", |id| format!("Something failed on our side; the log knows it as {id}.")),
    for_apps: (
        "This address is for apps",
        "Apps send browsers here after a sign-in. Start from the request.",
    ),
    almost_done: (
        "Almost done",
        "Go back to the request and confirm that this is the right account. Nothing counts before.",
    ),
    done: ("Done", "Access is granted. You can close this window; the request shows it already."),
    broke_off: ("This did not work", "Something failed on our side. Start again from the request."),
    back: "Back to the request",
    close_window: "You can close this window and go back to the request.",
    misused: (
        "This sign-in cannot be used",
        "Something is missing or stands twice in the address. Start the sign-in again.",
    ),
    leads_nowhere: (
        "This address leads nowhere",
        "The page to which it should lead back is none of ours. Start the sign-in again.",
    ),
    open_yourself: (
        "Open this address yourself",
        "Another site led here. Paste the address into a new window to sign in.",
    ),
    titles: Titles {
        sign_in_first: "Sign in first",
        no_sign_in: "This sign-in cannot be used",
        changed: "This changed meanwhile",
        nothing_shared: "Nothing was shared",
        wait: "Please wait",
        no_account: "This account cannot be used",
        not_signed_in: "You are not signed in",
        provider_away: "The sign-in is away for a moment",
    },
    sentence,
};

/// The service speaks English: its own words, which say most.
fn sentence(error: &Error) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next();
    first.map(|first| first.to_uppercase().chain(letters).chain(['.']).collect()).unwrap_or_default()
}
