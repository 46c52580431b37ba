//! Random policies over few letters, so that their patterns meet.

use crate::model::{Condition, Policy, Statement, Who};

/// A small generator of numbers (xorshift64*), so that a run can be repeated by its seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % end
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn pick<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(items.len())]
    }

    fn text(&mut self, letters: &[&str], most: usize) -> String {
        (0..self.below(most + 1)).map(|_| *self.pick(letters)).collect()
    }

    fn some<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..=self.below(most)).map(|_| make(self)).collect()
    }
}

/// What a run is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Profile {
    pub(crate) principals: bool,
    pub(crate) unknowns: bool,
    pub(crate) variables: bool,
}

pub(crate) fn policy(random: &mut Random, profile: Profile) -> Policy {
    Policy(random.some(3, |random| statement(random, profile)))
}

/// A policy that differs from another in a few places, so that many pairs are nearly equal.
pub(crate) fn variant(random: &mut Random, policy: &Policy, profile: Profile) -> Policy {
    let mut policy = policy.clone();
    for _ in 0..=random.below(2) {
        if policy.0.is_empty() {
            break;
        }
        let at = random.below(policy.0.len());
        let fresh = statement(random, profile);
        let own = &mut policy.0[at];
        match random.below(8) {
            0 => own.action = fresh.action,
            1 => own.resource = fresh.resource,
            2 => own.principal = fresh.principal,
            3 => own.conditions = fresh.conditions,
            4 => _ = own.conditions.pop(),
            5 => own.denies = !own.denies,
            6 => policy.0.push(fresh),
            _ => _ = policy.0.remove(at),
        }
    }
    policy
}

fn statement(random: &mut Random, profile: Profile) -> Statement {
    let conditions = match random.below(4) {
        0 => random.some(2, |random| condition(random, profile)),
        1 | 2 => vec![condition(random, profile)],
        _ => Vec::new(),
    };
    let mut unique: Vec<Condition> = Vec::new();
    for condition in conditions {
        let same = |it: &Condition| it.operator == condition.operator && it.key == condition.key;
        if !unique.iter().any(same) {
            unique.push(condition);
        }
    }
    Statement {
        denies: random.chance(35),
        not_action: random.chance(15),
        action: random.some(3, action),
        not_resource: random.chance(15),
        resource: random.some(3, |random| resource(random, profile)),
        principal: profile.principals.then(|| (random.chance(20), random.some(3, principal))),
        conditions: unique,
    }
}

fn action(random: &mut Random) -> String {
    match random.below(12) {
        0 => "*".to_owned(),
        1 => "*:*".to_owned(),
        2 => random.text(&["a", "*"], 2) + "*",
        _ => {
            let letters = ["a", "b", "A", "*", "?"];
            random.text(&letters, 2) + ":" + &random.text(&letters, 3)
        }
    }
}

fn resource(random: &mut Random, profile: Profile) -> String {
    let last = ["a", "b", "/", ":", "*", "*", "?", "a"];
    let text = match random.below(12) {
        0 => "*".to_owned(),
        1 => "arn:p:*".to_owned(),
        2 => format!("arn:p:s:{}", random.text(&["a", "*", "?"], 2)),
        3 => format!("arn:p:s:*:{}", random.text(&["a", "b", "*"], 2)),
        4 => format!("arn:*:*:*:*:{}", random.text(&last, 3)),
        _ => {
            let part = ["a", "b", "*", "?"];
            let (region, account) = (random.text(&part, 2), random.text(&part, 1));
            format!("arn:p:s:{region}:{account}:{}", random.text(&last, 4))
        }
    };
    with_hole(random, text, profile)
}

fn with_hole(random: &mut Random, text: String, profile: Profile) -> String {
    if profile.unknowns && random.chance(40) {
        return text.replacen('a', "$", 1);
    }
    if profile.variables && random.chance(40) {
        return text.replacen('a', "${k:text}", 1);
    }
    text
}

pub(crate) const CALLERS: &[(&str, &str)] = &[
    ("", ""),
    ("AWS", "arn:aws:iam::111111111111:root"),
    ("AWS", "arn:aws:iam::111111111111:user/a"),
    ("AWS", "arn:aws:iam::111111111111:user/b"),
    ("AWS", "arn:aws:sts::111111111111:assumed-role/a/s"),
    ("AWS", "arn:aws:sts::111111111111:assumed-role/a/t"),
    ("AWS", "arn:aws:sts::111111111111:assumed-role/b/s"),
    ("AWS", "arn:aws:iam::222222222222:root"),
    ("AWS", "arn:aws:iam::222222222222:user/a"),
    ("AWS", "arn:aws:sts::222222222222:assumed-role/a/s"),
    ("Service", "a.amazonaws.com"),
    ("Service", "b.amazonaws.com"),
    ("Federated", "a.example"),
    ("CanonicalUser", "a"),
];

