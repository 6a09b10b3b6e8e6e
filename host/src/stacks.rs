//! Tells of which stack of CloudFormation a template is.
//!
//! A template does not tell its stack. The manifest of its cloud assembly does; else it is the one
//! that is called like the file, or the only one of those that were read which holds nothing but
//! what the template declares. Rows of other templates stay as they are.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::feed::FeedOutput;
use nepho_core::tables::Resource;

/// Tools that deploy stacks. What is written before a stack is deployed may be of another of these
/// than what the stack itself tells.
const TOOLS: [&str; 2] = ["cdk", "cloudformation"];

/// Resources that tell a stack by what they are called in the template: a single one is not
/// enough, unless the template has no other.
const FEWEST: usize = 2;

/// Folders of what is made of templates, which is as good as the templates themselves.
const MADE: [&str; 2] = [".aws-sam", "cdk.out"];

/// Logical ids with their types.
type Parts = BTreeMap<String, String>;

/// A document with a tool and a scope that it tells.
type Told = (String, String, String);

/// Stacks and templates that were read so far.
#[derive(Debug, Default)]
pub(crate) struct Stacks {
    /// Names of stacks by the documents of their templates, as manifests tell.
    by_template: BTreeMap<String, String>,
    /// What stacks hold, by name, each with the tool that it tells.
    deployed: BTreeMap<String, (String, Parts)>,
    /// Tool and stack in place of those that documents tell by themselves.
    better: BTreeMap<Told, (String, String)>,
}

/// What a template declares.
#[derive(Default)]
struct Template {
    tool: String,
    scope: String,
    parts: Parts,
}

impl Stacks {
    /// Gives the rows of templates and manifests the stacks that they are of.
    pub(crate) fn settle(&mut self, outputs: &mut [&mut FeedOutput]) {
        let mut templates: BTreeMap<String, Template> = BTreeMap::new();
        let mut manifests: BTreeSet<Told> = BTreeSet::new();
        for output in outputs.iter() {
            let told = output.stacks.iter();
            self.by_template
                .extend(told.map(|told| (told.template.clone(), told.stack.clone())));
            for row in &output.resources {
                let Some((tool, scope, address)) = managed(row) else {
                    continue;
                };
                if !is_declared(row, (tool, scope, address)) {
                    self.deploy(row, (tool, scope, address));
                } else if row.resource_type.is_empty() {
                    manifests.insert((row.uri.clone(), tool.to_owned(), scope.to_owned()));
                } else {
                    let template = templates.entry(row.uri.clone()).or_default();
                    tool.clone_into(&mut template.tool);
                    scope.clone_into(&mut template.scope);
                    let kind = row.resource_type.clone();
                    template.parts.insert(address.to_owned(), kind);
                }
            }
        }
        for (uri, tool, scope) in manifests {
            self.replace((uri, tool, scope.clone()), scope);
        }
        let by_parts = self.by_parts(&templates);
        for (uri, template) in templates {
            let stack = self.by_template.get(&uri).or_else(|| by_parts.get(&uri));
            let stack = stack.unwrap_or(&template.scope).clone();
            self.replace((uri, template.tool, template.scope), stack);
        }
        if !self.better.is_empty() {
            let better = |told: &Told| self.better.get(told).cloned();
            outputs.iter_mut().for_each(|output| tell(output, &better));
        }
    }

    /// Gives rows the tools and scopes that their documents alone tell.
    pub(crate) fn take_back(&self, output: &mut FeedOutput) {
        let own = |(uri, tool, scope): &Told| {
            let mut held = self.better.iter();
            let held =
                held.find(|((own, ..), (one, stack))| own == uri && one == tool && stack == scope);
            held.map(|((_, tool, scope), _)| (tool.clone(), scope.clone()))
        };
        if !self.better.is_empty() {
            tell(output, &own);
        }
    }

    fn deploy(&mut self, row: &Resource, (tool, scope, address): (&str, &str, &str)) {
        if row.valid_to.is_some() {
            return;
        }
        let (held, parts) = self.deployed.entry(scope.to_owned()).or_default();
        // One document of a stack can hold what tells that the CDK wrote it, and another not.
        if held.is_empty() || tool < held.as_str() {
            tool.clone_into(held);
        }
        parts.insert(address.to_owned(), row.resource_type.clone());
    }

    fn replace(&mut self, told: Told, stack: String) {
        let deployed = self.deployed.get(&stack);
        let tool = deployed.map_or(&told.1, |(tool, _)| tool).clone();
        match (&told.1, &told.2) == (&tool, &stack) {
            true => self.better.remove(&told),
            false => self.better.insert(told, (tool, stack)),
        };
    }

