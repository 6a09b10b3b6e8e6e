//! The feed over its fixtures.

use super::*;

fn read(uri: &str, text: &str) -> Result<FeedOutput> {
    let mut out = FeedOutput::default();
    let document = Document {
        uri,
        text,
        modified: None,
    };
    Templates.read(&document, &mut out)?;
    Ok(out)
}

fn edges(out: &FeedOutput) -> Vec<String> {
    let line = |edge: &nepho_core::tables::Relation| {
        format!("{} -> {} {}", edge.from, edge.to, edge.confidence)
    };
    out.relations.iter().map(line).collect()
}

#[test]
fn a_template_in_yaml_tells_what_depends_on_what() {
    let text = include_str!("fixtures/shop.yaml");
    assert_eq!(Templates.sniff("shop.yaml", text), Confidence::CERTAIN);
    let out = read("infra/shop.yaml", text).unwrap_or_default();
    assert_eq!(
        edges(&out),
        [
            "cloudformation:shop:Worker -> cloudformation:shop:WorkerRole 0.95",
            "cloudformation:shop:Worker -> cloudformation:shop:Table 0.95",
            "cloudformation:shop:Worker -> cloudformation:shop:Cache 0.7",
            "cloudformation:shop:Worker -> cloudformation:export:net-SubnetA 0.95",
            "cloudformation:shop:Worker -> cloudformation:shop:Jobs 0.95",
            "cloudformation:shop:Worker -> cloudformation:shop:Table 0.95",
            "cloudformation:shop:JobsPolicy -> cloudformation:shop:Jobs 0.95",
        ]
    );
    let jobs = out
        .resources
        .iter()
        .find(|row| row.address.as_deref() == Some("Jobs"));
    assert_eq!(
        jobs.map(|row| row.aliases.join(" ")).as_deref(),
        Some("cloudformation:export:shop-JobsUrl cloudformation:output:shop:JobsUrl")
    );
    assert_eq!(jobs.and_then(|row| row.service.as_deref()), Some("orders"));
    let policy = out
        .resources
        .iter()
        .find(|row| row.address.as_deref() == Some("JobsPolicy"));
    assert_eq!(
        policy.and_then(|row| row.parent.as_deref()),
        Some("cloudformation:shop:Jobs")
    );
    assert!(out.resources.iter().all(|row| row.line > 1));
    assert!(text.contains("canary") && !format!("{out:?}").contains("canary"));
    assert!(out.changes.is_empty());
}

#[test]
fn messages_flow_to_the_queue_for_what_nobody_could_take() {
    use nepho_core::tables::RelationKind::{DataFlow, DependsOn};
    let out = read("infra/mail.yaml", include_str!("fixtures/mail.yaml")).unwrap_or_default();
    let short = |key: &str| key.rsplit(':').next().unwrap_or_default().to_owned();
    let edges: Vec<_> = out
        .relations
        .iter()
        .map(|edge| (short(&edge.from), short(&edge.to), edge.kind))
        .collect();
    let expected = [
        ("Mails", "Dead", DataFlow),
        ("Sender", "Dead", DataFlow),
        ("Sender", "Role", DependsOn),
        ("Placed", "Dead", DataFlow),
        ("Placed", "placed", DependsOn),
        ("Letters", "lost", DataFlow),
        ("Hooks", "Dead", DataFlow),
    ];
    let expected = expected.map(|(from, to, kind)| (from.to_owned(), to.to_owned(), kind));
    assert_eq!(edges, expected);
    let lost = out.relations.iter().find(|edge| edge.to.ends_with(":lost"));
    assert_eq!(
        lost.map(|edge| edge.evidence.as_str()),
        Some("property `RedrivePolicy.deadLetterTargetArn`")
    );
}

