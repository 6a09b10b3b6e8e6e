//! The condition of an alert in words.

/// Parts of a condition, as far as the alert tells them.
pub(crate) struct Parts<'a> {
    pub(crate) metric: Option<&'a str>,
    pub(crate) aggregation: Option<&'a str>,
    pub(crate) operator: Option<&'a str>,
    pub(crate) threshold: Option<&'a str>,
    pub(crate) value: Option<&'a str>,
}

/// `Percentage CPU (Average) GreaterThan 25, was 31.1`; `None` without an operator and a threshold.
pub(crate) fn text_of(parts: &Parts<'_>) -> Option<String> {
    let (operator, threshold) = (parts.operator?, parts.threshold?);
    let what = match (parts.metric, parts.aggregation) {
        (Some(metric), Some(aggregation)) => format!("{metric} ({aggregation}) "),
        (Some(one), None) | (None, Some(one)) => format!("{one} "),
        (None, None) => String::new(),
    };
    let was = parts.value.map(|value| format!(", was {value}"));
    let was = was.unwrap_or_default();
    Some(format!("{what}{operator} {threshold}{was}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_put_in_words() {
        let metric = Parts {
            metric: Some("Percentage CPU"),
            aggregation: Some("Average"),
            operator: Some("GreaterThan"),
            threshold: Some("25"),
            value: Some("31.1"),
        };
        let text = text_of(&metric);
        let expected = "Percentage CPU (Average) GreaterThan 25, was 31.1";
        assert_eq!(text.as_deref(), Some(expected));
        let log = Parts {
            metric: None,
            value: None,
            ..metric
        };
        assert_eq!(text_of(&log).as_deref(), Some("Average GreaterThan 25"));
        let none = Parts {
            threshold: None,
            ..log
        };
        assert_eq!(text_of(&none), None);
    }
}
