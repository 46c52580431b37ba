//! The language server, driven by a scripted editor over standard input and output.
#![expect(clippy::disallowed_methods, reason = "tests make files and start processes")]

mod actions;
mod broken;
mod client;
mod completion;
mod editing;
mod hover;
mod neovim;
mod protocol;
mod random;
mod workspace;

/// A template with a finding in each of two resources.
pub(crate) const TEMPLATE: &str = "\
Resources:
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}
  Hook:
    Type: AWS::Lambda::Url
    Properties:
      AuthType: NONE
      TargetFunctionArn: arn:aws:lambda:eu-west-1:111122223333:function:hook
";

/// What is found at line 6 of it.
pub(crate) const PORT: &str = "security-group-open-admin-port";
/// What is found at line 10 of it.
pub(crate) const URL: &str = "lambda-url-without-auth";
