//! Codes with which a socket is closed. 44xx below 4499 are those of graphql-transport-ws.

/// A message that is not of the protocol: not JSON, binary, of an unknown type.
pub const BAD_MESSAGE: u16 = 4400;
/// `subscribe` before `connection_ack`.
pub const UNAUTHORIZED: u16 = 4401;
/// The application refused `connection_init`.
pub const FORBIDDEN: u16 = 4403;
/// The client does not speak `graphql-transport-ws`.
pub const SUBPROTOCOL: u16 = 4406;
/// No `connection_init` in time.
pub const INIT_TIMEOUT: u16 = 4408;
/// `subscribe` with the id of an operation that still runs.
pub const SUBSCRIBER_EXISTS: u16 = 4409;
/// A second `connection_init`, or more operations than one socket may run.
pub const TOO_MANY: u16 = 4429;
/// Ours: the client does not read what it subscribed to. It should connect again and resume each
/// subscription with `after` set to the last event it has seen.
pub const SLOW_READER: u16 = 4499;
/// What is needed to know who connects is away for a moment; the login may well be good. Of RFC 6455's registry: "try
/// again later".
pub const TRY_AGAIN: u16 = 1013;
/// The process ends; connect again. Of RFC 6455's registry: "service restart".
pub const RESTART: u16 = 1012;
/// A message longer than allowed, RFC 6455 section 7.4.1.
pub const TOO_LARGE: u16 = 1009;
