//! Where in a line the fields of a flow log stand.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use super::tokens::Tokens;

/// Fields that are told apart. Among them stand the resources in the order that a row has them in:
/// the interface that the flow was seen at, and what holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Field {
    Account,
    Region,
    EcsService,
    Source,
    Destination,
    Interface,
    TransitAttachment,
    TransitGateway,
    Resource,
    Instance,
    EcsTask,
    TransitSourceInterface,
    TransitDestinationInterface,
    Subnet,
    Vpc,
    Version,
    SourcePort,
    DestinationPort,
    Protocol,
    Packets,
    Bytes,
    Start,
    End,
    Action,
    Status,
    PacketSource,
    PacketDestination,
    Direction,
    RejectReason,
    LostNoRoute,
    LostBlackhole,
    LostMtu,
    LostTtl,
    TcpFlags,
    TrafficPath,
    SourceService,
    DestinationService,
    Zone,
    SublocationType,
    Sublocation,
    EcsCluster,
}

const FIELDS: usize = Field::EcsCluster as usize + 1;

/// Fields that name resources.
const RESOURCES: Range<usize> = Field::Interface as usize..Field::Vpc as usize + 1;

/// Place of a field that the line does not have.
const ABSENT: u8 = u8::MAX;

/// All fields of flow logs of VPCs in the order of the vendor's table, which is that of the version
/// that brought them; the first 14 are the default format.
const STANDARD: &str = "version account-id interface-id srcaddr dstaddr srcport dstport protocol \
    packets bytes start end action log-status vpc-id subnet-id instance-id tcp-flags type \
    pkt-srcaddr pkt-dstaddr region az-id sublocation-type sublocation-id pkt-src-aws-service \
    pkt-dst-aws-service flow-direction traffic-path ecs-cluster-arn ecs-cluster-name \
    ecs-container-instance-arn ecs-container-instance-id ecs-container-id \
    ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn ecs-task-id \
    reject-reason resource-id encryption-status";

/// Orders that the vendor's pages use in their examples, and the one of transit gateways.
const CUSTOM: [&str; 3] = [
    "version vpc-id subnet-id instance-id interface-id account-id type srcaddr dstaddr srcport \
     dstport pkt-srcaddr pkt-dstaddr protocol bytes packets start end action tcp-flags \
     log-status",
    "version interface-id account-id vpc-id subnet-id instance-id srcaddr dstaddr srcport \
     dstport protocol tcp-flags type pkt-srcaddr pkt-dstaddr action log-status",
    "version resource-type account-id tgw-id tgw-attachment-id tgw-src-vpc-account-id \
     tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id tgw-src-subnet-id tgw-dst-subnet-id \
     tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id srcaddr dstaddr \
     srcport dstport protocol packets bytes start end log-status type packets-lost-no-route \
     packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired tcp-flags region \
     flow-direction pkt-src-aws-service pkt-dst-aws-service",
];

/// Fields of the default format.
pub(super) const DEFAULT_COUNT: usize = 14;

/// All names of fields.
static NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let names = [STANDARD, CUSTOM[2]].map(str::split_ascii_whitespace);
    names.into_iter().flatten().collect()
});

static STANDARD_LAYOUTS: LazyLock<Vec<Layout>> = LazyLock::new(|| {
    let names: Vec<_> = STANDARD.split_ascii_whitespace().collect();
    (DEFAULT_COUNT..=names.len())
        .map(|count| Layout::of(names.iter().take(count).copied()))
        .collect()
});

static CUSTOM_LAYOUTS: LazyLock<Vec<Layout>> = LazyLock::new(|| {
    CUSTOM
        .iter()
        .map(|names| Layout::of(names.split_ascii_whitespace()))
        .collect()
});

/// Places of the fields in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    count: usize,
    places: [u8; FIELDS],
    /// A bit for each field that lines have.
    fields: u64,
}

