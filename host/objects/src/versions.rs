//! Older versions of objects, which `object_store` reads and does not list.
//!
//! `ListObjectVersions` (docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html),
//! `objects.list` with `versions` (cloud.google.com/storage/docs/json_api/v1/objects/list) and List
//! Blobs with `include=versions` (learn.microsoft.com/rest/api/storageservices/list-blobs), read
//! 2026-11-29.

use std::time::Duration;

use nepho_core::{Error, ErrorKind, Result};
use object_store::ObjectMeta;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey, AwsAuthorizer};
use object_store::azure::{AzureAuthorizer, AzureConfigKey, MicrosoftAzureBuilder};
use object_store::client::{
    HttpConnector, HttpRequest, HttpRequestBody, HttpResponse, ReqwestConnector,
};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::path::Path;
use object_store::signer::Signer;
use object_store::{ClientOptions, ObjectStoreScheme};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;
use url::Url;

use crate::in_words;

/// Older versions of one object that are read, the latest.
const MOST: usize = 20;
/// Pages of a list that are asked for: of 1,000 generations each of Google, 5,000 blobs of Azure.
const MOST_PAGES: usize = 100;
/// Where Google keeps objects, if nothing else is told.
const GOOGLE: &str = "https://storage.googleapis.com";
/// How long an address would be valid that is only made to see where it leads.
const VALID: Duration = Duration::from_secs(60);

/// Settings by their names in lower case.
type Settings = [(String, String)];

/// Whether the object is a state, whose older versions tell what changed: one of Terraform, or of
/// Pulumi in a store of one's own.
pub(crate) fn is_state(key: &Path) -> bool {
    let key = key.as_ref();
    let is_of_pulumi = key.contains(".pulumi/stacks/") && key.ends_with(".json");
    key.ends_with(".tfstate") || is_of_pulumi
}

/// The version that an address names, such as `s3://bucket/key?versionId=...`.
pub(crate) fn of_address(url: &Url) -> Option<String> {
    let names = ["versionId", "generation"];
    let mut pairs = url.query_pairs();
    let found = pairs.find(|(name, value)| names.contains(&&**name) && !value.is_empty());
    found.map(|(_, version)| version.into_owned())
}

/// How an address names a version.
pub(crate) fn named(root: &str, version: &str) -> String {
    match root.starts_with("gs:") {
        true => format!("?generation={version}"),
        false => format!("?versionId={version}"),
    }
}

/// The latest older versions of an object, the oldest first; none in stores that list none.
pub(crate) async fn older(url: &Url, key: &Path, settings: &Settings) -> Result<Vec<ObjectMeta>> {
    let mut versions = match ObjectStoreScheme::parse(url).ok().map(|(scheme, _)| scheme) {
        Some(ObjectStoreScheme::AmazonS3) => of_s3(url, key, settings).await?,
        Some(ObjectStoreScheme::GoogleCloudStorage) => of_google(url, key, settings).await?,
        Some(ObjectStoreScheme::MicrosoftAzure) => of_azure(url, key, settings).await?,
        _ => Vec::new(),
    };
    versions.retain(|version| version.size > 0);
    // Times may be of whole seconds; what was written in the same one stays in its order.
    versions.sort_by_key(|version| version.last_modified);
    versions.drain(..versions.len().saturating_sub(MOST));
    Ok(versions)
}

fn failed(url: &Url, message: impl Into<String>) -> Error {
    let operation = format!("list older versions at `{url}`");
    Error::new(ErrorKind::Unavailable, operation, message)
}

async fn of_s3(url: &Url, key: &Path, settings: &Settings) -> Result<Vec<ObjectMeta>> {
    let wrong = |error: object_store::Error| failed(url, in_words(&error));
    let mut builder = AmazonS3Builder::new().with_url(url.as_str());
    for (name, value) in settings {
        if let Ok(name) = name.parse::<AmazonS3ConfigKey>() {
            builder = builder.with_config(name, value);
        }
    }
    let told = |name: AmazonS3ConfigKey| builder.get_config_value(&name);
    // What anybody may read is no state.
    if told(AmazonS3ConfigKey::SkipSignature).as_deref() == Some("true") {
        return Ok(Vec::new());
    }
    let region = told(AmazonS3ConfigKey::Region).unwrap_or_else(|| "us-east-1".to_owned());
    let store = builder.build().map_err(wrong)?;
    let mut request = HttpRequest::new(HttpRequestBody::empty());
    // Where the bucket is: in a host of its own, or below one.
    let (method, inside) = (request.method().clone(), Path::from("x"));
    let signed = store.signed_url(method, &inside, VALID).await;
    let mut at = signed.map_err(wrong)?;
    let root = at.path().strip_suffix('x').unwrap_or_default().to_owned();
    at.set_path(&root);
    at.set_query(None);
    at.query_pairs_mut()
        .append_pair("versions", "")
        .append_pair("prefix", key.as_ref());
    set_uri(&mut request, &at).map_err(|message| failed(url, message))?;
    let credential = store.credentials().get_credential().await.map_err(wrong)?;
    AwsAuthorizer::new(&credential, "s3", &region).authorize(&mut request, None);
    let answer = ask(url, request, settings).await?;
    let found = s3_versions(&answer, key);
    found.ok_or_else(|| failed(url, "the answer is no list of versions"))
}

