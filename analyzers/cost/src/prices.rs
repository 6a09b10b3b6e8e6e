//! List prices of log ingestion, as the data files in `prices/` tell them.
//!
//! Prices are whole millionths of the currency, so that sums are exact. A new price, region or
//! cloud is an entry of a file.

use std::collections::{BTreeMap, HashMap};

use memchr::memmem;
use serde::Deserialize;

/// Bytes of an event in which the words of a rule are looked for.
const LOOKED_AT: usize = 65_536;

const FILES: [&str; 3] = [
    include_str!("../prices/aws.json"),
    include_str!("../prices/azure.json"),
    include_str!("../prices/google.json"),
];

/// Prices of one cloud, as its file tells them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Book {
    /// As in column `provider`.
    pub(crate) provider: String,
    /// Log service of the cloud.
    pub(crate) service: String,
    /// ISO 4217 code.
    pub(crate) currency: String,
    pub(crate) unit: Unit,
    /// Region whose prices stand in for those of a region that has none here.
    pub(crate) default_region: String,
    /// What the cloud gives for nothing and is not deducted, since other logs may have used it up.
    pub(crate) not_deducted: String,
    /// When the pages were read, in public copies of them.
    pub(crate) read: String,
    /// Classes of formats; other formats are of class `standard`.
    formats: Vec<FormatRule>,
    pub(crate) prices: Vec<Price>,
    /// Cheaper class by class.
    cheaper: BTreeMap<String, String>,
}

/// What a price is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(crate) enum Unit {
    /// 10^9 bytes.
    #[serde(rename = "GB")]
    Gigabyte,
    /// 2^30 bytes.
    #[serde(rename = "GiB")]
    Gibibyte,
}

impl Unit {
    pub(crate) fn bytes(self) -> u64 {
        match self {
            Self::Gigabyte => 1_000_000_000,
            Self::Gibibyte => 1 << 30,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gigabyte => "GB",
            Self::Gibibyte => "GiB",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FormatRule {
    /// With which the name of the format begins.
    prefix: String,
    class: String,
    /// Words of which the event must contain one.
    #[serde(default)]
    raw: Vec<String>,
}

/// One price.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Price {
    pub(crate) class: String,
    pub(crate) region: String,
    /// Name of the class on the page.
    #[serde(default)]
    pub(crate) name: Option<String>,
    /// Prices by monthly volume, the first from 0 on.
    pub(crate) tiers: Vec<Tier>,
    /// Page of the vendor.
    pub(crate) source: String,
    /// Day for which the price is known to have held; for a copy without a date the day it was
    /// read.
    pub(crate) as_of: String,
    /// Whether the copy that told the price had no date.
    #[serde(default)]
    pub(crate) undated: bool,
}

/// Price of what lies above a monthly volume.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tier {
    /// Units.
    pub(crate) from: u64,
    /// Decimal text, so that it is read exactly.
    pub(crate) price: String,
}

/// Number of a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PriceId(pub(crate) u16);

/// All prices.
pub(crate) struct Prices {
    books: Vec<Book>,
    /// Book and place in it by [`PriceId`].
    places: Vec<(usize, usize)>,
    by_name: HashMap<(usize, String, String), PriceId>,
}

/// What rows of one cloud, region and format cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    pub(crate) price: PriceId,
    /// Price for events without the words of the rule that gave `price`, and the rule.
    unless: Option<(PriceId, u16, u16)>,
}

impl Default for Prices {
    /// The prices that are built in. A file that cannot be read would leave its cloud without
    /// prices; a test reads all.
    fn default() -> Self {
        let books: Vec<Book> = FILES
            .iter()
            .filter_map(|text| serde_json::from_str(text).ok())
            .collect();
        let mut prices = Self {
            books,
            places: Vec::new(),
            by_name: HashMap::new(),
        };
        for (number, book) in prices.books.iter().enumerate() {
            for (place, price) in book.prices.iter().enumerate() {
                if let Ok(id) = u16::try_from(prices.places.len()) {
                    prices.places.push((number, place));
                    let name = (number, price.class.clone(), price.region.clone());
                    prices.by_name.insert(name, PriceId(id));
                }
            }
        }
        prices
    }
}

impl Prices {
    /// The prices of rows; none for a cloud without prices.
    pub(crate) fn rule(
        &self,
        provider: Option<&str>,
        region: Option<&str>,
        format: Option<&str>,
    ) -> Option<Rule> {
        let number = self
            .books
            .iter()
            .position(|book| Some(book.provider.as_str()) == provider)?;
        let book = self.books.get(number)?;
        let region = plain(region.unwrap_or_default());
        let format = format.unwrap_or_default();
        let standard = self.find(number, "standard", &region)?;
        let found = book
            .formats
            .iter()
            .position(|rule| format.starts_with(rule.prefix.as_str()));
        let Some((at, rule)) = found.and_then(|at| Some((at, book.formats.get(at)?))) else {
            return Some(Rule {
                price: standard,
                unless: None,
            });
        };
        let price = self.find(number, &rule.class, &region).unwrap_or(standard);
        let place = (u16::try_from(number).ok()?, u16::try_from(at).ok()?);
        let unless = (!rule.raw.is_empty()).then_some((standard, place.0, place.1));
        Some(Rule { price, unless })
    }

