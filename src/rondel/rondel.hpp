// Everything that a service is written with, in one header. A file that only needs a part of it includes that part.
#pragma once

#include "rondel/base/jid.hpp"
#include "rondel/base/time.hpp"
#include "rondel/service/entity.hpp"
#include "rondel/service/router.hpp"
#include "rondel/service/task.hpp"
#include "rondel/stanza/iq.hpp"
#include "rondel/stanza/message.hpp"
#include "rondel/stanza/presence.hpp"
#include "rondel/stanza/stanza_error.hpp"
#include "rondel/xml/payload.hpp"
