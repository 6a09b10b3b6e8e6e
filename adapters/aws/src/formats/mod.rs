//! The formats, one folder each.

mod alarm;
mod alb;
mod autoscaling;
mod cloudtrail;
mod cloudtrail_digest;
mod cloudtrail_insight;
mod elb;
mod eventbridge;
mod nlb;
mod s3_event;
mod vpcflow;
mod vpcflow_json;
