-- SPDX-License-Identifier: ISC
-- What wrk sends in Authorization: lines of a file, so that no secret stands
-- in an argument list.
--
--	wrk -s keys.lua URL -- FILE first|random|walk [START]
--
-- The first line with every request, lines at random, or line after line
-- from START on, which begins anew at the end.  Says on standard error when
-- the lines have been read.

local function read_lines(path)
	local lines = {}

	for line in io.lines(path) do
		lines[#lines + 1] = line
	end
	return lines
end

local function put(line)
	return wrk.format(nil, nil, { Host = wrk.headers["Host"],
	    Authorization = line })
end

-- Every choice costs the same: else one scenario would pay for its client.
local choose = {
	first = function(n, at) return 1 end,
	random = function(n, at) return math.random(n) end,
	walk = function(n, at) return (at - 1) % n + 1 end,
}

function init(args)
	local requests = {}
	local pick = choose[args[2]]
	local at = tonumber(args[3]) or 0

	for i, line in ipairs(read_lines(args[1])) do
		requests[i] = put(line)
	end
	math.randomseed(os.time())
	io.stderr:write("ready\n")
	function request()
		at = at + 1
		return requests[pick(#requests, at)]
	end
end
