// SPDX-License-Identifier: ISC
// jose verifies tokens of a Latchkey's:  node jose.mjs FILE
// FILE is JSON: issuer, jwks_uri, tokens {name: token}.

import { readFileSync } from "node:fs";
import { createRemoteJWKSet, jwtVerify } from "jose";

const { issuer, jwks_uri: uri, tokens } =
    JSON.parse(readFileSync(process.argv[2]));
const keys = createRemoteJWKSet(new URL(uri));
const out = {};

for (const [name, token] of Object.entries(tokens)) {
	try {
		const { payload, protectedHeader } = await jwtVerify(token,
		    keys, { issuer, audience: issuer, typ: "at+jwt" });
		out[name] = { payload, alg: protectedHeader.alg };
	} catch (why) {
		out[name] = { error: why.code };
	}
}
console.log(JSON.stringify(out));
