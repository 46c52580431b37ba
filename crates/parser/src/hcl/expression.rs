//! Expressions: recursive descent, with flat chains of operators and steps.

use std::sync::Arc;

use trilith_graph::Span;

use super::number::number_kind;
use super::parser::{Parser, Read};
use super::syntax::{
    Binary, BinaryOperator, Call, Conditional, Expression, ExpressionKind, For, Name, ObjectItem,
    ObjectKey, Step, StepKind, Traversal, UnaryOperator,
};

impl Parser<'_> {
    /// Reads an expression; space before it is passed over.
    pub(super) fn expression(&mut self) -> Read<Expression> {
        self.nested(Self::conditional)
    }

    fn conditional(&mut self) -> Read<Expression> {
        let condition = self.binary(0)?;
        self.skip_space_if_followed_by(b'?');
        if !self.eat("?") {
            return Ok(condition);
        }
        let then = self.expression()?;
        self.skip_space();
        self.expect(":", "between the two values of the conditional")?;
        let otherwise = self.expression()?;
        let span = condition.span.to(otherwise.span);
        let conditional = Conditional { condition, then, otherwise };
        Ok(Expression { kind: ExpressionKind::Conditional(Box::new(conditional)), span })
    }

    /// Moves over space only if `byte` comes after it, so that spans end with what they cover.
    fn skip_space_if_followed_by(&mut self, byte: u8) -> bool {
        let at = self.at;
        self.skip_space();
        let is_next = self.peek() == Some(byte);
        if !is_next {
            self.at = at;
        }
        is_next
    }

    /// Reads operators that bind at least as strongly as `least`.
    fn binary(&mut self, least: u8) -> Read<Expression> {
        let mut left = self.unary()?;
        while let Some(operator) = self.peek_operator() {
            let precedence = operator.precedence();
            if precedence < least {
                break;
            }
            let mut rest = Vec::new();
            while let Some(operator) = self.peek_operator() {
                if operator.precedence() != precedence {
                    break;
                }
                self.skip_space();
                self.at += operator.text().len();
                rest.push((operator, self.binary(precedence + 1)?));
            }
            let span = rest.last().map_or(left.span, |(_, last)| left.span.to(last.span));
            let binary = Binary { first: left, rest };
            left = Expression { kind: ExpressionKind::Binary(Box::new(binary)), span };
        }
        Ok(left)
    }

    /// The operator that comes next, without moving.
    fn peek_operator(&mut self) -> Option<BinaryOperator> {
        let at = self.at;
        self.skip_space();
        let operator = match (self.peek()?, self.peek_at(1)) {
            (b'|', Some(b'|')) => Some(BinaryOperator::Or),
            (b'&', Some(b'&')) => Some(BinaryOperator::And),
            (b'=', Some(b'=')) => Some(BinaryOperator::Equal),
            (b'!', Some(b'=')) => Some(BinaryOperator::NotEqual),
            (b'<', Some(b'=')) => Some(BinaryOperator::LessOrEqual),
            (b'>', Some(b'=')) => Some(BinaryOperator::GreaterOrEqual),
            (b'<', Some(b'<')) => None,
            (b'<', _) => Some(BinaryOperator::Less),
            (b'>', _) => Some(BinaryOperator::Greater),
            (b'+', _) => Some(BinaryOperator::Add),
            (b'-', _) => Some(BinaryOperator::Subtract),
            (b'*', _) => Some(BinaryOperator::Multiply),
            (b'/', _) => Some(BinaryOperator::Divide),
            (b'%', _) => Some(BinaryOperator::Modulo),
            _ => None,
        };
        self.at = at;
        operator
    }

    fn unary(&mut self) -> Read<Expression> {
        self.skip_space();
        let operator = match self.peek() {
            Some(b'!') => UnaryOperator::Not,
            Some(b'-') => UnaryOperator::Negate,
            _ => return self.postfix(),
        };
        let start = self.at;
        self.at += 1;
        let operand = self.nested(Self::unary)?;
        let span = self.span(start, start + 1).to(operand.span);
        Ok(Expression { kind: ExpressionKind::Unary(operator, Box::new(operand)), span })
    }

    fn postfix(&mut self) -> Read<Expression> {
        let start = self.at;
        let root = self.primary()?;
        let steps = self.steps()?;
        if steps.is_empty() {
            return Ok(root);
        }
        let span = self.span_from(start);
        let traversal = Traversal { root, steps };
        Ok(Expression { kind: ExpressionKind::Traversal(Box::new(traversal)), span })
    }

    fn steps(&mut self) -> Read<Vec<Step>> {
        let mut steps = Vec::new();
        loop {
            if self.skip_space_if_followed_by(b'.') {
                if self.starts_with("..") {
                    return Ok(steps);
                }
                self.dot(&mut steps, true)?;
            } else if self.skip_space_if_followed_by(b'[') {
                let step = self.bracket()?;
                let is_splat = matches!(step.kind, StepKind::Splat(_));
                steps.push(step);
                // What follows `[*]` applies to each element and belongs to it.
                if is_splat {
                    return Ok(steps);
                }
            } else {
                return Ok(steps);
            }
        }
    }

    /// Reads `.name`, `.0` or `.*`.
    fn dot(&mut self, steps: &mut Vec<Step>, may_splat: bool) -> Read<()> {
        let start = self.at;
        self.at += 1;
        self.skip_space();
        if may_splat && self.eat("*") {
            let mut each = Vec::new();
            while self.skip_space_if_followed_by(b'.') && !self.starts_with("..") {
                self.dot(&mut each, false)?;
            }
            steps.push(Step { kind: StepKind::Splat(each), span: self.span_from(start) });
            return Ok(());
        }
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            let index = &self.rest()[..digits];
            self.at += digits;
            let kind = StepKind::Attribute(index.into());
            steps.push(Step { kind, span: self.span_from(start) });
            return Ok(());
        }
        let Some((name, _)) = self.name() else {
            let found = self.describe_next();
            return self.broken_here(
                format!("expected the name of an attribute after `.`, found {found}"),
                "write the attribute, or remove the dot",
            );
        };
        steps.push(Step { kind: StepKind::Attribute(name), span: self.span_from(start) });
        Ok(())
    }

    /// Reads `[index]` or `[*]`.
    fn bracket(&mut self) -> Read<Step> {
        let start = self.at;
        self.at += 1;
        let index = self.with_newlines(false, |parser| {
            parser.skip_space();
            let is_splat = parser.eat("*");
            let index = if is_splat { None } else { Some(parser.expression()?) };
            parser.skip_space();
            parser.expect("]", "after the index")?;
            Ok(index)
        })?;
        let kind = match index {
            Some(index) => StepKind::Index(index),
            None => StepKind::Splat(self.nested(Self::steps)?),
        };
        Ok(Step { kind, span: self.span_from(start) })
    }

    fn primary(&mut self) -> Read<Expression> {
        self.skip_space();
        let start = self.at;
        match self.peek() {
            Some(b'"') => self.quoted(),
            Some(b'0'..=b'9') => Ok(self.number()),
            Some(b'(') => self.parenthesis(),
            Some(b'[') => self.list(),
            Some(b'{') => self.object(),
            Some(b'<') if self.peek_at(1) == Some(b'<') => self.heredoc(),
            _ => {
                let Some((name, span)) = self.name() else { return self.no_expression(start) };
                self.named(name, span)
            }
        }
    }

    fn no_expression(&mut self, start: usize) -> Read<Expression> {
        let found = self.describe_next();
        self.at = start;
        let help = match self.peek() {
            Some(b'\'') => "write text in double quotes",
            _ => "write a value here",
        };
        self.broken_here(format!("expected an expression, found {found}"), help)
    }

    /// What begins with a name: a keyword, a function or a variable.
    fn named(&mut self, name: Arc<str>, span: Span) -> Read<Expression> {
        let kind = match name.as_ref() {
            "true" => ExpressionKind::Bool(true),
            "false" => ExpressionKind::Bool(false),
            "null" => ExpressionKind::Null,
            _ => {
                let name = self.namespaced(Name { text: name, span })?;
                if self.skip_space_if_followed_by(b'(') {
                    return self.call(name);
                }
                return Ok(Expression {
                    kind: ExpressionKind::Variable(name.text),
                    span: name.span,
                });
            }
        };
        Ok(Expression { kind, span })
    }

    /// Joins `a::b::c` to one name.
    fn namespaced(&mut self, mut name: Name) -> Read<Name> {
        while self.starts_with("::") {
            self.at += 2;
            let Some((part, span)) = self.name() else {
                return self.broken_here("expected the name of a function after `::`", "write it");
            };
            name = Name { text: format!("{}::{part}", name.text).into(), span: name.span.to(span) };
        }
        Ok(name)
    }

    fn call(&mut self, name: Name) -> Read<Expression> {
        let name_span = name.span;
        self.at += 1;
        let mut arguments = Vec::new();
        let mut expands_last = false;
        self.with_newlines(false, |parser| {
            loop {
                parser.skip_space();
                if parser.eat(")") {
                    return Ok(());
                }
                if expands_last {
                    return parser.broken_here(
                        "`...` may only follow the last argument",
                        "move this argument before it",
                    );
                }
                arguments.push(parser.expression()?);
                parser.skip_space();
                expands_last = parser.eat("...");
                parser.skip_space();
                if !parser.eat(",") {
                    return parser.expect(")", "after the arguments");
                }
            }
        })?;
        let span = name_span.to(self.span(self.at - 1, self.at));
        let call = Call { name, arguments, expands_last };
        Ok(Expression { kind: ExpressionKind::Call(Box::new(call)), span })
    }

    fn number(&mut self) -> Expression {
        let start = self.at;
        let digits = |parser: &mut Self| {
            parser.at += parser.rest().bytes().take_while(u8::is_ascii_digit).count();
        };
        digits(self);
        if self.peek() == Some(b'.') && self.peek_at(1).is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
            digits(self);
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.peek_at(1), Some(b'+' | b'-')));
            if self.peek_at(1 + sign).is_some_and(|byte| byte.is_ascii_digit()) {
                self.at += 1 + sign;
                digits(self);
            }
        }
        let kind = number_kind(&self.text[start..self.at]);
        Expression { kind, span: self.span_from(start) }
    }

    fn parenthesis(&mut self) -> Read<Expression> {
        let start = self.at;
        self.at += 1;
        let inner = self.with_newlines(false, |parser| {
            let inner = parser.expression()?;
            parser.skip_space();
            parser.expect(")", "after the expression")?;
            Ok(inner)
        })?;
        let kind = ExpressionKind::Parenthesis(Box::new(inner));
        Ok(Expression { kind, span: self.span_from(start) })
    }

    fn list(&mut self) -> Read<Expression> {
        let start = self.at;
        self.at += 1;
        let kind = self.with_newlines(false, |parser| {
            parser.skip_space();
            if parser.starts_for() {
                return parser.comprehension(false);
            }
            let mut items = Vec::new();
            loop {
                parser.skip_space();
                if parser.eat("]") {
                    return Ok(ExpressionKind::List(items));
                }
                items.push(parser.expression()?);
                parser.skip_space();
                if !parser.eat(",") {
                    parser.expect_after_item("]", "list")?;
                    return Ok(ExpressionKind::List(items));
                }
            }
        })?;
        Ok(Expression { kind, span: self.span_from(start) })
    }

    fn expect_after_item(&mut self, close: &str, what: &str) -> Read<()> {
        if self.eat(close) {
            return Ok(());
        }
        let found = self.describe_next();
        self.broken_here(
            format!("expected `,` or `{close}` after the {what}'s item, found {found}"),
            &format!("add `,` or `{close}`"),
        )
    }

    fn object(&mut self) -> Read<Expression> {
        let start = self.at;
        self.at += 1;
        let is_for = self.with_newlines(false, |parser| {
            let at = parser.at;
            parser.skip_space();
            let is_for = parser.starts_for();
            parser.at = at;
            Ok(is_for)
        })?;
        let kind = if is_for {
            self.with_newlines(false, |parser| {
                parser.skip_space();
                parser.comprehension(true)
            })?
        } else {
            ExpressionKind::Object(self.with_newlines(true, Self::object_items)?)
        };
        Ok(Expression { kind, span: self.span_from(start) })
    }

    fn object_items(&mut self) -> Read<Vec<ObjectItem>> {
        let mut items = Vec::new();
        loop {
            self.skip_lines();
            if self.eat("}") {
                return Ok(items);
            }
            let key = self.object_key()?;
            self.skip_space();
            if !self.eat(":") {
                self.expect("=", "after the key")?;
            }
            let value = self.expression()?;
            items.push(ObjectItem { key, value });
            self.skip_space();
            if self.peek() != Some(b'\n') && !self.eat(",") {
                self.expect_after_item("}", "object")?;
                return Ok(items);
            }
        }
    }

    fn object_key(&mut self) -> Read<ObjectKey> {
        let start = self.at;
        if let Some((text, span)) = self.name() {
            let end = self.at;
            self.skip_space();
            let is_bare = match (self.peek(), self.peek_at(1)) {
                (Some(b'='), next) => next != Some(b'='),
                (Some(b':'), next) => next != Some(b':'),
                _ => false,
            };
            if is_bare {
                self.at = end;
                return Ok(ObjectKey::Name(Name { text, span }));
            }
            self.at = start;
        }
        Ok(ObjectKey::Expression(self.expression()?))
    }

    /// Whether `for x` comes next, and not a key or variable called `for`.
    fn starts_for(&mut self) -> bool {
        let at = self.at;
        let is_for = self.eat_keyword("for") && {
            self.skip_space();
            self.peek_name().is_some()
        };
        self.at = at;
        is_for
    }

    /// Reads `for ... ]` or `for ... }` behind the opening bracket.
    fn comprehension(&mut self, is_object: bool) -> Read<ExpressionKind> {
        self.eat_keyword("for");
        let (key_variable, value_variable) = self.for_variables()?;
        let collection = self.expression()?;
        self.skip_space();
        self.expect(":", "after the collection of `for`")?;
        let mut value = self.expression()?;
        self.skip_space();
        let mut key = None;
        let mut is_grouping = false;
        if is_object {
            self.expect("=>", "between key and value")?;
            key = Some(std::mem::replace(&mut value, self.expression()?));
            self.skip_space();
            is_grouping = self.eat("...");
            self.skip_space();
        }
        let condition = if self.eat_keyword("if") { Some(self.expression()?) } else { None };
        self.skip_space();
        self.expect(if is_object { "}" } else { "]" }, "at the end of `for`")?;
        Ok(ExpressionKind::For(Box::new(For {
            key_variable,
            value_variable,
            collection,
            key,
            value,
            is_grouping,
            condition,
        })))
    }

    /// Reads `v in` or `k, v in`.
    pub(super) fn for_variables(&mut self) -> Read<(Option<Name>, Name)> {
        let first = self.for_variable()?;
        self.skip_space();
        let (key, value) =
            if self.eat(",") { (Some(first), self.for_variable()?) } else { (None, first) };
        self.skip_space();
        if !self.eat_keyword("in") {
            let found = self.describe_next();
            return self.broken_here(
                format!("expected `in` after the variables of `for`, found {found}"),
                "write `for element in collection`",
            );
        }
        Ok((key, value))
    }

    fn for_variable(&mut self) -> Read<Name> {
        self.skip_space();
        if let Some((text, span)) = self.name() {
            return Ok(Name { text, span });
        }
        let found = self.describe_next();
        self.broken_here(
            format!("expected the name of a variable, found {found}"),
            "write `for element in collection`",
        )
    }
}
