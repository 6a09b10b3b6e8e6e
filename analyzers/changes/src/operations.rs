//! Tables of operations, by the API that has them: `data/uses.txt`, `data/passing.txt`.

/// A line of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Operation {
    /// What stands in brackets above it.
    pub(crate) api: &'static str,
    /// Its first word.
    pub(crate) name: &'static str,
    /// Its second word.
    pub(crate) word: Option<&'static str>,
}

/// Operations of a table, in order; an error is a line that is not understood.
pub(crate) fn read(text: &'static str) -> impl Iterator<Item = Result<Operation, &'static str>> {
    let mut api = "";
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(move |line| {
        if let Some(name) = line.strip_prefix('[') {
            api = name.strip_suffix(']').unwrap_or_default();
            return api.is_empty().then_some(Err(line));
        }
        let mut words = line.split_ascii_whitespace();
        let operation = words.next().map(|name| Operation {
            api,
            name,
            word: words.next(),
        });
        let is_whole = words.next().is_none() && !api.is_empty();
        Some(operation.filter(|_| is_whole).ok_or(line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_an_operation_and_a_word() {
        let text = "# of it\nOrphan\n[a.b]\nStart  x\n\nStop\nStart x y\n[c\nMore\n[d]\nGo\n";
        let operation = |api, name, word| Ok(Operation { api, name, word });
        let expected = [
            Err("Orphan"),
            operation("a.b", "Start", Some("x")),
            operation("a.b", "Stop", None),
            Err("Start x y"),
            Err("[c"),
            Err("More"),
            operation("d", "Go", None),
        ];
        assert_eq!(read(text).collect::<Vec<_>>(), expected);
    }
}
