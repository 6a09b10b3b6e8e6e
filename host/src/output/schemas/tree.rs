//! A JSON object that is filled by paths: `http.request.method`.

use serde_json::{Map, Value};

/// The object under construction.
#[derive(Default)]
pub(super) struct Tree(Map<String, Value>);

impl Tree {
    /// Sets the value at `path`, unless there is one, or the path leads through a value that is no
    /// object. Says whether it stands there now.
    pub(super) fn put(&mut self, path: &str, value: impl Into<Value>) -> bool {
        let mut parts = path.split('.').peekable();
        let mut object = &mut self.0;
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                let value = value.into();
                return *object.entry(part).or_insert_with(|| value.clone()) == value;
            }
            let entry = object
                .entry(part)
                .or_insert_with(|| Value::Object(Map::new()));
            match entry {
                Value::Object(inner) => object = inner,
                _ => return false,
            }
        }
        false
    }

    /// Whether there is a value at the top under `key`.
    pub(super) fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// The value at a path.
    pub(super) fn get(&self, path: &str) -> Option<&Value> {
        let (first, rest) = match path.split_once('.') {
            Some((first, rest)) => (first, Some(rest)),
            None => (path, None),
        };
        let mut value = self.0.get(first)?;
        for part in rest.into_iter().flat_map(|rest| rest.split('.')) {
            value = value.get(part)?;
        }
        Some(value)
    }

    /// The whole number at a path.
    pub(super) fn number(&self, path: &str) -> Option<i64> {
        self.get(path).and_then(Value::as_i64)
    }

    /// The object at a path, to be changed.
    pub(super) fn object(&mut self, path: &str) -> Option<&mut Map<String, Value>> {
        let mut object = &mut self.0;
        for part in path.split('.') {
            object = object.get_mut(part)?.as_object_mut()?;
        }
        Some(object)
    }

    /// Takes the value at a path away, and objects around it that are empty then.
    pub(super) fn take(&mut self, path: &str) -> Option<Value> {
        let Some((parent, key)) = path.rsplit_once('.') else {
            return self.0.remove(path);
        };
        let object = self.object(parent)?;
        let value = object.remove(key);
        if object.is_empty() {
            self.take(parent);
        }
        value
    }

    /// The finished object.
    pub(super) fn into_value(self) -> Value {
        Value::Object(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_value_at_a_path_stays() {
        let mut tree = Tree::default();
        assert!(tree.put("a.b", 1));
        assert!(tree.put("a.c", "x"));
        assert!(tree.put("a.b", 1));
        assert!(!tree.put("a.b", 2));
        assert!(!tree.put("a.b.c", 3));
        assert_eq!(tree.get("a.c").and_then(Value::as_str), Some("x"));
        assert_eq!(tree.into_value().to_string(), r#"{"a":{"b":1,"c":"x"}}"#);
    }

    #[test]
    fn what_is_taken_leaves_no_empty_objects() {
        let mut tree = Tree::default();
        for path in ["a.b.c", "a.d", "e.f.g"] {
            tree.put(path, path);
        }
        assert_eq!(tree.take("e.f.g"), Some("e.f.g".into()));
        assert!(!tree.has("e"));
        assert_eq!(tree.take("a.b.c"), Some("a.b.c".into()));
        assert_eq!(tree.take("a.b.c"), None);
        assert_eq!(tree.into_value().to_string(), r#"{"a":{"d":"a.d"}}"#);
    }
}
