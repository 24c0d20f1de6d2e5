/* SPDX-License-Identifier: ISC */
/* Values of our own types, and nulls in the place of what is not there. */

#include "base/clock.h"
#include "base/uuid.h"

#include "http/json.h"

void
json_uuid(struct json *j, const char *key, const struct uuid *id)
{
	char text[UUID_TEXT];

	uuid_format(text, id);
	json_plain(j, key, text);
}

void
json_time(struct json *j, const char *key, int64_t ms)
{
	char text[CLOCK_TEXT];

	clock_format(text, ms);
	json_plain(j, key, text);
}

void
json_micros(struct json *j, const char *key, int64_t ms)
{
	char text[CLOCK_TEXT];

	clock_format(text, ms);
	json_format(j, key, "%.23s000Z", text);
}

void
json_text_or_null(struct json *j, const char *key, const char *text)
{
	if (text == NULL)
		json_null(j, key);
	else
		json_text(j, key, text);
}

void
json_time_or_null(struct json *j, const char *key, int64_t ms)
{
	if (ms == 0)
		json_null(j, key);
	else
		json_time(j, key, ms);
}
