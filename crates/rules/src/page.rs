//! A rule's page: front matter, prose, and fenced examples that are its tests.
//!
//! Like [`crate::metadata`], this module is also part of the root package's build script.

/// The parts of a page, borrowed from its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<'p> {
    /// The YAML between the `---` lines.
    pub front_matter: &'p str,
    /// The heading.
    pub title: &'p str,
    /// The paragraph below the heading.
    pub summary: String,
    /// The sections: heading and text, in order.
    pub sections: Vec<(&'p str, &'p str)>,
}

/// A fenced example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence<'p> {
    /// The section that it stands in: `Fails` or `Passes`.
    pub section: &'p str,
    /// The language: `yaml`, `json`, `hcl` ...
    pub language: &'p str,
    /// The other words of the info string.
    pub info: Vec<&'p str>,
    /// Line of the page (from 1) on which the code starts.
    pub line: usize,
    /// The code.
    pub code: &'p str,
}

impl<'p> Page<'p> {
    /// Takes a page apart.
    pub fn parse(text: &'p str) -> Result<Self, String> {
        let rest = text.strip_prefix("---\n").ok_or("the page does not start with `---`")?;
        let end = rest.find("\n---\n").ok_or("the front matter does not end with `---`")?;
        let front_matter = &rest[..=end];
        let body = rest[end + 5..].trim_start();
        let heading = body.strip_prefix("# ").ok_or("no `# Heading` follows the front matter")?;
        let (title, after) = heading.split_once('\n').ok_or("no text follows the heading")?;
        let sections = sections(after);
        let intro = after.split("\n## ").next().unwrap_or_default().trim();
        let paragraph = intro.split("\n\n").next().unwrap_or_default();
        let summary = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
        if summary.is_empty() {
            return Err("no sentence follows the heading".into());
        }
        Ok(Self { front_matter, title: title.trim(), summary, sections })
    }

    /// The text of a section.
    pub fn section(&self, heading: &str) -> Option<&'p str> {
        self.sections.iter().find(|(name, _)| *name == heading).map(|(_, text)| *text)
    }

    /// The page without front matter and examples: what `explain` and SARIF show.
    pub fn help(&self) -> String {
        let mut help = format!("{}\n", self.summary);
        for heading in ["Why", "Fix"] {
            if let Some(text) = self.section(heading) {
                for part in ["\n## ", heading, "\n\n", text.trim(), "\n"] {
                    help.push_str(part);
                }
            }
        }
        help
    }
}

fn sections(text: &str) -> Vec<(&str, &str)> {
    let mut sections = Vec::new();
    let mut start = None;
    let mut in_fence = false;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with("```") {
            in_fence = !in_fence;
        } else if let (false, Some(heading)) = (in_fence, line.strip_prefix("## "))
            && let Some((name, from)) = start.replace((heading.trim(), offset + line.len()))
        {
            sections.push((name, &text[from..offset]));
        }
        offset += line.len();
    }
    if let Some((name, from)) = start {
        sections.push((name, &text[from..]));
    }
    sections
}

/// The fenced examples of a page, in order.
pub fn fences(text: &str) -> Vec<Fence<'_>> {
    let mut fences = Vec::new();
    let mut section = "";
    let mut open: Option<(&str, usize, usize)> = None;
    let mut offset = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        match (line.strip_prefix("```"), open) {
            (Some(info), None) => open = Some((info.trim(), offset + line.len(), index + 2)),
            (Some(_), Some((info, from, first_line))) => {
                let mut words = info.split_whitespace();
                let language = words.next().unwrap_or_default();
                let code = &text[from..offset];
                let info = words.collect();
                fences.push(Fence { section, language, info, line: first_line, code });
                open = None;
            }
            (None, None) => {
                if let Some(heading) = line.strip_prefix("## ") {
                    section = heading.trim();
                }
            }
            (None, Some(_)) => {}
        }
        offset += line.len();
    }
    fences
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "---\nseverity: low\n---\n# A title\n\nOne\nsentence.\n\nMore.\n\n## Why\n\nBecause.\n\n## Fails\n\n```yaml cloudformation\nA: 1\n```\n\n## Passes\n\n```hcl\n## no heading\n```\n";

    #[test]
    fn a_page_is_taken_apart() {
        let page = Page::parse(PAGE).expect("a good page");
        assert_eq!(page.title, "A title");
        assert_eq!(page.summary, "One sentence.");
        assert_eq!(page.section("Why").map(str::trim), Some("Because."));
        assert_eq!(page.sections.len(), 3);
    }

    #[test]
    fn fences_know_their_section_and_line() {
        let fences = fences(PAGE);
        assert_eq!(fences.len(), 2);
        assert_eq!(
            (fences[0].section, fences[0].language, fences[0].code),
            ("Fails", "yaml", "A: 1\n")
        );
        assert_eq!(fences[0].info, ["cloudformation"]);
        assert_eq!(PAGE.lines().nth(fences[0].line - 1), Some("A: 1"));
        assert_eq!((fences[1].section, fences[1].code), ("Passes", "## no heading\n"));
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(Page::parse("# x"), Err("the page does not start with `---`".into()));
        assert_eq!(
            Page::parse("---\na: 1\n---\n# x\n"),
            Err("no sentence follows the heading".into())
        );
    }
}
