//! Which of the resources of one name a call of AWS means, if any: the same name is used in every
//! account and region, and for things of several types.

use nepho_core::key::{Arn, NameKey, types};
use nepho_core::tables::Resource;

/// Resources of one name that are told apart.
const NAMESAKES: usize = 64;

/// Account, region and type that a name holds in; empty where unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Named {
    account: Box<str>,
    region: Box<str>,
    resource_type: Box<str>,
}

impl Named {
    /// Where a call was made, and the type of what it names, as CloudFormation calls it.
    pub(crate) fn new(account: &str, region: &str, resource_type: &str) -> Self {
        Self {
            account: account.into(),
            region: region.into(),
            resource_type: resource_type.into(),
        }
    }

    /// Where a resource lies, as its row or its ARN tells.
    pub(crate) fn of(row: &Resource, id: &str) -> Self {
        let arn = Arn::parse(id);
        let told = |own: &Option<String>, part: Option<&str>| match own {
            Some(own) => own.as_str().into(),
            None => part.unwrap_or_default().into(),
        };
        Self {
            account: told(&row.account, arn.map(|arn| arn.account)),
            region: told(&row.region, arn.map(|arn| arn.region)),
            resource_type: row.resource_type.as_str().into(),
        }
    }

    /// Takes what another row of the same resource tells.
    pub(crate) fn learn(&mut self, other: Self) {
        let fields = [
            (&mut self.account, other.account),
            (&mut self.region, other.region),
            (&mut self.resource_type, other.resource_type),
        ];
        for (held, told) in fields {
            if held.is_empty() {
                *held = told;
            }
        }
    }

    /// Whether the name may be that of a resource with this id, which lies there.
    pub(crate) fn may_be(&self, there: &Self, id: &str) -> bool {
        agree(&self.account, &there.account)
            && agree(&self.region, &there.region)
            && is_type(&self.resource_type, &there.resource_type, id)
    }

    /// Whether the resource is of a type, in the words of any tool.
    pub(crate) fn is_alike(&self, resource_type: &str) -> bool {
        are_alike(&self.resource_type, resource_type)
    }

    /// Type in the words of its source; empty where unknown.
    pub(crate) fn resource_type(&self) -> &str {
        &self.resource_type
    }

    /// Whether a name may be that of the same resource in both places.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        self.may_be(other, "")
    }

    /// The name with all that tells it from its namesakes.
    pub(crate) fn key(&self, name: &str) -> String {
        let key = NameKey {
            provider: "aws".to_owned(),
            account: self.account.to_string(),
            region: self.region.to_string(),
            resource_type: self.resource_type.to_string(),
            name: name.to_owned(),
        };
        key.to_string()
    }
}

/// Whether two types, in the words of any tools, are of one kind.
pub(crate) fn are_alike(one: &str, other: &str) -> bool {
    let (one, other) = (types::word(one), types::word(other));
    !one.is_empty() && (one.ends_with(&other) || other.ends_with(&one))
}

/// Whether two facts agree: equal, or one of them unknown.
fn agree(one: &str, other: &str) -> bool {
    one.is_empty() || other.is_empty() || one == other
}

/// Whether a resource of type `held`, in the words of any tool, may be of type `asked` of
/// CloudFormation. Of a type that the tables do not hold its words tell, or the service in the ARN.
fn is_type(asked: &str, held: &str, id: &str) -> bool {
    let Some((service, _)) = asked
        .strip_prefix("AWS::")
        .and_then(|rest| rest.split_once("::"))
    else {
        return true;
    };
    if held.is_empty() {
        return true;
    }
    let known = match held.starts_with("AWS::") {
        true => Some(held.to_owned()),
        false => types::aws::cloudformation_type(held),
    };
    let (one, other) = (types::word(asked), types::word(held));
    let is_alike = one.ends_with(&other) || other.ends_with(&one);
    match (known, Arn::parse(id)) {
        (Some(known), _) if known == asked => true,
        (None, Some(arn)) => {
            let of_arn = arn.service.replace('-', "");
            is_alike || service.to_ascii_lowercase().ends_with(&of_arn)
        }
        _ => is_alike,
    }
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// The resource at this place.
    One(usize),
    /// Those at these places, of which there may be more.
    Several(Vec<usize>),
}

impl Meaning {
    /// The only resource of this name.
    pub(crate) fn one(&self) -> Option<usize> {
        match self {
            Self::One(place) => Some(*place),
            Self::Several(_) => None,
        }
    }

    /// All resources of this name that are told apart.
    pub(crate) fn places(&self) -> &[usize] {
        match self {
            Self::One(place) => std::slice::from_ref(place),
            Self::Several(places) => places,
        }
    }

    /// Whether it may stand for the resource at a place.
    pub(crate) fn may_be(&self, place: usize) -> bool {
        let places = self.places();
        places.len() >= NAMESAKES || places.contains(&place)
    }

    /// Takes another resource of the same name.
    pub(crate) fn add(&mut self, place: usize) {
        match self {
            Self::One(held) if *held != place => *self = Self::Several(vec![*held, place]),
            Self::Several(held) if held.len() < NAMESAKES && !held.contains(&place) => {
                held.push(place);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_all_tools_are_told_apart() {
        let check = |asked: &str, held: &str, id: &str, expected: bool| {
            assert_eq!(is_type(asked, held, id), expected, "{asked} {held}");
        };
        let group = "AWS::AutoScaling::AutoScalingGroup";
        check(group, "aws_autoscaling_group", "web", true);
        check(group, group, "web", true);
        check(group, "aws_sqs_queue", "web", false);
        check(group, "aws_autoscaling_policy", "web", false);
        check(group, "", "web", true);
        check("sqs", "aws_sqs_queue", "web", true);
        check("AWS::AmazonMQ::Broker", "aws_mq_broker", "web", true);
        let target = "arn:aws:application-autoscaling:eu-west-1:1:scalable-target/1";
        let scaled = "AWS::ApplicationAutoScaling::ScalableTarget";
        check(scaled, "aws_appautoscaling_target", target, true);
        check(
            scaled,
            "aws_made_up",
            "arn:aws:other:eu-west-1:1:x/y",
            false,
        );
    }
}