fn principal(random: &mut Random) -> Who {
    let names: &[(&'static str, &str)] = &[
        ("*", "*"),
        ("AWS", "*"),
        ("AWS", "111111111111"),
        ("AWS", "222222222222"),
        ("AWS", "arn:aws:iam::111111111111:root"),
        ("AWS", "arn:aws:iam::111111111111:user/a"),
        ("AWS", "arn:aws:iam::111111111111:role/a"),
        ("AWS", "arn:aws:iam::111111111111:role/p/a"),
        ("AWS", "arn:aws:iam::222222222222:role/a"),
        ("AWS", "arn:aws:sts::111111111111:assumed-role/a/s"),
        ("Service", "a.amazonaws.com"),
        ("Federated", "a.example"),
        ("CanonicalUser", "a"),
    ];
    let (kind, name) = random.pick(names);
    (kind, (*name).to_owned())
}

fn condition(random: &mut Random, profile: Profile) -> Condition {
    let choice = random.below(8);
    let (key, operator, values) = match choice {
        0 => {
            let names = [
                "StringEquals",
                "StringNotEquals",
                "StringLike",
                "StringNotLike",
                "StringEqualsIgnoreCase",
                "StringNotEqualsIgnoreCase",
                "BinaryEquals",
            ];
            let values = random.some(2, |random| text_value(random, profile));
            ("k:text", *random.pick(&names), values)
        }
        1 => {
            let names = ["ArnLike", "ArnNotLike", "ArnEquals", "ArnNotEquals"];
            ("k:arn", *random.pick(&names), random.some(2, |random| resource(random, profile)))
        }
        2 => {
            let names = [
                "NumericEquals",
                "NumericNotEquals",
                "NumericLessThan",
                "NumericLessThanEquals",
                "NumericGreaterThan",
                "NumericGreaterThanEquals",
            ];
            let values =
                random.some(2, |random| (*random.pick(&["0", "1", "2", "1.5"])).to_owned());
            ("k:number", *random.pick(&names), values)
        }
        3 => {
            let names = [
                "DateEquals",
                "DateNotEquals",
                "DateLessThan",
                "DateLessThanEquals",
                "DateGreaterThan",
                "DateGreaterThanEquals",
            ];
            let dates = ["2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z", "2022-06-30T12:00:00Z"];
            let values = random.some(1, |random| (*random.pick(&dates)).to_owned());
            ("k:date", *random.pick(&names), values)
        }
        4 => {
            let ranges = [
                "10.0.0.0/8",
                "10.0.0.0/9",
                "10.128.0.0/9",
                "10.1.2.3",
                "0.0.0.0/0",
                "192.168.0.0/16",
                "2001:db8::/32",
                "::/0",
            ];
            let values = random.some(2, |random| (*random.pick(&ranges)).to_owned());
            ("k:ip", *random.pick(&["IpAddress", "NotIpAddress"]), values)
        }
        5 => {
            let values = random.some(1, |random| (*random.pick(&["true", "false"])).to_owned());
            ("k:flag", "Bool", values)
        }
        6 => {
            let keys = ["k:text", "k:number", "k:flag", "k:many", "k:arn"];
            let values = random.some(1, |random| (*random.pick(&["true", "false"])).to_owned());
            let key = (*random.pick(&keys)).to_owned();
            return Condition { operator: "Null".into(), key, values };
        }
        _ => {
            let names = [
                "ForAllValues:StringEquals",
                "ForAllValues:StringLike",
                "ForAllValues:StringNotEquals",
                "ForAnyValue:StringEquals",
                "ForAnyValue:StringNotLike",
                "ForAnyValue:StringLike",
                "StringEquals",
            ];
            ("k:many", *random.pick(&names), random.some(2, |random| text_value(random, profile)))
        }
    };
    let if_exists = random.chance(20) && choice != 6 && !operator.contains("IfExists");
    let operator = if if_exists { format!("{operator}IfExists") } else { operator.to_owned() };
    Condition { operator, key: key.to_owned(), values }
}

fn text_value(random: &mut Random, profile: Profile) -> String {
    let text = match random.below(8) {
        0 => "*".to_owned(),
        1 => "a*".to_owned(),
        2 => "?".to_owned(),
        _ => random.text(&["a", "b", "A", "*"], 2),
    };
    with_hole(random, text, profile)
}
