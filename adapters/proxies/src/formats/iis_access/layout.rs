//! Which field of a line is what: from the `#Fields` line, or as one of the sets that IIS writes
//! by itself.

/// Names of the fields of a line, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout(Vec<String>);

/// IIS 7, IIS 8 and later, and Azure App Service.
static DEFAULTS: [&str; 3] = [
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) \
     sc-status sc-substatus sc-win32-status time-taken",
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) \
     cs(Referer) sc-status sc-substatus sc-win32-status time-taken",
    "date time s-sitename cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip \
     cs(User-Agent) cs(Cookie) cs(Referer) cs-host sc-status sc-substatus sc-win32-status sc-bytes \
     cs-bytes time-taken",
];

impl Layout {
    /// Layout of a `#Fields` line of IIS; `None` for other text, and for that of other programs.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let names = line.strip_prefix("#Fields:")?.trim();
        let layout = Self::of(names);
        let has = |name: &str| layout.0.iter().any(|held| held == name);
        let is_mine = has("date") && has("time") && has("cs-method") && has("sc-status");
        // CloudFront writes the same kind of file.
        (is_mine && !names.contains("x-edge")).then_some(layout)
    }

    /// Layouts to try on a stream with this first line, the likeliest first: IIS writes another
    /// `#Fields` line where the set of fields was changed.
    pub(super) fn all(header: Option<&str>) -> Vec<Self> {
        let named = header.and_then(Self::parse);
        let defaults = DEFAULTS.iter().map(|names| Self::of(names));
        named.into_iter().chain(defaults).collect()
    }

    fn of(names: &str) -> Self {
        Self(names.split_whitespace().map(str::to_owned).collect())
    }

    /// Number of fields.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Fields of a line by their names; `None` if the line has others.
    pub(super) fn read<'a>(&'a self, line: &'a str) -> Option<Fields<'a>> {
        if fields_of(line) != self.0.len() {
            return None;
        }
        let values: Vec<&str> = line.split(' ').collect();
        let fields = Fields {
            names: &self.0,
            values,
        };
        fields.are_plausible().then_some(fields)
    }
}

/// Number of fields of a line.
pub(super) fn fields_of(line: &str) -> usize {
    line.bytes().filter(|byte| *byte == b' ').count() + 1
}

/// The fields of one line.
pub(super) struct Fields<'a> {
    names: &'a [String],
    values: Vec<&'a str>,
}

impl<'a> Fields<'a> {
    /// Value of a field; empty where it is absent or `-`.
    pub(super) fn get(&self, name: &str) -> &'a str {
        let place = self
            .names
            .iter()
            .position(|held| held.eq_ignore_ascii_case(name));
        let value = place.and_then(|place| self.values.get(place)).copied();
        value.filter(|value| *value != "-").unwrap_or_default()
    }

    fn are_plausible(&self) -> bool {
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let date = self.get("date").as_bytes();
        let clock = self.get("time").as_bytes();
        let status = self.get("sc-status");
        let target = self.get("cs-uri-stem");
        let method = self.get("cs-method");
        // What http.sys drops by itself has a reason in place of a status.
        let has_reason = !self.get("s-reason").is_empty();
        matches!(date, [b'0'..=b'9', _, _, _, b'-', _, _, b'-', _, _])
            && matches!(clock, [b'0'..=b'9', _, b':', _, _, b':', _, _])
            && (status.len() == 3 && is_number(status) || status.is_empty() && has_reason)
            && is_number(self.get("s-port"))
            && is_number(self.get("time-taken"))
            && method
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
            && (target.is_empty() || target.starts_with(['/', '*']))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_others_are_passed_over() {
        assert!(Layout::parse("#Fields: date time cs-method sc-status").is_some());
        assert!(Layout::parse("#Fields: date time x-edge-location cs-method sc-status").is_none());
        assert!(Layout::parse("#Fields: ts uid").is_none());
        assert_eq!(Layout::all(Some("#Software: x")).len(), 3);
        let header = "#Fields: date time cs-method sc-status";
        assert_eq!(Layout::all(Some(header)).len(), 4);
    }

    #[test]
    fn lines_must_fit() {
        let layouts = Layout::all(Some("#Fields: date time cs-method cs-uri-stem sc-status"));
        let fits = |line: &str| layouts.iter().any(|layout| layout.read(line).is_some());
        assert!(fits("2024-05-01 10:00:00 GET /a 200"));
        assert!(!fits("2024-05-01 10:00:00 GET /a ok"));
        assert!(!fits("2024-05-01 10:00:00 GET a 200"));
        assert!(!fits("2024-05-01 10:00:00 GET /a 200 5"));
    }
}
