//! Log formats of Microsoft 365 and Microsoft Defender XDR.

mod evidence;
mod formats;
