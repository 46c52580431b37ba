//! Routes: what functions and state machines answer under which path of an API.

use std::sync::Arc;

use trilith_graph::{Formula, Value};

use super::place::Place;

/// The API that SAM makes for `Api` events that name none.
pub(super) const IMPLICIT_REST_API: &str = "ServerlessRestApi";
/// The API that SAM makes for `HttpApi` events that name none.
pub(super) const IMPLICIT_HTTP_API: &str = "ServerlessHttpApi";

/// A route that an event adds to an API.
#[derive(Debug, Clone)]
pub(super) struct Route {
    /// Logical id of the API.
    pub(super) api: Arc<str>,
    /// Its path.
    pub(super) path: Value,
    /// Its method, in lower case; a name of API Gateway for any method.
    pub(super) method: String,
    /// Its `Auth`, which has precedence over that of the API.
    pub(super) auth: Value,
    /// What API Gateway calls.
    pub(super) integration: Value,
    /// Where the event is named.
    pub(super) place: Place,
    /// When it exists.
    pub(super) guard: Formula,
}
