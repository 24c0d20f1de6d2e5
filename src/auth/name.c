/* SPDX-License-Identifier: ISC */
/* Rules for names. */

#include <stdbool.h>
#include <string.h>

#include "base/uuid.h"

#include "auth/name.h"

#define LOWER	"abcdefghijklmnopqrstuvwxyz"
#define UPPER	"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS	"0123456789"

/* Non-empty groups of the alphabet with single separators between them. */
static bool
is_joined(const char *text, size_t n, const char *alphabet, char separator)
{
	size_t i = 0;

	for (;;) {
		size_t group = strspn(text + i, alphabet);

		if (i + group > n)
			group = n - i;
		if (group == 0)
			return false;
		i += group;
		if (i == n)
			return true;
		if (text[i++] != separator)
			return false;
	}
}

const char *
name_email_fault(const char *text)
{
	static const char fault[] = "must be an e-mail address";
	const char *at = strchr(text, '@');

	if (at == NULL || strchr(at + 1, '@') != NULL || strlen(text) > 254 ||
	    at - text > 64)
		return fault;
	if (!is_joined(text, (size_t)(at - text),
	    LOWER UPPER DIGITS "!#$%&'*+/=?^_`{|}~-", '.'))
		return fault;
	if (!is_joined(at + 1, strlen(at + 1), LOWER UPPER DIGITS "-_", '.') ||
	    strchr(at + 1, '.') == NULL)
		return fault;
	return NULL;
}

const char *
name_username_fault(const char *text)
{
	size_t n = strlen(text);

	if (n == 0 || n > 254)
		return "must have 1 to 254 characters";
	for (size_t i = 0; i < n; i++)
		if (text[i] <= ' ' || text[i] > '~' || text[i] == ':')
			return "must be printable ASCII without blanks or"
			    " colons";
	return NULL;
}

const char *
name_handle_fault(const char *text)
{
	size_t n = strlen(text);
	struct uuid id;

	if (n > 50 || !is_joined(text, n, LOWER DIGITS, '-'))
		return "must be lower-case letters and digits in groups"
		    " joined by hyphens, 1 to 50 characters";
	if (uuid_parse(&id, text))
		return "must not look like a UUID";
	return NULL;
}

const char *
name_legacy_id_fault(const char *text)
{
	size_t n = strlen(text);

	if (n == 0 || n > 64 ||
	    strspn(text, LOWER UPPER DIGITS "._-") != n)
		return "must have 1 to 64 letters, digits, dots, underscores"
		    " or hyphens";
	if (n == 36 && text[8] == '-')
		return "must not look like a UUID";
	return NULL;
}

const char *
name_text_fault(const char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return "must not contain control characters";
	return NULL;
}
