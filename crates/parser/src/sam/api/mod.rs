//! APIs of Amazon API Gateway.

mod auth;
mod body;
mod domain;
mod http;
mod rest;
mod usage_plan;
mod websocket;

pub(super) use http::expand as expand_http;
pub(super) use rest::expand as expand_rest;
pub(super) use websocket::expand as expand_websocket;
