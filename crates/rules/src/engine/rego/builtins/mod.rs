//! The library `data.trilith`, functions of OPA that regorus lacks, limits on those that could
//! take all memory, and questions about IAM policies.
//!
//! As in OPA, a function that cannot work on its arguments is undefined.

mod crypto;
mod iam;
mod library;
mod limits;
mod net;

pub(super) use library::PATH_HELPERS;
use regorus::{Engine, Value};

/// A function of values; `None` is undefined.
pub(super) type Function = fn(&[Value]) -> Option<Value>;

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
    ("iam.access_level", 1, iam::access_level),
    ("iam.allows", 3, iam::allows),
    ("iam.equivalent", 2, iam::equivalent),
    ("iam.expand", 1, iam::expand),
    ("iam.grants", 3, iam::grants),
    ("iam.is_admin", 1, iam::is_admin),
    ("iam.is_public", 1, iam::is_public),
    ("iam.managed_policy", 1, iam::managed_policy),
    ("iam.new_access", 2, iam::new_access),
    ("iam.validate", 1, iam::check),
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
        add_one(engine, (*name).to_owned(), *arity, *function)?;
    }
    for (name, arity, function) in library::FUNCTIONS {
        // As `import data.trilith` gives the name, and in full.
        add_one(engine, format!("trilith.{name}"), *arity, *function)?;
        add_one(engine, format!("data.trilith.{name}"), *arity, *function)?;
    }
    Ok(())
}

/// The function with a name, if it takes so many arguments.
pub(super) fn find(name: &str, arity: usize) -> Option<Function> {
    let (name, table) = match name.strip_prefix("trilith.") {
        Some(name) => (name, library::FUNCTIONS),
        None => (name, FUNCTIONS),
    };
    let found = table.iter().find(|(known, ..)| *known == name)?;
    (usize::from(found.1) == arity).then_some(found.2)
}

fn add_one(engine: &mut Engine, name: String, arity: u8, function: Function) -> Result<(), String> {
    let extension =
        move |arguments: Vec<Value>| Ok(function(&arguments).unwrap_or(Value::Undefined));
    engine.add_extension(name, arity, Box::new(extension)).map_err(|error| error.to_string())
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

    const READER: &str =
        r#"{"Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}"#;
    const WRITER: &str = r#"{"Statement": {"Effect": "Allow", "Action": ["s3:Get*", "s3:PutObject"], "Resource": "*"}}"#;

    /// A role with one statement, as Rego sees it.
    fn role(statement: &str, more: &str, unknown: &str) -> String {
        format!(
            r#"{{"type": "AWS::IAM::Role", "unknown": [{unknown}], "attachments": [], "properties": {{{more}
                "AssumeRolePolicyDocument": {{"Statement": {{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}}},
                "Policies": [{{"PolicyDocument": {{"Statement": [{{"Effect": "Allow", {statement}}}]}}}}]}}}}"#
        )
    }

    #[test]
    fn policies_are_asked_what_they_allow() {
        for (expression, expected) in [
            (format!(r#"iam.allows({READER}, "s3:GetObject", "*")"#), "true"),
            (format!(r#"iam.allows({READER}, "s3:PutObject", "*")"#), "false"),
            (format!(r#"iam.allows([{READER}, {WRITER}], ["s3:PutObject"], "*")"#), "true"),
            (format!(r#"iam.allows(`{READER}`, "s3:GetObject", "arn:aws:s3:::a/b")"#), "true"),
            (format!("iam.equivalent({READER}, {READER})"), "true"),
            (format!("iam.equivalent({READER}, {WRITER})"), "false"),
            (format!("count(iam.new_access({WRITER}, {READER}))"), "0"),
            (format!("iam.new_access({READER}, {WRITER})[0].action"), "\"s3:PutObject\""),
            (format!("iam.new_access({READER}, {WRITER})[0].access_level"), "\"write\""),
            (format!(r#"iam.grants({READER}, "s3:GetObject", "*")[0].path"#), "\"Statement/0\""),
            (format!("iam.is_admin({READER})"), "false"),
            (
                r#"iam.is_admin(iam.managed_policy("arn:aws:iam::aws:policy/AdministratorAccess"))"#
                    .to_owned(),
                "true",
            ),
            (
                r#"iam.expand("s3:GetBucketV*")"#.to_owned(),
                r#"["s3:GetBucketVersioning"]"#,
            ),
            (r#"iam.access_level("iam:PassRole")"#.to_owned(), "\"write\""),
            (
                r#"iam.validate({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:GetObjct", "Resource": "*"}})[0].help"#
                    .to_owned(),
                "\"did you mean `s3:GetObject`?\"",
            ),
        ] {
            assert_eq!(json(&expression), expected, "{expression}");
        }
        assert_eq!(value(r#"iam.allows(1, "s3:GetObject", "*")"#), Value::Undefined);
        assert_eq!(value(r#"iam.allows("no JSON", "s3:GetObject", "*")"#), Value::Undefined);
        assert_eq!(
            value(r#"iam.managed_policy("arn:aws:iam::aws:policy/Nothing")"#),
            Value::Undefined
        );
    }

    #[test]
    fn what_a_resource_does_not_know_of_its_policies_is_no_answer() {
        let get = r#""Action": "s3:GetObject", "Resource": "*""#;
        let allows =
            |role: &str, action: &str| value(&format!(r#"iam.allows({role}, "{action}", "*")"#));
        let known = role(get, "", "");
        assert_eq!(allows(&known, "s3:GetObject"), Value::Bool(true));
        // Who may assume a role is not what the role may do.
        assert_eq!(allows(&known, "sts:AssumeRole"), Value::Bool(false));
        assert_eq!(value(&format!("iam.is_public({known})")), Value::Bool(true));
        let path = r#""Policies/0/PolicyDocument/Statement/0/Action""#;
        let unknown = role(r#""Resource": "*""#, "", path);
        assert_eq!(allows(&unknown, "s3:GetObject"), Value::Undefined);
        let given = r#""ManagedPolicyArns": ["arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess"],"#;
        assert_eq!(allows(&role(get, given, ""), "sqs:ListQueues"), Value::Bool(true));
        let limited =
            r#""PermissionsBoundary": "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess","#;
        assert_eq!(allows(&role(get, limited, ""), "s3:GetObject"), Value::Bool(false));
        let hidden = r#""PermissionsBoundary": "arn:aws:iam::111122223333:policy/limit","#;
        assert_eq!(allows(&role(get, hidden, ""), "s3:GetObject"), Value::Undefined);
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
