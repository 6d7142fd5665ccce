/** Splits the stored snapshots into those that stay and those that go. */
function planRetention(snapshots, rule) {
	const byAge = [...snapshots].sort((a, b) => b.writtenAt - a.writtenAt || b.manifest.position - a.manifest.position);
	const newest = new Set(byAge.slice(0, rule.keepNewest));
	const stays = (stored) => newest.has(stored) || rule.keepIds?.includes(stored.manifest.id) || stored.manifest.position % 64 === 0 && rule.isReachable(stored.manifest.commit);
	return {
		keep: byAge.filter(stays),
		drop: byAge.filter((stored) => !stays(stored))
	};
}
export { planRetention as t };
