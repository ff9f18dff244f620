#!lua flags=allow-oom
-- Takes dispatches for a worker: those whose lease is over first, then those that are ready, at most as many as it has
-- free slots. One that was taken too often is buried: it ends its workers. Allowed when Redis is out of memory, since
-- what is taken and done makes room.
--
-- KEYS[1]: what all names begin with
-- ARGV[1]: the worker   ARGV[2]: free slots   ARGV[3]: the lease in ms   ARGV[4]: most attempts
-- ARGV[5]: how long an entry is kept, in ms   ARGV[6]: how many dead ones are kept
-- Returns the dispatches.
local base, worker, free, lease, most = KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local ready, leased, dead = base .. ':ready', base .. ':leased', base .. ':dead'
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local taken = {}

local function take(id, from)
  redis.call('ZREM', from, id)
  local entry = base .. ':entry:' .. id
  local attempts = redis.pcall('HINCRBY', entry, 'attempts', 1)
  if type(attempts) == 'table' then
    -- Not an entry of ours; it must not stop the rest.
    redis.call('DEL', entry)
    attempts = most + 1
  end
  if attempts > most then
    redis.call('HSET', entry, 'error', 'taken too often')
    redis.call('ZADD', dead, now, id)
    redis.call('ZREMRANGEBYRANK', dead, 0, -1 - tonumber(ARGV[6]))
  else
    redis.call('HSET', entry, 'worker', worker)
    redis.call('ZADD', leased, now + lease, id)
    taken[#taken + 1] = id
  end
  redis.call('PEXPIRE', entry, ARGV[5])
end

for _, id in ipairs(redis.call('ZRANGE', leased, '-inf', now, 'BYSCORE', 'LIMIT', 0, free)) do
  take(id, leased)
end
if #taken < free then
  for _, id in ipairs(redis.call('ZRANGE', ready, '-inf', now, 'BYSCORE', 'LIMIT', 0, free - #taken)) do
    take(id, ready)
  end
end
return taken
