//! The values of rules.

use std::collections::{BTreeMap, BTreeSet};

use regorus::Value;

use super::Beyond;
use super::tree::{Clause, Comparison, Definition, Expr, Pattern, Rule, RuleKind, Statement};

/// How deep rules may wait for each other: in a policy that can be compiled, none waits for itself.
const DEPTH_LIMIT: usize = 32;

/// One evaluation of a policy.
pub(super) struct Run<'p> {
    rules: &'p [Rule],
    input: &'p Value,
    /// What rules stand for, as far as they were asked.
    known: Vec<Option<Value>>,
    depth: usize,
}

/// The variables of a rule.
type Variables = Vec<Value>;

/// What is done with each solution of a body; false to look for no other.
type Then<'f, 'p> = &'f mut dyn FnMut(&mut Run<'p>, &mut Variables) -> Result<bool, Beyond>;

impl<'p> Run<'p> {
    pub(super) fn new(rules: &'p [Rule], input: &'p Value) -> Self {
        Self { rules, input, known: vec![None; rules.len()], depth: 0 }
    }

    /// What a rule stands for.
    pub(super) fn rule(&mut self, index: usize) -> Result<Value, Beyond> {
        if let Some(known) = &self.known[index] {
            return Ok(known.clone());
        }
        let rule = &self.rules[index];
        let value = self.deeper(|run| match rule.kind {
            RuleKind::Value => run.complete(rule, &[]),
            RuleKind::Set => run.set(rule),
            RuleKind::Object => run.object(rule),
            RuleKind::Function(_) => Err(Beyond),
        })?;
        self.known[index] = Some(value.clone());
        Ok(value)
    }