impl Layout {
    /// Layout of fields with these names, in this order.
    fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut layout = Self::empty(0);
        for name in names {
            if let Some(field) = field_named(name) {
                layout.set(field, layout.count);
            }
            layout.count += 1;
        }
        layout
    }

    /// Layout of lines with this many fields, none of them known.
    pub(super) fn empty(count: usize) -> Self {
        Self {
            count,
            places: [ABSENT; FIELDS],
            fields: 0,
        }
    }

    /// Layout that a header line names, or `None` if the line is no header.
    #[inline]
    pub(super) fn of_header(tokens: &Tokens<'_>) -> Option<Self> {
        // Rows begin with a number, an id or an address; this spares them the look-up of names.
        match tokens.get(0).as_bytes() {
            [b'a'..=b'z' | b'$', ..] if tokens.len() >= 3 => Self::of_names(tokens),
            _ => None,
        }
    }

    #[cold]
    fn of_names(tokens: &Tokens<'_>) -> Option<Self> {
        let names = || tokens.iter().map(field_name);
        let known = names().filter(|name| NAMES.contains(&**name)).count();
        // Fields that are newer than this list may stand among those that it has.
        let is_header = known >= 3 && known * 2 > tokens.len();
        is_header.then(|| Self::of(names().collect::<Vec<_>>().iter().map(|name| &**name)))
    }

    /// Layout of the vendor's standard order with this many fields.
    pub(super) fn standard(count: usize) -> Option<&'static Self> {
        STANDARD_LAYOUTS.get(count.checked_sub(DEFAULT_COUNT)?)
    }

    /// Custom orders that are known.
    pub(super) fn custom() -> &'static [Self] {
        &CUSTOM_LAYOUTS
    }

    /// Number of fields of a line.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Says where a field stands; the first place counts.
    pub(super) fn set(&mut self, field: Field, place: usize) {
        let held = &mut self.places[field as usize];
        let place = u8::try_from(place).unwrap_or(ABSENT);
        if *held == ABSENT && place != ABSENT {
            *held = place;
            self.fields |= 1 << field as u32;
        }
    }

    /// Whether lines have this field.
    pub(super) fn has(&self, field: Field) -> bool {
        self.fields >> field as u32 & 1 == 1
    }

    /// Where a field stands, from zero.
    pub(super) fn place(&self, field: Field) -> Option<usize> {
        self.has(field)
            .then(|| usize::from(self.places[field as usize]))
    }

    /// Where the resources stand, in the order that a row has them in.
    #[inline]
    pub(super) fn resources(&self) -> impl Iterator<Item = usize> + '_ {
        let mut left = self.fields & ((1 << RESOURCES.end) - (1 << RESOURCES.start));
        std::iter::from_fn(move || {
            let field = left.trailing_zeros() as usize;
            left &= left.wrapping_sub(1);
            self.places.get(field).copied().map(usize::from)
        })
    }

    /// Number that a field is; `None` if it is none.
    #[inline]
    pub(super) fn number(&self, field: Field, tokens: &Tokens<'_>) -> Option<u64> {
        tokens.number(usize::from(self.places[field as usize]))
    }

    /// As [`Layout::get`] in bytes, empty where that gives none.
    #[inline]
    pub(super) fn bytes<'a>(&self, field: Field, tokens: &Tokens<'a>) -> &'a [u8] {
        match tokens.bytes(usize::from(self.places[field as usize])) {
            b"-" => b"",
            bytes => bytes,
        }
    }

    /// Text of a field as it stands, empty if the line does not have it.
    #[inline(always)]
    pub(super) fn text<'a>(&self, field: Field, tokens: &Tokens<'a>) -> &'a str {
        // No line has so many that one is at the place of those that are absent.
        tokens.get(usize::from(self.places[field as usize]))
    }

    /// Value of a field; `None` if the line does not have it, or has `-`.
    #[inline]
    pub(super) fn get<'a>(&self, field: Field, tokens: &Tokens<'a>) -> Option<&'a str> {
        let place = self.places[field as usize];
        if place == ABSENT {
            return None;
        }
        Some(tokens.get(usize::from(place))).filter(|text| !matches!(*text, "" | "-"))
    }
}

