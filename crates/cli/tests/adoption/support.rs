//! Running the command in a directory of its own.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What the command did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// The lines of standard output that contain a text.
    pub(crate) fn lines(&self, text: &str) -> Vec<&str> {
        self.out.lines().filter(|line| line.contains(text)).collect()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

/// A fresh directory.
#[derive(Debug)]
pub(crate) struct Place(pub(crate) PathBuf);

impl Place {
    pub(crate) fn new(name: &str) -> Self {
        let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("adoption").join(name);
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).expect("the directory can be made");
        // The end of the search for a configuration.
        fs::create_dir_all(directory.join(".git")).expect("the directory can be made");
        Self(directory)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("a directory");
        fs::write(path, text).expect("the file can be written");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).expect("the file can be read")
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, &[], "")
    }

    pub(crate) fn run_with(&self, arguments: &[&str], set: &[(&str, &str)], input: &str) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_trilith"));
        command.args(arguments).current_dir(&self.0).env_remove("FORCE_COLOR").env_remove("CI");
        command.envs(set.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the command starts");
        let mut stdin = child.stdin.take().expect("an input");
        let input = input.to_owned();
        let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
        let output = child.wait_with_output().expect("the command ends");
        let _ = writer.join();
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).expect("output is UTF-8"),
            err: String::from_utf8(output.stderr).expect("output is UTF-8"),
        }
    }

    /// Concise findings of a check.
    pub(crate) fn check(&self, arguments: &[&str]) -> Ran {
        self.run(&[&["check", "--format", "concise"], arguments].concat())
    }
}

/// A template with one finding, at the line `AuthType`.
pub(crate) const OPEN: &str = "Resources:\n  Door:\n    Type: AWS::Lambda::Url\n    Properties:\n      \
    TargetFunctionArn: arn:aws:lambda:eu-west-1:111122223333:function:f\n      AuthType: NONE\n";

/// Its rule.
pub(crate) const RULE: &str = "lambda-url-without-auth";

/// A security group that lets some networks reach some ports.
pub(crate) fn group(name: &str, ports: &[u16]) -> String {
    let rules: Vec<String> = ports
        .iter()
        .map(|port| {
            format!(
                "  ingress {{\n    from_port = {port}\n    to_port = {port}\n    protocol = \"tcp\"\n    \
                 cidr_blocks = [\"0.0.0.0/0\"]\n  }}\n"
            )
        })
        .collect();
    format!("resource \"aws_security_group\" \"{name}\" {{\n{}}}\n", rules.concat())
}

/// The rule that finds open ports of administration.
pub(crate) const PORT: &str = "security-group-open-admin-port";
