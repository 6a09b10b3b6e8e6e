//! Environments that the names of scopes tell.

/// The environment that the scope of a tool tells by a word in its name; most tell none.
pub(crate) fn of_scope(scope: &str) -> Option<&'static str> {
    let mut words = scope.split(|c: char| !c.is_ascii_alphanumeric());
    words.find_map(|word| match word.to_ascii_lowercase().as_str() {
        "prod" | "production" | "prd" => Some("production"),
        "staging" | "stage" | "stg" => Some("staging"),
        "dev" | "development" => Some("development"),
        "test" | "qa" | "uat" => Some("test"),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::of_scope;

    #[test]
    fn a_scope_may_tell_its_environment() {
        let check = |scope: &str, expected: Option<&str>| {
            assert_eq!(of_scope(scope), expected, "{scope}");
        };
        check("infra/prod", Some("production"));
        check("shop-stg", Some("staging"));
        check("products", None);
        check("state", None);
    }
}
