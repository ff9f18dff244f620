//! A person's browser: cookies and GraphQL over real HTTP.

use std::collections::BTreeMap;
use std::sync::Mutex;

use reqwest::{Client, Method, RequestBuilder, Response, redirect};
use serde_json::{Value, json};

/// A browser with its cookies. Redirects are not followed by themselves.
pub struct Browser {
    http: Client,
    base: String,
    cookies: Mutex<BTreeMap<String, String>>,
}

/// The answer to a GraphQL operation.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The whole answer.
    pub json: Value,
}

impl Answer {
    /// The data; panics with the errors where there are any.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.json.get("errors").is_none(), "unexpected errors: {}", self.json);
        self.json["data"].clone()
    }

    /// Codes of the errors with their fields, such as `REQUIRED name`.
    #[track_caller]
    pub fn refusals(&self) -> Vec<String> {
        let errors = self.json["errors"].as_array().unwrap_or_else(|| panic!("errors, not {}", self.json));
        errors
            .iter()
            .map(|error| {
                let code =
                    error["extensions"]["code"].as_str().unwrap_or_else(|| panic!("a code in {error}"));
                match error["extensions"]["field"].as_str() {
                    Some(field) => format!("{code} {field}"),
                    None => code.to_owned(),
                }
            })
            .collect()
    }

    /// Whether the operation went through.
    pub fn is_ok(&self) -> bool {
        self.json.get("errors").is_none()
    }

    /// The code of the one error.
    #[track_caller]
    pub fn refusal(&self) -> String {
        let refusals = self.refusals();
        assert_eq!(refusals.len(), 1, "one error in {}", self.json);
        refusals.into_iter().next().expect("one error")
    }
}

impl Browser {
    /// A browser for an instance.
    pub fn new(base: &str) -> Self {
        // Whoever comes first sets the provider; all set the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder().redirect(redirect::Policy::none()).no_proxy().build().expect("a client");
        Self { http, base: base.to_owned(), cookies: Mutex::default() }
    }

    /// Another browser for the same instance, without the cookies of this one.
    #[must_use]
    pub fn another(&self) -> Self {
        Self { http: self.http.clone(), base: self.base.clone(), cookies: Mutex::default() }
    }

    /// Puts a cookie.
    pub fn set_cookie(&self, name: &str, value: &str) {
        self.cookies.lock().expect("cookies").insert(name.to_owned(), value.to_owned());
    }

    /// A cookie's value.
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().expect("cookies").get(name).cloned()
    }

    /// All cookies as one header.
    pub fn cookie_header(&self) -> String {
        self.cookies
            .lock()
            .expect("cookies")
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ")
    }

    /// A request to a path of the instance, or to a whole address. Cookies go to the instance only.
    pub fn request(&self, method: Method, target: &str) -> RequestBuilder {
        let ours = !target.starts_with("http") || target.starts_with(&self.base);
        let url =
            if target.starts_with("http") { target.to_owned() } else { format!("{}{target}", self.base) };
        let request = self.http.request(method, url);
        if ours { request.header("cookie", self.cookie_header()) } else { request }
    }

    /// Sends a request and keeps the cookies of the answer.
    pub async fn send(&self, request: RequestBuilder) -> Response {
        let response = request.send().await.expect("an answer");
        for value in response.headers().get_all("set-cookie") {
            let text = value.to_str().expect("a text");
            let (pair, attributes) = text.split_once(';').unwrap_or((text, ""));
            let (name, value) = pair.split_once('=').expect("a pair");
            if attributes.contains("Max-Age=0") {
                self.cookies.lock().expect("cookies").remove(name);
            } else {
                self.set_cookie(name, value);
            }
        }
        response
    }

    /// Opens a page.
    pub async fn get(&self, target: &str) -> Response {
        self.send(self.request(Method::GET, target)).await
    }

    /// Runs an operation with text variables.
    pub async fn gql(&self, query: &str, variables: &[(&str, &str)]) -> Answer {
        let variables: Value = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
            .collect::<serde_json::Map<_, _>>()
            .into();
        self.post(query, variables).await
    }

    /// Runs an operation.
    pub async fn post(&self, query: &str, variables: Value) -> Answer {
        let request =
            self.request(Method::POST, "/graphql").json(&json!({ "query": query, "variables": variables }));
        let response = self.send(request).await;
        Answer { json: response.json().await.expect("JSON") }
    }
}
