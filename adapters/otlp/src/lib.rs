//! Log formats of OpenTelemetry.

mod formats;
