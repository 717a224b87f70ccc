-- The headers of an SDK client, and the figures of the run as one line of JSON, with latencies in microseconds.
-- PLAN names requests that differ, PLAN_START the first number; without it, all requests are the one of the command line:
--   misses    the identity has the next number in each request
--   spread    the same for 1000 identities in turn
--   derived   a page size that grows from the number of records to 1024, and begins again
--   mixed     1000 identities at random: 80 % hits, 15 % deltas, 5 % writes
-- BODY names a file: each request, or each write of `mixed`, is a POST of its content.
wrk.headers["Accept-Encoding"] = "identity"
wrk.headers["User-Agent"] = "Boto3/1.43.11 md/Botocore#1.43.11 ua/2.1 os/linux"
wrk.headers["X-Request-Id"] = "b3d2e31e-d6b7-4612-8e84-c9ba288dab5d"

local IDENTITIES = 1000
local plan, first, body = os.getenv("PLAN"), tonumber(os.getenv("PLAN_START") or 0), nil
if os.getenv("BODY") then
    body = io.open(os.getenv("BODY")):read("*a")
    if plan ~= "mixed" then
        wrk.method, wrk.body = "POST", body
        wrk.headers["Content-Type"] = "application/json"
    end
end

-- The target of the command line with the number as the end of its identity.
local function numbered(path, number)
    return (path:gsub("%x%x%x%x%x%x%x%x%x%x%x%x/datasets/", string.format("%012x/datasets/", number)))
end

-- A function that returns the next request. It only joins texts: wrk.format would cost as much as a hit.
local function of_parts(parts, number_of)
    local mark = wrk.format(nil, parts)
    local before, after = mark:match("^(.-)@(.*)$")
    return function() return before .. number_of() .. after end
end

local makers = {}

function makers.misses(path)
    local number, pattern = first, (path:gsub("%x%x%x%x%x%x%x%x%x%x%x%x/datasets/", "@/datasets/"))
    return of_parts(pattern, function()
        number = number + 1
        return string.format("%012x", number)
    end)
end

function makers.derived(path)
    local number = first
    return of_parts(path .. "?maxResults=@", function()
        number = number < 1023 and number + 1 or first
        return number
    end)
end

function makers.spread(path)
    local requests, number = {}, 0
    for index = 1, IDENTITIES do requests[index] = wrk.format(nil, numbered(path, first + index)) end
    return function()
        number = number % IDENTITIES + 1
        return requests[number]
    end
end

function makers.mixed(path)
    local hits, deltas, writes = {}, {}, {}
    for index = 1, IDENTITIES do
        local target = numbered(path, first + index)
        hits[index] = wrk.format("GET", target)
        deltas[index] = wrk.format("GET", target .. "?lastSyncCount=" .. target:match("/datasets/(%d+)S"))
        wrk.headers["Content-Type"] = "application/json"
        writes[index] = wrk.format("POST", target:gsub("/records$", ""), nil, body)
        wrk.headers["Content-Type"] = nil
    end
    return function()
        local chance, index = math.random(100), math.random(IDENTITIES)
        if chance <= 80 then return hits[index] end
        return (chance <= 95 and deltas or writes)[index]
    end
end

if plan then
    local made
    function request()
        made = made or makers[plan](wrk.path)
        return made()
    end
end

function done(summary, latency, requests)
    local errors = summary.errors
    print(string.format('{"requests":%d,"seconds":%.6f,"p50":%d,"p99":%d,"errors":%d}',
        summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
