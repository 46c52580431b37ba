//! Properties that take a secret, and whether one stands there in plain text.

use std::sync::Arc;

use trilith_graph::{Format, PropertyPath, Reason, ResourceId, Tri, Value, ValueKind};

use crate::View;

/// Properties that take a secret as it is, by canonical type: passwords, tokens, private keys.
/// `*` stands for every element of a list. Sorted by type.
///
/// Names are those of the CloudFormation registry. A property that takes the name of a secret
/// does not belong here.
static SECRET_PROPERTIES: &[(&str, &[&str])] = &[
    ("AWS::AmazonMQ::Broker", &["Users/*/Password", "LdapServerMetadata/ServiceAccountPassword"]),
    (
        "AWS::Amplify::App",
        &[
            "AccessToken",
            "OauthToken",
            "BasicAuthConfig/Password",
            "AutoBranchCreationConfig/BasicAuthConfig/Password",
        ],
    ),
    ("AWS::Amplify::Branch", &["BasicAuthConfig/Password"]),
    ("AWS::AppStream::DirectoryConfig", &["ServiceAccountCredentials/AccountPassword"]),
    ("AWS::CodeBuild::SourceCredential", &["Token"]),
    ("AWS::CodePipeline::Pipeline", &["Stages/*/Actions/*/Configuration/OAuthToken"]),
    ("AWS::CodePipeline::Webhook", &["AuthenticationConfiguration/SecretToken"]),
    ("AWS::Cognito::UserPoolIdentityProvider", &["ProviderDetails/client_secret"]),
    (
        "AWS::DMS::Endpoint",
        &[
            "Password",
            "GcpMySQLSettings/Password",
            "KafkaSettings/SaslPassword",
            "KafkaSettings/SslClientKeyPassword",
            "MicrosoftSqlServerSettings/Password",
            "MongoDbSettings/Password",
            "OracleSettings/AsmPassword",
            "OracleSettings/SecurityDbEncryption",
            "RedisSettings/AuthPassword",
        ],
    ),
    ("AWS::DataSync::LocationFSxONTAP", &["Protocol/SMB/Password"]),
    ("AWS::DataSync::LocationFSxWindows", &["Password"]),
    ("AWS::DataSync::LocationObjectStorage", &["SecretKey"]),
    ("AWS::DataSync::LocationSMB", &["Password"]),
    ("AWS::DirectoryService::MicrosoftAD", &["Password"]),
    ("AWS::DirectoryService::SimpleAD", &["Password"]),
    ("AWS::DocDB::DBCluster", &["MasterUserPassword"]),
    ("AWS::DocDBElastic::Cluster", &["AdminUserPassword"]),
    ("AWS::EC2::VPNConnection", &["VpnTunnelOptionsSpecifications/*/PreSharedKey"]),
    (
        "AWS::EMR::Cluster",
        &[
            "KerberosAttributes/ADDomainJoinPassword",
            "KerberosAttributes/CrossRealmTrustPrincipalPassword",
            "KerberosAttributes/KdcAdminPassword",
        ],
    ),
    ("AWS::ElastiCache::ReplicationGroup", &["AuthToken"]),
    ("AWS::ElastiCache::User", &["Passwords/*", "AuthenticationMode/Passwords/*"]),
    (
        "AWS::ElasticLoadBalancingV2::Listener",
        &["DefaultActions/*/AuthenticateOidcConfig/ClientSecret"],
    ),
    (
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        &["Actions/*/AuthenticateOidcConfig/ClientSecret"],
    ),
    (
        "AWS::Elasticsearch::Domain",
        &["AdvancedSecurityOptions/MasterUserOptions/MasterUserPassword"],
    ),
    (
        "AWS::Events::Connection",
        &[
            "AuthParameters/ApiKeyAuthParameters/ApiKeyValue",
            "AuthParameters/BasicAuthParameters/Password",
            "AuthParameters/OAuthParameters/ClientParameters/ClientSecret",
        ],
    ),
    (
        "AWS::FSx::FileSystem",
        &[
            "OntapConfiguration/FsxAdminPassword",
            "WindowsConfiguration/SelfManagedActiveDirectoryConfiguration/Password",
        ],
    ),
    (
        "AWS::FSx::StorageVirtualMachine",
        &[
            "SvmAdminPassword",
            "ActiveDirectoryConfiguration/SelfManagedActiveDirectoryConfiguration/Password",
        ],
    ),
    (
        "AWS::Glue::Connection",
        &[
            "ConnectionInput/ConnectionProperties/PASSWORD",
            "ConnectionInput/AuthenticationConfiguration/BasicAuthenticationCredentials/Password",
            "ConnectionInput/AuthenticationConfiguration/OAuth2Properties/OAuth2Credentials/AccessToken",
            "ConnectionInput/AuthenticationConfiguration/OAuth2Properties/OAuth2Credentials/RefreshToken",
            "ConnectionInput/AuthenticationConfiguration/OAuth2Properties/OAuth2Credentials/\
             UserManagedClientApplicationClientSecret",
        ],
    ),
    ("AWS::IAM::ServerCertificate", &["PrivateKey"]),
    ("AWS::IAM::User", &["LoginProfile/Password"]),
    (
        "AWS::KinesisFirehose::DeliveryStream",
        &[
            "HttpEndpointDestinationConfiguration/EndpointConfiguration/AccessKey",
            "RedshiftDestinationConfiguration/Password",
            "SnowflakeDestinationConfiguration/KeyPassphrase",
            "SnowflakeDestinationConfiguration/PrivateKey",
            "SplunkDestinationConfiguration/HECToken",
        ],
    ),
    ("AWS::Lambda::Permission", &["EventSourceToken"]),
    ("AWS::Lightsail::Database", &["MasterUserPassword"]),
    (
        "AWS::ManagedBlockchain::Member",
        &[
            "MemberConfiguration/MemberFrameworkConfiguration/MemberFabricConfiguration/AdminPassword",
        ],
    ),
    ("AWS::MemoryDB::User", &["AuthenticationMode/Passwords/*"]),
    (
        "AWS::OpenSearchService::Domain",
        &["AdvancedSecurityOptions/MasterUserOptions/MasterUserPassword"],
    ),
    (
        "AWS::OpsWorks::App",
        &["AppSource/Password", "AppSource/SshKey", "SslConfiguration/PrivateKey"],
    ),
    (
        "AWS::OpsWorks::Stack",
        &[
            "CustomCookbooksSource/Password",
            "CustomCookbooksSource/SshKey",
            "RdsDbInstances/*/DbPassword",
        ],
    ),
    ("AWS::Pinpoint::ADMChannel", &["ClientSecret"]),
    ("AWS::Pinpoint::APNSChannel", &["PrivateKey", "TokenKey"]),
    ("AWS::Pinpoint::APNSSandboxChannel", &["PrivateKey", "TokenKey"]),
    ("AWS::Pinpoint::APNSVoipChannel", &["PrivateKey", "TokenKey"]),
    ("AWS::Pinpoint::APNSVoipSandboxChannel", &["PrivateKey", "TokenKey"]),
    ("AWS::Pinpoint::BaiduChannel", &["ApiKey", "SecretKey"]),
    ("AWS::Pinpoint::GCMChannel", &["ApiKey"]),
    ("AWS::QuickSight::DataSource", &["Credentials/CredentialPair/Password"]),
    ("AWS::RDS::DBCluster", &["MasterUserPassword"]),
    ("AWS::RDS::DBInstance", &["MasterUserPassword", "TdeCredentialPassword"]),
    ("AWS::Redshift::Cluster", &["MasterUserPassword"]),
    ("AWS::RedshiftServerless::Namespace", &["AdminUserPassword"]),
    ("AWS::SecretsManager::Secret", &["SecretString"]),
    (
        "Alexa::ASK::Skill",
        &["AuthenticationConfiguration/ClientSecret", "AuthenticationConfiguration/RefreshToken"],
    ),
];

