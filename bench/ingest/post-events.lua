-- Posts events, each with an id and a user of its own, one by one or in batches.
--
-- Arguments: the file with the token, the media type, the file with an event in which every # stands
-- for a digit of the event's number, how many go into a POST, and the number to begin with.

dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "../wrk-cycle.lua")

local head, parts, batch, number, digits

local function read(path)
  local file = assert(io.open(path))
  local text = file:read("*a")
  file:close()
  return text
end

function init(args)
  local token, media, template = read(args[1]), args[2], read(args[3])
  batch, number = tonumber(args[4]), tonumber(args[5])
  digits = "%0" .. #template:match("#+") .. "d"
  parts = {}
  for part in (template:gsub("#+", "\0") .. "\0"):gmatch("(.-)%z") do parts[#parts + 1] = part end
  local length = batch * #template + (batch > 1 and batch + 1 or 0)
  head = "POST /v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " .. token ..
    "\r\nContent-Type: " .. media .. "\r\nContent-Length: " .. length .. "\r\n\r\n"
end

local function event()
  number = number + 1
  return table.concat(parts, digits:format(number))
end

function request()
  if batch == 1 then return head .. event() end
  local events = {}
  for at = 1, batch do events[at] = event() end
  return head .. "[" .. table.concat(events, ",") .. "]"
end
