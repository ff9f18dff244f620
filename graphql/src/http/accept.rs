//! Which media types the client can read, GraphQL over HTTP section 6.1.

use http::{HeaderMap, HeaderValue, header};

/// A JSON media type of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Media {
    /// `application/json`: request errors are answered with 200.
    Json,
    /// `application/graphql-response+json`: request errors are answered with 400.
    GraphqlResponse,
}

impl Media {
    pub(crate) fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        })
    }
}

/// What the `Accept` headers of a request allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Accepted {
    /// The preferred JSON type, if one is allowed.
    pub json: Option<Media>,
    /// Whether an event stream is allowed by name.
    pub stream: bool,
}

impl Accepted {
    /// Reads all `Accept` headers; `None` if no type of ours is allowed.
    pub(crate) fn by(headers: &HeaderMap) -> Option<Self> {
        if !headers.contains_key(header::ACCEPT) {
            return Some(Self { json: Some(Media::Json), stream: false });
        }
        let (mut json, mut graphql, mut stream) = (0.0_f32, 0.0_f32, 0.0_f32);
        for value in headers.get_all(header::ACCEPT) {
            for range in value.to_str().unwrap_or_default().split(',') {
                let (name, quality) = range_of(range);
                match name.as_str() {
                    "application/json" | "application/*" | "*/*" => json = json.max(quality),
                    "application/graphql-response+json" => graphql = graphql.max(quality),
                    "text/event-stream" => stream = stream.max(quality),
                    _ => {}
                }
            }
        }
        // Who names the newer type understands it, so it wins a tie.
        let media = if graphql > 0.0 && graphql >= json {
            Some(Media::GraphqlResponse)
        } else {
            (json > 0.0).then_some(Media::Json)
        };
        let accepted = Self { json: media, stream: stream > 0.0 };
        (accepted.json.is_some() || accepted.stream).then_some(accepted)
    }
}

/// Name and quality of a media range; quality 0 for a character set that we do not write.
fn range_of(range: &str) -> (String, f32) {
    let mut parts = range.split(';');
    let name = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let mut quality = 1.0;
    for part in parts {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let value = value.trim().trim_matches('"');
        match key.trim().to_ascii_lowercase().as_str() {
            "q" => quality = value.parse().unwrap_or(0.0),
            "charset" if !is_utf8(value) => return (name, 0.0),
            _ => {}
        }
    }
    (name, quality)
}

/// Whether the body is announced as JSON in UTF-8 and nothing else.
pub(crate) fn is_json_body(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let Ok(value) = value.to_str() else { return false };
    let encoded = headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity");
    let mut parts = value.split(';');
    let json = parts.next().is_some_and(|name| name.trim().eq_ignore_ascii_case("application/json"));
    let utf8 = parts.all(|part| match part.split_once('=') {
        Some((key, value)) if key.trim().eq_ignore_ascii_case("charset") => {
            is_utf8(value.trim().trim_matches('"'))
        }
        _ => true,
    });
    json && utf8 && !encoded
}

fn is_utf8(charset: &str) -> bool {
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(value: &'static str) -> Option<(Option<Media>, bool)> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static(value));
        Accepted::by(&headers).map(|accepted| (accepted.json, accepted.stream))
    }

    #[test]
    fn the_newer_type_is_used_where_it_is_named() {
        assert_eq!(accepted("*/*"), Some((Some(Media::Json), false)));
        assert_eq!(accepted("application/json"), Some((Some(Media::Json), false)));
        let both = "application/json, application/graphql-response+json";
        assert_eq!(accepted(both), Some((Some(Media::GraphqlResponse), false)));
        let less = "application/json, application/graphql-response+json;q=0.9";
        assert_eq!(accepted(less), Some((Some(Media::Json), false)));
        assert_eq!(accepted("text/event-stream"), Some((None, true)));
        assert_eq!(accepted("text/html"), None);
        assert_eq!(accepted("application/json;q=0"), None);
        assert_eq!(accepted("application/json; charset=iso-8859-1"), None);
        assert_eq!(Accepted::by(&HeaderMap::new()).and_then(|accepted| accepted.json), Some(Media::Json));
    }
}
