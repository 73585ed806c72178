-- For wrk with one thread: asks for one address after another, from the file that is named after "--".
local paths, at = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    paths[#paths + 1] = wrk.format("GET", line)
  end
end

function request()
  at = at + 1
  return paths[(at - 1) % #paths + 1]
end
