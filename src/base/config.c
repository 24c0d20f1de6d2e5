/* SPDX-License-Identifier: ISC */
/* Reading the INI file, line by line, into the table of settings. */

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ini.h>

#include "base/config_value.h"
#include "base/nitems.h"

#include "base/config.h"

#define SETTING(section_, name_, type_, member_, ...)			\
	{ .section = section_, .name = name_, .type = VALUE_##type_,	\
	  .offset = offsetof(struct config, member_), __VA_ARGS__ }

static const struct config_setting settings[] = {
	SETTING("site", "base", BASE, base, .initial = "/api/v1"),
	SETTING("site", "https", HTTPS, https, .initial = "required"),
	SETTING("site", "trusted_proxies", PROXIES, proxies, .initial = ""),
	SETTING("site", "origins", ORIGINS, origins, .initial = ""),
	SETTING("site", "x_api_key", SWITCH, x_api_key, .initial = "no"),
	SETTING("database", "my_cnf", PATH, my_cnf, .initial = "my.cnf"),
	SETTING("database", "group", TEXT, group, .initial = "latchkey"),
	SETTING("database", "hosts", HOSTS, hosts, .initial = ""),
	SETTING("database", "connections", CONNECTIONS, shared,
	    .initial = "kept"),
	SETTING("files", "keyring", PATH, keyring, .initial = "keyring"),
	SETTING("files", "state", PATH, state, .initial = "../var"),
	SETTING("files", "schema", PATH, schema, .initial = "../schema"),
	SETTING("files", "hosts", NUMBER, nhosts, .initial = "2",
	    .min = 1, .max = 1000),
	SETTING("cache", "max_age", NUMBER, max_age, .initial = "60",
	    .min = 0, .max = 3600),
	SETTING("cache", "hold_back", NUMBER, hold_back, .initial = "1000",
	    .min = 0, .max = 60000),
	SETTING("mail", "sendmail", PROGRAM, sendmail, .initial = ""),
	SETTING("mail", "from", TEXT, mail_from,
	    .initial = "latchkey@localhost"),
	SETTING("jwt", "algorithm", ALGORITHM, jwt_algorithm,
	    .initial = "ES256"),
	SETTING("jwt", "issuer", ISSUER, jwt_issuer, .initial = ""),
	SETTING("jwt", "lifetime", NUMBER, jwt_lifetime, .initial = "3600",
	    .min = 60, .max = 86400),
	SETTING("limits", "password_min", NUMBER, password_min,
	    .initial = "15", .min = 8, .max = 64),
	SETTING("limits", "body_max", NUMBER, body_max,
	    .initial = "65536", .min = 1024, .max = 1048576),
	SETTING("limits", "guesses", NUMBER, guesses,
	    .initial = "60", .min = 1, .max = 1000000),
};

struct reading {
	struct config	*config;
	FILE		*file;
	int		 line;
	bool		 continued;	/* the line began with a blank */
	bool		 inside;	/* its end has not been read */
	bool		 given[NITEMS(settings)];
	const char	*fault;
	int		 faulty;	/* its line */
};

static const char *state_fault(const char *, int, const char *, ...)
    __attribute__((format(printf, 3, 4)));

/* A sentence about the file and, unless it is 0, the line. */
static const char *
state_fault(const char *path, int line, const char *format, ...)
{
	static char sentence[PATH_MAX + 512];
	char place[16] = "";
	va_list ap;
	int n;

	if (line > 0)
		(void)snprintf(place, sizeof(place), ":%d", line);
	n = snprintf(sentence, sizeof(sentence), "%s%s: ", path, place);
	if (n < 0 || (size_t)n >= sizeof(sentence))
		return "the path of the settings is too long";
	va_start(ap, format);
	(void)vsnprintf(sentence + n, sizeof(sentence) - (size_t)n, format,
	    ap);
	va_end(ap);
	return sentence;
}

static size_t
find_setting(const char *section, const char *name)
{
	size_t i = 0;

	while (i < NITEMS(settings) &&
	    (strcmp(settings[i].section, section) != 0 ||
	    strcmp(settings[i].name, name) != 0))
		i++;
	return i;
}

/*
 * The library cuts a longer line in two without a word, and tells a line that
 * continues the one before from a second setting of that name only by looks.
 */
