//! What a finding on clocks tells.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How far the clock of one group of sources is from that of the reference group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ClockOffset {
    /// The group: `gcp/shop-prod` (provider and account).
    pub domain: String,
    /// The group whose clock is taken as true.
    pub reference: String,
    /// How far it is ahead, in nanoseconds; this is subtracted from its times.
    pub ahead_nanos: i64,
    /// Pairs of rows with the same trace or request id that it was estimated from.
    pub pairs: u64,
    /// Whether times were corrected by it.
    pub applied: bool,
}
