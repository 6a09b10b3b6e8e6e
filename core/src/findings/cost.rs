//! What a cost finding tells: log volume and list price by service, team and environment.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// Log volume and its list price. Rows without an owner are in lines whose `team` is `None`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CostDetails {
    /// ISO 4217 code of all prices.
    pub currency: String,
    /// Volume by service, team, environment and provider, the most expensive first. All volume is
    /// in here.
    pub lines: Vec<CostLine>,
    /// Bytes in all.
    pub total_bytes: u64,
    /// Price in all, of the lines that have one.
    pub total_cost: f64,
    /// Bytes without a team.
    pub unlabelled_bytes: u64,
    /// Services whose volume rose.
    pub spikes: Vec<CostSpike>,
    /// Prices used, each with its source and date, for a footnote.
    pub prices: Vec<String>,
}

/// Volume and price of one owner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CostLine {
    /// Service; `None` for rows without one.
    pub service: Option<String>,
    /// Team; `None` when nothing names one.
    pub team: Option<String>,
    /// Environment; `None` when nothing names one.
    pub environment: Option<String>,
    /// Cloud that bills it; `None` where no price is known.
    pub provider: Option<String>,
    /// Rows.
    pub rows: u64,
    /// Bytes as received.
    pub bytes: u64,
    /// List price for these bytes; 0 also where no price is known, as `provider` tells.
    pub cost: f64,
    /// List price for 30 days at the same rate; `None` without a price, or if nothing is known of
    /// a month, as where the logs span less than a minute.
    pub monthly_cost: Option<f64>,
}

impl CostLine {
    /// Whether a price is known, be it nothing.
    pub fn has_price(&self) -> bool {
        self.provider.is_some()
    }
}

/// A rise of log volume.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CostSpike {
    /// Service.
    pub service: String,
    /// Team, when known.
    pub team: Option<String>,
    /// When the rise began.
    pub start: Timestamp,
    /// When it ended, or the end of the logs.
    pub end: Timestamp,
    /// Bytes per minute before.
    pub bytes_per_minute_before: f64,
    /// Bytes per minute within.
    pub bytes_per_minute: f64,
    /// How many times as much.
    pub ratio: f64,
    /// What most of the rows within are that were rare before: `DEBUG`, the severity.
    #[serde(default)]
    pub severity: Option<String>,
    /// Id of a change of the service that was made shortly before.
    #[serde(default)]
    pub change: Option<String>,
}
