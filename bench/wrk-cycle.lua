-- Sends the requests of a file in turn: a path a line, and behind a tab the token, if there is one, or
-- behind a second tab a cookie.
--
-- They are put together before the clock starts, so that the load generator spends as little CPU
-- as it can on each. There is a response() only for who says `count-refusals` behind the file: with
-- one, wrk copies every answer into Lua.

local requests = {}
local at = 0
local threads = {}
-- Of a thread, which has a Lua of its own. Read by done(), in yet another one.
refused = 0

function setup(thread)
  threads[#threads + 1] = thread
end

function init(args)
  if args[2] == "count-refusals" then
    -- What the platform says on purpose: come again later.
    response = function(status)
      if status == 429 or status == 503 then refused = refused + 1 end
    end
  end
  for line in io.lines(args[1]) do
    local path, token, cookie = line:match("^([^\t]+)\t?([^\t]*)\t?(.*)$")
    local headers = {}
    if token ~= "" then headers["Authorization"] = "Bearer " .. token end
    if cookie ~= "" then headers["Cookie"] = cookie end
    headers["Host"] = "localhost"
    headers["Accept-Encoding"] = "gzip"
    requests[#requests + 1] = wrk.format("GET", path, headers)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  local refusals = 0
  for _, thread in ipairs(threads) do refusals = refusals + thread:get("refused") end
  io.write(string.format(
    '\n{"requests":%d,"durationMicros":%d,"p50Micros":%d,"p99Micros":%d,"refused":%d,"errors":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), refusals,
    errors.status - refusals + errors.connect + errors.read + errors.write + errors.timeout
  ))
end
