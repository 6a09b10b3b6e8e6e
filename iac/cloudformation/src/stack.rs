//! Where a stack lives: partition, region and account, from its id.

use nepho_core::key::Arn;

/// Place of a stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub(crate) partition: String,
    /// Region of the stack.
    pub(crate) region: Option<String>,
    /// Account of the stack.
    pub(crate) account: Option<String>,
}

impl Place {
    /// Place told by a stack id `arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/UUID`.
    pub(crate) fn of(stack_id: &str) -> Self {
        let word = |part: &str| Some(part.to_owned()).filter(|part| !part.is_empty());
        match Arn::parse(stack_id) {
            Some(arn) => Self {
                partition: arn.partition.to_owned(),
                region: word(arn.region),
                account: word(arn.account),
            },
            None => Self {
                partition: "aws".to_owned(),
                ..Self::default()
            },
        }
    }
}

/// Name of the stack with this id.
pub(crate) fn name_of(stack_id: &str) -> &str {
    Arn::parse(stack_id)
        .and_then(|arn| arn.resource.strip_prefix("stack/"))
        .and_then(|rest| rest.split('/').next())
        .unwrap_or(stack_id)
}

/// Id of the resource `logical` of a stack where its own is not known: tool, stack and logical id.
pub(crate) fn address_key(tool: &str, scope: &str, logical: &str) -> String {
    format!("{tool}:{scope}:{logical}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_id_tells_place_and_name() {
        let id = "arn:aws-cn:cloudformation:cn-north-1:111122223333:stack/shop/0a1b";
        let place = Place::of(id);
        assert_eq!(place.partition, "aws-cn");
        assert_eq!(place.region.as_deref(), Some("cn-north-1"));
        assert_eq!(place.account.as_deref(), Some("111122223333"));
        assert_eq!(name_of(id), "shop");
        assert_eq!(name_of("shop"), "shop");
        assert_eq!(Place::of("shop").account, None);
    }
}
