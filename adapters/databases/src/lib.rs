//! Log formats of databases: PostgreSQL, MySQL, MongoDB, Redis, Elasticsearch.

mod formats;
mod mongodb;
mod mysql;
mod postgresql;
mod service;
