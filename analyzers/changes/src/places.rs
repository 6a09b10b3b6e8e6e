//! Where resources stand in infrastructure code: tools, scopes and addresses.

use std::collections::HashMap;
use std::sync::Arc;

/// Resources, each by its number, by tool, scope and address.
#[derive(Debug, Default)]
pub(crate) struct Places {
    tools: HashMap<String, HashMap<String, HashMap<Arc<str>, usize>>>,
}

impl Places {
    /// Takes a resource. Of two at one place the later counts.
    pub(crate) fn add(&mut self, tool: &str, scope: &str, address: &Arc<str>, resource: usize) {
        if !self.tools.contains_key(tool) {
            self.tools.insert(tool.to_owned(), HashMap::new());
        }
        let Some(scopes) = self.tools.get_mut(tool) else {
            return;
        };
        if !scopes.contains_key(scope) {
            scopes.insert(scope.to_owned(), HashMap::new());
        }
        if let Some(addresses) = scopes.get_mut(scope) {
            addresses.insert(Arc::clone(address), resource);
        }
    }

    /// Resource at an address of a scope.
    pub(crate) fn in_scope(&self, tool: &str, scope: &str, address: &str) -> Option<usize> {
        self.tools.get(tool)?.get(scope)?.get(address).copied()
    }

    /// Whether a document tells what a tool manages in a scope.
    pub(crate) fn is_known(&self, tool: &str, scope: &str) -> bool {
        let scopes = self.tools.get(tool);
        scopes.is_some_and(|scopes| scopes.contains_key(scope))
    }

    /// The resource at an address: of the scope, or, where no document tells what it holds, the
    /// only one of the tool. The log of a run may lie in another folder than the state.
    pub(crate) fn at(&self, tool: &str, scope: &str, address: &str) -> Option<usize> {
        let scopes = self.tools.get(tool)?;
        if let Some(addresses) = scopes.get(scope) {
            return addresses.get(address).copied();
        }
        let mut found = scopes.values().filter_map(|held| held.get(address));
        let first = found.next()?;
        found.all(|other| other == first).then_some(*first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scope_decides_and_only_one_that_nobody_knows_is_left_open() {
        let mut places = Places::default();
        let (f, g) = (Arc::from("aws_lambda_function.f"), Arc::from("aws_x.g"));
        places.add("terraform", "prod", &f, 1);
        places.add("terraform", "stage", &f, 2);
        places.add("terraform", "stage", &g, 3);
        let check = |tool: &str, scope: &str, address: &str, expected: Option<usize>| {
            let found = places.at(tool, scope, address);
            assert_eq!(found, expected, "{tool} {scope} {address}");
        };
        check("terraform", "prod", &f, Some(1));
        check("terraform", "stage", &f, Some(2));
        check("terraform", "ci", &f, None);
        check("terraform", "ci", &g, Some(3));
        check("terraform", "prod", &g, None);
        check("pulumi", "prod", &f, None);
        assert_eq!(places.in_scope("terraform", "ci", &g), None);
        assert!(places.is_known("terraform", "prod") && !places.is_known("terraform", "ci"));
    }
}