/// The values of a resource that are meant to be secret: their paths, and whether they are
/// written where everybody who reads the source can read them.
pub fn secret_values(view: &View<'_>) -> Vec<(PropertyPath, Tri)> {
    let judge = |value: &Value, path: &str| match path {
        // Somebody may put the true one into the store later.
        "SecretString" => is_plaintext(value, is_blank),
        _ => is_plaintext(value, |text| text.trim().is_empty()),
    };
    // A plan shows the value that was passed, not whether a file or a store gave it.
    let is_plan = view.resource().format == Format::TerraformPlan;
    let told = |truth: Tri| if is_plan && truth.is_true() { Tri::Unknown } else { truth };
    let values = secrets_of(view).into_iter();
    values.map(|(path, at, value)| (at, told(judge(value, path)))).collect()
}

/// The secrets of a resource that come from a parameter of Parameter Store that is not encrypted:
/// their paths, and the name of the parameter.
///
/// A reference of the kind `ssm` reads only types that are stored in the clear (AWS
/// CloudFormation User Guide, "Get a plaintext value from Systems Manager Parameter Store").
pub fn secrets_stored_in_clear(view: &View<'_>) -> Vec<(PropertyPath, Arc<str>)> {
    let values = secrets_of(view).into_iter();
    values
        .filter_map(|(_, at, value)| match value.unknown_reason() {
            Some(Reason::SsmParameter(name)) => Some((at, name.clone())),
            _ => None,
        })
        .collect()
}

