//! Log formats of message brokers: Kafka, RabbitMQ.

mod formats;
mod service;
