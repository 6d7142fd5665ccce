// src/github/address.ts
/** `https://host/o/r.git`, `ssh://git@host:22/o/r`, `git@host:o/r.git`; null for a folder or anything else. */
function parseRemote(remote) {
	const [, host, path] = /^(?:https?|ssh|git|git\+ssh):\/\/(?:[^@/]*@)?([^/:]+)(?::\d+)?\/+(.+)$/i.exec(remote.trim()) ?? /^(?:[^@/\\:]+@)([^/\\:]+):\/*(.+)$/.exec(remote.trim()) ?? [];
	const repository = /^([\w.-]+\/[\w.-]+?)(?:\.git)?\/*$/.exec(path ?? "")?.[1];
	if (host === void 0 || repository === void 0) return null;
	return {
		host: host.toLowerCase().replace(/^ssh\.(?=github\.com$)/, ""),
		repository
	};
}
const isRepositoryName = (text) => /^[\w.-]+\/[\w.-]+$/.test(text);
/** github.com, a tenant of ghe.com, or a server of one's own. */
function apiUrlOf(host) {
	if (host === "github.com") return "https://api.github.com";
	return host.endsWith(".ghe.com") ? `https://api.${host}` : `https://${host}/api/v3`;
}
export { isRepositoryName as n, parseRemote as r, apiUrlOf as t };
