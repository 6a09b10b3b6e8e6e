//! Lists of values with one element for each upstream that nginx tried.
//!
//! A comma stands between servers of one group, a colon with blanks around it where a request went
//! on to another group: `10.0.0.5:80, 10.0.0.6:80 : 10.0.1.7:80`.
//!
//! Source: nginx.org/en/docs/http/ngx_http_upstream_module.html, variables, as of 2026-11-27.

/// The last element: that of the server which answered.
pub(crate) fn last(list: &str) -> &str {
    let list = list.rsplit(" : ").next().unwrap_or(list);
    let last = list.rsplit(',').next().unwrap_or(list).trim();
    match last {
        "-" => "",
        last => last,
    }
}

/// Name of an upstream of ingress-nginx, `shop-cart-8080`; earlier versions wrote
/// `upstream-shop-cart-8080`.
pub(crate) fn upstream_name(name: &str) -> &str {
    name.strip_prefix("upstream-").unwrap_or(name)
}

/// The lists that stand behind each other in `text`, with single blanks between them.
pub(crate) fn split(text: &str) -> Vec<&str> {
    let mut lists = Vec::new();
    let mut start = 0;
    for (place, _) in text.match_indices(' ') {
        let before = text.get(start..place).unwrap_or_default();
        let goes_on = before.ends_with(',')
            || before.ends_with(" :")
            || text
                .get(place..)
                .is_some_and(|rest| rest.starts_with(" : "));
        if !goes_on {
            lists.push(before);
            start = place + 1;
        }
    }
    lists.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    lists
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_split_where_they_end() {
        let lists = split("10.0.0.5:80, 10.0.0.6:80 0, 12 0.1, 0.2 502, 200 ab");
        assert_eq!(
            lists,
            [
                "10.0.0.5:80, 10.0.0.6:80",
                "0, 12",
                "0.1, 0.2",
                "502, 200",
                "ab"
            ]
        );
        assert_eq!(
            split("10.0.0.5:80 : 10.0.0.6:80 1 : 2 x"),
            ["10.0.0.5:80 : 10.0.0.6:80", "1 : 2", "x"]
        );
        assert_eq!(split("- - - - ab"), ["-", "-", "-", "-", "ab"]);
        assert_eq!(split(""), [""; 0]);
    }

    #[test]
    fn the_last_server_answered() {
        assert_eq!(last("502, 200"), "200");
        assert_eq!(last("502 : 200"), "200");
        assert_eq!(last("200, -"), "");
        assert_eq!(last("200"), "200");
    }
}
