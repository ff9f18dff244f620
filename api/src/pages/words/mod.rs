//! What the small pages say, in each language. English is the list that German has to fill.

mod de;
mod en;

use domain::language::Language;
use http::HeaderMap;
use service::Error;

/// Title and text of a page that says one thing.
pub(crate) type Said<'a> = (&'a str, &'a str);

/// All texts of the small pages in one language. None holds markup.
pub(crate) struct Words {
    /// Of these words.
    pub(crate) language: Language,
    /// On the button that leads on.
    pub(crate) go_on: &'static str,
    /// Leads to what one has, or to the sign-in.
    pub(crate) home: &'static str,
    /// In front of the hint of an address.
    pub(crate) request_waits: &'static str,
    /// In front of the hint of an address.
    pub(crate) membership_waits: &'static str,
    /// What opening a link does and does not.
    pub(crate) answer_by_sign_in: &'static str,
    /// A link that ended, by the organization's name.
    pub(crate) link_expired: fn(&str) -> String,
    /// A sign-in link in another browser.
    pub(crate) use_the_code: Said<'static>,
    /// After a sign-in by link.
    pub(crate) signed_in: Said<'static>,
    /// Missing and hidden alike (ROLE-6).
    pub(crate) not_found: Said<'static>,
    /// The database is away.
    pub(crate) away: Said<'static>,
    /// A fault of ours, by the number that the log knows.
    pub(crate) fault: (&'static str, fn(&str) -> String),
    /// `/oauth/callback` without what an app sends.
    pub(crate) for_apps: Said<'static>,
    /// An access that is to be confirmed.
    pub(crate) almost_done: Said<'static>,
    /// An access that counts.
    pub(crate) done: Said<'static>,
    /// The way back that broke off.
    pub(crate) broke_off: Said<'static>,
    /// On the button back to the request.
    pub(crate) back: &'static str,
    /// The same without an address.
    pub(crate) close_window: &'static str,
    /// A sign-in by OpenID Connect whose address was changed.
    pub(crate) misused: Said<'static>,
    /// A page to return to that is none of ours; the text where it is not told field by field.
    pub(crate) leads_nowhere: Said<'static>,
    /// An address of the demo on a page of another site.
    pub(crate) open_yourself: Said<'static>,
    /// Titles of refusals.
    pub(crate) titles: Titles,
    /// A refusal as a sentence.
    pub(crate) sentence: fn(&Error) -> String,
}

/// Titles of refusals.
pub(crate) struct Titles {
    /// Nobody is signed in.
    pub(crate) sign_in_first: &'static str,
    /// A sign-in that is over, or another browser's.
    pub(crate) no_sign_in: &'static str,
    /// Somebody was first.
    pub(crate) changed: &'static str,
    /// No access came of it.
    pub(crate) nothing_shared: &'static str,
    /// Too many tries.
    pub(crate) wait: &'static str,
    /// The provider vouches for somebody who may not.
    pub(crate) no_account: &'static str,
    /// The provider vouches for nobody.
    pub(crate) not_signed_in: &'static str,
    /// The provider does not answer.
    pub(crate) provider_away: &'static str,
}

impl Words {
    /// English, for what only operators and developers read.
    pub(crate) const ENGLISH: &'static Self = &en::WORDS;

    /// In the language that the browser likes best.
    pub(crate) fn of(headers: &HeaderMap) -> &'static Self {
        match crate::auth::language(headers) {
            Language::En => &en::WORDS,
            Language::De => &de::WORDS,
        }
    }
}