    /// Stacks of templates that are neither in a cloud assembly nor called like a stack: the only
    /// one that holds nothing else, where no template elsewhere declares all that as well.
    fn by_parts(&self, templates: &BTreeMap<String, Template>) -> BTreeMap<String, String> {
        let is_named = |uri: &String, template: &Template| {
            self.by_template.contains_key(uri) || self.deployed.contains_key(&template.scope)
        };
        let mut by_stack: BTreeMap<&String, Vec<&String>> = BTreeMap::new();
        let mut claimed: BTreeSet<&String> = self.by_template.values().collect();
        for (uri, template) in templates {
            if is_named(uri, template) {
                claimed.insert(&template.scope);
                continue;
            }
            let held = self.deployed.iter();
            let mut fitting = held.filter(|(_, (_, parts))| template.holds(parts));
            if let (Some((stack, _)), None) = (fitting.next(), fitting.next()) {
                by_stack.entry(stack).or_default().push(uri);
            }
        }
        let is_one = |uris: &[&String]| {
            let folders: BTreeSet<&str> = uris.iter().map(|uri| folder(uri)).collect();
            folders.len() == 1
        };
        by_stack
            .into_iter()
            .filter(|(stack, uris)| !claimed.contains(stack) && is_one(uris))
            .flat_map(|(stack, uris)| uris.into_iter().map(|uri| (uri.clone(), stack.clone())))
            .collect()
    }
}

impl Template {
    /// Whether it declares all that a stack holds, which is most of it and enough to tell the
    /// stack.
    fn holds(&self, parts: &Parts) -> bool {
        let is_same = |(address, kind): (&String, &String)| self.parts.get(address) == Some(kind);
        parts.len() >= FEWEST.min(self.parts.len())
            && parts.len() * 2 > self.parts.len()
            && parts.iter().all(is_same)
    }
}

/// Tool, scope and address of what a stack holds.
fn managed(row: &Resource) -> Option<(&str, &str, &str)> {
    let tool = row.tool.as_deref().filter(|tool| TOOLS.contains(tool))?;
    Some((tool, row.scope.as_deref()?, row.address.as_deref()?))
}

/// Whether a row is from a template or a manifest, and not of something that was deployed.
fn is_declared(row: &Resource, (tool, scope, address): (&str, &str, &str)) -> bool {
    let is_deployed = row.account.is_some() && !row.resource_type.is_empty();
    !is_deployed && row.key == format!("{tool}:{scope}:{address}")
}

/// Folder of a template, or that in which what was made of it lies.
fn folder(uri: &str) -> &str {
    let mut end = uri.rfind(['/', '\\']).unwrap_or(0);
    let mut start = 0;
    for part in uri.split(['/', '\\']) {
        if MADE.contains(&part) {
            end = end.min(start);
        }
        start += part.len() + 1;
    }
    uri.get(..end)
        .unwrap_or_default()
        .trim_end_matches(['/', '\\'])
}

/// Writes tools and stacks into all rows of which `better` knows them.
fn tell(output: &mut FeedOutput, better: &dyn Fn(&Told) -> Option<(String, String)>) {
    for row in &mut output.resources {
        fill(&mut row.key, &row.uri, better);
        let parent = row.parent.iter_mut();
        parent.for_each(|id| fill(id, &row.uri, better));
        let told = row.tool.clone().zip(row.scope.clone());
        let told = told.map(|(tool, scope)| (row.uri.clone(), tool, scope));
        if let Some((tool, stack)) = told.and_then(|told| better(&told)) {
            (row.tool, row.scope) = (Some(tool), Some(stack));
        }
    }
    for row in &mut output.relations {
        fill(&mut row.from, &row.uri, better);
        fill(&mut row.to, &row.uri, better);
    }
}

/// Writes tool and stack into the id of a part of a stack, `cdk:Shop:Orders1A`.
fn fill(id: &mut String, uri: &str, better: &dyn Fn(&Told) -> Option<(String, String)>) {
    let mut parts = id.splitn(3, ':');
    let (Some(tool), Some(scope), Some(address)) = (parts.next(), parts.next(), parts.next())
    else {
        return;
    };
    let told = TOOLS.contains(&tool);
    let told = told.then(|| (uri.to_owned(), tool.to_owned(), scope.to_owned()));
    if let Some((tool, stack)) = told.and_then(|told| better(&told)) {
        *id = format!("{tool}:{stack}:{address}");
    }
}

#[cfg(test)]
mod tests {
    use nepho_core::feed::StackOfTemplate;
    use nepho_core::tables::Relation;

    use super::*;

    /// A template with a function, and the table that it uses.
    fn template(uri: &str, tool: &str, scope: &str) -> FeedOutput {
        let key = |logical: &str| format!("{tool}:{scope}:{logical}");
        let row = |logical: &str, kind: &str| Resource {
            key: key(logical),
            resource_type: kind.to_owned(),
            tool: Some(tool.to_owned()),
            scope: Some(scope.to_owned()),
            address: Some(logical.to_owned()),
            uri: uri.to_owned(),
            ..Resource::default()
        };
        FeedOutput {
            resources: vec![
                row("Orders", "AWS::DynamoDB::Table"),
                row("Fn", "AWS::Lambda::Function"),
            ],
            relations: vec![Relation {
                from: key("Fn"),
                to: key("Orders"),
                uri: uri.to_owned(),
                ..Relation::default()
            }],
            ..FeedOutput::default()
        }
    }

