//! Traces reach an OpenTelemetry collector: from a request through its job to the call of a provider (OPS-5).

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use kit::{Browser, REVOKE};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::trace::v1::Span;
use serde_json::{Value, json};

use crate::process::{Process, agree_at_sandbox};

/// A collector: OpenTelemetry's own service, which keeps what it gets.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Span>>>);

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: tonic::Request<ExportTraceServiceRequest>,
    ) -> Result<tonic::Response<ExportTraceServiceResponse>, tonic::Status> {
        let spans = request.into_inner().resource_spans.into_iter();
        let spans = spans.flat_map(|one| one.scope_spans).flat_map(|one| one.spans);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(spans);
        Ok(tonic::Response::new(ExportTraceServiceResponse::default()))
    }
}

impl Collector {
    async fn start() -> (Self, SocketAddr) {
        let collector = Self::default();
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let routes = tonic::service::Routes::new(TraceServiceServer::new(collector.clone()));
        tokio::spawn(async move { axum::serve(listener, routes.into_axum_router()).await });
        (collector, address)
    }

    fn spans(&self) -> Vec<Span> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn attribute(span: &Span, name: &str) -> String {
    let found = span.attributes.iter().find(|one| one.key == name).and_then(|one| one.value.as_ref());
    found.map(|value| format!("{value:?}")).unwrap_or_default()
}

#[tokio::test]
async fn ops_5_a_trace_goes_from_the_request_through_its_job_to_the_provider() {
    let (collector, address) = Collector::start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let at = format!("http://{address}");
    let settings = [("OTEL_EXPORTER_OTLP_ENDPOINT", at.as_str()), ("OTEL_BSP_SCHEDULE_DELAY", "100")];
    let mut process = Process::start_with(folder.path(), &["demo"], &settings).await;
    process.line_with("Ctrl-C").await;
    let ben = Browser::new(&process.base);
    ben.get("/demo/ben").await;
    let query = "{ receivedRequests(first: 50) { edges { node { items { id state } } } } }";
    let received = ben.gql(query, &[]).await.ok();
    let requests = received["receivedRequests"]["edges"].as_array().expect("edges").clone();
    let items = requests.iter().flat_map(|edge| edge["node"]["items"].as_array().expect("items").clone());
    let pending = items.into_iter().find(|item| item["state"] == "PENDING").expect("a pending item");
    let item = pending["id"].as_str().expect("an id");
    let through = agree_at_sandbox(&ben, item).await;
    // Somebody before us has begun the trace, such as a proxy.
    let (trace, parent) = ("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331");
    let revoke = ben
        .request(reqwest::Method::POST, "/graphql")
        .header("traceparent", format!("00-{trace}-{parent}-01"))
        .json(&json!({ "query": REVOKE, "variables": { "item": item } }));
    let answer: Value = ben.send(revoke).await.json().await.expect("JSON");
    assert_eq!(answer["data"]["revokeItem"]["item"]["state"], "REVOKED");
    let bytes = |hex: &str| -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")).collect()
    };
    let ours = || {
        let spans = collector.spans().into_iter().filter(|span| span.trace_id == bytes(trace));
        spans.collect::<Vec<_>>()
    };
    let named = |name: &str| ours().into_iter().find(|span| span.name == name);
    kit::eventually("the call of the provider is in the trace", async || {
        named("provider.call").is_some() && named("job").is_some() && named("http.request").is_some()
    })
    .await;
    let (request, call) = (named("http.request").expect("there"), named("provider.call").expect("there"));
    assert_eq!(request.parent_span_id, bytes(parent));
    assert!(attribute(&request, "http.route").contains("/graphql"), "{:?}", request.attributes);
    let jobs: Vec<Span> = ours().into_iter().filter(|span| span.name == "job").collect();
    let job =
        jobs.iter().find(|span| attribute(span, "job.kind").contains("REVOKE_AT_PROVIDER")).expect("the job");
    assert_eq!((&job.parent_span_id, &call.parent_span_id), (&request.span_id, &job.span_id));
    assert!(attribute(&call, "server.address").contains("127.0.0.1"));
    // A stop sends the rest; and no span holds what passed through the browser (USE-4).
    process.stop().await;
    let all = format!("{:?}", collector.spans());
    for secret in [&through.state, &through.code, &ben.cookie("consentry_session").expect("a session")] {
        assert!(!all.contains(secret.as_str()));
    }
}
