//! Log formats of Amazon Web Services.
//!
//! Each format registers itself; the wrappings in which AWS delivers events (CloudWatch Logs
//! subscriptions, Kinesis, Firehose, SNS, SQS, EventBridge, `LookupEvents`) are undone before, by
//! `nepho_codec::unwrap`.

mod access;
mod balancer;
mod delivered;
mod formats;
mod listed;
mod rules;
mod s3;
mod url;