    /// What the events of a stack tell.
    fn events(tool: &str, stack: &str, parts: &[(&str, &str)]) -> FeedOutput {
        let rows = parts.iter().map(|(logical, kind)| Resource {
            key: format!("arn:aws:x:eu-west-1:111122223333:{stack}/{logical}"),
            resource_type: (*kind).to_owned(),
            account: Some("111122223333".to_owned()),
            tool: Some(tool.to_owned()),
            scope: Some(stack.to_owned()),
            address: Some((*logical).to_owned()),
            uri: "events.json".to_owned(),
            ..Resource::default()
        });
        FeedOutput {
            resources: rows.collect(),
            ..FeedOutput::default()
        }
    }

    const BOTH: [(&str, &str); 2] = [
        ("Orders", "AWS::DynamoDB::Table"),
        ("Fn", "AWS::Lambda::Function"),
    ];

    /// Settles these, the first of which is a template, checks the keys of that, and takes back.
    fn check(outputs: &[FeedOutput], expected: &str) {
        let mut outputs = outputs.to_vec();
        let own = format!("{:?}", outputs[0]);
        let mut stacks = Stacks::default();
        stacks.settle(&mut outputs.iter_mut().collect::<Vec<_>>());
        let row = &outputs[0].resources[0];
        let scope = format!(
            "{}:{}",
            row.tool.as_deref().unwrap(),
            row.scope.as_deref().unwrap()
        );
        assert_eq!(scope, expected);
        assert_eq!(row.key, format!("{expected}:Orders"));
        assert_eq!(outputs[0].relations[0].from, format!("{expected}:Fn"));
        stacks.take_back(&mut outputs[0]);
        assert_eq!(format!("{:?}", outputs[0]), own);
    }

    #[test]
    fn a_manifest_tells_the_stack_of_a_template() {
        let manifest = FeedOutput {
            stacks: vec![StackOfTemplate {
                template: "cdk.out/Shop.template.json".to_owned(),
                stack: "shop-prod".to_owned(),
            }],
            ..FeedOutput::default()
        };
        let template = template("cdk.out/Shop.template.json", "cdk", "Shop");
        check(&[template.clone(), manifest.clone()], "cdk:shop-prod");
        let told = events("cloudformation", "shop-prod", &BOTH[..1]);
        check(&[template, manifest, told], "cloudformation:shop-prod");
    }

    #[test]
    fn a_stack_of_the_same_name_tells_the_tool() {
        let template = template("shop-prod.json", "cdk", "shop-prod");
        let told = events("cloudformation", "shop-prod", &[("Old", "AWS::SQS::Queue")]);
        check(
            &[template.clone(), told.clone()],
            "cloudformation:shop-prod",
        );
        let of_cdk = events("cdk", "shop-prod", &BOTH);
        check(&[template, told, of_cdk], "cdk:shop-prod");
    }

    #[test]
    fn the_only_stack_with_these_resources_is_that_of_a_template() {
        let own = template("app/template.yaml", "cloudformation", "app");
        let told = events("cloudformation", "shop-prod", &BOTH);
        check(&[own.clone(), told.clone()], "cloudformation:shop-prod");
        let made = template(
            "app/.aws-sam/build/template.yaml",
            "cloudformation",
            "build",
        );
        check(
            &[own.clone(), told.clone(), made],
            "cloudformation:shop-prod",
        );
        let stays = |others: &[FeedOutput]| {
            let mut all = vec![own.clone()];
            all.extend_from_slice(others);
            check(&all, "cloudformation:app");
        };
        stays(&[]);
        stays(&[events("cloudformation", "shop-prod", &BOTH[..1])]);
        stays(&[told.clone(), events("cloudformation", "shop-dev", &BOTH)]);
        stays(&[
            told.clone(),
            template("web/template.yaml", "cloudformation", "web"),
        ]);
        stays(&[
            told,
            template("shop-prod.yaml", "cloudformation", "shop-prod"),
        ]);
        let other = [
            ("Orders", "AWS::DynamoDB::Table"),
            ("Fn", "AWS::SQS::Queue"),
        ];
        stays(&[events("cloudformation", "shop-prod", &other)]);
    }

    #[test]
    fn what_is_made_of_a_template_lies_in_its_folder() {
        let check = |uri: &str, expected: &str| assert_eq!(folder(uri), expected);
        check("app/template.yaml", "app");
        check("app/.aws-sam/build/template.yaml", "app");
        check("cdk.out/Shop.template.json", "");
        check("template.yaml", "");
    }
}
