//! One folder per format.

mod atlassian_audit;
mod auth0_audit;
mod datadog_log;
mod duo_auth;
mod fly_log;
mod gitlab_audit;
mod keycloak_audit;
mod keycloak_audit_text;
mod onepassword_audit;
mod prometheus_alert;
mod slack_audit;
mod snowflake_login;
mod teleport_audit;
mod vercel_log;