async fn of_google(url: &Url, key: &Path, settings: &Settings) -> Result<Vec<ObjectMeta>> {
    let wrong = |error: object_store::Error| failed(url, in_words(&error));
    let mut builder = GoogleCloudStorageBuilder::new().with_url(url.as_str());
    for (name, value) in settings {
        if let Ok(name) = name.parse::<GoogleConfigKey>() {
            builder = builder.with_config(name, value);
        }
    }
    let told = |name: GoogleConfigKey| builder.get_config_value(&name);
    if told(GoogleConfigKey::SkipSignature).as_deref() == Some("true") {
        return Ok(Vec::new());
    }
    let base = told(GoogleConfigKey::BaseUrl).unwrap_or_else(|| GOOGLE.to_owned());
    let store = builder.build().map_err(wrong)?;
    let bucket = url.host_str().unwrap_or_default();
    let at = format!("{}/storage/v1/b/{bucket}/o", base.trim_end_matches('/'));
    let at = Url::parse(&at).map_err(|error| failed(url, error.to_string()))?;
    let credential = store.credentials().get_credential().await.map_err(wrong)?;
    let authorize = |request: &mut HttpRequest| {
        if !credential.bearer.is_empty() {
            let value = format!("Bearer {}", credential.bearer).parse();
            let value = value.map_err(|_| failed(url, "no header may have this token"))?;
            request.headers_mut().insert("authorization", value);
        }
        Ok(())
    };
    // The oldest come first.
    let list = List {
        at,
        query: &[("versions", "true")],
        next: "pageToken",
        read: google_versions,
    };
    list.all(url, key, settings, authorize).await
}

async fn of_azure(url: &Url, key: &Path, settings: &Settings) -> Result<Vec<ObjectMeta>> {
    let wrong = |error: object_store::Error| failed(url, in_words(&error));
    let mut builder = MicrosoftAzureBuilder::new().with_url(url.as_str());
    for (name, value) in settings {
        if let Ok(name) = name.parse::<AzureConfigKey>() {
            builder = builder.with_config(name, value);
        }
    }
    let told = |name: AzureConfigKey| builder.get_config_value(&name);
    let is_set = |name| told(name).as_deref() == Some("true");
    // What anybody may read is no state; the emulator and OneLake keep no versions.
    if is_set(AzureConfigKey::SkipSignature)
        || is_set(AzureConfigKey::UseEmulator)
        || is_set(AzureConfigKey::UseFabricEndpoint)
    {
        return Ok(Vec::new());
    }
    let (account, container) = azure_place(url);
    let account = account.map(str::to_owned);
    let account = account.or_else(|| told(AzureConfigKey::AccountName));
    let account = account.ok_or_else(|| failed(url, "no account is named"))?;
    let base = told(AzureConfigKey::Endpoint);
    let base = base.unwrap_or_else(|| format!("https://{account}.blob.core.windows.net"));
    let at = format!("{}/{container}", base.trim_end_matches('/'));
    let at = Url::parse(&at).map_err(|error| failed(url, error.to_string()))?;
    let store = builder.build().map_err(wrong)?;
    let credential = store.credentials().get_credential().await.map_err(wrong)?;
    let authorize = |request: &mut HttpRequest| {
        AzureAuthorizer::new(&credential, &account).authorize(request);
        Ok(())
    };
    let list = List {
        at,
        query: &[
            ("restype", "container"),
            ("comp", "list"),
            ("include", "versions"),
        ],
        next: "marker",
        read: azure_versions,
    };
    list.all(url, key, settings, authorize).await
}

/// Versions in a page of a list, and how to ask for the next; empty on the last.
type Page = (Vec<ObjectMeta>, String);

