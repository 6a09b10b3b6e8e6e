//! Full names of Google Cloud resources, `//service.googleapis.com/projects/...`, and the other
//! spellings of them: self links, regional endpoints, names relative to a service.
//!
//! cloud.google.com/asset-inventory/docs/resource-name-format and cloud.google.com/apis/design,
//! read 2026-11-28.

/// Services that full names call differently than their API.
const RENAMED: [(&str, &str); 3] = [
    ("sqladmin", "cloudsql"),
    ("sql", "cloudsql"),
    ("bigtableadmin", "bigtable"),
];

/// What stands in front of the paths of Cloud Storage that move data.
///
/// cloud.google.com/storage/docs/request-endpoints, read 2026-11-29.
const TRANSFERS: [&str; 3] = ["resumable/upload/", "upload/", "download/"];

/// Full name of a Google Cloud resource from a self link, a `gs://` address, the name by which an
/// instance of Cloud SQL is connected to, or a full name.
pub(super) fn full_name(id: &str) -> Option<String> {
    if let Some(path) = id.strip_prefix("gs://") {
        return bucket(path);
    }
    if let Some(instance) = connection(id) {
        return Some(instance);
    }
    if let Some((host, path)) = id.strip_prefix("//").and_then(|rest| rest.split_once('/')) {
        let service = host.strip_suffix(".googleapis.com")?;
        return google_name(service, path);
    }
    let rest = id
        .strip_prefix("https://")
        .or_else(|| id.strip_prefix("http://"))?;
    let (host, path) = rest.split_once('/')?;
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let mut service = host.strip_suffix(".googleapis.com")?;
    if service == "storage" {
        let path = TRANSFERS.iter().find_map(|front| path.strip_prefix(front));
        if let Some(name) = path.and_then(|path| path.strip_prefix("storage/v1/")) {
            return google_name(service, name);
        }
    }
    let (first, after) = path.split_once('/')?;
    if let Some((location, regional)) = region_of_host(service) {
        if let Some(name) = knative(regional, location, path) {
            return Some(name);
        }
        service = regional;
    }
    if is_api_version(first) {
        // Without the name of a service, this is the host of Compute Engine of old.
        let service = if service == "www" { "compute" } else { service };
        return google_name(service, after);
    }
    // `https://www.googleapis.com/compute/v1/...`, `https://dns.googleapis.com/dns/v1/...`
    let (version, name) = after.split_once('/')?;
    is_api_version(version).then_some(())?;
    if service == "www" || service == "content" {
        service = first;
    }
    google_name(service, name)
}

/// Full name from the service and a name relative to it, as audit logs and Terraform write them:
/// `//pubsub.googleapis.com/projects/p/topics/t` from `pubsub` and `projects/p/topics/t`.
///
/// `service` may be a host (`pubsub.googleapis.com`). Buckets have no project in their names.
pub fn google_name(service: &str, name: &str) -> Option<String> {
    let service = service.strip_suffix(".googleapis.com").unwrap_or(service);
    let name = name.trim_matches('/');
    if service.is_empty() || name.is_empty() {
        return None;
    }
    if service == "storage" {
        let path = name
            .strip_prefix("b/")
            .or_else(|| name.strip_prefix("projects/_/buckets/"))
            .or_else(|| name.strip_prefix("upload/storage/v1/b/"));
        if let Some(path) = path {
            return bucket(path);
        }
    }
    // Zonal clusters are named by their zones in audit logs and self links, and by their locations
    // elsewhere (cloud.google.com/kubernetes-engine/docs/reference/rest, read 2026-11-29).
    let zonal = (service == "container").then(|| name.replacen("/zones/", "/locations/", 1));
    let name = zonal.as_deref().unwrap_or(name);
    let is_database = name.contains("/databases/");
    let service = RENAMED
        .iter()
        .find(|(api, _)| *api == service && !(is_database && *api == "sqladmin"))
        .map_or(service, |(_, renamed)| renamed);
    Some(format!("//{service}.googleapis.com/{name}"))
}