/// Where a parameter or variable that was given no value is taken for a secret: the resources,
/// and their properties.
pub fn secret_uses(parameter: &View<'_>) -> Vec<(ResourceId, PropertyPath)> {
    let (name, address) = (parameter.name(), &*parameter.resource().address);
    // A stack calls its parameters by name, a module its variables by address.
    // Of a text around it, such as the JSON of a secret, it may be another part: the user name.
    let is_it = |value: &Value| match value.unknown_reason() {
        Some(Reason::NoDefault(it)) if !matches!(value.kind, ValueKind::Template(_)) => {
            **it == *address || (!parameter.is_terraform() && **it == *name)
        }
        _ => false,
    };
    let (graph, root) = (parameter.graph(), parameter.resource().root);
    let users = parameter.of_root("secrets: users", || {
        let of_type = |(name, _): &(&str, _)| graph.of_type_in(root, name).iter().copied();
        SECRET_PROPERTIES.iter().flat_map(of_type).collect::<Vec<ResourceId>>()
    });
    let mut found = Vec::new();
    for user in users.iter().map(|user| parameter.beside(*user)).filter(View::exists) {
        let places = secrets_of(&user).into_iter().filter(|(_, _, value)| is_it(value));
        found.extend(places.map(|(_, at, _)| (user.id(), at)));
    }
    found
}

/// The properties of a resource that are meant to be secret: the entry of the table, the path,
/// the value.
fn secrets_of<'v>(view: &'v View<'_>) -> Vec<(&'static str, PropertyPath, &'v Value)> {
    let known = SECRET_PROPERTIES.binary_search_by_key(&view.resource_type(), |(name, _)| name);
    let paths = known.map_or(&[][..], |at| SECRET_PROPERTIES[at].1);
    let values =
        |path: &'static str| view.all(path).into_iter().map(move |(at, value)| (path, at, value));
    paths.iter().copied().flat_map(values).collect()
}

/// Whether a parameter or variable takes a secret, by its name: `DatabasePassword`, `api_key`.
///
/// The end of the name decides, so that `PasswordLength` and `TokenUrl` are none; a name that
/// begins with a verb, such as `GeneratePassword`, or has one that permits something, such as
/// `pAllowUsersToChangePassword`, is a switch, and one that names a store, such as
/// `ssm_path_password`, says where to find it.
pub fn is_secret_parameter_name(name: &str) -> bool {
    const SWITCHES: [&str; 13] = [
        "allow", "create", "disable", "enable", "generate", "has", "is", "require", "reset",
        "rotate", "use", "with", "without",
    ];
    const PERMITS: [&str; 4] = ["allow", "change", "enable", "require"];
    const STORES: [&str; 3] = ["chamber", "path", "ssm"];
    const ENDS: [&str; 16] = [
        "password",
        "passwd",
        "passphrase",
        "pwd",
        "token",
        "credential",
        "credentials",
        "apikey",
        "privatekey",
        "secretkey",
        "accesskey",
        "clientsecret",
        "sharedsecret",
        "appsecret",
        "webhooksecret",
        "jwtsecret",
    ];
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let lower = name.to_ascii_lowercase();
    let begins = |verb: &&str| {
        let rest = lower.strip_prefix(*verb).map(|rest| &name[name.len() - rest.len()..]);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_lowercase()))
    };
    let is_about_it = words(name).any(|word| {
        let is = |known: &&str| word.eq_ignore_ascii_case(known);
        STORES.iter().any(is) || PERMITS.iter().any(is)
    });
    if is_about_it || SWITCHES.iter().any(begins) {
        return false;
    }
    let plain: String = lower.chars().filter(char::is_ascii_alphanumeric).collect();
    let abbreviated = name.strip_suffix("Pass").is_some_and(|rest| !rest.is_empty());
    abbreviated || lower.ends_with("_pass") || ENDS.iter().any(|end| plain.ends_with(end))
}

