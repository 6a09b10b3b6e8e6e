//! Events of the security log of Windows, whose values the agent hands on by their places alone.

use nepho_codec::json::fields::{elements, text_of};
use nepho_codec::json::unescape;
use nepho_codec::table::{To, put_text};
use nepho_codec::windows::{Security, by_keywords, known};
use nepho_core::tables::Row;

/// Events with the values of the sign-in or operation at the same places.
struct Places {
    ids: &'static [&'static str],
    subject: Option<usize>,
    target: Option<usize>,
    status: Option<usize>,
    /// Address of the client; its port stands behind it.
    address: Option<usize>,
}

const NONE: Places = Places {
    ids: &[],
    subject: None,
    target: None,
    status: None,
    address: None,
};

/// Places of values, counted from 0, in the order of the event's own XML.
///
/// Source: learn.microsoft.com/windows/security/threat-protection/auditing/event-4624 and its
/// neighbors ("Event XML"), as of 2026-11-29.
const PLACES: [Places; 11] = [
    Places {
        ids: &["4624"],
        subject: Some(1),
        target: Some(5),
        address: Some(18),
        ..NONE
    },
    Places {
        ids: &["4625"],
        subject: Some(1),
        target: Some(5),
        status: Some(7),
        address: Some(19),
    },
    Places {
        ids: &["4648"],
        subject: Some(1),
        target: Some(5),
        address: Some(12),
        ..NONE
    },
    Places {
        ids: &["4634", "4647"],
        target: Some(1),
        ..NONE
    },
    Places {
        ids: &[
            "4672", "4673", "4688", "4689", "4697", "4698", "4699", "4702", "4719",
        ],
        subject: Some(1),
        ..NONE
    },
    Places {
        ids: &[
            "4720", "4722", "4723", "4724", "4725", "4726", "4740", "4767",
        ],
        subject: Some(4),
        target: Some(0),
        ..NONE
    },
    Places {
        ids: &["4728", "4729", "4732", "4733", "4756"],
        subject: Some(6),
        target: Some(2),
        ..NONE
    },
    Places {
        ids: &["4768"],
        target: Some(0),
        status: Some(6),
        address: Some(9),
        ..NONE
    },
    Places {
        ids: &["4769"],
        target: Some(0),
        status: Some(8),
        address: Some(6),
        ..NONE
    },
    Places {
        ids: &["4771"],
        target: Some(0),
        status: Some(4),
        address: Some(6),
        ..NONE
    },
    Places {
        ids: &["4776"],
        target: Some(1),
        status: Some(3),
        ..NONE
    },
];

/// Puts what the event with this number tells by the values in `inserts`, an array of JSON.
pub(super) fn put(id: &str, inserts: &str, keywords: &str, row: &mut Row<'_>) {
    let values = elements(inserts);
    let places = PLACES.iter().find(|places| places.ids.contains(&id));
    let places = places.unwrap_or(&NONE);
    let value = |place: Option<usize>| {
        let text = values.get(place?).and_then(|value| text_of(value));
        text.map(unescape)
    };
    let values_of = [places.subject, places.target, places.status].map(value);
    let [subject, target, status] = values_of.each_ref().map(|text| text.as_deref());
    let event = Security {
        id,
        subject: subject.unwrap_or_default(),
        target: target.unwrap_or_default(),
        status: status.unwrap_or_default(),
        outcome: by_keywords(keywords),
    };
    event.fill(row);
    if let Some(address) = value(places.address)
        && put_text(&address, To::SourceAddress, row)
        && let Some(port) = value(places.address.map(|place| place + 1))
        && known(&port) != "0"
    {
        put_text(&port, To::SourcePort, row);
    }
}