    fn deeper<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, Beyond>,
    ) -> Result<T, Beyond> {
        if self.depth >= DEPTH_LIMIT {
            return Err(Beyond);
        }
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        result
    }

    /// The one value of a rule or of a function's call.
    fn complete(&mut self, rule: &'p Rule, arguments: &[Value]) -> Result<Value, Beyond> {
        let mut found = Value::Undefined;
        for definition in &rule.definitions {
            let Some(mut variables) = matched(definition, arguments) else { continue };
            self.first_clause(definition, &mut variables, &mut found)?;
        }
        if found == Value::Undefined
            && let Some(default) = &rule.default
        {
            return Ok(default.clone());
        }
        Ok(found)
    }

    /// The value of the first clause whose body holds. Two values are a conflict.
    fn first_clause(
        &mut self,
        definition: &'p Definition,
        variables: &mut Variables,
        found: &mut Value,
    ) -> Result<(), Beyond> {
        for clause in &definition.clauses {
            let mut has_value = false;
            // A second solution could only say the same.
            let is_constant = matches!(clause.value, Expr::Constant(_));
            self.solve(&clause.body, variables, &mut |run, variables| {
                let value = run.value(&clause.value, variables)?;
                if value == Value::Undefined {
                    return Ok(true);
                }
                has_value = true;
                if *found == Value::Undefined {
                    *found = value;
                } else if *found != value {
                    return Err(Beyond);
                }
                Ok(!is_constant)
            })?;
            if has_value {
                break;
            }
        }
        Ok(())
    }

    fn set(&mut self, rule: &'p Rule) -> Result<Value, Beyond> {
        let mut items = BTreeSet::new();
        self.each(rule, |run, clause, variables| {
            let value = run.value(&clause.value, variables)?;
            if value != Value::Undefined {
                items.insert(value);
            }
            Ok(())
        })?;
        Ok(Value::from(items))
    }

    fn object(&mut self, rule: &'p Rule) -> Result<Value, Beyond> {
        let mut members = BTreeMap::new();
        self.each(rule, |run, clause, variables| {
            let key = clause.key.as_ref().ok_or(Beyond)?;
            let (key, value) = (run.value(key, variables)?, run.value(&clause.value, variables)?);
            add(&mut members, key, value)
        })?;
        Ok(Value::from(members))
    }

    /// Goes through all solutions of a set or object.
    fn each(
        &mut self,
        rule: &'p Rule,
        mut visit: impl FnMut(&mut Self, &'p Clause, &mut Variables) -> Result<(), Beyond>,
    ) -> Result<(), Beyond> {
        for definition in &rule.definitions {
            let [clause] = definition.clauses.as_slice() else { return Err(Beyond) };
            let mut variables = vec![Value::Undefined; definition.variables];
            self.solve(&clause.body, &mut variables, &mut |run, variables| {
                visit(run, clause, variables)?;
                Ok(true)
            })?;
        }
        Ok(())
    }

    /// Calls `then` for each way in which statements hold. False if it said that it is enough.
    fn solve(
        &mut self,
        statements: &'p [Statement],
        variables: &mut Variables,
        then: Then<'_, 'p>,
    ) -> Result<bool, Beyond> {
        let Some((statement, rest)) = statements.split_first() else {
            return then(self, variables);
        };
        match statement {
            Statement::Holds(expr) => {
                if !holds(&self.value(expr, variables)?) {
                    return Ok(true);
                }
            }
            Statement::Fails(expr) => {
                if holds(&self.value(expr, variables)?) {
                    return Ok(true);
                }
            }
            Statement::Is(pattern, expr) => {
                let value = self.value(expr, variables)?;
                if value == Value::Undefined || !matches(pattern, &value, variables) {
                    return Ok(true);
                }
            }
            Statement::Some { key, value, collection } => {
                let collection = self.value(collection, variables)?;
                let Some(members) = members(&collection) else { return Ok(true) };
                for (at, member) in members {
                    let is_meant =
                        matches(key, &at, variables) && matches(value, &member, variables);
                    if is_meant && !self.solve(rest, variables, then)? {
                        return Ok(false);
                    }
                }
                return Ok(true);
            }
            Statement::Every { key, value, collection, body } => {
                let collection = self.value(collection, variables)?;
                if collection == Value::Undefined {
                    return Ok(true);
                }
                for (at, member) in members(&collection).ok_or(Beyond)? {
                    if !matches(key, &at, variables) || !matches(value, &member, variables) {
                        return Err(Beyond);
                    }
                    // It stops at the first solution.
                    if self.solve(body, variables, &mut |_, _| Ok(false))? {
                        return Ok(true);
                    }
                }
            }
        }
        self.solve(rest, variables, then)
    }

    fn value(&mut self, expr: &'p Expr, variables: &mut Variables) -> Result<Value, Beyond> {
        Ok(match expr {
            Expr::Constant(value) => value.clone(),
            Expr::Variable(at) => variables[*at].clone(),
            Expr::Input => self.input.clone(),
            Expr::Rule(index) => self.rule(*index)?,
            Expr::Array(items) => {
                self.values(items, variables)?.map_or(Value::Undefined, Value::from)
            }
            Expr::Set(items) => match self.values(items, variables)? {
                Some(items) => Value::from(items.into_iter().collect::<BTreeSet<_>>()),
                None => Value::Undefined,
            },
            Expr::Object(members) => self.members_of(members, variables)?,
            Expr::ArrayOf(term, body) => {
                let mut items = Vec::new();
                self.collect(body, term, variables, |item| items.push(item))?;
                Value::from(items)
            }
            Expr::SetOf(term, body) => {
                let mut items = BTreeSet::new();
                self.collect(body, term, variables, |item| {
                    items.insert(item);
                })?;
                Value::from(items)
            }
            Expr::ObjectOf(term, body) => self.object_of(term, body, variables)?,
            Expr::Member(whole, key) => {
                let whole = self.value(whole, variables)?;
                if whole == Value::Undefined {
                    return Ok(Value::Undefined);
                }
                match self.value(key, variables)? {
                    Value::Undefined => Value::Undefined,
                    key => member(&whole, &key),
                }
            }
            Expr::Call(function, arguments) => match self.values(arguments, variables)? {
                Some(arguments) => function(&arguments).unwrap_or(Value::Undefined),
                None => Value::Undefined,
            },
            Expr::CallCarefully(function, arguments) => match self.values(arguments, variables)? {
                Some(arguments) => function(&arguments)?.unwrap_or(Value::Undefined),
                None => Value::Undefined,
            },
            Expr::CallRule(rule, arguments) => {
                let Some(arguments) = self.values(arguments, variables)? else {
                    return Ok(Value::Undefined);
                };
                let rule = &self.rules[*rule];
                self.deeper(|run| run.complete(rule, &arguments))?
            }
            Expr::Compare(comparison, sides) => {
                let first = self.value(&sides.0, variables)?;
                let second = self.value(&sides.1, variables)?;
                if first == Value::Undefined || second == Value::Undefined {
                    return Ok(Value::Undefined);
                }
                Value::Bool(compare(*comparison, &first, &second))
            }
            Expr::In(sides) => {
                let item = self.value(&sides.0, variables)?;
                let collection = self.value(&sides.1, variables)?;
                if item == Value::Undefined || collection == Value::Undefined {
                    return Ok(Value::Undefined);
                }
                Value::Bool(is_in(&item, &collection))
            }
        })
    }

    /// The values of expressions; `None` if one of them is undefined.
    fn values(
        &mut self,
        exprs: &'p [Expr],
        variables: &mut Variables,
    ) -> Result<Option<Vec<Value>>, Beyond> {
        let mut values = Vec::with_capacity(exprs.len());
        for expr in exprs {
            match self.value(expr, variables)? {
                Value::Undefined => return Ok(None),
                value => values.push(value),
            }
        }
        Ok(Some(values))
    }

    fn members_of(
        &mut self,
        members: &'p [(Expr, Expr)],
        variables: &mut Variables,
    ) -> Result<Value, Beyond> {
        let mut object = BTreeMap::new();
        for (key, value) in members {
            let (key, value) = (self.value(key, variables)?, self.value(value, variables)?);
            if key == Value::Undefined || value == Value::Undefined {
                return Ok(Value::Undefined);
            }
            add(&mut object, key, value)?;
        }
        Ok(Value::from(object))
    }

    fn collect(
        &mut self,
        body: &'p [Statement],
        term: &'p Expr,
        variables: &mut Variables,
        mut add: impl FnMut(Value),
    ) -> Result<(), Beyond> {
        self.solve(body, variables, &mut |run, variables| {
            let value = run.value(term, variables)?;
            if value != Value::Undefined {
                add(value);
            }
            Ok(true)
        })?;
        Ok(())
    }

    fn object_of(
        &mut self,
        term: &'p (Expr, Expr),
        body: &'p [Statement],
        variables: &mut Variables,
    ) -> Result<Value, Beyond> {
        let mut members = BTreeMap::new();
        self.solve(body, variables, &mut |run, variables| {
            let (key, value) = (run.value(&term.0, variables)?, run.value(&term.1, variables)?);
            add(&mut members, key, value)?;
            Ok(true)
        })?;
        Ok(Value::from(members))
    }
}

