// @ts-check
// The version stands once, in CMakeLists.txt; packaging puts it in here.

export const version = PLACECARD_VERSION;