#[test]
fn a_template_of_the_cdk_names_constructs_and_services() {
    let text = include_str!("fixtures/Orders.template.json");
    assert!(Templates.sniff("Orders.template.json", text) > Confidence::LIKELY);
    let out = read("cdk.out/Orders.template.json", text).unwrap_or_default();
    let rows: Vec<_> = out
        .resources
        .iter()
        .map(|row| {
            (
                row.tool.as_deref().unwrap_or_default(),
                row.name.as_deref().unwrap_or_default(),
                row.service.as_deref().unwrap_or_default(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("cdk", "Api/Queue", "Api"),
            ("cdk", "Api/Handler", "Api"),
            ("cdk", "Audit", ""),
        ]
    );
    assert_eq!(
        edges(&out),
        ["cdk:Orders:ApiHandler2B -> cdk:Orders:ApiQueue1A 0.95"]
    );
    // The same, as the API gives it.
    let body = serde_json::json!({"TemplateBody": text, "StagesAvailable": ["Original"]});
    let wrapped = read("Orders.json", &body.to_string()).unwrap_or_default();
    assert_eq!(edges(&wrapped), edges(&out));
    let body = format!("{{\"StagesAvailable\":[],\"TemplateBody\":{text}}}");
    assert_eq!(
        edges(&read("Orders.json", &body).unwrap_or_default()),
        edges(&out)
    );
}

#[test]
fn what_is_no_template_is_refused_with_its_place() {
    let check = |text: &str, expected: u64| {
        let error = read("t.yaml", text).err();
        let line = error.and_then(|error| error.origin().and_then(|origin| origin.line));
        assert_eq!(line, Some(expected), "{text}");
    };
    check("", 1);
    check("{}", 1);
    check("{\"Resources\":\n{\"A\":", 2);
    check("Resources:\n  A: [1\n  B: }", 3);
    check("Resources: 7", 1);
    let out = read(
        "t.yaml",
        "Resources:\n  A: 1\n  Fn::ForEach::X: []\n  B: {Type: AWS::SNS::Topic}",
    );
    let out = out.unwrap_or_default();
    let lines: Vec<u64> = out.rejects.iter().map(|reject| reject.line).collect();
    assert_eq!((out.resources.len(), lines), (1, vec![2, 3]));
}

#[test]
fn documents_of_others_are_not_claimed() {
    for text in [
        "apiVersion: v1\nkind: Pod\nspec:\n  Resources:\n",
        "Resources:\n- a\n",
        "{\"Resources\":[]}",
        "{\"version\":4,\"terraform_version\":\"1.9\",\"resources\":[]}",
        include_str!("../events/fixtures/create-and-update.json"),
        include_str!("../changesets/fixtures/describe-change-set.json"),
        include_str!("../drift/fixtures/describe-stack-resource-drifts.json"),
        "{\"eventVersion\":\"1.08\",\"requestParameters\":{\"Resources\":{},\"AWSTemplateFormatVersion\":1}}",
    ] {
        assert_eq!(Templates.sniff("x", text), Confidence::NO, "{text}");
    }
}

#[test]
fn findings_with_resources_are_no_templates() {
    let check = |head: &str, expected: Confidence| {
        assert_eq!(Templates.sniff("a.json", head), expected, "{head}");
    };
    let finding = r#"{"SchemaVersion":"2018-10-08","Resources":[{"Type":"AwsAccount","Id":"AWS::::Account:111122223333"}]}"#;
    check(finding, Confidence::NO);
    let of_config = r#"{"Resources" : [{"Type" : "AWS::S3::Bucket"}]}"#;
    check(of_config, Confidence::NO);
    let template = r#"{"Resources" : { "Logs": {"Type" : "AWS::S3::Bucket"}}}"#;
    check(template, Confidence(85));
}

#[test]
fn edges_run_from_who_depends_whatever_names_whom() {
    let out = read("web.yaml", include_str!("fixtures/web.yaml")).unwrap_or_default();
    let logical = |key: &str| key.rsplit(':').next().unwrap_or_default().to_owned();
    let edges: Vec<String> = out
        .relations
        .iter()
        .map(|edge| {
            let (from, to) = (logical(&edge.from), logical(&edge.to));
            format!("{from} {} {to}", edge.kind)
        })
        .collect();
    assert_eq!(
        edges,
        [
            "Balancer attached Front",
            "Listener routes Targets",
            "Balancer routes Listener",
            "Service depends_on Topic",
            "Service contains Cluster",
            "Targets routes Service",
            "Scalable depends_on Cluster",
            "Scalable scales Service",
            "Topic data_flow Jobs",
            "Subscription depends_on Topic",
            "Worker uses Jobs",
            "Worker data_flow Jobs",
            "Mapping depends_on Worker",
            "Nightly data_flow Worker",
            "Ingress depends_on Back",
            "Balancer permits_net Back",
        ]
    );
    let evidence = out.relations.get(8).map(|edge| edge.evidence.as_str());
    let expected = "`GetAtt` at `Properties.Endpoint` of `Subscription`, which names `Jobs`";
    assert_eq!(evidence, Some(expected));
}

#[test]
fn outputs_of_a_nested_stack_lead_to_what_they_are_of() {
    let parent = r#"
Resources:
  Net:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: ./stacks/network.yaml}
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties: {VpcId: !GetAtt Net.Outputs.VpcId}
"#;
    let child = r#"
Resources:
  Vpc: {Type: AWS::EC2::VPC}
Outputs:
  VpcId: {Value: !Ref Vpc}
  Text: {Value: !Sub "${Vpc} of ${AWS::StackName}"}
"#;
    let parent = read("shop.yaml", parent).unwrap_or_default();
    assert_eq!(
        edges(&parent),
        [
            "cloudformation:shop:Group -> cloudformation:shop:Net 0.95",
            "cloudformation:shop:Group -> cloudformation:output:network:VpcId 0.8",
        ]
    );
    let child = read("stacks/network.yaml", child).unwrap_or_default();
    let aliases = child.resources.first().map(|row| row.aliases.join(" "));
    let expected = "cloudformation:output:network:VpcId";
    assert!(aliases.is_some_and(|aliases| aliases.starts_with(expected)));
}

#[test]
fn variables_lead_to_what_their_values_name() {
    let text = r#"
Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      Environment:
        Variables:
          QUEUE_URL: https://sqs.eu-west-1.amazonaws.com/111122223333/jobs
          DB: postgres://app:canary-1@orders.abc.eu-west-1.rds.amazonaws.com:5432/orders
          TOKEN: canary-2
          ACCOUNT: "111122223333"
          SITE: https://www.shop.example/canary-3
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - Name: web
          Environment: [{Name: MEDIA, Value: s3://media/canary-4}]
          Secrets: [{Name: KEY, ValueFrom: "arn:aws:ssm:eu-west-1:111122223333:parameter/key"}]
"#;
    let out = read("shop.yaml", text).unwrap_or_default();
    let edges: Vec<String> = out
        .relations
        .iter()
        .map(|edge| format!("{} {} {}", edge.evidence, edge.kind, edge.to))
        .collect();
    assert_eq!(
        edges,
        [
            "environment variable `DB` of `Worker` uses orders.abc.eu-west-1.rds.amazonaws.com",
            "environment variable `QUEUE_URL` of `Worker` uses arn:aws:sqs:eu-west-1:111122223333:jobs",
            "environment variable `MEDIA` of `Task` uses arn:aws:s3:::media",
            "environment variable `KEY` of `Task` uses arn:aws:ssm:eu-west-1:111122223333:parameter/key",
        ]
    );
    assert!(!format!("{out:?}").contains("canary"));
}

#[test]
fn rules_let_members_of_groups_and_networks_reach_each_other() {
    let text = r#"
Parameters:
  Office: {Type: String, Default: 10.0.9.0/24}
Resources:
  Vpc: {Type: "AWS::EC2::VPC", Properties: {CidrBlock: 10.0.0.0/16}}
  One: {Type: "AWS::EC2::Subnet", Properties: {CidrBlock: 10.0.1.0/24, VpcId: !Ref Vpc}}
  Two: {Type: "AWS::EC2::Subnet", Properties: {CidrBlock: !Ref Office, VpcId: !Ref Vpc}}
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties: {VpcId: !Ref Vpc}
  Data:
    Type: AWS::EC2::SecurityGroup
    Properties:
      VpcId: !Ref Vpc
      SecurityGroupIngress:
        - {IpProtocol: tcp, SourceSecurityGroupId: !GetAtt Web.GroupId}
        - {IpProtocol: tcp, CidrIp: 10.0.0.0/17}
        - {IpProtocol: tcp, CidrIp: 0.0.0.0/0}
  Admin:
    Type: AWS::EC2::SecurityGroupIngress
    Properties: {GroupId: !Ref Web, CidrIp: !GetAtt Vpc.CidrBlock}
  Instance:
    Type: AWS::EC2::Instance
    Properties: {SecurityGroupIds: [!Ref Web]}
  Orders:
    Type: AWS::RDS::DBInstance
    Properties: {VPCSecurityGroups: [!Ref Data]}
"#;
    let out = read("shop.yaml", text).unwrap_or_default();
    let edges = out
        .relations
        .iter()
        .filter(|edge| edge.kind == nepho_core::tables::RelationKind::PermitsNet);
    let edges: Vec<String> = edges.map(|edge| edge.evidence.clone()).collect();
    assert_eq!(
        edges,
        [
            "Data lets Instance reach Orders",
            "Admin lets Vpc reach Instance",
            "Data lets One reach Orders",
            "Data lets Two reach Orders",
        ]
    );
}

#[test]
fn images_keys_and_certificates_are_used() {
    let text = r#"
Resources:
  Key: {Type: "AWS::KMS::Key"}
  Images: {Type: "AWS::ECR::Repository"}
  Table:
    Type: AWS::RDS::DBInstance
    Properties: {KmsKeyId: !GetAtt Key.Arn}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      ContainerDefinitions:
        - {Name: web, Image: !Sub "${Images.RepositoryUri}:1"}
        - {Name: jobs, Image: "111122223333.dkr.ecr.eu-west-1.amazonaws.com/jobs:1"}
        - {Name: proxy, Image: "envoyproxy/envoy:v1"}
  Worker:
    Type: AWS::Lambda::Function
    Properties: {Code: {ImageUri: "111122223333.dkr.ecr.eu-west-1.amazonaws.com/worker@sha256:0a"}}
  Site:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        ViewerCertificate: {AcmCertificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/0a1b"}
"#;
    let out = read("shop.yaml", text).unwrap_or_default();
    let uses = nepho_core::tables::RelationKind::Uses;
    let edges = out.relations.iter().filter(|edge| edge.kind == uses);
    let short = |id: &str| id.rsplit(':').next().unwrap_or_default().to_owned();
    let edges: Vec<String> = edges
        .map(|edge| format!("{} {}", short(&edge.from), short(&edge.to)))
        .collect();
    assert_eq!(
        edges,
        [
            "Table Key",
            "Task Images",
            "Task repository/jobs",
            "Worker repository/worker",
            "Site certificate/0a1b",
        ]
    );
}
