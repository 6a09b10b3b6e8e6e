//! Forms of names: `projects/{project}/zones/{zone}/disks/{name}`.

use super::is_rooted;
use crate::key::google;
use crate::key::table::Row;

/// The form with `*` for each part that varies; the whole path where the form begins with an
/// attribute that holds the beginning. `None` where that is unknown.
pub(super) fn pattern(row: Row) -> Option<String> {
    let flat = row.column(5);
    if !flat.is_empty() {
        return Some(flat.to_owned());
    }
    let form = row.column(4);
    let is_bucket = row.column(2) == "storage";
    if form.starts_with('{') && !is_bucket {
        return None;
    }
    let parts = form.split('/');
    let stars: Vec<&str> = parts
        .map(|part| if part.contains('{') { "*" } else { part })
        .collect();
    Some(stars.join("/"))
}

/// Path from an id that gives only what varies: `p/global/ring/key`.
pub(super) fn filled(row: Row, id: &str) -> Option<String> {
    let pattern = pattern(row)?;
    let values: Vec<&str> = id.split('/').collect();
    let is_whole = pattern.matches('*').count() == values.len();
    is_whole.then(|| fill(&pattern, &values))?
}

/// The beginning of `pattern` up to as many stars as there are values.
fn fill(pattern: &str, values: &[&str]) -> Option<String> {
    let mut values = values.iter();
    let mut next = values.next()?;
    let mut path: Vec<&str> = Vec::new();
    for part in pattern.split('/') {
        if part != "*" {
            path.push(part);
            continue;
        }
        if next.is_empty() {
            return None;
        }
        path.push(next);
        match values.next() {
            Some(value) => next = value,
            None => return Some(path.join("/")),
        }
    }
    None
}

/// Path from the attributes of a resource; `None` if one is missing.
pub(super) fn expanded<'a>(row: Row, value: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
    let mut path = String::new();
    let mut rest = row.column(4);
    while let Some((literal, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        path.push_str(literal);
        let found = attribute(name, &value)?;
        append(&mut path, &found, row.column(5))?;
        rest = after;
    }
    path.push_str(rest);
    (!path.is_empty() && !path.contains("//")).then_some(path)
}

/// Value of an attribute, or what stands for it in other types of the same form.
fn attribute<'a>(name: &str, value: &impl Fn(&str) -> Option<&'a str>) -> Option<String> {
    if let Some(found) = value(name) {
        return Some(found.to_owned());
    }
    match name {
        "email" => {
            let (account, project) = (value("account_id")?, value("project")?);
            Some(format!("{account}@{project}.iam.gserviceaccount.com"))
        }
        "location" => value("region").or_else(|| value("zone")).map(str::to_owned),
        _ => None,
    }
}

/// Appends the value of an attribute. It may be a name within what `path` holds, or a longer name
/// that begins anew.
fn append(path: &mut String, value: &str, flat: &str) -> Option<()> {
    let relative = match google::full_name(value).filter(|_| value.contains("://")) {
        Some(full) => full.strip_prefix("//")?.split_once('/')?.1.to_owned(),
        None => value.trim_matches('/').to_owned(),
    };
    if !relative.contains('/') {
        path.push_str(&relative);
        return Some(());
    }
    if path.is_empty() {
        let parts: Vec<&str> = relative.split('/').collect();
        *path = match is_rooted(&relative) || flat.is_empty() {
            true => relative,
            false => fill(flat, &parts)?,
        };
        return Some(());
    }
    // `folders/7` within `folders/{folder}`, a self link of a zone within `zones/{zone}`.
    let before = path.trim_end_matches('/').rsplit('/').next()?;
    let is_same =
        relative.starts_with(&format!("{before}/")) || relative.contains(&format!("/{before}/"));
    if is_rooted(&relative) && is_same {
        *path = relative;
    } else if is_rooted(&relative) {
        path.push_str(relative.rsplit('/').next()?);
    } else {
        // Names may contain slashes, which full names escape.
        path.push_str(&relative.replace('/', "%2F"));
    }
    Some(())
}
