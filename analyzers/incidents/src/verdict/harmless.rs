//! What some changes can not do: break what runs.

use nepho_core::tables::{Change, ChangeAction};
use nepho_core::time::NANOS;

use super::candidates::Candidate;
use super::class::{self, Class, Effect};
use super::doubt;
use super::limits;
use super::ports;
use super::ranges;
use super::reach::Reach;
use super::same;
use crate::blame::mention;
use crate::blame::scene::{Scene, Voice};
use crate::blame::texture::{self, Trouble};
use crate::callers::{self, Deed, Refusal};

/// Why a change can not be what broke something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Harmless {
    /// It stores something that nothing runs yet: an image, a version, a snapshot.
    Stores,
    /// It sets when a key is renewed, and renews none.
    Plans,
    /// It allows more than before, in what this class is of.
    Opens(Class),
    /// It can cause trouble, but none like this.
    Unfit(&'static str),
    /// It took rights from others than those who are refused.
    Others,
    /// It did not take or deny what was refused.
    Beside,
    /// It is about who may call what failed, which calls others in vain.
    Callers,
    /// What it sets is set later.
    Waits,
    /// It closes other ports than those that the messages tell of.
    OtherPorts,
    /// It lets an alias lead to another version than the failing rows are of.
    OtherVersion,
    /// It closes other addresses than those of who calls, or of what is called.
    OtherRanges,
    /// It denies what another rule allows before it.
    Overruled,
    /// It was undone before the first failure.
    Undone,
    /// It sets what was so before.
    Same,
    /// It sets only what stands beside what runs.
    Aside,
    /// It adds something to what there is.
    Adds,
    /// The messages tell that the time of a certificate ended.
    Expired,
}

impl Harmless {
    /// Why it is none, in words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Stores => "what it stores runs nowhere until something is started with it",
            Self::Plans => "it sets when a key is renewed, and renews none",
            Self::Opens(Class::Network) => "it only allows connections, and cuts none",
            Self::Opens(_) => "it only grants access, and takes none away",
            Self::Unfit(why) => why,
            Self::Others => "it took rights from others than who is refused",
            Self::Callers => "it is about who may call it, and not about what it may call",
            Self::Waits => "it waits for the next maintenance window, and has changed nothing yet",
            Self::OtherPorts => "it closes other ports than those that the messages tell of",
            Self::OtherVersion => "it is of another version of the function than the failing rows",
            Self::OtherRanges => {
                "it closes other addresses than those of the service and of what it lost"
            }
            Self::Overruled => "it denies what a rule with a lower number allows",
            Self::Undone => "it was undone before the first failure",
            Self::Same => "it leads to where it led before",
            Self::Aside => {
                "it sets backups, logs, windows or what is watched, and nothing of what runs"
            }
            Self::Adds => "it adds something, and takes nothing from what was there",
            Self::Expired => "the messages tell that a certificate ended by its time",
            Self::Beside => "nothing tells that it took or denies what was refused",
        }
    }
}

/// Calls that store what nothing runs yet. Snapshots of databases may halt them for a moment and
/// are none; a new version of a launch template may be the one that a group takes.
///
/// Sources: docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html, .../lambda/latest/
/// api/API_PublishVersion.html, .../AWSEC2/latest/APIReference/API_CreateSnapshot.html, read
/// 2026-11-29.
const STORING: [&str; 12] = [
    "BatchImportImage",
    "CompleteLayerUpload",
    "CopyDBClusterSnapshot",
    "CopyDBSnapshot",
    "CopyImage",
    "CopySnapshot",
    "CreateSnapshot",
    "CreateSnapshots",
    "PublishLayerVersion",
    "PublishVersion",
    "PutImage",
    "RegisterTaskDefinition",
];

/// Calls that only allow: rules of security groups allow and do not deny
/// (docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html, read 2026-11-29).
const OPENING: [&str; 2] = [
    "AuthorizeSecurityGroupEgress",
    "AuthorizeSecurityGroupIngress",
];

/// Calls that only grant: statements that they add allow (docs.aws.amazon.com/lambda/latest/api/
/// API_AddPermission.html, .../kms/latest/APIReference/API_CreateGrant.html, read 2026-11-29), or
/// give back what was ended.
const GRANTING: [&str; 10] = [
    "AddLayerVersionPermission",
    "AddPermission",
    "AddRoleToDBCluster",
    "AddRoleToDBInstance",
    "CancelKeyDeletion",
    "CreateGrant",
    "CreateServiceAccountKey",
    "EnableKey",
    "RestoreSecret",
    "UploadServiceAccountKey",
];

