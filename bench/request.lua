-- wrk -s request.lua URL -- REQUEST BATCH: sends the text REQUEST as it is, BATCH of them in one write.
local batch

function init(args)
  batch = args[1]:rep(tonumber(args[2]))
end

function request()
  return batch
end
