// SPDX-License-Identifier: ISC
// A Postman collection made from the description, and run against a site:
// node newman.mjs FILE; FILE is JSON: file, origin, certificate, pair, leave
// (the names of requests to leave out).

import { readFileSync } from "node:fs";
import converter from "openapi-to-postmanv2";
import newman from "newman";

const told = JSON.parse(readFileSync(process.argv[2]));

function convert(data) {
	return new Promise((done, failed) => converter.convert(
	    { type: "string", data },
	    { folderStrategy: "Tags", enableOptionalParameters: false },
	    (error, made) => error || !made.result ?
	    failed(error || new Error(made.reason)) :
	    done(made.output[0].data)));
}

// Only looks, and at what every account has?
function looks(item) {
	return item.request.method === "GET" &&
	    (item.request.url.variable || []).length === 0 &&
	    !told.leave.includes(item.name);
}

function keep(items) {
	return items.map((item) => item.item ?
	    { ...item, item: keep(item.item) } : item).filter((item) =>
	    item.item ? item.item.length > 0 : looks(item));
}

const collection = await convert(readFileSync(told.file, "utf8"));
collection.item = keep(collection.item);
newman.run({
	collection, reporters: [], sslExtraCaCerts: told.certificate,
	envVar: [
		{ key: "baseUrl", value: told.origin },
		{ key: "basicAuthUsername", value: told.pair[0] },
		{ key: "basicAuthPassword", value: told.pair[1] },
	],
}, (error, summary) => {
	if (error)
		throw error;
	console.log(JSON.stringify(summary.run.executions.map((one) => [
		one.item.name, one.request.url.getPath(),
		one.response ? one.response.code : 0])));
});
