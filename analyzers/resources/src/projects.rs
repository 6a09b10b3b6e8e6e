//! Projects of Google Cloud that some rows tell by their number: it becomes the id, which documents
//! have.
//!
//! cloud.google.com/resource-manager/docs/creating-managing-projects (read 2026-11-29): a project
//! has an id, which a person chose, and a number, which no other project has.

use std::collections::HashMap;

use nepho_core::key;
use nepho_core::tables::Resource;

/// Gives the resources of a project one name. Which number is which project, documents tell by
/// aliases of the same resource, and log rows of a project by names with its number. A number of
/// two projects stays.
pub(crate) fn settle(rows: &mut [Resource]) {
    let numbers = numbers(rows);
    let id_of = |number: &str| numbers.get(number).and_then(|id| id.as_deref());
    for row in rows.iter_mut() {
        // `projects/-` is whatever project the rest is of.
        let any = row.account.clone().filter(|account| is_id(account));
        let better = |name: &str| {
            let number = key::google_project(name).filter(|_| is_full(name))?;
            let id = match number {
                "-" => any.as_deref(),
                number => id_of(number),
            };
            key::google_with_project(name, id?)
        };
        if let Some(key) = better(&row.key) {
            let old = std::mem::replace(&mut row.key, key);
            row.aliases.push(old);
        }
        if let Some(parent) = row.parent.as_deref().and_then(better) {
            row.parent = Some(parent);
        }
        let account = row.account.as_deref().unwrap_or_default();
        let of_key = key::google_project(&row.key).filter(|_| is_full(&row.key));
        let id = match account {
            "-" => of_key.filter(|id| is_id(id)),
            number => id_of(number),
        };
        if let Some(id) = id.filter(|_| row.provider.as_deref() == Some("gcp")) {
            row.account = Some(id.to_owned());
        }
    }
}

/// Ids of projects by their numbers; `None` where several are told.
fn numbers(rows: &[Resource]) -> HashMap<String, Option<String>> {
    let mut found: HashMap<String, Option<String>> = HashMap::new();
    let mut note = |number: &str, id: &str| {
        let held = found.entry(number.to_owned());
        let held = held.or_insert_with(|| Some(id.to_owned()));
        if held.as_deref() != Some(id) {
            *held = None;
        }
    };
    for row in rows.iter().filter(|row| is_full(&row.key)) {
        let Some(project) = key::google_project(&row.key) else {
            continue;
        };
        if is_number(project) {
            if let Some(account) = row.account.as_deref().filter(|account| is_id(account)) {
                note(project, account);
            }
            continue;
        }
        for alias in &row.aliases {
            let number = key::google_project(alias).filter(|number| is_number(number));
            let is_same = |alias: &str| {
                let named = key::google_with_project(alias, project);
                named.is_some_and(|named| row.key.ends_with(named.trim_start_matches('/')))
            };
            if let Some(number) = number.filter(|_| is_same(alias)) {
                note(number, project);
            }
        }
    }
    found
}

fn is_full(name: &str) -> bool {
    name.starts_with("//") && name.contains(".googleapis.com/")
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text != "-" && !is_number(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: &str, account: &str, aliases: &[&str]) -> Resource {
        Resource {
            key: format!("//{key}"),
            provider: Some("gcp".to_owned()),
            account: Some(account.to_owned()),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            ..Resource::default()
        }
    }

    fn settled(mut rows: Vec<Resource>) -> Vec<(String, String)> {
        settle(&mut rows);
        let told = rows.into_iter();
        told.map(|row| (row.key, row.account.unwrap_or_default()))
            .collect()
    }

    const SECRET: &str = "secretmanager.googleapis.com/projects/123456789012/secrets/pw";
    const TOPIC: &str = "pubsub.googleapis.com/projects/123456789012/topics/t";

    fn of_shop(key: &str) -> (String, String) {
        let key = key.replace("123456789012", "shop");
        (format!("//{key}"), "shop".to_owned())
    }

    #[test]
    fn a_document_tells_which_number_is_which_project() {
        let numbered = "projects/123456789012/secrets/pw";
        let declared = row(
            "secretmanager.googleapis.com/projects/shop/secrets/pw",
            "shop",
            &[numbered],
        );
        let found = settled(vec![
            declared,
            row(SECRET, "123456789012", &[]),
            row(TOPIC, "123456789012", &[]),
        ]);
        assert_eq!(found, [of_shop(SECRET), of_shop(SECRET), of_shop(TOPIC)]);
    }

    #[test]
    fn a_row_of_a_project_tells_its_number_unless_two_do() {
        let rows = vec![row(SECRET, "shop", &[]), row(TOPIC, "123456789012", &[])];
        assert_eq!(settled(rows.clone()), [of_shop(SECRET), of_shop(TOPIC)]);
        let other = "pubsub.googleapis.com/projects/123456789012/topics/u";
        let found = settled([rows, vec![row(other, "bank", &[])]].concat());
        assert_eq!(found[1], (format!("//{TOPIC}"), "123456789012".to_owned()));
    }

    #[test]
    fn an_account_without_a_project_is_of_that_of_its_row() {
        let account =
            |project: &str| format!("iam.googleapis.com/projects/{project}/serviceAccounts/1099");
        let found = settled(vec![row(&account("-"), "shop", &[])]);
        assert_eq!(found, [of_shop(&account("shop"))]);
    }
}
