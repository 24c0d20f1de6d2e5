-- SPDX-License-Identifier: ISC
-- Tells a proxied application who came through the gate.
local r = lighty.r
local names = {
	"REMOTE_USER", "AUTH_TYPE", "LATCHKEY_ACCOUNT_ID", "LATCHKEY_USER",
	"LATCHKEY_KEY", "LATCHKEY_KIND", "LATCHKEY_SCOPES",
	"LATCHKEY_WORKSPACES", "LATCHKEY_EXPIRES", "LATCHKEY_RATE_REMAINING"
}

-- Whatever the client calls so is a lie, and _ reads as - to many.
local lies = {}
for name in pairs(r.req_header) do
	local plain = name:lower():gsub("_", "-")
	if plain == "remote-user" or plain == "auth-type" or
	    plain:find("^latchkey%-") then
		lies[#lies + 1] = name
	end
end
for _, name in ipairs(lies) do
	r.req_header[name] = nil
end

-- Before the gate has answered there is nothing to tell.
if r.req_env["LATCHKEY_KEY"] then
	for _, name in ipairs(names) do
		r.req_header[name:gsub("_", "-")] = r.req_env[name]
	end
	r.req_header["Authorization"] = nil
	r.req_header["X-Api-Key"] = nil
end
return 0
