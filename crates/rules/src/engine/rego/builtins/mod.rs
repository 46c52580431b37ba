//! Functions of OPA that regorus lacks, and limits on those that could take all memory.
//!
//! As in OPA, a function that cannot work on its arguments is undefined.

mod crypto;
mod limits;
mod net;

use regorus::{Engine, Value};

/// A function of values; `None` is undefined.
type Function = fn(&[Value]) -> Option<Value>;

const FUNCTIONS: &[(&str, u8, Function)] = &[
    ("crypto.hmac.equal", 2, crypto::hmac_equal),
    ("crypto.hmac.md5", 2, crypto::hmac_md5),
    ("crypto.hmac.sha1", 2, crypto::hmac_sha1),
    ("crypto.hmac.sha256", 2, crypto::hmac_sha256),
    ("crypto.hmac.sha512", 2, crypto::hmac_sha512),
    ("crypto.md5", 1, crypto::md5),
    ("crypto.sha1", 1, crypto::sha1),
    ("crypto.sha256", 1, crypto::sha256),
    (super::adapt::MEMBERS, 1, super::adapt::members),
    ("array.flatten", 1, limits::flatten),
    ("http.send", 1, limits::never),
    ("net.cidr_contains_matches", 2, net::contains_matches),
    ("net.cidr_expand", 1, net::expand),
    ("net.cidr_intersects", 2, net::intersects),
    ("net.cidr_merge", 1, net::merge),
    ("net.lookup_ip_addr", 1, limits::never),
    ("numbers.range", 2, limits::range),
];

/// Adds the functions to an engine.
pub(super) fn add(engine: &mut Engine) -> Result<(), String> {
    for (name, arity, function) in FUNCTIONS {
        let function = *function;
        let extension =
            move |arguments: Vec<Value>| Ok(function(&arguments).unwrap_or(Value::Undefined));
        engine
            .add_extension((*name).into(), *arity, Box::new(extension))
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// The text of an argument.
fn text(arguments: &[Value], at: usize) -> Option<&str> {
    arguments.get(at)?.as_string().ok().map(AsRef::as_ref)
}

/// The elements of an array or set.
fn elements(value: &Value) -> Option<Vec<&Value>> {
    match value {
        Value::Array(items) => Some(items.iter().collect()),
        Value::Set(items) => Some(items.iter().collect()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value of an expression.
    fn value(expression: &str) -> Value {
        let mut engine = Engine::new();
        engine.set_strict_builtin_errors(false);
        add(&mut engine).expect("the functions can be added");
        let policy = format!("package t\nx := {expression}\n");
        engine.add_policy("t.rego".into(), policy).expect("a policy");
        engine.eval_rule("data.t.x".into()).expect("a value")
    }

    fn json(expression: &str) -> String {
        serde_json::to_string(&value(expression)).expect("JSON")
    }

    #[test]
    fn hashes_are_those_of_the_standards() {
        // RFC 1321, FIPS 180 and RFC 2202 / 4231 give these.
        for (expression, expected) in [
            (r#"crypto.md5("abc")"#, "900150983cd24fb0d6963f7d28e17f72"),
            (r#"crypto.sha1("abc")"#, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                r#"crypto.sha256("abc")"#,
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            ),
            (
                r#"crypto.hmac.md5("what do ya want for nothing?", "Jefe")"#,
                "750c783e6ab0b503eaa86e310a5db738",
            ),
            (
                r#"crypto.hmac.sha1("what do ya want for nothing?", "Jefe")"#,
                "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
            ),
            (
                r#"crypto.hmac.sha256("what do ya want for nothing?", "Jefe")"#,
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
        ] {
            assert_eq!(json(expression), format!("\"{expected}\""), "{expression}");
        }
        assert_eq!(json(r#"crypto.hmac.equal("a", "a")"#), "true");
        assert_eq!(value("crypto.md5(1)"), Value::Undefined);
    }

    #[test]
    fn networks_intersect_and_merge() {
        for (expression, expected) in [
            (r#"net.cidr_intersects("10.0.0.0/8", "10.1.0.0/16")"#, "true"),
            (r#"net.cidr_intersects("10.1.0.0/16", "10.0.0.0/8")"#, "true"),
            (r#"net.cidr_intersects("10.0.0.0/16", "10.1.0.0/16")"#, "false"),
            (r#"net.cidr_intersects("10.0.0.0/8", "::/0")"#, "false"),
            (
                r#"net.cidr_merge(["10.0.0.0/25", "10.0.0.128/25", "10.0.0.7/32"])"#,
                r#"["10.0.0.0/24"]"#,
            ),
            (
                r#"net.cidr_contains_matches("10.0.0.0/8", ["10.1.1.1", "11.0.0.1"])"#,
                r#"[["10.0.0.0/8",0]]"#,
            ),
            (
                r#"net.cidr_contains_matches(["10.0.0.0/8", "::/0"], {"a": "10.1.0.0/16"})"#,
                r#"[[0,"a"]]"#,
            ),
        ] {
            assert_eq!(json(expression), expected, "{expression}");
        }
        assert_eq!(value(r#"net.cidr_intersects("x", "10.0.0.0/8")"#), Value::Undefined);
        assert_eq!(value(r#"net.cidr_merge(["x"])"#), Value::Undefined);
    }

    #[test]
    fn nothing_takes_all_memory_or_opens_a_socket() {
        assert_eq!(json("numbers.range(1, 4)"), "[1,2,3,4]");
        assert_eq!(json("numbers.range(2, -1)"), "[2,1,0,-1]");
        assert_eq!(value("numbers.range(0, 100000000000)"), Value::Undefined);
        assert_eq!(value(r#"net.cidr_expand("0.0.0.0/0")"#), Value::Undefined);
        assert_eq!(json(r#"count(net.cidr_expand("10.0.0.0/30"))"#), "4");
        assert_eq!(value(r#"http.send({"url": "http://a"})"#), Value::Undefined);
        assert_eq!(json("array.flatten([1, [2, [3]]])"), "[1,2,[3]]");
    }
}
