//! Resources.

use std::sync::Arc;

use crate::condition::Formula;
use crate::graph::RootId;
use crate::{Flags, PropertyPath, Span, Value};

/// Identifies a resource of a [`crate::ResourceGraph`]; in a [`crate::Root`] that is not yet
/// part of a graph, the index among the root's own resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceId(pub u32);

/// The format that a root is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// A CloudFormation template, SAM included.
    CloudFormation,
    /// The JSON of `terraform show -json`.
    TerraformPlan,
    /// A module in Terraform's JSON syntax.
    TerraformJson,
    /// A module in Terraform's own syntax.
    Terraform,
    /// A policy document that stands alone.
    Iam,
}

impl Format {
    /// Its name in machine output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CloudFormation => "cloudformation",
            Self::TerraformPlan => "terraform-plan",
            Self::TerraformJson => "terraform-json",
            Self::Terraform => "terraform",
            Self::Iam => "iam",
        }
    }

    /// Whether Terraform's defaults apply.
    pub const fn is_terraform(self) -> bool {
        matches!(self, Self::TerraformPlan | Self::TerraformJson | Self::Terraform)
    }
}

/// Finds what the source of a resource says about a property that its canonical shape does not
/// have: an attribute that comes to nothing there (`kms_master_key_id = ""`), or the block that
/// should hold it.
pub type WrittenAt = for<'r> fn(&'r Resource, &PropertyPath) -> Option<Written<'r>>;

/// What a source says about a property.
#[derive(Debug, Clone, Copy)]
pub struct Written<'r> {
    /// Where it says it.
    pub span: Span,
    /// How much of the path leads there.
    pub depth: usize,
    /// The value, if the property itself is given.
    pub value: Option<&'r Value>,
}

/// One resource in the canonical shape: CloudFormation's type and property names, whatever it
/// was written in.
///
/// Not only what AWS creates is a resource: a template parameter is one of type
/// [`Resource::PARAMETER`], so that rules can speak about it.
#[derive(Debug, Clone)]
pub struct Resource {
    /// The root that it belongs to. Set when the root joins a graph.
    pub root: RootId,
    /// Its address, unique in the root: a logical id, or `module.a.aws_s3_bucket.b["c"]`.
    pub address: Arc<str>,
    /// The name its author gave it: the logical id, or the Terraform name; the construct path
    /// for a resource made by the CDK.
    pub name: Arc<str>,
    /// The canonical type: `AWS::S3::Bucket`. A type without a counterpart keeps its own name.
    pub resource_type: Arc<str>,
    /// The type as written: `aws_s3_bucket`, `AWS::Serverless::Function`.
    pub source_type: Arc<str>,
    /// Format of its root.
    pub format: Format,
    /// Where it is named; what a finding about a missing property points at.
    pub span: Span,
    /// The canonical properties: always a map, possibly open or unknown.
    pub properties: Value,
    /// The properties as written, for what has no canonical counterpart; same as `properties`
    /// for CloudFormation.
    pub raw: Value,
    /// What stands beside the properties: `DeletionPolicy`, `Metadata`; a plan's `actions`.
    pub attributes: Value,
    /// When it exists.
    pub guard: Formula,
    /// Facts about the resource as a whole.
    pub flags: Flags,
}

impl Resource {
    /// Type of the resource that stands for a template parameter or input variable. Its
    /// properties: `Name`, `Type`, `Default`, `NoEcho` (also for Terraform's `sensitive`),
    /// `AllowedValues`.
    pub const PARAMETER: &'static str = "Parameter";
    /// Type of the resource that stands for a template output. Its properties: `Name`,
    /// `Value`, `NoEcho`, `Export`.
    pub const OUTPUT: &'static str = "Output";
    /// What the type of a resource starts with that a plan deletes or forgets:
    /// `Deleted::AWS::CloudTrail::Trail`. Its properties are those that it has now.
    ///
    /// The type is another one, so that a rule sees such a resource only where it asks for it,
    /// and a rule that looks for a trail does not find the one that goes.
    pub const DELETED: &'static str = "Deleted::";

    /// Whether it stands for something that will exist, and not for a parameter or output, for a
    /// setting, or for what is deleted.
    pub fn is_real(&self) -> bool {
        let is_stated = matches!(&*self.resource_type, Self::PARAMETER | Self::OUTPUT);
        !is_stated && !self.is_setting() && !self.is_deleted()
    }

    /// Whether it stands for what a Terraform module says beside its resources: `provider.aws`,
    /// `module`, `data.aws_ami`, `terraform.backend.s3`.
    pub fn is_setting(&self) -> bool {
        let source_type = &*self.source_type;
        matches!(source_type, "provider" | "module" | "terraform")
            || source_type.starts_with("data.")
    }

    /// Whether it is one of AWS: what is of another provider no rule knows.
    pub fn is_of_aws(&self) -> bool {
        !self.format.is_terraform()
            || self.resource_type.starts_with("AWS::")
            || ["aws_", "awscc_"].iter().any(|prefix| self.source_type.starts_with(prefix))
    }

    /// Whether a plan deletes or forgets it.
    pub fn is_deleted(&self) -> bool {
        self.resource_type.starts_with(Self::DELETED)
    }

    /// Whether it was made by an expansion and is not written in the source.
    pub const fn is_synthetic(&self) -> bool {
        self.flags.has(Flags::SYNTHETIC)
    }
}