/// Name of a field as the vendor's table has it, from `${account-id}` or `account_id`.
fn field_name(token: &str) -> Cow<'_, str> {
    let name = token.trim_start_matches("${").trim_end_matches('}');
    let is_other = |byte: u8| byte == b'_' || byte.is_ascii_uppercase();
    match name.bytes().any(is_other) {
        true => Cow::Owned(name.replace('_', "-").to_ascii_lowercase()),
        false => Cow::Borrowed(name),
    }
}

fn field_named(name: &str) -> Option<Field> {
    Some(match name {
        "version" => Field::Version,
        "account-id" => Field::Account,
        "interface-id" => Field::Interface,
        "srcaddr" => Field::Source,
        "dstaddr" => Field::Destination,
        "srcport" => Field::SourcePort,
        "dstport" => Field::DestinationPort,
        "protocol" => Field::Protocol,
        "packets" => Field::Packets,
        "bytes" => Field::Bytes,
        "start" => Field::Start,
        "end" => Field::End,
        "action" => Field::Action,
        "log-status" => Field::Status,
        "vpc-id" => Field::Vpc,
        "subnet-id" => Field::Subnet,
        "instance-id" => Field::Instance,
        "pkt-srcaddr" => Field::PacketSource,
        "pkt-dstaddr" => Field::PacketDestination,
        "region" => Field::Region,
        "flow-direction" => Field::Direction,
        "ecs-service-name" => Field::EcsService,
        "ecs-task-arn" => Field::EcsTask,
        "reject-reason" => Field::RejectReason,
        "resource-id" => Field::Resource,
        "tgw-id" => Field::TransitGateway,
        "tgw-attachment-id" => Field::TransitAttachment,
        "tgw-src-eni" => Field::TransitSourceInterface,
        "tgw-dst-eni" => Field::TransitDestinationInterface,
        "packets-lost-no-route" => Field::LostNoRoute,
        "packets-lost-blackhole" => Field::LostBlackhole,
        "packets-lost-mtu-exceeded" => Field::LostMtu,
        "packets-lost-ttl-expired" => Field::LostTtl,
        "tcp-flags" => Field::TcpFlags,
        "traffic-path" => Field::TrafficPath,
        "pkt-src-aws-service" => Field::SourceService,
        "pkt-dst-aws-service" => Field::DestinationService,
        "az-id" => Field::Zone,
        "sublocation-type" => Field::SublocationType,
        "sublocation-id" => Field::Sublocation,
        "ecs-cluster-name" => Field::EcsCluster,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_name_the_fields() {
        let check = |line: &str, expected: Option<usize>| {
            let layout = Layout::of_header(&Tokens::split(line));
            assert_eq!(layout.map(|layout| layout.count()), expected, "{line}");
        };
        check("version account-id interface-id srcaddr dstaddr", Some(5));
        check("${version} ${account-id} ${srcaddr}", Some(3));
        check("instance_id interface_id srcaddr a-new-field", Some(4));
        check("version of the account", None);
        check("2 111122223333 eni-1", None);
        check("start end", None);
    }

    #[test]
    fn a_field_stands_where_the_header_says() {
        let header = Tokens::split("dstaddr a-new-field srcaddr version");
        let layout = Layout::of_header(&header).expect("a header");
        let row = Tokens::split("10.0.0.2 x 10.0.0.1 3");
        assert_eq!(layout.get(Field::Source, &row), Some("10.0.0.1"));
        assert_eq!(layout.get(Field::Destination, &row), Some("10.0.0.2"));
        assert_eq!(layout.get(Field::Action, &row), None);
    }

    #[test]
    fn standard_orders_grow_by_version() {
        assert_eq!(
            Layout::standard(14).map(|layout| layout.has(Field::Vpc)),
            Some(false)
        );
        assert_eq!(
            Layout::standard(29).map(|layout| layout.has(Field::Direction)),
            Some(true)
        );
        assert_eq!(
            Layout::standard(42).map(|layout| layout.has(Field::Resource)),
            Some(true)
        );
        assert_eq!(Layout::standard(13), None);
        assert_eq!(Layout::standard(43), None);
    }
}
