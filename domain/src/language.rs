//! The languages of pages and mails.

/// A language in which people without an account, too, are spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English, where nothing else is known.
    #[default]
    En,
    /// German.
    De,
}

impl Language {
    /// The tag (BCP 47), as it stands in pages, mails and the database.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// The language of a tag; regions and scripts count for nothing.
    pub fn parse(tag: &str) -> Option<Self> {
        let first = tag.split('-').next().unwrap_or_default();
        [Self::En, Self::De].into_iter().find(|language| language.tag().eq_ignore_ascii_case(first))
    }

    /// What a browser likes best of what we have, by its `Accept-Language` (RFC 9110, 12.5.4). Of two that it
    /// likes alike the first counts. What cannot be read is passed over, so nonsense is English.
    pub fn accepted(header: &str) -> Self {
        let mut best: Option<(f32, Self)> = None;
        for range in header.split(',') {
            let (tag, parameters) = range.split_once(';').unwrap_or((range, "q=1"));
            let (tag, weight) = (tag.trim(), parameters.trim().strip_prefix("q="));
            let weight = weight.and_then(|weight| weight.trim().parse::<f32>().ok());
            let Some(weight) = weight.filter(|weight| (0.0..=1.0).contains(weight)) else { continue };
            let language = if tag == "*" { Some(Self::default()) } else { Self::parse(tag) };
            if let Some(language) = language
                && weight > best.map_or(0.0, |(best, _)| best)
            {
                best = Some((weight, language));
            }
        }
        best.map(|(_, language)| language).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_liked_language_that_there_is_counts() {
        let rows = [
            ("de", Language::De),
            ("DE-at", Language::De),
            ("de-CH,de;q=0.9,en;q=0.8", Language::De),
            ("en-GB,en;q=0.9,de;q=0.8", Language::En),
            ("en;q=0.5, de;q=0.7", Language::De),
            ("de;q=0.5,en;q=0.5", Language::De),
            ("fr,nl;q=0.9,de;q=0.1", Language::De),
            ("fr", Language::En),
            ("*", Language::En),
            ("de;q=0.4,*;q=0.5", Language::En),
            ("de;q=0", Language::En),
            ("de;q=2", Language::En),
            ("de;q=NaN", Language::En),
            ("de;q=", Language::En),
            ("de;level=1", Language::En),
            ("den", Language::En),
            ("", Language::En),
            (";;,,;q=1,=", Language::En),
        ];
        for (header, language) in rows {
            assert_eq!(Language::accepted(header), language, "{header}");
        }
    }
}
