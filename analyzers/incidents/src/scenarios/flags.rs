//! Settings that are deployed to an application.

use super::*;

#[test]
fn settings_for_the_application_of_the_service_are_the_cause() {
    let check = |application: &str, expected: &str| {
        let at = "2024-05-01T09:59:50Z";
        let kind = "AWS::AppConfig::Application";
        let address = format!("StartDeployment {application}");
        let set = ["configurationProfileId", "configurationVersion"];
        let mut deployment = change(&address, at, kind, &set);
        deployment.id = "audit:1".to_owned();
        deployment.resource = Some(format!(
            "arn:aws:appconfig:eu-west-1:111122223333:application/{application}"
        ));
        let failing = "checkout ERROR java.lang.NullPointerException: rebate is null";
        let story = shop()
            .every(AWS, "2024-05-01T10:00:07Z", 4, 60, failing)
            .change(deployment);
        assert_eq!(story.verdicts(), [expected], "{application}");
    };
    check("checkout", "checkout <  | audit:1");
    check("search", "checkout <  | none");
}
