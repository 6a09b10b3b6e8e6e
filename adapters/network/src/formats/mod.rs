//! One folder per format.

mod bind_query;
mod dnsmasq_log;
mod dovecot_login;
mod exim_log;
mod fail2ban_log;
mod fortinet_firewall;
mod kea_log;
mod openvpn_log;
mod paloalto_firewall;
mod pfsense_firewall;
mod postfix_log;
mod sendmail_log;
mod snort_alert;
mod sonicwall_firewall;
mod sophos_firewall;
mod suricata_eve;
mod unbound_log;
mod vsftpd_access;
mod zeek_json;
mod zeek_tsv;
