#!lua flags=allow-oom
-- Ends a worker's hold of a dispatch, if it still holds it: a worker that was too slow changes nothing.
--
-- KEYS[1]: what all names begin with
-- ARGV[1]: the worker   ARGV[2]: the dispatch   ARGV[3]: done | retry | release | dead
-- ARGV[4]: done, dead: how long the entry is kept, in ms; retry, release: after how many ms it is ready again
-- ARGV[5]: how many dead ones are kept   ARGV[6]: what is wrong, for retry and dead
-- Returns 1 if it was the worker's, else 0.
local base, worker, id, verdict, number = KEYS[1], ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local entry = base .. ':entry:' .. id
if redis.call('HGET', entry, 'worker') ~= worker or redis.call('ZREM', base .. ':leased', id) == 0 then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('HDEL', entry, 'worker')
if verdict == 'done' then
  redis.call('PEXPIRE', entry, number)
elseif verdict == 'dead' then
  redis.call('HSET', entry, 'error', ARGV[6])
  redis.call('PEXPIRE', entry, number)
  redis.call('ZADD', base .. ':dead', now, id)
  redis.call('ZREMRANGEBYRANK', base .. ':dead', 0, -1 - tonumber(ARGV[5]))
else
  if verdict == 'release' then
    redis.call('HINCRBY', entry, 'attempts', -1)
  else
    redis.call('HSET', entry, 'error', ARGV[6])
  end
  redis.call('ZADD', base .. ':ready', now + number, id)
  if number == 0 then
    redis.call('PUBLISH', base .. ':wake', 1)
  end
end
return 1