    fn find(&self, book: usize, class: &str, region: &str) -> Option<PriceId> {
        let find = |region: &str| {
            self.by_name
                .get(&(book, class.to_owned(), region.to_owned()))
        };
        find(region)
            .or_else(|| find(&self.books.get(book)?.default_region))
            .copied()
    }

    /// The price of one event; `raw` gives its text where a rule asks for it.
    #[inline]
    pub(crate) fn of_event<'a>(
        &self,
        rule: Rule,
        raw: impl FnOnce() -> Option<&'a str>,
    ) -> PriceId {
        match rule.unless {
            None => rule.price,
            Some((otherwise, book, at)) => {
                if self.has_words(book, at, raw().unwrap_or_default()) {
                    rule.price
                } else {
                    otherwise
                }
            }
        }
    }

    fn has_words(&self, book: u16, at: u16, raw: &str) -> bool {
        let head = raw.as_bytes().get(..LOOKED_AT).unwrap_or(raw.as_bytes());
        let rule = self
            .books
            .get(usize::from(book))
            .and_then(|book| book.formats.get(usize::from(at)));
        rule.is_some_and(|rule| {
            rule.raw
                .iter()
                .any(|word| memmem::find(head, word.as_bytes()).is_some())
        })
    }

    fn get(&self, id: PriceId) -> Option<(&Book, &Price)> {
        let (book, place) = self.places.get(usize::from(id.0))?;
        let book = self.books.get(*book)?;
        Some((book, book.prices.get(*place)?))
    }

    /// Cloud of a price.
    pub(crate) fn provider(&self, id: PriceId) -> Option<&str> {
        self.get(id).map(|(book, _)| book.provider.as_str())
    }

    /// Currency of all prices: that of the first file; the files agree.
    pub(crate) fn currency(&self) -> &str {
        self.books
            .first()
            .map_or("USD", |book| book.currency.as_str())
    }

    /// Price of `bytes` that are the first of a month.
    pub(crate) fn amount(&self, id: PriceId, bytes: u64) -> f64 {
        let Some((book, price)) = self.get(id) else {
            return 0.0;
        };
        // Millionths times bytes: exact; the one division comes last.
        let mut sum = 0_u128;
        for (at, tier) in price.tiers.iter().enumerate() {
            let start = tier.from.saturating_mul(book.unit.bytes());
            let end = price
                .tiers
                .get(at + 1)
                .map_or(u64::MAX, |next| next.from.saturating_mul(book.unit.bytes()));
            let within = bytes.min(end).saturating_sub(start);
            sum += u128::from(within) * u128::from(millionths(&tier.price).unwrap_or(0));
        }
        sum as f64 / (book.unit.bytes() as f64 * 1e6)
    }

    /// Price of a part of `whole` bytes: its share of the price of the whole.
    pub(crate) fn share(&self, id: PriceId, part: u64, whole: u64) -> f64 {
        match self.get(id) {
            Some((_, price)) if price.tiers.len() > 1 && whole > 0 => {
                self.amount(id, whole) * (part as f64 / whole as f64)
            }
            _ => self.amount(id, part),
        }
    }

    /// The cheaper class of the same cloud, with its name, if there is one.
    pub(crate) fn cheaper(&self, id: PriceId) -> Option<(PriceId, &str)> {
        let (book, _) = *self.places.get(usize::from(id.0))?;
        let (held, price) = self.get(id)?;
        let found = self.find(book, held.cheaper.get(&price.class)?, &price.region)?;
        let (_, other) = self.get(found)?;
        (other.region == price.region)
            .then(|| (found, other.name.as_deref().unwrap_or(&other.class)))
    }

    /// The price in words, for a footnote.
    pub(crate) fn footnote(&self, id: PriceId) -> String {
        let Some((book, price)) = self.get(id) else {
            return String::new();
        };
        let unit = book.unit.name();
        let tiers: Vec<String> = price
            .tiers
            .iter()
            .map(|tier| match tier.from {
                0 => format!("{} {} per {unit}", tier.price, book.currency),
                from => format!("{} above {from} {unit} a month", tier.price),
            })
            .collect();
        let class = price
            .name
            .as_ref()
            .map(|name| format!(", {name}"))
            .unwrap_or_default();
        let elsewhere = if price.region == book.default_region && price.region != "global" {
            " (also for regions without a price of their own)"
        } else {
            ""
        };
        format!(
            "{}{class}, {}{elsewhere}: {}, as of {}{} ({}, read {}; {} not deducted)",
            book.service,
            price.region,
            tiers.join(", "),
            price.as_of,
            if price.undated {
                " in an undated copy"
            } else {
                ""
            },
            price.source,
            book.read,
            book.not_deducted
        )
    }
}

