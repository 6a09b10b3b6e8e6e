//! Log formats of web servers and proxies: nginx, Apache, HAProxy, Traefik, Envoy.

mod formats;
