/* SPDX-License-Identifier: ISC */
/* The system's clocks, and times as text. */

#include <string.h>
#include <time.h>

#include "base/clock.h"

#define EARLIEST	INT64_C(-62167219200000)	/* 0000-01-01 */
#define LATEST		INT64_C(253402300799999)	/* 9999-12-31 */

static int64_t
read_clock(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t
clock_now(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t
clock_boot(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

static char *
put_digits(char *out, int n, int value, char then)
{
	for (int i = n - 1; i >= 0; i--) {
		out[i] = (char)('0' + value % 10);
		value /= 10;
	}
	out[n] = then;
	return out + n + 1;
}

void
clock_format(char out[static CLOCK_TEXT], int64_t ms)
{
	struct tm tm;
	time_t seconds;
	int rest;

	ms = ms < EARLIEST ? EARLIEST : ms > LATEST ? LATEST : ms;
	rest = (int)((ms % 1000 + 1000) % 1000);
	seconds = (time_t)((ms - rest) / 1000);
	gmtime_r(&seconds, &tm);
	out = put_digits(out, 4, tm.tm_year + 1900, '-');
	out = put_digits(out, 2, tm.tm_mon + 1, '-');
	out = put_digits(out, 2, tm.tm_mday, 'T');
	out = put_digits(out, 2, tm.tm_hour, ':');
	out = put_digits(out, 2, tm.tm_min, ':');
	out = put_digits(out, 2, tm.tm_sec, '.');
	out = put_digits(out, 3, rest, 'Z');
	*out = '\0';
}

/* n digits between two bounds, then one character; -1 when they are not. */
static int
read_digits(const char **text, int n, char then, int min, int max)
{
	int value = 0;

	for (int i = 0; i < n; i++) {
		char c = (*text)[i];

		if (c < '0' || c > '9')
			return -1;
		value = value * 10 + (c - '0');
	}
	if ((then != '\0' && (*text)[n] != then) || value < min || value > max)
		return -1;
	*text += then == '\0' ? n : n + 1;
	return value;
}

/* What follows the seconds: up to six decimals, then Z and nothing more. */
static int
read_fraction(const char *text)
{
	int ms = 0;
	int n = 0;

	if (*text == '.') {
		text++;
		for (; *text >= '0' && *text <= '9' && n < 6; text++, n++)
			if (n < 3)
				ms = ms * 10 + (*text - '0');
		if (n == 0)
			return -1;
		for (; n < 3; n++)
			ms *= 10;
	}
	return strcmp(text, "Z") == 0 ? ms : -1;
}

bool
clock_parse(const char *text, int64_t *ms)
{
	const int year = read_digits(&text, 4, '-', 0, 9999);
	const int month = year < 0 ? -1 : read_digits(&text, 2, '-', 1, 12);
	const int day = month < 0 ? -1 : read_digits(&text, 2, 'T', 1, 31);
	const int hour = day < 0 ? -1 : read_digits(&text, 2, ':', 0, 23);
	const int minute = hour < 0 ? -1 : read_digits(&text, 2, ':', 0, 59);
	const int second = minute < 0 ? -1 : read_digits(&text, 2, '\0', 0, 59);
	const int rest = second < 0 ? -1 : read_fraction(text);
	struct tm tm = {
		.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day,
		.tm_hour = hour, .tm_min = minute, .tm_sec = second,
	};
	time_t seconds;

	if (rest < 0)
		return false;
	seconds = timegm(&tm);
	if (tm.tm_mday != day)
		return false;	/* such as 30 February */
	*ms = (int64_t)seconds * 1000 + rest;
	return true;
}
