//! Lists of named values, as Microsoft Entra writes them:
//! `[{"key":"User-Agent","value":"curl/8"}]`, as an array or as the text of one.

use nepho_codec::json::fields::elements;
use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::table::Event;
use nepho_core::tables::{Column, Row};

use super::parts;

/// Where `additionalDetails` of a directory audit are kept.
pub(crate) const DETAILS: usize = 20;

/// Names of the address of the client; the second is that of B2C.
const CLIENTS: [&str; 2] = ["ipaddr", "ClientIpAddress"];

/// Address and program of the client, where only the additional details tell them.
pub(crate) fn client(event: &Event<'_>, row: &mut Row<'_>) {
    if !row.has(Column::SourceIp)
        && let Some(address) = CLIENTS.iter().find_map(|name| named(event, DETAILS, name))
    {
        row.text(Column::SourceIp, parts::address(&address));
    }
    if !row.has(Column::UserAgent)
        && let Some(agent) = named(event, DETAILS, "User-Agent")
    {
        row.text(Column::UserAgent, &agent);
    }
}

/// Text of the value called `name`, without regard to case, in the list kept under `number`.
pub(crate) fn named(event: &Event<'_>, number: usize, name: &str) -> Option<String> {
    match event.kept_container(number) {
        Some(list) => find(list, name),
        None => find(&event.kept(number)?, name),
    }
}

fn find(list: &str, name: &str) -> Option<String> {
    elements(list.trim()).into_iter().find_map(|pair| {
        let fields = JsonFields::parse(pair).ok()?;
        let text = |paths: [&str; 2]| paths.iter().find_map(|path| fields.text(path));
        let key = text(["key", "Key"])?;
        let value = text(["value", "Value"]).filter(|_| key.eq_ignore_ascii_case(name))?;
        Some(unescape(value).into_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn a_value_is_found_by_its_name() {
        let list = r#"[{"key":"a","value":"1"},{"Key":"userAgent","Value":"x \"y\""},{"Key":"b","Value":null}]"#;
        assert_eq!(find(list, "useragent").as_deref(), Some("x \"y\""));
        assert_eq!(find(list, "b"), None);
        assert_eq!(find("{}", "a"), None);
    }
}
