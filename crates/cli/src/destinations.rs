//! What is written to files beside standard output: `--output FORMAT=FILE`.

use std::path::PathBuf;
use std::str::FromStr;

use crate::failure::Failure;

/// The format and the file of each output.
pub(crate) fn parse<F: FromStr<Err = String>>(
    outputs: &[String],
) -> Result<Vec<(F, PathBuf)>, Failure> {
    outputs.iter().map(|output| one(output)).collect()
}

fn one<F: FromStr<Err = String>>(output: &str) -> Result<(F, PathBuf), Failure> {
    let (name, path) =
        output.split_once('=').ok_or_else(|| Failure::new(without_format(output)))?;
    if path.is_empty() {
        return Err(Failure::new(format!("--output `{output}`: the file has no name")));
    }
    Ok((name.parse().map_err(Failure::new)?, PathBuf::from(path)))
}

/// What to type instead of a file alone.
fn without_format(output: &str) -> String {
    let format = match output.rsplit_once('.').map(|(_, ending)| ending) {
        Some(ending @ ("sarif" | "html" | "csv" | "json")) => ending,
        Some("md") => "markdown",
        Some("xml") => "junit",
        _ => return format!("--output `{output}`: write it as FORMAT=FILE"),
    };
    format!("--output `{output}`: write it as FORMAT=FILE, such as `{format}={output}`")
}
