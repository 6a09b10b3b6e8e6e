//! The little of XML that events of Windows are written in.

use std::borrow::Cow;

/// An element: its attributes as written, and what stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Element<'a> {
    pub(crate) attributes: &'a str,
    pub(crate) inner: &'a str,
    /// What follows it.
    pub(crate) rest: &'a str,
}

/// The first element of this name in `text`; none of the same name stands in it.
pub(crate) fn element<'a>(text: &'a str, name: &str) -> Option<Element<'a>> {
    let mut rest = text;
    loop {
        let at = rest.find('<')?;
        let behind = &rest[at + 1..];
        let Some(after) = behind.strip_prefix(name) else {
            rest = behind;
            continue;
        };
        if !after.starts_with(['>', ' ', '/', '\t', '\r', '\n']) {
            rest = behind;
            continue;
        }
        let end = end_of_tag(after)?;
        let attributes = &after[..end];
        let rest = &after[end + 1..];
        if let Some(attributes) = attributes.strip_suffix('/') {
            return Some(Element {
                attributes,
                inner: "",
                rest,
            });
        }
        let (inner, rest) = rest.split_once(&format!("</{name}>"))?;
        return Some(Element {
            attributes,
            inner,
            rest,
        });
    }
}

/// Position of the `>` that ends a tag; one may stand in the value of an attribute.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return Some(at),
            (Some(open), byte) if byte == open => quote = None,
            _ => {}
        }
    }
    None
}

/// Text of the first element of this name, as written.
pub(crate) fn text<'a>(text: &'a str, name: &str) -> &'a str {
    element(text, name).map_or("", |element| element.inner.trim())
}

/// Value of an attribute, as written: `Name='Service Control Manager'`.
pub(crate) fn attribute<'a>(attributes: &'a str, name: &str) -> &'a str {
    let mut rest = attributes;
    while let Some((before, after)) = rest.split_once('=') {
        let Some(quote) = after.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
            return "";
        };
        let Some((value, next)) = after[1..].split_once(quote) else {
            return "";
        };
        if before.trim() == name {
            return value;
        }
        rest = next;
    }
    ""
}

/// Text with entities undone.
pub(crate) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let entity = after.split_once(';').filter(|(name, _)| name.len() <= 8);
        match entity.and_then(|(name, next)| Some((sign_of(name)?, next))) {
            Some((sign, next)) => {
                out.push(sign);
                rest = next;
            }
            None => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn sign_of(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_and_attributes_are_found() {
        let event = "<Provider Name='A > B' Guid=\"{1}\"/><EventID Qualifiers=''>7</EventID>\
                     <Data>x</Data>";
        let provider = element(event, "Provider").expect("an element");
        assert_eq!(attribute(provider.attributes, "Name"), "A > B");
        assert_eq!(attribute(provider.attributes, "Guid"), "{1}");
        assert_eq!(attribute(provider.attributes, "uid"), "");
        assert_eq!(text(event, "EventID"), "7");
        assert_eq!(text(event, "Event"), "");
        assert_eq!(text("<Data>x", "Data"), "");
    }

    #[test]
    fn entities_are_undone() {
        assert_eq!(
            unescape("a &lt;b&gt; &amp;amp; &#13;&#x41;"),
            "a <b> &amp; \rA"
        );
        assert_eq!(unescape("a & b &nope; &"), "a & b &nope; &");
    }
}
