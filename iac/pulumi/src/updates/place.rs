//! Which stack a file is of, from where it lies.

/// Stack of a document of an API, `pulumi://HOST/ORG/PROJECT/STACK/updates.json`, and of a history
/// file of a file backend, `.pulumi/history/PROJECT/STACK/STACK-NANOS.history.json`, or without
/// `PROJECT` where the backend is of old. Any other file is its own scope: a history does not name
/// its stack.
///
/// `pkg/backend/diy/state.go` of pulumi/pulumi, read 2026-11-28.
pub(super) fn scope(uri: &str) -> String {
    if let Some(place) = uri.strip_prefix("pulumi://") {
        let parts: Vec<&str> = place.split('/').collect();
        if let [_, _, project, stack, _] = parts.as_slice() {
            return format!("{project}/{stack}");
        }
    }
    let mut parts = uri.split(['/', '\\']).rev();
    let file = parts.next().unwrap_or_default();
    let stack = file
        .split_once(".history.json")
        .and_then(|(stem, _)| stem.rsplit_once('-'))
        .filter(|(_, time)| !time.is_empty() && time.bytes().all(|byte| byte.is_ascii_digit()))
        .map(|(stack, _)| stack);
    let Some(stack) = stack else {
        return uri.to_owned();
    };
    let folders = (parts.next(), parts.next(), parts.next());
    match folders {
        (Some(folder), Some(project), Some("history")) if folder == stack => {
            format!("{project}/{stack}")
        }
        _ => stack.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_a_backend_tells_its_stack() {
        let check = |uri: &str, expected: &str| assert_eq!(scope(uri), expected, "{uri}");
        let file = "dev-eu-1714557600000000000.history.json";
        check(
            &format!("s3://states/.pulumi/history/shop/dev-eu/{file}"),
            "shop/dev-eu",
        );
        check(
            &format!(".pulumi\\history\\shop\\dev-eu\\{file}"),
            "shop/dev-eu",
        );
        check(&format!(".pulumi/history/dev-eu/{file}"), "dev-eu");
        check(file, "dev-eu");
        check("pulumi://h/org/shop/dev/updates.json", "shop/dev");
        check("out/history.json", "out/history.json");
        check("a-b.history.json", "a-b.history.json");
    }
}
