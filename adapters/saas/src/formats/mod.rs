//! One folder per format.

mod akamai_security;
mod atlassian_audit;
mod auth0_audit;
mod box_audit;
mod crowdstrike_event;
mod datadog_log;
mod dropbox_audit;
mod duo_auth;
mod fly_log;
mod gitlab_audit;
mod jumpcloud_audit;
mod keycloak_audit;
mod keycloak_audit_text;
mod minio_audit;
mod onelogin_audit;
mod onepassword_audit;
mod pingone_audit;
mod prometheus_alert;
mod salesforce_audit;
mod sentinelone_activity;
mod slack_audit;
mod snowflake_login;
mod teleport_audit;
mod vercel_log;
mod zoom_event;
