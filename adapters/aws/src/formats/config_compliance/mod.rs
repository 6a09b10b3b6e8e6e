//! AWS Config: whether a resource keeps a rule.

use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, outcome_of, resource, text, time};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.config_compliance",
    summary: "AWS Config compliance changes",
    permissions: &[],
    make: Make::Format(|| Box::new(FORMAT)),
});

/// The format.
pub(super) const FORMAT: JsonFormat = JsonFormat(&TABLE);

/// Whether a rule is kept; one that does not apply says neither.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("COMPLIANT", Outcome::Success),
    ("NON_COMPLIANT", Outcome::Failure),
];

const RULE: usize = 0;
const RESULT: usize = 1;
const RESOURCE: usize = 2;
const NOTE: usize = 3;

static TABLE: Table = Table {
    name: "aws.config_compliance",
    needs: &[
        Need::HasAny(&["configRuleName", "detail.configRuleName"]),
        Need::HasAny(&["newEvaluationResult", "detail.newEvaluationResult"]),
        Need::HasAny(&["messageType", "detail.messageType", "detail-type"]),
        Need::HasAny(&["resourceId", "detail.resourceId"]),
    ],
    constants: &[
        (Column::Provider, "aws"),
        (Column::Service, "config.amazonaws.com"),
    ],
    fields: &[
        time(&[
            "time",
            "newEvaluationResult.resultRecordedTime",
            "notificationCreationTime",
        ]),
        text(&["account", "awsAccountId"], Column::Account),
        text(&["region", "awsRegion"], Column::Region),
        text(&["source"], Column::Service),
        text(&["detail-type", "messageType"], Column::Action),
        text(&["id"], Column::RequestId),
        outcome_of(
            &[
                "newEvaluationResult.complianceType",
                "detail.newEvaluationResult.complianceType",
            ],
            OUTCOMES,
        ),
        resource(&["resourceId", "detail.resourceId"]),
        resource(&["configRuleARN", "detail.configRuleARN"]),
        keep(&["configRuleName", "detail.configRuleName"], RULE),
        keep(
            &[
                "newEvaluationResult.complianceType",
                "detail.newEvaluationResult.complianceType",
            ],
            RESULT,
        ),
        keep(&["resourceId", "detail.resourceId"], RESOURCE),
        keep(
            &[
                "newEvaluationResult.annotation",
                "detail.newEvaluationResult.annotation",
            ],
            NOTE,
        ),
    ],
    extras: &[
        ("configRuleName", "rule"),
        ("detail.configRuleName", "rule"),
        ("resourceType", "resource_type"),
        ("detail.resourceType", "resource_type"),
        ("newEvaluationResult.complianceType", "compliance"),
        ("detail.newEvaluationResult.complianceType", "compliance"),
        ("oldEvaluationResult.complianceType", "compliance_before"),
        (
            "detail.oldEvaluationResult.complianceType",
            "compliance_before",
        ),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let [rule, result, resource] =
        [RULE, RESULT, RESOURCE].map(|number| event.kept(number).unwrap_or_default());
    let mut body = format!("{resource} is {result} with {rule}");
    if let Some(note) = event.kept(NOTE) {
        body.push_str(": ");
        body.push_str(&note);
    }
    row.text(Column::Body, &body);
}
