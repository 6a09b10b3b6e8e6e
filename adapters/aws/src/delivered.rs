//! What the name of a file that AWS delivered to S3 tells of the records in it.
//!
//! `111122223333_elasticloadbalancing_eu-west-1_app.shop.0123456789abcdef_20240501T1000Z_...log.gz`;
//! flow logs and trails are named alike. Sources (read 2026-11-21):
//! docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html,
//! docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-path.html.

use nepho_core::format::Stream;
use nepho_core::tables::{Column, Row};

/// Account and region that a file was written for.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Place {
    account: String,
    region: String,
    balancer: String,
}

impl Place {
    /// Place of a stream; empty where its name does not tell.
    pub(crate) fn of(stream: &Stream) -> Self {
        let name = stream.file_name();
        let kinds = ["conn_log_", "conn_log.", "health_check_log_"];
        let bare = kinds.iter().find_map(|kind| name.strip_prefix(kind));
        let mut parts = bare.unwrap_or(name).split('_');
        let (Some(account), Some(kind), Some(region)) = (parts.next(), parts.next(), parts.next())
        else {
            return Self::default();
        };
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        let is_known = matches!(
            kind,
            "elasticloadbalancing" | "vpcflowlogs" | "CloudTrail" | "redshift"
        );
        if !is_account || !is_known {
            return Self::default();
        }
        // `app.shop.0123456789abcdef`
        let id = parts.next().filter(|_| kind == "elasticloadbalancing");
        let balancer = id.and_then(|id| id.split('.').nth(1)).unwrap_or_default();
        Self {
            account: account.to_owned(),
            region: region.to_owned(),
            balancer: balancer.to_owned(),
        }
    }

    /// Name of the load balancer that wrote the file; empty for other files.
    pub(crate) fn balancer(&self) -> &str {
        &self.balancer
    }

    /// Sets account and region of a row that has none.
    pub(crate) fn fill(&self, row: &mut Row<'_>) {
        for (column, value) in [
            (Column::Account, &self.account),
            (Column::Region, &self.region),
        ] {
            if !row.has(column) {
                row.text(column, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delivered_files_name_account_and_region() {
        let check = |uri: &str, account: &str, region: &str, balancer: &str| {
            let stream = Stream {
                uri: uri.to_owned(),
                ..Stream::default()
            };
            let expected = Place {
                account: account.to_owned(),
                region: region.to_owned(),
                balancer: balancer.to_owned(),
            };
            assert_eq!(Place::of(&stream), expected);
        };
        let name =
            "s3://logs/AWSLogs/111122223333_vpcflowlogs_eu-west-1_fl-1_20240501T1000Z_a.log.gz";
        check(name, "111122223333", "eu-west-1", "");
        let name = "conn_log.111122223333_elasticloadbalancing_eu-west-1_app.shop.0123_2024_a.gz";
        check(name, "111122223333", "eu-west-1", "shop");
        let name = "conn_log_111122223333_elasticloadbalancing_eu-west-1_app.shop.0123_2024_a.gz";
        check(name, "111122223333", "eu-west-1", "shop");
        let name = "health_check_log_111122223333_elasticloadbalancing_us-east-2_app.shop.01_a.gz";
        check(name, "111122223333", "us-east-2", "shop");
        check("logs/web_access_log", "", "", "");
        check("", "", "", "");
    }
}
