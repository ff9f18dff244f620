#!lua
-- Puts dispatches into the queue, each once: an entry stays for a while after its end, so that a relay which does not
-- know whether its push arrived may repeat it. Refused as a whole when Redis is out of memory.
--
-- KEYS[1]: what all names begin with   ARGV[1]: how long an entry is kept, in ms   ARGV[2…]: dispatches
-- Returns how many were new.
local base = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local new = 0
for i = 2, #ARGV do
  local entry = base .. ':entry:' .. ARGV[i]
  if redis.call('EXISTS', entry) == 0 then
    redis.call('HSET', entry, 'attempts', 0)
    redis.call('PEXPIRE', entry, ARGV[1])
    redis.call('ZADD', base .. ':ready', now, ARGV[i])
    new = new + 1
  end
end
if new > 0 then
  redis.call('PUBLISH', base .. ':wake', new)
end
return new
