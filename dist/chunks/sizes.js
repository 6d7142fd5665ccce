// src/report/sizes.ts
/** Numbers of bytes and lengths of time as a person reads them. Pure. */
const UNITS = [
	[0xe8d4a51000, "TB"],
	[1e9, "GB"],
	[1e6, "MB"],
	[1e3, "kB"]
];
/** `3.1 GB`, `7.0 MB`, `660 B`: of a thousand each, as disks and networks are measured. */
function sizeText(bytes) {
	const unit = UNITS.find(([size]) => bytes >= size);
	return unit ? `${(bytes / unit[0]).toFixed(1)} ${unit[1]}` : `${Math.round(bytes)} B`;
}
/** `45 s`, `3 min`, `2 h 5 min`. */
function durationText(seconds) {
	if (seconds < 90) return `${Math.ceil(seconds)} s`;
	const minutes = Math.round(seconds / 60);
	return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
export { sizeText as n, durationText as t };
