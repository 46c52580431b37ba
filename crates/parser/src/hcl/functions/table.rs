//! The functions of Terraform 1.11: names, numbers of arguments, results.
//!
//! Source: `terraform metadata functions -json`.

use super::Returns::{Any, Bool, List, Map, Number, Set, Text};
use super::Run::{Known, Lazy, Never, Partial};
use super::{
    Function, Returns, Run, choice, collection, convert, encoding, file, format, network, number,
    sequence, set, string,
};
use crate::hcl::evaluate::Shape;

const fn function(
    name: &'static str,
    least: usize,
    most: usize,
    returns: Returns,
    run: Run,
) -> Function {
    Function { name, least, most: Some(most), returns, run }
}

/// A function of any number of arguments from `least` on.
const fn variadic(name: &'static str, least: usize, returns: Returns, run: Run) -> Function {
    Function { name, least, most: None, returns, run }
}

/// The function with a name; `core::` may stand before it.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    let name = name.strip_prefix("core::").unwrap_or(name);
    let place = TABLE.binary_search_by(|function| function.name.cmp(name)).ok()?;
    TABLE.get(place)
}

/// What kind of collection a function makes, where that does not depend on its arguments.
pub(in crate::hcl) fn shape(name: &str) -> Option<Shape> {
    let function = find(name)?;
    match function.returns {
        List => Some(Shape::List),
        Set => Some(Shape::Set),
        Map => Some(Shape::Map),
        Text | Number | Bool | Any => None,
    }
}

