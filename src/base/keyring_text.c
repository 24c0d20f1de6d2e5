/* SPDX-License-Identifier: ISC */
/* Reading the keyring's lines strictly, and writing them. */

#include <stdio.h>
#include <string.h>

#include "base/encode.h"

#include "base/keyring_text.h"

static const char *const words[] = {
	[KEYRING_UNKNOWN] = "",
	[KEYRING_IS_LIVE] = "live",
	[KEYRING_IS_RETIRED] = "retired",
};

struct keyring_rsa *
keyring_text_rsa(struct keyring_file *file, uint8_t version)
{
	for (size_t i = 0; i < KEYRING_LIVE; i++)
		if (file->rsa[i].version == version)
			return &file->rsa[i];
	return NULL;
}

/* The digits of a version and a blank; 0 when they are anything else. */
static uint8_t
read_version(const char **line)
{
	unsigned int version = 0;

	for (; **line >= '0' && **line <= '9' && version < 100; (*line)++) {
		version = version * 10 + (unsigned int)(**line - '0');
		if (version == 0)
			return 0;
	}
	if (**line != ' ' || version >= KEYRING_VERSIONS)
		return 0;
	(*line)++;
	return (uint8_t)version;
}

/* The rest of the line behind a word and a blank, or NULL. */
static const char *
skip_word(const char *line, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(line, word, n) != 0 || line[n] != ' ')
		return NULL;
	return line + n + 1;
}

static bool
read_rsa(struct keyring_file *file, uint8_t version, const char *hex)
{
	struct keyring_rsa *rsa = keyring_text_rsa(file, 0);
	size_t n = strlen(hex) / 2;

	if (file->state[version] != KEYRING_IS_LIVE || rsa == NULL ||
	    keyring_text_rsa(file, version) != NULL)
		return false;
	if (n == 0 || n > CRYPTO_RSA || !encode_hex_parse(rsa->der, n, hex))
		return false;
	rsa->version = version;
	rsa->n = n;
	return true;
}

/* "12 live 0123…", "12 retired 0123…", "12 rsa 0123…" */
static bool
read_line(struct keyring_file *file, const char *line)
{
	uint8_t version = read_version(&line);
	enum keyring_state state = KEYRING_IS_LIVE;
	const char *hex;

	if (version == 0)
		return false;
	hex = skip_word(line, "rsa");
	if (hex != NULL)
		return read_rsa(file, version, hex);
	hex = skip_word(line, words[state]);
	if (hex == NULL) {
		state = KEYRING_IS_RETIRED;
		hex = skip_word(line, words[state]);
	}
	if (hex == NULL || file->state[version] != KEYRING_UNKNOWN)
		return false;
	file->state[version] = state;
	return encode_hex_parse(file->key[version], CRYPTO_KEY, hex);
}

size_t
keyring_text_parse(struct keyring_file *file, char *text)
{
	size_t n = 0;

	while (*text != '\0') {
		char *end = strchrnul(text, '\n');
		bool last = *end == '\0';

		*end = '\0';
		n++;
		if (!read_line(file, text))
			return n;
		text = last ? end : end + 1;
	}
	return 0;
}

static char *
put_line(char *at, size_t version, const char *word, const uint8_t *key,
    size_t n)
{
	at += snprintf(at, 16, "%zu %s ", version, word);
	encode_hex(at, key, n);
	at += 2 * n;
	*at++ = '\n';
	return at;
}

size_t
keyring_text_write(char out[static KEYRING_TEXT],
    const struct keyring_file *file)
{
	char *at = out;

	for (size_t v = 1; v < KEYRING_VERSIONS; v++) {
		if (file->state[v] == KEYRING_UNKNOWN)
			continue;
		at = put_line(at, v, words[file->state[v]], file->key[v],
		    CRYPTO_KEY);
		for (size_t i = 0; i < KEYRING_LIVE; i++)
			if (file->rsa[i].version == v)
				at = put_line(at, v, "rsa", file->rsa[i].der,
				    file->rsa[i].n);
	}
	*at = '\0';
	return (size_t)(at - out);
}
