//! Custom tables of Log Analytics: logs of applications, with the fields as columns.
//!
//! The Data Collector API puts the type of a value at the end of its name: `Message_s`, `Level_s`,
//! `Count_d`. Tables of data collection rules have the names as they are.
//!
//! Source: learn.microsoft.com/azure/azure-monitor/logs/data-collector-api, "Record type and
//! properties", as of 2026-11-30.

use nepho_codec::json::JsonFields;
use nepho_codec::message::Describer;
use nepho_codec::table::{JsonFormat, Need, Table, TableDecoder, part, resource, text, time};
use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder};

use crate::record::{Head, Kind, kind, parts};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "azure.custom_table",
    summary: "Custom tables of Log Analytics, with the fields of an application as columns",
    permissions: &["Microsoft.OperationalInsights/workspaces/query/read"],
    make: Make::Format(|| Box::new(CustomTable(JsonFormat(&TABLE)))),
});

static TABLE: Table = Table {
    name: "azure.custom_table",
    needs: &[
        Need::Has("TimeGenerated"),
        Need::Contains("Type", "_CL"),
        Need::HasAny(&["TenantId", "_ResourceId", "_SubscriptionId", "SourceSystem"]),
        // Logs of Azure that were copied to a table of another name.
        Need::Lacks("OperationName"),
        Need::Lacks("OperationNameValue"),
    ],
    constants: &[(Column::Provider, "azure")],
    fields: &[
        time(&["TimeGenerated"]),
        part(&["_ResourceId"], Column::Account, parts::subscription),
        text(&["_SubscriptionId"], Column::Account),
        text(&["Computer"], Column::Host),
        resource(&["_ResourceId"]),
    ],
    extras: &[("Type", "table")],
    finish: None,
};

/// What Log Analytics has beside the fields of an application.
const BESIDE: [&str; 10] = [
    "Computer",
    "ManagementGroupName",
    "MG",
    "RawData",
    "SourceSystem",
    "TenantId",
    "TimeGenerated",
    "Type",
    "_ResourceId",
    "_SubscriptionId",
];

/// Ends of names: text, number, truth, time, id.
const TYPES: [&str; 5] = ["_s", "_d", "_b", "_t", "_g"];

/// The table, and what the fields of the application tell.
struct CustomTable(JsonFormat);

impl Format for CustomTable {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match self.0.sniff(sample) {
            Confidence::NO => Confidence::NO,
            // Whoever knows what is in a table goes first.
            _ => Confidence(55),
        }
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        self.0.may_fit(has_key)
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(RowDecoder {
            table: TableDecoder::new(&TABLE),
            describer: Describer::default(),
        })
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        self.0.extras(raw, stream, found);
    }
}

struct RowDecoder {
    table: TableDecoder,
    describer: Describer,
}

impl Decoder for RowDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let Ok(members) = JsonFields::parse(record.text) else {
            return Verdict::NotMine;
        };
        if is_line(&members) || is_of_family(&members) || !self.table.scan(record.text) {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.constant(Column::Format, TABLE.name);
        if let Some(fields) = fields_of(&members) {
            self.describer.json(&fields, &mut row);
        }
        self.table.fill(record.text, &mut row);
        row.commit();
        Verdict::Rows
    }
}

/// Whether a row is a line that an agent read, which is `azure.agent_text`.
fn is_line(fields: &JsonFields<'_>) -> bool {
    let line = fields.text("RawData");
    line.is_some_and(|line| !line.is_empty()) && fields.raw("Log_s").is_none()
}

/// Whether a table is one of the platform's own, though its name is made like those of others
/// (`ContainerAppConsoleLogs_CL`).
fn is_of_family(fields: &JsonFields<'_>) -> bool {
    let resource = Head::resource(fields);
    let head = Head::of(fields, &resource);
    matches!(kind(&head), Kind::Family(_))
}

/// The fields of the application, by their own names.
fn fields_of(fields: &JsonFields<'_>) -> Option<String> {
    let mut text = String::new();
    for (key, value) in fields.members() {
        if BESIDE.contains(key) || matches!(*value, "\"\"" | "null") {
            continue;
        }
        let name = TYPES.iter().find_map(|end| key.strip_suffix(end));
        let name = name.filter(|name| !name.is_empty()).unwrap_or(key);
        text.push(if text.is_empty() { '{' } else { ',' });
        text.push_str(&format!("\"{name}\":{value}"));
    }
    (!text.is_empty()).then(|| text + "}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_the_names_of_the_application() {
        let check = |text: &str, expected: Option<&str>| {
            let fields = JsonFields::parse(text).expect("an object");
            assert_eq!(fields_of(&fields).as_deref(), expected, "{text}");
        };
        check(
            r#"{"TenantId":"t","Message_s":"x","Count_d":3,"_s":1,"Empty_s":"","Type":"A_CL"}"#,
            Some(r#"{"Message":"x","Count":3,"_s":1}"#),
        );
        check(r#"{"TimeGenerated":"t","RawData":""}"#, None);
    }
}