/// Adds a member unless it is undefined. Two values for one key are a conflict.
fn add(members: &mut BTreeMap<Value, Value>, key: Value, value: Value) -> Result<(), Beyond> {
    if key == Value::Undefined || value == Value::Undefined {
        return Ok(());
    }
    match members.get(&key) {
        Some(known) if *known != value => Err(Beyond),
        _ => {
            members.insert(key, value);
            Ok(())
        }
    }
}

fn holds(value: &Value) -> bool {
    !matches!(value, Value::Undefined | Value::Bool(false))
}

/// The variables of a definition, if its parameters match the arguments.
fn matched(definition: &Definition, arguments: &[Value]) -> Option<Variables> {
    let mut variables = vec![Value::Undefined; definition.variables];
    let mut pairs = definition.parameters.iter().zip(arguments);
    pairs.all(|(pattern, value)| matches(pattern, value, &mut variables)).then_some(variables)
}

fn matches(pattern: &Pattern, value: &Value, variables: &mut Variables) -> bool {
    match pattern {
        Pattern::Any => true,
        Pattern::Variable(at) => {
            variables[*at] = value.clone();
            true
        }
        Pattern::Equal(wanted) => wanted == value,
        Pattern::Array(patterns) => match value {
            Value::Array(items) if items.len() == patterns.len() => patterns
                .iter()
                .zip(items.iter())
                .all(|(pattern, item)| matches(pattern, item, variables)),
            _ => false,
        },
    }
}

/// The keys and values of a collection; `None` of anything else.
fn members(collection: &Value) -> Option<Vec<(Value, Value)>> {
    match collection {
        Value::Array(items) => {
            let pair = |(at, item): (usize, &Value)| (Value::from(at as u64), item.clone());
            Some(items.iter().enumerate().map(pair).collect())
        }
        Value::Set(items) => Some(items.iter().map(|item| (item.clone(), item.clone())).collect()),
        Value::Object(members) => {
            Some(members.iter().map(|(key, value)| (key.clone(), value.clone())).collect())
        }
        _ => None,
    }
}

fn member(whole: &Value, key: &Value) -> Value {
    match whole {
        Value::Object(members) => members.get(key).cloned().unwrap_or(Value::Undefined),
        Value::Array(_) => whole[key].clone(),
        Value::Set(items) if items.contains(key) => key.clone(),
        _ => Value::Undefined,
    }
}

fn compare(comparison: Comparison, first: &Value, second: &Value) -> bool {
    match comparison {
        Comparison::Equal => first == second,
        Comparison::Unequal => first != second,
        Comparison::Less => first < second,
        Comparison::AtMost => first <= second,
        Comparison::More => first > second,
        Comparison::AtLeast => first >= second,
    }
}

fn is_in(item: &Value, collection: &Value) -> bool {
    match collection {
        Value::Array(items) => items.contains(item),
        Value::Set(items) => items.contains(item),
        Value::Object(members) => members.values().any(|value| value == item),
        _ => false,
    }
}
