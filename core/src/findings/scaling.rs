//! What a scaling finding tells: how a group of instances changed its size and whether that helped.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::incident::SeriesPoint;
use crate::Timestamp;
use crate::word_enum;

word_enum! {
    /// What is wrong (or not) with the scaling of a group or service.
    pub enum ScalingSymptom {
        /// It changed its size; nothing is wrong with that.
        Scaled = "scaled",
        /// It is at its maximum and wants more.
        AtMaximum = "at_maximum",
        /// It grows and shrinks again within minutes.
        Flapping = "flapping",
        /// It grew and errors or latency did not improve: instances are not what is missing.
        Ineffective = "ineffective",
        /// A scaling activity failed.
        Failed = "failed",
        /// What scales it gets no metrics and cannot.
        Blind = "blind",
        /// CPU above 70 %.
        CpuHigh = "cpu_high",
        /// CPU below 20 %: more instances than needed.
        CpuLow = "cpu_low",
        /// More than 5 % of requests fail.
        ErrorRate = "error_rate",
        /// More than 10 % of requests take longer than 1000 ms.
        Slow = "slow",
    }
}

/// Scaling of one group or service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScalingDetails {
    /// Auto-scaling group, scale set, instance group, deployment; or the service for a symptom
    /// without a group.
    pub group: String,
    /// Cloud.
    pub provider: Option<String>,
    /// Service that runs on it, when known.
    pub service: Option<String>,
    /// What was seen.
    pub symptoms: Vec<ScalingSymptom>,
    /// Changes of size, by time.
    pub events: Vec<ScalingEvent>,
    /// Smallest size allowed, when the logs tell.
    pub minimum: Option<u64>,
    /// Largest size allowed, when the logs tell.
    pub maximum: Option<u64>,
    /// What to do, in a sentence.
    pub recommendation: String,
    /// Rows and failures of the service over time, at most 240 points.
    pub series: Vec<SeriesPoint>,
}

/// One change of size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScalingEvent {
    /// When.
    pub time: Timestamp,
    /// Size before, when the log tells.
    pub from: Option<u64>,
    /// Size after, when the log tells; otherwise counted from launches and terminations.
    pub to: Option<u64>,
    /// What happened in the words of the log: `EC2 Instance Launch Successful`.
    pub action: String,
    /// Why, in the words of the log.
    pub reason: Option<String>,
    /// Whether the activity succeeded.
    pub succeeded: bool,
}
