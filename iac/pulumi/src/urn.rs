//! Names of resources: `urn:pulumi:STACK::PROJECT::PARENT$...$TYPE::NAME`.
//!
//! Source: pulumi.com/docs/iac/concepts/resources/names, read 2026-11-21.

/// Parts of a URN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Urn<'a> {
    /// Stack.
    pub(crate) stack: &'a str,
    /// Project.
    pub(crate) project: &'a str,
    /// Type of the resource, without those of its parents.
    pub(crate) kind: &'a str,
    /// Name in the program; it may hold any characters, `::` among them.
    pub(crate) name: &'a str,
}

impl<'a> Urn<'a> {
    /// Parts of `urn`, or `None` if it is none.
    pub(crate) fn parse(urn: &'a str) -> Option<Self> {
        let mut parts = urn.strip_prefix("urn:pulumi:")?.splitn(4, "::");
        let (stack, project, kinds, name) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            stack,
            project,
            kind: kinds.rsplit('$').next().unwrap_or(kinds),
            name,
        })
    }

    /// The stack with its project: `shop/production`.
    pub(crate) fn scope(&self) -> String {
        format!("{}/{}", self.project, self.stack)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_urn_has_four_parts() {
        let urn = Urn::parse("urn:pulumi:prod::shop::my:web:App$aws:s3/bucket:Bucket::a::b");
        let expected = Urn {
            stack: "prod",
            project: "shop",
            kind: "aws:s3/bucket:Bucket",
            name: "a::b",
        };
        assert_eq!(urn, Some(expected));
        assert_eq!(expected.scope(), "shop/prod");
        assert_eq!(Urn::parse("urn:pulumi:prod::shop"), None);
        assert_eq!(Urn::parse("arn:aws:s3:::a"), None);
    }
}
