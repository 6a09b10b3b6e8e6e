//! Lays blame: which failing service broke first and which only followed.

pub(crate) mod again;
pub(crate) mod cause;
pub(crate) mod links;
pub(crate) mod mention;
pub(crate) mod roots;
pub(crate) mod scene;
pub(crate) mod subject;
pub(crate) mod texture;
pub(crate) mod zone;
