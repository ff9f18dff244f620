//! The habits of real servers, played by a local one that answers by script and writes down what it hears.

mod apps;
mod kit;
mod oauth;
mod probe;
mod refusal;
mod revoke;
mod wire;
