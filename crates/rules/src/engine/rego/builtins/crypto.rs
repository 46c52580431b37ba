//! Hashes: `crypto.*`.

use std::fmt::Write as _;

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use md5::Md5;
use regorus::Value;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::text;

pub(super) fn md5(arguments: &[Value]) -> Option<Value> {
    Some(hex(&Md5::digest(text(arguments, 0)?)))
}

pub(super) fn sha1(arguments: &[Value]) -> Option<Value> {
    Some(hex(&Sha1::digest(text(arguments, 0)?)))
}

pub(super) fn sha256(arguments: &[Value]) -> Option<Value> {
    Some(hex(&Sha256::digest(text(arguments, 0)?)))
}

pub(super) fn hmac_md5(arguments: &[Value]) -> Option<Value> {
    keyed::<Hmac<Md5>>(arguments)
}

pub(super) fn hmac_sha1(arguments: &[Value]) -> Option<Value> {
    keyed::<Hmac<Sha1>>(arguments)
}

pub(super) fn hmac_sha256(arguments: &[Value]) -> Option<Value> {
    keyed::<Hmac<Sha256>>(arguments)
}

pub(super) fn hmac_sha512(arguments: &[Value]) -> Option<Value> {
    keyed::<Hmac<Sha512>>(arguments)
}

pub(super) fn hmac_equal(arguments: &[Value]) -> Option<Value> {
    Some(Value::Bool(text(arguments, 0)? == text(arguments, 1)?))
}

fn keyed<M: Mac + KeyInit>(arguments: &[Value]) -> Option<Value> {
    let (message, key) = (text(arguments, 0)?, text(arguments, 1)?);
    let mut mac = <M as KeyInit>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(message.as_bytes());
    Some(hex(&mac.finalize().into_bytes()))
}

fn hex(bytes: &[u8]) -> Value {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    Value::from(text)
}
