//! The life of one socket.

use std::{collections::HashMap, sync::Arc};

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::{StreamExt, stream, stream::BoxStream, stream::SplitStream};
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout_at},
};
use tokio_stream::StreamMap;

use super::{
    message::{ClientMessage, Frame, ack, closing, pong},
    writer::{self, Written},
};
use crate::{
    close,
    config::{Credentials, Session, Transport},
    engine::{Engine, Params},
    guard::{Allowed, Call},
    http::{Refused, address},
};

/// Serves one socket to its end.
pub(super) async fn serve(socket: WebSocket, engine: Arc<Engine>, credentials: Credentials) {
    let bounds = engine.config.transport;
    let speaks = socket.protocol().is_some();
    let (mut sink, stream) = socket.split();
    let (queue, outbox) = mpsc::channel(bounds.queue);
    let mut socket = Socket {
        engine,
        credentials,
        bounds,
        stream,
        queue,
        session: None,
        operations: StreamMap::new(),
        calls: HashMap::new(),
        silent_pings: 0,
    };
    let reading = async move {
        let frame = if speaks {
            socket.run().await
        } else {
            Some(closing(close::SUBPROTOCOL, "speak graphql-transport-ws"))
        };
        socket.let_mutations_end();
        // The queue is dropped here, so that the writer ends once all is written.
        let Socket { stream, .. } = socket;
        (frame, stream)
    };
    let writing = writer::write(&mut sink, outbox, bounds.stall_timeout);
    let ((frame, stream), written) = futures_util::future::join(reading, writing).await;
    let frame = match written {
        Written::Broken => return,
        Written::Stalled => {
            Some(closing(close::SLOW_READER, "slow reader: connect again and resume with after"))
        }
        Written::All => frame,
    };
    if let Some(frame) = frame {
        writer::close(sink, stream, frame, bounds.drain).await;
    }
}

struct Socket {
    engine: Arc<Engine>,
    credentials: Credentials,
    bounds: Transport,
    stream: SplitStream<WebSocket>,
    queue: mpsc::Sender<Message>,
    session: Option<Arc<Session>>,
    operations: StreamMap<String, BoxStream<'static, Frame>>,
    calls: HashMap<String, Arc<Call>>,
    /// Pings since the client was last heard.
    silent_pings: u32,
}

enum Event {
    Received(Option<Result<Message, axum::Error>>),
    Answered(mpsc::OwnedPermit<Message>, String, Frame),
    InitTimeout,
    Ping,
    Stalled,
    Shutdown,
    Drained,
}

/// Why a socket's loop ends: with a closing frame, or because the client is gone.
type End = Option<CloseFrame>;

impl Socket {
    async fn run(&mut self) -> End {
        let start = Instant::now();
        let init_until = start + self.bounds.init_timeout;
        let mut ping = interval_at(start + self.bounds.ping_interval, self.bounds.ping_interval);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let shutdown = self.engine.config.shutdown.clone();
        let mut drain_until = None;
        loop {
            let event = tokio::select! {
                message = self.stream.next() => Event::Received(message),
                (permit, id, frame) = next_frame(&mut self.operations, &self.queue),
                    if !self.operations.is_empty() => Event::Answered(permit, id, frame),
                () = sleep_until(init_until), if self.session.is_none() => Event::InitTimeout,
                _ = ping.tick() => Event::Ping,
                () = self.queue.closed() => Event::Stalled,
                () = shutdown.cancelled(), if drain_until.is_none() => Event::Shutdown,
                () = sleep_until(drain_until.unwrap_or(start)), if drain_until.is_some() => Event::Drained,
            };
            let handled = match event {
                Event::Received(Some(Ok(message))) => self.received(message, init_until).await,
                Event::Received(Some(Err(error))) => Err(broken(&error)),
                Event::Received(None) | Event::Stalled => Err(None),
                Event::Answered(permit, id, frame) => {
                    self.answered(permit, &id, &frame);
                    Ok(())
                }
                Event::InitTimeout => {
                    Err(Some(closing(close::INIT_TIMEOUT, "connection initialisation timeout")))
                }
                Event::Ping => self.ping().await,
                Event::Shutdown => {
                    drain_until = Some(Instant::now() + self.bounds.drain);
                    self.end_subscriptions();
                    Ok(())
                }
                Event::Drained => Err(Some(restart())),
            };
            if let Err(end) = handled {
                return end;
            }
            if drain_until.is_some() && self.operations.is_empty() {
                return Some(restart());
            }
        }
    }

    async fn received(&mut self, message: Message, init_until: Instant) -> Result<(), End> {
        self.silent_pings = 0;
        match message {
            Message::Text(text) => match ClientMessage::read(&text).map_err(Some)? {
                ClientMessage::ConnectionInit { payload } => self.init(payload, init_until).await,
                ClientMessage::Ping {} => self.send(pong()).await,
                ClientMessage::Pong {} => Ok(()),
                ClientMessage::Subscribe { id, payload } => self.subscribe(id, payload).await,
                ClientMessage::Complete { id } => {
                    self.drop_operation(&id);
                    Ok(())
                }
            },
            Message::Binary(_) => Err(Some(closing(close::BAD_MESSAGE, "binary messages are not supported"))),
            // Answered by the WebSocket library.
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            Message::Close(_) => Err(None),
        }
    }

