//! Log formats of web servers and proxies: nginx, Apache, HAProxy, Traefik, Envoy, Caddy, IIS,
//! Squid, and of application servers: `WebLogic`, `WebSphere`, Liberty.

mod enclosed;
mod ends;
mod formats;
mod haproxy;
mod lists;
mod request;
