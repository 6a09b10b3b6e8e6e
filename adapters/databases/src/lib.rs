//! Log formats of databases: PostgreSQL, MySQL, MongoDB, Redis, Elasticsearch.

mod formats;
mod postgresql;
mod service;
