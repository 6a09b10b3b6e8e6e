//! The formats, one folder each.

mod kafka_server;
mod rabbitmq_log;
mod rabbitmq_log_json;