/// Calls on the policy of a function that says who may call it:
/// docs.aws.amazon.com/lambda/latest/api/ API_RemovePermission.html (read 2026-11-29).
const CALLING: [&str; 1] = ["RemovePermission"];

/// APIs of Google Cloud whose policies of a service or function say who may call it
/// (cloud.google.com/run/docs/securing/managing-access, read 2026-11-29).
const CALLED: [&str; 2] = ["run.", "cloudfunctions."];

/// Whether a call is on who may call what it is on.
fn is_about_callers(change: &Change) -> bool {
    let call = call(change);
    let is_called = |api: &&str| change.resource_type.starts_with(*api);
    CALLING.contains(&call) || call == "SetIamPolicy" && CALLED.iter().any(is_called)
}

/// Calls that set when a key is renewed: what it encrypted can be read with it after that as well
/// (docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html, read 2026-11-29).
const PLANNING: [&str; 2] = ["DisableKeyRotation", "EnableKeyRotation"];

/// Types of resources, without case and `_`, of which a new one only allows connections.
const OPENING_TYPES: [&str; 6] = [
    "awssecuritygrouprule",
    "awsvpcsecuritygroupegressrule",
    "awsvpcsecuritygroupingressrule",
    "aws::ec2::securitygroupegress",
    "aws::ec2::securitygroupingress",
    "aws:ec2/securitygrouprule:securitygrouprule",
];

/// Types of resources of which a new one only grants access. Assignments of roles of Azure have no
/// effect but to allow (learn.microsoft.com/azure/role-based-access-control/overview, read
/// 2026-11-29).
const GRANTING_TYPES: [&str; 7] = [
    "awskmsgrant",
    "awslambdapermission",
    "aws::lambda::permission",
    "aws:lambda/permission:permission",
    "azurermroleassignment",
    "azure-native:authorization:roleassignment",
    "microsoft.authorization/roleassignments",
];

/// How long after a call a refusal began right after it: 2 minutes.
const RIGHT_AFTER: i64 = 120 * NANOS;

/// Words by which messages name whoever was refused: accounts of Google Cloud, and object ids that
/// key vaults of Azure tell (learn.microsoft.com/azure/key-vault/general/rest-error-codes, read
/// 2026-11-29).
const ACCOUNTS: [&str; 2] = [".gserviceaccount.com", "oid="];

/// Why a change can not be what broke the service of a burst; `None` if it can.
pub(crate) fn of(
    scene: &Scene<'_>,
    burst: usize,
    candidate: &Candidate<'_>,
    reach: &Reach,
) -> Option<Harmless> {
    let change = candidate.change;
    let voice = scene.voices.get(burst)?;
    let deed = scene.deeds.get(change.id.as_str());
    let is_own = candidate.touches(|node| reach.is_own(node));
    of_itself(change)
        .or_else(|| (is_own && is_about_callers(change)).then_some(Harmless::Callers))
        .or_else(|| of_rights(scene, burst, deed?, candidate, reach))
        .or_else(|| callers::is_beside(scene, burst, change).then_some(Harmless::Beside))
        .or_else(|| is_of_another_user(change, voice).then_some(Harmless::Others))
        .or_else(|| ports::are_others(change, &voice.messages).then_some(Harmless::OtherPorts))
        .or_else(|| {
            let is_other = is_own && is_of_another_version(scene, burst, change);
            is_other.then_some(Harmless::OtherVersion)
        })
        .or_else(|| of_network(scene, burst, candidate))
        .or_else(|| was_undone(scene, burst, candidate).then_some(Harmless::Undone))
        .or_else(|| {
            let is_lost = scene.lost.get(burst).is_some_and(Option::is_some);
            limits::of(change, &voice.troubles, is_own && is_lost).map(Harmless::Unfit)
        })
        .or_else(|| has_expired(change, voice).then_some(Harmless::Expired))
        .or_else(|| match deed {
            // What a call on rights did is told above.
            Some(_) => None,
            None if class::is_cosmetic(change) => None,
            None => of_effect(change, voice),
        })
}

