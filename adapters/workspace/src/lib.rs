//! Log formats of Google Workspace.

mod formats;
