# SPDX-License-Identifier: ISC
# Lines "program TAB method TAB path TAB manner TAB base|alias" to one server's
# routing files: base.conf, and the aliases of each product in one of its name.

function literal(text)
{
	gsub(/[.+*?()|^$\[\]\\]/, "\\\\&", text)
	return text
}

# "/users/{id}/" to "users/[^/]+".
function expression(path,    parts, n, i, text)
{
	n = split(path, parts, "/")
	if (parts[n] == "")
		n--
	text = ""
	for (i = 2; i <= n; i++)
		text = text (i > 2 ? "/" : "") \
		    (parts[i] ~ /^[{]/ ? "[^/]+" : literal(parts[i]))
	return text
}

# path is an expression that begins with a slash; .htaccess is shown paths
# without it.  The programs route on REQUEST_URI and need no PATH_INFO.
function rule(file, path, program)
{
	if (server == "lighttpd")
		printf "$HTTP[\"url\"] =~ \"^%s$\" {\n" \
		    "\tfastcgi.map-extensions = ( \"\" => \"/cgi-bin/%s.fcgi\" )\n" \
		    "}\n", path, program >file
	else if (server == "apache")
		printf "RewriteRule \"^/?%s$\" \"/cgi-bin/%s.fcgi\" [PT,END]\n",
		    substr(path, 2), program >file
	else
		printf "location ~ \"^%s$\" {\n" \
		    "\tfastcgi_pass latchkey_%s;\n" \
		    "\tinclude latchkey_params;\n" \
		    "}\n", path, program >file
}

# Whatever else lies below the base is refused in the manner of the API.
function rest(file, program)
{
	if (base == "")
		return
	rule(file, literal(base) "(?:/.*)?", program)
}

function begin(file)
{
	print "# SPDX-License-Identifier: ISC" >file
	print "# Made by deploy/routes/generate from the programs' own" \
	    " tables." >file
	if (server == "apache")
		print "RewriteEngine On" >file
}

BEGIN {
	FS = "\t"
}

{
	group = $5 == "base" ? "base" : $4
	text = expression($3)
	if (seen[group, $1, text]++)
		next
	if (!(group in programs))
		groups[++ngroups] = group
	if (!((group, $1) in known))
		programs[group] = programs[group] " " $1
	known[group, $1]
	kind = $3 ~ /[{]/ ? "pattern" : "exact"
	if ((group, $1, kind) in paths)
		paths[group, $1, kind] = paths[group, $1, kind] "|" text
	else
		paths[group, $1, kind] = text
}

# All programs' paths of a kind.
function rules(file, group, kind,    names, n, i, prefix)
{
	prefix = group == "base" ? literal(base) : ""
	n = split(programs[group], names, " ")
	for (i = 1; i <= n; i++)
		if ((group, names[i], kind) in paths)
			rule(file, prefix "/(?:" \
			    paths[group, names[i], kind] ")/?", names[i])
}

# One program's /users/{id} is not to take another's /users/logout: lighttpd
# goes by the last condition that holds, the others by the first.
END {
	for (g = 1; g <= ngroups; g++) {
		group = groups[g]
		file = out "/" group ".conf"
		split(programs[group], names, " ")
		begin(file)
		if (group == "base" && server == "lighttpd")
			rest(file, names[1])
		rules(file, group, server == "lighttpd" ? "pattern" : "exact")
		rules(file, group, server == "lighttpd" ? "exact" : "pattern")
		if (group == "base" && server != "lighttpd")
			rest(file, names[1])
		close(file)
	}
}
