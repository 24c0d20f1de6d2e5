// SPDX-License-Identifier: ISC
// oauth4webapi against a Latchkey:  node oauth4webapi.mjs FILE
// FILE is JSON: issuer, client {id, secret}, verifier {id, secret}, scope.

import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
import * as oauth from "oauth4webapi";

// Node 18 has it, though not everywhere
globalThis.crypto ??= webcrypto;

const { issuer, client, verifier, scope } =
    JSON.parse(readFileSync(process.argv[2]));
const root = new URL(issuer);
const server = await oauth.processDiscoveryResponse(root,
    await oauth.discoveryRequest(root, { algorithm: "oauth2" }));

async function get(authentication, wanted) {
	const me = { client_id: client.id };
	return oauth.processClientCredentialsResponse(server, me,
	    await oauth.clientCredentialsGrantRequest(server, me,
	    authentication(client.secret), { scope: wanted }));
}

async function introspect(token) {
	const me = { client_id: verifier.id };
	return oauth.processIntrospectionResponse(server, me,
	    await oauth.introspectionRequest(server, me,
	    oauth.ClientSecretBasic(verifier.secret), token));
}

// As a resource server does, by signature alone: RFC 9068.
async function validate(token) {
	return oauth.validateJwtAccessToken(server, new Request(issuer, {
		headers: { authorization: `Bearer ${token}` },
	}), issuer);
}

async function revoke(token) {
	const me = { client_id: client.id };
	return oauth.processRevocationResponse(
	    await oauth.revocationRequest(server, me,
	    oauth.ClientSecretBasic(client.secret), token));
}

async function fault(work) {
	try {
		await work();
		return null;
	} catch (why) {
		return why.error;
	}
}

const { access_token: token, ...granted } =
    await get(oauth.ClientSecretBasic, scope);
const out = {
	granted,
	posted: (await get(oauth.ClientSecretPost, scope)).token_type,
	claims: await validate(token),
	introspected: await introspect(token),
	wrongScope: await fault(() => get(oauth.ClientSecretBasic, "no:such")),
};
await revoke(token);
out.afterwards = await introspect(token);
console.log(JSON.stringify(out));