/// All functions, sorted by name.
static TABLE: &[Function] = &[
    function("abs", 1, 1, Number, Known(number::abs)),
    function("abspath", 1, 1, Text, Known(file::abspath)),
    function("alltrue", 1, 1, Bool, Partial(collection::alltrue)),
    function("anytrue", 1, 1, Bool, Partial(collection::anytrue)),
    function("base64decode", 1, 1, Text, Partial(encoding::base64decode)),
    function("base64encode", 1, 1, Text, Partial(encoding::base64encode)),
    function("base64gzip", 1, 1, Text, Never),
    function("base64sha256", 1, 1, Text, Never),
    function("base64sha512", 1, 1, Text, Never),
    function("basename", 1, 1, Text, Known(file::basename)),
    function("bcrypt", 1, 2, Text, Never),
    function("can", 1, 1, Bool, Lazy(choice::can)),
    function("ceil", 1, 1, Number, Known(number::ceil)),
    function("chomp", 1, 1, Text, Known(string::chomp)),
    function("chunklist", 2, 2, List, Known(sequence::chunklist)),
    function("cidrhost", 2, 2, Text, Known(network::cidrhost)),
    function("cidrnetmask", 1, 1, Text, Known(network::cidrnetmask)),
    function("cidrsubnet", 3, 3, Text, Known(network::cidrsubnet)),
    variadic("cidrsubnets", 1, List, Known(network::cidrsubnets)),
    variadic("coalesce", 1, Any, Lazy(choice::coalesce)),
    variadic("coalescelist", 1, Any, Partial(sequence::coalescelist)),
    function("compact", 1, 1, List, Partial(sequence::compact)),
    variadic("concat", 1, Any, Partial(sequence::concat)),
    function("contains", 2, 2, Bool, Partial(collection::contains)),
    function("csvdecode", 1, 1, List, Known(encoding::csvdecode)),
    function("dirname", 1, 1, Text, Known(file::dirname)),
    function("distinct", 1, 1, List, Partial(sequence::distinct)),
    function("element", 2, 2, Any, Partial(sequence::element)),
    function("endswith", 2, 2, Bool, Partial(string::endswith)),
    function("ephemeralasnull", 1, 1, Any, Partial(convert::same)),
    function("file", 1, 1, Text, Known(file::file)),
    function("filebase64", 1, 1, Text, Known(file::filebase64)),
    function("filebase64sha256", 1, 1, Text, Never),
    function("filebase64sha512", 1, 1, Text, Never),
    function("fileexists", 1, 1, Bool, Known(file::fileexists)),
    function("filemd5", 1, 1, Text, Never),
    function("fileset", 2, 2, Set, Never),
    function("filesha1", 1, 1, Text, Never),
    function("filesha256", 1, 1, Text, Never),
    function("filesha512", 1, 1, Text, Never),
    function("flatten", 1, 1, Any, Partial(sequence::flatten)),
    function("floor", 1, 1, Number, Known(number::floor)),
    variadic("format", 1, Text, Partial(format::format)),
    function("formatdate", 2, 2, Text, Never),
    variadic("formatlist", 1, List, Partial(format::formatlist)),
    function("indent", 2, 2, Text, Known(string::indent)),
    function("index", 2, 2, Number, Known(collection::index)),
    function("issensitive", 1, 1, Bool, Partial(convert::issensitive)),
    variadic("join", 2, Text, Partial(string::join)),
    function("jsondecode", 1, 1, Any, Partial(encoding::jsondecode)),
    function("jsonencode", 1, 1, Text, Partial(encoding::jsonencode)),
    function("keys", 1, 1, Any, Partial(collection::keys)),
    function("length", 1, 1, Number, Partial(collection::length)),
    function("log", 2, 2, Number, Known(number::log)),
    function("lookup", 2, 3, Any, Lazy(choice::lookup)),
    function("lower", 1, 1, Text, Partial(string::lower)),
    function("matchkeys", 3, 3, List, Known(collection::matchkeys)),
    variadic("max", 1, Number, Known(number::max)),
    function("md5", 1, 1, Text, Never),
    variadic("merge", 0, Any, Partial(collection::merge)),
    variadic("min", 1, Number, Known(number::min)),
    function("nonsensitive", 1, 1, Any, Partial(convert::nonsensitive)),
    function("one", 1, 1, Any, Partial(sequence::one)),
    function("parseint", 2, 2, Number, Known(number::parseint)),
    function("pathexpand", 1, 1, Text, Known(file::pathexpand)),
    function("plantimestamp", 0, 0, Text, Never),
    function("pow", 2, 2, Number, Known(number::pow)),
    Function { name: "range", least: 1, most: Some(3), returns: List, run: Known(number::range) },
    function("regex", 2, 2, Any, Never),
    function("regexall", 2, 2, List, Never),
    function("replace", 3, 3, Text, Known(string::replace)),
    function("reverse", 1, 1, Any, Partial(sequence::reverse)),
    function("rsadecrypt", 2, 2, Text, Never),
    function("sensitive", 1, 1, Any, Partial(convert::sensitive)),
    variadic("setintersection", 1, Set, Known(set::setintersection)),
    variadic("setproduct", 2, Any, Known(set::setproduct)),
    function("setsubtract", 2, 2, Set, Known(set::setsubtract)),
    variadic("setunion", 1, Set, Partial(set::setunion)),
    function("sha1", 1, 1, Text, Never),
    function("sha256", 1, 1, Text, Never),
    function("sha512", 1, 1, Text, Never),
    function("signum", 1, 1, Number, Known(number::signum)),
    function("slice", 3, 3, Any, Partial(sequence::slice)),
    function("sort", 1, 1, List, Known(sequence::sort)),
    function("split", 2, 2, List, Known(string::split)),
    function("startswith", 2, 2, Bool, Partial(string::startswith)),
    function("strcontains", 2, 2, Bool, Partial(string::strcontains)),
    function("strrev", 1, 1, Text, Known(string::strrev)),
    function("substr", 3, 3, Text, Known(string::substr)),
    function("sum", 1, 1, Number, Known(number::sum)),
    function("templatefile", 2, 2, Any, Lazy(file::templatefile)),
    function("templatestring", 2, 2, Text, Lazy(file::templatestring)),
    function("textdecodebase64", 2, 2, Text, Known(encoding::textdecodebase64)),
    function("textencodebase64", 2, 2, Text, Known(encoding::textencodebase64)),
    function("timeadd", 2, 2, Text, Never),
    function("timecmp", 2, 2, Number, Never),
    function("timestamp", 0, 0, Text, Never),
    function("title", 1, 1, Text, Known(string::title)),
    function("tobool", 1, 1, Bool, Partial(convert::tobool)),
    function("tolist", 1, 1, List, Partial(convert::tolist)),
    function("tomap", 1, 1, Map, Partial(convert::tomap)),
    function("tonumber", 1, 1, Number, Partial(convert::tonumber)),
    function("toset", 1, 1, Set, Partial(set::toset)),
    function("tostring", 1, 1, Text, Partial(convert::tostring)),
    function("transpose", 1, 1, Map, Known(collection::transpose)),
    function("trim", 2, 2, Text, Known(string::trim)),
    function("trimprefix", 2, 2, Text, Partial(string::trimprefix)),
    function("trimspace", 1, 1, Text, Known(string::trimspace)),
    function("trimsuffix", 2, 2, Text, Partial(string::trimsuffix)),
    variadic("try", 1, Any, Lazy(choice::attempt)),
    function("upper", 1, 1, Text, Partial(string::upper)),
    function("urlencode", 1, 1, Text, Known(encoding::urlencode)),
    function("uuid", 0, 0, Text, Never),
    function("uuidv5", 2, 2, Text, Never),
    function("values", 1, 1, Any, Partial(collection::values)),
    function("yamldecode", 1, 1, Any, Partial(encoding::yamldecode)),
    function("yamlencode", 1, 1, Text, Partial(encoding::yamlencode)),
    function("zipmap", 2, 2, Any, Partial(collection::zipmap)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_whole() {
        assert!(TABLE.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert_eq!(TABLE.len(), 118);
        assert!(find("core::merge").is_some());
        assert!(find("provider::aws::arn_parse").is_none());
    }

    #[test]
    fn every_function_is_checked_against_terraform() {
        let checked = include_str!("../../../tests/data/terraform-functions.txt");
        // Files, and what depends on the machine, have tests of their own.
        let elsewhere = ["file", "filebase64", "fileexists", "templatefile", "templatestring"];
        for function in TABLE {
            let is_checked = checked.contains(&format!("{}(", function.name));
            let is_expected = !matches!(function.run, Never)
                && !elsewhere.contains(&function.name)
                && !matches!(function.name, "sensitive" | "yamlencode");
            assert!(is_checked || !is_expected, "{}", function.name);
        }
    }
}