/// A list that comes in pages.
struct List<'a> {
    at: Url,
    query: &'a [(&'a str, &'a str)],
    /// Parameter that asks for a page.
    next: &'a str,
    /// Reads an answer; `None` if it is no list.
    read: fn(&[u8], &Path) -> Option<Page>,
}

impl List<'_> {
    /// Versions of `key` on all pages.
    async fn all(
        mut self,
        url: &Url,
        key: &Path,
        settings: &Settings,
        authorize: impl Fn(&mut HttpRequest) -> Result<()>,
    ) -> Result<Vec<ObjectMeta>> {
        let (mut found, mut next) = (Vec::new(), String::new());
        for _ in 0..MOST_PAGES {
            self.at
                .query_pairs_mut()
                .clear()
                .extend_pairs(self.query)
                .append_pair("prefix", key.as_ref());
            if !next.is_empty() {
                self.at.query_pairs_mut().append_pair(self.next, &next);
            }
            let mut request = HttpRequest::new(HttpRequestBody::empty());
            set_uri(&mut request, &self.at).map_err(|message| failed(url, message))?;
            authorize(&mut request)?;
            let answer = ask(url, request, settings).await?;
            let page = (self.read)(&answer, key);
            let page = page.ok_or_else(|| failed(url, "the answer is no list of versions"))?;
            found.extend(page.0);
            next = page.1;
            if next.is_empty() {
                return Ok(found);
            }
        }
        let message = format!("there are more than {MOST_PAGES} pages of them");
        Err(failed(url, message))
    }
}

/// Account, where the address names it, and container.
fn azure_place(url: &Url) -> (Option<&str>, &str) {
    let host = url.host_str().unwrap_or_default();
    let account = host.split('.').next();
    match (url.scheme(), url.username()) {
        ("https", _) => {
            let container = url.path_segments().and_then(|mut parts| parts.next());
            (account, container.unwrap_or_default())
        }
        (_, "") => (None, host),
        (_, container) => (account, container),
    }
}

/// Sets the address, spaces in its query as all clouds sign and read them.
fn set_uri(request: &mut HttpRequest, at: &Url) -> std::result::Result<(), String> {
    let uri = at.as_str().replace('+', "%20").parse();
    *request.uri_mut() = uri.map_err(|error| {
        format!("the address cannot be asked: {error}; look at the names of bucket and object")
    })?;
    Ok(())
}

async fn ask(url: &Url, request: HttpRequest, settings: &Settings) -> Result<Vec<u8>> {
    let is_set = |(name, value): &(String, String)| {
        name.ends_with("allow_http") && value.eq_ignore_ascii_case("true")
    };
    // Only who allows it is asked without encryption, as `object_store` does.
    let options = ClientOptions::new().with_allow_http(settings.iter().any(is_set));
    let client = ReqwestConnector::default().connect(&options);
    let client = client.map_err(|error| failed(url, in_words(&error)))?;
    let in_words = |error: &dyn std::error::Error| {
        failed(
            url,
            nepho_core::secret::mask(&error.to_string()).into_owned(),
        )
    };
    let answer: HttpResponse = client
        .execute(request)
        .await
        .map_err(|error| in_words(&error))?;
    let status = answer.status();
    if !status.is_success() {
        let kind = match status.as_u16() {
            401 | 403 => ErrorKind::PermissionDenied,
            _ => ErrorKind::Unavailable,
        };
        let operation = format!("list older versions at `{url}`");
        return Err(Error::new(kind, operation, status.to_string()));
    }
    let bytes = answer.into_body().bytes().await;
    bytes
        .map(|bytes| bytes.to_vec())
        .map_err(|error| in_words(&error))
}

/// Versions of `key` but the current one in an answer of S3, the oldest first; `None` if it is
/// none.
fn s3_versions(answer: &[u8], key: &Path) -> Option<Vec<ObjectMeta>> {
    let (entries, _) = entries(answer, "ListVersionsResult", "Version")?;
    let older = entries
        .iter()
        .rev()
        .filter(|entry| entry.text("Key") == key.as_ref() && entry.text("IsLatest") != "true");
    let metas = older.filter_map(|entry| {
        let time = entry.text("LastModified");
        let mut meta = version(key, entry.text("VersionId"), time, entry.text("Size"))?;
        meta.e_tag = Some(entry.text("ETag").to_owned()).filter(|tag| !tag.is_empty());
        Some(meta)
    });
    Some(metas.collect())
}

