/** The day by which tests judge ends of life, unless they say otherwise. */
export const TODAY = '2026-11-20';
