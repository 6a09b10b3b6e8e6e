//! The formats, one folder each.

mod access_log;
mod apache_access;
mod apache_error;
mod caddy_access;
mod cloud_foundry_router;
mod envoy_access;
mod envoy_log;
mod haproxy_http;
mod haproxy_log;
mod haproxy_tcp;
mod heroku_router;
mod iis_access;
mod ingress_nginx_access;
mod kong_access;
mod liberty_access;
mod liberty_log;
mod nginx_access;
mod nginx_error;
mod nginx_stream;
mod php_fpm_access;
mod squid_access;
mod traefik_access;
mod traefik_log;
mod uwsgi_access;
mod weblogic_server;
mod websphere_log;
