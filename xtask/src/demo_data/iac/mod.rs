//! Writers of the documents that infrastructure tools leave behind.

pub(crate) mod cloudformation;
pub(crate) mod pulumi;
mod terraform_aws;
mod terraform_azure;
pub(crate) mod terraform_plan;
pub(crate) mod terraform_run;
pub(crate) mod terraform_state;