    async fn init(&mut self, payload: Option<serde_json::Value>, until: Instant) -> Result<(), End> {
        if self.session.is_some() {
            return Err(Some(closing(close::TOO_MANY, "too many initialisation requests")));
        }
        let credentials = Credentials { init: payload, ..self.credentials.clone() };
        let authenticated = timeout_at(until, (self.engine.config.authenticate)(credentials)).await;
        match authenticated {
            Ok(Ok(session)) => {
                self.session = Some(Arc::new(session));
                self.send(ack()).await
            }
            Ok(Err(refusal)) => {
                let passes = refusal.status.is_server_error();
                let code = if passes { close::TRY_AGAIN } else { close::FORBIDDEN };
                Err(Some(closing(code, refusal.message)))
            }
            Err(_) => Err(Some(closing(close::INIT_TIMEOUT, "connection initialisation timeout"))),
        }
    }

    async fn subscribe(&mut self, id: String, params: Params) -> Result<(), End> {
        let Some(session) = self.session.clone() else {
            return Err(Some(closing(close::UNAUTHORIZED, "unauthorized: send connection_init first")));
        };
        if self.operations.contains_key(&id) {
            let reason = format!("subscriber for {id} already exists");
            return Err(Some(closing(close::SUBSCRIBER_EXISTS, reason)));
        }
        if self.operations.len() >= self.bounds.operations {
            return Err(Some(closing(close::TOO_MANY, "too many operations on one connection")));
        }
        if self.engine.config.shutdown.is_cancelled() {
            return Err(Some(restart()));
        }
        let address = address(&self.engine, &self.credentials.headers, self.credentials.peer);
        let limiter = &self.engine.limiter;
        if let Err(wait) = limiter.address(address).and_then(|()| limiter.user(&session.rate_key)) {
            let error = self.engine.coded(*Refused::rate(wait).error, false);
            return self.send(Frame::Error(vec![error]).write(&id)).await;
        }
        let call = Call::new(Allowed { mutation: true, subscription: true });
        let answers = Arc::clone(&self.engine).answers(session, params, Arc::clone(&call));
        let frames = answers.map(Frame::from).chain(stream::once(async { Frame::Complete })).boxed();
        self.operations.insert(id.clone(), frames);
        self.calls.insert(id, call);
        Ok(())
    }

    fn answered(&mut self, permit: mpsc::OwnedPermit<Message>, id: &str, frame: &Frame) {
        if frame.is_last() {
            self.operations.remove(id);
            self.calls.remove(id);
        }
        permit.send(frame.write(id));
    }

    async fn ping(&mut self) -> Result<(), End> {
        if self.silent_pings >= 2 {
            return Err(None);
        }
        self.silent_pings += 1;
        self.send(Message::Ping(bytes::Bytes::new())).await
    }

    /// Waits for room in the queue: meanwhile nothing is read, so a flood of messages slows its sender.
    async fn send(&mut self, message: Message) -> Result<(), End> {
        self.queue.send(message).await.map_err(|_| None)
    }

    /// Clients take up subscriptions elsewhere; queries and mutations may end.
    fn end_subscriptions(&mut self) {
        let ended: Vec<String> =
            self.calls.iter().filter(|(_, call)| call.is_subscription()).map(|(id, _)| id.clone()).collect();
        for id in ended {
            self.drop_operation(&id);
        }
    }

    /// Nobody waits for the operation any more. A mutation that has begun ends all the same.
    fn drop_operation(&mut self, id: &str) {
        let running = self.operations.remove(id);
        let mutation = self.calls.remove(id).is_some_and(|call| call.is_mutation());
        if let (true, Some(frames)) = (mutation, running) {
            self.engine.config.tasks.spawn(frames.for_each(|_| async {}));
        }
    }

    fn let_mutations_end(&mut self) {
        let ids: Vec<String> = self.calls.keys().cloned().collect();
        for id in ids {
            self.drop_operation(&id);
        }
    }
}

/// The next frame of any operation, with room in the queue for it.
///
/// Room comes first, so that nothing is taken from an operation that could not be sent. The map starts at a
/// random operation each time: a busy one does not starve the others.
async fn next_frame(
    operations: &mut StreamMap<String, BoxStream<'static, Frame>>,
    queue: &mpsc::Sender<Message>,
) -> (mpsc::OwnedPermit<Message>, String, Frame) {
    let Ok(permit) = queue.clone().reserve_owned().await else {
        // The writer has ended; the loop hears of it from the queue.
        return std::future::pending().await;
    };
    match operations.next().await {
        Some((id, frame)) => (permit, id, frame),
        None => std::future::pending().await,
    }
}

fn restart() -> CloseFrame {
    closing(close::RESTART, "the server restarts: connect again")
}

fn broken(error: &axum::Error) -> End {
    // The library's error type is not part of axum's interface; its text is.
    let too_long = error.to_string().to_ascii_lowercase().contains("message too long");
    too_long.then(|| closing(close::TOO_LARGE, "message too large"))
}
