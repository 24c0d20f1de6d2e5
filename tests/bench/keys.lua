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

function init(args)
	local lines = read_lines(args[1])
	local at = tonumber(args[3]) or 0

	io.stderr:write("ready\n")
	if args[2] == "first" then
		wrk.headers["Authorization"] = lines[1]
	elseif args[2] == "random" then
		math.randomseed(os.time())
		function request()
			return put(lines[math.random(#lines)])
		end
	else
		function request()
			at = at + 1
			return put(lines[(at - 1) % #lines + 1])
		end
	end
end
