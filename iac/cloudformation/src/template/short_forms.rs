//! Templates in YAML: short forms (`!Ref x`) become long ones (`{"Ref": "x"}`).
//!
//! They are those of the page "Intrinsic function reference"
//! (docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference), read 2026-11-28.

use nepho_iac_common::yaml::Dialect;
use serde_json::{Map, Value};

/// Templates in YAML. Numbers stay text: no number is computed with.
pub(super) const TEMPLATE: Dialect = Dialect {
    tagged: called,
    has_numbers: false,
    lines_of: "Resources",
};

/// `value` as the argument of the function with this short form.
fn called(name: &str, value: Value) -> Value {
    let function = match name {
        "Ref" | "Condition" => name.to_owned(),
        name => format!("Fn::{name}"),
    };
    let argument = match value {
        // `!GetAtt A.B.C` is `Fn::GetAtt: [A, B.C]`.
        Value::String(text) if name == "GetAtt" => {
            let (resource, attribute) = text.split_once('.').unwrap_or((&text, ""));
            Value::from(vec![resource.to_owned(), attribute.to_owned()])
        }
        value => value,
    };
    Value::Object(Map::from_iter([(function, argument)]))
}

#[cfg(test)]
mod tests {
    use nepho_iac_common::yaml;

    use super::*;

    #[test]
    fn short_forms_become_long_ones() {
        let text = "Resources:\n  A:\n    Type: AWS::SNS::Topic\n  B:\n    P: !Ref A\n    Q: !GetAtt A.B.C\n    R: !Sub\n      - \"${x}\"\n      - x: !GetAtt [A, D]\n    S: !If [c, !Ref 'AWS::NoValue', &y 7]\n    T: *y\n";
        let parsed = yaml::parse(text, &TEMPLATE).ok();
        let expected = serde_json::json!({"Resources": {"A": {"Type": "AWS::SNS::Topic"}, "B": {
            "P": {"Ref": "A"}, "Q": {"Fn::GetAtt": ["A", "B.C"]},
            "R": {"Fn::Sub": ["${x}", {"x": {"Fn::GetAtt": ["A", "D"]}}]},
            "S": {"Fn::If": ["c", {"Ref": "AWS::NoValue"}, "7"]}, "T": "7"}}});
        assert_eq!(parsed.as_ref().map(|parsed| &parsed.value), Some(&expected));
        let lines = parsed.map(|parsed| parsed.lines).unwrap_or_default();
        assert_eq!(lines, [("A".to_owned(), 2), ("B".to_owned(), 4)]);
    }
}
