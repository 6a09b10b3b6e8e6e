//! The formats, one folder each.

mod alarm;
mod alb;
mod alb_connection;
mod autoscaling;
mod cloudfront;
mod cloudfront_json;
mod cloudtrail;
mod cloudtrail_digest;
mod cloudtrail_insight;
mod ec2_syslog;
mod elb;
mod emr;
mod eventbridge;
mod lambda;
mod nlb;
mod rds_audit;
mod rds_postgresql;
mod s3_access;
mod s3_access_json;
mod s3_event;
mod tgw_flow;
mod tgw_flow_json;
mod vpcflow;
mod vpcflow_json;
