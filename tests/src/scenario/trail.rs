//! Block `audit`: one line per call of AWS, written as a CloudTrail file.
//!
//! Source:
//! docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
//! (read 2026-11-21).

use anyhow::{Context, Result, bail};
use serde_json::{Map, Value, json};

use super::document::Block;
use super::moment::{span, time};
use super::resources::{ACCOUNT, REGION};
use super::words::{Pairs, words};

/// CloudTrail file with the calls of a block.
pub(super) fn expand(block: &Block<'_>) -> Result<String> {
    let mut records = Vec::new();
    for (number, text) in block.lines() {
        let (text, count, step) = repeated(text)?;
        for index in 0..count {
            let mut record = record(&text, number).with_context(|| format!("line {number}"))?;
            let moment = text.split(' ').next().unwrap_or_default();
            record["eventTime"] = json!(time(moment)?.plus(index * step));
            record["requestID"] = json!(format!("request-{number}-{index}"));
            record["eventID"] = json!(format!("event-{number}-{index}"));
            records.push(record);
        }
    }
    Ok(json!({ "Records": records }).to_string())
}

/// A line without `xN/STEP`, and how often and how far apart it is told.
fn repeated(text: &str) -> Result<(String, i64, i64)> {
    let (moment, rest) = text.split_once(' ').unwrap_or((text, ""));
    let (times, behind) = rest.split_once(' ').unwrap_or((rest, ""));
    let Some((count, step)) = times
        .strip_prefix('x')
        .and_then(|rest| rest.split_once('/'))
    else {
        return Ok((text.to_owned(), 1, 0));
    };
    let count = count
        .parse()
        .with_context(|| format!("`{times}` is not a number of calls"))?;
    Ok((format!("{moment} {behind}"), count, span(step)?))
}

/// Record of `TIME API CALL ACTOR MEANS [refused=CODE] [message=TEXT] [on=ARN] [key=value ...]`.
fn record(text: &str, number: usize) -> Result<Value> {
    let words = words(text)?;
    let [moment, api, call, actor, means, rest @ ..] = words.as_slice() else {
        bail!("a call is `TIME API CALL ACTOR MEANS [key=value ...]`");
    };
    let mut pairs = Pairs::parse(rest)?;
    let refused = pairs.take("refused");
    let (message, on) = (pairs.take("message"), pairs.take("on"));
    let response = fields(pairs.take("response").as_deref())?;
    let mut request = Map::new();
    for (key, value) in pairs.rest() {
        request.insert(key, value.into());
    }
    let (agent, identity) = caller(actor, means)?;
    let mut record = json!({
        "eventVersion": "1.09", "userIdentity": identity, "eventTime": time(moment)?,
        "eventSource": format!("{api}.amazonaws.com"), "eventName": call, "awsRegion": REGION,
        "sourceIPAddress": "10.1.2.3", "userAgent": agent, "requestParameters": request,
        "responseElements": response, "requestID": format!("request-{number}"),
        "eventID": format!("event-{number}"), "readOnly": false, "eventType": "AwsApiCall",
        "managementEvent": true, "recipientAccountId": ACCOUNT, "eventCategory": "Management",
    });
    if means == "console" {
        record["sessionCredentialFromConsole"] = json!("true");
    }
    if let Some(arn) = on {
        record["resources"] = json!([{"ARN": arn, "accountId": ACCOUNT}]);
    }
    if let Some(message) = message {
        record["errorMessage"] = json!(message);
    }
    if let Some(code) = refused {
        record["errorCode"] = json!(code);
        record["responseElements"] = Value::Null;
    }
    Ok(record)
}

/// Response of `name:value`; null where there is none.
fn fields(text: Option<&str>) -> Result<Value> {
    let Some(text) = text else {
        return Ok(Value::Null);
    };
    let (name, value) = text
        .split_once(':')
        .with_context(|| format!("`{text}` is not `name:value`"))?;
    Ok(json!({ name: value }))
}

/// User agent and identity of whoever makes a call.
fn caller(actor: &str, means: &str) -> Result<(String, Value)> {
    let user = json!({
        "type": "IAMUser", "principalId": "AIDAEXAMPLE", "accountId": ACCOUNT, "userName": actor,
        "arn": format!("arn:aws:iam::{ACCOUNT}:user/{actor}"),
    });
    let (tool, run) = means.split_once('/').unwrap_or((means, ""));
    let terraform = "APN/1.0 HashiCorp/1.0 Terraform/1.11.4 (+https://www.terraform.io) terraform-provider-aws/5.94.1";
    Ok(match tool {
        "console" => (
            "Mozilla/5.0 (X11; Linux x86_64; rv:138.0) Gecko/20100101 Firefox/138.0".to_owned(),
            user,
        ),
        "cli" => (
            "aws-cli/2.27.0 md/awscrt#0.26.1 ua/2.1 os/linux#6.8".to_owned(),
            user,
        ),
        "terraform" if run.is_empty() => (terraform.to_owned(), user),
        "terraform" => (format!("{terraform} nepho/run/{run}"), user),
        "role" => (
            "aws-sdk-go-v2/1.32.5 ua/2.1 os/linux lang/go#1.23.4 md/GOOS#linux md/GOARCH#arm64"
                .to_owned(),
            json!({"type": "AssumedRole", "accountId": ACCOUNT, "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{actor}/i-0a1b2c3d4e5f60718",),
                   "sessionContext": {"sessionIssuer": {"type": "Role", "accountId": ACCOUNT, "userName": actor, "arn": format!("arn:aws:iam::{ACCOUNT}:role/{actor}")}}}),
        ),
        "agent" => (
            "aws-sdk-go/1.55.5 (go1.22.11; linux; amd64) amazon-ssm-agent/3.3.1957.0".to_owned(),
            json!({"type": "AssumedRole", "accountId": ACCOUNT, "arn": format!("arn:aws:sts::{ACCOUNT}:assumed-role/{actor}/i-0a1b2c3d4e5f60718")}),
        ),
        service if service.ends_with(".amazonaws.com") => (
            service.to_owned(),
            json!({"type": "AWSService", "invokedBy": service}),
        ),
        other => {
            bail!("`{other}` is no means: console, cli, terraform, role, agent, X.amazonaws.com")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_records() {
        let text = "10:00:00 ec2 CreateVpc eve terraform/88 cidrBlock=10.0.0.0/16 response=vpcId:vpc-1\n\
                    10:00:01 ec2 DeleteVpc eve console refused=DependencyViolation vpcId=vpc-1";
        let block = Block {
            kind: "audit",
            argument: "",
            text,
            line: 1,
        };
        let file: Value = serde_json::from_str(&expand(&block).unwrap()).unwrap();
        let record = |index: usize| &file["Records"][index];
        assert_eq!(record(0)["responseElements"]["vpcId"], "vpc-1");
        assert!(
            record(0)["userAgent"]
                .as_str()
                .unwrap()
                .ends_with("nepho/run/88")
        );
        assert_eq!(record(1)["errorCode"], "DependencyViolation");
        assert_eq!(record(1)["sessionCredentialFromConsole"], "true");
        assert!(super::record("10:00:00 ec2 CreateVpc eve telepathy", 1).is_err());
    }
}
