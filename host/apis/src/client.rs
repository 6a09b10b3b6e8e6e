//! Asks for documents, again where that helps.

use std::time::Duration;

use nepho_core::secret::{self, Secret};
use nepho_core::{Error, ErrorKind, Result};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Response, StatusCode};
use serde_json::Value;

/// How often an answer may lead to another address.
const REDIRECTS: usize = 5;
/// How often one thing is asked for.
pub(crate) const TRIES: u32 = 5;
/// The first pause; each further one is twice as long.
const PAUSE: Duration = Duration::from_millis(500);
/// A server may ask for a longer pause, up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// An answer beyond this is refused: it is held in memory.
pub(crate) const MAX_ANSWER_BYTES: usize = 512 << 20;
/// Bytes that are read of an answer that refuses.
const MAX_REFUSAL_BYTES: usize = 64 << 10;
/// Characters that are told of it.
const REFUSAL_LENGTH: usize = 300;
/// Shortest part of an address that is looked for in it; shorter ones occur by chance.
const SHORTEST: usize = 6;
/// Pages of one document; more are left out with an error.
const MAX_PAGES: usize = 10_000;

/// A client of APIs. Errors name what was asked for, not the address, which may be a secret.
pub(crate) struct Client {
    /// Follows an answer to another address only on the same host: what signs a request is for it
    /// alone.
    signed: reqwest::Client,
    /// For addresses that give access by themselves.
    open: reqwest::Client,
}

