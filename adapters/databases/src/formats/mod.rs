//! The formats, one folder each.

mod db2_diagnostic;
mod elasticsearch_audit;
mod elasticsearch_server;
mod elasticsearch_server_text;
mod elasticsearch_slowlog;
mod elasticsearch_slowlog_text;
mod hdfs_audit;
mod mongodb_audit;
mod mongodb_log;
mod mongodb_log_text;
mod mysql_audit;
mod mysql_audit_json;
mod mysql_error;
mod mysql_error_json;
mod mysql_general;
mod mysql_slow_query;
mod opensearch_audit;
mod oracle_alert;
mod oracle_listener;
mod postgresql_csv;
mod postgresql_json;
mod postgresql_log;
mod redis;
mod sqlserver_error;
