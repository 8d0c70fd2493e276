// Put in by scripts/package.mjs.
declare const PLACECARD_VERSION: string;