/// Versions of `key` but the current one in an answer of Azure, and how to ask for the next page;
/// `None` if it is none. Where versions are not kept, blobs have none.
fn azure_versions(answer: &[u8], key: &Path) -> Option<(Vec<ObjectMeta>, String)> {
    let (entries, rest) = entries(answer, "EnumerationResults", "Blob")?;
    let older = entries.iter().filter(|entry| {
        let is_current = entry.text("IsCurrentVersion") == "true";
        entry.text("Name") == key.as_ref() && !is_current && !entry.text("VersionId").is_empty()
    });
    let metas = older.filter_map(|entry| {
        let time = of_http(entry.text("Last-Modified"))?;
        let size = entry.text("Content-Length");
        version(key, entry.text("VersionId"), &time, size)
    });
    Some((metas.collect(), rest.text("NextMarker").to_owned()))
}

/// The time `Tue, 12 May 2026 14:00:00 GMT` as `2026-05-12T14:00:00Z`.
fn of_http(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let (_, text) = text.split_once(", ")?;
    let parts: Vec<&str> = text.split(' ').collect();
    let [day, month, year, time, "GMT"] = parts[..] else {
        return None;
    };
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    Some(format!("{year}-{month:02}-{day}T{time}Z"))
}

/// Texts of XML by the names of their elements, in order.
#[derive(Default)]
struct Fields(Vec<(String, String)>);

impl Fields {
    /// Text of the first element of this name.
    fn text(&self, wanted: &str) -> &str {
        let field = self.0.iter().find(|(name, _)| name == wanted);
        field.map_or("", |(_, text)| text.trim())
    }

    fn push(&mut self, text: &str) {
        if let Some((_, held)) = self.0.last_mut() {
            held.push_str(text);
        }
    }
}

/// Entries of a list in XML, and what stands behind them; `None` if it is another document.
fn entries(answer: &[u8], list: &str, entry: &str) -> Option<(Vec<Fields>, Fields)> {
    let mut reader = Reader::from_str(std::str::from_utf8(answer).ok()?);
    let (mut found, mut is_list) = (Vec::new(), false);
    let mut fields = Fields::default();
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                let name = String::from_utf8_lossy(tag.local_name().as_ref()).into_owned();
                is_list |= name == list;
                if name == entry {
                    fields.0.clear();
                }
                fields.0.push((name, String::new()));
            }
            Event::Text(text) => fields.push(&text.decode().ok()?),
            Event::GeneralRef(reference) => {
                let name = String::from_utf8_lossy(&reference).into_owned();
                let character = match reference.resolve_char_ref().ok()? {
                    Some(character) => character.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&name)?.to_owned(),
                };
                fields.push(&character);
            }
            Event::End(tag) if tag.local_name().as_ref() == entry.as_bytes() => {
                found.push(std::mem::take(&mut fields));
            }
            Event::Eof => return is_list.then_some((found, fields)),
            _ => {}
        }
    }
}

/// Generations of `key` but the current one in an answer of Google, and how to ask for the next
/// page; `None` if it is none.
fn google_versions(answer: &[u8], key: &Path) -> Option<(Vec<ObjectMeta>, String)> {
    let answer: Value = serde_json::from_slice(answer).ok()?;
    let fields = answer.as_object()?;
    let items = fields.get("items").and_then(Value::as_array);
    let older = items.into_iter().flatten().filter(|item| {
        // One that took its place, or was deleted, is told by its end.
        item["name"] == key.as_ref() && item["timeDeleted"].is_string()
    });
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let metas = older.filter_map(|item| {
        let (time, size) = (text(&item["timeCreated"]), text(&item["size"]));
        version(key, &text(&item["generation"]), &time, &size)
    });
    let next = fields.get("nextPageToken").map(text).unwrap_or_default();
    Some((metas.collect(), next))
}

