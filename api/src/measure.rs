//! Counts answers by route (OPS-5). Routes are names of ours, never what somebody typed.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use service::trace;
use tracing::Instrument as _;

/// Counts one answer, and how long its head took.
pub(crate) async fn measure(request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let method = match request.method().as_str() {
        "GET" => "GET",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "HEAD" => "HEAD",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    };
    let span = tracing::info_span!(
        target: trace::TARGET, "http.request", otel.kind = "server", http.request.method = %method,
        http.route = %route, http.response.status_code = tracing::field::Empty
    );
    let asked = request.headers().get("traceparent").and_then(|value| value.to_str().ok());
    trace::continue_from(&span, asked);
    let response = next.run(request).instrument(span.clone()).await;
    span.record("http.response.status_code", response.status().as_u16());
    let status = match response.status().as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    let took = begun.elapsed().as_secs_f64();
    metrics::counter!(
        "consentry_http_requests_total", "route" => route.clone(), "method" => method, "status" => status
    )
    .increment(1);
    metrics::histogram!(
        "consentry_http_request_duration_seconds", "route" => route, "method" => method, "status" => status
    )
    .record(took);
    response
}
