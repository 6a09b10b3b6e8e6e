//! Settings and feature flags that services take from a service for them, by the name of the
//! application.

use nepho_core::key::Arn;
use nepho_core::tables::Change;

use super::reach::Reach;
use super::score::base_name;
use crate::blame::scene::Scene;

/// The service that failed, or one that it depends on, for whose application settings were
/// deployed: AppConfig hands them to whoever asks for those of the application
/// (docs.aws.amazon.com/appconfig/2019-10-09/APIReference/API_StartDeployment.html, read
/// 2026-12-01). The id of an application stands for its name where a document tells it.
pub(super) fn application(scene: &Scene<'_>, change: &Change, reach: &Reach) -> Option<u32> {
    let ids = change.resource.iter().chain(&change.parent);
    let application = ids.filter_map(|id| {
        let arn = Arn::parse(id).filter(|arn| arn.service == "appconfig")?;
        let rest = arn.resource.strip_prefix("application/")?;
        let (name, _) = rest.split_once('/').unwrap_or((rest, ""));
        let whole = id.get(..id.len() - rest.len() + name.len())?;
        Some((whole.to_owned(), name.to_owned()))
    });
    let (id, name) = application.into_iter().next()?;
    let known = scene.graph.resource(&id);
    let mut names: Vec<String> = vec![base_name(&name)];
    let told = known.map(|node| scene.graph.node(node).names.iter());
    names.extend(told.into_iter().flatten().map(|name| base_name(name)));
    let mut origins = reach.origins().into_iter();
    origins.find(|node| {
        let mut own = scene.graph.node(*node).names.iter();
        own.any(|own| names.contains(&base_name(own)))
    })
}
