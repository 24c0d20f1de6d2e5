/* SPDX-License-Identifier: ISC */
/* Addresses and blocks of them, all in sixteen bytes. */

#include <sys/socket.h>

#include <arpa/inet.h>
#include <string.h>

#include "base/address.h"

#define MAPPED_BITS	96

static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
static const uint8_t loopback[16] = { [15] = 1 };

static bool
is_mapped(const struct address *a)
{
	return memcmp(a->b, mapped, sizeof(mapped)) == 0;
}

bool
address_parse(struct address *a, const char *text)
{
	struct address parsed;

	if (strchr(text, ':') != NULL) {
		if (inet_pton(AF_INET6, text, parsed.b) != 1)
			return false;
	} else {
		memcpy(parsed.b, mapped, sizeof(mapped));
		if (inet_pton(AF_INET, text, parsed.b + 12) != 1)
			return false;
	}
	*a = parsed;
	return true;
}

void
address_format(char out[static ADDRESS_TEXT], const struct address *a)
{
	if (is_mapped(a))
		inet_ntop(AF_INET, a->b + 12, out, ADDRESS_TEXT);
	else
		inet_ntop(AF_INET6, a->b, out, ADDRESS_TEXT);
}

static struct address
mask_address(const struct address *a, unsigned int bits)
{
	struct address masked = *a;

	for (unsigned int i = 0; i < 16; i++) {
		unsigned int keep = bits > 8 * i ? bits - 8 * i : 0;

		if (keep < 8)
			masked.b[i] &= (uint8_t)(0xff00 >> keep);
	}
	return masked;
}

/* A number without needless zeros, at most max; -1 when it is not. */
static int
read_bits(const char *text, int max)
{
	int bits = 0;

	if (*text == '\0' || (text[0] == '0' && text[1] != '\0'))
		return -1;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		bits = bits * 10 + (*text - '0');
		if (bits > max)
			return -1;
	}
	return bits;
}

bool
address_block_parse(struct address_block *block, const char *text)
{
	char alone[ADDRESS_TEXT];
	struct address_block parsed;
	struct address masked;
	const char *slash = strchr(text, '/');
	size_t n = slash == NULL ? strlen(text) : (size_t)(slash - text);
	int bits;

	if (n >= sizeof(alone))
		return false;
	memcpy(alone, text, n);
	alone[n] = '\0';
	if (!address_parse(&parsed.base, alone))
		return false;
	bits = 128;
	if (slash != NULL && strchr(alone, ':') != NULL)
		bits = read_bits(slash + 1, 128);
	else if (slash != NULL)
		bits = read_bits(slash + 1, 32);
	if (bits < 0)
		return false;
	if (slash != NULL && strchr(alone, ':') == NULL)
		bits += MAPPED_BITS;
	parsed.bits = (uint8_t)bits;
	masked = mask_address(&parsed.base, parsed.bits);
	if (memcmp(masked.b, parsed.base.b, sizeof(masked.b)) != 0)
		return false;
	*block = parsed;
	return true;
}

bool
address_in(const struct address *a, const struct address_block *block)
{
	struct address masked = mask_address(a, block->bits);

	return memcmp(masked.b, block->base.b, sizeof(masked.b)) == 0;
}

bool
address_is_loopback(const struct address *a)
{
	if (is_mapped(a))
		return a->b[12] == 127;
	return memcmp(a->b, loopback, sizeof(loopback)) == 0;
}

struct address
address_network(const struct address *a)
{
	return mask_address(a, is_mapped(a) ? 128 : 64);
}
