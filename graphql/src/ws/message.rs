//! Messages of graphql-transport-ws.

use std::borrow::Cow;

use async_graphql::ServerError;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes};
use serde::{Deserialize, Serialize};

use crate::{
    close,
    engine::{Answer, Body, Params},
};

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ClientMessage {
    /// Opens the session.
    ConnectionInit {
        /// For the application to authenticate by.
        #[serde(default)]
        payload: Option<serde_json::Value>,
    },
    /// Asks for a `pong`.
    Ping {},
    /// Answers a `ping`; needs no answer.
    Pong {},
    /// Starts an operation.
    Subscribe {
        /// Chosen by the client, unique among its running operations.
        id: String,
        /// The operation.
        payload: Params,
    },
    /// Ends an operation.
    Complete {
        /// Of the operation.
        id: String,
    },
}

/// Longer ids are refused: each is repeated in every answer.
const ID_BYTES: usize = 128;

impl ClientMessage {
    /// Reads one text message.
    ///
    /// # Errors
    /// The closing frame for what is not of the protocol.
    pub(super) fn read(text: &str) -> Result<Self, CloseFrame> {
        let message = serde_json::from_str(text).map_err(|error: serde_json::Error| {
            let why = if error.is_data() { "unknown or incomplete message" } else { "message is not JSON" };
            closing(close::BAD_MESSAGE, why)
        })?;
        match &message {
            Self::Subscribe { id, .. } | Self::Complete { id } if id.is_empty() || id.len() > ID_BYTES => {
                Err(closing(close::BAD_MESSAGE, "id must have 1 to 128 bytes"))
            }
            _ => Ok(message),
        }
    }
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum ServerMessage<'a> {
    ConnectionAck {},
    Pong {},
    Next { id: &'a str, payload: Body<'a> },
    Error { id: &'a str, payload: &'a [ServerError] },
    Complete { id: &'a str },
}

impl ServerMessage<'_> {
    fn write(&self) -> Message {
        let text = serde_json::to_string(self).unwrap_or_else(|error| {
            tracing::error!(%error, "a message could not be written as JSON");
            r#"{"type":"pong"}"#.to_owned()
        });
        Message::Text(text.into())
    }
}

/// What one operation sends.
#[derive(Debug)]
pub(super) enum Frame {
    /// An answer, of which more may follow.
    Next(Answer),
    /// The request was refused or failed as a whole: nothing follows.
    Error(Vec<ServerError>),
    /// Nothing follows.
    Complete,
}

impl Frame {
    /// Whether the operation is over with this frame.
    pub(super) fn is_last(&self) -> bool {
        !matches!(self, Self::Next(_))
    }

    pub(super) fn write(&self, id: &str) -> Message {
        match self {
            Self::Next(answer) => ServerMessage::Next { id, payload: answer.body() },
            Self::Error(errors) => ServerMessage::Error { id, payload: errors },
            Self::Complete => ServerMessage::Complete { id },
        }
        .write()
    }
}

impl From<Answer> for Frame {
    /// Errors without data are errors of the request: the protocol has a frame of its own for them.
    fn from(answer: Answer) -> Self {
        if answer.data.is_none() { Self::Error(answer.errors) } else { Self::Next(answer) }
    }
}

pub(super) fn ack() -> Message {
    ServerMessage::ConnectionAck {}.write()
}

pub(super) fn pong() -> Message {
    ServerMessage::Pong {}.write()
}

/// A closing frame; the reason is cut to the 123 bytes that a frame holds.
pub(super) fn closing<'a>(code: u16, reason: impl Into<Cow<'a, str>>) -> CloseFrame {
    let reason = reason.into();
    let end =
        reason.char_indices().map(|(at, char)| at + char.len_utf8()).take_while(|end| *end <= 123).last();
    let reason = reason.get(..end.unwrap_or(0)).unwrap_or_default();
    CloseFrame { code, reason: Utf8Bytes::from(reason.to_owned()) }
}
