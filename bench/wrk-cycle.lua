-- Sends the requests of a file in turn: a path a line, and behind a tab the token, if there is one, or
-- behind a second tab a cookie.
--
-- They are put together before the clock starts, so that the load generator spends as little CPU
-- as it can on each. There is no response() here: with one, wrk would copy every answer into Lua.

local requests = {}
local at = 0

function init(args)
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
  io.write(string.format(
    '\n{"requests":%d,"durationMicros":%d,"p50Micros":%d,"p99Micros":%d,"errors":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout
  ))
end
