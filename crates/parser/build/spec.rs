//! The tables as they are written in TOML.

use std::collections::BTreeMap;

use toml::{Table, Value};

/// All tables of all files.
#[derive(Debug, Default)]
pub(crate) struct Specs {
    /// By Terraform type.
    pub(crate) types: BTreeMap<String, TypeSpec>,
    /// Shared value maps by name.
    pub(crate) values: BTreeMap<String, Vec<(String, Literal)>>,
}

/// One Terraform type.
#[derive(Debug, Default, Clone)]
pub(crate) struct TypeSpec {
    pub(crate) canonical: String,
    pub(crate) like: Option<String>,
    pub(crate) prefix: Option<String>,
    pub(crate) adapter: Option<String>,
    /// Attribute that names the parent, for a satellite.
    pub(crate) satellite: Option<String>,
    /// Attributes that a satellite shares with its parent, where it does not refer to it.
    pub(crate) shared: Vec<String>,
    /// The member that tells which element of a list a satellite speaks of.
    pub(crate) same: Option<String>,
    pub(crate) reference: Vec<String>,
    pub(crate) sensitive: Vec<String>,
    pub(crate) legacy: Vec<String>,
    /// Attributes in whose place other resources should be used.
    pub(crate) deprecated: Vec<String>,
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) defaults: Vec<(String, Literal)>,
    /// By attribute path, dotted.
    pub(crate) rows: BTreeMap<String, RowSpec>,
    /// Attribute, canonical type, property, property that names the parent.
    pub(crate) split: Vec<[String; 4]>,
}

/// Where an attribute goes, and what happens to it on the way.
#[derive(Debug, Default, Clone)]
pub(crate) struct RowSpec {
    pub(crate) to: String,
    pub(crate) convert: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) when: Option<String>,
    pub(crate) values: Vec<(String, Literal)>,
    pub(crate) named_values: Option<String>,
    pub(crate) absent: Vec<String>,
    pub(crate) default: Option<Literal>,
    pub(crate) also: Vec<(String, Literal)>,
    /// The property that says how many elements there are.
    pub(crate) count: Option<String>,
    /// Whether the property is one that only Terraform knows.
    pub(crate) only: bool,
}

/// A constant.
#[derive(Debug, Clone)]
pub(crate) enum Literal {
    Bool(bool),
    Int(i64),
    Text(String),
    EmptyList,
}

impl Specs {
    /// Reads one file.
    pub(crate) fn read(&mut self, text: &str) -> Result<(), String> {
        let file: Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
        for (name, value) in file {
            let table = value.as_table().ok_or(format!("`{name}` is no table"))?;
            if name == "values" {
                for (name, value) in table {
                    self.values.insert(name.clone(), literals(value)?);
                }
                continue;
            }
            let spec = TypeSpec::read(table).map_err(|error| format!("{name}: {error}"))?;
            if self.types.insert(name.clone(), spec).is_some() {
                return Err(format!("`{name}` occurs twice"));
            }
        }
        Ok(())
    }
}

impl TypeSpec {
    fn read(table: &Table) -> Result<Self, String> {
        let mut spec = Self::default();
        for (key, value) in table {
            match key.as_str() {
                "type" => spec.canonical = text(value)?,
                "like" => spec.like = Some(text(value)?),
                "prefix" => spec.prefix = Some(text(value)?),
                "adapter" => spec.adapter = Some(text(value)?),
                "ref" => spec.reference = texts(value)?,
                "sensitive" => spec.sensitive = texts(value)?,
                "legacy" => spec.legacy = texts(value)?,
                "deprecated" => spec.deprecated = texts(value)?,
                "satellite" => {
                    spec.canonical = text(value.get("of").ok_or("satellite without `of`")?)?;
                    spec.satellite = Some(text(value.get("by").ok_or("satellite without `by`")?)?);
                    spec.same = value.get("same").map(text).transpose()?;
                    spec.shared = value.get("on").map_or(Ok(Vec::new()), texts)?;
                }
                "attributes" => {
                    for (name, value) in inner(value)? {
                        spec.attributes.insert(name.clone(), text(value)?);
                    }
                }
                "defaults" => spec.defaults = literals(value)?,
                "rows" => {
                    for (path, value) in inner(value)? {
                        let row = RowSpec::read(value).map_err(|e| format!("{path}: {e}"))?;
                        spec.rows.insert(path.clone(), row);
                    }
                }
                "split" => {
                    for (name, value) in inner(value)? {
                        let get = |key: &str| {
                            value.get(key).ok_or(format!("split without `{key}`")).and_then(text)
                        };
                        spec.split.push([name.clone(), get("type")?, get("to")?, get("parent")?]);
                    }
                }
                _ => return Err(format!("unknown key `{key}`")),
            }
        }
        Ok(spec)
    }
}

impl RowSpec {
    fn read(value: &Value) -> Result<Self, String> {
        let mut row = Self::default();
        let Some(table) = value.as_table() else {
            row.to = text(value)?;
            return Ok(row);
        };
        for (key, value) in table {
            match key.as_str() {
                "to" => row.to = text(value)?,
                "as" => row.convert = Some(text(value)?),
                "key" => row.key = Some(text(value)?),
                "when" => row.when = Some(text(value)?),
                "values" if value.is_str() => row.named_values = Some(text(value)?),
                "values" => row.values = literals(value)?,
                "absent" => row.absent = texts(value)?,
                "default" => row.default = Some(literal(value)?),
                "also" => row.also = literals(value)?,
                "count" => row.count = Some(text(value)?),
                "only" => row.only = value.as_str() == Some("terraform"),
                _ => return Err(format!("unknown key `{key}`")),
            }
        }
        Ok(row)
    }
}

fn inner(value: &Value) -> Result<&Table, String> {
    value.as_table().ok_or_else(|| "a table is due".to_owned())
}

fn text(value: &Value) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| format!("{value:?} is no text"))
}

fn texts(value: &Value) -> Result<Vec<String>, String> {
    value.as_array().ok_or_else(|| format!("{value:?} is no list"))?.iter().map(text).collect()
}

fn literals(value: &Value) -> Result<Vec<(String, Literal)>, String> {
    inner(value)?.iter().map(|(key, value)| Ok((key.clone(), literal(value)?))).collect()
}

fn literal(value: &Value) -> Result<Literal, String> {
    match value {
        Value::Boolean(value) => Ok(Literal::Bool(*value)),
        Value::Integer(value) => Ok(Literal::Int(*value)),
        Value::String(value) => Ok(Literal::Text(value.clone())),
        Value::Array(items) if items.is_empty() => Ok(Literal::EmptyList),
        _ => Err(format!("{value:?} cannot stand here")),
    }
}