static char *
read_line(char *text, int size, void *stream)
{
	struct reading *r = stream;
	char *got = fgets(text, size, r->file);
	bool whole;

	if (got == NULL)
		return NULL;
	whole = strchr(text, '\n') != NULL || feof(r->file);
	if (!r->inside) {
		r->line++;
		r->continued = text[0] == ' ' || text[0] == '\t';
	}
	r->inside = !whole;
	if (!whole && r->fault == NULL) {
		r->faulty = r->line;
		r->fault = state_fault(r->config->path, r->line,
		    "the line is longer than %d characters; lists may go on "
		    "over several lines that begin with a blank", size - 2);
	}
	return got;
}

static const char *
set_value(struct reading *r, const char *section, const char *name,
    const char *value)
{
	const char *path = r->config->path;
	size_t i = find_setting(section, name);
	const char *wants;

	if (i == NITEMS(settings))
		return state_fault(path, r->line,
		    "[%.64s] %.64s is not a setting", section, name);
	if (r->given[i] && !(r->continued && config_is_list(&settings[i])))
		return state_fault(path, r->line, "[%s] %s is given twice",
		    section, name);
	r->given[i] = true;
	wants = config_set(r->config, &settings[i], value);
	if (wants == NULL)
		return NULL;
	return state_fault(path, r->line, "[%s] %s %s", section, name, wants);
}

static int
take_setting(void *user, const char *section, const char *name,
    const char *value)
{
	struct reading *r = user;

	if (r->fault != NULL)
		return 0;
	r->fault = set_value(r, section, name, value);
	r->faulty = r->line;
	return r->fault == NULL;
}

static const char *
read_settings(struct config *config, FILE *file)
{
	struct reading r = { .config = config, .file = file };
	int line;

	line = ini_parse_stream(read_line, &r, take_setting, &r);
	if (line != 0 && (r.fault == NULL || line < r.faulty))
		r.fault = state_fault(config->path, line > 0 ? line : 0,
		    "not a section and not a setting such as name = value");
	for (size_t i = 0; i < NITEMS(settings) && r.fault == NULL; i++)
		if (!r.given[i])
			(void)config_set(config, &settings[i],
			    settings[i].initial);
	return r.fault;
}

static const char *
check_file(const char *path, int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return state_fault(path, 0, "must be a regular file");
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return state_fault(path, 0, "others than its owner may write "
		    "it; run chmod go-w on it");
	return NULL;
}

static const char *
load_file(const char *path, struct config *config)
{
	const char *fault;
	FILE *file;
	int fd;

	config->path = realpath(path, NULL);
	if (config->path == NULL)
		return state_fault(path, 0, "cannot be found: %s",
		    strerror(errno));
	fd = open(config->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return state_fault(path, 0, "cannot be opened: %s",
		    strerror(errno));
	fault = check_file(config->path, fd);
	file = fault == NULL ? fdopen(fd, "r") : NULL;
	if (file == NULL) {
		close(fd);
		return fault != NULL ? fault :
		    state_fault(path, 0, "no memory to read it");
	}
	fault = read_settings(config, file);
	fclose(file);
	return fault;
}

const char *
config_load(const char *path, struct config *config)
{
	const char *fault;

	memset(config, 0, sizeof(*config));
	fault = load_file(path, config);
	if (fault != NULL)
		config_free(config);
	return fault;
}

void
config_free(struct config *config)
{
	for (size_t i = 0; i < NITEMS(settings); i++)
		config_unset(config, &settings[i]);
	free((void *)(uintptr_t)config->path);
	memset(config, 0, sizeof(*config));
}

int64_t
config_hold_back(const struct config *config)
{
	int64_t max_age = config->max_age * 1000;

	if (config->nhosts == 1)
		return 0;
	return max_age < config->hold_back ? max_age : config->hold_back;
}

/*
 * Nothing counts longer elsewhere than an answer waits here, and two hosts'
 * clocks run apart by far less than a hundredth.
 */
int64_t
config_max_age(const struct config *config)
{
	int64_t hold_back = config_hold_back(config);

	return config->nhosts == 1 ? config->max_age * 1000 :
	    hold_back - hold_back / 100;
}
