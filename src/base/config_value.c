/* SPDX-License-Identifier: ISC */
/* The kinds of settings: what each accepts and where it puts it. */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config_form.h"
#include "base/nitems.h"

#include "base/config_value.h"

#define BLANKS	" \t,"

static char *
copy_text(const char *text)
{
	char *copy = strdup(text);

	if (copy == NULL)
		abort();
	return copy;
}

static void
free_text(const char *text)
{
	free((void *)(uintptr_t)text);
}

static const char *
set_text(struct config *config, const struct config_setting *s, void *place,
    const char *value)
{
	const char **text = place;

	(void)config;
	if (value[0] == '\0' && s->type == VALUE_TEXT)
		return "must not be empty";
	*text = value[0] == '\0' ? NULL : copy_text(value);
	return NULL;
}

static const char *
set_path(struct config *config, const struct config_setting *s, void *place,
    const char *value)
{
	const char **path = place;
	int folder = (int)(strrchr(config->path, '/') - config->path);
	char *absolute;

	if (value[0] == '\0' && s->type == VALUE_PROGRAM)
		return NULL;
	if (value[0] == '\0')
		return "must be a path";
	if (value[0] == '/')
		absolute = copy_text(value);
	else if (asprintf(&absolute, "%.*s/%s", folder, config->path,
	    value) < 0)
		abort();
	*path = absolute;
	return NULL;
}

static const char *
set_base(struct config *config, const struct config_setting *s, void *place,
    const char *value)
{
	const char **base = place;
	char *copy;
	size_t n;

	(void)config;
	(void)s;
	if (value[0] != '\0' && !config_is_base(value))
		return "must be a path such as /api/v1, of letters, digits, "
		    "dots and dashes";
	copy = copy_text(value);
	n = strlen(copy);
	if (n > 0 && copy[n - 1] == '/')
		copy[n - 1] = '\0';
	*base = copy;
	return NULL;
}

static const char *
set_number(struct config *config, const struct config_setting *s, void *place,
    const char *value)
{
	static char wants[96];
	int64_t *number = place;
	long long got;
	char *end;

	(void)config;
	errno = 0;
	got = strtoll(value, &end, 10);
	if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0 ||
	    got < s->min || got > s->max) {
		(void)snprintf(wants, sizeof(wants),
		    "must be a whole number from %lld to %lld",
		    (long long)s->min, (long long)s->max);
		return wants;
	}
	*number = got;
	return NULL;
}

static const struct {
	const char	*word[3];	/* in the order of their values */
	const char	*wants;
} choices[] = {
	[VALUE_HTTPS] = { { "required", "loopback", "assumed" },
	    "must be required, loopback or assumed" },
	[VALUE_CONNECTIONS] = { { "kept", "shared" },
	    "must be kept or shared" },
	[VALUE_SWITCH] = { { "no", "yes" }, "must be yes or no" },
	[VALUE_ALGORITHM] = { { "ES256", "EdDSA", "RS256" },
	    "must be ES256, EdDSA or RS256" },
};

static void
set_choice(const struct config_setting *s, void *place, size_t i)
{
	enum config_https *https = place;
	enum crypto_algorithm *algorithm = place;
	bool *on = place;

	if (s->type == VALUE_HTTPS)
		*https = (enum config_https)i;
	else if (s->type == VALUE_ALGORITHM)
		*algorithm = (enum crypto_algorithm)i;
	else
		*on = i == 1;
}

static const char *
set_word(struct config *config, const struct config_setting *s, void *place,
    const char *value)
{
	(void)config;
	for (size_t i = 0; i < NITEMS(choices[0].word); i++) {
		const char *word = choices[s->type].word[i];

		if (word != NULL && strcmp(value, word) == 0) {
			set_choice(s, place, i);
			return NULL;
		}
	}
	return choices[s->type].wants;
}

static const char *
add_proxy(struct config *config, const char *item)
{
	if (config->nproxies == CONFIG_PROXIES)
		return "must have at most 16 entries";
	if (!address_block_parse(&config->proxies[config->nproxies], item))
		return "must be addresses, or blocks such as 192.0.2.0/24 "
		    "with no host bits set";
	config->nproxies++;
	return NULL;
}

static const char *
set_issuer(struct config *config, const struct config_setting *s, void *place,
    const char *value)
{
	if (value[0] != '\0' && !config_is_issuer(value))
		return "must be a URL such as https://www.example.org/api/v1, "
		    "or empty";
	return set_text(config, s, place, value);
}

static const char *
set_hosts(struct config *config, const struct config_setting *s, void *place,
    const char *value)
{
	if (value[0] != '\0' && !config_is_hosts(value))
		return "must be hosts such as db1.example:3306, 192.0.2.7, "
		    "[2001:db8::1]:3306, or empty";
	return set_text(config, s, place, value);
}

static const char *
add_origin(struct config *config, const char *item)
{
	if (config->norigins == CONFIG_ORIGINS)
		return "must have at most 16 entries";
	if (!config_is_origin(item))
		return "must be origins such as https://www.example.org, in "
		    "lower case and with no path";
	config->origins[config->norigins++] = copy_text(item);
	return NULL;
}

static const char *
set_list(struct config *config, const struct config_setting *s, void *place,
    const char *value)
{
	const char *fault = NULL;
	char *copy = copy_text(value);
	char *rest = NULL;
	char *item = strtok_r(copy, BLANKS, &rest);

	(void)place;
	while (item != NULL && fault == NULL) {
		fault = s->type == VALUE_PROXIES ? add_proxy(config, item) :
		    add_origin(config, item);
		item = strtok_r(NULL, BLANKS, &rest);
	}
	free(copy);
	return fault;
}

static const struct {
	const char	*(*set)(struct config *, const struct config_setting *,
			    void *, const char *);
	bool		 is_text;	/* one text on the heap */
	bool		 is_list;
} types[] = {
	[VALUE_TEXT] = { set_text, true, false },
	[VALUE_PATH] = { set_path, true, false },
	[VALUE_PROGRAM] = { set_path, true, false },
	[VALUE_BASE] = { set_base, true, false },
	[VALUE_NUMBER] = { set_number, false, false },
	[VALUE_HTTPS] = { set_word, false, false },
	[VALUE_CONNECTIONS] = { set_word, false, false },
	[VALUE_SWITCH] = { set_word, false, false },
	[VALUE_ALGORITHM] = { set_word, false, false },
	[VALUE_ISSUER] = { set_issuer, true, false },
	[VALUE_HOSTS] = { set_hosts, true, false },
	[VALUE_PROXIES] = { set_list, false, true },
	[VALUE_ORIGINS] = { set_list, false, true },
};

bool
config_is_list(const struct config_setting *s)
{
	return types[s->type].is_list;
}

const char *
config_set(struct config *config, const struct config_setting *s,
    const char *value)
{
	for (const char *c = value; *c != '\0'; c++)
		if (((unsigned char)*c < 0x20 && *c != '\t') || *c == 0x7f)
			return "must not hold control characters";
	if (!types[s->type].is_list && strchr(value, '\t') != NULL)
		return "must not hold control characters";
	return types[s->type].set(config, s, (char *)config + s->offset,
	    value);
}

void
config_unset(struct config *config, const struct config_setting *s)
{
	char *place = (char *)config + s->offset;

	if (types[s->type].is_text)
		free_text(*(const char **)(void *)place);
	if (s->type != VALUE_ORIGINS)
		return;
	for (size_t i = 0; i < config->norigins; i++)
		free_text(config->origins[i]);
}