/// A region as one word: `West Europe` and `westeurope` are one.
fn plain(region: &str) -> String {
    region
        .chars()
        .filter(|c| !c.is_whitespace())
        .take(64)
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whole millionths of a decimal number without a sign.
fn millionths(text: &str) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || fraction.len() > 6 || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    let fraction: u64 = format!("{fraction:0<6}").parse().ok()?;
    whole
        .parse::<u64>()
        .ok()?
        .checked_mul(1_000_000)?
        .checked_add(fraction)
}

#[cfg(test)]
mod tests {
    use nepho_core::Timestamp;

    use super::*;

    fn is_day(text: &str) -> bool {
        text.len() == 10 && Timestamp::parse_rfc3339(&format!("{text}T00:00:00Z")).is_some()
    }

    #[test]
    fn every_price_has_a_source_and_a_date_and_can_be_read() {
        for text in FILES {
            let book: Book = serde_json::from_str(text).unwrap();
            assert!(is_day(&book.read), "{}", book.provider);
            assert_eq!(book.currency, "USD", "sums need one currency");
            assert!(!book.service.is_empty() && !book.not_deducted.is_empty());
            assert!(!book.prices.is_empty());
            for price in &book.prices {
                assert!(price.source.starts_with("https://"), "{price:?}");
                assert!(
                    is_day(&price.as_of) && price.as_of <= book.read,
                    "{price:?}"
                );
                assert_eq!(price.region, plain(&price.region));
                assert_eq!(price.tiers[0].from, 0, "{price:?}");
                assert!(
                    price
                        .tiers
                        .windows(2)
                        .all(|pair| pair[0].from < pair[1].from),
                    "{price:?}"
                );
                assert!(
                    price
                        .tiers
                        .iter()
                        .all(|tier| millionths(&tier.price).is_some()),
                    "{price:?}"
                );
            }
            let has = |class: &str, region: &str| {
                book.prices
                    .iter()
                    .filter(|price| price.class == class && price.region == region)
                    .count()
            };
            for rule in &book.formats {
                assert_eq!(has(&rule.class, &book.default_region), 1, "{rule:?}");
            }
            for class in book.cheaper.keys().chain(book.cheaper.values()) {
                assert_eq!(has(class, &book.default_region), 1, "{class}");
            }
            assert_eq!(has("standard", &book.default_region), 1);
        }
    }

    #[test]
    fn a_row_is_priced_by_cloud_region_and_format() {
        let prices = Prices::default();
        let check = |provider: &str, region: &str, format: &str, raw: &str, expected: f64| {
            let rule = prices
                .rule(Some(provider), Some(region), Some(format))
                .unwrap();
            let id = prices.of_event(rule, || Some(raw));
            let (book, _) = prices.get(id).unwrap();
            assert_eq!(
                prices.amount(id, book.unit.bytes()),
                expected,
                "{provider} {region} {format}"
            );
        };
        check("aws", "us-east-1", "generic.json", "", 0.5);
        check("aws", "eu-west-1", "generic.json", "", 0.57);
        check("aws", "mars-north-1", "generic.json", "", 0.5);
        check("aws", "us-east-1", "aws.vpcflow", "", 0.5);
        check("aws", "eu-west-1", "aws.cloudtrail", "", 0.0);
        check("azure", "West Europe", "azure.resource", "", 2.99);
        check("azure", "", "azure.activity", "", 0.0);
        check("gcp", "europe-west1", "gcp.log", "", 0.5);
        check("gcp", "europe-west1", "gcp.vpc_flow", "", 0.25);
        check(
            "gcp",
            "",
            "gcp.audit",
            "projects/p/logs/cloudaudit.googleapis.com%2Factivity",
            0.0,
        );
        check(
            "gcp",
            "",
            "gcp.audit",
            "projects/p/logs/cloudaudit.googleapis.com%2Fdata_access",
            0.5,
        );
        assert_eq!(prices.rule(Some("kubernetes"), None, None), None);
        assert_eq!(prices.rule(None, None, None), None);
    }

    #[test]
    fn tiers_price_what_lies_within_them() {
        let prices = Prices::default();
        let vended = prices
            .rule(Some("aws"), None, Some("aws.vpcflow"))
            .unwrap()
            .price;
        let gigabyte = 1_000_000_000;
        assert_eq!(prices.amount(vended, 10_240 * gigabyte), 5120.0);
        assert_eq!(prices.amount(vended, 10_241 * gigabyte), 5120.25);
        assert_eq!(
            prices.amount(vended, 51_201 * gigabyte),
            5120.0 + 5120.0 + 2048.0 + 0.05
        );
        assert!(prices.amount(vended, u64::MAX).is_finite());
        let half = prices.share(vended, 10_240 * gigabyte, 20_480 * gigabyte);
        assert_eq!(half, (5120.0 + 2560.0) / 2.0);
    }

    #[test]
    fn decimal_text_is_read_exactly() {
        assert_eq!(millionths("0.57"), Some(570_000));
        assert_eq!(millionths("2"), Some(2_000_000));
        assert_eq!(millionths("0.000001"), Some(1));
        for text in ["", ".5", "-1", "1e3", "0.0000001", "99999999999999999999"] {
            assert_eq!(millionths(text), None, "{text}");
        }
    }
}