fn version(key: &Path, id: &str, time: &str, size: &str) -> Option<ObjectMeta> {
    Some(ObjectMeta {
        location: key.clone(),
        last_modified: time.parse().ok()?,
        size: size.parse().ok()?,
        e_tag: None,
        version: (!id.is_empty()).then(|| id.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(found: Option<Vec<ObjectMeta>>) -> Vec<(String, u64)> {
        let found = found.expect("a list").into_iter();
        found
            .map(|meta| (meta.version.unwrap_or_default(), meta.size))
            .collect()
    }

    #[test]
    fn versions_of_one_key_are_told_without_the_current_one() {
        let item = |key: &str, id: &str, is_latest: bool| {
            format!(
                "<Version><Key>{key}</Key><VersionId>{id}</VersionId><IsLatest>{is_latest}\
                 </IsLatest><LastModified>2026-05-12T14:00:00.000Z</LastModified>\
                 <ETag>&quot;0a&quot;</ETag><Size>7</Size><Owner><ID>o</ID></Owner></Version>"
            )
        };
        let answer = format!(
            "<?xml version=\"1.0\"?><ListVersionsResult><Name>b</Name>{}<DeleteMarker><Key>a&amp;b\
             </Key><VersionId>d</VersionId></DeleteMarker>{}{}</ListVersionsResult>",
            item("a&amp;b", "v3", true),
            item("a&amp;b", "v2", false),
            item("a&amp;b.old", "v1", false)
        );
        let key = Path::from("a&b");
        assert_eq!(
            told(s3_versions(answer.as_bytes(), &key)),
            [("v2".to_owned(), 7)]
        );
        assert!(s3_versions(b"<html></html>", &key).is_none());
        assert!(s3_versions(b"<a></b>", &key).is_none());
        let answer = br#"{"items":[
            {"name":"a&b","generation":"1","size":"7","timeCreated":"2026-05-12T14:00:00.000Z",
            "timeDeleted":"2026-05-12T15:00:00.000Z"},
            {"name":"a&b","generation":"2","size":"8","timeCreated":"2026-05-12T15:00:00.000Z"},
            {"name":"a&b.old","generation":"3","size":"9","timeDeleted":"x"}]}"#;
        let list = |answer: &[u8]| google_versions(answer, &key).map(|(found, _)| found);
        assert_eq!(told(list(answer)), [("1".to_owned(), 7)]);
        assert_eq!(told(list(b"{}")), []);
        assert!(google_versions(b"<html>", &key).is_none());
    }

    #[test]
    fn versions_of_azure_have_the_time_of_their_properties() {
        let blob = |name: &str, id: &str, current: &str| {
            format!(
                "<Blob><Name>{name}</Name>{id}{current}<Properties><Last-Modified>Tue, 12 May 2026 \
                 14:00:09 GMT</Last-Modified><Content-Length>7</Content-Length></Properties></Blob>"
            )
        };
        let first = "<VersionId>2026-05-12T14:00:09.1234567Z</VersionId>";
        let second = "<VersionId>2026-05-12T15:00:00.0000000Z</VersionId>";
        let current = "<IsCurrentVersion>true</IsCurrentVersion>";
        let answer = |marker: &str| {
            format!(
                "<?xml version=\"1.0\"?><EnumerationResults><Prefix>a</Prefix><Blobs>{}{}{}{}\
                 </Blobs>{marker}</EnumerationResults>",
                blob("a", first, ""),
                blob("a", second, current),
                blob("a.old", first, ""),
                blob("a", "", "")
            )
        };
        let key = Path::from("a");
        let list = |text: &str| azure_versions(text.as_bytes(), &key);
        let (found, next) = list(&answer("<NextMarker>two</NextMarker>")).expect("a list");
        assert_eq!(next, "two");
        let time: Vec<String> = found
            .iter()
            .map(|meta| meta.last_modified.to_string())
            .collect();
        assert_eq!(time, ["2026-05-12 14:00:09 UTC"]);
        let expected = [("2026-05-12T14:00:09.1234567Z".to_owned(), 7)];
        assert_eq!(told(Some(found)), expected);
        assert_eq!(list(&answer("<NextMarker/>")).expect("a list").1, "");
        assert!(list("<Error><Code>x</Code></Error>").is_none());
        assert_eq!(of_http("yesterday"), None);
    }

    #[test]
    fn addresses_of_azure_name_a_container() {
        let check = |address: &str, expected: (Option<&str>, &str)| {
            let url = Url::parse(address).expect("an address");
            assert_eq!(azure_place(&url), expected, "{address}");
        };
        check("az://states/shop", (None, "states"));
        check(
            "abfss://states@shop.dfs.core.windows.net/a",
            (Some("shop"), "states"),
        );
        check(
            "https://shop.blob.core.windows.net/states/a",
            (Some("shop"), "states"),
        );
    }

    #[test]
    fn states_are_told_from_other_objects() {
        let check = |key: &str, expected: bool| {
            assert_eq!(is_state(&Path::from(key)), expected, "{key}");
        };
        check("env:/prod/shop/terraform.tfstate", true);
        check(".pulumi/stacks/shop/prod.json", true);
        check(".pulumi/history/shop/prod/prod-1.history.json", false);
        check("logs/2026/a.json", false);
    }
}
