-- A Prosody 0.12 for chat clients, bots and components: as docs/servers.md shows it, and as test_configurations.py runs it.

-- [clients]
modules_enabled = {
    "roster", "saslauth", "tls", "disco", "ping", "version", "time", "lastactivity", "posix";
    "smacks";       -- XEP-0198: a bot that loses its connection resumes its session, and loses nothing
    "carbons";      -- XEP-0280
    "mam";          -- XEP-0313
    "blocklist";    -- XEP-0191
    "vcard_legacy", "pep", "csi", "offline";
    "websocket";    -- RFC 7395, at https://example.com:5281/xmpp-websocket
}
c2s_require_encryption = true
c2s_direct_tls_ports = { 5223 }       -- XEP-0368
authentication = "internal_hashed"    -- the bot's password is not stored
smacks_hibernation_time = 300         -- so long a lost session is kept

ssl = {
    certificate = "/etc/prosody/certs/example.com.crt";
    key = "/etc/prosody/certs/example.com.key";
}

VirtualHost "example.com"
-- [/clients]

-- [component]
-- Components connect to 127.0.0.1:5347. The secret is the only thing that keeps others from being the service.
Component "echo.example.com"
    component_secret = "a long random secret"
-- [/component]