/// What can come of a change by the words of its names.
fn of_effect(change: &Change, voice: &Voice) -> Option<Harmless> {
    // What is kept longer cannot be written over, and what is kept elsewhere not be read.
    let is_of_kept =
        |(trouble, _): &(Trouble, f64)| matches!(trouble, Trouble::Missing | Trouble::Access);
    match class::effect(change) {
        Effect::Beside => Some(Harmless::Aside),
        Effect::Kept if !voice.troubles.iter().any(is_of_kept) => Some(Harmless::Aside),
        Effect::Adds => Some(Harmless::Adds),
        Effect::Kept | Effect::May | Effect::Unsure => None,
    }
}

/// Words of messages that tell of the end of a certificate's time: of Go, OpenSSL, Node.js, Java
/// and .NET (pkg.go.dev/crypto/x509, nodejs.org/api/tls.html,
/// learn.microsoft.com/dotnet/api/system.security.cryptography.x509certificates.x509chainstatusflags,
/// read 2026-11-29).
const EXPIRED: [&str; 7] = [
    "cert_has_expired",
    "certificate expired",
    "certificate has expired",
    "certificate_expired",
    // `CertificateExpiredException: NotAfter: ...`, and what PKIX says of a path with one.
    "certificateexpired",
    "validity check failed",
    "nottimevalid",
];

/// So many of so many messages tell that a certificate ended, where that is what is wrong: others
/// are of what comes of it.
const MOST_EXPIRED: usize = 4;
const EXPIRED_OF: usize = 5;

/// Whether a message in small letters tells that a certificate ended.
pub(super) fn tells_expiry(text: &str) -> bool {
    EXPIRED.iter().any(|words| text.contains(words))
}

/// Whether what most messages tell of certificates is that one ended, and a change is on none: this
/// time did, and no call.
fn has_expired(change: &Change, voice: &Voice) -> bool {
    let texts = voice
        .messages
        .iter()
        .map(|one| one.text.to_ascii_lowercase());
    let told: Vec<bool> = texts.map(|text| tells_expiry(&text)).collect();
    let trouble = voice.troubles.first().map(|(trouble, _)| *trouble);
    trouble == Some(Trouble::Certificate)
        && told.iter().filter(|is_told| **is_told).count() * EXPIRED_OF >= told.len() * MOST_EXPIRED
        && !told.is_empty()
        && !class::of_change(change).contains(&Class::Certificate)
}

/// Why a change of a rule, a route or a record has nothing to do with the hosts of a burst.
fn of_network(scene: &Scene<'_>, burst: usize, candidate: &Candidate<'_>) -> Option<Harmless> {
    let change = candidate.change;
    let messages = &scene.voices.get(burst)?.messages;
    if ports::are_open(change, messages) {
        return Some(Harmless::Opens(Class::Network));
    }
    if ranges::are_others(scene, burst, change) {
        return Some(Harmless::OtherRanges);
    }
    same::leads_as_before(scene, candidate).then_some(Harmless::Same)
}

/// So long rows of a failure may follow it whose cause was undone: calls that wait for an answer
/// give up after that, 30 seconds.
const LATE: i64 = 30 * NANOS;
/// The same of what comes back slowly: names and rights that are cached, what is started again, 10
/// minutes.
const LONG: i64 = 600 * NANOS;

/// Whether a change was undone so long before the first failure that nothing of it was left.
fn was_undone(scene: &Scene<'_>, burst: usize, candidate: &Candidate<'_>) -> bool {
    let change = candidate.change;
    let (Some(undone), Some(time)) = (change.undone, change.time) else {
        return false;
    };
    // Both were told by the same clock.
    let undone = candidate.time.saturating_add(undone.since(time));
    let of_type = class::of_change(&Change {
        resource_type: change.resource_type.clone(),
        ..Change::default()
    });
    let is_quick = of_type == [Class::Network];
    let rest = if is_quick { LATE } else { LONG };
    let onset = scene.bursts.get(burst).map(|burst| burst.onset);
    onset.is_some_and(|onset| undone.saturating_add(rest) < onset)
}

/// Whether a change is of a user of a database, and all that messages say were not let in are
/// others.
fn is_of_another_user(change: &Change, voice: &Voice) -> bool {
    let mut users = change.attributes.iter();
    let user = users.find_map(|name| name.strip_prefix(Change::DATABASE_USER));
    let texts = voice.messages.iter().map(|message| message.text.as_str());
    let mut refused = texts.filter_map(texture::refused_user).peekable();
    user.is_some_and(|user| {
        refused.peek().is_some() && refused.all(|one| !one.eq_ignore_ascii_case(user))
    })
}

