//! Addresses of resources as Terraform prints them.
//!
//! developer.hashicorp.com/terraform/cli/state/resource-addressing, read 2026-11-21.

/// Address `[module.]type.name[index]`; data sources begin with `data.` behind the module.
pub fn full(module: Option<&str>, is_data: bool, kind: &str, name: &str, index: &str) -> String {
    let module_length = module.map_or(0, str::len);
    let mut address =
        String::with_capacity(module_length + kind.len() + name.len() + index.len() + 8);
    if let Some(module) = module.filter(|module| !module.is_empty()) {
        address.push_str(module);
        address.push('.');
    }
    if is_data {
        address.push_str("data.");
    }
    for part in [kind, ".", name, index] {
        address.push_str(part);
    }
    address
}

/// Address of an object that is left to be deleted beside the current one.
pub fn deposed(address: &str, key: &str) -> String {
    format!("{address} (deposed object {key})")
}

/// `[0]` or `["key"]` for the key of an instance, nothing for a resource without `count` and
/// `for_each`.
///
/// `None` if the key is neither a number nor a text.
pub fn index(key: Option<&str>) -> Option<String> {
    let Some(key) = key.filter(|key| *key != "null") else {
        return Some(String::new());
    };
    if let Ok(text) = serde_json::from_str::<String>(key) {
        return Some(format!("[{}]", quoted(&text)));
    }
    let is_number = key
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'-');
    is_number.then(|| format!("[{key}]"))
}

/// `text` as a quoted string of the Terraform language.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '$' | '%' if rest.peek() == Some(&'{') => {
                quoted.push(letter);
                quoted.push(letter);
            }
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

/// Address without the keys of instances, as `dependencies` name resources: `module.a["x"].t.n[0]`
/// gives `module.a.t.n`.
pub fn without_index(address: &str) -> String {
    if !address.contains('[') {
        return address.to_owned();
    }
    let mut plain = String::with_capacity(address.len());
    let (mut in_index, mut in_quotes, mut escaped) = (false, false, false);
    for letter in address.chars() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if in_quotes => escaped = true,
            '"' if in_index => in_quotes = !in_quotes,
            '[' if !in_quotes => in_index = true,
            ']' if !in_quotes => in_index = false,
            _ if in_index => {}
            _ => plain.push(letter),
        }
    }
    plain
}

/// Whether an address is this one without the keys of instances.
pub fn is_of(address: &str, config: &str) -> bool {
    match address.contains('[') {
        true => without_index(address) == config,
        false => address == config,
    }
}

/// Resource type in an address: `aws_instance` of `module.a.aws_instance.web[0]`. Empty when it has
/// none.
pub fn resource_type(address: &str) -> String {
    let plain = without_index(address);
    let mut parts = plain.split('.').peekable();
    while parts.peek() == Some(&"module") {
        parts.next();
        parts.next();
    }
    if parts.peek() == Some(&"data") {
        parts.next();
    }
    parts.next().unwrap_or("").to_owned()
}

/// Whether the address is one of a data source.
pub fn is_data(address: &str) -> bool {
    let plain = without_index(address);
    let mut parts = plain.split('.').peekable();
    while parts.peek() == Some(&"module") {
        parts.next();
        parts.next();
    }
    parts.next() == Some("data")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_terraform_does() {
        let check = |key: &str, expected: &str| {
            assert_eq!(index(Some(key)).as_deref(), Some(expected), "{key}");
        };
        check("0", "[0]");
        check(r#""a\"b""#, r#"["a\"b"]"#);
        check(r#""${x}""#, r#"["$${x}"]"#);
        check("null", "");
        assert_eq!(index(Some("{}")), None);
        assert_eq!(
            full(Some("module.net[0]"), true, "aws_vpc", "main", ""),
            "module.net[0].data.aws_vpc.main"
        );
    }

    #[test]
    fn keys_of_instances_are_taken_out() {
        let check = |address: &str, expected: &str| assert_eq!(without_index(address), expected);
        check(
            r#"module.a["x.]y"].aws_vpc.main[0]"#,
            "module.a.aws_vpc.main",
        );
        check(r#"t.n["a\"]"]"#, "t.n");
        check("t.n[", "t.n");
        assert_eq!(
            resource_type("module.a[\"module\"].module.b.data.aws_vpc.main"),
            "aws_vpc"
        );
        assert_eq!(resource_type("aws_vpc.main[1]"), "aws_vpc");
        assert_eq!(resource_type(""), "");
        assert!(is_data("module.a.data.t.n") && !is_data("module.data.t.n"));
    }
}