impl Client {
    pub(crate) fn new() -> Result<Self> {
        let client = |policy: Policy| {
            let client = reqwest::Client::builder()
                .user_agent(concat!("nepho/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(Duration::from_secs(10))
                .timeout(Duration::from_secs(300))
                .redirect(policy)
                // An address may give access, and is for its own host alone.
                .referer(false)
                .build();
            client.map_err(|error| {
                Error::new(ErrorKind::Internal, "make an HTTP client", in_words(&error))
            })
        };
        let same_host = Policy::custom(|attempt| {
            let from = attempt.previous().last().map(url::Url::origin);
            match from == Some(attempt.url().origin()) && attempt.previous().len() < REDIRECTS {
                true => attempt.follow(),
                false => attempt.stop(),
            }
        });
        Ok(Self {
            signed: client(same_host)?,
            open: client(Policy::limited(REDIRECTS))?,
        })
    }

    /// The document at `url`, which may lead to a store on another host: the address there gives
    /// access by itself, so it is asked without what signs requests here.
    pub(crate) async fn stored(&self, name: &str, url: &str, access: &Access) -> Result<Vec<u8>> {
        let headers = access.headers(name)?;
        let answer = self
            .send(name, url, true, TRIES, &|| Ok(headers.clone()))
            .await?;
        if answer.status().is_success() {
            return body(name, answer).await;
        }
        let Some(place) = place_of(&answer) else {
            let message = format!("{}: it does not tell where to", answer.status());
            return Err(Error::new(ErrorKind::InvalidData, name, message));
        };
        let open = Access {
            authorization: None,
            accept: access.accept,
        };
        self.get(name, place.as_str(), &open).await
    }

    /// The document at `url`.
    pub(crate) async fn get(&self, name: &str, url: &str, access: &Access) -> Result<Vec<u8>> {
        let headers = access.headers(name)?;
        self.ask(name, url, TRIES, &|| Ok(headers.clone())).await
    }

    /// Pages of a list, each of which tells the address of the next (`links.next` of JSON:API), one
    /// behind the other.
    pub(crate) async fn linked(&self, name: &str, url: &str, access: &Access) -> Result<Vec<u8>> {
        let mut document = Vec::new();
        let mut at = url.to_owned();
        for _ in 0..MAX_PAGES {
            let page = self.get(name, &at, access).await?;
            let value = parsed(name, &page)?;
            if document.len() + page.len() > MAX_ANSWER_BYTES {
                return Err(too_long(name));
            }
            document.extend_from_slice(&page);
            document.push(b'\n');
            let Some(next) = value["links"]["next"].as_str() else {
                return Ok(document);
            };
            // The token goes to the host that it is for, and to no other.
            if origin(next) != origin(url) {
                let message = "the next page is said to be on another host";
                return Err(Error::new(ErrorKind::InvalidData, name, message));
            }
            at = next.to_owned();
        }
        Err(too_many(name))
    }

    /// Pages with numbers (`&page=2`) as one: the items of their list `key`.
    pub(crate) async fn numbered(
        &self,
        name: &str,
        url: &str,
        access: &Access,
        key: &str,
    ) -> Result<Vec<u8>> {
        let mut items = Vec::new();
        let (mut bytes, mut last) = (0, Vec::new());
        for number in 1..=MAX_PAGES {
            let page = self
                .get(name, &format!("{url}&page={number}"), access)
                .await?;
            // Some servers know no pages, or repeat the last one.
            if page == last {
                return Ok(document_of(key, items));
            }
            bytes += page.len();
            if bytes > MAX_ANSWER_BYTES {
                return Err(too_long(name));
            }
            let mut value = parsed(name, &page)?;
            last = page;
            let asked = value["itemsPerPage"].as_u64().unwrap_or(1).max(1);
            let total = value["total"].as_u64().unwrap_or(u64::MAX);
            let found = match value.get_mut(key).map(Value::take) {
                Some(Value::Array(found)) => found,
                // What is written in Go may say this of an empty list.
                Some(Value::Null) => Vec::new(),
                _ => {
                    let message = format!("page {number} has no list `{key}`");
                    return Err(Error::new(ErrorKind::InvalidData, name, message));
                }
            };
            let is_last = (found.len() as u64) < asked;
            items.extend(found);
            if is_last || items.len() as u64 >= total {
                return Ok(document_of(key, items));
            }
        }
        Err(too_many(name))
    }

    /// Pages of a list, each of which tells the token of the next (`continuationToken`), as one:
    /// the items of their list `key`.
    pub(crate) async fn continued(
        &self,
        name: &str,
        url: &str,
        access: &Access,
        key: &str,
    ) -> Result<Vec<u8>> {
        let wrong = |message: String| Error::new(ErrorKind::InvalidData, name, message);
        let mut at = url::Url::parse(url).map_err(|error| wrong(error.to_string()))?;
        let (mut items, mut bytes) = (Vec::new(), 0);
        for _ in 0..MAX_PAGES {
            let page = self.get(name, at.as_str(), access).await?;
            bytes += page.len();
            if bytes > MAX_ANSWER_BYTES {
                return Err(too_long(name));
            }
            let mut value = parsed(name, &page)?;
            match value.get_mut(key).map(Value::take) {
                Some(Value::Array(found)) => items.extend(found),
                Some(Value::Null) => {}
                _ => return Err(wrong(format!("a page has no list `{key}`"))),
            }
            let last = at.clone();
            match value["continuationToken"].as_str() {
                Some(token) if !token.is_empty() => {
                    let mut pairs = at.query_pairs_mut();
                    pairs.clear().append_pair("continuationToken", token);
                }
                _ => return Ok(document_of(key, items)),
            }
            // What goes on may repeat its token: there is no more yet.
            if at == last {
                return Ok(document_of(key, items));
            }
        }
        Err(too_many(name))
    }

    /// What `url` answers, in so many tries. `sign` gives the headers of each.
    pub(crate) async fn ask(
        &self,
        name: &str,
        url: &str,
        tries: u32,
        sign: &(dyn Fn() -> Result<HeaderMap> + Sync),
    ) -> Result<Vec<u8>> {
        let answer = self.send(name, url, false, tries, sign).await?;
        match answer.status().is_redirection() {
            // Its text may repeat where it leads to, which may give access.
            true => {
                let message = format!("{}: it leads to another host", answer.status());
                Err(Error::new(ErrorKind::InvalidConfig, name, message))
            }
            false => body(name, answer).await,
        }
    }

    /// An answer that is none of refusal: a document, or the way to another host. An address that
    /// gives access by itself is kept out of errors.
    async fn send(
        &self,
        name: &str,
        url: &str,
        gives_access: bool,
        mut tries: u32,
        sign: &(dyn Fn() -> Result<HeaderMap> + Sync),
    ) -> Result<Response> {
        let mut pause = PAUSE;
        loop {
            tries = tries.saturating_sub(1);
            let headers = sign()?;
            let token = token_in(&headers);
            let client = match headers.contains_key(AUTHORIZATION) {
                true => &self.signed,
                false => &self.open,
            };
            let answer = client.get(url).headers(headers).send().await;
            let (error, asked) = match answer {
                Ok(answer) if answer.status().is_success() => return Ok(answer),
                Ok(answer) if answer.status().is_redirection() => return Ok(answer),
                Ok(answer) => {
                    let asked = pause_of(answer.headers());
                    let secrets = secrets_of(url, &answer, gives_access, token);
                    (refused(name, answer, &secrets).await, asked)
                }
                Err(error) => {
                    let error = Error::new(ErrorKind::Unavailable, name, in_words(&error));
                    (error, None)
                }
            };
            if tries == 0 || error.kind() != ErrorKind::Unavailable {
                return Err(error);
            }
            tokio::time::sleep(asked.unwrap_or(pause).min(LONGEST_PAUSE)).await;
            pause *= 2;
        }
    }
}

/// A document with one list.
fn document_of(key: &str, items: Vec<Value>) -> Vec<u8> {
    let mut document = serde_json::Map::new();
    document.insert(key.to_owned(), Value::Array(items));
    Value::Object(document).to_string().into_bytes()
}

pub(crate) fn too_long(name: &str) -> Error {
    let message = "the answer is longer than 512 MiB";
    Error::new(ErrorKind::LimitExceeded, name, message)
}

fn too_many(name: &str) -> Error {
    let message = format!("there are more than {MAX_PAGES} pages");
    Error::new(ErrorKind::LimitExceeded, name, message)
}

fn parsed(name: &str, page: &[u8]) -> Result<Value> {
    serde_json::from_slice(page)
        .map_err(|error| Error::new(ErrorKind::InvalidData, name, error.to_string()))
}

/// Scheme, host and port of an address.
pub(crate) fn origin(url: &str) -> Option<url::Origin> {
    url::Url::parse(url).ok().map(|url| url.origin())
}

/// How an API is asked: the value of the header `Authorization`, empty for none, and the type of
/// the answer.
#[derive(Clone)]
pub(crate) struct Access {
    /// Kind and token.
    pub(crate) authorization: Option<Secret>,
    pub(crate) accept: &'static str,
}

impl Access {
    fn headers(&self, name: &str) -> Result<HeaderMap> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(self.accept));
        if let Some(authorization) = &self.authorization {
            let mut value = HeaderValue::from_str(authorization.expose()).map_err(|_| {
                let message = "the token has characters that no header may have, such as a line end behind it; set its variable again without them";
                Error::new(ErrorKind::InvalidConfig, name, message)
            })?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Ok(headers)
    }
}

/// Where an answer leads to.
fn place_of(answer: &Response) -> Option<url::Url> {
    let place = answer.headers().get(LOCATION)?.to_str().ok()?;
    let leads = answer.status().is_redirection();
    leads.then(|| answer.url().join(place).ok()).flatten()
}

async fn body(name: &str, mut answer: Response) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) if bytes.len() + chunk.len() > MAX_ANSWER_BYTES => {
                return Err(too_long(name));
            }
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            Ok(None) => return Ok(bytes),
            Err(error) => {
                return Err(Error::new(ErrorKind::Unavailable, name, in_words(&error)));
            }
        }
    }
}

