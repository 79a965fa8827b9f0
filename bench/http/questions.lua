-- wrk's script: asks the questions of the file in $QUESTIONS in turn, and prints one line of figures.
local targets = {}
for line in io.lines(os.getenv("QUESTIONS")) do
  local encoded = line:gsub("[^%w]", function(c) return string.format("%%%02X", c:byte()) end)
  targets[#targets + 1] = wrk.format("GET", "/intent?query=" .. encoded)
end

local at = 0
function request()
  at = at % #targets + 1
  return targets[at]
end

function done(summary, latency, _)
  local e = summary.errors
  io.write(string.format("figures %d %d %d %d %d\n", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50), latency:percentile(99)))
end
