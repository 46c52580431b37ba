//! What a waiver must say, and where it may be written.

use crate::date::Date;
use crate::waiver::{Expiry, Origin, Waiver};

/// What an organization demands of waivers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Whether waivers beside the code, in comments and metadata, count.
    pub inline: Permission,
    /// Whether suppressions of other tools count.
    pub foreign: Permission,
    /// How many days ahead an expiry may lie.
    pub max_days: Option<u32>,
    /// What a waiver of ours must say.
    pub require: Vec<Field>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            inline: Permission::Allow,
            foreign: Permission::Allow,
            max_days: None,
            require: vec![Field::Reason, Field::Owner, Field::Expires],
        }
    }
}

/// Whether a kind of waiver counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// It does.
    Allow,
    /// It does not, and is reported.
    Deny,
}

/// A part of a waiver that may be demanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Why.
    Reason,
    /// Who.
    Owner,
    /// Until when.
    Expires,
    /// Where it was decided.
    Ticket,
}

impl Field {
    /// Its name in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reason => "reason",
            Self::Owner => "owner",
            Self::Expires => "expires",
            Self::Ticket => "ticket",
        }
    }
}

/// Whether a waiver holds today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Valid,
    /// It did until this day.
    Expired(String),
    /// It does not say what it must, or says it wrongly.
    Malformed(String),
    /// It may not be written where it is.
    NotAllowed(&'static str),
}

impl Standing {
    /// Its name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Expired(_) => "expired",
            Self::Malformed(_) => "malformed",
            Self::NotAllowed(_) => "not allowed",
        }
    }
}

impl Policy {
    /// Both policies at once: whatever one of them demands.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let strictest = |a, b| if a == Permission::Deny { a } else { b };
        let mut require: Vec<Field> = self.require.iter().chain(&other.require).copied().collect();
        require.sort();
        require.dedup();
        Self {
            inline: strictest(self.inline, other.inline),
            foreign: strictest(self.foreign, other.foreign),
            max_days: [self.max_days, other.max_days].into_iter().flatten().min(),
            require,
        }
    }

    /// Whether a waiver holds on a day.
    pub fn judge(&self, waiver: &Waiver, today: Date) -> Standing {
        if let Some(error) = &waiver.error {
            return Standing::Malformed(error.clone());
        }
        match waiver.origin {
            Origin::Foreign { .. } if self.foreign == Permission::Deny => {
                return Standing::NotAllowed("suppressions of other tools are not accepted here");
            }
            Origin::Comment | Origin::Metadata if self.inline == Permission::Deny => {
                return Standing::NotAllowed("waivers beside the code are not accepted here");
            }
            _ => {}
        }
        if !waiver.is_foreign() {
            let missing = self.missing(waiver);
            if !missing.is_empty() {
                return Standing::Malformed(format!("it names no {}", missing.join(", no ")));
            }
        }
        match &waiver.expires {
            Expiry::Malformed(text) => {
                Standing::Malformed(format!("`{text}` is no date; write it as 2026-12-31"))
            }
            Expiry::On(date) if *date < today => Standing::Expired(date.to_string()),
            Expiry::On(date) if !waiver.is_foreign() => self.judge_length(*date, today),
            _ => Standing::Valid,
        }
    }

    fn judge_length(&self, date: Date, today: Date) -> Standing {
        let days = date.days_since_1970() - today.days_since_1970();
        match self.max_days {
            Some(most) if days > i64::from(most) => {
                let last = today.plus_days(i64::from(most));
                Standing::Malformed(format!(
                    "it expires in {days} days, and at most {most} are accepted here: until {last}"
                ))
            }
            _ => Standing::Valid,
        }
    }

    /// What a waiver must say and does not.
    fn missing(&self, waiver: &Waiver) -> Vec<&'static str> {
        let lacks = |field: &&Field| match field {
            Field::Reason => waiver.reason.trim().is_empty(),
            Field::Owner => waiver.owner.trim().is_empty(),
            Field::Expires => waiver.expires == Expiry::Never,
            Field::Ticket => waiver.ticket.trim().is_empty(),
        };
        self.require
            .iter()
            .filter(lacks)
            .map(|field| match field {
                Field::Expires => "expiry",
                other => other.name(),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use trilith_graph::{SourceId, Span};

    use super::*;

    fn waiver(reason: &str, owner: &str, expires: &str) -> Waiver {
        let mut waiver = Waiver::new(Origin::Comment, Span::at(SourceId(0), 0));
        waiver.reason = reason.into();
        waiver.owner = owner.into();
        waiver.expires = Expiry::parse(expires);
        waiver
    }

    fn today() -> Date {
        "2026-11-28".parse().unwrap()
    }

    /// Invariant 10.
    #[test]
    fn a_waiver_without_owner_reason_and_expiry_does_not_hold() {
        let policy = Policy::default();
        let judge = |reason, owner, expires| policy.judge(&waiver(reason, owner, expires), today());
        assert_eq!(judge("why", "@me", "2026-11-28"), Standing::Valid, "the day is included");
        assert_eq!(judge("why", "@me", "2026-11-27"), Standing::Expired("2026-11-27".into()));
        let malformed = |text: &str| Standing::Malformed(text.into());
        assert_eq!(judge("", "@me", "2027-01-01"), malformed("it names no reason"));
        assert_eq!(judge("why", " ", "2027-01-01"), malformed("it names no owner"));
        assert_eq!(judge("why", "@me", ""), malformed("it names no expiry"));
        assert_eq!(judge("", "", ""), malformed("it names no reason, no owner, no expiry"));
        assert!(matches!(judge("why", "@me", "next year"), Standing::Malformed(_)));
    }

    #[test]
    fn a_policy_may_demand_more() {
        let strict = Policy {
            max_days: Some(30),
            inline: Permission::Deny,
            require: vec![Field::Ticket],
            ..Policy::default()
        };
        let both = Policy::default().and(&strict);
        assert_eq!(both.require.len(), 4);
        let mut one = waiver("why", "@me", "2027-06-01");
        assert!(matches!(both.judge(&one, today()), Standing::NotAllowed(_)));
        one.origin = Origin::Configuration;
        assert_eq!(both.judge(&one, today()), Standing::Malformed("it names no ticket".into()));
        one.ticket = "SEC-1".into();
        let Standing::Malformed(text) = both.judge(&one, today()) else { panic!("too long") };
        assert!(text.ends_with("until 2026-12-28"), "{text}");
    }
}