/// Project of a Google Cloud name: `projects/P/...` anywhere in it.
pub fn google_project(name: &str) -> Option<&str> {
    super::segment_after(name, "projects")
}

/// The same name with the number of the project in place of its id, or the other way round.
///
/// Cloud Asset Inventory and some audit logs name projects by number; the two are aliases.
pub fn google_with_project(name: &str, project: &str) -> Option<String> {
    let old = google_project(name)?;
    let (before, after) = name.split_once(&format!("projects/{old}"))?;
    (old != project).then(|| format!("{before}projects/{project}{after}"))
}

/// Region of a zone: `europe-west1` of `europe-west1-b`. `None` for what is no zone.
pub fn google_region_of_zone(place: &str) -> Option<&str> {
    let (region, zone) = place.rsplit_once('-')?;
    let is_zone = zone.len() == 1 && zone.bytes().all(|byte| byte.is_ascii_lowercase());
    (is_zone && region.ends_with(|last: char| last.is_ascii_digit())).then_some(region)
}

/// Name of a bucket from `B` or `B/object`.
fn bucket(path: &str) -> Option<String> {
    let name = path.split('/').next().filter(|name| !name.is_empty())?;
    Some(format!("//storage.googleapis.com/{name}"))
}

/// Words of which the names of regions are made (cloud.google.com/about/locations, read
/// 2026-11-29).
const CONTINENTS: [&str; 8] = [
    "africa",
    "asia",
    "australia",
    "europe",
    "me",
    "northamerica",
    "southamerica",
    "us",
];
const DIRECTIONS: [&str; 9] = [
    "central",
    "east",
    "north",
    "northeast",
    "northwest",
    "south",
    "southeast",
    "southwest",
    "west",
];

/// Instance of Cloud SQL of `PROJECT:REGION:INSTANCE`; the project may have a domain in front.
///
/// cloud.google.com/sql/docs/postgres/connect-run, read 2026-11-29.
fn connection(id: &str) -> Option<String> {
    let is_name = |text: &str| {
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        text.starts_with(|first: char| first.is_ascii_lowercase()) && text.bytes().all(fits)
    };
    let mut parts = id.rsplitn(3, ':');
    let (instance, region, project) = (parts.next()?, parts.next()?, parts.next()?);
    let (continent, place) = region.split_once('-')?;
    let direction = place.trim_end_matches(|last: char| last.is_ascii_digit());
    let is_region = CONTINENTS.contains(&continent) && DIRECTIONS.contains(&direction);
    let has_number = direction.len() < place.len();
    let (domain, own) = project.rsplit_once(':').unwrap_or(("", project));
    let is_project = is_name(own)
        && domain
            .split('.')
            .all(|part| part.is_empty() || is_name(part));
    let is_whole = is_region && has_number && is_project && is_name(instance);
    is_whole.then(|| format!("//cloudsql.googleapis.com/projects/{project}/instances/{instance}"))
}

/// Region and service of a regional endpoint: `us-central1` and `run` of `us-central1-run`.
fn region_of_host(host: &str) -> Option<(&str, &str)> {
    let (at, _) = host.match_indices('-').nth(1)?;
    let (region, service) = (host.get(..at)?, host.get(at + 1..)?);
    let has_number = region.ends_with(|last: char| last.is_ascii_digit());
    (has_number && !service.is_empty()).then_some((region, service))
}

/// Cloud Run of version 1 speaks the API of Knative:
/// `apis/serving.knative.dev/v1/namespaces/P/services/S`.
fn knative(service: &str, location: &str, path: &str) -> Option<String> {
    let (_, rest) = path.strip_prefix("apis/")?.split_once("/namespaces/")?;
    let (project, rest) = rest.split_once('/')?;
    google_name(
        service,
        &format!("projects/{project}/locations/{location}/{rest}"),
    )
}

fn is_api_version(text: &str) -> bool {
    text == "beta"
        || text == "alpha"
        || text
            .strip_prefix('v')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}