/// The words of a name: those of `p_AllowUsers` are `p`, `Allow` and `Users`.
fn words(name: &str) -> impl Iterator<Item = &str> {
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric());
    parts.flat_map(|part| {
        let bytes = part.as_bytes();
        let begins = move |at: &usize| {
            let after_lower =
                bytes[*at].is_ascii_uppercase() && !bytes[*at - 1].is_ascii_uppercase();
            let before_lower = bytes[*at].is_ascii_uppercase()
                && bytes.get(*at + 1).is_some_and(u8::is_ascii_lowercase);
            after_lower || before_lower
        };
        let starts = std::iter::once(0).chain((1..part.len()).filter(begins));
        let ends = (1..part.len()).filter(begins).chain([part.len()]);
        starts.zip(ends).map(move |(start, end)| &part[start..end])
    })
}

/// Whether a value is written literally or as the default of a parameter, and is not `blank`.
///
/// Not so: what is given when the stack is created, what is read from a store of secrets, what
/// another resource produces.
fn is_plaintext(value: &Value, blank: fn(&str) -> bool) -> Tri {
    match &value.kind {
        ValueKind::String(text) => (!blank(text) && !is_given_outside(value)).into(),
        ValueKind::Int(_) | ValueKind::Float(_) => (!is_given_outside(value)).into(),
        ValueKind::Map(map) => {
            let secret = map.entries().iter().filter(|entry| is_secret_name(&entry.key));
            Tri::any(secret.map(|entry| is_plaintext(&entry.value, blank)))
        }
        ValueKind::Unknown(reason) if is_outside(reason) => Tri::False,
        ValueKind::Unknown(_) | ValueKind::OneOf(_) => Tri::Unknown,
        _ => Tri::False,
    }
}

/// Whether what is not known is certain not to stand in the source.
pub(crate) fn is_outside(reason: &Reason) -> bool {
    matches!(
        reason,
        Reason::NoDefault(_)
            | Reason::Secret(_)
            | Reason::SsmParameter(_)
            | Reason::Import(_)
            | Reason::Pseudo(_)
    )
}

/// Whether the value was given to this run and does not stand in the source.
fn is_given_outside(value: &Value) -> bool {
    comes_by(value, "value given for")
}

/// Whether a value came by a step whose note begins so.
pub(crate) fn comes_by(value: &Value, note: &str) -> bool {
    let mut step = value.via.as_ref();
    while let Some(via) = step {
        if via.note.starts_with(note) {
            return true;
        }
        step = via.next.as_ref();
    }
    false
}

/// Whether a text says nothing yet: empty, a mark to be replaced, or a document whose secret
/// members are.
fn is_blank(text: &str) -> bool {
    let text = text.trim();
    if text.is_empty() {
        return true;
    }
    if text.starts_with('{') && text.len() <= MAX_DOCUMENT {
        return match serde_json::from_str::<serde_json::Value>(text) {
            Ok(serde_json::Value::Object(map)) => map.iter().all(|(name, value)| match value {
                serde_json::Value::String(text) => !is_secret_name(name) || is_placeholder(text),
                serde_json::Value::Null | serde_json::Value::Bool(_) => true,
                _ => !is_secret_name(name),
            }),
            _ => false,
        };
    }
    is_placeholder(text)
}

/// Bytes of a JSON text beyond which it is not looked into.
const MAX_DOCUMENT: usize = 1 << 16;

/// Whether a text stands for a value that somebody is to fill in.
pub fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let is_one_character = text.bytes().all(|byte| Some(byte) == text.bytes().next());
    let is_bracketed =
        [("<", ">"), ("{{", "}}"), ("${", "}"), ("[", "]"), ("%", "%"), ("__", "__")]
            .iter()
            .any(|(open, close)| text.starts_with(open) && text.ends_with(close));
    let lower = text.to_ascii_lowercase();
    let words = [
        "placeholder",
        "replaceme",
        "replace_me",
        "replace-me",
        "replace with",
        "replace after",
        "update_me",
        "update me",
        "enter your",
        "to be replaced",
        "fill in",
        "fill_in",
        "todo",
        "tbd",
        "your-",
        "your_",
        "insert-",
        "insert_",
        "example",
        "redacted",
        "not set",
        "notset",
        "dummy",
    ];
    is_one_character || is_bracketed || words.iter().any(|word| lower.contains(word))
}

