//! Attributes that hold secrets, whatever a plan marks.
//!
//! Plans of Terraform before 0.15 mark nothing, and a secret that is passed on through an
//! attribute of another kind is marked there only.

/// Whether the documentation of the AWS provider describes the attribute with a name as a secret.
/// Names alone. It is asked of every text of a plan, and most names differ in length already.
pub(super) fn is_secret(name: &str) -> bool {
    matches!(
        name,
        "admin_password"
            | "auth_token"
            | "client_secret"
            | "kerberos_keytab"
            | "key_material_base64"
            | "master_password"
            | "master_user_password"
            | "oauth_token"
            | "passphrase"
            | "password"
            | "preshared_key"
            | "private_key"
            | "private_key_pem"
            | "secret_access_key"
            | "secret_binary"
            | "secret_key"
            | "secret_string"
            | "ses_smtp_password_v4"
            | "smb_guest_password"
            | "tunnel1_preshared_key"
            | "tunnel2_preshared_key"
            | "user_password"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        assert!(is_secret("master_password"));
        assert!(!is_secret("password_reset_required"));
    }
}
