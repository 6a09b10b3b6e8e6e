//! Logs of sensors, firewalls and services of a network.

mod formats;
mod pairs;