/// Whether a name says that its value is secret: `DB_PASSWORD`, `apiKey`, `client-secret`.
///
/// The end of the name decides, so that `SECRET_ARN` and `TokenUrl` are none.
pub fn is_secret_name(name: &str) -> bool {
    let mut plain = name.as_bytes().to_vec();
    plain.retain(u8::is_ascii_alphanumeric);
    plain.make_ascii_lowercase();
    let ends = [
        "password",
        "passwd",
        "passphrase",
        "pwd",
        "secret",
        "secretkey",
        "secretaccesskey",
        "privatekey",
        "apikey",
        "accesskey",
        "authkey",
        "signingkey",
        "encryptionkey",
        "token",
        "credential",
        "credentials",
    ];
    ends.iter().any(|end| plain.ends_with(end.as_bytes()))
}

#[cfg(test)]
mod tests {
    use trilith_graph::{Map, SourceId, Span, Via};

    use super::*;

    const AT: Span = Span::at(SourceId(0), 0);

    #[test]
    fn the_table_is_sorted() {
        assert!(SECRET_PROPERTIES.is_sorted_by_key(|(name, _)| name));
    }

    #[test]
    fn names_of_parameters_say_whether_they_take_a_secret() {
        for secret in
            ["DatabasePassword", "api_key", "admin_pass", "UserPassword", "DbPass2", "DBPassword"]
        {
            assert!(is_secret_parameter_name(secret), "{secret}");
        }
        for other in [
            "PasswordLength",
            "UsePassword",
            "create_password",
            "Bypass",
            "EncryptionKey",
            "ssm_path_password",
            "chamber_name_token",
            "SSMPassword",
            "pAllowUsersToChangePassword",
            "iam_password_policy_allow_users_to_change_password",
        ] {
            assert!(!is_secret_parameter_name(other), "{other}");
        }
    }

    #[test]
    fn only_what_is_written_is_plain_text() {
        let text = |text: &str| is_plaintext(&Value::string(text, AT), is_blank);
        assert_eq!(text("correct horse"), Tri::True);
        assert_eq!(text(""), Tri::False);
        assert_eq!(text("<your password>"), Tri::False);
        assert_eq!(text(r#"{"username": "app", "password": "s3cr3t"}"#), Tri::True);
        assert_eq!(text(r#"{"username": "app", "password": ""}"#), Tri::False);
        assert_eq!(text("{not json"), Tri::True);
        let unknown = |reason| is_plaintext(&Value::unknown(reason, AT), is_blank);
        assert_eq!(unknown(Reason::Secret("db".into())), Tri::False);
        assert_eq!(unknown(Reason::NoDefault("Password".into())), Tri::False);
        assert_eq!(unknown(Reason::ComputedAfterApply), Tri::Unknown);
        assert_eq!(is_plaintext(&Value::new(ValueKind::Int(12_345_678), AT), is_blank), Tri::True);
        assert_eq!(is_plaintext(Value::absent(), is_blank), Tri::False);
    }

    #[test]
    fn what_is_given_to_the_run_is_not_written() {
        let note = "value given for parameter `Password`".into();
        let mut value = Value::string("s3cr3t", AT);
        value.via = Some(Arc::new(Via { span: AT, note, next: None }));
        assert_eq!(is_plaintext(&value, is_blank), Tri::False);
    }

    #[test]
    fn members_of_a_document_are_told_by_name() {
        let mut map = Map::default();
        map.insert("username", AT, Value::string("app", AT));
        assert_eq!(is_plaintext(&Value::map(map.clone(), AT), is_blank), Tri::False);
        map.insert("password", AT, Value::string("s3cr3t", AT));
        assert_eq!(is_plaintext(&Value::map(map, AT), is_blank), Tri::True);
    }

    #[test]
    fn the_end_of_a_name_tells_a_secret() {
        for name in ["DB_PASSWORD", "apiKey", "client-secret", "AWS_SECRET_ACCESS_KEY", "TOKEN"] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["SECRET_ARN", "TokenUrl", "password_policy", "KEY", "PASSWORD_LENGTH"] {
            assert!(!is_secret_name(name), "{name}");
        }
    }
}
