// Everything that a service is written with, in one header. A file that only needs a part of it includes that part.
//
// What it costs to compile is measured by bench/compile-time.
#pragma once

#include "rondel/base/jid.hpp"
#include "rondel/base/time.hpp"
#include "rondel/net/component.hpp"
#include "rondel/net/run.hpp"
#include "rondel/server/local.hpp"
#include "rondel/service/entity.hpp"
#include "rondel/service/router.hpp"
#include "rondel/service/task.hpp"
#include "rondel/stanza/iq.hpp"
#include "rondel/stanza/message.hpp"
#include "rondel/stanza/presence.hpp"
#include "rondel/stanza/stanza_error.hpp"
#include "rondel/xep/disco.hpp"
#include "rondel/xep/entity_time.hpp"
#include "rondel/xep/last_activity.hpp"
#include "rondel/xep/ping.hpp"
#include "rondel/xep/version.hpp"
#include "rondel/xml/payload.hpp"
