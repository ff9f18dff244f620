//! Documents that were parsed before: programs send the same few again and again.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_graphql::parser::types::ExecutableDocument;
use lru::LruCache;

/// Documents that are kept: more than an application has screens.
const KEPT: NonZeroUsize = NonZeroUsize::new(64).expect("more than zero");
/// Bytes of one that is kept. One of a thousand fields ([`Limits::selections`](crate::Limits)) is by estimate a third of
/// a megabyte when parsed, so that all together take some 20 MB at worst, if somebody is at pains to fill it.
const LONGEST: usize = 4 * 1024;

/// The documents used last.
pub(crate) struct Documents(Mutex<LruCache<String, Arc<ExecutableDocument>>>);

impl Default for Documents {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(KEPT)))
    }
}

impl Documents {
    /// The document of a text that was kept.
    pub(crate) fn get(&self, text: &str) -> Option<ExecutableDocument> {
        let kept = may_be_kept(text).then(|| self.lock().get(text).map(Arc::clone)).flatten();
        // Copied after the others may go on.
        kept.map(|document| ExecutableDocument::clone(&document))
    }

    /// Keeps a document that may run.
    pub(crate) fn keep(&self, text: &str, document: &ExecutableDocument) {
        if may_be_kept(text) && !self.lock().contains(text) {
            let document = Arc::new(document.clone());
            self.lock().put(text.to_owned(), document);
        }
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<String, Arc<ExecutableDocument>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever writes a secret into a document instead of a variable writes it as a string; neither that nor what
/// stands in a comment stays in memory.
fn may_be_kept(text: &str) -> bool {
    text.len() <= LONGEST && !text.contains(['"', '#'])
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use rstest::rstest;

    use super::*;

    fn kept(documents: &Documents, text: &str) -> bool {
        documents.keep(text, &parse_query(text).expect("a document"));
        documents.get(text).is_some()
    }

    #[rstest]
    #[case::variables("query($id: ID!) { node(id: $id) { id } }", true)]
    #[case::string("{ node(id: \"a secret\") { id } }", false)]
    #[case::block("{ node(id: \"\"\"a secret\"\"\") { id } }", false)]
    #[case::comment("{ a } # a secret", false)]
    #[case::long(&format!("{{ {} }}", "a ".repeat(LONGEST / 2)), false)]
    fn only_documents_that_can_hold_no_secret_are_kept(#[case] text: &str, #[case] is_kept: bool) {
        assert_eq!(kept(&Documents::default(), text), is_kept);
    }

    #[test]
    fn the_one_that_nobody_used_for_longest_goes_first() {
        let documents = Documents::default();
        let text = |number: usize| format!("{{ a{number} }}");
        for number in 0..=KEPT.get() {
            assert!(kept(&documents, &text(number)));
            assert!(documents.get(&text(0)).is_some(), "in use");
        }
        assert!(documents.get(&text(1)).is_none());
        assert_eq!(documents.lock().len(), KEPT.get());
    }
}
