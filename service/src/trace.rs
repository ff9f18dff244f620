//! Traces for an OpenTelemetry collector (OPS-5): from an HTTP request through the jobs that follow from it to the calls
//! of providers. They are sent over gRPC where `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector; its other standard
//! variables hold too (OpenTelemetry specification, *Environment Variable Specification*). Spans hold routes, kinds and
//! hosts: no addresses, bodies or secrets (USE-4).
//!
//! A job's row keeps the trace that caused it in the form of W3C Trace Context, so that its run is found there whichever
//! process runs it. Providers are not told: a trace is nobody's business outside.

use std::collections::HashMap;
use std::sync::OnceLock;
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::registry::LookupSpan;

use crate::JobRun;

/// The target of every span that belongs into a trace. Logs do not show it unless they are asked to.
pub const TARGET: &str = "trace";
/// The header and the column (W3C Trace Context, section 3.2).
const TRACEPARENT: &str = "traceparent";

static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();

/// The layer that sends traces; `None` where no collector is named, or it cannot be used. Call it where a runtime is.
pub(crate) fn layer<S>() -> Option<impl Layer<S>>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let named = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    if !named {
        return None;
    }
    let exporter = opentelemetry_otlp::SpanExporter::builder().with_tonic().build();
    let exporter = match exporter {
        Ok(exporter) => exporter,
        Err(error) => {
            // No log exists yet.
            #[expect(clippy::print_stderr, reason = "the operator reads it before any log exists")]
            {
                eprintln!("traces are not sent: {error}");
            }
            return None;
        }
    };
    let resource = Resource::builder().with_service_name("consentry").build();
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build();
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("consentry"))
        .with_location(false)
        .with_threads(false)
        .with_filter(Targets::new().with_target(TARGET, tracing::Level::INFO));
    // Set once: a second subscriber is refused anyway.
    let _ = PROVIDER.set(provider);
    Some(layer)
}

/// How long a process that ends waits for whoever collects traces (REL-4).
const LAST_TRACES: Duration = Duration::from_secs(1);

/// Sends what is not sent yet, for a second at most. Call it when the process ends.
pub async fn finish() {
    let Some(provider) = PROVIDER.get() else { return };
    let ended = tokio::task::spawn_blocking(|| provider.shutdown_with_timeout(LAST_TRACES)).await;
    if let Ok(Err(error)) = ended {
        tracing::debug!(%error, "the last traces were not sent");
    }
}

/// Puts a span into the trace of whoever asks, where they name one.
pub fn continue_from(span: &Span, traceparent: Option<&str>) {
    let Some(traceparent) = traceparent else { return };
    let carrier = HashMap::from([(TRACEPARENT.to_owned(), traceparent.to_owned())]);
    let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), &carrier);
    if parent.span().span_context().is_valid() {
        // Refused only where no traces are sent.
        let _ = span.set_parent(parent);
    }
}

/// The trace that we are in, for a job that follows.
pub(crate) fn here() -> Option<String> {
    PROVIDER.get()?;
    let context = Span::current().context();
    if !context.span().span_context().is_sampled() {
        return None;
    }
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(&context, &mut carrier);
    carrier.remove(TRACEPARENT)
}

/// The span of a job's run, in the trace of what caused it.
pub fn of_job(run: &JobRun) -> Span {
    let span = tracing::info_span!(
        target: TARGET, "job", otel.kind = "consumer", job.kind = run.job.kind(), job.id = %run.id,
        job.attempts = run.attempts
    );
    continue_from(&span, run.traceparent.as_deref());
    span
}
