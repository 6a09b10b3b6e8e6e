//! Images of containers: the registry that each comes from.
//!
//! docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html,
//! cloud.google.com/artifact-registry/docs/docker/names and
//! learn.microsoft.com/azure/container-registry/container-registry-concepts, read 2026-11-29.

use nepho_core::key::{azure_domains_of, partition_of};

/// Key of the repository or registry that an image comes from: the ARN of a repository of ECR, the
/// full name of one of Artifact Registry, the host of a registry of Azure. `None` of others, which
/// are no resource of a cloud.
pub fn registry(image: &str) -> Option<String> {
    let image = image.split_once("://").map_or(image, |(_, image)| image);
    let (host, path) = image.trim().split_once('/')?;
    let host = host.to_ascii_lowercase();
    // A digest or a tag follows the name of the repository.
    let path = path.split('@').next()?;
    let path = match path.rsplit_once('/') {
        Some((front, last)) => {
            let end = front.len() + 1 + last.find(':').unwrap_or(last.len());
            path.get(..end)?
        }
        None => path.split(':').next()?,
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/".contains(&byte);
    if path.is_empty() || !path.bytes().all(is_name) {
        return None;
    }
    of_aws(&host, path)
        .or_else(|| of_google(&host, path))
        .or_else(|| of_azure(&host))
}

/// `ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY`.
fn of_aws(host: &str, path: &str) -> Option<String> {
    let (account, rest) = host.split_once('.')?;
    let rest = rest
        .strip_prefix("dkr.ecr.")
        .or_else(|| rest.strip_prefix("dkr.ecr-fips."))?;
    let (region, domain) = rest.split_once('.')?;
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    if !is_account || !domain.starts_with("amazonaws.com") {
        return None;
    }
    let partition = partition_of(region);
    Some(format!(
        "arn:{partition}:ecr:{region}:{account}:repository/{path}"
    ))
}

/// `LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE`.
fn of_google(host: &str, path: &str) -> Option<String> {
    let location = host.strip_suffix("-docker.pkg.dev")?;
    let mut parts = path.split('/');
    let (project, repository) = (parts.next()?, parts.next()?);
    Some(format!(
        "//artifactregistry.googleapis.com/projects/{project}/locations/{location}/repositories/{repository}"
    ))
}

fn of_azure(host: &str) -> Option<String> {
    answers_as(host, "microsoft.containerregistry/registries").then(|| host.to_owned())
}

/// Whether a host is that of a resource of Azure of this type, in any of its clouds.
fn answers_as(host: &str, resource_type: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    let mut domains = azure_domains_of(resource_type);
    domains.any(|domain| domain.holds(host)) && host.bytes().all(is_name)
}

/// Host of the vault of Azure that a value names: the id of a key, secret or certificate
/// (`https://shop.vault.azure.net/secrets/db`), or a reference of a setting to one
/// (`@Microsoft.KeyVault(SecretUri=...)`, `@Microsoft.KeyVault(VaultName=shop;SecretName=db)`).
///
/// learn.microsoft.com/azure/app-service/app-service-key-vault-references, read 2026-11-29.
pub fn vault(value: &str) -> Option<String> {
    let value = value.trim();
    let inner = value
        .strip_prefix("@Microsoft.KeyVault(")
        .and_then(|inner| inner.strip_suffix(')'));
    let url = match inner {
        Some(inner) => {
            let mut fields = inner.split(';').filter_map(|field| field.split_once('='));
            let (name, told) = fields.find(|(name, _)| {
                let name = name.trim();
                name.eq_ignore_ascii_case("SecretUri") || name.eq_ignore_ascii_case("VaultName")
            })?;
            if name.trim().eq_ignore_ascii_case("VaultName") {
                let told = told.trim().to_ascii_lowercase();
                let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
                let is_vault = !told.is_empty() && told.bytes().all(is_name);
                return is_vault.then(|| format!("{told}.vault.azure.net"));
            }
            told.trim()
        }
        None => value,
    };
    let host = url.strip_prefix("https://")?.split('/').next()?;
    let host = host.to_ascii_lowercase();
    answers_as(&host, "microsoft.keyvault/vaults").then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_tells_its_registry() {
        let check = |image: &str, expected: Option<&str>| {
            assert_eq!(registry(image).as_deref(), expected, "{image}");
        };
        let web = Some("arn:aws:ecr:eu-west-1:111122223333:repository/shop/web");
        let host = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";
        check(&format!("{host}/shop/web:1.2"), web);
        check(&format!("{host}/shop/web@sha256:0a1b"), web);
        check(
            &format!("docker-pullable://{host}/shop/web:1.2@sha256:0a"),
            web,
        );
        check(
            "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/web",
            Some("arn:aws-cn:ecr:cn-north-1:111122223333:repository/web"),
        );
        check(
            "europe-west1-docker.pkg.dev/shop-prod/images/team/web:1",
            Some(
                "//artifactregistry.googleapis.com/projects/shop-prod/locations/europe-west1/repositories/images",
            ),
        );
        check("Shop.azurecr.io/web:v1", Some("shop.azurecr.io"));
        for none in ["nginx", "library/nginx:1.27", "ghcr.io/shop/web", "", host] {
            check(none, None);
        }
        check(&format!("{host}/${{Repository}}"), None);
    }

    #[test]
    fn a_reference_tells_its_vault() {
        let check = |value: &str, expected: Option<&str>| {
            assert_eq!(vault(value).as_deref(), expected, "{value}");
        };
        let shop = Some("shop.vault.azure.net");
        check("https://shop.vault.azure.net/keys/k/0a1b", shop);
        check(
            "@Microsoft.KeyVault(SecretUri=https://shop.vault.azure.net/secrets/db/)",
            shop,
        );
        check("@Microsoft.KeyVault(VaultName=Shop;SecretName=db)", shop);
        check("@Microsoft.KeyVault(SecretName=db)", None);
        check("https://shop.example/keys/k", None);
    }
}
