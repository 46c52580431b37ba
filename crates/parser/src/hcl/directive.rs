//! Directives of templates: `%{ if }` and `%{ for }`, matched with what closes them.

use super::syntax::{Expression, Name, TemplateFor, TemplateIf, TemplatePart};

/// How deep `%{ if }` and `%{ for }` may be nested.
const DIRECTIVE_DEPTH_LIMIT: usize = 32;
/// What stands between `%{` and `}`.
pub(super) enum Directive {
    If(Expression),
    Else,
    EndIf,
    For { key: Option<Name>, value: Name, collection: Expression },
    EndFor,
}

/// The parts of a template while its directives are matched.
pub(super) struct PartTree {
    /// What is open, outside first. Never empty.
    open: Vec<Frame>,
}

#[derive(Default)]
struct Frame {
    opener: Option<Directive>,
    /// The text of the condition's first half, once `else` was seen.
    then: Option<Vec<TemplatePart>>,
    parts: Vec<TemplatePart>,
}

impl PartTree {
    pub(super) fn new() -> Self {
        Self { open: vec![Frame::default()] }
    }

    pub(super) fn push(&mut self, part: TemplatePart) {
        if let Some(frame) = self.open.last_mut() {
            frame.parts.push(part);
        }
    }

    pub(super) fn directive(&mut self, directive: Directive) -> Result<(), &'static str> {
        let is_deep = self.open.len() > DIRECTIVE_DEPTH_LIMIT;
        let open = self.open.last_mut().ok_or("nothing is open here")?;
        match (directive, &open.opener) {
            (Directive::If(_) | Directive::For { .. }, _) if is_deep => {
                return Err("the template is nested too deeply");
            }
            (opener @ (Directive::If(_) | Directive::For { .. }), _) => {
                self.open.push(Frame { opener: Some(opener), ..Frame::default() });
            }
            (Directive::Else, Some(Directive::If(_))) if open.then.is_none() => {
                open.then = Some(std::mem::take(&mut open.parts));
            }
            (Directive::EndIf, Some(Directive::If(_)))
            | (Directive::EndFor, Some(Directive::For { .. })) => self.close(),
            (Directive::Else, _) => return Err("`else` without an open `if`"),
            (Directive::EndIf, _) => return Err("`endif` without an open `if`"),
            (Directive::EndFor, _) => return Err("`endfor` without an open `for`"),
        }
        Ok(())
    }

    fn close(&mut self) {
        let Some(Frame { opener, then, parts }) = self.open.pop() else { return };
        match opener {
            Some(Directive::If(condition)) => {
                let (then, otherwise) = match then {
                    Some(then) => (then, parts),
                    None => (parts, Vec::new()),
                };
                let part = TemplateIf { condition, then, otherwise };
                self.push(TemplatePart::If(Box::new(part)));
            }
            Some(Directive::For { key, value, collection }) => {
                let part = TemplateFor { key, value, collection, body: parts };
                self.push(TemplatePart::For(Box::new(part)));
            }
            _ => {}
        }
    }

    pub(super) fn finish(mut self) -> Result<Vec<TemplatePart>, &'static str> {
        match self.open.pop() {
            Some(Frame { opener: None, parts, .. }) => Ok(parts),
            Some(Frame { opener: Some(Directive::For { .. }), .. }) => {
                Err("the template's `for` is never closed")
            }
            _ => Err("the template's `if` is never closed"),
        }
    }
}
