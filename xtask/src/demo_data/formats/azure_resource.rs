//! Resource logs of the two App Service sites: as Event Hubs carries them (`records` of several
//! events a line) and as a storage account keeps them (`PT1H.json`, one event a line).
//!
//! Sources: learn.microsoft.com/azure/azure-monitor/platform/resource-logs-schema and
//! learn.microsoft.com/azure/app-service/troubleshoot-diagnostic-logs (read 2026-11-21).

use super::{File, hours};
use crate::demo_data::clock::{MILLI, Micros, iso_ticks};
use crate::demo_data::json::{Json, object};
use crate::demo_data::story::{AZURE_CLOCK, AZURE_REGION, SUBSCRIPTION, Service};
use crate::demo_data::traffic::{Access, Door, Entry, Ledger, Level};

/// Events that one message of an event hub carries.
const EVENTS_A_MESSAGE: usize = 25;

/// Resource id of the site of a service, as resource logs write it.
pub(super) fn site(service: Service) -> String {
    format!(
        "/SUBSCRIPTIONS/{}/RESOURCEGROUPS/SHOP-PRODUCTION/PROVIDERS/MICROSOFT.WEB/SITES/{}",
        SUBSCRIPTION.to_uppercase(),
        service.name().to_uppercase()
    )
}

/// Requests and console of web, captured from an event hub.
pub(crate) fn web(ledger: &Ledger) -> File {
    let mut events: Vec<(Micros, Json)> = ledger
        .through(Door::AppService)
        .into_iter()
        .filter(|access| access.service == Service::Web)
        .map(|access| (access.end, http_event(access)))
        .collect();
    events.extend(
        ledger
            .lines_of(Service::Web)
            .into_iter()
            .map(|line| (line.time, console_event(line))),
    );
    events.sort_by_key(|(time, _)| *time);
    let rows = events.len();
    let lines: Vec<String> = events
        .chunks(EVENTS_A_MESSAGE)
        .map(|chunk| {
            let records: Vec<Json> = chunk.iter().map(|(_, event)| event.clone()).collect();
            object! { "records" => records }.to_string()
        })
        .collect();
    let mut file = File::of_lines("azure/eventhub/shop-resource-logs-web.ndjson.zst", &lines);
    file.rows = rows;
    file
}

/// Requests of identity in the folders of a storage account.
pub(crate) fn identity(ledger: &Ledger) -> Vec<File> {
    let hits = ledger.through(Door::AppService);
    let mut files = Vec::new();
    for (number, (start, end)) in hours().enumerate() {
        let lines: Vec<String> = hits
            .iter()
            .filter(|hit| hit.service == Service::Identity)
            .filter(|hit| (start..end).contains(&AZURE_CLOCK.shows(hit.end)))
            .map(|hit| http_event(hit).to_string())
            .collect();
        let path = format!(
            "azure/insights-logs-appservicehttplogs/resourceId={}/\
             y=2026/m=05/d=12/h={}/m=00/PT1H.json.zst",
            site(Service::Identity),
            13 + number,
        );
        files.push(File::of_lines(path, &lines));
    }
    files
}

fn http_event(access: &Access) -> Json {
    let name = access.service.name();
    let agent = match access.service {
        Service::Web => "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+Chrome/136.0",
        _ => "web/7.2.0",
    };
    let properties = object! {
        "CsHost" => format!("{name}.shop-ase.appserviceenvironment.net"),
        "CsMethod" => access.method,
        "CsUriStem" => &access.path,
        "CsUriQuery" => "",
        "SPort" => "443",
        "CIp" => &access.client,
        "UserAgent" => agent,
        "Cookie" => "-",
        "Referer" => "-",
        "CsUsername" => "-",
        "ScStatus" => access.status,
        "ScSubStatus" => "0",
        "ScWin32Status" => "0",
        "ScBytes" => 900 + 37 * access.path.len(),
        "CsBytes" => 410 + access.path.len(),
        "TimeTaken" => access.took / MILLI,
        "Result" => if access.status < 500 { "Success" } else { "Error" },
        "ComputerName" => format!("LW1SDLWK000{}", access.host + 1),
    };
    object! {
        "time" => iso_ticks(AZURE_CLOCK.shows(access.end)),
        "resourceId" => site(access.service),
        "category" => "AppServiceHTTPLogs",
        "location" => AZURE_REGION,
        "EventStampType" => "Stamp",
        "EventPrimaryStampName" => "waws-prod-am2-519",
        "EventStampName" => "waws-prod-am2-519",
        "Host" => format!("lw1sdlwk000{}", access.host + 1),
        "properties" => properties.to_string(),
    }
}

fn console_event(line: &Entry) -> Json {
    let (status, took) = line.answer.unwrap_or_default();
    let text = object! {
        "level" => line.level.lower(),
        "service" => line.service.name(),
        "msg" => &line.message,
        "method" => line.method,
        "path" => &line.path,
        "status" => status,
        "duration_ms" => took / MILLI,
        "trace_id" => line.trace.as_deref(),
        "upstream" => line.upstream,
    };
    object! {
        "time" => iso_ticks(AZURE_CLOCK.shows(line.time)),
        "resourceId" => site(line.service),
        "operationName" => "Microsoft.Web/sites/log",
        "category" => "AppServiceConsoleLogs",
        "level" => if line.level == Level::Error { "Error" } else { "Informational" },
        "location" => AZURE_REGION,
        "resultDescription" => text.to_string(),
        "containerId" => format!("{:064x}", 0x7e1d_4c2b_u64 + line.host as u64),
        "EventStampType" => "Stamp",
        "EventPrimaryStampName" => "waws-prod-am2-519",
        "EventStampName" => "waws-prod-am2-519",
        "Host" => format!("lw1sdlwk000{}", line.host + 1),
    }
}