/// What gave access, which some servers repeat in an error: the token, and the address where it is
/// one of a store or there is no token.
fn secrets_of(
    url: &str,
    answer: &Response,
    gives_access: bool,
    token: Option<String>,
) -> Vec<String> {
    let mut secrets = Vec::new();
    if gives_access || token.is_none() {
        secrets = parts_of(url);
        secrets.extend(parts_of(answer.url().as_str()));
    }
    secrets.extend(token);
    // One may be a part of another.
    secrets.sort_by_key(|part| std::cmp::Reverse(part.len()));
    secrets
}

/// The error that an answer is, without these secrets.
async fn refused(name: &str, answer: Response, secrets: &[String]) -> Error {
    let status = answer.status();
    let text = beginning(answer).await;
    let text = String::from_utf8_lossy(&text);
    let is_throttled = text.contains("Throttling") || text.contains("RequestLimitExceeded");
    let kind = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ErrorKind::PermissionDenied,
        StatusCode::NOT_FOUND => ErrorKind::NotFound,
        StatusCode::TOO_MANY_REQUESTS => ErrorKind::Unavailable,
        status if status.is_server_error() || is_throttled => ErrorKind::Unavailable,
        _ => ErrorKind::InvalidConfig,
    };
    Error::new(kind, name, format!("{status}: {}", fit(&text, secrets)))
}

