//! Damaged documents: no panic, every error has its place, and no planted value comes out.

nepho_conformance::feeds!(nepho_iac_google, "canary", ["google"]);
