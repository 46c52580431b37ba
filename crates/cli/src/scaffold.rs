//! `trilith rule new`: the folder of a new rule. Its tests pass as it is, so that an author
//! changes one thing at a time.

use std::io::Write;

use crate::args::NewArgs;
use crate::failure::Failure;
use crate::files;

const PAGE: &str = include_str!("scaffold/rule.md");
const REGO: &str = include_str!("scaffold/rule.rego");
const GUARD: &str = include_str!("scaffold/rule.guard");
const TERRAFORM: &str = include_str!("scaffold/terraform.md");
/// The type for which an example in Terraform is at hand.
const BUCKET: &str = "AWS::S3::Bucket";

/// Makes the folder.
pub fn new_rule(args: &NewArgs, out: &mut dyn Write) -> Result<(), Failure> {
    check_name(&args.name)?;
    let folder = args.dir.join(&args.name);
    if files::exists(&folder) {
        return Err(Failure::new(format!("{}: exists already", files::display(&folder))));
    }
    files::make_directory(&folder)?;
    let (predicate, text) = if args.guard { ("rule.guard", GUARD) } else { ("rule.rego", REGO) };
    for (name, text) in [("rule.md", page(args)), (predicate, fill(text, args))] {
        let path = folder.join(name);
        files::create(&path)?.write_all(text.as_bytes())?;
        writeln!(out, "made {}", files::display(&path))?;
    }
    let (dir, folder) = (files::display(&args.dir), files::display(&folder));
    writeln!(
        out,
        "\nWrite what is wrong and what is right into the examples of {folder}/rule.md, then the\n\
         predicate until `trilith test {dir}` passes. Further commands:\n\n  \
         trilith list resources --input PATH     what the rule sees\n  \
         trilith rule try {folder} PATH     what it finds\n  \
         trilith check --rules {dir} PATH     all rules"
    )?;
    Ok(())
}

fn check_name(name: &str) -> Result<(), Failure> {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    if name.split('-').all(is_word) {
        return Ok(());
    }
    let hint = "name the defect in lower-case words joined by hyphens: `s3-bucket-without-owner`";
    Err(Failure::new(format!("`{name}` is no name of a rule; {hint}")))
}

fn page(args: &NewArgs) -> String {
    let page = fill(PAGE, args);
    if args.resource_type != BUCKET {
        return page.replace("<fails-terraform>", "").replace("<passes-terraform>", "");
    }
    let (fails, passes) = TERRAFORM.split_once("---\n").unwrap_or((TERRAFORM, ""));
    page.replace("<fails-terraform>", fails).replace("<passes-terraform>", passes)
}

fn fill(text: &str, args: &NewArgs) -> String {
    let (name, words) = (args.name.replace('-', "_"), args.name.replace('-', " "));
    let mut title = words.clone();
    if let Some(first) = title.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text.replace("<title>", &title).replace("<name>", &name).replace("<type>", &args.resource_type)
}
