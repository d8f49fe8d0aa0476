// The echo component on xmpp.js, as the documentation of @xmpp/component and @xmpp/iq shows it.
//
//   node echo.js HOST PORT DOMAIN SECRET
"use strict";

const { component, xml } = require("@xmpp/component");

const [host, port, domain, password] = process.argv.slice(2);
const xmpp = component({ service: `xmpp://${host}:${port}`, domain, password });

xmpp.on("error", (error) => console.error(error));

xmpp.on("stanza", (stanza) => {
  const { type, from, to, id } = stanza.attrs;
  if (!stanza.is("message") || type === "error") return;
  const body = stanza.getChildText("body");
  if (body) xmpp.send(xml("message", { type, to: from, from: to, id }, xml("body", {}, body))).catch(console.error);
});

xmpp.iqCallee.get("urn:xmpp:ping", "ping", () => true);

xmpp.start().catch(console.error);
