#!lua flags=allow-oom
-- A worker's sign of life: its leases last anew. What another has by now is left alone.
--
-- KEYS[1]: what all names begin with   ARGV[1]: the worker   ARGV[2]: the lease in ms   ARGV[3…]: dispatches
-- Returns how many are still the worker's.
local base, leased = KEYS[1], KEYS[1] .. ':leased'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held = 0
for i = 3, #ARGV do
  local id = ARGV[i]
  if redis.call('HGET', base .. ':entry:' .. id, 'worker') == ARGV[1] and redis.call('ZSCORE', leased, id) then
    redis.call('ZADD', leased, 'XX', now + ARGV[2], id)
    held = held + 1
  end
end
return held