/// The first bytes of an answer.
async fn beginning(mut answer: Response) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() < MAX_REFUSAL_BYTES
        && let Ok(Some(chunk)) = answer.chunk().await
    {
        bytes.extend_from_slice(&chunk);
    }
    bytes.truncate(MAX_REFUSAL_BYTES);
    bytes
}

/// `text` on one line and without these secrets, cut at the end.
fn fit(text: &str, secrets: &[String]) -> String {
    let mut words = text.to_owned();
    for secret in secrets.iter().filter(|secret| secret.len() >= SHORTEST) {
        words = words.replace(secret.as_str(), "***");
    }
    secret::told(&words, REFUSAL_LENGTH)
}

/// What of an address may give access: steps of its path and values of its query, the longest
/// first.
fn parts_of(url: &str) -> Vec<String> {
    let Ok(url) = url::Url::parse(url) else {
        return Vec::new();
    };
    let steps = url.path().split('/').flat_map(|step| {
        let pair = format!("step={step}");
        let decoded = url::form_urlencoded::parse(pair.as_bytes()).next();
        [
            Some(step.to_owned()),
            decoded.map(|(_, step)| step.into_owned()),
        ]
    });
    let query = url.query().unwrap_or_default().split('&');
    let raw = query.map(|pair| {
        pair.split_once('=')
            .map_or(pair, |(_, value)| value)
            .to_owned()
    });
    let values = url.query_pairs().map(|(_, value)| value.into_owned());
    let mut parts: Vec<String> = steps.flatten().chain(raw).chain(values).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    parts
}

/// The token among the headers of a request: what follows its kind.
fn token_in(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let token = value.split_once(' ').map_or(value, |(_, token)| token);
    Some(token.to_owned())
}

/// Pause that a server asks for, in seconds.
fn pause_of(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse();
    seconds.ok().map(Duration::from_secs)
}

/// An error in one line, without the address, which may hold what is secret.
fn in_words(error: &reqwest::Error) -> String {
    let mut words = String::new();
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(held) = cause {
        if !words.is_empty() {
            words.push_str(": ");
        }
        words.push_str(&held.to_string());
        cause = held.source();
    }
    if words.is_empty() {
        words.push_str("the request failed");
    }
    secret::mask(&words).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_without_what_gives_access() {
        let url = "https://store.example.com/v1/object/dmF1bHQ6?X-Sig=0a1b2c%2B3d&id=7";
        let check = |text: &str, expected: &str| {
            assert_eq!(fit(text, &parts_of(url)), expected);
        };
        check("no /v1/object/dmF1bHQ6\n here", "no /v1/***/*** here");
        check("0a1b2c%2B3d, 0a1b2c+3d and 7", "***, *** and 7");
        let encoded = parts_of("https://store.example.com/v1/dmF1bHQ%3D");
        assert_eq!(fit("no dmF1bHQ= or dmF1bHQ%3D", &encoded), "no *** or ***");
        let token = ["x".repeat(299), "0123456789".to_owned()].concat();
        let long = fit(&token, &["0123456789".to_owned()]);
        assert_eq!(long, ["x".repeat(299), "*...".to_owned()].concat());
        assert_eq!(fit("password=abc", &[]), "password=***");
    }
}
