//! Values for the input variables of root modules, from outside of the modules.

use std::collections::BTreeMap;
use std::sync::Arc;

use trilith_graph::{SourceId, Span, Value, ValueKind};

use crate::hcl::{File, NoNames, Type, evaluate, parse_expression};
use crate::tree::Segments;

/// Values for the input variables of root modules, as the command line gives them.
///
/// Terraform's precedence, the last one wins: the environment, `terraform.tfvars`,
/// `terraform.tfvars.json`, `*.auto.tfvars` and `*.auto.tfvars.json` in the order of their names,
/// and then what is given here, in its order.
#[derive(Debug, Clone, Default)]
pub struct Variables {
    /// Values of the environment (`TF_VAR_name`), by name.
    pub environment: BTreeMap<String, String>,
    /// `--var` and `--var-file`, in the order of the command line.
    pub given: Vec<Given>,
}

/// One option of the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// `--var name=value`
    Value {
        /// The variable.
        name: String,
        /// The value: text, or an expression for variables that are not scalars.
        text: String,
    },
    /// `--var-file file`, by the name that the file has among the sources.
    File(String),
}

/// A file of values.
#[derive(Debug)]
pub(super) struct ValueFile {
    pub(super) name: String,
    pub(super) file: File,
}

impl ValueFile {
    /// Its place among the files of a directory that Terraform reads by itself; `None` for one
    /// that it reads only where it is named.
    pub(super) fn rank(&self) -> Option<(u8, &str)> {
        let file = self.name.rsplit('/').next().unwrap_or(&self.name);
        match file {
            "terraform.tfvars" => Some((0, file)),
            "terraform.tfvars.json" => Some((1, file)),
            _ if file.ends_with(".auto.tfvars") || file.ends_with(".auto.tfvars.json") => {
                Some((2, file))
            }
            _ => None,
        }
    }
}

/// Adds the values of a file.
pub(super) fn add_file(values: &mut BTreeMap<Arc<str>, Value>, file: &File) {
    for attribute in &file.body.attributes {
        values.insert(attribute.name.clone(), evaluate(&attribute.value, &NoNames));
    }
}

/// Adds a text of the command line; what it means depends on the type of the variable.
pub(super) fn add_text(values: &mut BTreeMap<Arc<str>, Value>, name: &str, text: &str) {
    let nowhere = Span::at(SourceId(u32::MAX), 0);
    values.insert(name.into(), Value::string(text, nowhere));
}

/// A text of the command line for a variable of a type: as it stands for scalars, else an
/// expression.
pub(super) fn given_text(text: &str, constraint: &Type, place: Span) -> Value {
    if matches!(constraint, Type::Text | Type::Number | Type::Bool) {
        return Value::string(text, place);
    }
    let mut segments = Segments::new(place);
    segments.push(text, place);
    let parsed = parse_expression(&segments);
    let value = evaluate(&parsed.expression, &NoNames);
    let is_value = parsed.errors.is_empty() && value.unknown_reason().is_none();
    let kind = if is_value { value.kind } else { ValueKind::String(text.into()) };
    Value::new(kind, place)
}
