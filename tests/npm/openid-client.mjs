// SPDX-License-Identifier: ISC
// openid-client against a Latchkey:  node openid-client.mjs FILE
// FILE is JSON: issuer, client {id, secret}, verifier {id, secret}, scope.

import { readFileSync } from "node:fs";
import { Issuer } from "openid-client";

const { issuer, client, verifier, scope } =
    JSON.parse(readFileSync(process.argv[2]));
const server = await Issuer.discover(
    `${issuer}/.well-known/oauth-authorization-server`);

function by(who, method) {
	return new server.Client({
		client_id: who.id,
		client_secret: who.secret,
		token_endpoint_auth_method: method,
		revocation_endpoint_auth_method: method,
		introspection_endpoint_auth_method: method,
	});
}

async function get(method, wanted) {
	return by(client, method).grant({
		grant_type: "client_credentials", scope: wanted,
	});
}

async function introspect(token) {
	return by(verifier, "client_secret_basic").introspect(token);
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
    await get("client_secret_basic", scope);
const out = {
	granted,
	posted: (await get("client_secret_post", scope)).token_type,
	introspected: await introspect(token),
	wrongScope: await fault(() => get("client_secret_basic", "no:such")),
};
await by(client, "client_secret_basic").revoke(token);
out.afterwards = await introspect(token);
console.log(JSON.stringify(out));
