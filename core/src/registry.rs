//! Registry of components: each registers itself, the host finds what is linked.
//!
//! ```
//! use nepho_core::format::{Confidence, Decoder, Format, Sample, Stream, Verdict};
//! # struct Upper;
//! # impl Format for Upper {
//! #     fn sniff(&self, _: &Sample<'_>) -> Confidence { Confidence::NO }
//! #     fn decoder(&self, _: &Stream) -> Box<dyn Decoder> { unreachable!() }
//! # }
//! nepho_core::register!(Component {
//!     kind: Kind::Format,
//!     name: "example.upper",
//!     summary: "Lines in capital letters",
//!     permissions: &[],
//!     make: Make::Format(|| Box::new(Upper)),
//! });
//! # let kind = nepho_core::registry::Kind::Format;
//! # let found = nepho_core::registry::find(kind, "example.upper");
//! # assert!(found.is_some());
//! ```

use std::sync::OnceLock;

use serde::Serialize;

use crate::analyzer::Analyzer;
use crate::feed::ChangeFeed;
use crate::format::Format;

/// What a component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Reads log records.
    Format,
    /// Reads documents of an infrastructure tool.
    Feed,
    /// Draws conclusions.
    Analyzer,
}

impl Kind {
    /// The word for it in lists: `format`, `feed`, `analyzer`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Feed => "feed",
            Self::Analyzer => "analyzer",
        }
    }
}

/// Makes a component with its default settings.
#[derive(Clone, Copy, Debug)]
pub enum Make {
    /// A log format.
    Format(fn() -> Box<dyn Format>),
    /// A change feed.
    Feed(fn() -> Box<dyn ChangeFeed>),
    /// An analyzer.
    Analyzer(fn() -> Box<dyn Analyzer>),
}

/// A component as it registers itself.
#[derive(Debug)]
pub struct Component {
    /// What it is.
    pub kind: Kind,
    /// `vendor.name` (for an analyzer one word), unique among its kind: `aws.cloudtrail`.
    pub name: &'static str,
    /// One line that says what it reads or answers.
    pub summary: &'static str,
    /// Read-only permissions that it takes to export what it reads with the tools of the cloud
    /// (`logs:FilterLogEvents`). Nothing here makes these calls.
    pub permissions: &'static [&'static str],
    /// How to make it.
    pub make: Make,
}

inventory::collect!(Component);

/// Registers a component: `register!(Component { kind: Kind::Format, name: ..., ... })`.
#[macro_export]
macro_rules! register {
    ($($component:tt)*) => {
        const _: () = {
            use $crate::registry::{Component, Kind, Make};
            $crate::inventory::submit! { $($component)* }
        };
    };
}

/// All linked components, by kind and name.
pub fn components() -> Vec<&'static Component> {
    let mut components: Vec<_> = inventory::iter::<Component>.into_iter().collect();
    components.sort_by_key(|component| (component.kind, component.name));
    components
}

/// The linked component of this kind and name.
pub fn find(kind: Kind, name: &str) -> Option<&'static Component> {
    inventory::iter::<Component>
        .into_iter()
        .find(|component| component.kind == kind && component.name == name)
}

/// A format that reads some records better than the one that asks for it, which leaves them to it
/// where it is linked. `cargo xtask check` looks for its name among the components.
///
/// ```
/// # use nepho_core::registry::Sharper;
/// static HAPROXY: Sharper = Sharper::new("haproxy.log");
/// # assert!(!HAPROXY.is_linked());
/// ```
#[derive(Debug)]
pub struct Sharper {
    name: &'static str,
    linked: OnceLock<bool>,
}

impl Sharper {
    /// The format of this name.
    pub const fn new(name: &'static str) -> Self {
        let linked = OnceLock::new();
        Self { name, linked }
    }

    /// Whether it is linked.
    pub fn is_linked(&self) -> bool {
        *self
            .linked
            .get_or_init(|| find(Kind::Format, self.name).is_some())
    }
}
