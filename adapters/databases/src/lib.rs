//! Log formats of databases: PostgreSQL, MySQL, MongoDB, Redis, Elasticsearch.

mod formats;
mod guarded;
mod mongodb;
mod mysql;
mod postgresql;
mod service;