/// Whether a change lets an alias lead to versions of a function none of which the failing rows are
/// of, as far as these tell.
fn is_of_another_version(scene: &Scene<'_>, burst: usize, change: &Change) -> bool {
    let mut aliased = doubt::aliased(change).peekable();
    if aliased.peek().is_none() {
        return false;
    }
    let own = doubt::versions(scene, burst);
    !own.is_empty() && !aliased.any(|version| own.contains(&version))
}

/// Whether a call may have taken what was refused right after it, if the policy that it put said
/// something else before: nothing tells.
pub(super) fn may_have_taken(scene: &Scene<'_>, burst: usize, candidate: &Candidate<'_>) -> bool {
    let deed = scene.deeds.get(candidate.change.id.as_str());
    let told = deed
        .zip(scene.voices.get(burst))
        .zip(scene.bursts.get(burst));
    told.is_some_and(|((deed, voice), burst)| {
        let is_access = voice.troubles.first().map(|(trouble, _)| *trouble);
        let is_access = is_access == Some(Trouble::Access);
        let is_soon = burst.onset.saturating_sub(candidate.time) <= RIGHT_AFTER;
        let mut texts = voice.messages.iter().map(|message| message.text.as_str());
        is_access
            && is_soon
            && texts.any(|text| deed.may_fit(&Refusal::of(text)))
            && !explains(voice, deed)
    })
}

/// Whether a call explains a refusal that messages tell of. What was denied may be told in other
/// words than those of the cloud, or not wholly.
fn explains(voice: &Voice, deed: &Deed) -> bool {
    let refusals = voice.messages.iter().map(|one| Refusal::of(&one.text));
    let mut refusals: Vec<Refusal> = refusals.collect();
    // Where some tell the action, the others are of the same.
    if refusals.iter().any(|refusal| refusal.action.is_some()) {
        refusals.retain(|refusal| refusal.action.is_some());
    }
    let mut fits = refusals
        .iter()
        .map(|refusal| deed.fits(refusal) || deed.fits(&refusal.without_reason()));
    fits.any(|fits| fits)
}

/// What of the rights of others a call has nothing to do with what the messages tell.
fn of_rights(
    scene: &Scene<'_>,
    burst: usize,
    deed: &Deed,
    candidate: &Candidate<'_>,
    reach: &Reach,
) -> Option<Harmless> {
    if deed.only_gives() {
        return Some(Harmless::Opens(Class::Access));
    }
    let voice = scene.voices.get(burst)?;
    if let Some(losers) = deed.losers() {
        let losers: Vec<&str> = losers.collect();
        let is_named = |text: &str| losers.iter().any(|one| mention::mentions(text, one));
        let mut texts = voice.messages.iter().map(|message| message.text.as_str());
        let names_others = voice.messages.iter().any(|one| {
            let mut told = ACCOUNTS.iter();
            told.any(|account| one.text.contains(account))
        });
        let runs_as = |whose: &str| {
            let nodes = scene.graph.resources_of(whose);
            nodes.into_iter().any(|node| reach.hops(node).is_some())
        };
        // Where calls failed, their caller is the service.
        let own = scene.bursts.get(burst).map(|burst| scene.service(burst));
        let is_own = |one: &&str| own.is_some_and(|own| own.eq_ignore_ascii_case(one));
        let is_meant = texts.any(is_named)
            || losers.iter().any(is_own)
            || losers.iter().any(|one| runs_as(one));
        // Where nobody tells as whom the service runs, it may be any of them.
        if !is_meant && (names_others || reach.has_account(scene)) {
            return Some(Harmless::Others);
        }
    }
    let trouble = voice.troubles.first().map(|(trouble, _)| *trouble);
    let is_beside = trouble == Some(Trouble::Access)
        && !explains(voice, deed)
        && !may_have_taken(scene, burst, candidate);
    is_beside.then_some(Harmless::Beside)
}

/// The call that a change is, where it was read from an audit log.
fn call(change: &Change) -> &str {
    match change.id.starts_with("audit:") {
        true => last(change.address.split(' ').next().unwrap_or_default()),
        false => "",
    }
}

/// The last words of a call that clouds write with what it is of: `CreateServiceAccountKey` of
/// `google.iam.admin.v1.CreateServiceAccountKey`.
fn last(call: &str) -> &str {
    call.rsplit('.').next().unwrap_or(call)
}

