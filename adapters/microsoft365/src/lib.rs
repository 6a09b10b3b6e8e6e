//! Log formats of Microsoft 365 and Microsoft Defender.

mod formats;
