//! Every fixture against its snapshot.

nepho_conformance::formats!(nepho_adapter_saas);