/// Why a change can not have broken anything, whatever the messages tell.
fn of_itself(change: &Change) -> Option<Harmless> {
    if change.id.starts_with("audit:") {
        if change
            .attributes
            .iter()
            .any(|name| name == Change::ALLOWING_RULE)
        {
            return Some(Harmless::Opens(Class::Network));
        }
        let remarks = [
            (Change::WAITING, Harmless::Waits),
            (Change::OVERRULED, Harmless::Overruled),
        ];
        let mut remarks = remarks.into_iter();
        let has = |remark: &str| change.attributes.iter().any(|name| name == remark);
        if let Some((_, why)) = remarks.find(|(remark, _)| has(remark)) {
            return Some(why);
        }
        let call = call(change);
        let found = [
            (Harmless::Stores, STORING.as_slice()),
            (Harmless::Plans, &PLANNING),
            (Harmless::Opens(Class::Network), &OPENING),
            (Harmless::Opens(Class::Access), &GRANTING),
        ];
        let found = found.iter().find(|(_, calls)| calls.contains(&call));
        if let Some((harmless, _)) = found {
            return Some(*harmless);
        }
    }
    if change.action != ChangeAction::Create {
        return None;
    }
    let kind = change.resource_type.replace('_', "").to_ascii_lowercase();
    if OPENING_TYPES.contains(&kind.as_str()) {
        return Some(Harmless::Opens(Class::Network));
    }
    GRANTING_TYPES
        .contains(&kind.as_str())
        .then_some(Harmless::Opens(Class::Access))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::change;

    #[test]
    fn the_end_of_a_certificate_is_told_in_many_words() {
        for text in [
            "x509: certificate has expired or is not yet valid",
            "java.security.cert.certificateexpiredexception: notafter: wed may 13 00:00:00 utc",
            "pkix path validation failed: validity check failed",
        ] {
            assert!(tells_expiry(text), "{text}");
        }
        for text in [
            "certificate signed by unknown authority",
            "the session has expired",
        ] {
            assert!(!tells_expiry(text), "{text}");
        }
    }

    #[test]
    fn what_only_allows_is_told_by_call_or_type() {
        let call = |address: &str| {
            let mut change = change(address, "2024-05-01T10:00:00Z", "", &[]);
            change.id = "audit:1".to_owned();
            of_itself(&change)
        };
        let opens = Some(Harmless::Opens(Class::Network));
        assert_eq!(call("AuthorizeSecurityGroupIngress sg-1"), opens);
        assert_eq!(call("RevokeSecurityGroupIngress sg-1"), None);
        assert_eq!(call("PutImage checkout"), Some(Harmless::Stores));
        assert_eq!(call("DisableKeyRotation 0a1b"), Some(Harmless::Plans));
        assert_eq!(call("DisableKey 0a1b"), None);
        let grants = Some(Harmless::Opens(Class::Access));
        let key = "google.iam.admin.v1.CreateServiceAccountKey app@shop";
        assert_eq!(call(key), grants);
        assert_eq!(call("AddRoleToDBInstance orders"), grants);
        assert_eq!(call("RemoveRoleFromDBInstance orders"), None);
        let mut rule = change("x", "2024-05-01T10:00:00Z", "", &[Change::ALLOWING_RULE]);
        rule.id = "audit:1".to_owned();
        assert_eq!(of_itself(&rule), opens);
        rule.attributes = vec!["dBInstanceClass".to_owned()];
        assert_eq!(of_itself(&rule), None);
        rule.attributes.push(Change::WAITING.to_owned());
        assert_eq!(of_itself(&rule), Some(Harmless::Waits));
        rule.attributes = vec![Change::OVERRULED.to_owned()];
        assert_eq!(of_itself(&rule), Some(Harmless::Overruled));
        let made = |kind: &str, action: ChangeAction| {
            let mut change = change("x", "2024-05-01T10:00:00Z", kind, &[]);
            change.action = action;
            of_itself(&change)
        };
        let rule = "aws_vpc_security_group_ingress_rule";
        assert_eq!(made(rule, ChangeAction::Create), opens);
        assert_eq!(made(rule, ChangeAction::Delete), None);
        assert_eq!(made(rule, ChangeAction::Replace), None);
        assert_eq!(made("aws_network_acl_rule", ChangeAction::Create), None);
        assert_eq!(
            made("azurerm_role_assignment", ChangeAction::Create),
            grants
        );
    }
}
